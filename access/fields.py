"""What forms on every floor share: a line of text, a long text, and a rule's refusal beside its field."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from access import texts
from access.rules import RuleBroken
from bureaus import validators


class LineField(forms.CharField):
    """One line of text; what nobody sees in it is refused, for it disguises a name or a title."""

    def __init__(self, label: Any, max_length: int, **options: Any) -> None:
        super().__init__(label=label, max_length=max_length, **options)
        self.error_messages.setdefault("max_length", f"Gebruik ten hoogste {max_length} tekens.")

    def to_python(self, value: Any) -> str:
        return validators.clean_line(super().to_python(value) or "")


class TextField(forms.CharField):
    """A long text of people; what only looks empty, is empty.

    What nobody sees in it (`texts.has_unseen`) is taken out and its writer is told once: the box then holds the
    cleaned text, so that sending it again succeeds.
    """

    default_error_messages = {
        "unseen": _(
            "Er stonden onzichtbare tekens in deze tekst. Wij hebben ze weggehaald; uw woorden staan er nog."
            " Lees de tekst na en stuur hem opnieuw."
        )
    }

    def __init__(self, label: Any, *, rows: int = 6, **options: Any) -> None:
        widget = forms.Textarea(attrs={"rows": rows, "spellcheck": "true"})
        super().__init__(label=label, widget=widget, **{"strip": False} | options)

    def to_python(self, value: Any) -> str:
        text = super().to_python(texts.clean_text(str(value or ""))) or ""
        return "" if texts.is_blank(text) else text

    def clean(self, value: Any) -> str:
        text = str(super().clean(value) or "")
        if text and texts.has_unseen(str(value)):
            raise ValidationError(self.error_messages["unseen"], code="unseen")
        return text

    def bound_data(self, data: Any, initial: Any) -> Any:
        held = super().bound_data(data, initial)
        return texts.clean_text(held) if isinstance(held, str) else held


def add_refusal(form: forms.Form, refusal: RuleBroken) -> None:
    """A rule's refusal, beside the field that it names, or on top where the form has no such field."""
    form.add_error(refusal.field if refusal.field in form.fields else None, str(refusal))
