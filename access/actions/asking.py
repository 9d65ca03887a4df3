"""Asking to look into one dossier, and directie's answer (pluspunt 4.1, ADR 0015).

A refusal of the rules is journaled outside the act, which is undone; nothing is left half done.
"""

from __future__ import annotations

import uuid
from datetime import datetime, timedelta
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models.functions import Now
from django.urls import reverse
from django.utils import timezone

from access import asked, reach
from access import asking_rules as rules
from access.actions.grants import grant, revoke
from access.actions.mails import tell, with_role
from access.actions.refusals import refusals_noted
from access.actions.sealing import seal_anew
from access.models import AccessRequest, Ground, Membership, Role
from access.reach import as_system
from access.rules import RuleBroken
from bureaus import reglement
from journal.actions import about_dossier, record
from vault.actions import create_key

Kind, State = AccessRequest.Kind, AccessRequest.State
GROUND = Ground.CONSENT_OF_DIRECTIE
# The grant and the journal say that it was asked for; why is sealed, on the request.
GRANT_REASON = "inzage op verzoek"
# Floors higher: addresses, not names of urls.
WORKLIST, PORTAL = "/werkvoorraad/", "/mijn/"


def ask(*, number: str, reason: str, hours: int, by: Membership) -> AccessRequest:
    """Ask directie to let oneself look into the dossier with this number; the open request, if there is one.

    Whether the number exists, and whether its traject runs, the asker does not learn. Raises PermissionDenied where
    the reglement has no asking for this role, RuleBroken for what can be no request.
    """
    asked.check_ask(by)
    with refusals_noted("toegang.gevraagd"):
        return _ask(rules.clean_number(number), reason, hours, by)


def allow(*, request: AccessRequest, purpose: str, hours: int, by: Membership) -> AccessRequest:
    """Let the asker read the dossier, from now on and for so many hours, for this purpose.

    Raises RuleBroken for what was decided, withdrawn or lapsed, for one's own request, for more hours than the
    reglement has, where the dossier is not there or its traject ended; PermissionDenied for who is no directie.
    """
    with refusals_noted("toegang.toegestaan", about=request, dossier=about_dossier(request)):
        row = _to_decide(request, by)
        rules.check_text(purpose, "purpose")
        terms = reglement.in_force().access.asking
        rules.check_hours(hours, terms)
        dossier, asker = _dossier_for(row)
        row.grant_id, row.opens_until = _let_in(dossier, asker, hours, by)
        _decide(row, State.GRANTED, purpose, by)
        facts = {"request": str(row.pk), "asker": str(asker.pk), "hours": hours, "until": row.opens_until}
        record(act="toegang.toegestaan", obj=row, dossier=dossier, ground=GROUND, grant_id=row.grant_id, facts=facts)
        _tell_asker(row)
        _tell_around(row, dossier, tell_handler=terms.tell_handler, tell_client=terms.tell_client)
    return row


def refuse(*, request: AccessRequest, answer: str, by: Membership) -> AccessRequest:
    """Say no, with a reason that the asker reads. Raises as `allow`."""
    with refusals_noted("toegang.afgewezen", about=request, dossier=about_dossier(request)):
        row = _to_decide(request, by)
        rules.check_text(answer, "answer")
        _decide(row, State.REFUSED, answer, by)
        record(act="toegang.afgewezen", obj=row, dossier=about_dossier(row), facts={"asker": str(row.asker_id)})
        _tell_asker(row)
    return row


def withdraw(*, request: AccessRequest, by: Membership) -> AccessRequest:
    """The asker needs it no more. Again changes nothing. Raises RuleBroken for what was decided."""
    if request.asker_id != by.pk:
        raise PermissionDenied("Alleen wie het vroeg, trekt een verzoek in.")
    with refusals_noted("toegang.verzoek_ingetrokken", about=request, dossier=about_dossier(request)):
        row = _locked(request)
        if row.state == State.WITHDRAWN:
            return row
        rules.check_waits(row, timezone.now())
        row.state = State.WITHDRAWN
        row.save(update_fields=["state"])
        record(act="toegang.verzoek_ingetrokken", obj=row, dossier=about_dossier(row))
    return row


def stop(*, request: AccessRequest, by: Membership) -> AccessRequest:
    """End what was allowed before its time: by the asker, who is done, or by directie. Again changes nothing."""
    if request.asker_id != by.pk and not by.has_role(Role.DIRECTIE):
        raise PermissionDenied("Dit kan alleen wie het vroeg, of wie erover beslist.")
    # In the reach of the system: who has to sign a declaration first sees no dossier, and ends what is theirs to end.
    with transaction.atomic(), as_system():
        row = _locked(request)
        dossier = asked.dossier_of(row)
        if row.state != State.GRANTED or dossier is None or row.asker is None:
            return row
        if revoke(dossier=dossier, to=row.asker, ground=GROUND, by=by, reason="eerder beëindigd"):
            row.opens_until = reach.database_now()
            row.save(update_fields=["opens_until"])
    return row


@transaction.atomic
def lapse() -> int:
    """Let open requests lapse on which nobody decided in time; how many.

    They could not be allowed since that moment, whether or not this runs.
    """
    with as_system():
        rows = AccessRequest.objects.filter(kind=Kind.ASKED, state=State.OPEN, asked_at__lte=Now() - rules.LAPSES_AFTER)
        return _lapse(rows.select_for_update(of=("self",), skip_locked=True))


