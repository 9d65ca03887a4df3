"""The form by which a paper with a signature is kept."""

from __future__ import annotations

from typing import Any

from django import forms

from clients.forms.fields import DayField
from dossiers.actions.scans import ACCEPT


class PaperForm(forms.Form):
    given_on = DayField(
        "Wanneer is het gegeven?", past=True, required=True, help_text="De dag die bij de handtekening staat.",
        error_messages={"required": "Vul in wanneer het is gegeven."},
    )  # fmt: skip
    scan = forms.FileField(
        label="Het getekende papier, ingescand", allow_empty_file=True, help_text="PDF of foto.",
        error_messages={"required": "Kies het ingescande papier. Zonder handtekening is er geen bewijs."},
    )  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["scan"].widget.attrs["accept"] = ACCEPT
