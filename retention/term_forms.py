"""Holds and agreed terms, as one fills them in."""

from __future__ import annotations

from typing import Any

from django import forms

from access.fields import LineField, TextField
from bureaus.schema import Action, DataClass, Trigger
from bureaus.schema.keeping import TRANSFER
from clients.forms.fields import DayField
from retention.actions.agreements import BASIS_LENGTH
from retention.models import AGREED, HoldKind

LONGEST_REASON = 1_000  # characters
UNITS = (("Y", "jaar"), ("M", "maanden"), ("W", "weken"), ("D", "dagen"))
STARTS = (Trigger.TRAJECT_ENDED, Trigger.SERVICE_CLOSED, Trigger.CONTRACT_ENDED)
ENDS = (Action.DESTROY_PV, Action.DESTROY_PV_CERTIFICATE, Action.TRANSFER)
NO_NAMES = "Schrijf geen namen en niets over gezondheid: dat hoort in het dossier zelf."


class HoldForm(forms.Form):
    """Why a dossier stays, until when, and when somebody looks again."""

    kind = forms.ChoiceField(
        label="Waarom blijft dit dossier bewaard?", choices=[("", "Kies een reden"), *HoldKind.choices],
        error_messages={"required": "Kies een reden uit de lijst.", "invalid_choice": "Kies een reden uit de lijst."},
    )  # fmt: skip
    reason = TextField(
        "Toelichting", rows=3, max_length=LONGEST_REASON,
        help_text=f"Alleen wie het dossier mag zien, leest dit. {NO_NAMES}",
        error_messages={
            "required": "Schrijf op waarom dit dossier langer bewaard moet worden.",
            "max_length": f"Gebruik ten hoogste {LONGEST_REASON} tekens.",
        },
    )  # fmt: skip
    review_on = DayField(
        "Wanneer kijkt u opnieuw?", required=True,
        help_text="Binnen een jaar. U krijgt die dag een mail; de blokkade blijft staan tot iemand haar opheft.",
        error_messages={"required": "Kies de dag waarop u opnieuw kijkt."},
    )  # fmt: skip
    until = DayField(
        "Geldt tot en met", help_text="Mag leeg blijven. Vult u een dag in, dan houdt de blokkade daarna vanzelf op."
    )


class ReviewForm(forms.Form):
    review_on = DayField(
        "Wanneer kijkt u weer?", required=True, help_text="Binnen een jaar.",
        error_messages={"required": "Kies de dag waarop u weer kijkt."},
    )  # fmt: skip


class LiftForm(forms.Form):
    reason = TextField(
        "Waarom is de blokkade niet meer nodig?", rows=3, max_length=LONGEST_REASON, help_text=NO_NAMES,
        error_messages={
            "required": "Schrijf op waarom dit dossier hier niet meer voor bewaard hoeft te worden.",
            "max_length": f"Gebruik ten hoogste {LONGEST_REASON} tekens.",
        },
    )  # fmt: skip


class AgreeForm(forms.Form):
    """A term that was agreed below the reglement."""

    data_class = forms.ChoiceField(label="Voor welke gegevens?", choices=[(one.value, one.label) for one in AGREED])
    action = forms.ChoiceField(label="Wat gebeurt er daarna?", choices=[(one.value, one.label) for one in ENDS])
    amount = forms.IntegerField(
        label="Hoe lang?", min_value=1, max_value=999,
        help_text="Bij overdragen mag dit leeg blijven: dan geldt de dag waarop de ontvangst is getekend.",
        error_messages={
            "required": "Vul in hoe lang deze gegevens bewaard worden.",
            "min_value": "Vul een getal vanaf 1 in.", "max_value": "Vul een getal tot en met 999 in.",
            "invalid": "Vul een heel getal in.",
        },
    )  # fmt: skip
    unit = forms.ChoiceField(label="Jaar, maanden, weken of dagen", choices=UNITS)
    trigger = forms.ChoiceField(label="Te rekenen vanaf", choices=[(one.value, one.label) for one in STARTS])
    basis = LineField(
        "Waar staat deze afspraak?", BASIS_LENGTH, help_text="Bijvoorbeeld: contract 2026-12, artikel 4. Geen namen.",
        error_messages={"required": "Schrijf op waar deze afspraak staat."},
    )  # fmt: skip
    # What was agreed when this page was opened.
    seen = forms.CharField(widget=forms.HiddenInput, required=False, max_length=200)

    def saw(self, agreed: str) -> None:
        """The page is shown again, with what is agreed by now."""
        self.data = {**dict(self.data.items()), "seen": agreed}

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        if given.get("action") == Action.TRANSFER:
            self.errors.pop("amount", None)
        return given

    def agreed(self) -> dict[str, Any]:
        """As `agree_term` wants it."""
        given, is_transfer = self.cleaned_data, self.cleaned_data["action"] == Action.TRANSFER
        return {
            "data_class": DataClass(given["data_class"]),
            "term": TRANSFER if is_transfer else f"P{given['amount']}{given['unit']}",
            "trigger": Trigger.TRANSFER_RECEIVED if is_transfer else Trigger(given["trigger"]),
            "action": Action(given["action"]),
            "basis": given["basis"],
            "seen": given["seen"],
        }
