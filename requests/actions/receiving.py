"""A request comes in: from the portal, or by a letter, at the desk or after a refused call. It has a number at once."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from datetime import date

from django.core.files import File
from django.db import transaction
from django.db.models import Max, Q

from access.actions.mails import tell, with_role
from access.models import Membership, Role
from access.reach import as_system, database_now
from access.rules import RuleBroken
from bureaus import reglement
from bureaus.leases import one_at_a_time
from clients.models import Client
from dossiers.actions import scans
from dossiers.documents.inspect import Inspected
from dossiers.models import Dossier, Stuk
from journal.actions import record
from journal.models import Line
from requests import access, clocks
from requests.actions import holding
from requests.actions.identity import recognise
from requests.actions.rows import asker_of, facts_of, locked
from requests.actions.steps import note
from requests.models import LIVING, Channel, Kind, Pause, State, Step, Verzoek
from requests.places import own_page, staff_page
from requests.receipt import Asked, asked, check
from vault.actions import create_key
from vault.errors import KeyExists

RECEIVED = "verzoek.ontvangen"
OVER = "Dit verzoek is beantwoord, ingetrokken of samengevoegd."


@dataclass(frozen=True)
class Scan:
    """The letter itself, looked at."""

    file: Inspected


@transaction.atomic
def enter(
    *, client: Client, kind: str, channel: str, received_on: date, words: str, by: Membership,
    dossier: Dossier | None = None, change: str = "", stuk: Stuk | None = None, proposed: str = "",
    about_member: Membership | None = None, scan: File[bytes] | None = None, of_data: bool = False,
) -> Verzoek:  # fmt: skip
    """Take in what came by letter, by mail, at the desk or by telephone; the same that still runs is joined.

    Of what was joined `joined_now` is set. Raises Http404, PermissionDenied, RuleBroken with its field.
    """
    access.check_enter(by, client)
    if channel == Channel.PORTAL:
        raise RuleBroken("Wat in het portaal wordt gevraagd, komt daar vanzelf binnen.", "channel")
    one = asked(
        client=client, kind=kind, channel=channel, received_on=received_on, words=words, dossier=dossier,
        change=change, stuk=stuk, proposed=proposed, about_member=about_member, of_data=of_data,
    )  # fmt: skip
    check(one, by, clocks.today())
    return _take_in(one, by, _looked_at(scan) if scan else None)


@transaction.atomic
def ask(
    *, client: Client, kind: str, words: str, by: Membership, dossier: Dossier | None = None, change: str = "",
    stuk: Stuk | None = None, proposed: str = "", about_member: Membership | None = None, of_data: bool = False,
) -> Verzoek:  # fmt: skip
    """The client asks in the portal, or a gemachtigde for them: received today. As `enter`."""
    access.check_ask(by, client)
    today = clocks.today()
    one = asked(
        client=client, kind=kind, channel=Channel.PORTAL, received_on=today, words=words, dossier=dossier,
        change=change, stuk=stuk, proposed=proposed, about_member=about_member, asked_by=by, of_data=of_data,
    )  # fmt: skip
    check(one, by, today)
    return _take_in(one, by, None)


@transaction.atomic
def withdraw(*, verzoek: Verzoek, by: Membership) -> Verzoek:
    """Whoever asked takes it back; nothing is kept for it any more. Again changes nothing. Raises RuleBroken."""
    access.check_withdraw(by, verzoek)
    with as_system():
        row = locked(verzoek)
        if row.state == State.WITHDRAWN:
            return row
        if row.state not in LIVING:
            raise RuleBroken(f"Dit verzoek is al {row.get_state_display()}; het kan niet meer worden ingetrokken.")
        row.state, row.closed_at = State.WITHDRAWN, database_now()
        row.save(update_fields=["state", "closed_at"])
        Pause.objects.filter(verzoek=row, ended_on=None).update(ended_on=clocks.today())
        holding.let_go(row)
        note(row, Step.Kind.WITHDRAWN, by=by)
        record(act="verzoek.ingetrokken", obj=row, dossier=row.dossier, facts=facts_of(row))
    return row


@transaction.atomic
def acknowledge(*, verzoek: Verzoek, by: Membership) -> Verzoek:
    """That it came in was confirmed to who asked, on paper or at the desk. Again changes nothing.

    Raises Http404, PermissionDenied, RuleBroken for what is over.
    """
    access.check_desk(by, verzoek)
    with as_system():
        row = locked(verzoek)
        if row.acknowledged_at is None and row.state not in LIVING:
            raise RuleBroken(f"{OVER} De ontvangst bevestigt u niet meer.")
        _acknowledged(row, by)
    return row


# -- taking in ---------------------------------------------------------------------------------------------------------
def _take_in(one: Asked, by: Membership, scan: Scan | None) -> Verzoek:
    with as_system():
        one_at_a_time("verzoek")  # numbers without gaps, and the same asked twice at once is one request
        there = _living_same(one)
        return _joined(there, one, by, scan) if there else _made(one, by, scan)


def _living_same(one: Asked) -> Verzoek | None:
    rows = Verzoek.objects.all().living().filter(client=one.client, kind=one.kind, change=one.change)
    rows = rows.filter(dossier=one.dossier, stuk_id=one.stuk.pk if one.stuk else None, about_member=one.about_member)
    rows = rows.filter(_of_one_asker(one))
    found: Verzoek | None = rows.order_by("received_on", "id").first()
    return locked(found) if found else None


def _of_one_asker(one: Asked) -> Q:
    """What a gemachtigde asks is not the client's own, and a complaint is of who makes it: the other reads no word."""
    own, asker = one.client.membership_id, one.asked_by.pk if one.asked_by else None
    if one.kind == Kind.KLACHT or asker not in (None, own):
        return Q(asked_by=asker)
    return Q(asked_by=None) | Q(asked_by=own)


