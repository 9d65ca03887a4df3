"""Support by the platform's operator (pluspunt 4.1): only when directie lets it in, for a while, all of it to be seen.

Let in is a membership with the role of support alone: its end is the end, to the second, whether or not a worker runs.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import models, transaction
from django.db.models.functions import Now
from django.urls import reverse

from access import asked, reach, rules
from access.actions.grants import end_rows, grant
from access.actions.mails import queue_mail, tell, with_role
from access.actions.memberships import add_membership
from access.actions.refusals import journals_refusals
from access.asking_rules import clean_number
from access.models import AccessRequest, DossierGrant, Ground, Membership, Role, User
from access.reach import as_system
from access.rules import RuleBroken
from bureaus import reglement
from bureaus.models import Bureau
from bureaus.tenancy import in_bureau
from bureaus.words import word
from journal.actions import record
from journal.models import Line
from vault.actions import create_key

ASKED_SHOWN = 20
READERS = (Role.DIRECTIE, Role.FG, Role.BEHEERDER)


def most_hours() -> int:
    """The longest that support may last here, by the reglement."""
    return reglement.in_force().access.support_hours


def check_may_decide(member: Membership) -> None:
    """Raises PermissionDenied."""
    if not member.has_role(Role.DIRECTIE):
        raise PermissionDenied(f"Alleen {word('directie', article=True)} laat ondersteuning toe.")


def requests() -> models.QuerySet[AccessRequest]:
    """Every asking for support in this bureau, the newest first."""
    rows: models.QuerySet[Any] = AccessRequest.objects.filter(kind=AccessRequest.Kind.SUPPORT)
    return rows.order_by("-asked_at", "id")


def waiting(member: Membership) -> models.QuerySet[AccessRequest] | None:
    """What waits for this member's decision; None for who never decides about it."""
    if not member.has_role(Role.DIRECTIE):
        return None
    open_ones = requests().filter(state=AccessRequest.State.OPEN, asked_at__gt=Now() - rules.SUPPORT_WAITS)
    return open_ones.order_by("asked_at", "id")


def living() -> models.QuerySet[AccessRequest]:
    """The visits that go on at this moment, by the database's clock."""
    return requests().filter(state=AccessRequest.State.GRANTED, opens_until__gt=Now())


@dataclass(frozen=True)
class Asked:
    """What an operator sees of what it asked: plain values, for it is shown outside the bureau's context."""

    asked_at: datetime
    hours: int
    dossier_number: str
    state: str
    until: datetime | None
    living: bool
    answer: str


def asked_by(operator: User) -> list[Asked]:
    """The last askings of this operator in the current bureau, the newest first."""
    now = reach.database_now()
    return [_asked(row, now) for row in asked.with_keys(requests().filter(operator=operator)[:ASKED_SHOWN])]


def _asked(row: AccessRequest, now: datetime) -> Asked:
    lapsed = row.state == AccessRequest.State.OPEN and row.asked_at <= now - rules.SUPPORT_WAITS
    return Asked(
        asked_at=row.asked_at, hours=row.hours, dossier_number=row.dossier_number,
        state=AccessRequest.State.LAPSED if lapsed else row.state, until=row.opens_until,
        living=row.opens_until is not None and row.opens_until > now, answer=asked.text_of(row, "answer"),
    )  # fmt: skip


def lines_of(request: AccessRequest) -> models.QuerySet[Line]:
    """All that was done in a visit: the journal's lines of that membership in that time, oldest first."""
    lines: models.QuerySet[Line] = Line.objects.filter(membership_id=request.asker_id)
    if request.asker_id is None or request.opens_until is None:
        return lines.none()
    return lines.filter(at__gte=request.decided_at, at__lte=request.opens_until).order_by("seq")


