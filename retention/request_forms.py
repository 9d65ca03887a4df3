"""A written request to destroy: when it came in."""

from __future__ import annotations

from django import forms

from clients.forms.fields import DayField

SURE = "Ja, ik heb het verzoek gelezen en nagekeken wie het stuurde."


class ReceivedForm(forms.Form):
    """The day from which the reglement's term counts (werkid 14)."""

    received_on = DayField(
        "Wanneer kwam het schriftelijke verzoek binnen?", past=True, required=True,
        error_messages={"required": "Vul in wanneer het verzoek binnenkwam."},
    )  # fmt: skip


class SureForm(forms.Form):
    """The same day once more, unseen, and that somebody looked."""

    received_on = DayField("Ontvangen op", past=True, required=True)
    sure = forms.BooleanField(
        label=SURE, error_messages={"required": "Zet hier een vinkje als u het verzoek hebt nagekeken."}
    )

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        self.fields["received_on"].widget = forms.HiddenInput()


class StukForm(ReceivedForm):
    """One stuk: the day and that somebody looked, on one page."""

    sure = forms.BooleanField(
        label=SURE, error_messages={"required": "Zet hier een vinkje als u het verzoek hebt nagekeken."}
    )
