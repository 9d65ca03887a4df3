"""Thin: find the dossiers, call the action."""

from __future__ import annotations

from datetime import date, timedelta

from celery import shared_task
from django.utils import timezone

from bureaus import reglement
from bureaus.models import Bureau, Reglement
from bureaus.tenancy import in_bureau
from dossiers import actions
from dossiers.models import Dossier
from journal.actions import record
from journal.models import Line

FOLLOWED = "reglement.gevolgd"
LOOK_BACK = timedelta(days=31)  # workers that slept longer are noticed first


@shared_task(name="dossiers.tasks.follow_reglementen")
def follow_reglementen() -> int:
    """Let grants follow each reglement that came into force and was not followed yet; how many dossiers were looked at.

    Each dossier has a transaction of its own, and again changes nothing. That all were done is a line in the journal:
    without it, workers that slept on the day itself begin again.
    """
    today = timezone.localdate()
    return sum(follow(bureau_id, today) for bureau_id in Bureau.objects.order_by("pk").values_list("pk", flat=True))


def follow(bureau_id: int, today: date) -> int:
    """One bureau's part of it; how many dossiers were looked at."""
    with in_bureau(bureau_id, origin="werker"):
        version = _new_version(today)
        dossier_ids = list(Dossier.objects.order_by("pk").values_list("pk", flat=True)) if version else []
    for dossier_id in dossier_ids:
        with in_bureau(bureau_id, origin="werker"):
            dossier = Dossier.objects.get(pk=dossier_id)
            actions.sync_grants(dossier=dossier, by=None, reason="nieuw reglement")
    if version:
        with in_bureau(bureau_id, origin="werker"):
            record(act=FOLLOWED, obj=version, facts={"dossiers": len(dossier_ids)})
    return len(dossier_ids)


def _new_version(today: date) -> Reglement | None:
    """The version in force today, where grants do not follow it yet; every dossier began with a bureau's first."""
    try:
        version = reglement.version_in_force(today)
    except reglement.NoReglement:
        return None
    if version.version == 1 or version.in_force_from < today - LOOK_BACK:
        return None
    # By nobody: that is what the journal's index finds it by.
    done = Line.objects.filter(membership_id=None, act=FOLLOWED, object_id=str(version.pk))
    return None if done.exists() else version
