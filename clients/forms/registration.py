"""The steps of an aanmelding. What was typed travels in hidden fields and is checked again at each step."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone

from access.checks import person
from access.fields import LineField, add_refusal
from access.models import Membership
from bureaus import reglement
from bureaus.words import word
from clients.actions.registration import check_kind, check_of_payer, needs_statement
from clients.forms.fields import CoachField, DayField, HoursField, choice_field, row_field
from clients.forms.people import ClientForm
from clients.models import Client, Contract, Opdrachtgever, OpdrachtgeverContact, OpdrachtgeverKind
from clients.rules import Refused, check_period

NEW = "nieuw"


class WhoForm(ClientForm):
    """Step 1: who is it?"""

    prefix = "wie"


class DoubleForm(forms.Form):
    """Is it one of these, who are known already, or someone else?"""

    prefix = "dubbel"

    def __init__(self, *args: Any, found: list[Client], same_bsn: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [(str(one.pk), _described(one)) for one in found]
        if not same_bsn:
            choices.append((NEW, "Nee, dit is iemand anders"))
        self.fields["client"] = forms.ChoiceField(
            label="Is het een van deze mensen?",
            choices=choices,
            widget=forms.RadioSelect,
            error_messages={"required": "Maak een keuze.", "invalid_choice": "Kies uit de lijst."},
        )


class OrderForm(forms.Form):
    """Step 2: who pays, and for what?"""

    prefix = "opdracht"

    def __init__(self, *args: Any, member: Membership, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        payer, known = word("opdrachtgever", capital=True), Opdrachtgever.objects.all().known_to(person(member))
        rules = reglement.in_force()
        kinds = [(key, rule.name) for key, rule in rules.dossier.trajects_on().items()]
        self.fields |= {
            "opdrachtgever": row_field(payer, known, required=False, empty_label="Kies, of vul een nieuwe in"),
            "new_kind": choice_field("Nieuw: soort", OpdrachtgeverKind.choices, empty="–", required=False),
            "new_name": LineField("Nieuw: naam", 150, required=False, help_text="Als de naam hierboven niet staat."),
            "kind": choice_field("Soort traject", kinds),
            "ordernummer": LineField("Ordernummer", 60, required=False),
            "registered_on": DayField("Aangemeld op", past=True, required=True, initial=timezone.localdate),
            "consent_stated": forms.BooleanField(
                label=f"{payer} verklaart dat {word('client', article=True)} instemt met het delen van deze gegevens",
                required=False,
            ),
        }  # fmt: skip
        if not rules.disclosure.aanmelding_needs_statement:
            self.fields["consent_stated"].help_text = "Niet verplicht volgens het reglement van dit bureau."

    def clean_consent_stated(self) -> bool:
        """pluspunt 3.4."""
        stated = bool(self.cleaned_data["consent_stated"])
        if reglement.in_force().disclosure.aanmelding_needs_statement and not stated:
            raise ValidationError(needs_statement())
        return stated

    def clean(self) -> dict[str, Any]:
        given = self.cleaned_data
        if "opdrachtgever" in given and "new_kind" in given and "new_name" in given:
            self._check_payer(given)
        return given

    def _check_payer(self, given: dict[str, Any]) -> None:
        chosen, kind, name = given["opdrachtgever"], given["new_kind"], given["new_name"]
        if chosen and name:
            self.add_error("new_name", "Kies uit de lijst óf vul een nieuwe in, niet allebei.")
        elif not chosen and not (kind and name):
            self.add_error("opdrachtgever", "Kies uit de lijst, of vul hieronder soort en naam in.")
        elif not chosen and self._is_listed(kind, name):
            self.add_error("new_name", f"{name} staat al in de lijst. Kies die hierboven.")
        elif given.get("kind"):
            self._check_kind(given["kind"], chosen.kind if chosen else kind)

    def _is_listed(self, kind: str, name: str) -> bool:
        known: Any = self.fields["opdrachtgever"]
        same = known.queryset.filter(kind=kind, name__iexact=name)
        return bool(same.exclude(kind=OpdrachtgeverKind.PARTICULIER).exists())

    def _check_kind(self, kind: str, payer_kind: str) -> None:
        try:
            check_kind(kind, payer_kind)
        except Refused as refusal:
            add_refusal(self, refusal)


class AgreementsForm(forms.Form):
    """Step 3: who does it, from when until when, how many hours?"""

    prefix = "begeleiding"

    def __init__(self, *args: Any, payer: Opdrachtgever | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.payer = payer
        coach = word("coach")
        contacts = OpdrachtgeverContact.objects.filter(opdrachtgever=payer)
        contracts = Contract.objects.filter(opdrachtgever=payer)
        empty = {"required": False}
        self.fields |= {
            "handler": CoachField(f"Behandelend {coach}", empty_label="Maak een keuze"),
            "second_coach": CoachField(f"Tweede {coach}", empty_label="Geen", **empty),
            "agreed_start": DayField("Afgesproken begin"),
            "planned_end": DayField("Gepland einde"),
            "hours_granted": HoursField("Toegekende uren", 9999),
        }
        if payer is not None:
            label = f"Contact bij {payer.name}"
            self.fields["contact"] = row_field(label, contacts, empty_label="Nog niet bekend", **empty)
            self.fields["contract"] = row_field("Contract", contracts, empty_label="Geen contract", **empty)

    def clean(self) -> dict[str, Any]:
        given = self.cleaned_data
        try:
            check_period(
                given.get("agreed_start"), given.get("planned_end"), "Het einde ligt voor het begin.", "planned_end"
            )
            check_of_payer(self.payer, given.get("contact"), given.get("contract"))
        except Refused as refusal:
            add_refusal(self, refusal)
        second = given.get("second_coach")
        if second is not None and second == given.get("handler"):
            self.add_error("second_coach", f"De tweede {word('coach')} is iemand anders dan de behandelaar.")
        return given


def _described(client: Client) -> str:
    born = f", geboren {client.birth_date:%d-%m-%Y}" if client.birth_date else ""
    place = f", {client.city}" if client.city else ""
    return f"Ja: {client}{born}{place}"
