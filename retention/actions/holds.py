"""Holds: why a dossier is kept although its term has passed, until somebody says that it need not be any more.

Placing, lifting and erasing all lock the dossier first: a hold that is placed a millisecond before a destruction
reaches its dossier, wins.
"""

from __future__ import annotations

import uuid
from datetime import date, datetime

from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from access.actions.mails import tell
from access.models import Membership
from access.reach import as_system, database_now
from dossiers.models import Dossier
from journal.actions import record
from retention.access import NOBODY, check_hold
from retention.clock import database_today
from retention.models import Hold, HoldKind
from retention.rules import Refused, check_review

GONE = "Dit dossier is er niet meer."


@transaction.atomic
def place_hold(
    *, dossier: Dossier, by: Membership | None, kind: HoldKind | str, reason: str, review_on: date,
    until: datetime | None = None, source: str = "",
) -> Hold:  # fmt: skip
    """Keep a dossier from now on, whatever its term. The same again is the same hold.

    `by` None: the system, for what happens elsewhere; `source` names that, and it has one hold. Raises Http404,
    PermissionDenied, and Refused: a date that can't be, no reason, a dossier that has just gone.
    """
    if by is not None:
        check_hold(by, dossier)
    _check(kind, reason, review_on, until)
    with as_system():
        locked = _locked(dossier.pk)
        there = _same(locked, by, kind, reason, review_on, until, source)
        if there is not None:
            return there
        hold = Hold(dossier=locked, kind=str(kind), source=source, until=until, review_on=review_on)
        hold.placed_by, hold.placed_by_name = by, by.name if by else NOBODY
        hold.reason = reason.strip()
        hold.save(force_insert=True)
        facts = {"kind": hold.kind, "review_on": review_on, "until": until, "source": source}
        record(act="blokkade.geplaatst", obj=hold, dossier=locked, facts=facts)
    return hold


@transaction.atomic
def lift_hold(*, hold: Hold, by: Membership | None, reason: str) -> Hold:
    """The dossier need not be kept for this any more; why is kept with it. Again changes nothing.

    Raises Http404, PermissionDenied, Refused.
    """
    row = _locked_hold(hold, by)
    if row.lifted_at is not None:
        return row
    if not reason.strip():
        raise Refused("Schrijf op waarom dit dossier hier niet meer voor bewaard hoeft te worden.", "reason")
    row.lifted_by, row.lifted_by_name, row.lifted_at = by, by.name if by else NOBODY, database_now()
    row.lift_reason = reason.strip()
    with as_system():
        row.save(update_fields=["lifted_by", "lifted_by_name", "lifted_at", "lift_reason"])
        record(act="blokkade.opgeheven", obj=row, dossier=row.dossier, facts={"kind": row.kind})
    return row


@transaction.atomic
def review_hold(*, hold: Hold, by: Membership, review_on: date) -> Hold:
    """Somebody looked and it is still right; by `review_on` somebody looks again. The same again changes nothing.

    Raises Http404, PermissionDenied, Refused.
    """
    row = _locked_hold(hold, by)
    if row.lifted_at is not None:
        raise Refused(f"{row.lifted_by_name} heeft deze blokkade al opgeheven.")
    until = timezone.localdate(row.until) if row.until else None
    check_review(review_on, until, database_today())
    if row.review_on == review_on and row.reviewed_by_name == by.name:
        return row
    before, row.review_on = row.review_on, review_on
    row.reviewed_by_name, row.reviewed_at = by.name, database_now()
    with as_system():
        row.save(update_fields=["review_on", "reviewed_by_name", "reviewed_at"])
        facts = {"kind": row.kind, "before": before, "review_on": review_on}
        record(act="blokkade.bekeken", obj=row, dossier=row.dossier, facts=facts)
    return row


@transaction.atomic
def remind_holds(today: date) -> int:
    """Mail who placed a hold that it is time to look again, once for each day that was chosen; how many mails.

    Of one that the system placed, or somebody who works here no more, the digest tells directie.
    """
    with as_system():
        members = Membership.objects.all().active().values("pk")
        holds = Hold.objects.to_review(today).filter(placed_by__in=members).select_related("placed_by__user")
        return sum(_remind(one, one.placed_by) for one in holds)


def _remind(hold: Hold, member: Membership) -> int:
    page = reverse("retention:dossier", args=[hold.dossier_id])
    return tell([member], kind="blokkade_bekijken", once=f"{hold.pk}:{hold.review_on.isoformat()}", path=page)


def _check(kind: HoldKind | str, reason: str, review_on: date, until: datetime | None) -> None:
    if kind not in HoldKind.values:
        raise Refused("Kies een soort uit de lijst.", "kind")
    if not reason.strip():
        raise Refused("Schrijf op waarom dit dossier langer bewaard moet worden.", "reason")
    check_review(review_on, timezone.localdate(until) if until else None, database_today())


def _locked(dossier_id: uuid.UUID) -> Dossier:
    found: Dossier | None = Dossier.objects.select_for_update(of=("self",)).filter(pk=dossier_id).first()
    if found is None:
        raise Refused(GONE)
    return found


def _locked_hold(hold: Hold, by: Membership | None) -> Hold:
    """The dossier first, as everybody does; then the hold itself."""
    if by is not None:
        check_hold(by, hold.dossier)
    with as_system():
        dossier = _locked(hold.dossier_id)
        row: Hold | None = Hold.objects.select_for_update(of=("self",)).filter(pk=hold.pk).first()
    if row is None:
        raise Refused(GONE)
    row.dossier = dossier
    return row


def _same(
    dossier: Dossier, by: Membership | None, kind: HoldKind | str, reason: str, review_on: date,
    until: datetime | None, source: str,
) -> Hold | None:  # fmt: skip
    """The hold that is there already: of the same source, or the same words of the same person."""
    living = Hold.objects.living().filter(dossier=dossier)
    if source:
        found: Hold | None = Hold.objects.filter(dossier=dossier, source=source, lifted_at=None).first()
        return found
    alike = living.filter(source="", placed_by=by, kind=str(kind), review_on=review_on, until=until)
    return next((one for one in alike if one.reason == reason.strip()), None)
