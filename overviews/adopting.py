"""A proposal for a new version, or for another text of one whose day has not come, on its way from the form through
the dry run to its adoption; and taking such a version back."""

from __future__ import annotations

import hashlib
import json
import uuid
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.core import signing
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from access.models import Membership
from access.rules import RuleBroken
from bureaus import actions
from bureaus.models import Bureau, Reglement
from bureaus.reglement import version_in_force
from bureaus.tenancy import current_bureau_id
from overviews.reglement_forms import AccessForm

SALT = "overviews.reglement"
DAY = 24 * 60 * 60  # seconds that a proposal may lie
OVERTAKEN = "Intussen is er een andere versie vastgesteld. Bekijk die eerst en begin opnieuw."


@dataclass(frozen=True)
class Proposal:
    """A form that was right when it was signed, by whom and after which version; and the form as it is now."""

    latest: int
    form: AccessForm
    token: str
    changes: Reglement | None = None
    seen: str = ""

    @property
    def number(self) -> int:
        """Of the version that this will be."""
        return int(self.changes.version) if self.changes else self.latest + 1

    @property
    def in_force_from(self) -> date:
        day: date = self.form.cleaned_data["in_force_from"]
        return day


def latest_version() -> int:
    found: int | None = Reglement.objects.order_by("-version").values_list("version", flat=True).first()
    return found or 0


def later() -> Any:
    """The versions whose day has not come, the first of them first."""
    return Reglement.objects.filter(in_force_from__gt=timezone.localdate()).order_by("in_force_from", "version")


def sign(form: AccessForm, member: Membership, changes: Reglement | None = None) -> str:
    """The proposal as a text that nobody else can make or use; it holds no personal data."""
    held = {"by": str(member.pk), "latest": latest_version(), "form": form.kept}
    if changes is not None:
        held |= {"changes": str(changes.pk), "seen": _digest(changes)}
    return signing.dumps(held, salt=SALT, compress=True)


def read(token: str, member: Membership) -> Proposal | None:
    """What this member proposed today; None for what is no such thing, or is right no more."""
    held = _opened(token)
    if held is None or held.get("by") != str(member.pk):
        return None
    changes = later().filter(pk=uuid.UUID(held["changes"])).first() if "changes" in held else None
    if "changes" in held and changes is None:
        return None
    base = changes or version_in_force()
    form = AccessForm(held["form"], base=base.rules, changing=changes)
    return Proposal(held["latest"], form, token, changes, held.get("seen", "")) if form.is_valid() else None


def filled_in(token: str, member: Membership) -> dict[str, Any]:
    """What stood in the form of a proposal, to go on with it; nothing for what is no such thing."""
    held = _opened(token)
    return dict(held["form"]) if held is not None and held.get("by") == str(member.pk) else {}


@transaction.atomic
def adopt(*, proposal: Proposal, by: Membership) -> Reglement:
    """Adopt what was proposed; sent twice, it is one version. Grants follow from its first day on.

    Raises RuleBroken where another version was adopted since, or a date is right no more.
    """
    bureau = Bureau.objects.select_for_update(of=("self",), no_key=True).get(pk=current_bureau_id())
    if proposal.changes is not None:
        return _change(proposal.changes, proposal, by)
    last: Reglement = Reglement.objects.order_by("-version").first()
    given = proposal.form.cleaned_data
    if last.version == proposal.latest + 1 and _is_same(last, proposal, by):
        return last
    if last.version != proposal.latest:
        raise RuleBroken(OVERTAKEN)
    try:
        return actions.adopt_reglement(
            bureau=bureau, parameters=proposal.form.parameters, adopted_on=given["adopted_on"],
            in_force_from=given["in_force_from"], by=actions.Adopter(name=by.name, membership_id=by.pk),
        )  # fmt: skip
    except ValidationError as wrong:
        raise RuleBroken(" ".join(wrong.messages)) from None


@transaction.atomic
def withdraw(*, version: Reglement, by: Membership) -> None:
    """Take back a version whose day has not come. Raises RuleBroken where it has, or somebody was first."""
    try:
        actions.withdraw_reglement(version=version, by=actions.Adopter(name=by.name, membership_id=by.pk))
    except ValidationError as wrong:
        raise RuleBroken(" ".join(wrong.messages)) from None
    except Reglement.DoesNotExist:
        raise RuleBroken("Deze versie is al ingetrokken.") from None


def _change(version: Reglement, proposal: Proposal, by: Membership) -> Reglement:
    found: Reglement | None = Reglement.objects.filter(pk=version.pk).first()
    if found is None:
        raise RuleBroken(OVERTAKEN)
    if _is_same(found, proposal, by):
        return found
    if _digest(found) != proposal.seen:
        raise RuleBroken(OVERTAKEN)
    try:
        return actions.change_reglement(
            version=found, parameters=proposal.form.parameters, in_force_from=proposal.in_force_from,
            by=actions.Adopter(name=by.name, membership_id=by.pk),
        )  # fmt: skip
    except ValidationError as wrong:
        raise RuleBroken(" ".join(wrong.messages)) from None


def _digest(version: Reglement) -> str:
    """Another one once somebody else changed this version."""
    said = json.dumps([version.parameters, version.in_force_from.isoformat()], sort_keys=True)
    return hashlib.sha256(said.encode()).hexdigest()[:16]


def _is_same(version: Reglement, proposal: Proposal, by: Membership) -> bool:
    same = version.in_force_from == proposal.in_force_from and version.adopted_by_membership == by.pk
    return same and bool(version.parameters == proposal.form.parameters)


def _opened(token: str) -> dict[str, Any] | None:
    try:
        held: dict[str, Any] = signing.loads(token, salt=SALT, max_age=DAY)
    except signing.BadSignature:
        return None
    return held
