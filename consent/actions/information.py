"""Somebody outside is asked for something about a client, with a machtiging; and what became of it (javawest 5.2).

Each act locks the consent first and then the question: a consent that is withdrawn at the same moment comes before or
after it, and the other sees it.
"""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import transaction
from django.db.models import F, Q
from django.http import Http404
from django.urls import reverse

from access.actions.mails import tell
from access.actions.refusals import refusals_noted
from access.models import Membership
from access.reach import as_system, database_now
from access.rules import RuleBroken
from bureaus.leases import one_at_a_time
from bureaus.schema import Herkomst
from consent import grounds, information_letter
from consent import information_access as access
from consent import information_rules as rules
from consent.actions.numbers import next_number
from consent.models import RUNNING, Consent, InformationRequest, InformationState
from dossiers.actions.documents import add_document
from dossiers.models import Dossier
from dossiers.rules import TITLE_LENGTH
from journal.actions import record

BEGUN, MADE, ANSWERED = "opvraging.begonnen", "opvraging.brief_gemaakt", "opvraging.beantwoord"
CLOSED, STOPPED, MOVED = "opvraging.gesloten", "opvraging.gestopt", "opvraging.uitgesteld"
State = InformationState
LONGEST = 4_000
OVER = "Deze opvraging is al afgesloten."
STOPPED_WORDS = (
    "De machtiging is ingetrokken. Wat er nog binnenkomt, hoort niet in het dossier: stuur het terug, of vernietig het."
)


@dataclass(frozen=True)
class Question:
    """What is asked, and why; `follow_up_on` None: in two weeks."""

    what: str
    why: str
    address: str = ""
    follow_up_on: date | None = None


def prepare(*, dossier: Dossier, consent: Consent | None, question: Question, by: Membership) -> InformationRequest:
    """Written down, with its number; nothing is asked yet. The same again is one.

    Raises Http404, PermissionDenied, RuleBroken with its field: without a machtiging that holds nothing is begun.
    """
    access.check_ask(by, dossier)
    with refusals_noted(BEGUN, about=dossier, dossier=dossier):
        held = grounds.locked(consent.pk) if consent else None
        dossier = _dossier_now(dossier)
        access.check_ask(by, dossier)
        if held is None:
            raise RuleBroken("Kies de machtiging. Is er geen, vraag die dan eerst.", "consent")
        _check(held, dossier)
        made = _new(dossier, held, question, by)
        if there := _same(made):
            return there
        one_at_a_time("opvraging")
        made.number = next_number(InformationRequest, "IV", act=BEGUN)
        made.save(force_insert=True)
        record(act=BEGUN, obj=made, dossier=dossier, ground="consent", facts=facts_of(made))
    return made


def make_letter(*, question: InformationRequest, by: Membership) -> InformationRequest:
    """The machtiging is asked once more, held; then the letter is made and it waits for an answer. A double click is
    one. Raises Http404, PermissionDenied, RuleBroken, bureaus.pdf.OutsideFetch."""
    access.check_ask(by, question.dossier)
    with refusals_noted(MADE, about=question, dossier=question.dossier):
        row, consent = _held(question)
        if row.state == State.ASKED:
            return row
        _check_running(row)
        _check(consent, row.dossier)
        row.follow_up_on = rules.follow_up(row.follow_up_on, grounds.today())
        row.asked_at, row.asked_by_name, row.state = database_now(), by.name, State.ASKED
        paper = information_letter.sealed(row, consent)
        row.letter_file, row.letter_size, row.letter_sha256 = paper.file, paper.size, paper.sha256
        row.save()
        facts = facts_of(row) | {"due_on": row.follow_up_on, "sha256": row.letter_sha256}
        record(act=MADE, obj=row, dossier=row.dossier, ground="consent", facts=facts)
    return row


