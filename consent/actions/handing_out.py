"""Giving the reglement to a client, in the portal or on paper, and the client's word that it came."""

from __future__ import annotations

from contextlib import suppress
from datetime import date

from django.core.files import File
from django.db import transaction
from django.http import Http404
from django.urls import reverse
from django.utils import timezone

from access.actions.mails import tell
from access.models import Membership
from access.reach import as_system, database_now
from access.rules import RuleBroken
from bureaus.models import Reglement
from bureaus.reglement import version_in_force
from clients.models import Client
from consent import handing_out_access as access
from consent.models import HandedHow, HandedOut
from dossiers.actions import scans
from journal.actions import record
from vault.actions import create_key
from vault.errors import KeyExists

GIVEN = "reglement.uitgereikt"
BY_ITSELF = "automatisch"
NO_ACCOUNT = "Deze persoon heeft nog geen account voor het portaal. Geef het reglement op papier."


@transaction.atomic
def hand_out(*, client: Client, by: Membership | None) -> HandedOut:
    """In the portal: a mail that says nothing of it but where to look. `by` None: of itself, soon after the aanmelding.

    The same version twice on a day is one act. Raises Http404, PermissionDenied, RuleBroken.
    """
    if by is not None:
        access.check_give(by, client)
    with as_system():
        held = _locked(client)
        who = _account_of(held)
        now = version_in_force()
        there = _there(held, now, HandedHow.PORTAL, timezone.localdate(database_now())) if by else _ever(held)
        return there or _given(held, now, by, who)


@transaction.atomic
def hand_on_paper(*, client: Client, given_on: date, scan: File[bytes], by: Membership) -> HandedOut:
    """Given by hand; the paper with the signature is kept, sealed. As `hand_out`; RuleBroken with its field."""
    access.check_give(by, client)
    with as_system():
        held = _locked(client)
        version = version_of(given_on)
        if there := _there(held, version, HandedHow.PAPER, given_on):
            return there
        row = _new(held, version, by.name, how=HandedHow.PAPER, given_on=given_on)
        _keep_scan(row, scan)
        return _kept(row)


@transaction.atomic
def confirm(*, handed: HandedOut, by: Membership) -> HandedOut:
    """'Ik heb het gekregen'; a second click changes nothing. Raises Http404."""
    access.check_confirm(by, handed.client_id)
    with as_system():
        rows = HandedOut.objects.select_for_update(of=("self",)).filter(pk=handed.pk, how=HandedHow.PORTAL)
        row: HandedOut | None = rows.first()
        if row is None:
            raise Http404
        if row.confirmed_at is None:
            row.confirmed_at, row.confirmed_by_name = database_now(), by.name
            row.save(update_fields=["confirmed_at", "confirmed_by_name"])
            record(act="reglement.ontvangst_bevestigd", obj=row, facts={"version": row.version})
    return row


def _locked(client: Client) -> Client:
    """One at a time for each client. Raises Http404 where it is gone."""
    rows = Client.objects.select_for_update(of=("self",)).select_related("membership__user")
    row: Client | None = rows.filter(pk=client.pk).first()
    if row is None:
        raise Http404
    return row


def _account_of(client: Client) -> Membership:
    who = Membership.objects.all().active().filter(pk=client.membership_id).select_related("user").first()
    if who is None:
        raise RuleBroken(NO_ACCOUNT)
    found: Membership = who
    return found


def _there(client: Client, version: Reglement, how: HandedHow, day: date) -> HandedOut | None:
    found: HandedOut | None = HandedOut.objects.filter(
        client=client, version=version.version, how=how, given_on=day
    ).first()  # fmt: skip
    return found


def _ever(client: Client) -> HandedOut | None:
    """What was given before, by whoever: of itself nothing is given twice."""
    found: HandedOut | None = HandedOut.objects.filter(client=client).first()
    return found


def version_of(given_on: date) -> Reglement:
    """The version that held on that day. Raises RuleBroken beside the field `given_on`."""
    if given_on > timezone.localdate(database_now()):
        raise RuleBroken("Deze datum ligt in de toekomst.", "given_on")
    found: Reglement | None = Reglement.objects.all().in_force(given_on).first()
    if found is None:
        raise RuleBroken("Op deze dag gold hier nog geen reglement. Klopt de datum?", "given_on")
    return found


def _given(client: Client, version: Reglement, by: Membership | None, who: Membership) -> HandedOut:
    name = by.name if by else BY_ITSELF
    row = _new(client, version, name, how=HandedHow.PORTAL, given_on=timezone.localdate(database_now()))
    _kept(row)
    tell([who], kind="reglement_uitgereikt", once=row.pk.hex, path=reverse("portal:reglement"))
    return row


def _new(client: Client, version: Reglement, name: str, *, how: HandedHow, given_on: date) -> HandedOut:
    return HandedOut(
        client=client, version=version.version, title=version.title, how=how, given_on=given_on, given_by_name=name,
        complaint_rules=version.rules.handout.complaint_rules_too,
    )  # fmt: skip


def _kept(row: HandedOut) -> HandedOut:
    row.save(force_insert=True)
    record(act=GIVEN, obj=row, facts={"version": row.version, "how": row.how, "given_on": row.given_on})
    return row


def _keep_scan(row: HandedOut, scan: File[bytes]) -> None:
    """Raises RuleBroken beside the field `scan`."""
    looked_at = scans.look_at(scan, only=scans.PAPER_KINDS)
    _ensure_key(row.client)
    info = scans.keep(looked_at, subject_id=row.client_id)
    row.scan_file, row.scan_size = info.name, info.size
    row.scan_name = scans.own_name(looked_at, f"Reglement versie {row.version} getekend")


def _ensure_key(client: Client) -> None:
    with suppress(KeyExists):
        create_key(subject_id=client.pk)
