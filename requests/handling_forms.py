"""Handing over, judging, deciding and saying what was done."""

from __future__ import annotations

from typing import Any

from django import forms

from access.fields import TextField
from access.models import Membership
from bureaus import reglement
from bureaus.words import capitalised, word
from requests import deciding
from requests.actions import handling
from requests.models import Kind, Verdict, Verzoek

NO_REASON = ("", "Kies een reden")


def _text(label: str, help_text: str, *, required: bool = False) -> TextField:
    return TextField(
        label, rows=5, max_length=deciding.REASON, required=required, help_text=help_text,
        error_messages={"max_length": f"Gebruik ten hoogste {deciding.REASON} tekens."},
    )  # fmt: skip


class AssignForm(forms.Form):
    """To whom it goes."""

    def __init__(self, data: Any = None, *, verzoek: Verzoek) -> None:
        super().__init__(data)
        self.members = {str(one.pk): one for one in handling.handlers_for(verzoek)}
        choices = [(key, one.name) for key, one in self.members.items()]
        self.fields["to"] = forms.ChoiceField(
            label="Wie gaat dit behandelen?", choices=[("", "Kies een medewerker"), *choices],
            initial=str(verzoek.handler_id or ""), error_messages={"required": "Kies wie dit gaat behandelen."},
        )  # fmt: skip

    def clean_to(self) -> Membership:
        return self.members[self.cleaned_data["to"]]


class JudgeForm(forms.Form):
    """Whether one stuk goes along, and if not why."""

    verdict = forms.ChoiceField(
        label="Gaat dit stuk mee?", widget=forms.RadioSelect,
        choices=[
            (Verdict.GIVE.value, "Ja, meegeven"),
            (Verdict.REDACT.value, "Ja, zonder de delen die zijn aangewezen"),
            (Verdict.WITHHOLD.value, "Nee, achterhouden"),
        ],
        error_messages={"required": "Kies of dit stuk meegaat."},
    )  # fmt: skip

    def __init__(self, data: Any = None, *, verzoek: Verzoek, initial: dict[str, Any]) -> None:
        super().__init__(data, initial=initial)
        grounds = handling.grounds_of_copy(verzoek)
        self.fields["reason_code"] = forms.ChoiceField(
            label="Reden om het achter te houden", required=False,
            choices=[NO_REASON, *((one, capitalised(one)) for one in grounds)],
        )  # fmt: skip
        whom = word("client", article=True)
        self.fields["reason"] = _text("Uitleg", f"Alleen nodig als het niet meegaat. Dit komt in het antwoord: {whom}"
                                      " leest het. Noem geen naam van een ander.")  # fmt: skip


class DecideForm(forms.Form):
    """The answer, and its reasons."""

    def __init__(self, data: Any = None, *, verzoek: Verzoek) -> None:
        initial = {name: getattr(verzoek, name) or "" for name in ("decision", "reason_code", "reason")}
        super().__init__(data, initial=initial)
        asked = reglement.in_force().requests
        answers = deciding.answers_for(verzoek.kind, verzoek.change, objection_ends=asked.bezwaar_ends_at_once)
        grounds = deciding.grounds_for(verzoek.kind, asked.inzage.refusal_grounds)
        self.fields["decision"] = forms.ChoiceField(
            label="Besluit", widget=forms.RadioSelect, choices=[(one.value, capitalised(one.label)) for one in answers],
            error_messages={"required": "Kies een besluit."},
        )  # fmt: skip
        if grounds and any(one in deciding.REFUSING for one in answers):
            self.fields["reason_code"] = forms.ChoiceField(
                label="Reden van een afwijzing", required=False,
                choices=[NO_REASON, *((one, capitalised(one)) for one in grounds)],
                help_text="Nodig als u niet alles toewijst.",
            )  # fmt: skip
        whom = word("client", article=True)
        complaint = verzoek.kind == Kind.KLACHT
        needed = "" if complaint else "Nodig als u niet alles toewijst. "
        self.fields["reason"] = _text("Uitleg", f"{needed}Dit komt in de brief. Schrijf in korte zinnen, zo dat {whom}"
                                      " het begrijpt.", required=complaint)  # fmt: skip
        self.fields["reason"].error_messages["required"] = deciding.SAY_WHAT


class ReturnForm(forms.Form):
    """Why it goes back."""

    reason = _text("Wat moet er anders?", "Wie dit behandelt leest het, en het blijft bij het verzoek staan.",
                   required=True)  # fmt: skip
    reason.error_messages["required"] = "Schrijf op wat er anders moet."


class DoneForm(forms.Form):
    """What was done."""

    words = _text("Wat is er gedaan?", "Kort en zonder namen van anderen.", required=True)
    words.error_messages["required"] = "Schrijf op wat er is gedaan."
