"""What forms on every floor share: a line of text, and a rule's refusal beside its field."""

from __future__ import annotations

from typing import Any

from django import forms

from access.rules import RuleBroken
from bureaus import validators


class LineField(forms.CharField):
    """One line of text; what nobody sees in it is refused, for it disguises a name or a title."""

    def __init__(self, label: Any, max_length: int, **options: Any) -> None:
        super().__init__(label=label, max_length=max_length, **options)
        self.error_messages.setdefault("max_length", f"Gebruik ten hoogste {max_length} tekens.")

    def to_python(self, value: Any) -> str:
        return validators.clean_line(super().to_python(value) or "")


def add_refusal(form: forms.Form, refusal: RuleBroken) -> None:
    """A rule's refusal, beside the field that it names, or on top where the form has no such field."""
    form.add_error(refusal.field if refusal.field in form.fields else None, str(refusal))