def ask_support(*, bureau: Bureau, reason: str, hours: int, operator: User, number: str = "") -> AccessRequest:
    """Ask the directie of a bureau to be let in; the same open request is not made twice.

    Outside any bureau's context. The number is not looked up: who is not let in learns nothing of it. Raises
    PermissionDenied for who is no operator, RuleBroken.
    """
    if not operator.is_platform_operator:
        raise PermissionDenied("Alleen de beheerder van het platform vraagt om ondersteuning.")
    text = rules.check_sentence(reason, "reason", what="Schrijf in een hele zin waar het bureau hulp bij vroeg.")
    with in_bureau(bureau, origin="platform", actor_label=operator.email):
        _one_at_a_time(operator)
        there = requests().filter(operator=operator, state=AccessRequest.State.OPEN)
        there = there.filter(asked_at__gt=Now() - rules.SUPPORT_WAITS)
        if (found := there.first()) is not None:
            return found
        _check_ask(hours, operator)
        return _ask(text, hours, operator, clean_number(number) if number else "")


@journals_refusals("ondersteuning.toegelaten", about="request")
@transaction.atomic
def let_in(*, request: AccessRequest, hours: int, by: Membership) -> AccessRequest:
    """Let the operator in from now on, for at most the hours that were asked. Again by the same person is the same.

    Raises PermissionDenied, RuleBroken: decided already, waited too long, a number that is not of this bureau.
    """
    check_may_decide(by)
    with as_system():
        row = _locked(request)
        if row.state == AccessRequest.State.GRANTED and row.decided_by_id == by.pk:
            return row
        _check_open(row)
        if not 1 <= hours <= min(row.hours, most_hours()):
            raise RuleBroken(f"Kies 1 tot {min(row.hours, most_hours())} uur.", "hours")
        _check_operator(row.operator)
        _check_no_member(row.operator)
        dossier = _named(row)
        now = reach.database_now()
        until = now + timedelta(hours=hours)
        member = _membership(row, now, until, by)
        row.asker, row.opens_until, row.hours = member, until, hours
        if dossier is not None:
            row.dossier_id, row.grant_id = dossier.pk, _grant(dossier, member, now, until, by)
        _decide(row, AccessRequest.State.GRANTED, by, now)
        facts = {"until": until.isoformat(), "membership": str(member.pk)}
        record(act="ondersteuning.toegelaten", obj=row, dossier=dossier, grant_id=row.grant_id, facts=facts)
    return row


@journals_refusals("ondersteuning.afgewezen", about="request")
@transaction.atomic
def refuse_support(*, request: AccessRequest, answer: str, by: Membership) -> AccessRequest:
    """Say no, and why. Again by the same person is the same. Raises PermissionDenied, RuleBroken."""
    check_may_decide(by)
    if not answer.strip():
        raise RuleBroken("Schrijf op waarom u ondersteuning afwijst.", "answer")
    with as_system():
        row = _locked(request)
        if row.state == AccessRequest.State.REFUSED and row.decided_by_id == by.pk:
            return row
        _check_open(row)
        row.answer = answer.strip()
        _decide(row, AccessRequest.State.REFUSED, by, reach.database_now())
        record(act="ondersteuning.afgewezen", obj=row)
    return row


@transaction.atomic
def end_support(*, request: AccessRequest, by: Membership) -> bool:
    """End a visit at once: the next request of the operator is nobody's. False where it had ended already."""
    check_may_decide(by)
    with as_system():
        row = _locked(request)
        if row.asker is None or not living().filter(pk=row.pk).exists():
            return False
        Membership.objects.filter(pk=row.asker_id, active_until__gt=Now()).update(active_until=Now())
        AccessRequest.objects.filter(pk=row.pk).update(opens_until=Now())
        grants = DossierGrant.objects.filter(group_id=row.asker.private_group_id)
        ended = end_rows(grants, by_name=by.name, reason="ondersteuning beëindigd")
        row.asker.user.groups.remove(row.asker.private_group_id)
        record(act="ondersteuning.beeindigd", obj=row, facts={"grants_ended": len(ended)})
        _tell_operator(row, "ondersteuning_beeindigd")
    return True


# -- asking ------------------------------------------------------------------------------------------------------------
def _one_at_a_time(operator: User) -> None:
    User.objects.select_for_update(of=("self",), no_key=True).get(pk=operator.pk)


