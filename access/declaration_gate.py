"""Who has not signed what the reglement asks, opens no dossier: hired or not, whatever grants they hold (javawest 2).

It is asked at the root: such a member acts without principals, so that no grant reaches them.
"""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from datetime import date
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import F, OuterRef, Q, QuerySet, Subquery
from django.db.models.fields.json import KeyTransform
from django.db.models.functions import JSONObject, Now
from django.utils import timezone

from access import declaration_rules
from access.declaration_rules import Signed
from access.models import Declaration, Membership
from bureaus import reglement
from bureaus.models import Reglement
from bureaus.schema import DeclarationRule, Declarations

Waiting = dict[str, DeclarationRule]


def with_declarations(members: QuerySet[Membership], *, today: Any = None) -> QuerySet[Membership]:
    """Bring along the reglement in force and what was signed, so that knowing who acts stays one query."""
    mine = _signed(Declaration.objects.filter(membership_id=OuterRef("pk")))
    versions = Reglement.objects.all().in_force(today or timezone.localdate())
    version = versions.values(facts=JSONObject(**reglement.COLUMNS))[:1]
    return members.annotate(reglement_facts=Subquery(version), declarations_signed=ArraySubquery(mine))


def waiting(member: Membership) -> Waiting:
    """What this member of `with_declarations` still has to sign, by key; nothing for who does not work here."""
    facts: dict[str, Any] | None = member.reglement_facts  # type: ignore[attr-defined]
    if facts is None or not member.is_staff_member:
        return {}
    asks = facts["parameters"].get("declarations")
    return _due(member, asks, facts["version"], member.declarations_signed)  # type: ignore[attr-defined]


def waiting_of(members: Sequence[Membership], *, on: date | None = None) -> dict[uuid.UUID, Waiting]:
    """The same for many, by the membership's id, and by the reglement of another day; two queries."""
    row = _in_force(on).values_list("version", "asks").first()
    if row is None:
        return {}
    held: dict[uuid.UUID, list[dict[str, Any]]] = {}
    rows = Declaration.objects.filter(membership__in=[member.pk for member in members])
    for owner, one in _signed(rows).values_list("membership_id", "facts"):
        held.setdefault(owner, []).append(one)
    return {member.pk: _due(member, row[1], row[0], held.get(member.pk, [])) for member in members}


def is_shut_out(member: Membership) -> bool:
    """Whether no dossier opens for this member of `with_declarations` before they sign."""
    return declaration_rules.blocks(waiting(member))


def _in_force(on: date | None = None) -> Any:
    rows = Reglement.objects.all().in_force(on or timezone.localdate())
    return rows.annotate(asks=KeyTransform("declarations", "parameters"))


def _signed(rows: QuerySet[Declaration]) -> Any:
    """What decides of each declaration that has not run out, by the database's clock."""
    running = rows.filter(Q(valid_until=None) | Q(valid_until__gt=Now())).order_by()
    facts = JSONObject(key=F("key"), text_sha256=F("text_sha256"), version=F("reglement_version"))
    return running.annotate(facts=facts).values("facts")


def _due(member: Membership, asks: Any, version: int, signed: list[dict[str, Any]]) -> Waiting:
    declarations = Declarations.model_validate(asks or {}, strict=False)
    held = [Signed(**one, valid_until=None) for one in signed]
    asked = declarations.asked_of(tuple(member.roles))
    left = declaration_rules.due(asked, held, version=version, now=timezone.now())
    # The database keeps them in an order of its own; secrecy comes first.
    return dict(sorted(left.items()))
