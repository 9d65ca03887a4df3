"""Requests to look into a dossier as they are read: by who may ask, by who decides, and on top of the dossier.

What a person may do with one is here too; `check_x` raises, `may_x` says so.
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db.models import Count, Exists, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Now
from django.utils import formats, timezone

from access import asking_rules as rules
from access.checks import allowed
from access.models import AccessRequest, DossierGrant, Ground, Membership, Role, ground_label
from access.reach import dossier_model
from access.rules import RuleBroken
from bureaus import reglement
from bureaus.words import word
from vault import keys
from vault.errors import VaultError
from vault.models import WrappedKey

NOT_HERE = "Het reglement van dit bureau laat u niet om inzage vragen."
GONE = "(de tekst is met het dossier vernietigd)"
A_YEAR = timedelta(days=365)
Kind, State = AccessRequest.Kind, AccessRequest.State
Fact = tuple[str, str]


@dataclass(frozen=True)
class Visit:
    """Why somebody may look into a dossier for a while, and until when."""

    ground: str
    until: datetime
    why: str
    let_in_by: str


# -- who may ------------------------------------------------------------------------------------------------------
def check_ask(member: Membership) -> None:
    """Asking is for the roles that the reglement names. Raises PermissionDenied."""
    if not rules.may_ask(member.roles, reglement.in_force().access.asking):
        raise PermissionDenied(NOT_HERE)


def may_ask(member: Membership) -> bool:
    return allowed(check_ask, member)


def check_decide(member: Membership, row: AccessRequest) -> None:
    """Directie decides, and never about what they asked themselves. Raises PermissionDenied, RuleBroken."""
    if not member.has_role(Role.DIRECTIE):
        raise PermissionDenied(f"Over inzage beslist alleen {word('directie', article=True)}.")
    if row.asker_id == member.pk:
        other = word("directie", article=True)
        raise RuleBroken(f"U vroeg dit zelf. Alleen een ander van {other} beslist erover.")
    rules.check_waits(row, timezone.now())


def may_decide(member: Membership, row: AccessRequest) -> bool:
    return allowed(check_decide, member, row)


# -- rows -----------------------------------------------------------------------------------------------------------
def waiting(member: Membership) -> QuerySet[Any] | None:
    """What this member may decide; None for who is no directie."""
    if not member.has_role(Role.DIRECTIE):
        return None
    rows: QuerySet[Any] = AccessRequest.objects.filter(
        kind=Kind.ASKED, state=State.OPEN, asked_at__gt=Now() - rules.LAPSES_AFTER
    )
    return rows.exclude(asker=member).filter(asker__in=Membership.objects.all().active())


def own(member: Membership) -> QuerySet[Any]:
    """What this member asked, the newest first; `living` says whether it opens the dossier now."""
    grants = DossierGrant.objects.all().living().filter(pk=OuterRef("grant_id"))
    rows: QuerySet[Any] = AccessRequest.objects.filter(kind=Kind.ASKED, asker=member).annotate(living=Exists(grants))
    return rows.order_by("-asked_at", "-id")


def dossier_by_number(number: str) -> Any | None:
    rows = dossier_model().objects.filter(number=number).select_related("traject__handler", "traject__second_coach")
    return rows.first()


def dossiers_of(rows: Sequence[AccessRequest]) -> dict[uuid.UUID, Any]:
    """For each request the dossier that is asked for, where it is there, with traject and handler: one query."""
    ids = {row.pk: row.dossier_id for row in rows if row.dossier_id}
    found = dossier_model().objects.select_related("traject__handler").in_bulk(ids.values()) if ids else {}
    return {pk: found[dossier_id] for pk, dossier_id in ids.items() if dossier_id in found}


def dossier_of(row: AccessRequest) -> Any | None:
    return dossiers_of([row]).get(row.pk)


def is_living(row: AccessRequest) -> bool:
    """Whether what was allowed opens the dossier now, by the database's clock."""
    return bool(row.grant_id and DossierGrant.objects.all().living().filter(pk=row.grant_id).exists())


def with_keys(rows: QuerySet[Any]) -> list[AccessRequest]:
    """These requests, with the keys of what was written in them: one query for a list, whatever it is sealed under."""
    wrapped = WrappedKey.objects.filter(subject_id=OuterRef("sealed_under")).values("wrapped")[:1]
    found: list[Any] = list(rows.annotate(wrapped_key=Subquery(wrapped)))
    for row in found:
        keys.shelve(row.sealed_under, row.wrapped_key)
    return found