# -- asking ---------------------------------------------------------------------------------------------------------
def _ask(number: str, reason: str, hours: int, by: Membership) -> AccessRequest:
    rules.check_text(reason, "reason")
    rules.check_hours(hours, reglement.in_force().access.asking)
    _one_at_a_time(by)
    mine = AccessRequest.objects.filter(kind=Kind.ASKED, asker=by)
    late = mine.filter(state=State.OPEN, asked_at__lte=Now() - rules.LAPSES_AFTER)
    _lapse(late.select_for_update(of=("self",)))
    there: AccessRequest | None = mine.filter(state=State.OPEN, dossier_number=number).first()
    if there is not None:
        return there
    dossier = asked.dossier_by_number(number)
    if dossier is not None and reach.may_see(by.user, dossier):
        raise RuleBroken("Dit dossier mag u al zien. U vindt het met de zoekbalk, of bij uw verzoeken.", "number")
    today = mine.filter(asked_at__gt=Now() - timedelta(days=1)).count()
    rules.check_how_often(mine.filter(state=State.OPEN).count(), today)
    return _asked(number, dossier, reason, hours, by)


def _asked(number: str, dossier: Any | None, reason: str, hours: int, by: Membership) -> AccessRequest:
    row = AccessRequest(
        kind=Kind.ASKED,
        dossier_id=dossier.pk if dossier else None,
        dossier_number=number,
        asker=by,
        asker_name=by.name,
        hours=hours,
    )
    row.sealed_under = dossier.pk if dossier else row.pk
    if dossier is None:
        create_key(subject_id=row.pk)
    row.reason = reason
    row.save(force_insert=True)
    record(act="toegang.gevraagd", obj=row, dossier=about_dossier(row), facts={"hours": hours, "number": number})
    page = reverse("access:asked", args=[row.pk])
    tell(with_role(Role.DIRECTIE, but=by.pk), kind="inzage_gevraagd", once=row.pk, path=page)
    return row


def _one_at_a_time(by: Membership) -> None:
    """Of two that one person sends at once, the second finds the first."""
    Membership.objects.select_for_update(of=("self",), no_key=True).values_list("pk").get(pk=by.pk)


# -- deciding -------------------------------------------------------------------------------------------------------
def _locked(request: AccessRequest) -> AccessRequest:
    rows = AccessRequest.objects.select_for_update(of=("self",)).select_related("asker__user")
    row: AccessRequest = rows.get(pk=request.pk, kind=Kind.ASKED)
    return row


def _to_decide(request: AccessRequest, by: Membership) -> AccessRequest:
    """Locked: of two who decide at once, the second is told what the first did."""
    row = _locked(request)
    asked.check_decide(by, row)
    return row


def _dossier_for(row: AccessRequest) -> tuple[Any, Membership]:
    """What is still asked for, and by whom. Raises RuleBroken where there is nothing left to allow."""
    dossier = asked.dossier_of(row)
    if why_not := asked.blocked(dossier):
        raise RuleBroken(why_not)
    asker = Membership.objects.all().active().select_related("user").filter(pk=row.asker_id).first()
    if asker is None:
        raise RuleBroken(f"{row.asker_name} werkt hier niet meer.")
    if not asked.may_ask(asker):
        raise RuleBroken(f"Het reglement laat {asker.name} niet meer om inzage vragen.")
    if reach.may_see(asker.user, dossier):
        raise RuleBroken(f"{asker.name} mag dit dossier inmiddels al zien.")
    return dossier, asker


def _let_in(dossier: Any, asker: Membership, hours: int, by: Membership) -> tuple[uuid.UUID, datetime]:
    """To read, and to the second; both ends by the database's clock."""
    now = reach.database_now()
    until = now + timedelta(hours=hours)
    made = grant(dossier=dossier, to=asker, ground=GROUND, by=by, reason=GRANT_REASON, starts_at=now, expires_at=until)
    return made[0].pk, until


def _decide(row: AccessRequest, state: str, answer: str, by: Membership) -> None:
    seal_anew(row)
    row.state, row.answer = state, answer
    row.decided_by, row.decided_by_name, row.decided_at = by, by.name, reach.database_now()
    row.save(
        update_fields=[
            "state", "answer", "decided_by", "decided_by_name", "decided_at", "grant_id", "opens_until", "sealed_under",
            "reason",
        ]
    )  # fmt: skip


def _lapse(rows: Any) -> int:
    found = list(rows.select_related("asker__user"))
    for row in found:
        row.state = State.LAPSED
        row.save(update_fields=["state"])
        record(act="toegang.verzoek_vervallen", obj=row, dossier=about_dossier(row))
        _tell_asker(row)
    return len(found)


# -- telling --------------------------------------------------------------------------------------------------------
def _tell_asker(row: AccessRequest) -> None:
    if row.asker is not None:
        tell([row.asker], kind="inzage_besloten", once=row.pk, path=reverse("access:my_requests"))


def _tell_around(row: AccessRequest, dossier: Any, *, tell_handler: bool, tell_client: bool) -> None:
    """Who works on the dossier, and where the reglement says so whose dossier it is; without a word of content."""
    if tell_handler:
        coaches = reach.held_by(dossier, (Ground.HANDLER, Ground.SECOND_COACH))
        tell(coaches, kind="inzage_behandelaar", once=row.pk, path=WORKLIST)
    if tell_client:
        people = reach.held_by(dossier, (Ground.CLIENT, Ground.GEMACHTIGDE))
        tell(people, kind="inzage_in_uw_dossier", once=row.pk, path=PORTAL)
