"""Who makes the lists that leave the bureau, who reads of them, and who decides on research.

A list goes past what anybody reaches dossier by dossier: directie makes them alone. The FG looks. Who works with
clients may ask research; directie decides, and never on an asking of one's own (werkid 9).
"""

from __future__ import annotations

import uuid
from typing import Any

from django.core.exceptions import PermissionDenied

from access.checks import allowed, one_of, person
from access.models import Membership, Role
from access.reach import principals
from access.rules import RuleBroken
from bureaus import reglement
from consent.export_rules import CONSENT_TO
from consent.models import ConsentExport, ExportKind, ResearchAsk

RUNNERS = (Role.DIRECTIE,)
READERS = (Role.DIRECTIE, Role.FG)
ASKERS = (Role.DIRECTIE, Role.ADMINISTRATIE, Role.COACH)
RESEARCH_READERS = (*ASKERS, Role.FG)
PARAMETER = {
    ExportKind.SURVEY: "survey_export",
    ExportKind.NAW: "naw_files_unless_opted_out",
    ExportKind.RESEARCH: "research_decided_by_directie",
}
NOT_OFFERED = "Uw reglement kent deze lijst niet. Er gaat dus niets naar buiten."


def article_of(kind: ExportKind) -> str | None:
    """On what of the reglement in force this list goes out; None where it does not."""
    rules = reglement.in_force()
    if kind == ExportKind.SATISFACTION:
        rule = rules.consents.asked_now().get(CONSENT_TO[kind])
        return (rule.article or "toestemming") if rule else None
    name = PARAMETER[kind]
    return (rules.disclosure.source(name) or "reglement") if getattr(rules.disclosure, name) else None


def check_offered(kind: ExportKind) -> str:
    """The article. Raises RuleBroken."""
    article = article_of(kind)
    if article is None:
        raise RuleBroken(NOT_OFFERED)
    return article


def check_run(member: Membership) -> None:
    """Raises PermissionDenied, also for who has declarations to sign first."""
    if not member.has_role(*RUNNERS) or not principals(person(member)):
        raise PermissionDenied("Lijsten die naar buiten gaan, maakt de directie.")


def may_run(member: Membership) -> bool:
    return allowed(check_run, member)


def check_ask(member: Membership) -> None:
    """Raises PermissionDenied."""
    if not member.has_role(*ASKERS) or not principals(person(member)):
        raise PermissionDenied("Onderzoek vraagt u niet in uw rol.")


def check_decide(member: Membership, ask: ResearchAsk) -> None:
    """Raises PermissionDenied, RuleBroken for one's own asking."""
    check_run(member)
    if ask.asked_by_id == member.pk:
        raise RuleBroken("U vroeg dit zelf. Een ander van de directie besluit.")


def may_decide(member: Membership, ask: ResearchAsk) -> bool:
    return ask.allowed is None and allowed(check_decide, member, ask)


def exports() -> Any:
    """What left, the newest first. No client stands in it."""
    return ConsentExport.objects.order_by("-made_at", "-id")


def researches(member: Membership) -> Any:
    """All of them for who oversees, one's own for who asks."""
    rows = ResearchAsk.objects.order_by("-asked_at", "-id")
    return rows if member.has_role(*READERS) else rows.filter(asked_by=member)


def research_of(member: Membership, pk: uuid.UUID) -> ResearchAsk:
    """Raises Http404."""
    found: ResearchAsk = one_of(researches(member).filter(pk=pk))
    return found
