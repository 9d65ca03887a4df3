"""The register of incidents, as one fills it in."""

from __future__ import annotations

from datetime import date, datetime, time
from typing import Any

from django import forms
from django.utils import timezone

from access.fields import LineField, TextField
from clients.forms.fields import DayField
from requests.models import Incident

LONGEST = 4_000  # characters
MOST_PEOPLE = 10_000_000
TOO_LONG = {"max_length": "Gebruik ten hoogste 4.000 tekens."}
NO_NAMES = "Schrijf geen namen: het register blijft lang bewaard."
TIME_WRONG = "Dit is geen tijd. Schrijf uren en minuten, zoals 14:30."
MOMENT = {"required": "Vul in hoe laat.", "invalid": TIME_WRONG}


def hour_field(label: str, *, required: bool, **options: Any) -> forms.TimeField:
    widget = forms.TimeInput(format="%H:%M", attrs={"type": "time"})
    return forms.TimeField(label=label, widget=widget, required=required, error_messages=MOMENT, **options)


def moment(day: date | None, hour: time | None) -> datetime | None:
    """A day and an hour as people here mean them."""
    return timezone.make_aware(datetime.combine(day, hour)) if day and hour else None


class IncidentForm(forms.Form):
    """What is known of a breach; what is not known yet stays empty."""

    aware_on = DayField(
        "Bekend sinds (dag)", past=True, required=True,
        help_text="Vanaf het moment dat iemand van het bureau het wist, lopen de 72 uur.",
        error_messages={"required": "Vul in sinds welke dag het bekend is."},
    )  # fmt: skip
    aware_time = hour_field("Bekend sinds (tijd)", required=True)
    happened_on = DayField("Gebeurd op", past=True, help_text="Mag leeg blijven zolang u het niet weet.")
    what = TextField(
        "Wat is er gebeurd?", rows=4, max_length=LONGEST, help_text=NO_NAMES,
        error_messages=TOO_LONG | {"required": "Schrijf op wat er is gebeurd."},
    )  # fmt: skip
    whose = TextField(
        "Om wie en om welke gegevens gaat het?", rows=3, max_length=LONGEST,
        help_text="Het soort mensen en het soort gegevens, zoals: adressen van vijf mensen in een traject.",
        error_messages=TOO_LONG | {"required": "Schrijf op om wie en om welke gegevens het gaat."},
    )  # fmt: skip
    people = forms.IntegerField(
        label="Hoeveel personen?", required=False, min_value=0, max_value=MOST_PEOPLE,
        help_text="Een schatting mag. Leeg: nog niet bekend.",
        error_messages={
            "invalid": "Vul een heel getal in.", "min_value": "Vul nul of meer in.",
            "max_value": "Dit zijn er meer dan tien miljoen. Klopt het getal?",
        },
    )  # fmt: skip
    consequences = TextField(
        "Wat zijn de gevolgen, of wat kunnen ze zijn?", rows=3, max_length=LONGEST, required=False,
        error_messages=TOO_LONG,
    )  # fmt: skip
    measures = TextField(
        "Wat is eraan gedaan?", rows=3, max_length=LONGEST, required=False, error_messages=TOO_LONG,
        help_text="Om de schade te beperken, en om herhaling te voorkomen.",
    )  # fmt: skip
    risk = forms.ChoiceField(
        label="Hoe groot is het risico voor deze mensen?", choices=Incident.Risk.choices, widget=forms.RadioSelect,
        initial=Incident.Risk.UNKNOWN,
        error_messages={"required": "Kies een van de vier.", "invalid_choice": "Kies een van de vier."},
    )  # fmt: skip

    def facts(self) -> dict[str, Any]:
        given = {name: value for name, value in self.cleaned_data.items() if name not in ("aware_on", "aware_time")}
        return given | {"aware_at": moment(self.cleaned_data["aware_on"], self.cleaned_data["aware_time"])}


class ToldForm(forms.Form):
    """Whether and when the supervisor and the people were told."""

    notified_on = DayField("Gemeld bij de Autoriteit Persoonsgegevens op", past=True)
    notified_time = hour_field("Hoe laat gemeld", required=False)
    reference = LineField("Kenmerk van de melding", 60, required=False)
    people_told_on = DayField("Betrokkenen ingelicht op", past=True)
    people_told_time = hour_field("Hoe laat ingelicht", required=False)
    why_not = TextField(
        "Waarom niet gemeld, niet ingelicht, of later dan 72 uur?", rows=3, max_length=LONGEST, required=False,
        help_text="Nodig als u niet meldt of te laat meldt. De toezichthouder kan ernaar vragen.",
        error_messages=TOO_LONG,
    )  # fmt: skip

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        for name in ("notified", "people_told"):
            day, hour = given.get(f"{name}_on"), given.get(f"{name}_time")
            if day and not hour and f"{name}_time" not in self.errors:
                self.add_error(f"{name}_time", "Vul ook in hoe laat.")
            if hour and not day and f"{name}_on" not in self.errors:
                self.add_error(f"{name}_on", "Vul ook in op welke dag.")
        return given

    def facts(self) -> dict[str, Any]:
        given = self.cleaned_data
        return {
            "notified_at": moment(given["notified_on"], given["notified_time"]),
            "people_told_at": moment(given["people_told_on"], given["people_told_time"]),
            "reference": given["reference"],
            "why_not": given["why_not"],
        }
