"""The forms by which a verwerkersovereenkomst is kept, renewed and ended."""

from __future__ import annotations

from typing import Any

from django import forms

from access.fields import LineField
from bureaus.words import word
from clients.forms.fields import DayField, RowField
from clients.models import Opdrachtgever, OpdrachtgeverKind
from consent.actions.agreements import Agreed
from dossiers.actions.scans import ACCEPT


class RenewForm(forms.Form):
    """What is on the paper; with whom is known already."""

    purpose = LineField(
        "Waarvoor", 300, help_text="Wat de ander voor u verwerkt, of u voor de ander.",
        error_messages={"required": "Schrijf op waarvoor de overeenkomst is."},
    )  # fmt: skip
    signed_on = DayField(
        "Getekend op", past=True, required=True, error_messages={"required": "Vul in wanneer er is getekend."}
    )
    ends_on = DayField("Loopt tot en met", help_text="Laat leeg als er geen einddatum is.")
    scan = forms.FileField(
        label="De getekende overeenkomst, ingescand", allow_empty_file=True, help_text="PDF of foto.",
        error_messages={"required": "Kies de ingescande overeenkomst."},
    )  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["scan"].widget.attrs["accept"] = ACCEPT

    def agreed(self) -> Agreed:
        given = self.cleaned_data
        return Agreed(given["purpose"], given["signed_on"], given["ends_on"], given.get("opdrachtgever"),
                      given.get("party", ""))  # fmt: skip


class AgreementForm(RenewForm):
    """A new one: also with whom."""

    opdrachtgever = RowField(None, required=False, empty_label="Een andere partij")
    party = LineField("Naam van de andere partij", 150, required=False, help_text="Zoals een leverancier van software.")
    field_order = ("opdrachtgever", "party", "purpose", "signed_on", "ends_on", "scan")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["opdrachtgever"]
        field.queryset = Opdrachtgever.objects.exclude(kind=OpdrachtgeverKind.PARTICULIER).order_by("name", "id")
        field.label = f"Met welke {word('opdrachtgever')}"
        field.error_messages["invalid_choice"] = "Kies uit de lijst."


class EndForm(forms.Form):
    reason = LineField("Waarom", 300, error_messages={"required": "Schrijf op waarom de overeenkomst is beëindigd."})
