"""Letting a whole bureau follow its reglement in steps: each one transaction, the next begins where it ended."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.db.models.functions import Now

from access.reach import as_system
from bureaus.models import Reglement
from dossiers.actions.following import follow_dossiers, take_back_releases
from dossiers.models import Dossier, FollowRun
from journal.actions import record

FOLLOWED = "reglement.gevolgd"
REASON = "nieuw reglement"
STEP = 2_000  # dossiers in one transaction
LEASE = timedelta(seconds=60)  # a worker that was killed is known by then
REST = timedelta(minutes=5)  # after a fault
_UNFINISHED = (FollowRun.Status.WAITING, FollowRun.Status.RUNNING, FollowRun.Status.FAILED)


@transaction.atomic
def begin_run(version: Reglement, *, by_name: str) -> FollowRun:
    """The work that a version in force asks, to be taken up by a worker; one for each version."""
    with as_system():
        total = {"total": Dossier.objects.count(), "by_name": by_name[:120]}
        run, _ = FollowRun.objects.get_or_create(reglement=version, defaults=total)
    return run


@transaction.atomic
def take_run() -> FollowRun | None:
    """A run of the current bureau that nobody works at, now leased to the caller; None where there is none."""
    rows = FollowRun.objects.select_for_update(of=("self",), skip_locked=True).filter(status__in=_UNFINISHED)
    run: FollowRun | None = rows.filter(_is_free()).order_by("created_at").first()
    if run is not None:
        _lease(run)
    return run


@transaction.atomic
def step_run(run: FollowRun) -> FollowRun | None:
    """The next dossiers of a run; when there are none left it is done. None where another has it now.

    Killed at any line, it did all of these or none.
    """
    locked: FollowRun | None = (
        FollowRun.objects.select_for_update(of=("self",), skip_locked=True).select_related("reglement").filter(
            pk=run.pk, leased_until=run.leased_until, status=FollowRun.Status.RUNNING
        )
    ).first()  # fmt: skip
    if locked is None:
        return None
    dossiers = Dossier.objects.order_by("pk").values_list("pk", flat=True)
    found = list((dossiers.filter(pk__gt=locked.after) if locked.after else dossiers)[:STEP])
    if found:
        _follow(locked, found)
    else:
        _finish(locked)
    return locked


@transaction.atomic
def fail_run(run: FollowRun, error: Exception) -> None:
    """Note what went wrong, by its kind alone; the sweep tries again after a while."""
    rows = FollowRun.objects.filter(pk=run.pk, leased_until=run.leased_until)
    rows.update(status=FollowRun.Status.FAILED, error=type(error).__name__[:200], leased_until=Now() + REST)


@transaction.atomic
def leave_run(run: FollowRun) -> None:
    """Give a run back before its lease is over, for the next worker."""
    FollowRun.objects.filter(pk=run.pk, leased_until=run.leased_until).update(leased_until=None)


def _is_free() -> Q:
    return Q(leased_until=None) | Q(leased_until__lt=Now())


def _follow(run: FollowRun, found: list[Any]) -> None:
    outcome = follow_dossiers(found, by=None, reason=REASON)
    take_back_releases(found)
    run.after, run.done = found[-1], run.done + len(found)
    # What was registered since it began is done as well, and never more than all of it.
    run.total = max(run.total, run.done)
    run.gained, run.lost = run.gained + outcome.gained, run.lost + outcome.lost
    run.save(update_fields=["after", "done", "total", "gained", "lost"])
    _lease(run)


def _lease(run: FollowRun) -> None:
    rows = FollowRun.objects.filter(pk=run.pk)
    rows.update(status=FollowRun.Status.RUNNING, error="", leased_until=Now() + LEASE)
    run.refresh_from_db(fields=["status", "error", "leased_until"])


def _finish(run: FollowRun) -> None:
    rows = FollowRun.objects.filter(pk=run.pk)
    rows.update(status=FollowRun.Status.DONE, total=run.done, leased_until=None, error="", finished_at=Now())
    run.refresh_from_db()
    facts = {"dossiers": run.done, "gained": run.gained, "lost": run.lost}
    record(act=FOLLOWED, obj=run.reglement, facts=facts)
