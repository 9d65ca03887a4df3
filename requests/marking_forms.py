"""Marking what goes from a stuk: words, a place on a page, a file."""

from __future__ import annotations

from typing import Any

from django import forms

from access.fields import LineField, TextField
from bureaus.words import capitalised
from requests.actions import handling, marking
from requests.models import Verzoek

NOTE = 500


class ReasonForm(forms.Form):
    """What every mark has: why, and a note that stays at the bureau."""

    def __init__(self, data: Any = None, *, verzoek: Verzoek) -> None:
        super().__init__(data)
        grounds = handling.grounds_of_copy(verzoek)
        first = ("", "Kies een reden")
        self.fields["reason_code"] = forms.ChoiceField(
            label="Waarom gaat dit weg?", choices=[first, *((one, capitalised(one)) for one in grounds)],
            initial=grounds[0] if len(grounds) == 1 else "", error_messages={"required": "Kies een reden."},
            help_text="Deze reden staat in de kopie op de plek van wat is weggelaten.",
        )  # fmt: skip
        self.fields["reason"] = LineField("Toelichting voor het bureau", NOTE, required=False)
        self.fields["reason"].help_text = "Mag leeg blijven. Dit staat niet in de kopie."


class WordsForm(ReasonForm):
    """Words, wherever they stand in the stuk."""

    prefix = "woorden"
    words = TextField(
        "Welke woorden moeten eruit?", rows=3, max_length=marking.LONGEST, strip=True,
        help_text="Een naam, een zin of een alinea. Typ of plak de woorden; elke plek in dit stuk telt mee.",
        error_messages={
            "required": "Vul de woorden in die eruit moeten.",
            "max_length": f"Gebruik ten hoogste {marking.LONGEST} tekens. Neem een lang stuk tekst in delen.",
        },
    )  # fmt: skip
    field_order = ("words", "reason_code", "reason")


class AreaForm(ReasonForm):
    """A box on the page that is shown, in thousandths of the page; the pointer fills it in."""

    prefix = "vlak"
    SIDES = {"left": "Links", "top": "Boven", "right": "Rechts", "bottom": "Onder"}

    def __init__(self, data: Any = None, *, verzoek: Verzoek) -> None:
        super().__init__(data, verzoek=verzoek)
        wrong = "Vul een getal van 0 tot en met 1000 in."
        for name, label in self.SIDES.items():
            self.fields[name] = forms.FloatField(
                label=label, min_value=0, max_value=1000, error_messages=dict.fromkeys(
                    ("required", "invalid", "min_value", "max_value"), wrong
                ), widget=forms.NumberInput(attrs={"min": 0, "max": 1000, "step": "any", "data-side": name}),
            )  # fmt: skip

    def area(self) -> list[float]:
        return [self.cleaned_data[name] for name in self.SIDES]


class FileForm(ReasonForm):
    """The whole file."""

    prefix = "bestand"
