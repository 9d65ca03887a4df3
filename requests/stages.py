"""The way of one request, step by step: what is done, what is next and who does that. For its page."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.urls import reverse

from access.models import Membership, Role
from bureaus import reglement
from bureaus.words import capitalised, word
from bureaus.words import listed as listed_words
from consent import access as consent_access
from dossiers import access as dossier_access
from dossiers.models import Draft, Stuk
from requests import carried, clocks, collecting, deciding
from requests.actions import corrections, outcome
from requests.actions.holding import source_of
from requests.models import ANSWERED, RUNNING, Change, Decision, FollowUp, Kind, State, Verzoek
from requests.rules import reglement_deadline
from retention import listed
from retention.access import is_coach
from retention.rules import say


@dataclass(frozen=True)
class Stage:
    """One step of the way; `state` is 'done', 'now' or 'next'."""

    label: str
    state: str


@dataclass(frozen=True)
class Next:
    """The one thing to do now. Without `url` somebody else does it, as `text` says; `post`: by a button alone."""

    title: str
    text: str
    label: str = ""
    url: str = ""
    post: bool = False
    danger: bool = False
    tells: bool = False
    also: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class Told:
    """A receiver to tell."""

    task: FollowUp
    late: bool
    may: bool


# -- the way -----------------------------------------------------------------------------------------------------------
OWN_FIRST = "U schrijft al een aanvulling bij dit stuk. Stel die eerst vast of gooi hem weg; begin daarna hier."
IDENTITY, COLLECT, DECIDE, LOOK, EXECUTE, TELL, CLOSE = (
    "Wie vraagt het?", "Nakijken wat meegaat", "Besluiten", "Tweede blik", "Uitvoeren", "Ontvangers inlichten",
    "Afsluiten",
)  # fmt: skip


def stages(verzoek: Verzoek, tasks: list[FollowUp], waiting: int) -> list[Stage]:
    """The steps of this kind of request, in order; `waiting`: how many stukken have no judgement yet."""
    labels = _labels(verzoek, tasks)
    at = labels.index(_now(verzoek, tasks, waiting)) if verzoek.state != State.CLOSED else len(labels)
    states = ["done" if n < at else "now" if n == at else "next" for n in range(len(labels))]
    return [Stage(label, state) for label, state in zip(labels, states, strict=True)]


def _labels(verzoek: Verzoek, tasks: list[FollowUp]) -> list[str]:
    decided = verzoek.state in ANSWERED
    ends = decided and not tasks
    found = [
        (IDENTITY, verzoek.kind != Kind.KLACHT),
        (COLLECT, verzoek.kind in deciding.COPIES and not ends),
        (DECIDE, True),
        (LOOK, verzoek.state == State.SECOND_LOOK or (decided and verzoek.proposed_by_id is not None)),
        (EXECUTE, not ends),
        (TELL, any(one.kind == FollowUp.Kind.TELL for one in tasks)),
        (CLOSE, True),
    ]
    return [label for label, here in found if here]


def _now(verzoek: Verzoek, tasks: list[FollowUp], waiting: int) -> str:
    if verzoek.state == State.SECOND_LOOK:
        return LOOK
    if verzoek.state == State.OPEN:
        if verzoek.kind != Kind.KLACHT and verzoek.identity_at is None:
            return IDENTITY
        return COLLECT if verzoek.kind in deciding.COPIES and waiting else DECIDE
    if any(one.kind == FollowUp.Kind.EXECUTE and one.done_at is None for one in tasks):
        return EXECUTE
    return TELL if any(one.done_at is None for one in tasks) else CLOSE


# -- what is next ------------------------------------------------------------------------------------------------------
def next_step(
    verzoek: Verzoek, member: Membership, tasks: list[FollowUp], waiting: int, *, may: bool
) -> Next | None:  # fmt: skip
    """What to do now; None where nothing is left to do. `may`: whether this member handles it."""
    if not is_running(verzoek):
        return None
    now = _now(verzoek, tasks, waiting)
    if now == COLLECT:
        return _collect(verzoek, member, waiting, may=may)
    if now == EXECUTE:
        return _execute(verzoek, member, may=may)
    if not may:
        return Next("Wat er nu gebeurt", _waits_for(verzoek, now))
    if now == IDENTITY:
        refuse = (("Afwijzen omdat niemand het aantoont", _page("decide", verzoek)),)
        return Next(
            "Nu: vastleggen wie het vraagt", "Daarna gaat u verder. Bewaar nooit een kopie of nummer van een"
            " identiteitsbewijs.", "Vastleggen wie het is", _page("show_identity", verzoek), also=refuse,
        )  # fmt: skip
    if now == DECIDE:
        return Next("Nu: besluiten", _before_deciding(verzoek), "Besluit nemen", _page("decide", verzoek))
    if now == LOOK:
        return _look(verzoek, member)
    if now == TELL:
        return Next("Nu: ontvangers inlichten", _tell(), tells=True)
    return Next(
        "Nu: afsluiten", "Alles is gedaan. Na het afsluiten verandert er niets meer.", "Verzoek afsluiten",
        _page("close", verzoek), post=True,
    )  # fmt: skip


def _waits_for(verzoek: Verzoek, now: str) -> str:
    name = verzoek.handler.name if verzoek.handler else "nog niemand"
    return f"Aan de beurt: {now.lower().rstrip('?')}. Wie dit behandelt: {name}."


def _collect(verzoek: Verzoek, member: Membership, waiting: int, *, may: bool) -> Next:
    many = "1 stuk" if waiting == 1 else f"{waiting} stukken"
    text = f"Van {many} staat nog niet vast of het meegaat. Kijk of er gegevens van een ander in staan."
    if not may and not any(is_coach(member, one) for one in collecting.dossiers_of(verzoek)):
        return Next("Wat er nu gebeurt", _waits_for(verzoek, COLLECT))
    refuse = (("Alles afwijzen", _page("decide", verzoek)),) if may else ()
    return Next("Nu: nakijken wat meegaat", text, "Stukken nakijken", _page("collect", verzoek), also=refuse)


def _before_deciding(verzoek: Verzoek) -> str:
    if verzoek.kind in deciding.COPIES:
        return _goes(*collecting.held_back(verzoek))
    if verzoek.kind == Kind.KLACHT:
        return _complaint(verzoek)
    if verzoek.kind == Kind.BEZWAAR and reglement.in_force().requests.bezwaar_ends_at_once:
        return "Volgens het reglement stopt u meteen met wat het bezwaar noemt. Wijs het toe en leg vast wat u deed."
    if verzoek.kind == Kind.CORRECTIE:
        return "Leg het voorstel naast wat er nu staat, en besluit."
    return "Weeg het verzoek en besluit. Een afwijzing heeft altijd een reden."


def _goes(whole: int, partly: int) -> str:
    held = "1 stuk blijft achter" if whole == 1 else f"{whole} stukken blijven achter"
    half = "1 stuk gaat deels mee" if partly == 1 else f"{partly} stukken gaan deels mee"
    said = [words for many, words in ((whole, held), (partly, half)) if many]
    return f"{'; '.join(said)}; de rest gaat mee." if said else "Alles is nagekeken en gaat mee."


def _complaint(verzoek: Verzoek) -> str:
    last = reglement_deadline(verzoek.received_on, reglement.in_force().requests.complaint.not_admissible)
    if clocks.today() > last:
        return "Hoor beide kanten en besluit. Niet in behandeling nemen kan niet meer."
    return f"Hoor beide kanten en besluit. Niet in behandeling nemen kan nog tot en met {say(last)}."


def _look(verzoek: Verzoek, member: Membership) -> Next:
    if member.has_role(Role.DIRECTIE) and verzoek.proposed_by_id != member.pk:
        text = f"{verzoek.proposed_by.name} stelt voor: {verzoek.get_decision_display()}."  # type: ignore[union-attr]
        return Next("Nu: uw tweede blik", text, "Besluit bekijken", _page("second_look", verzoek))
    boss = word("directie", article=True, capital=True)
    return Next("Wat er nu gebeurt", f"{boss} kijkt nog een keer naar dit besluit. U krijgt daarna een mail.")


def _tell() -> str:
    payer = word("opdrachtgever", article=True)
    return (
        f"Deze ontvangers kregen eerder te lezen wat nu is veranderd. Laat {payer} weten wat er is veranderd, en zet"
        " dat hier vast (AVG 19)."
    )


# -- carrying out ------------------------------------------------------------------------------------------------------
def _execute(verzoek: Verzoek, member: Membership, *, may: bool) -> Next:
    writes = verzoek.kind == Kind.CORRECTIE and verzoek.change in carried.WRITES and not verzoek.of_data
    how = carried.progress(verzoek)
    if how.done and may:
        if how.said:
            also = _verzet(verzoek, member)
            return Next("Nu: uitvoeren", _said(verzoek), "Vastleggen wat er is gedaan", _done(verzoek), also=also)
        return Next("Nu: vastleggen dat het klaar is", _ready(verzoek), "Uitgevoerd", _done(verzoek), post=True)
    if writes:
        return _write(verzoek, member)
    if not may:
        return Next("Wat er nu gebeurt", _waits_for(verzoek, EXECUTE))
    if verzoek.kind in deciding.COPIES:
        return Next("Nu: de kopie geven", f"{how.waits} Dat doet u hieronder, bij de kopie.")
    if verzoek.kind == Kind.VERNIETIGING:
        return _destroy(verzoek, member, how.waits)
    return _delete(verzoek, member, how.waits) if verzoek.change == Change.DELETE else _shield(verzoek)


def _said(verzoek: Verzoek) -> str:
    whom = word("client", article=True, capital=True)
    if verzoek.of_data:
        return f"Pas de gegevens aan waar ze staan, en schrijf op wat u deed. {whom} leest dit ook."
    if verzoek.kind == Kind.INZAGE:
        return f"Geef hieronder een kopie, of laat het dossier aan tafel zien en schrijf op hoe. {whom} leest dit ook."
    done = f"Doe wat is besloten en schrijf in een paar zinnen op wat u deed. {whom} leest dit ook."
    if verzoek.kind == Kind.BEZWAAR:
        return f"Leg eerst per soort lijst of vraag het verzet vast waar het bezwaar over gaat. {done}"
    return done


def _verzet(verzoek: Verzoek, member: Membership) -> tuple[tuple[str, str], ...]:
    """An objection to a list or a question is verzet, noted where lists look for it."""
    if verzoek.kind != Kind.BEZWAAR or not consent_access.may_ask(member, verzoek.client):
        return ()
    return (("Verzet vastleggen", reverse("consent:optouts", args=[verzoek.client_id])),)


def _ready(verzoek: Verzoek) -> str:
    if verzoek.kind in deciding.COPIES:
        return "De kopie is opgehaald of gegeven."
    return carried.DONE[Change(verzoek.change)] if verzoek.change else "Het is gedaan."


def _write(verzoek: Verzoek, member: Membership) -> Next:
    stuk = collecting.stuk_of_request(verzoek)
    if stuk is None:
        return Next("Wat er nu gebeurt", corrections.GONE)
    coach = stuk.dossier.traject.handler
    if not dossier_access.may_supplement(member, stuk):
        return Next(
            "Wat er nu gebeurt",
            f"Wie in dit dossier schrijft, zet de tekst onder het stuk: {coach.name}. Zodra die is vastgesteld, kunt u"
            " verder.",
        )
    draft = Draft.objects.filter(stuk=stuk, author=member).first()
    what = "betere tekst" if verzoek.change == Change.IMPROVE else "aanvulling"
    if draft is not None:
        text = _written(verzoek) if draft.source == source_of(verzoek) else OWN_FIRST
        return Next(f"Nu: de {what} afmaken", text, "Verder schrijven", _page("write", verzoek), post=True)
    label = f"{capitalised(what)} beginnen"
    return Next(f"Nu: de {what} schrijven", _written(verzoek), label, _page("write", verzoek), post=True)


def _written(verzoek: Verzoek) -> str:
    if verzoek.change == Change.IMPROVE:
        return (
            "De voorgestelde tekst staat klaar in de editor. Maak er de hele tekst van: zodra u hem vaststelt, komt hij"
            f" in de plaats van wat er nu staat. Wat er stond, leest daarna alleen nog {named()}."
        )
    return "De voorgestelde tekst staat klaar in de editor. Lees hem na en stel hem vast; wat er stond, blijft staan."


def _delete(verzoek: Verzoek, member: Membership, waits: str) -> Next:
    item = carried.list_of(verzoek)
    if item is not None:
        return Next("Wat er nu gebeurt", f"Het stuk staat op een vernietigingslijst. {waits}", also=_list(item, member))
    if collecting.stuk_of_request(verzoek) is None:
        return Next("Wat er nu gebeurt", corrections.GONE)
    text = (
        "Het stuk komt op een vernietigingslijst. Na goedkeuring en de bedenktijd is de tekst onherstelbaar weg, en"
        " staat in het dossier alleen dat er iets is verwijderd, en wanneer."
    )
    return Next("Nu: verwijderen", text, "Op een vernietigingslijst zetten", _page("delete", verzoek), post=True,
                danger=True)  # fmt: skip


def _shield(verzoek: Verzoek) -> Next:
    if collecting.stuk_of_request(verzoek) is None:
        return Next("Wat er nu gebeurt", corrections.GONE)
    text = f"Na het afschermen leest alleen {seen_by()} dit stuk nog. Wat was vrijgegeven, wordt ingetrokken."
    return Next("Nu: afschermen", text, "Stuk afschermen", _page("shield", verzoek), post=True)


def _destroy(verzoek: Verzoek, member: Membership, waits: str) -> Next:
    item = carried.list_of(verzoek)
    if item is not None:
        text = f"{waits} Is het dossier weg, dan gaat dit verzoek mee; het proces-verbaal blijft."
        return Next("Wat er nu gebeurt", text, also=_list(item, member))
    if not member.has_role(*listed.MAY_PROPOSE):
        names = "directie of administratie"
        return Next("Wat er nu gebeurt", f"{capitalised(names)} zet het dossier op een vernietigingslijst.")
    day = f"?received_on={verzoek.received_on.isoformat()}"
    pages = [
        (f"Dossier {one.number} op een lijst zetten", reverse("retention:request", args=[one.pk]) + day)
        for one in collecting.dossiers_of(verzoek).order_by("number")
    ]
    text = "Op de volgende bladzijde staat wat er weggaat, wat de wet laat bewaren en wat het tegenhoudt."
    (label, url), *also = pages
    return Next("Nu: op een vernietigingslijst zetten", text, label, url, also=tuple(also))


def _list(item: Any, member: Membership) -> tuple[tuple[str, str], ...]:
    if not member.has_role(*listed.MAY_LOOK):
        return ()
    page = reverse("retention:list", args=[item.destruction_list_id])
    return ((f"Lijst {item.destruction_list} bekijken", page),)


def seen_by() -> str:
    """Who still reads a stuk that is shielded, in the bureau's words."""
    return listed_words([word("client", article=True), *dossier_access.shielded_readers()])


