"""Forms of emergency access and support."""

from __future__ import annotations

from typing import Any

from django import forms

from access.asking_forms import HoursField, NumberField
from access.fields import TextField
from access.models import AccessRequest

MOST = 2_000  # signs of a reason


class EmergencyForm(forms.Form):
    """Which dossier, and why it can't wait."""

    number = NumberField()
    reason = TextField(
        "Waarom moet het nu?", rows=4, max_length=MOST,
        help_text="Schrijf in een hele zin wat er aan de hand is. Wie dit beoordeelt, leest deze reden.",
    )  # fmt: skip


class ReviewForm(forms.Form):
    """What another than the opener thinks of it afterwards."""

    verdict = forms.ChoiceField(
        label="Was deze noodtoegang terecht?", choices=AccessRequest.Verdict.choices, widget=forms.RadioSelect,
        error_messages={"required": "Kies terecht of niet terecht."},
    )  # fmt: skip
    text = TextField(
        "Hoe komt u tot dit oordeel?", rows=4, max_length=MOST,
        help_text="In een hele zin. Wie de toegang nam, kan dit lezen. Na het vastleggen verandert het niet meer.",
    )  # fmt: skip


class AskSupportForm(forms.Form):
    """What the platform's operator asks of a bureau."""

    reason = TextField(
        "Waarvoor is hulp nodig?", rows=4, max_length=MOST,
        help_text="De directie van het bureau leest dit. Noem geen namen van mensen.",
    )  # fmt: skip

    def __init__(self, *args: Any, most: int, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["hours"] = HoursField(
            "Aantal uren", most, initial=min(most, 2), help_text=f"Dit bureau laat ten hoogste {most} uur toe."
        )
        self.fields["number"] = number = NumberField()
        number.required = False
        number.help_text = "Alleen als het bureau er een noemde. Zonder nummer ziet u geen enkel dossier."


class DecideSupportForm(forms.Form):
    """Let in for how long, or refuse and why."""

    decision = forms.ChoiceField(
        label="Uw besluit", widget=forms.RadioSelect,
        choices=[("toelaten", "Toelaten"), ("afwijzen", "Afwijzen")],
        error_messages={"required": "Kies toelaten of afwijzen."},
    )  # fmt: skip
    answer = TextField(
        "Reden", rows=3, max_length=MOST, required=False, help_text="Verplicht als u afwijst."
    )  # fmt: skip

    def __init__(self, *args: Any, most: int, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["hours"] = HoursField(
            "Hoeveel uur ten hoogste?", most, initial=most, required=False, help_text="De klok begint bij uw besluit."
        )
        self.order_fields(["decision", "hours", "answer"])
