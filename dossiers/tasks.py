"""Thin: find the dossiers, call the action."""

from __future__ import annotations

import uuid

from celery import shared_task
from django.utils import timezone

from bureaus import reglement
from bureaus.models import Bureau
from bureaus.tenancy import in_bureau
from dossiers import actions
from dossiers.models import Dossier


@shared_task(name="dossiers.tasks.follow_reglementen")
def follow_reglementen() -> int:
    """Let grants follow each reglement that came into force today; how many dossiers were looked at.

    Each dossier has a transaction of its own, and again changes nothing.
    """
    return sum(_follow(bureau_id) for bureau_id in Bureau.objects.order_by("pk").values_list("pk", flat=True))


def _follow(bureau_id: int) -> int:
    dossier_ids = _dossiers(bureau_id)
    for dossier_id in dossier_ids:
        with in_bureau(bureau_id, origin="werker"):
            dossier = Dossier.objects.get(pk=dossier_id)
            actions.sync_grants(dossier=dossier, by=None, reason="nieuw reglement")
    return len(dossier_ids)


def _dossiers(bureau_id: int) -> list[uuid.UUID]:
    """The dossiers of a bureau whose reglement is new today; none otherwise."""
    with in_bureau(bureau_id, origin="werker"):
        try:
            version = reglement.version_in_force()
        except reglement.NoReglement:
            return []
        if version.version == 1 or version.in_force_from != timezone.localdate():
            return []
        return list(Dossier.objects.order_by("pk").values_list("pk", flat=True))
