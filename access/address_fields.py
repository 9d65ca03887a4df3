"""Where somebody is found: fields that clean what is typed, and say in Dutch what is wrong with it."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from access.fields import LineField
from bureaus import validators


class MailField(forms.EmailField):
    def __init__(self, **options: Any) -> None:
        super().__init__(label="E-mailadres", max_length=254, **{"required": False} | options)
        self.error_messages["invalid"] = "Dit is geen e-mailadres. Zo ziet het eruit: naam@voorbeeld.nl."

    def to_python(self, value: Any) -> str:
        return validators.clean_line(super().to_python(value) or "")


class PhoneField(LineField):
    def __init__(self, most: int = 30) -> None:
        super().__init__("Telefoon", most, required=False, widget=forms.TextInput(attrs={"inputmode": "tel"}))

    def clean(self, value: Any) -> str:
        text: str = super().clean(value)
        if text and (not set(text) <= set("0123456789 +-()/.") or not any(sign.isdigit() for sign in text)):
            raise ValidationError("Een telefoonnummer heeft alleen cijfers, spaties en eventueel een + of -.")
        return text


class PostcodeField(LineField):
    """'1234ab' becomes '1234 AB'; of another country, as it is typed."""

    def __init__(self) -> None:
        super().__init__("Postcode", 10, required=False, help_text="Zoals 1234 AB.")

    def clean(self, value: Any) -> str:
        text: str = super().clean(value).upper()
        if not text:
            return ""
        tight = text.replace(" ", "")
        plain = f"{tight[:4]} {tight[4:]}"
        validators.postcode(plain)
        return plain
