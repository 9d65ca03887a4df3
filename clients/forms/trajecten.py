"""The course of a traject and its appointments."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django import forms
from django.utils import timezone

from access.fields import LineField
from bureaus import reglement
from bureaus.words import word
from clients.forms.fields import CoachField, DayField, HoursField, choice_field, row_field
from clients.models import (
    Appointment,
    AppointmentKind,
    Attendance,
    Phase,
    Result,
    Traject,
    change_reasons,
    end_reasons,
)

RUNNING_PHASES = [choice for choice in Phase.choices if choice[0] != Phase.ENDED]


class TrajectForm(forms.Form):
    """What was agreed, and who does it."""

    ordernummer = LineField("Ordernummer", 60, required=False)
    agreed_start = DayField("Afgesproken begin")
    planned_end = DayField("Gepland einde")
    hours_granted = HoursField("Toegekende uren", 9999)

    def __init__(self, *args: Any, traject: Traject, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        payer = traject.opdrachtgever
        coach, other = word("coach"), word("opdrachtgever", article=True)
        self.fields["contact"] = row_field(
            f"Contact bij {other}", payer.contacts.all(), required=False, empty_label="Nog niet bekend"
        )
        self.fields["contract"] = row_field(
            "Contract", payer.contracts.all(), required=False, empty_label="Geen contract"
        )
        self.fields["handler"] = CoachField(f"Behandelend {coach}")
        self.fields["second_coach"] = CoachField(f"Tweede {coach}", required=False, empty_label="Geen")
        self.fields["reason"] = choice_field(
            "Reden van de wijziging", change_reasons, required=False, empty="Geen", help_text="Komt in het logboek."
        )


class PhaseForm(forms.Form):
    phase = choice_field("Fase", RUNNING_PHASES)
    on = DayField("Vanaf", past=True, required=True)


class EndForm(forms.Form):
    """Why and with what a traject ends, and the dates that the terms count from."""

    reason = choice_field("Reden van einde", end_reasons)
    result = choice_field("Resultaat", Result.choices)
    ended_on = DayField("Traject beëindigd op", past=True, required=True)
    service_closed_on = DayField(
        "Dienstverlening afgesloten op", help_text="Als er daarna niets meer volgt, zoals nazorg."
    )
    contract_ended_on = DayField("Overeenkomst beëindigd op", help_text="Als die al bekend is.")


class AppointmentForm(forms.Form):
    """When, where and with whom."""

    kind = choice_field("Soort", AppointmentKind.choices)
    day = DayField("Datum", required=True)
    time = forms.TimeField(
        label="Tijd",
        widget=forms.TimeInput(format="%H:%M", attrs={"type": "time"}),
        error_messages={"invalid": "Dit is geen tijd. Schrijf uren en minuten, zoals 14:30."},
    )
    minutes = forms.IntegerField(
        label="Duur in minuten",
        min_value=5,
        max_value=600,
        initial=60,
        error_messages={
            "invalid": "Vul een aantal minuten in, zonder letters.",
            "min_value": "Een afspraak duurt ten minste 5 minuten.",
            "max_value": "Een afspraak duurt ten hoogste 600 minuten.",
        },
    )
    place = LineField("Plaats", 120, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["coach"] = CoachField(word("coach", capital=True))

    def facts(self) -> dict[str, Any]:
        """As the actions take them; day and time in the time of the Netherlands."""
        given = dict(self.cleaned_data)
        moment = datetime.combine(given.pop("day"), given.pop("time").replace(tzinfo=None))
        return given | {"starts_at": timezone.make_aware(moment)}

    @staticmethod
    def initial_of(row: Appointment) -> dict[str, Any]:
        moment = timezone.localtime(row.starts_at)
        facts = {name: getattr(row, name) for name in ("kind", "minutes", "place", "coach")}
        return facts | {"day": moment.date(), "time": moment.time()}


class AttendanceForm(forms.Form):
    attendance = forms.ChoiceField(
        label="Opkomst",
        choices=[choice for choice in Attendance.choices if choice[0] != Attendance.CANCELLED],
        widget=forms.RadioSelect,
        error_messages={"invalid_choice": "Kies uit de lijst."},
    )
    hours = HoursField("Uren", 24, help_text="Uren die voor de opdracht tellen, zonder reistijd.")
    present_names = LineField(
        "Wie waren erbij", 300, required=False, help_text="Bij inzage in het dossier is dit nodig."
    )


class TrajectFilter(forms.Form):
    """What the list of trajecten shows; a choice that does not exist is left out."""

    staat = forms.ChoiceField(
        label="Staat", required=False, choices=[("", "Lopend"), ("beeindigd", "Beëindigd"), ("alle", "Alle")]
    )
    fase = choice_field("Fase", RUNNING_PHASES, empty="Alle fasen", required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        kinds = [(key, rule.name) for key, rule in reglement.in_force().dossier.traject_kinds.items()]
        self.fields["soort"] = choice_field("Soort", kinds, empty="Alle soorten", required=False)
        self.fields["van"] = choice_field("Van wie", [("mij", "Alleen die van mij")], empty="Iedereen", required=False)

    def chosen(self) -> dict[str, str]:
        self.is_valid()
        return {name: self.cleaned_data.get(name) or "" for name in self.fields}


def kind_name(key: str) -> str:
    """What the reglement in force calls a kind of traject; the key itself where it calls it nothing any more."""
    rule = reglement.in_force().dossier.traject_kinds.get(key)
    return rule.name if rule else key
