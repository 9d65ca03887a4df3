"""A yes in the portal; with a name under it where the text asks a signature."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as __

from access.fields import LineField
from consent.actions.answering import LONGEST_NAME


class AnswerForm(forms.Form):
    signed_name = LineField(
        __("Uw naam"), LONGEST_NAME, help_text=__("Alleen nodig bij ja. Uw naam is dan uw handtekening."),
        error_messages={"required": __("Typ uw naam. Dat is uw handtekening.")},
    )  # fmt: skip

    def __init__(self, *args: Any, signed: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["signed_name"].widget.attrs["autocomplete"] = "name"
        if not signed:
            del self.fields["signed_name"]
