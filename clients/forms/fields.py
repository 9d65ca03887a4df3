"""Fields that clean what is typed, and say in Dutch what is wrong with it."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.utils import timezone

from access.models import Membership, Role
from bureaus.words import word

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

FIRST_DAY = date(1900, 1, 1)
YEARS_AHEAD = 20
# actions.accounts.follow_address
ADDRESS = "Nodig om deze persoon voor het portaal uit te nodigen. Met een ander adres vervalt het account dat er was."


class DayField(forms.DateField):
    """A date between 1900 and twenty years ahead, or not after today."""

    def __init__(self, label: str | _StrPromise, *, past: bool = False, **options: Any) -> None:
        self.past = past
        widget = forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})
        super().__init__(label=label, widget=widget, **{"required": False} | options)
        self.error_messages["invalid"] = "Dit is geen datum. Schrijf dag, maand en jaar, zoals 03-05-2026."

    def validate(self, value: Any) -> None:
        super().validate(value)
        if value is None:
            return
        today = timezone.localdate()
        if value < FIRST_DAY:
            raise ValidationError("Deze datum ligt voor 1900. Klopt het jaar?")
        if self.past and value > today:
            raise ValidationError("Deze datum ligt in de toekomst.")
        if value.year > today.year + YEARS_AHEAD:
            raise ValidationError("Deze datum ligt te ver in de toekomst. Klopt het jaar?")


class HoursField(forms.DecimalField):
    def __init__(self, label: str, most: int, **options: Any) -> None:
        super().__init__(
            label=label,
            max_digits=6,
            decimal_places=2,
            localize=True,
            widget=forms.TextInput(attrs={"inputmode": "decimal"}),
            validators=[
                MinValueValidator(0, "Vul nul of meer in."),
                MaxValueValidator(most, f"Vul ten hoogste {most} in."),
            ],
            **{"required": False} | options,
        )
        wrong = "Vul een aantal uren in, met ten hoogste twee cijfers achter de komma."
        for code in ("invalid", "max_digits", "max_decimal_places", "max_whole_digits"):
            self.error_messages[code] = wrong
        for validator in self.validators:
            if hasattr(validator, "messages"):
                validator.messages = dict.fromkeys(validator.messages, wrong)


class RowField(forms.ModelChoiceField):
    """One of these rows; what is no id at all is no choice either."""

    def to_python(self, value: Any) -> Any:
        try:
            return super().to_python(value)
        except ValidationError:
            raise ValidationError(self.error_messages["invalid_choice"], code="invalid_choice") from None


class CoachField(RowField):
    """Coaches who work here now."""

    def __init__(self, label: str, **options: Any) -> None:
        rows = Membership.objects.all().active().with_role(Role.COACH).order_by("name", "id")
        super().__init__(rows, label=label, **options)
        self.error_messages["invalid_choice"] = f"Kies iemand die hier nu als {word('coach')} werkt."


def row_field(label: str, rows: Any, **options: Any) -> RowField:
    """One of these rows."""
    field = RowField(rows, label=label, **options)
    field.error_messages["invalid_choice"] = "Kies uit de lijst."
    return field


def choice_field(label: str, choices: Any, *, empty: str = "", **options: Any) -> forms.ChoiceField:
    """One of a list, or of what a function says then; `empty` is what stands there before a choice is made."""
    first = ("", empty or "Maak een keuze")
    shown = (lambda: [first, *choices()]) if callable(choices) else [first, *choices]
    field = forms.ChoiceField(label=label, choices=shown, **options)
    field.error_messages["invalid_choice"] = "Kies uit de lijst."
    return field
