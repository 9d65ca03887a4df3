"""The form by which a request by telephone is noted as refused."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django import forms
from django.utils import timezone

from access.fields import LineField, TextField
from clients.forms.fields import DayField
from consent.actions.calls import LONGEST, LONGEST_LINE


class CallForm(forms.Form):
    """What the caller said; nothing of it is taken to be true."""

    caller = LineField(
        "Wie zei de beller te zijn?", LONGEST_LINE, help_text="Noemde de beller geen naam, schrijf dan: geen naam.",
        error_messages={"required": "Vul in wie de beller zei te zijn."},
    )  # fmt: skip
    organisation = LineField("Van welke organisatie?", LONGEST_LINE, required=False)
    asked = TextField(
        "Wat werd gevraagd?", rows=3, max_length=LONGEST, error_messages={"required": "Schrijf op wat werd gevraagd."},
        help_text="Alleen de vraag. U gaf geen antwoord, dus daar staat niets over.",
    )  # fmt: skip
    called_on = DayField(
        "Op welke dag?", past=True, required=True, error_messages={"required": "Vul in wanneer er werd gebeld."}
    )
    called_time = forms.TimeField(
        label="Hoe laat?", widget=forms.TimeInput(format="%H:%M", attrs={"type": "time"}),
        error_messages={
            "required": "Vul in hoe laat er werd gebeld.",
            "invalid": "Dit is geen tijd. Schrijf uren en minuten, zoals 14:30.",
        },
    )  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        now = timezone.localtime()
        super().__init__(*args, **{"initial": {"called_on": now.date(), "called_time": now.time()}} | kwargs)

    def facts(self) -> dict[str, Any]:
        """As actions.calls.note_refused takes them; day and time in the time of the Netherlands."""
        given = dict(self.cleaned_data)
        moment = datetime.combine(given.pop("called_on"), given.pop("called_time").replace(tzinfo=None))
        return given | {"called_at": timezone.make_aware(moment)}