def _joined(row: Verzoek, one: Asked, by: Membership, scan: Scan | None) -> Verzoek:
    """The first date counts; the new words stand with the steps. A second click says nothing new."""
    row.joined_now = True  # type: ignore[attr-defined]
    if one.received_on >= row.received_on and _says_the_same(row, one) and _is_its_own(row, scan):
        return row
    if one.received_on < row.received_on:
        _move_back(row, one.received_on)
    if scan is not None and not _is_its_own(row, scan):
        _keep_beside(row, one, by, scan)
    row.save()
    said = "\n\n".join(part for part in (one.words, one.proposed) if part)
    note(row, Step.Kind.JOINED, by=by, words=said)
    facts = facts_of(row) | {"channel": one.channel, "received_on": one.received_on}
    record(act="verzoek.samengevoegd", obj=row, dossier=row.dossier, facts=facts)
    return row


def _is_its_own(row: Verzoek, scan: Scan | None) -> bool:
    """Whether there is no other letter than the one that it has."""
    return scan is None or (bool(row.scan_file) and row.scan_size == scan.file.size)


def _keep_beside(row: Verzoek, one: Asked, by: Membership, scan: Scan) -> None:
    """A letter to a request that has none becomes its letter; another one is kept with a number of its own."""
    if not row.scan_file:
        _keep_scan(row, scan)
        return
    beside = _filled(one, by)
    beside.state, beside.joined_to, beside.handler = State.JOINED, row, row.handler
    _keep_scan(beside, scan)
    beside.save(force_insert=True)
    facts = facts_of(beside) | {"channel": beside.channel, "received_on": beside.received_on}
    record(act=RECEIVED, obj=beside, dossier=beside.dossier, facts=facts)


def _says_the_same(row: Verzoek, one: Asked) -> bool:
    return (row.words, row.proposed or "") == (one.words, one.proposed)


def _move_back(row: Verzoek, received_on: date) -> None:
    """It came in earlier than we knew: the clocks count from then, by the same term."""
    rules = reglement.in_force().requests
    earlier = clocks.at_receipt(row.kind, received_on, rules)
    row.received_on, row.acknowledge_by = received_on, min(row.acknowledge_by, earlier.acknowledge_by)
    row.term_due_on, row.month_due_on = clocks.frozen_ends(row)
    row.due_on = clocks.recount(row)