def named() -> str:
    """Who of the bureau still reads what is shielded."""
    return listed_words(dossier_access.shielded_readers())


# -- the rest of the page ----------------------------------------------------------------------------------------------
def told(verzoek: Verzoek, tasks: list[FollowUp], *, may: bool) -> list[Told]:
    """Everybody who is to be told, or was."""
    found = [one for one in tasks if one.kind == FollowUp.Kind.TELL]
    if not found:
        return []
    day, may = clocks.today(), may and outcome.may_tell(verzoek)
    return [Told(one, outcome.is_late(one, day), may and one.done_at is None) for one in found]


def is_running(verzoek: Verzoek) -> bool:
    return verzoek.state in RUNNING


def second_statement(verzoek: Verzoek) -> int | None:
    """How many own statements stand at a stuk whose correctie was refused; None where that does not matter."""
    if verzoek.kind != Kind.CORRECTIE or verzoek.of_data or verzoek.decision not in (Decision.REFUSED, Decision.PARTLY):
        return None
    if verzoek.state not in ANSWERED:
        return None
    return int(Stuk.objects.filter(about_id=verzoek.stuk_id).count())


def waiting_of(verzoek: Verzoek) -> int:
    if verzoek.kind not in deciding.COPIES or verzoek.state != State.OPEN:
        return 0
    return int(collecting.not_judged(verzoek).count())


def _page(name: str, verzoek: Verzoek) -> str:
    return reverse(f"requests:{name}", args=[verzoek.pk])


def _done(verzoek: Verzoek) -> str:
    return _page("carried_out", verzoek)