def earlier_of(rows: Sequence[AccessRequest]) -> dict[uuid.UUID | None, tuple[int, int]]:
    """How often each of these askers asked in the last year, for whatever dossier, and how often it was allowed."""
    asked = AccessRequest.objects.filter(
        kind=Kind.ASKED, asker__in={row.asker_id for row in rows}, asked_at__gt=Now() - A_YEAR
    )
    counts = asked.exclude(pk__in=[row.pk for row in rows]).order_by().values("asker")
    counted = counts.annotate(times=Count("pk"), granted=Count("pk", filter=Q(state=State.GRANTED)))
    return {one["asker"]: (one["times"], one["granted"]) for one in counted}


def text_of(row: AccessRequest, name: str) -> str:
    """What was written; a dossier's own key opens it, and with the dossier it is gone."""
    try:
        return str(getattr(row, name) or "")
    except VaultError:
        return GONE


# -- what is needed to decide -----------------------------------------------------------------------------------------
def facts_of(rows: Sequence[AccessRequest], dossiers: Mapping[uuid.UUID, Any]) -> dict[uuid.UUID, list[Fact]]:
    """For each request who asks for what and why, and how often they did before, with `dossiers_of` them: one query,
    and one for the keys that are not there yet."""
    keys.prefetch({row.sealed_under for row in rows})
    earlier = earlier_of(rows)
    return {row.pk: _facts(row, dossiers.get(row.pk), earlier.get(row.asker_id, (0, 0))) for row in rows}


def own_facts(row: AccessRequest) -> list[Fact]:
    """For who asked it: what they wrote, and nothing of whether the dossier is there (ADR 0015)."""
    return [("Dossier", row.dossier_number), ("Waarom", text_of(row, "reason")), ("Hoe lang", f"{row.hours} uur")]


def blocked(dossier: Any | None) -> str:
    """Why this can't be allowed, whoever decides; empty where it can."""
    if dossier is None:
        return "Een dossier met dit nummer is er in dit bureau niet. U kunt dit verzoek alleen afwijzen."
    if reglement.in_force().access.asking.running_only and not dossier.traject.is_running:
        return "Dit traject loopt niet meer. Volgens het reglement is inzage dan niet mogelijk."
    return ""


def _facts(row: AccessRequest, dossier: Any | None, earlier: tuple[int, int]) -> list[Fact]:
    roles = row.asker.roles_text if row.asker else ""
    return [
        ("Wie vraagt het", f"{row.asker_name} ({roles})" if roles else row.asker_name),
        ("Dossier", row.dossier_number),
        *_of_traject(dossier),
        ("Waarom", text_of(row, "reason")),
        ("Hoe lang", _hours(row.hours) if row.state == State.OPEN else f"{row.hours} uur"),
        ("Eerder gevraagd", _how_often(*earlier)),
    ]


def _of_traject(dossier: Any | None) -> list[Fact]:
    if dossier is None:
        return [("Traject", "onbekend: dit nummer is er niet")]
    traject = dossier.traject
    kind = reglement.in_force().dossier.traject_kinds.get(traject.kind)
    runs = "loopt" if traject.is_running else "loopt niet meer"
    return [
        ("Behandelaar", traject.handler.name),
        ("Traject", f"{kind.name if kind else traject.kind}: {traject.get_phase_display()}, {runs}"),
    ]


def _hours(hours: int) -> str:
    return f"{hours} uur: tot {moment(timezone.now() + timedelta(hours=hours))}, als u het nu toestaat"


def _how_often(times: int, granted: int) -> str:
    if not times:
        return "niet in het afgelopen jaar"
    return f"{times} keer in het afgelopen jaar, waarvan {granted} keer toegestaan"


# -- for who looks --------------------------------------------------------------------------------------------------
def visit_of(grant_id: uuid.UUID) -> Visit | None:
    """What let somebody in for a while, for the top of the dossier's page; in the reach of who looks."""
    grant = DossierGrant.objects.filter(pk=grant_id).first()
    if grant is None or grant.expires_at is None:
        return None
    row = AccessRequest.objects.filter(grant_id=grant_id).first()
    why = (text_of(row, "answer") or text_of(row, "reason")) if row else ""
    return Visit(_ground_words(grant.ground), grant.expires_at, why, grant.granted_by_name)


def _ground_words(ground: str) -> str:
    if ground == Ground.CONSENT_OF_DIRECTIE:
        return f"met toestemming van {word('directie', article=True)}"
    return {"overmacht": "als noodtoegang"}.get(ground, f"als {ground_label(ground)}")


def moment(when: datetime) -> str:
    """`21 november om 14:05`."""
    return formats.date_format(timezone.localtime(when), r"j F \o\m H:i")
