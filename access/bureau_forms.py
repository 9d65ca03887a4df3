"""The form of the bureau's own facts; each refuses in plain Dutch, beside the field."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.files import File
from django.core.validators import URLValidator

from access.address_fields import MailField, PhoneField, PostcodeField
from access.fields import LineField
from bureaus import logos, validators
from bureaus.actions import OWN_FACTS
from bureaus.models import Bureau

LOGO_HELP = "PNG of JPEG, ten hoogste 1 MB en 2000 bij 2000 beeldpunten. Het staat op elke bladzijde, ook bij inloggen."


class WebsiteField(forms.URLField):
    default_validators = [URLValidator(schemes=["http", "https"])]

    def __init__(self) -> None:
        super().__init__(label="Website", max_length=200, required=False, assume_scheme="https")
        self.error_messages["invalid"] = "Dit is geen webadres. Zo ziet het eruit: https://www.voorbeeld.nl."
        self.error_messages["max_length"] = "Gebruik ten hoogste 200 tekens."

    def to_python(self, value: Any) -> str:
        return validators.clean_line(super().to_python(value) or "")


class ColourField(LineField):
    def __init__(self) -> None:
        help_text = "De knoppen en de actieve plek in het menu krijgen deze kleur. Zoals #1f4e79."
        super().__init__("Kleur", 20, help_text=help_text, validators=[validators.colour])

    def to_python(self, value: Any) -> str:
        return super().to_python(value).lower()


class LogoField(forms.FileField):
    """A picture, checked by its content and drawn anew (bureaus.logos)."""

    widget = forms.FileInput(attrs={"accept": "image/png,image/jpeg"})

    def clean(self, data: Any, initial: Any = None) -> logos.Logo | None:  # noqa: ARG002
        return logos.prepare(data) if isinstance(data, File) else None


class FactsForm(forms.Form):
    """How the bureau is reached and what it looks like."""

    address_1 = LineField("Adres", 120, required=False)
    address_2 = LineField("Adres, tweede regel", 120, required=False)
    postcode = PostcodeField()
    city = LineField("Plaats", 80, required=False)
    email = MailField()
    phone = PhoneField(20)
    website = WebsiteField()
    colour = ColourField()
    logo = LogoField(label="Logo", required=False, help_text=LOGO_HELP)
    remove_logo = forms.BooleanField(label="Het logo weghalen", required=False)

    def __init__(self, data: Any = None, files: Any = None, *, bureau: Bureau) -> None:
        super().__init__(data, files, initial={name: getattr(bureau, name) for name in OWN_FACTS})
        if bureau.logo:
            self.fields["logo"].label = "Ander logo"
        else:
            del self.fields["remove_logo"]

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        if cleaned.get("logo") and cleaned.get("remove_logo"):
            raise ValidationError({"remove_logo": "Kies een ander logo, of haal het weg. Allebei kan niet."})
        return cleaned

    @property
    def facts(self) -> dict[str, str]:
        return {name: self.cleaned_data[name] for name in OWN_FACTS}
