"""Deciding about one line of the access review."""

from __future__ import annotations

from typing import Any

from django import forms

from access.fields import LineField
from access.models import ReviewLine

LONGEST_NOTE = 300  # characters
# What a click does; ending an account has a page of its own.
BY_CLICK = (ReviewLine.Verdict.KEPT, ReviewLine.Verdict.PARTLY)


class DecideForm(forms.Form):
    """The button says what is decided; a word besides is not asked."""

    verdict = forms.ChoiceField(
        choices=[(str(one), one.label) for one in BY_CLICK], widget=forms.HiddenInput,
        error_messages={"required": "Kies wat u besluit.", "invalid_choice": "Kies wat u besluit."},
    )  # fmt: skip
    note = LineField(
        "Toelichting", LONGEST_NOTE, required=False,
        help_text="Mag leeg blijven. Komt in het verslag; noem niemand van wie er een dossier is.",
    )  # fmt: skip


class EndForm(forms.Form):
    """Taking access away asks why."""

    note = LineField("Waarom trekt u de toegang in?", LONGEST_NOTE, help_text="Komt in het verslag en in het logboek.")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["note"].error_messages["required"] = "Schrijf op waarom u de toegang intrekt."