def file_answer(*, question: InformationRequest, by: Membership, **document: Any) -> InformationRequest:
    """What came is laid in the dossier, from a third party (javawest 5.1). A second click is the same.

    `document`: kind, date, title, upload, health, as dossiers.actions.documents.add_document. Raises as that one, and
    RuleBroken where the question is over.
    """
    access.check_ask(by, question.dossier)
    with refusals_noted(ANSWERED, about=question, dossier=question.dossier):
        row, _ = _held(question)
        if row.state == State.ANSWERED:
            return row
        if row.state == State.PREPARED:
            raise RuleBroken("Er is nog niets gevraagd: maak eerst de brief.")
        _check_running(row)
        document["title"] = document.get("title") or title_of(row)
        stuk = add_document(dossier=row.dossier, by=by, herkomst=Herkomst.DERDE, **document)
        row.stuk_id = stuk.pk
        _end(row, State.ANSWERED, by)
        record(act=ANSWERED, obj=row, dossier=row.dossier, facts=facts_of(row))
    row.notes = stuk.notes  # type: ignore[attr-defined]
    return row


def postpone(*, question: InformationRequest, follow_up_on: date, by: Membership) -> InformationRequest:
    """Another day to follow it up; it is reminded of again. Raises Http404, PermissionDenied, RuleBroken."""
    access.check_ask(by, question.dossier)
    with refusals_noted(MOVED, about=question, dossier=question.dossier):
        row, _ = _held(question)
        _check_running(row)
        rules.check_follow_up(follow_up_on, grounds.today())
        if row.follow_up_on != follow_up_on:
            row.follow_up_on = follow_up_on
            row.save(update_fields=["follow_up_on"])
            record(act=MOVED, obj=row, dossier=row.dossier, facts=facts_of(row) | {"due_on": follow_up_on})
    return row


def close(*, question: InformationRequest, reason: str, by: Membership) -> InformationRequest:
    """Nothing came, or it is needed no more. A second click changes nothing. Raises as `postpone`."""
    access.check_ask(by, question.dossier)
    with refusals_noted(CLOSED, about=question, dossier=question.dossier):
        row, _ = _held(question)
        if row.state == State.CLOSED:
            return row
        _check_running(row)
        row.end_reason = reason.strip()[:LONGEST] or None
        if row.end_reason is None:
            raise RuleBroken("Schrijf op waarom u dit sluit.", "reason")
        _end(row, State.CLOSED, by)
        record(act=CLOSED, obj=row, dossier=row.dossier, facts=facts_of(row))
    return row


# -- by itself ---------------------------------------------------------------------------------------------------------
def stop_for(*, consent: Consent) -> int:
    """The consent was withdrawn, within that act's own transaction: what runs on it stops, and its coach hears; how
    many."""
    rows = InformationRequest.objects.all().running().filter(consent=consent).select_for_update(of=("self",))
    found = list(rows.select_related("dossier__traject", "consent").order_by("pk"))
    for row in found:
        _end(row, State.WITHDRAWN, None)
        record(act=STOPPED, obj=row, dossier=row.dossier, facts=facts_of(row))
        tell(hearers(row), kind="opvraging_gestopt", once=row.pk.hex, path=page_of(row), number=row.number)
    return len(found)


def waiting(day: date) -> list[uuid.UUID]:
    """Those whose day has come and that nobody was reminded of yet."""
    with as_system():
        return list(_to_remind(day).values_list("pk", flat=True))


@transaction.atomic
def remind(*, information_id: uuid.UUID, day: date) -> int:
    """A mail without content to the coach, once for each day that was chosen; how many."""
    with as_system():
        rows = _to_remind(day).select_for_update(of=("self",), skip_locked=True)
        row: InformationRequest | None = rows.filter(pk=information_id).select_related("dossier__traject").first()
        who = hearers(row) if row else []
        if row is None or not who:
            return 0
        row.reminded_for = row.follow_up_on
        row.save(update_fields=["reminded_for"])
        once = f"{row.pk.hex}:{row.follow_up_on}"
        sent = tell(who, kind="opvraging_opvolgen", once=once, path=page_of(row), number=row.number)
        record(act="opvraging.herinnerd", obj=row, dossier=row.dossier, facts=facts_of(row) | {"mails": sent})
    return sent


def hearers(row: InformationRequest) -> list[Membership]:
    """Who asked it, and who handles the dossier by now; as far as they work here still."""
    who = {row.made_by_id, row.dossier.traject.handler_id}
    return list(Membership.objects.all().active().filter(pk__in=who).select_related("user").order_by("name", "id"))


