"""The form by which files come into a dossier."""

from __future__ import annotations

import datetime
import uuid
from collections.abc import Mapping
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.files import File
from django.core.signing import BadSignature, Signer
from django.utils import timezone
from uuid_utils.compat import uuid7

from access.fields import LineField
from bureaus.schema import KindRule, StukKind
from dossiers import rules
from dossiers.actions.documents import shown_name
from dossiers.documents.inspect import check_size
from dossiers.documents.kinds import ACCEPT, Refused
from dossiers.documents.upload import FILES, most_together
from dossiers.forms import herkomst_choices, kind_choices

SIGNER = Signer(salt="dossiers.document")


class FilesInput(forms.FileInput):
    allow_multiple_selected = True


class FilesField(forms.FileField):
    """One to ten files; what is empty or too large is named here, the rest when they are looked at."""

    widget = FilesInput

    def clean(self, data: Any, initial: Any = None) -> list[File[bytes]]:  # noqa: ARG002
        files = list(data or [])
        if not files:
            raise ValidationError("Kies een bestand.")
        if len(files) > FILES:
            raise ValidationError(f"U koos {len(files)} bestanden. Voeg er ten hoogste {FILES} tegelijk toe.")
        problems = [problem for file in files if (problem := _problem(file))]
        if problems:
            raise ValidationError(problems)
        return files


class DocumentForm(forms.Form):
    """What it is, where it comes from (javawest 5.1), of which day, and the files themselves."""

    kind = forms.ChoiceField(label="Wat voegt u toe?")
    herkomst = forms.ChoiceField(
        label="Van wie komt het?", widget=forms.RadioSelect, error_messages={"required": "Kies van wie dit komt."}
    )
    date = forms.DateField(
        label="Datum",
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        help_text="De dag die op het stuk staat, of waarop u het kreeg.",
        error_messages={"required": "Vul de datum in waar dit stuk over gaat."},
    )
    title = LineField(
        "Titel", rules.TITLE_LENGTH, required=False, help_text="Mag leeg blijven; dan is het de naam van het bestand."
    )
    upload = FilesField(label="Bestanden")
    health = forms.BooleanField(
        label="Dit gaat over gezondheid", required=False, help_text="Gaat dan nooit naar een werkgever."
    )
    draft_id = forms.CharField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, kinds: Mapping[StukKind, KindRule], bound_to: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.bound_to = bound_to
        self._choice("kind").choices = [("", "Kies een soort stuk"), *kind_choices(kinds)]
        self._choice("herkomst").choices = herkomst_choices()
        self.fields["date"].initial = timezone.localdate
        self.fields["draft_id"].initial = draw_id(bound_to)
        most = most_together() // 2
        self.fields["upload"].help_text = (
            f"PDF, Word, Excel, PowerPoint, LibreOffice, foto of tekst. Ten hoogste {FILES} bestanden, elk tot"
            f" {most // 2**20} MB. Met een telefoon kunt u ook een foto maken."
        )
        self.fields["upload"].widget.attrs |= {"accept": ACCEPT, "data-most": most, "data-most-together": 2 * most}

    def clean_date(self) -> datetime.date:
        try:
            return rules.check_date(self.cleaned_data["date"], timezone.localdate())
        except rules.Refused as refusal:
            raise ValidationError(str(refusal)) from None

    def facts(self) -> dict[str, Any]:
        """What `actions.add_document` asks for."""
        held = {name: self.cleaned_data[name] for name in ("kind", "herkomst", "date", "title", "health")}
        return held | {"upload": self.cleaned_data["upload"], "stuk_id": drawn_id(self.data, self.bound_to)}

    def refuse(self, refusal: rules.Refused) -> None:
        """Put what the action refused beside its field."""
        field = refusal.field if refusal.field in self.fields else None
        for problem in getattr(refusal, "problems", [str(refusal)]):
            self.add_error(field, problem)

    def _choice(self, name: str) -> forms.ChoiceField:
        field = self.fields[name]
        if not isinstance(field, forms.ChoiceField):
            raise TypeError(name)
        return field


class ReleaseForm(forms.Form):
    """Which texts were previewed."""

    seen = forms.CharField(widget=forms.HiddenInput, required=False, max_length=64)


def draw_id(bound_to: str) -> str:
    """An id for the stuk that this form will make, signed for one dossier and person: sent twice, it is one stuk."""
    return SIGNER.sign(f"{uuid7()} {bound_to}")


def drawn_id(data: Mapping[str, Any], bound_to: str) -> uuid.UUID | None:
    """The id that this form was given; None for one that we did not give."""
    try:
        drawn, _, place = SIGNER.unsign(str(data.get("draft_id", ""))).partition(" ")
    except BadSignature:
        return None
    return uuid.UUID(drawn) if place == bound_to else None


def _problem(file: File[bytes]) -> str:
    try:
        check_size(file)
    except Refused as refusal:
        return f"{shown_name(file)}: {refusal}"
    return ""
