"""A proces-verbaal in words: its facts as they stand on the paper, and on the page in the register. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.template.defaultfilters import filesizeformat
from django.utils import timezone
from django.utils.dateparse import parse_date, parse_datetime

from bureaus.schema import DataClass, Trigger
from bureaus.terms import parse_term
from retention.models import ListKind
from retention.rules import say

Facts = Mapping[str, Any]


@dataclass(frozen=True)
class Section:
    """A table: a label and what is said of it; with a `head`, figures in columns."""

    title: str
    rows: tuple[tuple[str, ...], ...]
    head: tuple[str, ...] = ()


def sections(facts: Facts) -> list[Section]:
    """Everything but the lines of the dossiers."""
    head = ("Wat", "Verwijderd", "Daarna nog gevonden")
    return [
        Section("Besluit", tuple(_decision(facts))),
        Section("Uitvoering", tuple(_execution(facts))),
        Section("Wat is vernietigd, en wat er bij nakijken nog was", tuple(_destroyed(facts)), head),
        Section("Wat niet is vernietigd", tuple(_left(facts))),
        Section("Bewaren", tuple(_keeping(facts))),
    ]


def groups(facts: Facts) -> list[str]:
    """'12 dossiers: 5 jaar na einde traject (javawest 7)', one for each rule."""
    return [f"{_many(one)}: {rule_of(one)}" for one in facts["groups"]]


def rule_of(one: Mapping[str, Any]) -> str:
    """By which rule: of a group, or of a line."""
    article = f" ({one['article']})" if one["article"] else ""
    if not one["term"] or not one["trigger"]:
        return f"op een besluit over dit dossier{article}"
    if one["term"] == "transfer":
        return f"na {Trigger(one['trigger']).label}{article}"
    return f"{parse_term(one['term'])} na {Trigger(one['trigger']).label}{article}"


def moment(text: str | None) -> str:
    """'3 maart 2026 om 14:05 uur', in Amsterdam."""
    found = parse_datetime(text) if text else None
    if found is None:
        return "niet vastgelegd"
    local: datetime = timezone.localtime(found)
    return f"{say(local.date())} om {local:%H:%M} uur"


def day(text: str | date | None) -> str:
    """'3 maart 2026', from a date or as JSON holds it."""
    found = parse_date(text) if isinstance(text, str) else text
    return say(found) if found else "niet bekend"


def count(number: int, one: str, many: str) -> str:
    """'1 dossier', '2.000 dossiers'."""
    return f"{_number(number)} {one if number == 1 else many}"


# -- the sections ----------------------------------------------------------------------------------------------------
def _decision(facts: Facts) -> Iterable[tuple[str, str]]:
    people, reglement, listed = facts["people"], facts["reglement"], facts["list"]
    yield "Grondslag", _capital(facts["basis"]["label"])
    yield "Privacyreglement", f"{reglement['title']}, versie {reglement['version']}"
    yield "Artikel", ", ".join(reglement["articles"]) or "niet genoemd"
    yield "Vernietigingslijst", f"{listed['number']}, peildatum {day(listed['reference_date'])}"
    if listed["answer_by"]:
        yield "Uit te voeren voor", day(listed["answer_by"])
    proposer = "Dossierwacht, in de nachtelijke ronde" if people["by_itself"] else people["proposer"]
    yield "Voorgesteld door", f"{proposer}, op {moment(people['proposed_at'])}"
    eyes = " (vier ogen: een ander dan wie voorstelde)" if people["four_eyes"] else ""
    yield "Goedgekeurd door", f"{people['approver']}, op {moment(people['approved_at'])}{eyes}"
    yield "Bedenktijd", f"{_term(people['cooling_off'])}, tot {moment(people['starts_after'])}"


def _execution(facts: Facts) -> Iterable[tuple[str, str]]:
    run, holds, paper = facts["run"], facts["holds_checked"], facts["paper"]
    yield "Uitgevoerd door", facts["people"]["executor"]
    yield "Begonnen", moment(run["started_at"])
    yield "Geëindigd", moment(run["ended_at"])
    yield "Blokkades en termijnen nagekeken", _between(holds)
    yield "Vernietigd", "; ".join(groups(facts)) or "niets"
    yield "Werkwijze", _method(facts)
    if paper:
        yield "Papier", _paper(paper)
    seen = facts["verified"]
    unseen = f"; {count(seen['unseen'], 'plaats', 'plaatsen')} niet" if seen["unseen"] else ""
    yield "Nagekeken", f"{moment(seen['checked_at'])}{unseen}"


def _method(facts: Facts) -> str:
    if _lives_on(facts):
        return (
            "De regels van het stuk in de database zijn verwijderd en de bestanden ervan zijn uit de opslag verwijderd."
            " Er is geen sleutel vernietigd: het dossier blijft, en zijn sleutel ook."
        )
    keys, generation = _keys_gone(facts), facts["run"]["generation"]
    text = f"De regels in de database zijn verwijderd{keys} en de bestanden zijn uit de opslag verwijderd."
    if generation:
        text += f" Daarna is de sleutel van het bureau vervangen (generatie {generation}) en de oude vernietigd."
    return text


def _lives_on(facts: Facts) -> bool:
    """Of one stuk the dossier stays, and with it the key that its copies in backups open with (jmwerkt 6.1.4)."""
    return facts["basis"]["kind"] == ListKind.CORRECTION and not facts["counts"]["keys"]


def _keys_gone(facts: Facts) -> str:
    keys = facts["counts"]["keys"]
    if keys >= facts["counts"]["dossiers"] > 0:
        return ", de sleutel van ieder dossier is vernietigd"
    return f", {count(keys, 'sleutel is', 'sleutels zijn')} vernietigd" if keys else ""


def _paper(paper: Facts) -> str:
    many = count(paper["dossiers"], "dossier had ook papier", "dossiers hadden ook papier")
    if not paper.get("company"):
        return f"{_capital(many)}."
    return (
        f"{_capital(many)}, vernietigd op {day(paper['destroyed_on'])} door {paper['company']},"
        f" certificaat {paper['reference']}."
    )


def _destroyed(facts: Facts) -> Iterable[tuple[str, ...]]:
    counts, seen = facts["counts"], facts["verified"]
    yield "Stukken, volgens de lijst", _number(counts["stukken"]), ""
    yield "Regels in de database", _number(counts["rows"]), _number(seen["rows_left"])
    yield "Bestanden", f"{_number(counts['files'])} ({size(counts['bytes'])})", _number(seen["files_left"])
    yield "Sleutels", _number(counts["keys"]), _number(seen["keys_left"])
    yield "Te vinden met zoeken", "", _number(seen["found"])


def _left(facts: Facts) -> Iterable[tuple[str, str]]:
    yield "Uitgezonderd", count(len(facts["excluded"]), "dossier", "dossiers")
    yield "Behouden bij de uitvoering", count(len(facts["kept"]), "dossier", "dossiers")
    for one in facts["retained"]:
        yield _capital(one["what"]) or "Wettelijk te bewaren", _retained(one)
    if not facts["retained"]:
        yield "Wettelijk te bewaren", "niets"


def _retained(one: Facts) -> str:
    ground = f", {one['ground']}" if one["ground"] else ""
    last = f"; de laatste tot {day(one['last'])}" if one["last"] else ""
    return f"van {count(one['dossiers'], 'dossier', 'dossiers')}, {_term(one['term'])}{ground}{last}"


def _keeping(facts: Facts) -> Iterable[tuple[str, str]]:
    last = f"De laatste reservekopie waar dit in kon zitten is weg op {day(facts['backups_expire_on'])}."
    yield "Reservekopieën", f"{last}{_in_backups(facts)}"
    yield "Dit proces-verbaal", f"blijft bewaard tot {day(facts['keep_until'])}"


def _in_backups(facts: Facts) -> str:
    """What can still be read in them until then. A copy of the database has names and dates in plain words."""
    if _lives_on(facts):
        return " Tot die dag is het stuk daarin nog te lezen, want de sleutel van het dossier blijft."
    if facts["run"]["generation"] and facts["counts"]["keys"] >= facts["counts"]["dossiers"]:
        return " Zonder de vernietigde sleutels zijn de teksten en bestanden daarin nu al niet meer te lezen."
    return ""


def _number(number: int) -> str:
    return f"{number:,}".replace(",", ".")


def size(octets: int) -> str:
    return str(filesizeformat(octets)).replace("\xa0", " ")


def _many(one: Facts) -> str:
    if one["single"]:
        return count(one["items"], "stuk uit een dossier dat blijft", "stukken uit dossiers die blijven")
    if one["data_class"] == DataClass.LEGALLY_REQUIRED:
        return count(one["items"], "set wettelijk bewaarde gegevens", "sets wettelijk bewaarde gegevens")
    return count(one["items"], "dossier", "dossiers")


def _between(moments: Facts) -> str:
    first, last = moment(moments["first"]), moment(moments["last"])
    return first if first == last else f"per dossier, vlak voor het wissen: van {first} tot {last}"


def _term(text: str) -> str:
    return str(parse_term(text)) if text and text != "transfer" else "geen"


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
