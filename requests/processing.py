"""The register of processing activities (AVG 30), made of the registry of tables and the reglement in force.

Nobody fills it in: what the software keeps, shows and destroys is what it says.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from django.apps import apps

from access.models import Membership, Role
from bureaus import pdf, registry, tables
from bureaus.models import Bureau, Reglement
from bureaus.registry import Declared, Inzage, Keeping
from bureaus.reglement import version_in_force
from bureaus.schema import DataClass, Ground, OpdrachtgeverKind, RetentionRule, Rules, Trigger
from bureaus.tenancy import current_bureau_id
from bureaus.terms import parse_term
from bureaus.words import capitalised, word
from requests.processing_data import DATA, OF_APP, OF_TABLE, PERSONS, PURPOSES, TITLES
from vault.fields import SealedField

TITLE = "Verwerkingsregister"
COLUMNS = ("Verwerking", "Onderdeel", "Wat", "Toelichting", "Artikel")
CLASSES = {
    Keeping.DOSSIER: DataClass.DOSSIER, Keeping.WORKNOTE: DataClass.WERKAANTEKENING, Keeping.CONCEPT: DataClass.CONCEPT,
    Keeping.ACCOUNT: DataClass.ACCOUNTS, Keeping.JOURNAL: DataClass.JOURNAL,
    Keeping.EVIDENCE: DataClass.PROCES_VERBAAL,
}  # fmt: skip


@dataclass(frozen=True)
class Line:
    what: str
    text: str = ""
    article: str = ""


@dataclass(frozen=True)
class Section:
    """One part that article 30 asks."""

    title: str
    lines: tuple[Line, ...]


@dataclass(frozen=True)
class Processing:
    key: str
    title: str
    sections: tuple[Section, ...]


@dataclass(frozen=True)
class Register:
    """Everything, as page, paper and table show it."""

    reglement: Reglement
    controller: tuple[Line, ...]
    processings: tuple[Processing, ...]
    security: tuple[Line, ...]


def register() -> Register:
    """As it is now, by the version in force. Raises NoReglement, NoBureau."""
    version = version_in_force()
    rules: Rules = version.rules
    found = tuple(_processing(key, rules) for key in TITLES)
    return Register(version, tuple(_controller()), found, tuple(_security(rules)))


def as_pdf(held: Register) -> bytes:
    return pdf.render("papers/verwerkingsregister.html", {"register": held}, title=TITLE)


def as_table(held: Register) -> bytes:
    return tables.BOM + tables.rows([COLUMNS, *_cells(held)])


def held_by_person() -> dict[str, Declared]:
    """The tables that say something about a person."""
    return {name: one for name, one in registry.models().items() if one.personal or one.inzage != Inzage.NO}


def processing_of(model: str) -> str:
    return OF_TABLE.get(model) or OF_APP.get(model.partition(".")[0], "toezicht")


def _cells(held: Register) -> Iterator[tuple[str, ...]]:
    parts = [("Het bureau", Section("Verantwoordelijke", held.controller))]
    parts += [(one.title, section) for one in held.processings for section in one.sections]
    parts.append(("Alle verwerkingen", Section("Beveiliging", held.security)))
    for title, section in parts:
        for line in section.lines:
            yield title, section.title, line.what, line.text, line.article


def _processing(key: str, rules: Rules) -> Processing:
    tables_of = {name: one for name, one in held_by_person().items() if processing_of(name) == key}
    parts = (
        Section("Waarvoor", tuple(_purposes(key, rules))),
        Section("Van wie", tuple(Line(capitalised(_said(one))) for one in PERSONS[key])),
        Section("Welke gegevens", tuple(_data(tables_of))),
        Section("Wie het krijgen", tuple(_recipients(key, rules))),
        Section("Hoe lang", tuple(_terms({one.keeping for one in tables_of.values()}, rules))),
    )
    return Processing(key, TITLES[key], tuple(one for one in parts if one.lines))


# -- the five parts --------------------------------------------------------------------------------------------------
def _purposes(key: str, rules: Rules) -> Iterator[Line]:
    yield Line(PURPOSES[key])
    if key == "traject":
        for kind, rule in rules.dossier.kinds_on().items():
            marks = ", over gezondheid" if rule.health else ""
            yield Line(f"{capitalised(rules.dossier.label(kind))}{marks}", rule.purpose, rule.article)


def _data(tables_of: dict[str, Declared]) -> Iterator[Line]:
    for name in tables_of:
        sealed = "verzegeld met een eigen sleutel" if _is_sealed(name) else ""
        yield Line(capitalised(_said(DATA.get(name, name))), sealed)


def _recipients(key: str, rules: Rules) -> Iterator[Line]:
    if key == "incidenten":
        yield Line("Autoriteit Persoonsgegevens", "als het gemeld moet worden", "AVG 33")
        yield Line("Wie erdoor is geraakt", "bij een hoog risico", "AVG 34")
        return
    if key in ("traject", "bewaren", "verzoeken"):
        client = word("client", article=True)
        yield Line(f"{capitalised(client)} zelf, en wie een machtiging heeft", "het eigen dossier")
    if key == "traject":
        yield from _payers(rules)
        yield from _others(rules)
    if key == "bewaren":
        rule = rules.retention.rule(DataClass.DOSSIER)
        if rule.is_transfer:
            yield Line(capitalised(word("opdrachtgever")), "het dossier, na afloop", rule.article)
    yield Line("Wie de software beheert", "als verwerker, zonder inhoud te kunnen lezen")


def _payers(rules: Rules) -> Iterator[Line]:
    """An allow-list: nothing goes out that is not named (DOMAIN 5)."""
    for kind in OpdrachtgeverKind:
        view = rules.opdrachtgever_view.of(kind)
        parts = [one.label for one in view.fields] + [rules.dossier.label(one) for one in view.stukken]
        if parts:
            who = f"{word('opdrachtgever', capital=True)}: {kind.label}"
            yield Line(who, f"alleen wat wordt vrijgegeven van: {', '.join(parts)}")


def _others(rules: Rules) -> Iterator[Line]:
    for name, article in rules.disclosure.grounds.items():
        yield Line("Een ander, na een besluit per keer", f"grond: {Ground(name).label}", article)
    if rules.disclosure.survey_export:
        yield Line("Blik op Werk", "contactgegevens, voor het tevredenheidsonderzoek")


def _terms(keepings: Iterable[Keeping], rules: Rules) -> Iterator[Line]:
    for keeping in sorted(keepings, key=list(Keeping).index):
        found = CLASSES.get(keeping)
        if found is None:
            yield Line(*_fixed(keeping))
            continue
        rule = rules.retention.rule(found)
        label = "Bewijs: registers en processen-verbaal" if keeping == Keeping.EVIDENCE else capitalised(found.label)
        yield Line(label, _term(rule), rule.article)
        if keeping == Keeping.DOSSIER:
            legal = rules.retention.rule(DataClass.LEGALLY_REQUIRED)
            yield Line(capitalised(DataClass.LEGALLY_REQUIRED.label), _term(legal), legal.article)


def _term(rule: RetentionRule) -> str:
    """'5 jaar na einde traject; dan vernietigen met proces-verbaal'."""
    if rule.is_transfer:
        keeps = f", die het {parse_term(rule.receiver_keeps)} bewaart" if rule.receiver_keeps else ""
        return f"tot de overdracht aan {word('opdrachtgever', article=True)}{keeps}"
    most = "ten hoogste " if rule.at_most else ""
    return f"{most}{parse_term(rule.term)} na {Trigger(rule.trigger).label}; dan {rule.action.label}"


def _fixed(keeping: Keeping) -> tuple[str, str]:
    client = word("client", article=True)
    return {
        Keeping.CLIENT: (f"Gegevens van {client} zelf", f"tot het laatste dossier van {client} weg is"),
        Keeping.BUREAU: ("Gegevens van het bureau", "zolang het bureau met deze software werkt"),
        Keeping.SHORT: ("Tijdelijke gegevens", "ten hoogste enkele dagen"),
        Keeping.PLATFORM: ("Zonder gegevens van personen", "zolang de software loopt"),
    }[keeping]


# -- what holds for all ----------------------------------------------------------------------------------------------
def _controller() -> Iterator[Line]:
    bureau = Bureau.objects.get(pk=current_bureau_id())
    yield Line("Naam", bureau.legal_name)
    place = " ".join(filter(None, (bureau.postcode, bureau.city)))
    address = ", ".join(filter(None, (bureau.address_1, bureau.address_2, place)))
    facts = (("Adres", address), ("KvK-nummer", bureau.kvk), ("E-mail", bureau.email), ("Telefoon", bureau.phone))
    yield from (Line(label, text) for label, text in facts if text)
    officers = Membership.objects.all().active().with_role(Role.FG).order_by("name").values_list("name", flat=True)
    yield Line("Functionaris gegevensbescherming", ", ".join(officers) or "niet aangewezen")
    yield Line("Buiten de EER", "geen doorgifte vanuit deze software")


def _security(rules: Rules) -> Iterator[Line]:
    yield Line(
        "Versleuteling",
        "ieder dossier heeft een eigen sleutel; met de sleutel verdwijnt de inhoud, ook in een reservekopie",
    )
    yield Line("Scheiding", "de database zelf scheidt bureaus, en laat een portaal alleen bij het eigen dossier")
    yield Line("Inloggen", "met een tweede stap; na stilte wordt men uitgelogd")
    yield Line("Toegang", "per dossier, op een vastgelegde grond; verloopt vanzelf")
    every = parse_term(rules.access.review_every)
    yield Line("Controle van de toegang", f"iedere {every}".replace("iedere 1 jaar", "ieder jaar"),
               rules.access.source("review_every"))  # fmt: skip
    for rule in rules.declarations.asked.values():
        if rule.on:
            yield Line("Medewerkers tekenen", rule.title, rule.article)
    yield Line("Logboek", "ieder inzien, wijzigen en ophalen, in een keten die niet ongemerkt te veranderen is")
    destruction = rules.retention.destruction
    if destruction.four_eyes:
        yield Line("Vernietigen", "door twee personen, met bedenktijd en proces-verbaal")
    yield Line("Reservekopieën", f"verlopen na {parse_term(destruction.backups_expire_after)}")


def _is_sealed(model: str) -> bool:
    return any(isinstance(field, SealedField) for field in apps.get_model(model)._meta.local_fields)


def _said(text: str) -> str:
    """With the bureau's own words filled in."""
    return text.format_map(_Words())


class _Words(dict[str, Any]):
    def __missing__(self, name: str) -> str:
        plural = name.endswith("s")
        return word(name.removesuffix("s") if plural else name, plural=plural)
