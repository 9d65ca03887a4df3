"""The text of a letter, as directie and administratie write it."""

from __future__ import annotations

from typing import Any

from django import forms

from access.fields import LineField, TextField
from requests import letter_texts


class LetterTextForm(forms.Form):
    subject = LineField("Onderwerp", 150)
    body = TextField(
        "Tekst", rows=20, max_length=8000,
        error_messages={"max_length": "Gebruik ten hoogste 8000 tekens."},
        help_text="Een lege regel begint een nieuwe alinea; een regel met '- ' ervoor wordt een punt in een lijst.",
    )  # fmt: skip
    seen = forms.IntegerField(widget=forms.HiddenInput, min_value=0, max_value=2**31 - 1)

    def __init__(self, *args: Any, kind: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.kind = kind

    def clean(self) -> dict[str, Any]:
        """A field that is not known, or one that the law wants and is missing, beside the text that it is about."""
        found: dict[str, Any] = super().clean() or self.cleaned_data
        texts = {name: found.get(name, "") for name in ("subject", "body")}
        for name, words in letter_texts.problems(self.kind, **texts).items():
            if name not in self.errors:
                self.add_error(name, words)
        return found
