"""A list leaves the bureau: who stands on it and that it left are one act, held together."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import date

from django.db import OperationalError
from django.utils import timezone

from access.actions.refusals import refusals_noted
from access.models import Membership
from access.reach import as_system, database_now
from access.rules import RuleBroken
from bureaus import tables
from bureaus.leases import one_at_a_time
from bureaus.reglement import version_in_force
from consent import export_access as access
from consent import export_rules as rules
from consent import grounds
from consent.export_selection import Asked, Listed, listed, same
from consent.models import ConsentExport, ExportedClient, ExportFormat, ExportKind, ResearchAsk
from journal.actions import record
from journal.models import Result

MADE = "uitvoer.gemaakt"
LONGEST_RECEIVER = 200
NOBODY = "Er is nu niemand die op deze lijst mag staan. Er is geen bestand gemaakt."
BUSY = "Nu wordt een dossier van iemand op deze lijst vernietigd. Er is geen bestand. Probeer het zo nog eens."
OVERLAPS = (
    "Deze ontvanger kreeg al een lijst over een deel van deze periode. Wie twee lijsten naast elkaar legt, ziet wie er"
    " verschilt. Kies een periode die er niet mee overlapt."
)
FEW_OTHERS = (
    "Sinds de vorige lijst zijn er enkele personen bij of af. Wie de lijsten naast elkaar legt, ziet wie dat zijn. Er"
    " is geen bestand gemaakt."
)
NOT_DECIDED = "Over dit onderzoek is niet besloten, of het mag niet. Er gaat niets naar buiten."


@dataclass(frozen=True)
class Wanted:
    """What is asked. Of a list without a period both days are None."""

    kind: ExportKind
    format: ExportFormat
    receiver: str
    starts_on: date | None = None
    ends_on: date | None = None
    research: ResearchAsk | None = None


@dataclass(frozen=True)
class Made:
    """The file is given to who made it and not kept."""

    row: ConsentExport
    content: bytes


def make_export(*, wanted: Wanted, by: Membership, again: bool = False) -> Made:
    """Who has a valid ground at this moment, and nobody else. `again`: although it was made before.

    Raises PermissionDenied, RuleBroken with its field.
    """
    access.check_run(by)
    try:
        with refusals_noted(MADE, about=wanted.research), as_system():
            return _make(wanted, by, again=again)
    except OperationalError:
        # Of somebody on the list the dossier was destroyed at this moment, and the database ended one of the two.
        record(act=MADE, obj=wanted.research, result=Result.REFUSED, reason=BUSY)
        raise RuleBroken(BUSY) from None


def _make(wanted: Wanted, by: Membership, *, again: bool) -> Made:
    article = access.check_offered(wanted.kind)
    asked = _checked(wanted)
    one_at_a_time("uitvoer")
    earlier = _earlier(asked, wanted.research)
    if earlier is not None and not again:
        raise RuleBroken(_told(earlier), "again", logged="deze lijst is er al")
    found = listed(asked)
    if not found.rows:
        raise RuleBroken(NOBODY)
    if asked.kind == ExportKind.RESEARCH:
        _check_tells_nobody_apart(asked, found, wanted.research)
    return _made(wanted, asked, found, article, by, again=earlier is not None)


def earlier_of(kind: ExportKind, starts_on: date, ends_on: date) -> ConsentExport | None:
    """The last one of this kind about any of these days."""
    rows = ConsentExport.objects.filter(kind=kind, starts_on__lte=ends_on, ends_on__gte=starts_on)
    found: ConsentExport | None = rows.order_by("-made_at", "-id").first()
    return found


def _checked(wanted: Wanted) -> Asked:
    """Raises RuleBroken with its field."""
    receiver = wanted.receiver.strip()
    if not receiver or len(receiver) > LONGEST_RECEIVER:
        raise RuleBroken("Vul in voor wie de lijst is.", "receiver")
    today = grounds.today()
    if wanted.kind == ExportKind.RESEARCH:
        ask = _decided(wanted.research)
        return Asked(wanted.kind, ask.starts_on, ask.ends_on, ask.receiver, ask.title)
    if wanted.kind not in rules.OF_A_PERIOD:
        return Asked(wanted.kind, *rules.period_of(wanted.kind, today), receiver)
    check_period(wanted.starts_on, wanted.ends_on, today)
    return Asked(wanted.kind, wanted.starts_on or today, wanted.ends_on or today, receiver)


def check_period(starts_on: date | None, ends_on: date | None, today: date) -> None:
    """Raises RuleBroken with its field."""
    if starts_on is None:
        raise RuleBroken("Vul de eerste dag van de periode in.", "starts_on")
    if ends_on is None:
        raise RuleBroken("Vul de laatste dag van de periode in.", "ends_on")
    if ends_on < starts_on:
        raise RuleBroken("Het einde ligt voor het begin.", "ends_on")
    if ends_on > today:
        raise RuleBroken("Deze dag ligt in de toekomst. Kies een periode die voorbij is.", "ends_on")


def _decided(ask: ResearchAsk | None) -> ResearchAsk:
    """As it is now, held. Raises RuleBroken."""
    pk = ask.pk if ask else None
    row: ResearchAsk | None = ResearchAsk.objects.select_for_update(of=("self",)).filter(pk=pk).first()
    if row is None or not row.allowed:
        raise RuleBroken(NOT_DECIDED)
    return row


def _earlier(asked: Asked, research: ResearchAsk | None) -> ConsentExport | None:
    if research is None:
        return earlier_of(asked.kind, asked.starts_on, asked.ends_on)
    found: ConsentExport | None = ConsentExport.objects.filter(research=research).order_by("-made_at", "-id").first()
    return found


def _check_tells_nobody_apart(asked: Asked, found: Listed, research: ResearchAsk | None) -> None:
    """Of two lists in one hand the difference may not be a person or a few: that takes the group away again.

    Raises RuleBroken.
    """
    lists = ConsentExport.objects.filter(kind=asked.kind)
    for one in lists.filter(starts_on__lte=asked.ends_on, ends_on__gte=asked.starts_on).exclude(research=research):
        if same(one.receiver, asked.receiver):
            raise RuleBroken(OVERLAPS)
    now = {one.pk for one in found.clients}
    for one in lists.filter(research=research):
        then = set(ExportedClient.objects.filter(export=one.pk).values_list("client_id", flat=True))
        if 0 < len(now - then) < rules.LEAST or 0 < len(then - now) < rules.LEAST:
            raise RuleBroken(FEW_OTHERS)


def _told(row: ConsentExport) -> str:
    lines = "1 regel" if row.count == 1 else f"{row.count} regels"
    return (
        f"Deze lijst is er al: {row.made_by_name} maakte haar op {timezone.localdate(row.made_at):%d-%m-%Y} voor"
        f" {row.receiver}, over {row.starts_on:%d-%m-%Y} tot en met {row.ends_on:%d-%m-%Y} ({lines}). Zet een vinkje"
        " als u haar echt nog een keer wilt maken."
    )


def _made(wanted: Wanted, asked: Asked, found: Listed, article: str, by: Membership, *, again: bool) -> Made:
    cells = [found.head, *found.rows]
    xlsx = wanted.format == ExportFormat.XLSX
    content = tables.workbook(cells, "Lijst") if xlsx else tables.BOM + tables.rows(cells)
    row = ConsentExport(
        kind=wanted.kind, starts_on=asked.starts_on, ends_on=asked.ends_on, format=wanted.format,
        receiver=asked.receiver, article=article[:80], reglement_version=version_in_force().version,
        count=len(found.rows), sha256=hashlib.sha256(content).hexdigest(), research=wanted.research, again=again,
        made_by_name=by.name, made_at=database_now(),
    )  # fmt: skip
    row.save(force_insert=True)
    ResearchAsk.objects.filter(pk=row.research_id).update(used_at=row.made_at)
    _told_of(row, found)
    record(act=MADE, obj=row, ground=row.article[:60], facts=_facts(row))
    return Made(row, content)


def _told_of(row: ConsentExport, found: Listed) -> None:
    """That they stood on it is each client's to read (AVG 15.1c)."""
    ExportedClient.objects.bulk_create(
        [
            ExportedClient(
                client=one, export=row.pk, kind=row.kind, receiver=row.receiver, article=row.article,
                sent_at=row.made_at,
            )
            for one in found.clients
        ]
    )  # fmt: skip


def _facts(row: ConsentExport) -> dict[str, object]:
    return {
        "kind": row.kind, "from": row.starts_on, "until": row.ends_on, "format": row.format, "count": row.count,
        "sha256": row.sha256, "again": row.again,
    }  # fmt: skip
