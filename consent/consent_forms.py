"""The forms by which staff ask a consent and enter what came on paper, at the desk or by letter."""

from __future__ import annotations

from typing import Any

from django import forms

from access.fields import LineField, TextField
from bureaus.schema.consents import ConsentRule
from clients.forms.fields import DayField
from consent import rules
from consent.actions.answering import BY_STAFF
from consent.actions.asking import LONGEST_PARTY, LONGEST_SCOPE
from consent.models import How
from dossiers.actions.scans import ACCEPT

YES, NO = "ja", "nee"


class AskForm(forms.Form):
    """Whom and what it is about, in so far as the purpose asks it."""

    party = LineField(
        "Welke persoon of organisatie?", LONGEST_PARTY, help_text="Zoals: huisarts Vermeer, of gemeente Veendam.",
        error_messages={"required": "Vul in om welke persoon of organisatie het gaat."},
    )  # fmt: skip
    scope = TextField(
        "Waar gaat het precies om?", rows=4, max_length=LONGEST_SCOPE,
        error_messages={"required": "Schrijf op waar het precies om gaat. De tekst verwijst ernaar."},
    )  # fmt: skip

    def __init__(self, *args: Any, rule: ConsentRule, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not rule.names_party:
            del self.fields["party"]
        needs = rules.needs_scope(rule)
        self.fields["scope"].required = needs
        more = "" if needs else " Laat het leeg als de tekst genoeg zegt."
        self.fields["scope"].help_text = f"Dit staat onder de tekst.{more}"


class PaperForm(forms.Form):
    """What stands on the paper. Nothing is chosen beforehand."""

    answer = forms.ChoiceField(
        label="Wat staat op het formulier?", choices=[(YES, "Ja, toestemming gegeven"), (NO, "Nee, geen toestemming")],
        widget=forms.RadioSelect, error_messages={"required": "Kies wat op het formulier staat."},
    )  # fmt: skip
    signed_on = DayField(
        "Wanneer is het getekend?", past=True, required=False, help_text="De datum bij de handtekening.",
    )  # fmt: skip
    scan = forms.FileField(
        label="Het getekende formulier, ingescand", required=False, allow_empty_file=True,
        help_text="PDF of foto (JPG of PNG). Bij een ja is de scan nodig.",
    )  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["scan"].widget.attrs["accept"] = ACCEPT

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        if given.get("answer") == YES and not given.get("signed_on") and "signed_on" not in self.errors:
            self.add_error("signed_on", "Vul in wanneer het is getekend.")
        return given


class WithdrawForm(forms.Form):
    how = forms.ChoiceField(
        label="Hoe is het ingetrokken?", choices=[(one.value, How(one).label.capitalize()) for one in BY_STAFF],
        widget=forms.RadioSelect, error_messages={"required": "Kies hoe het intrekken binnenkwam."},
    )  # fmt: skip
