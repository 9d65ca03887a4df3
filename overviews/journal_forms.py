"""What the log is searched by."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from django import forms
from django.db.models import Q
from django.utils import timezone

from access.fields import LineField
from access.models import Ground, Membership, ground_label
from clients.forms.fields import DayField, choice_field
from journal import labels
from journal.groups import GROUPS
from journal.models import Result

NAMES_AT_MOST = 200  # people of that name; more is a name that says nothing
NOBODY = ("systeem", "werker")  # what the lines are called that no person wrote


def _acts() -> list[tuple[str, Any]]:
    groups: list[tuple[str, Any]] = [(group.key, group.label) for group in GROUPS]
    every = [
        (group.label, sorted(((act, labels.act_label(act)) for act in group.acts), key=lambda one: one[1]))
        for group in GROUPS
    ]
    return [("Groepen", groups), *every]


def _grounds() -> list[tuple[str, str]]:
    return [(one.value, ground_label(one)) for one in Ground]


@dataclass(frozen=True)
class Chosen:
    """The condition on lines, and what was chosen as the log itself notes it: ids and keys, no names."""

    condition: Q
    facts: dict[str, Any]


class JournalFilter(forms.Form):
    """Empty is everything. A name is looked up among the accounts; the log itself is asked by their ids."""

    van = DayField("Van", past=True)
    tot = DayField("Tot en met", past=True)
    wie = LineField("Wie (naam)", 120, required=False)
    wat = choice_field("Wat", _acts, empty="Alles", required=False)
    dossier = LineField("Dossiernummer", 20, required=False)
    resultaat = choice_field("Resultaat", Result.choices, empty="Alle", required=False)
    grond = choice_field("Grond", _grounds, empty="Alle", required=False)

    def clean(self) -> dict[str, Any]:
        found = super().clean() or {}
        if found.get("van") and found.get("tot") and found["van"] > found["tot"]:
            self.add_error("tot", "Deze dag ligt voor de eerste dag.")
        return found

    def clean_dossier(self) -> str:
        return str(self.cleaned_data["dossier"]).strip().upper()

    def clean_wie(self) -> str:
        name = str(self.cleaned_data["wie"]).strip()
        self.people = _people(name) if name and name.lower() not in NOBODY else []
        if len(self.people) > NAMES_AT_MOST:
            raise forms.ValidationError(f"Meer dan {NAMES_AT_MOST} mensen heten zo. Schrijf meer van de naam.")
        return name

    def chosen(self) -> Chosen | None:
        """None where something does not stand there right."""
        if not self.is_valid():
            return None
        data = self.cleaned_data
        condition = _days(data["van"], data["tot"])
        facts = {"from": data["van"], "until": data["tot"], "dossier": data["dossier"], "result": data["resultaat"]}
        if data["dossier"]:
            # By the number in the line: it is there when the dossier itself is not.
            condition &= Q(dossier_number=data["dossier"])
        if data["resultaat"]:
            condition &= Q(result=data["resultaat"])
        if data["grond"]:
            condition &= Q(ground=data["grond"])
        if data["wat"]:
            condition &= Q(act__in=labels.acts_of(data["wat"]) or [data["wat"]])
        facts |= {"ground": data["grond"], "group": data["wat"]} | self._of_person()
        if data["wie"]:
            condition &= Q(membership_id__in=self.people) if facts["person"] != "systeem" else Q(membership_id=None)
        return Chosen(condition, {name: _plain(value) for name, value in facts.items() if value})

    def _of_person(self) -> dict[str, Any]:
        name = self.cleaned_data["wie"]
        if name.lower() in NOBODY:
            return {"person": "systeem"}
        return {"person": [str(one) for one in self.people[:5]] or "niemand"} if name else {}


def _people(name: str) -> list[uuid.UUID]:
    rows = Membership.objects.filter(name__icontains=name).order_by("pk")
    return list(rows.values_list("pk", flat=True)[: NAMES_AT_MOST + 1])


def _days(first: date | None, last: date | None) -> Q:
    condition = Q()
    if first:
        condition &= Q(at__gte=_midnight(first))
    if last:
        condition &= Q(at__lt=_midnight(last + timedelta(days=1)))
    return condition


def _midnight(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.min))


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else value
