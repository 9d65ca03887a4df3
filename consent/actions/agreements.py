"""Keeping verwerkersovereenkomsten: a new one, a renewal, an end, and one warning before the end."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.core.files import File
from django.db import transaction
from django.db.models import F, Q
from django.http import Http404
from django.urls import reverse
from django.utils import timezone

from access.actions.mails import tell, with_role
from access.models import Membership, Role
from access.reach import as_system, database_now
from access.rules import RuleBroken
from bureaus import reglement
from clients.models import Opdrachtgever, OpdrachtgeverKind
from consent.agreement_access import check_keep
from consent.agreement_rules import warned_until
from consent.models import ProcessorAgreement
from dossiers.actions import scans
from journal.actions import record
from vault.actions import create_key

OVER = "Deze overeenkomst is al afgesloten."


@dataclass(frozen=True)
class Agreed:
    """What is on the paper."""

    purpose: str
    signed_on: date
    ends_on: date | None = None
    opdrachtgever: Opdrachtgever | None = None
    party: str = ""


@transaction.atomic
def add_agreement(*, agreed: Agreed, scan: File[bytes], by: Membership) -> ProcessorAgreement:
    """Keep a signed agreement with its scan. Raises PermissionDenied, RuleBroken with its field."""
    check_keep(by)
    _check(agreed)
    with as_system():
        return _made(agreed, scan, by)


@transaction.atomic
def renew(*, agreement: ProcessorAgreement, agreed: Agreed, scan: File[bytes], by: Membership) -> ProcessorAgreement:
    """Another one takes its place; with the same party. A second click is the same. Raises as above, Http404."""
    check_keep(by)
    with as_system():
        row = _locked(agreement.pk)
        if there := ProcessorAgreement.objects.filter(renews=row).first():
            done: ProcessorAgreement = there
            return done
        if row.closed_at is not None:
            raise RuleBroken(OVER)
        same = Agreed(agreed.purpose, agreed.signed_on, agreed.ends_on, row.opdrachtgever, row.party)
        _check(same)
        made = _made(same, scan, by, renews=row)
        _close(row, by)
        record(act="overeenkomst.verlengd", obj=row, facts=_facts(made))
    return made


@transaction.atomic
def end_agreement(*, agreement: ProcessorAgreement, reason: str, by: Membership) -> ProcessorAgreement:
    """It holds no longer. A second click changes nothing. Raises PermissionDenied, RuleBroken, Http404."""
    check_keep(by)
    with as_system():
        row = _locked(agreement.pk)
        if row.closed_at is not None and not row.end_reason:  # another tab renewed it
            raise RuleBroken(OVER)
        if row.closed_at is None:
            row.end_reason = reason
            _close(row, by)
            record(act="overeenkomst.beeindigd", obj=row, facts=_facts(row))
    return row


def ending(day: date) -> list[uuid.UUID]:
    """Those whose end comes within the reglement's term and of which nothing was said yet."""
    with as_system():
        return list(_to_warn(day).values_list("pk", flat=True))


@transaction.atomic
def warn(*, agreement_id: uuid.UUID, day: date) -> int:
    """Tell directie once of this end, whatever restarts (pluspunt 2.2); how many mails."""
    with as_system():
        rows = _to_warn(day).select_for_update(of=("self",), skip_locked=True)
        row: ProcessorAgreement | None = rows.filter(pk=agreement_id).first()
        who = with_role(Role.DIRECTIE) if row else []
        if row is None or not who:  # with nobody to tell nothing was said: it is tried again
            return 0
        row.warned_for = row.ends_on
        row.save(update_fields=["warned_for"])
        path = reverse("consent:agreement", args=[row.pk])
        sent = tell(who, kind="overeenkomst_eindigt", once=f"{row.pk.hex}:{row.ends_on}", path=path)
        record(act="overeenkomst.gewaarschuwd", obj=row, facts=_facts(row) | {"mails": sent})
    return sent


def _to_warn(day: date) -> Any:
    until = warned_until(day, reglement.in_force().disclosure.agreement_warning_before)
    unsaid = Q(warned_for=None) | ~Q(warned_for=F("ends_on"))
    return ProcessorAgreement.objects.filter(unsaid, closed_at=None, ends_on__lte=until).order_by("ends_on", "id")


def _check(agreed: Agreed) -> None:
    if bool(agreed.party) == (agreed.opdrachtgever is not None):
        raise RuleBroken("Kies een opdrachtgever, of schrijf de naam van een andere partij; niet allebei.", "party")
    if agreed.opdrachtgever and agreed.opdrachtgever.kind == OpdrachtgeverKind.PARTICULIER:
        raise RuleBroken("Met een particulier is er geen verwerkersovereenkomst.", "opdrachtgever")
    if agreed.signed_on > timezone.localdate(database_now()):
        raise RuleBroken("Deze datum ligt in de toekomst.", "signed_on")
    if agreed.ends_on and agreed.ends_on < agreed.signed_on:
        raise RuleBroken("Het einde ligt voor de dag van tekenen.", "ends_on")


def _made(
    agreed: Agreed, scan: File[bytes], by: Membership, renews: ProcessorAgreement | None = None
) -> ProcessorAgreement:
    row = ProcessorAgreement(
        opdrachtgever=agreed.opdrachtgever, party=agreed.party, purpose=agreed.purpose, signed_on=agreed.signed_on,
        ends_on=agreed.ends_on, made_by_name=by.name, renews=renews,
    )  # fmt: skip
    _keep_scan(row, scan)
    row.save(force_insert=True)
    record(act="overeenkomst.vastgelegd", obj=row, facts=_facts(row))
    return row


def _keep_scan(row: ProcessorAgreement, scan: File[bytes]) -> None:
    """Raises RuleBroken beside the field `scan`."""
    looked_at = scans.look_at(scan, only=scans.PAPER_KINDS)
    create_key(subject_id=row.pk)
    info = scans.keep(looked_at, subject_id=row.pk)
    row.scan_file, row.scan_size = info.name, info.size
    row.scan_name = scans.own_name(looked_at, f"Verwerkersovereenkomst {row.signed_on}")


def _locked(pk: uuid.UUID) -> ProcessorAgreement:
    """Raises Http404."""
    rows = ProcessorAgreement.objects.select_for_update(of=("self",)).select_related("opdrachtgever")
    row: ProcessorAgreement | None = rows.filter(pk=pk).first()
    if row is None:
        raise Http404
    return row


def _close(row: ProcessorAgreement, by: Membership) -> None:
    row.closed_at, row.closed_by_name = database_now(), by.name
    row.save(update_fields=["closed_at", "closed_by_name", "end_reason"])


def _facts(row: ProcessorAgreement) -> dict[str, date | None]:
    return {"ends_on": row.ends_on}
