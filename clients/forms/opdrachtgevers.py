"""Who pays: the organisation, the people there, the contracts."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from access.address_fields import MailField, PhoneField, PostcodeField
from access.fields import LineField
from bureaus import validators
from clients.forms.fields import ADDRESS, DayField, choice_field
from clients.models import Opdrachtgever, OpdrachtgeverKind
from clients.rules import fold

ORGANISATIONS = [one for one in OpdrachtgeverKind.choices if one[0] != OpdrachtgeverKind.PARTICULIER]


class OpdrachtgeverForm(forms.Form):
    """An organisation; a particulier is added with the aanmelding, and stays one."""

    kind = choice_field("Soort", OpdrachtgeverKind.choices)
    name = LineField("Naam", 150)
    kvk = LineField("KvK-nummer", 8, required=False, help_text="Acht cijfers.", validators=[validators.kvk])
    street = LineField("Straat en huisnummer", 150, required=False)
    postcode = PostcodeField()
    city = LineField("Plaats", 80, required=False)

    def __init__(self, *args: Any, row: Opdrachtgever | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if row is not None and row.kind == OpdrachtgeverKind.PARTICULIER:
            kinds = [(row.kind, row.get_kind_display())]
        else:
            kinds = ORGANISATIONS
            self.fields["kind"].help_text = "Een particulier voegt u toe bij het aanmelden."
        field: Any = self.fields["kind"]
        field.choices = [("", "Maak een keuze"), *kinds]

    def clean_name(self) -> str:
        name = str(self.cleaned_data["name"])
        if not fold(name):
            raise ValidationError("Vul een naam in met letters.")
        return name


class ContactForm(forms.Form):
    name = LineField("Naam", 120)
    function = LineField("Functie", 120, required=False)
    email = MailField(help_text=ADDRESS)
    phone = PhoneField()


class ContractForm(forms.Form):
    number = LineField("Contractnummer", 60)
    starts_on = DayField("Begin", required=True)
    ends_on = DayField("Einde", help_text="Leeg zolang het contract doorloopt. Bewaartermijnen kunnen hierop tellen.")