def _made(one: Asked, by: Membership, scan: Scan | None) -> Verzoek:
    _ensure_key(one.client)
    row = _filled(one, by)
    if scan is not None:
        _keep_scan(row, scan)
    row.save(force_insert=True)
    holding.hold(row)
    note(row, Step.Kind.RECEIVED, by=by)
    facts = facts_of(row) | {"channel": row.channel, "received_on": row.received_on}
    record(act=RECEIVED, obj=row, dossier=row.dossier, facts=facts)
    recognise(verzoek=row, by=by)
    if tell(asker_of(row), kind="verzoek_ontvangen", once=row.pk.hex, path=own_page(row)):
        _acknowledged(row, None)
    _tell_handler(row, by)
    return row


def _filled(one: Asked, by: Membership) -> Verzoek:
    row = Verzoek(
        number=_next_number(), kind=one.kind, change=one.change, channel=one.channel, client=one.client,
        dossier=one.dossier, stuk_id=one.stuk.pk if one.stuk else None, asked_by=one.asked_by,
        about_member=one.about_member, received_on=one.received_on, entered_by_name=by.name, handler=handler_for(one),
    )  # fmt: skip
    row.words, row.proposed = one.words, one.proposed or None
    for name, value in vars(clocks.at_receipt(one.kind, one.received_on, reglement.in_force().requests)).items():
        setattr(row, name, value)
    return row


def _next_number() -> str:
    """V2026-0001 of this bureau and year. The log knows the last as well: a request goes with its client, and its
    number is never given again."""
    prefix = f"V{clocks.today().year}-"
    last = Verzoek.objects.filter(number__startswith=prefix).aggregate(last=Max("number"))["last"]
    logged = Line.objects.filter(act=RECEIVED).order_by("-at", "-seq").values_list("facts__number", flat=True).first()
    used = [int(one[len(prefix) :]) for one in (last, logged) if one and one.startswith(prefix)]
    return f"{prefix}{max(used, default=0) + 1:04d}"


def handler_for(one: Asked) -> Membership | None:
    """Whoever coaches the client; of a complaint directie, and never who it is about (DOMAIN 4). None: nobody can."""
    if one.kind != Kind.KLACHT:
        coach = _coach_of(one)
        if coach is not None:
            return coach
    but = one.about_member.pk if one.about_member else None
    return next(iter(with_role(Role.DIRECTIE, but=but) or with_role(Role.ADMINISTRATIE, but=but)), None)


def _coach_of(one: Asked) -> Membership | None:
    dossiers = Dossier.objects.filter(client=one.client)
    dossiers = dossiers.filter(pk=one.dossier.pk) if one.dossier else dossiers.order_by("-opened_at", "-id")
    handlers = dossiers.values_list("traject__handler", flat=True)
    first = next(iter(handlers[:1]), None)
    found: Membership | None = Membership.objects.all().active().with_role(Role.COACH).filter(pk=first).first()
    return found


def _ensure_key(client: Client) -> None:
    with suppress(KeyExists):
        create_key(subject_id=client.pk)


def _acknowledged(row: Verzoek, by: Membership | None) -> None:
    if row.acknowledged_at is not None:
        return
    row.acknowledged_at = database_now()
    row.save(update_fields=["acknowledged_at"])
    note(row, Step.Kind.ACKNOWLEDGED, by=by)
    record(act="verzoek.bevestigd", obj=row, dossier=row.dossier, facts=facts_of(row))


def _tell_handler(row: Verzoek, by: Membership) -> None:
    if row.handler is not None and row.handler_id != by.pk:
        tell([row.handler], kind="verzoek_nieuw", once=row.pk.hex, path=staff_page(row), number=row.number)


# -- the letter itself -------------------------------------------------------------------------------------------------
def _looked_at(scan: File[bytes]) -> Scan:
    """Raises RuleBroken beside the field `scan`."""
    return Scan(scans.look_at(scan))


def _keep_scan(row: Verzoek, scan: Scan) -> None:
    info = scans.keep(scan.file, subject_id=row.client_id)
    row.scan_file, row.scan_name, row.scan_size = info.name, scans.own_name(scan.file, row.number), info.size
