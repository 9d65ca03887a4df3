"""The form under a declaration."""

from __future__ import annotations

from django import forms


class SignForm(forms.Form):
    """Nothing is ticked beforehand; which text was read goes along, so that no other is signed."""

    read = forms.BooleanField(
        label="Ik heb deze tekst helemaal gelezen en ik onderteken hem.",
        error_messages={"required": "Zet hier een vinkje als u de tekst hebt gelezen en ondertekent."},
    )
    text_sha256 = forms.CharField(widget=forms.HiddenInput, required=False, max_length=64)
