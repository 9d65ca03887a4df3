"""Research without names: it is asked, and somebody else with directie decides (werkid 9)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.http import Http404
from django.urls import reverse

from access.actions.mails import tell, with_role
from access.actions.refusals import refusals_noted
from access.models import Membership, Role
from access.reach import as_system, database_now
from access.rules import RuleBroken
from consent import export_access as access
from consent import grounds
from consent.actions.exports import check_period
from consent.models import ExportKind, ResearchAsk
from journal.actions import record

ASKED, ALLOWED, REFUSED = "onderzoek.gevraagd", "onderzoek.toegestaan", "onderzoek.geweigerd"
FIELDS = ("allowed", "decided_by", "decided_by_name", "decided_at", "reason")


@dataclass(frozen=True)
class Question:
    title: str
    receiver: str
    starts_on: date
    ends_on: date


def ask_research(*, question: Question, by: Membership) -> ResearchAsk:
    """The same that waits already is the answer. Raises PermissionDenied, RuleBroken with its field."""
    access.check_ask(by)
    with refusals_noted(ASKED), as_system():
        access.check_offered(ExportKind.RESEARCH)
        check_period(question.starts_on, question.ends_on, grounds.today())
        said = vars(question)
        there: ResearchAsk | None = ResearchAsk.objects.filter(asked_by=by, allowed=None, **said).first()
        if there is not None:
            return there
        row: ResearchAsk = ResearchAsk.objects.create(asked_by=by, asked_by_name=by.name, **said)
        record(act=ASKED, obj=row, facts={"from": row.starts_on, "until": row.ends_on})
        others = [one for one in with_role(Role.DIRECTIE) if one.pk != by.pk]
        tell(others, kind="onderzoek_gevraagd", once=row.pk.hex, path=reverse("consent:research", args=[row.pk]))
    return row


def decide_research(*, ask: ResearchAsk, allowed: bool, reason: str, by: Membership) -> ResearchAsk:
    """Once. A no says why. Raises PermissionDenied, RuleBroken with its field, Http404."""
    access.check_run(by)
    with refusals_noted(ALLOWED if allowed else REFUSED, about=ask), as_system():
        row: ResearchAsk | None = ResearchAsk.objects.select_for_update(of=("self",)).filter(pk=ask.pk).first()
        if row is None:
            raise Http404
        access.check_decide(by, row)
        if row.allowed == allowed and row.decided_by_id == by.pk:
            return row
        if row.allowed is not None:
            raise RuleBroken(f"{row.decided_by_name} besloot hier al over.")
        if not allowed and not reason:
            raise RuleBroken("Schrijf op waarom het niet mag.", "reason")
        row.allowed, row.decided_by, row.decided_by_name = allowed, by, by.name
        row.decided_at, row.reason = database_now(), reason
        row.save(update_fields=list(FIELDS))
        record(act=ALLOWED if allowed else REFUSED, obj=row, facts={"from": row.starts_on, "until": row.ends_on})
    return row
