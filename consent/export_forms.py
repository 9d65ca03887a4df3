"""The forms by which a list is made, and research is asked and decided."""

from __future__ import annotations

from typing import Any

from django import forms

from access.fields import LineField
from clients.forms.fields import DayField
from consent.actions.exports import LONGEST_RECEIVER, Wanted
from consent.actions.research import Question
from consent.export_rules import OF_A_PERIOD, WITH_TELEPHONE
from consent.models import ExportFormat, ExportKind, ResearchAsk

YES, NO = "ja", "nee"
IN_CSV = "In CSV staat er een apostrof (') voor een telefoonnummer dat met + begint. In Excel niet."


class PeriodForm(forms.Form):
    """In which days a traject ended."""

    starts_on = DayField(
        "Trajecten die eindigden vanaf", past=True, required=True,
        error_messages={"required": "Vul de eerste dag van de periode in."},
    )  # fmt: skip
    ends_on = DayField(
        "Tot en met", past=True, required=True,
        error_messages={"required": "Vul de laatste dag van de periode in."},
    )  # fmt: skip


class ExportForm(PeriodForm):
    field_order = ("receiver", "starts_on", "ends_on")
    receiver = LineField(
        "Voor wie is deze lijst?", LONGEST_RECEIVER, help_text="Dit leest ieder die op de lijst staat ook.",
        error_messages={"required": "Vul in voor wie de lijst is."},
    )  # fmt: skip
    format = forms.ChoiceField(
        label="Soort bestand", choices=ExportFormat.choices, widget=forms.RadioSelect, initial=ExportFormat.XLSX,
        error_messages={"required": "Kies een soort bestand."},
    )  # fmt: skip
    again = forms.BooleanField(label="Maak deze lijst nog een keer", required=False)

    def __init__(self, *args: Any, kind: ExportKind, research: ResearchAsk | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.kind, self.research = kind, research
        if research is not None or kind not in OF_A_PERIOD:
            del self.fields["starts_on"], self.fields["ends_on"]
        if research is not None:
            del self.fields["receiver"]
        if kind in WITH_TELEPHONE:
            self.fields["format"].help_text = IN_CSV
        # Shown once it was refused for being there already, and never ticked beforehand.
        if "asked_again" not in self.data:
            del self.fields["again"]

    def ask_again(self, words: str) -> ExportForm:
        """The same form with the box to tick."""
        data = {name: value for name, value in self.data.items() if name != "again"} | {"asked_again": "1"}
        form = ExportForm(data, kind=self.kind, research=self.research)
        form.add_error("again", words)
        return form

    def wanted(self) -> Wanted:
        given = self.cleaned_data
        receiver = self.research.receiver if self.research else given["receiver"]
        return Wanted(
            self.kind, ExportFormat(given["format"]), receiver, given.get("starts_on"), given.get("ends_on"),
            self.research,
        )  # fmt: skip


class ResearchForm(PeriodForm):
    field_order = ("title", "receiver")
    title = LineField(
        "Welk onderzoek is het?", 300, help_text="Vraagt uw reglement hiervoor toestemming? Schrijf het dan precies"
        " zoals het in die toestemming staat. Alleen wie daarop ja zei, doet mee.",
        error_messages={"required": "Schrijf op welk onderzoek het is."},
    )  # fmt: skip
    receiver = LineField(
        "Wie doet het onderzoek?", LONGEST_RECEIVER, error_messages={"required": "Vul in wie het onderzoek doet."}
    )

    def question(self) -> Question:
        return Question(**self.cleaned_data)


class DecideForm(forms.Form):
    """Nothing is chosen beforehand."""

    decision = forms.ChoiceField(
        label="Mag dit?", choices=[(YES, "Ja, het mag"), (NO, "Nee, het mag niet")], widget=forms.RadioSelect,
        error_messages={"required": "Kies of het mag."},
    )  # fmt: skip
    reason = LineField("Waarom?", 300, required=False, help_text="Bij een nee is dit nodig.")
