"""Proposing by hand, leaving one out, and the number that who approves has to type."""

from __future__ import annotations

import re
from typing import Any

from django import forms

from access.fields import LineField, TextField
from retention.actions.list_changes import WORDS
from retention.actions.lists import BY_HAND
from retention.models import ExclusionReason

_APART = re.compile(r"[\s,;]+")


class ProposeForm(forms.Form):
    """Dossier numbers, one a line or apart by commas."""

    numbers = TextField(
        "Dossiernummers", rows=6, max_length=20 * BY_HAND,
        help_text="Een nummer per regel. Van elk dossier moet de bewaartermijn voorbij zijn.",
        error_messages={"required": "Vul ten minste één dossiernummer in."},
    )  # fmt: skip

    def clean_numbers(self) -> list[str]:
        return [one for one in _APART.split(self.cleaned_data["numbers"]) if one]

    @property
    def given(self) -> list[str]:
        numbers: list[str] = self.cleaned_data["numbers"]
        return numbers


class ExcludeForm(forms.Form):
    """Why it stays, and until when; the words are read by who works on this list."""

    reason = forms.ChoiceField(
        label="Waarom blijft dit?", choices=[("", "Kies een reden"), *ExclusionReason.choices],
        error_messages={"required": "Kies waarom dit blijft.", "invalid_choice": "Kies waarom dit blijft."},
        help_text="De reden komt in het proces-verbaal.",
    )  # fmt: skip
    until = forms.DateField(
        label="Opnieuw bekijken op", widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        help_text="Tot die dag komt dit op geen nachtelijke lijst.",
        error_messages={"required": "Kies een dag na vandaag.", "invalid": "Dit is geen datum."},
    )  # fmt: skip
    text = TextField(
        "Toelichting", rows=3, max_length=WORDS, required=False,
        help_text="Mag leeg blijven. Wordt versleuteld bewaard en komt niet in het proces-verbaal.",
    )  # fmt: skip

    def __init__(self, *args: Any, with_text: bool = True, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not with_text:
            del self.fields["text"]


class ApproveForm(forms.Form):
    """The number is checked on the server against the rows; the hash says which list was on the page."""

    number = LineField(
        "Hoeveel staan er op de lijst?", 12, help_text="Typ het aantal dat hierboven staat.",
        error_messages={"required": "Typ hoeveel er op de lijst staan."},
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
    )  # fmt: skip
    sha256 = forms.CharField(max_length=64, required=False, widget=forms.HiddenInput)
