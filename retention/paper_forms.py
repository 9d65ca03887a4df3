"""Forms for the dossier on paper and for the certificate of the company that destroys it."""

from __future__ import annotations

import datetime
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.files import File

from access.fields import LineField
from dossiers.documents.inspect import check_size
from dossiers.documents.kinds import Refused

MOST_PARTS = 99
EARLIEST = datetime.date(2000, 1, 1)


class PaperForm(forms.Form):
    place = LineField(
        "Plaats", 120, help_text="Zoals de vestiging en de kast. Geen namen.",
        error_messages={"required": "Vul in waar het papieren dossier staat."},
    )  # fmt: skip
    parts = forms.IntegerField(
        label="Aantal mappen", min_value=1, max_value=MOST_PARTS, initial=1,
        error_messages={
            "required": "Vul in hoeveel mappen het zijn.", "invalid": "Vul een heel getal in.",
            "min_value": "Er is ten minste 1 map.", "max_value": f"Vul ten hoogste {MOST_PARTS} in.",
        },
    )  # fmt: skip


class CertificateForm(forms.Form):
    company = LineField("Bedrijf", 120, error_messages={"required": "Vul in welk bedrijf het papier vernietigde."})
    reference = LineField(
        "Nummer van het certificaat", 60, error_messages={"required": "Vul het nummer van het certificaat in."}
    )
    destroyed_on = forms.DateField(
        label="Vernietigd op", widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages={"required": "Vul in op welke dag het vernietigd is.", "invalid": "Vul een datum in."},
    )  # fmt: skip
    upload = forms.FileField(
        label="Het certificaat", help_text="Een PDF, of een foto of scan (JPG, PNG).",
        error_messages={"required": "Kies het bestand met het certificaat.", "empty": "Dit bestand is leeg (0 bytes)."},
        widget=forms.FileInput(attrs={"accept": ".pdf,.jpg,.jpeg,.png"}),
    )  # fmt: skip

    def clean_destroyed_on(self) -> datetime.date:
        day: datetime.date = self.cleaned_data["destroyed_on"]
        if day < EARLIEST:
            raise ValidationError("Kijk het jaar na.")
        return day

    def clean_upload(self) -> Any:
        file: File[bytes] = self.cleaned_data["upload"]
        try:
            check_size(file)
        except Refused as refusal:
            raise ValidationError(str(refusal)) from None
        return file
