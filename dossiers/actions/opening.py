"""Opening a dossier with its grants, and closing it for writing."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import IntegrityError, transaction
from django.utils import timezone

from access.actions import grant
from access.models import Ground, Membership
from access.reach import CHANGE, VIEW, as_system
from bureaus import reglement
from clients.models import Phase, Traject
from dossiers import access, rules
from dossiers.actions.following import sync_grants
from dossiers.models import Dossier
from journal.actions import record
from vault.actions import create_key

TRIES = 5


@transaction.atomic
def open_dossier(*, traject: Traject, by: Membership | None) -> Dossier:
    """Make the dossier of a traject with its own key and its grants; the one that is there already, if any."""
    with as_system():
        Traject.objects.select_for_update(of=("self",)).get(pk=traject.pk)
        there: Dossier | None = Dossier.objects.filter(traject=traject).first()
        if there is not None:
            return there
        dossier = _insert(traject)
        create_key(subject_id=dossier.pk)
        record(act="dossier.geopend", obj=dossier, dossier=dossier, facts={"traject": str(traject.pk)})
        sync_grants(dossier=dossier, by=by)
        if by is not None:
            _let_in_who_registered(dossier, by)
    return dossier


@transaction.atomic
def archive_dossier(*, dossier: Dossier, by: Membership) -> Dossier:
    """Close a dossier for writing, once its traject has ended (werkid 13.1): nobody keeps a grant to write in it.

    Again changes nothing. Raises Http404, PermissionDenied, rules.Refused.
    """
    access.check_keep(by, dossier)
    locked: Dossier = Dossier.objects.select_for_update(of=("self",)).select_related("traject").get(pk=dossier.pk)
    if locked.is_archived:
        return locked
    if locked.traject.phase != Phase.ENDED:
        raise rules.Refused("Het traject loopt nog. Sluit eerst het traject af.")
    _set_archived(locked, timezone.now(), by, "gearchiveerd")
    record(act="dossier.gearchiveerd", obj=locked, dossier=locked)
    return locked


@transaction.atomic
def reopen_dossier(*, dossier: Dossier, by: Membership, reason: str) -> Dossier:
    """Take a dossier out of the archive, for a reason that is journaled; who wrote in it may again.

    Again changes nothing. Raises Http404, PermissionDenied.
    """
    access.check_keep(by, dossier)
    locked: Dossier = Dossier.objects.select_for_update(of=("self",)).get(pk=dossier.pk)
    if not locked.is_archived:
        return locked
    _set_archived(locked, None, by, "heropend")
    record(act="dossier.heropend", obj=locked, dossier=locked, reason=reason)
    return locked


@transaction.atomic
def close_dossier(*, dossier: Dossier, reason: str) -> Dossier:
    """Close a dossier for writing because of what happened to it elsewhere, whoever did that. Again changes nothing.

    Within the reach of the system; the caller asks whether it may.
    """
    locked: Dossier = Dossier.objects.select_for_update(of=("self",)).get(pk=dossier.pk)
    if not locked.is_archived:
        _set_archived(locked, timezone.now(), None, reason)
        record(act="dossier.gearchiveerd", obj=locked, dossier=locked, reason=reason)
    return locked


def _set_archived(locked: Dossier, at: datetime | None, by: Membership | None, reason: str) -> None:
    locked.archived_at = at
    locked.save(update_fields=["archived_at"])
    sync_grants(dossier=locked, by=by, reason=reason)


def _insert(traject: Traject) -> Dossier:
    """Draw numbers until one is free."""
    for _ in range(TRIES):
        dossier = Dossier(number=rules.new_number(), client_id=traject.client_id, traject=traject)
        if Dossier.objects.filter(number=dossier.number).exists():
            continue
        try:
            with transaction.atomic():
                dossier.save(force_insert=True)
        except IntegrityError:
            continue
        return dossier
    raise RuntimeError("no free dossier number was drawn")


def _let_in_who_registered(dossier: Dossier, by: Membership) -> None:
    """Who did the aanmelding finishes it, for as many days as the reglement says."""
    days = reglement.in_force().access.aanmelder_days
    coaches = {dossier.traject.handler_id, dossier.traject.second_coach_id}
    if days and by.is_staff_member and by.pk not in coaches:
        until = timezone.now() + timedelta(days=days)
        grant(dossier=dossier, to=by, permissions=(VIEW, CHANGE), ground=Ground.REGISTRATION, by=by, expires_at=until)
