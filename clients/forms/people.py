"""Clients, the people around them, and who acts for them."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from access.address_fields import MailField, PhoneField, PostcodeField
from access.fields import LineField
from bureaus.words import word
from clients.forms.fields import ADDRESS, DayField, choice_field
from clients.models import bsn_reasons
from clients.rules import fold
from vault.rules import normalise_bsn

NOT_A_BSN = "Dit is geen burgerservicenummer: het heeft negen cijfers en die kloppen niet samen. Kijk het na."


class BSNField(LineField):
    """A BSN passes the eleven test. The message never repeats what was typed."""

    def __init__(self, **options: Any) -> None:
        attrs = {"inputmode": "numeric", "autocomplete": "off"}
        widget = forms.TextInput(attrs=attrs)
        super().__init__("Burgerservicenummer", 20, required=False, widget=widget, **options)

    def clean(self, value: Any) -> str:
        text: str = super().clean(value)
        if not text:
            return ""
        try:
            return normalise_bsn(text)
        except ValueError:
            raise ValidationError(NOT_A_BSN) from None


class ClientForm(forms.Form):
    """Who the client is and how to reach them."""

    last_name = LineField("Achternaam", 120, help_text="Zonder tussenvoegsel: bij 'van den Berg' hier alleen Berg.")
    tussenvoegsel = LineField("Tussenvoegsel", 30, required=False, help_text="Zoals van den, de of el.")
    first_name = LineField("Voornaam", 80, required=False)
    initials = LineField("Voorletters", 20, required=False)
    birth_date = DayField("Geboortedatum", past=True)
    bsn = BSNField(help_text="Alleen als het voor deze opdracht nodig is. Wordt verzegeld bewaard.")
    email = MailField()
    phone = PhoneField()
    street = LineField("Straat en huisnummer", 150, required=False)
    postcode = PostcodeField()
    city = LineField("Plaats", 80, required=False)
    language = LineField("Taal", 60, required=False, help_text="Als Nederlands lezen lastig is.")

    def clean_last_name(self) -> str:
        name = str(self.cleaned_data["last_name"])
        if not fold(name):
            raise ValidationError("Vul een naam in met letters.")
        return name


class ChangeClientForm(ClientForm):
    """The BSN that is there is not shown: a new one replaces it, and a tick takes it away."""

    no_bsn = forms.BooleanField(label="Haal het burgerservicenummer weg", required=False)

    def __init__(self, *args: Any, has_bsn: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if has_bsn:
            self.fields["bsn"].label = "Nieuw burgerservicenummer"
            self.fields["bsn"].help_text = "Laat leeg om het nummer te houden dat er al is."
            self.order_fields([*list(self.fields)[:6], "no_bsn"])
        else:
            del self.fields["no_bsn"]

    def new_bsn(self) -> str | None:
        """None: leave it; '': take it away."""
        if self.cleaned_data["bsn"]:
            return str(self.cleaned_data["bsn"])
        return "" if self.cleaned_data.get("no_bsn") else None


class ContactPersonForm(forms.Form):
    """Someone around the client; only what is needed to reach them (pluspunt 3.3)."""

    name = LineField("Naam", 120)
    relation = LineField("Relatie", 80, help_text="Zoals partner, moeder of huisarts.")
    phone = PhoneField()
    email = MailField()
    given_by_client = forms.BooleanField(
        required=False,
        help_text="Alleen dan komt deze persoon in een afschrift van het dossier te staan.",
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["given_by_client"].label = f"Door {word('client', article=True)} zelf opgegeven"


class GemachtigdeForm(forms.Form):
    """Who acts for the client, what for, and how long."""

    name = LineField("Naam", 120)
    scope = LineField("Waarvoor", 200, help_text="Zoals: meelezen in het dossier en verzoeken doen.")
    email = MailField(help_text=ADDRESS)
    phone = PhoneField()
    valid_from = DayField("Vanaf", required=True)
    valid_until = DayField("Tot en met", help_text="Leeg: tot de machtiging wordt ingetrokken.")


class FindByBSNForm(forms.Form):
    """Looking for someone by number is posted: what stands in an address is kept by browsers and servers."""

    bsn = BSNField(help_text="U vindt alleen iemand van wie u een dossier mag zien.")

    def clean_bsn(self) -> str:
        if not self.cleaned_data["bsn"]:
            raise ValidationError("Vul een burgerservicenummer in.")
        return str(self.cleaned_data["bsn"])


class RevealForm(forms.Form):
    reason = choice_field(
        "Waarvoor hebt u het nummer nodig?", bsn_reasons, help_text="Komt in het logboek, met uw naam."
    )
