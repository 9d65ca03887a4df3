"""Taking away a second step that is lost: one asks, another confirms, and its owner uses the link (ADR 0018)."""

from __future__ import annotations

import hashlib
import secrets
from datetime import timedelta

from allauth.mfa.models import Authenticator
from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from access import reset_rules as rules
from access.actions.calendars import end_links_of_account
from access.actions.mails import mail_account, queue_mail, tell, with_role
from access.actions.refusals import journals_refusals
from access.actions.sessions import end_all_of_account
from access.models import FactorReset, Membership
from access.reach import as_system
from access.rules import RuleBroken
from journal.actions import record
from journal.models import Result

TO_DECIDE, TO_USE = timedelta(days=7), timedelta(hours=24)
REMOVED = "Uw tweede stap bij het inloggen is weggehaald, omdat u die kwijt was. U stelt een nieuwe in."


class ResetGone(Exception):
    """Used, late, refused or never made: which of these is not told."""


@journals_refusals("reset.gevraagd", about="person")
@transaction.atomic
def ask_reset(*, person: Membership, reason: str, by: Membership) -> FactorReset:
    """Ask for a reset; while one is open, asking again is the same. Raises RuleBroken."""
    rules.check_ask(by, person)
    with as_system():
        Membership.objects.select_for_update(of=("self",)).get(pk=person.pk)
        there: FactorReset | None = FactorReset.objects.filter(person=person, state=FactorReset.State.OPEN).first()
        if there is not None and there.expires_at > timezone.now():
            return there
        deciders = _deciders(person, by)
        reset = there or FactorReset(person=person)
        reset.asked_by, reset.reason, reset.asked_at = by, reason, timezone.now()
        reset.expires_at = reset.asked_at + TO_DECIDE
        reset.save()
        once = f"{reset.pk}:{reset.asked_at.timestamp():.0f}"
        tell(deciders, kind="tweede_stap_gevraagd", once=once, path=reverse("access:inbox"))
        record(
            act="reset.gevraagd",
            obj=person,
            reason=_said(person, reason),
            facts={"reset": str(reset.pk), "by": str(by.pk)},
        )
    return reset


@journals_refusals("reset.bevestigd", about="reset")
@transaction.atomic
def confirm_reset(*, reset: FactorReset, by: Membership) -> FactorReset:
    """The second person agrees: a link goes to the person's own address. Raises RuleBroken."""
    token = secrets.token_urlsafe(32)
    with as_system():
        row = _open(reset, by)
        row.state, row.decided_by, row.decided_at = FactorReset.State.CONFIRMED, by, timezone.now()
        row.token_hash, row.expires_at = _hash(token), row.decided_at + TO_USE
        row.save()
        queue_mail(
            to=row.person.user.email,
            kind="tweede_stap",
            once_key=f"reset:{row.pk}",
            facts={"hours": TO_USE // timedelta(hours=1)},
            sealed={"path": f"/account/herstel/{token}/"},
        )
        record(act="reset.bevestigd", obj=row.person, facts={"reset": str(row.pk), "by": str(by.pk)})
    row.token = token  # type: ignore[attr-defined]
    return row


@journals_refusals("reset.afgewezen", about="reset")
@transaction.atomic
def refuse_reset(*, reset: FactorReset, reason: str, by: Membership) -> FactorReset:
    """Raises RuleBroken."""
    with as_system():
        row = _open(reset, by)
        row.state, row.decided_by, row.decided_at = FactorReset.State.REFUSED, by, timezone.now()
        row.save()
        record(
            act="reset.afgewezen",
            obj=row.person,
            reason=_said(row.person, reason),
            facts={"reset": str(row.pk), "by": str(by.pk)},
        )
    return row


def find_reset(token: str) -> FactorReset:
    """The reset of a link that still works, for somebody who still belongs here. Raises ResetGone."""
    with as_system():
        rows = FactorReset.objects.filter(
            token_hash=_hash(token), state=FactorReset.State.CONFIRMED, expires_at__gt=timezone.now()
        )
        found: FactorReset | None = rows.select_related("person__user").first()
    if found is None or not found.person.is_active or not found.person.user.is_active:
        raise ResetGone
    return found


def note_refused(token: str) -> None:
    """In the journal: that a link was tried that works no more. One that was never given out is nobody's."""
    with as_system():
        found = FactorReset.objects.filter(token_hash=_hash(token)).select_related("person").first()
        if found is not None:
            record(act="reset.geweigerd", obj=found.person, result=Result.REFUSED, facts={"reset": str(found.pk)})


@transaction.atomic
def use_reset(*, token: str, password: str) -> Membership | None:
    """Whoever holds the link and knows the password loses the old second step, the codes and every session.

    None for a wrong password. Raises ResetGone.
    """
    with as_system():
        reset = find_reset(token)
        row: FactorReset = FactorReset.objects.select_for_update(of=("self",)).get(pk=reset.pk)
        if row.state != FactorReset.State.CONFIRMED:
            raise ResetGone
        person = reset.person
        if not person.user.check_password(password):
            facts = {"reset": str(row.pk)}
            record(act="reset.geweigerd", obj=person, result=Result.REFUSED, reason="wachtwoord", facts=facts)
            return None
        row.state, row.used_at = FactorReset.State.USED, timezone.now()
        row.save(update_fields=["state", "used_at"])
        Authenticator.objects.filter(user_id=person.user_id).delete()
        end_all_of_account(person.user_id)
        end_links_of_account(user_id=person.user_id)
        mail_account(to=person.user.email, kind="beveiliging", sealed={"what": REMOVED})
        record(act="reset.gebruikt", obj=person, facts={"reset": str(row.pk)})
    return person


def _deciders(person: Membership, by: Membership) -> list[Membership]:
    """Who could confirm it. Raises RuleBroken where there is nobody: the platform's operator can't either."""
    found = [one for one in with_role(*rules.deciders_for(person), but=person.pk) if one.pk != by.pk]
    if not found:
        raise RuleBroken(rules.NOBODY)
    return found


def _open(reset: FactorReset, by: Membership) -> FactorReset:
    """Locked: of two that decide at once, the second finds it decided. Raises RuleBroken."""
    row: FactorReset = (
        FactorReset.objects.select_for_update(of=("self",)).select_related("person__user").get(pk=reset.pk)
    )
    rules.check_decide(by, row)
    if row.state != FactorReset.State.OPEN or row.expires_at <= timezone.now():
        raise RuleBroken("Over dit verzoek is al besloten, of het is te oud.")
    return row


def _said(person: Membership, reason: str) -> str:
    """Of a client's account the words stay with the request, which goes with the account; the log keeps none."""
    return reason if person.is_staff_member else ""


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
