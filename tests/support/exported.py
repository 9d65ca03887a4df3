"""Verzet, lists and research by hand, and lists made by the product's own act."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db import models
from django.utils import timezone

from access.models import Membership
from access.rules import RuleBroken
from bureaus.tenancy import in_bureau
from clients.models import Client, EndReason, Phase, Traject
from consent.actions.exports import Made, Wanted, make_export
from consent.models import (
    ConsentExport,
    ExportedClient,
    ExportFormat,
    ExportKind,
    How,
    OptOut,
    OptOutKind,
    ResearchAsk,
)
from tests.support.people import acting
from tests.support.portal import Case

DAY = date(2026, 3, 2)
PERIOD = {"starts_on": date(2026, 1, 1), "ends_on": date(2026, 6, 30)}


def ended(case: Case, on: date = DAY, traject: Traject | None = None) -> None:
    """The traject of a case has ended; by hand."""
    with in_bureau(case.bureau):
        Traject.objects.filter(pk=(traject or case.traject).pk).update(
            phase=Phase.ENDED, end_reason=EndReason.GOAL, traject_ended_on=on
        )


def made(by: Membership, kind: ExportKind, *, again: bool = False, **more: Any) -> Made:
    """By the act itself."""
    period = PERIOD if kind == ExportKind.SURVEY else {}
    wanted = Wanted(**{"kind": kind, "format": ExportFormat.CSV, "receiver": "Onderzoeker"} | period | more)
    with acting(by):
        try:
            return make_export(wanted=wanted, by=by, again=again)
        except RuleBroken as refusal:  # caught within the transaction, as a view does: its line stays
            said = refusal
    raise said


def lines_of(one: Made) -> list[list[str]]:
    """The lines of a CSV under its head."""
    return [line.split(";") for line in one.content.decode("utf-8-sig").splitlines()[1:]]


def export_rows(client: Client, by: Membership, said: str = "x") -> dict[str, models.Model]:
    """One row in each table; inside the bureau."""
    research, export = list_rows(by, said)
    exported = ExportedClient.objects.create(
        client=client, export=export.pk, kind=ExportKind.NAW, receiver=said, article=said, sent_at=timezone.now()
    )
    over = {"ended_at": timezone.now(), "ended_how": How.DESK, "ended_by_name": said}
    opt_out = OptOut.objects.create(
        client=client, kind=OptOutKind.NAW, how=How.LETTER, made_by_name=said, made_at=over["ended_at"], **over
    )
    return {"research": research, "consent_export": export, "exported_client": exported, "opt_out": opt_out}


def researches_of(case: Case, directie: Membership) -> tuple[ResearchAsk, ResearchAsk]:
    """What waits for a decision and what was allowed, both asked by the coach."""
    asked = {"title": "Werkt het?", "receiver": "Hogeschool", "asked_by": case.coach, "asked_by_name": "x"} | PERIOD
    said = {"allowed": True, "decided_by": directie, "decided_by_name": "x", "decided_at": timezone.now()}
    with in_bureau(case.bureau):
        return ResearchAsk.objects.create(**asked), ResearchAsk.objects.create(**asked, **said)


def list_rows(by: Membership, said: str = "x") -> tuple[ResearchAsk, ConsentExport]:
    """Research that was asked, and a list of it; inside the bureau."""
    research = ResearchAsk.objects.create(
        title=said, receiver=said, asked_by=by, asked_by_name=said, starts_on=DAY, ends_on=DAY
    )
    export = ConsentExport.objects.create(
        kind=ExportKind.RESEARCH, starts_on=DAY, ends_on=DAY, format=ExportFormat.CSV, receiver=said, article=said,
        reglement_version=1, count=1, sha256="0", research=research, made_by_name=said,
    )  # fmt: skip
    return research, export
