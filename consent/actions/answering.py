"""A consent is given, refused or withdrawn: in the portal by the client, or entered from a paper that came in.

Nothing hangs on a no: refusing, and withdrawing, is as easy as giving (jmwerkt 1.5, AVG 7.3).
"""

from __future__ import annotations

from datetime import date

from django.core.files import File
from django.db import transaction
from django.utils import timezone

from access.models import Membership
from access.reach import as_system
from access.rules import RuleBroken
from bureaus import reglement
from bureaus.validators import clean_line
from consent import access, grounds, rules, starter_access
from consent.actions.rows import answer, held, leave
from consent.models import Consent, How, State
from dossiers.actions import scans
from dossiers.documents.inspect import Inspected

BY_STAFF = (How.LETTER, How.DESK)
LONGEST_NAME = 120


@transaction.atomic
def give(*, consent: Consent, by: Membership, signed_name: str = "") -> Consent:
    """Yes, in the portal; where the text asks a signature, with one's name under it. Again changes nothing.

    Raises Http404, RuleBroken.
    """
    access.check_answer(by, consent)
    with as_system():
        row = held(consent)
        if row.state == State.GIVEN:
            return row
        _check_open(row)
        _check_still_asked(row)
        name = _signature(row, signed_name)
        _given(row, grounds.today(), by=by, how=How.PORTAL, signed_name=name)
    return row


@transaction.atomic
def refuse(*, consent: Consent, by: Membership) -> Consent:
    """No, in the portal. Again changes nothing. Raises Http404, RuleBroken."""
    access.check_answer(by, consent)
    with as_system():
        row = held(consent)
        if row.state == State.REFUSED:
            return row
        _check_open(row)
        _refused(row, by=by, how=How.PORTAL)
    return row


@transaction.atomic
def give_on_paper(*, consent: Consent, signed_on: date, scan: File[bytes] | None, by: Membership) -> Consent:
    """Yes, on a paper with a signature that is scanned (javawest 2). Raises Http404, PermissionDenied, RuleBroken with
    its field."""
    access.check_ask(by, consent.client)
    if scan is None:
        raise RuleBroken("Kies de scan van het getekende formulier.", "scan")
    with as_system():
        row = held(consent)
        _check_open(row)
        _check_still_asked(row)
        _check_signed_on(row, signed_on)
        paper = _kept(row, scans.look_at(scan, only=scans.PAPER_KINDS))
        _given(row, signed_on, by=by, how=How.PAPER, signed_on=signed_on, **paper)
    return row


@transaction.atomic
def refuse_on_paper(
    *, consent: Consent, by: Membership, signed_on: date | None = None, scan: File[bytes] | None = None
) -> Consent:
    """No, on paper; the paper is kept where there is one. Raises as `give_on_paper`."""
    access.check_ask(by, consent.client)
    with as_system():
        row = held(consent)
        _check_open(row)
        if signed_on is not None:
            _check_day(row, signed_on)
        paper = _kept(row, scans.look_at(scan, only=scans.PAPER_KINDS)) if scan is not None else {}
        _refused(row, by=by, how=How.PAPER, signed_on=signed_on, **paper)
    return row


@transaction.atomic
def withdraw(*, consent: Consent, by: Membership, how: str = How.PORTAL) -> Consent:
    """It holds no more, from this moment: by the client in the portal, by staff after a letter or at the desk.

    Again changes nothing. Raises Http404, PermissionDenied, RuleBroken.
    """
    if how == How.PORTAL:
        access.check_answer(by, consent)
    else:
        access.check_ask(by, consent.client)
        if how not in BY_STAFF:
            raise RuleBroken("Kies hoe het intrekken binnenkwam.", "how")
    with as_system():
        row = held(consent)
        if row.state == State.WITHDRAWN and row.answered_at is not None:
            return row
        if row.state != State.GIVEN:
            raise RuleBroken("Er is niets om in te trekken: deze toestemming is niet gegeven.")
        leave(row, by=by, how=How(how))
    return row


# -- the answer itself -------------------------------------------------------------------------------------------------
def _given(row: Consent, day: date, *, by: Membership, how: How, **more: object) -> None:
    """Until its term has passed; an earlier yes to the same question makes place for it."""
    _replace(row, by, also_other_scope=False)
    answer(row, State.GIVEN, by=by, how=how, ends_on=rules.ends_on(row.text.valid_for, day), **more)


def _refused(row: Consent, *, by: Membership, how: How, **more: object) -> None:
    """A no ends every earlier yes to this purpose and party, in whatever words it was asked."""
    _replace(row, by, also_other_scope=True)
    answer(row, State.REFUSED, by=by, how=how, **more)


def _replace(row: Consent, by: Membership, *, also_other_scope: bool) -> None:
    """The last answer is the answer: where a party is named, about that party; a yes about something else of theirs
    stands beside it. Who is behind an entry is asked for each client by itself, in the same words."""
    if row.purpose == starter_access.PURPOSE:
        return
    rows = Consent.objects.filter(client_id=row.client_id, purpose=row.purpose, state=State.GIVEN)
    for one in rows.select_for_update(of=("self",)).select_related("text", "client", "dossier").order_by("id"):
        if rules.same_question(row, one, also_other_scope=also_other_scope):
            leave(one, by=by, how=How.REPLACED)


def _check_open(row: Consent) -> None:
    """Raises RuleBroken: another tab, or somebody else, was first."""
    if row.state == State.ASKED:
        return
    if row.state == State.WITHDRAWN and row.answered_at is None:
        raise RuleBroken("Deze vraag is teruggenomen. U hoeft niets meer te doen.")
    raise RuleBroken(f"Deze vraag is al beantwoord: {row.get_state_display()}.")


def _check_still_asked(row: Consent) -> None:
    if row.purpose not in reglement.in_force().consents.asked_now():
        raise RuleBroken("Het bureau vraagt deze toestemming niet meer. U hoeft niets meer te doen.")


def _signature(row: Consent, signed_name: str) -> str:
    if not row.text.signed:
        return ""
    name = clean_line(signed_name) if signed_name.strip() else ""
    if not name:
        raise RuleBroken("Typ uw naam. Dat is uw handtekening.", "signed_name")
    if len(name) > LONGEST_NAME:
        raise RuleBroken(f"Gebruik ten hoogste {LONGEST_NAME} tekens.", "signed_name")
    return name


def _check_day(row: Consent, signed_on: date) -> None:
    """Nobody signs words that are not there yet. Raises RuleBroken."""
    if signed_on > grounds.today():
        raise RuleBroken("Deze datum ligt in de toekomst.", "signed_on")
    since = timezone.localdate(row.text.made_at)
    if signed_on < since:
        raise RuleBroken(
            f"Deze tekst is er pas sinds {since:%d-%m-%Y}. Een papier van eerder zegt iets anders.", "signed_on"
        )


def _check_signed_on(row: Consent, signed_on: date) -> None:
    _check_day(row, signed_on)
    until = rules.ends_on(row.text.valid_for, signed_on)
    if until is not None and until <= grounds.today():
        raise RuleBroken(
            f"Dit is al voorbij: de toestemming gold tot {until:%d-%m-%Y}. Vraag haar opnieuw.", "signed_on"
        )


def _kept(row: Consent, found: Inspected) -> dict[str, object]:
    info = scans.keep(found, subject_id=row.client_id)
    return {
        "scan_file": info.name, "scan_name": scans.own_name(found, row.number), "scan_size": info.size,
        "scan_sha256": info.sha256,
    }  # fmt: skip