# -- what they share ---------------------------------------------------------------------------------------------------
def facts_of(row: InformationRequest) -> dict[str, Any]:
    """What every line of the log says: no name, and no word of the dossier."""
    return {"number": row.number, "consent": row.consent.number}


def title_of(row: InformationRequest) -> str:
    """What an answer is called where nobody named it: from whom it came, and on which question."""
    return f"Antwoord van {row.party} op {row.number}"[:TITLE_LENGTH]


def page_of(row: InformationRequest) -> str:
    return reverse("consent:information", args=[row.pk])


def _to_remind(day: date) -> Any:
    unsaid = Q(reminded_for=None) | ~Q(reminded_for=F("follow_up_on"))
    rows = InformationRequest.objects.filter(unsaid, state__in=RUNNING, follow_up_on__lte=day)
    return rows.select_related("consent").order_by("follow_up_on", "id")


def _held(question: InformationRequest) -> tuple[InformationRequest, Consent]:
    """The consent and then the row, held until this transaction ends. Raises Http404."""
    consent = grounds.locked(question.consent_id)
    along = ("dossier__client", "dossier__traject__opdrachtgever", "consent")
    rows = InformationRequest.objects.select_for_update(of=("self",)).select_related(*along)
    row: InformationRequest | None = rows.filter(pk=question.pk).first()
    if row is None or consent is None:
        raise Http404
    return row, consent


def _dossier_now(dossier: Dossier) -> Dossier:
    """Held, as it is by now: another tab may have archived it. Raises Http404."""
    found: Dossier | None = Dossier.objects.select_for_update(of=("self",), no_key=True).filter(pk=dossier.pk).first()
    if found is None:
        raise Http404
    return found


def _check(consent: Consent, dossier: Dossier) -> None:
    """Raises RuleBroken."""
    if consent.client_id != dossier.client_id:
        raise RuleBroken("Deze machtiging is van iemand anders.", "consent")
    rules.check_machtiging(
        given=consent.state == "gegeven", holds=grounds.holds(consent), directions=consent.text.directions,
        party=str(consent.party or ""), dossier_id=consent.dossier_id, wanted=dossier.pk,
    )  # fmt: skip


def _check_running(row: InformationRequest) -> None:
    """Raises RuleBroken: another tab, or a withdrawal, was first."""
    if row.state == State.WITHDRAWN:
        raise RuleBroken(STOPPED_WORDS)
    if row.state not in RUNNING:
        raise RuleBroken(OVER)


def _new(dossier: Dossier, consent: Consent, question: Question, by: Membership) -> InformationRequest:
    """Raises RuleBroken with its field."""
    today = grounds.today()
    on = question.follow_up_on or today + rules.WAIT
    rules.check_follow_up(on, today)
    said = {name: str(getattr(question, name)).strip()[:LONGEST] for name in ("what", "why", "address")}
    if not said["what"]:
        raise RuleBroken("Schrijf op wat u vraagt.", "what")
    if not said["why"]:
        raise RuleBroken("Schrijf op waarvoor u dit nodig hebt.", "why")
    return InformationRequest(
        dossier=dossier, consent=consent, party=consent.party, what=said["what"], why=said["why"],
        address=said["address"] or None, made_by=by, made_by_name=by.name, follow_up_on=on,
    )  # fmt: skip


def _same(made: InformationRequest) -> InformationRequest | None:
    """The form sent twice: the same words, prepared by the same person. The consent is held: one comes first."""
    rows = InformationRequest.objects.filter(
        dossier=made.dossier, consent=made.consent, made_by=made.made_by, state=State.PREPARED
    )
    said = (made.what, made.why, made.address)
    return next((one for one in rows.select_related("consent") if (one.what, one.why, one.address) == said), None)


def _end(row: InformationRequest, state: State, by: Membership | None) -> None:
    row.state, row.ended_at, row.ended_by_name = state, database_now(), by.name if by else ""
    row.save(update_fields=["state", "ended_at", "ended_by_name", "end_reason", "stuk_id"])
