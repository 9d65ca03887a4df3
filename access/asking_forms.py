"""Asking for a dossier, and the two answers."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from access import asked
from access import asking_rules as rules
from access.fields import LineField, TextField
from access.models import AccessRequest
from access.rules import RuleBroken
from bureaus import reglement
from bureaus.words import word


class NumberField(LineField):
    def __init__(self) -> None:
        super().__init__(
            "Dossiernummer",
            40,
            help_text="Vraag het uw collega. Een nummer ziet er zo uit: D-7K3QX9B.",
            widget=forms.TextInput(
                attrs={"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"}
            ),
        )

    def to_python(self, value: Any) -> str:
        text = super().to_python(value)
        if not text:
            return ""
        try:
            return rules.clean_number(text)
        except RuleBroken as refusal:
            raise ValidationError(str(refusal), code="invalid") from None


class HoursField(forms.IntegerField):
    """Whole hours, up to the reglement's maximum."""

    def __init__(self, label: str, most: int, **options: Any) -> None:
        messages = {
            "min_value": "Kies ten minste één uur.",
            "max_value": f"Kies ten hoogste {most} uur.",
            "invalid": "Vul een heel getal in.",
        }
        help_text = options.pop("help_text", f"Hele uren, ten hoogste {most}.")
        super().__init__(
            label=label, min_value=1, max_value=most, help_text=help_text, error_messages=messages, **options
        )


def _text(label: str, help_text: str, rows: int = 3) -> TextField:
    return TextField(
        label,
        rows=rows,
        max_length=rules.LONGEST_TEXT,
        help_text=help_text,
        error_messages={"max_length": f"Gebruik ten hoogste {rules.LONGEST_TEXT} tekens."},
    )


class AskForm(forms.Form):
    """Which dossier, why, and for how long."""

    number = NumberField()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        asking = reglement.in_force().access.asking
        kwargs["initial"] = {"hours": asking.default_hours} | kwargs.get("initial", {})
        super().__init__(*args, **kwargs)
        boss = word("directie", article=True)
        self.fields["reason"] = _text("Waarom hebt u het nodig?", f"Alleen {boss} leest dit.")
        self.fields["hours"] = HoursField("Hoeveel uur?", asking.max_hours)


class AllowForm(forms.Form):
    """For how long and what for; filled in with what was asked."""

    def __init__(self, data: Any = None, *, row: AccessRequest) -> None:
        most = reglement.in_force().access.asking.max_hours
        initial = {"hours": min(row.hours, most), "purpose": asked.text_of(row, "reason")}
        super().__init__(data, initial=initial, auto_id=f"toestaan-{row.pk}-%s")
        self.fields["hours"] = HoursField("Hoeveel uur, vanaf nu?", most)
        self.fields["purpose"] = _text("Waarvoor?", "Wie vroeg, leest dit boven het dossier.")


class RefuseForm(forms.Form):
    """A refusal has a reason."""

    def __init__(self, data: Any = None, *, row: AccessRequest) -> None:
        super().__init__(data, auto_id=f"afwijzen-{row.pk}-%s")
        self.fields["answer"] = _text("Waarom niet?", "Wie vroeg, leest dit.")
