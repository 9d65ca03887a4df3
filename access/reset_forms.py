"""Asking for a new second step for somebody, and refusing it."""

from __future__ import annotations

from django import forms

from access.fields import LineField


class AskResetForm(forms.Form):
    email = forms.EmailField(
        label="E-mailadres van het account",
        max_length=254,
        help_text="Van wie de tweede stap kwijt is.",
        error_messages={"required": "Vul het e-mailadres in.", "invalid": "Dit is geen e-mailadres."},
    )
    reason = LineField(
        "Reden",
        300,
        help_text="Bijvoorbeeld: telefoon gestolen. Schrijf ook hoe u weet dat de vraag echt van deze persoon komt.",
        error_messages={"required": "Vul een reden in."},
    )


class RefuseResetForm(forms.Form):
    reason = LineField("Waarom niet", 300, error_messages={"required": "Vul een reden in."})
