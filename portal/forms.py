"""What the client types in the portal."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from access.fields import LineField
from dossiers import rules


class StoryField(forms.CharField):
    """A text of people. What only looks empty, is empty."""

    def to_python(self, value: Any) -> str:
        text = rules.clean_text(super().to_python(value) or "")
        return "" if rules.is_blank(text) else text


class StatementForm(forms.Form):
    """An own statement (javawest 6.2, jmwerkt 6.1.1)."""

    title = LineField(
        label=_("Waar gaat het over?"),
        max_length=rules.TITLE_LENGTH,
        help_text=_("Een paar woorden. Bijvoorbeeld: Het gesprek van 3 mei."),
        error_messages={
            "required": _("Schrijf in een paar woorden waar het over gaat."),
            "max_length": _(
                "Dit is te lang. Gebruik niet meer dan %(limit_value)d tekens. Het zijn er nu %(show_value)d."
            ),
        },
    )
    text = StoryField(
        label=_("Uw verhaal"),
        max_length=rules.TEXT_LENGTH,
        widget=forms.Textarea(attrs={"rows": 12}),
        help_text=_("Schrijf zoals u praat. Fouten maken mag."),
        error_messages={
            "required": _("Er staat nog niets. Schrijf eerst uw verhaal op."),
            "max_length": _(
                "Dit is te lang. Gebruik niet meer dan %(limit_value)d tekens. Het zijn er nu %(show_value)d."
            ),
        },
    )