def _check_ask(hours: int, operator: User) -> None:
    if not 1 <= hours <= most_hours():
        raise RuleBroken(f"Dit bureau laat ondersteuning ten hoogste {most_hours()} uur toe.", "hours")
    if living().filter(operator=operator).exists():
        raise RuleBroken("Er loopt al ondersteuning bij dit bureau. Vraag opnieuw als die is afgelopen.")
    _check_no_member(operator)


def _check_operator(operator: User | None) -> None:
    """Who asked may have left the platform since."""
    if operator is None or not (operator.is_active and operator.is_platform_operator):
        raise RuleBroken("Wie dit vroeg, werkt niet meer voor het platform. Wijs de vraag af.")


def _check_no_member(operator: User | None) -> None:
    if Membership.objects.all().active().filter(user=operator).exists():
        raise RuleBroken("Dit account heeft in dit bureau al een lidmaatschap. Ondersteuning gaat niet samen met werk.")


def _ask(text: str, hours: int, operator: User, number: str) -> AccessRequest:
    row = AccessRequest(
        kind=AccessRequest.Kind.SUPPORT, operator=operator, asker_name=operator.email[:120], hours=hours,
        dossier_number=number,
    )  # fmt: skip
    create_key(subject_id=row.pk)
    row.sealed_under, row.reason = row.pk, text
    row.save(force_insert=True)
    record(act="ondersteuning.gevraagd", obj=row, facts={"hours": hours, "names_dossier": bool(number)})
    page = reverse("access:support_visit", args=[row.pk])
    tell(with_role(Role.DIRECTIE), kind="ondersteuning_gevraagd", once=row.pk, path=page)
    return row


# -- deciding ----------------------------------------------------------------------------------------------------------
def _locked(request: AccessRequest) -> AccessRequest:
    rows = requests().select_for_update(of=("self",)).select_related("asker", "operator")
    found: AccessRequest = rows.get(pk=request.pk)
    return found


def _check_open(row: AccessRequest) -> None:
    if row.state != AccessRequest.State.OPEN:
        raise RuleBroken(f"{row.decided_by_name or 'Iemand'} besloot hier al over: {row.get_state_display()}.")
    if not AccessRequest.objects.filter(pk=row.pk, asked_at__gt=Now() - rules.SUPPORT_WAITS).exists():
        raise RuleBroken("Deze vraag is ouder dan een week en is vervallen. Het platform kan opnieuw vragen.")


def _named(row: AccessRequest) -> Any:
    """The dossier that the bureau named to the operator; None where none was."""
    if not row.dossier_number:
        return None
    found = asked.dossier_by_number(row.dossier_number)
    if found is None:
        raise RuleBroken(
            f"Dossier {row.dossier_number} is er niet in dit bureau. Wijs de vraag af; het platform kan opnieuw vragen."
        )
    return found


def _membership(row: AccessRequest, now: datetime, until: datetime, by: Membership) -> Membership:
    member = add_membership(
        user=row.operator, name=f"Ondersteuning ({row.asker_name})"[:120], roles=[Role.SUPPORT], by=by
    )
    Membership.objects.filter(pk=member.pk).update(active_from=now, active_until=until)
    member.refresh_from_db()
    return member


def _grant(dossier: Any, member: Membership, now: datetime, until: datetime, by: Membership) -> Any:
    given = grant(
        dossier=dossier,
        to=member,
        ground=Ground.SUPPORT,
        by=by,
        reason="ondersteuning",
        starts_at=now,
        expires_at=until,
    )
    return given[0].pk


def _decide(row: AccessRequest, state: AccessRequest.State, by: Membership, now: datetime) -> None:
    row.state, row.decided_by, row.decided_by_name, row.decided_at = state, by, by.name, now
    row.save()
    _tell_operator(row, "ondersteuning_besluit")


def _tell_operator(row: AccessRequest, kind: str) -> None:
    if row.operator is not None:
        queue_mail(
            to=row.operator.email, kind=kind, once_key=f"{kind}:{row.pk}",
            facts={"path": "/", "allowed": row.state == AccessRequest.State.GRANTED},
        )  # fmt: skip
