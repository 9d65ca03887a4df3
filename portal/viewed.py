"""Who looked into a client's dossier, when and why: the log of one dossier, in plain words (DOMAIN 8)."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from django import forms
from django.contrib.postgres.aggregates import ArrayAgg
from django.db.models import Count, Max, Min, Q
from django.db.models.functions import TruncDate
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from access import held_grants
from access.models import AccessRequest, Ground, Membership, Role
from access.reach import as_system
from clients.forms.fields import DayField
from dossiers.models import Dossier
from journal.labels import LOOKS
from journal.models import Line, Result
from portal import plain
from vault import keys
from vault.errors import VaultError

PERIODS = (("", _("Alles")), ("week", _("Deze week")), ("maand", _("Deze maand")))


@dataclass(frozen=True)
class Visit:
    """What one person looked at on one day."""

    day: date
    name: str
    does: str
    why: list[str]
    times: int
    files: int
    first: datetime
    last: datetime

    @property
    def at_once(self) -> bool:
        """All within one minute of the clock, as it is shown."""
        return self.first.replace(second=0, microsecond=0) == self.last.replace(second=0, microsecond=0)


class PeriodForm(forms.Form):
    """This week, this month, or from one day up to and with another; empty is everything."""

    periode = forms.ChoiceField(choices=PERIODS, required=False)
    van = DayField(_("Van"), past=True)
    tot = DayField(_("Tot en met"), past=True)

    def clean(self) -> dict[str, Any]:
        found = super().clean() or {}
        if found.get("van") and found.get("tot") and found["van"] > found["tot"]:
            self.add_error("tot", _("Deze dag ligt voor de eerste dag."))
        return found

    def days(self) -> tuple[date | None, date | None]:
        """First and last day; None where there is no bound."""
        if not self.is_valid():
            return None, None
        today = timezone.localdate()
        if self.cleaned_data["periode"] == "week":
            return today - timedelta(days=today.weekday()), None
        if self.cleaned_data["periode"] == "maand":
            return today.replace(day=1), None
        return self.cleaned_data["van"], self.cleaned_data["tot"]

    @property
    def chosen(self) -> str:
        """Which of the choices is on; 'zelf' for days of one's own."""
        own = any(self.data.get(name) for name in ("van", "tot"))
        return self.data.get("periode") or ("zelf" if own else "")


def looks_at(dossier: Dossier, member: Membership, first: date | None = None, last: date | None = None) -> Any:
    """Who looked into this dossier, once a day each; the client's own looks aside."""
    lines = Line.objects.filter(dossier_id=dossier.pk, act__in=LOOKS, result__in=(Result.OK, Result.EMERGENCY))
    if first:
        lines = lines.filter(at__gte=_midnight(first))
    if last:
        lines = lines.filter(at__lt=_midnight(last + timedelta(days=1)))
    others = lines.exclude(membership_id=member.pk).exclude(roles=Role.CLIENT.value).exclude(membership_id=None)
    days = others.annotate(day=TruncDate("at")).values("day", "membership_id", "actor", "roles")
    counted = days.annotate(
        times=Count("id"),
        files=Count("id", filter=Q(act="document.opgehaald")),
        first=Min("at"),
        last=Max("at"),
        grants=ArrayAgg("grant_id", distinct=True, filter=~Q(grant_id=None), default=[]),
    )
    return counted.order_by("-day", "-last", "actor")


def visits(dossier: Dossier, looks: Iterable[dict[str, Any]]) -> list[Visit]:
    """One page of `looks_at`, with who they are and why they could look. The same few queries for any number."""
    found = list(looks)
    with as_system():
        people = {one.pk: one for one in Membership.objects.filter(pk__in={look["membership_id"] for look in found})}
        held = held_grants.held_by(people.values(), [dossier.pk])
        purposes = _purposes(held)
    by_person = {pair[0]: rows for pair, rows in held_grants.of_pairs(held).items()}
    return [_visit(look, people, by_person, purposes) for look in found]


def _visit(
    look: dict[str, Any],
    people: dict[uuid.UUID, Membership],
    held: dict[uuid.UUID, list[held_grants.Held]],
    purposes: dict[uuid.UUID, str],
) -> Visit:
    roles = look["roles"].split(", ")
    used = _used(look, held.get(look["membership_id"], []))
    why = [plain.why(one.ground if one else "", roles, purposes.get(one.grant_id, "") if one else "") for one in used]
    member = people.get(look["membership_id"])
    does = (member.function if member else "") or plain.roles_sentence(roles)
    return Visit(
        look["day"],
        look["actor"],
        does,
        list(dict.fromkeys(filter(None, why))),
        look["times"],
        look["files"],
        look["first"],
        look["last"],
    )


def _used(look: dict[str, Any], held: Sequence[held_grants.Held]) -> list[held_grants.Held | None]:
    """The grants that the lines themselves name; else those that were in force at the first look and at the last."""
    named = [one for one in held if one.grant_id in look["grants"]]
    return [*named] or [held_grants.used_at(held, look["first"]), held_grants.used_at(held, look["last"])]


def _purposes(held: Iterable[held_grants.Held]) -> dict[uuid.UUID, str]:
    """For what directie let somebody look, by the grant; the words are sealed."""
    asked = [one.grant_id for one in held if one.ground == Ground.CONSENT_OF_DIRECTIE]
    if not asked:
        return {}
    rows = list(AccessRequest.objects.filter(grant_id__in=asked))
    keys.prefetch({row.sealed_under for row in rows})
    return {row.grant_id: _opened(row) for row in rows if row.grant_id}


def _opened(row: AccessRequest) -> str:
    try:
        return row.answer or ""
    except VaultError:
        return ""


def _midnight(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.min))
