"""Thin: find the work, call the action."""

from __future__ import annotations

import logging
import time
from datetime import date, timedelta

from celery import shared_task
from django.db import OperationalError
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone

from access.models import CLIENT_ROLES, DossierGrant, Ground, Membership
from access.reach import as_system
from bureaus import reglement
from bureaus.models import Reglement
from bureaus.rounds import bureau_ids, in_each
from bureaus.tenancy import in_bureau
from clients.models import Gemachtigde
from dossiers import actions
from dossiers.models import FollowRun

log = logging.getLogger(__name__)
LOOK_BACK = timedelta(days=31)  # workers that slept longer are noticed first
AT_MOST = 200.0  # seconds in one message; a worker is stopped at CELERY_TASK_TIME_LIMIT


@shared_task(name="dossiers.tasks.follow_reglementen")
def follow_reglementen() -> int:
    """Let grants follow each reglement that came into force and was not followed yet; how many dossiers were looked at.

    Rung when a version is adopted, and by the sweep: for one whose day has come, and for what a worker left undone.
    """
    today, until = timezone.localdate(), time.monotonic() + AT_MOST
    return sum(follow(bureau_id, today, until=until) for bureau_id in bureau_ids())


def follow(bureau_id: int, today: date, *, until: float | None = None) -> int:
    """One bureau's part of it; how many dossiers were looked at. What is not done by `until` is for the next worker."""
    with in_bureau(bureau_id, origin="werker"):
        if (version := _new_version(today)) is not None:
            actions.begin_run(version, by_name="systeem")
    done = 0
    while (run := _take(bureau_id)) is not None:
        done += _work(bureau_id, run, until)
        if until is not None and time.monotonic() > until:
            follow_reglementen.delay()
            break
    return done


def _take(bureau_id: int) -> FollowRun | None:
    with in_bureau(bureau_id, origin="werker"):
        return actions.take_run()


def _work(bureau_id: int, run: FollowRun, until: float | None) -> int:
    """Step by step until it is done, another has it, it fails or time is up; how many dossiers were looked at."""
    before, at = run.done, run
    try:
        while at.status == FollowRun.Status.RUNNING and (until is None or time.monotonic() <= until):
            step = _step(bureau_id, at)
            if step is None:
                return at.done - before
            at = step
    except Exception as error:
        log.exception("following a reglement failed in bureau %s", bureau_id)
        with in_bureau(bureau_id, origin="werker"):
            actions.fail_run(at, error)
        return at.done - before
    if at.status == FollowRun.Status.RUNNING:
        with in_bureau(bureau_id, origin="werker"):
            actions.leave_run(at)
    return at.done - before


def _step(bureau_id: int, run: FollowRun) -> FollowRun | None:
    """One step; once more where two waited for each other and the database ended this one."""
    try:
        with in_bureau(bureau_id, origin="werker"):
            return actions.step_run(run)
    except OperationalError:
        with in_bureau(bureau_id, origin="werker"):
            return actions.step_run(run)


def _new_version(today: date) -> Reglement | None:
    """The version in force today, where grants do not follow it yet; every dossier began with a bureau's first."""
    try:
        version = reglement.version_in_force(today)
    except reglement.NoReglement:
        return None
    if version.version == 1 or version.in_force_from < today - LOOK_BACK:
        return None
    return None if FollowRun.objects.filter(reglement=version).exists() else version


@shared_task(name="dossiers.tasks.follow_machtigingen")
def follow_machtigingen() -> int:
    """Let grants follow the machtigingen that run and open nothing yet; how many were gained.

    Of one that came after another, with days between, the grant could not be given before that other was over.
    """
    return in_each(_follow_machtigingen)


def _follow_machtigingen() -> int:
    today = timezone.localdate()
    running = Gemachtigde.objects.filter(
        Q(valid_until=None) | Q(valid_until__gte=today), valid_from__lte=today,
        membership__in=Membership.objects.all().active().with_role(*CLIENT_ROLES),
    )  # fmt: skip
    living = DossierGrant.objects.all().living().filter(
        ground=Ground.GEMACHTIGDE, content_object=OuterRef("client__dossiers"),
        group_id=OuterRef("membership__private_group_id"),
    )  # fmt: skip
    with as_system():
        shut = running.exclude(client__dossiers=None).exclude(Exists(living)).values_list("client__dossiers", flat=True)
        dossiers = sorted(set(shut))
    return actions.follow_dossiers(dossiers, by=None, reason="de machtiging begint").gained
