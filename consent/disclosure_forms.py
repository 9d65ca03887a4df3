"""The forms of a disclosure: to whom and why, on which ground, and that it was handed over."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.validators import validate_email

from access.fields import LineField, TextField
from bureaus.schema import Ground
from bureaus.words import word
from clients.forms.fields import DayField, choice_field
from consent import disclosing
from consent import disclosure_rules as rules
from consent.models import Authority, Consent, Disclosure, Means, ReceiverKind
from dossiers.actions.scans import ACCEPT
from dossiers.models import Dossier

LONGEST = 2_000


class DiscloseForm(forms.Form):
    """Of each ground only what it asks. Nothing leaves by this form."""

    consent = choice_field("Op welke toestemming?", ())
    words = TextField("", rows=4, max_length=LONGEST,
                      error_messages={"required": "Schrijf dit op. Zonder deze uitleg is er geen grond."})  # fmt: skip
    paper = forms.FileField(
        allow_empty_file=True, error_messages={"required": "Voeg dit papier toe. Zonder dat is er geen grond."}
    )
    receiver_kind = choice_field("Wat voor ontvanger is het?", ReceiverKind.choices)
    receiver = LineField(
        "Wie krijgt het?", 120, error_messages={"required": "Vul in wie het krijgt."},
        help_text="De persoon en de organisatie, zoals: M. Jansen, huisartsenpraktijk De Linde.",
    )  # fmt: skip
    why = TextField(
        "Waarvoor heeft de ontvanger dit nodig?", rows=3, max_length=LONGEST,
        error_messages={"required": "Schrijf op waarvoor de ontvanger dit nodig heeft."},
        help_text="De ontvanger leest dit ook, en mag het voor niets anders gebruiken.",
    )  # fmt: skip
    authority = forms.ChoiceField(
        label="Hoe zag u dat dit de juiste ontvanger is?", choices=Authority.choices, widget=forms.RadioSelect,
        error_messages={"required": "Kies hoe u zag dat deze ontvanger dit mag hebben."},
    )  # fmt: skip
    authority_words = LineField(
        "Wat keek u na?", 200, required=False, help_text="Bijvoorbeeld: teruggebeld via het nummer op hun website."
    )
    means = forms.ChoiceField(
        label="Hoe gaat het?", choices=Means.choices, widget=forms.RadioSelect,
        error_messages={"required": "Kies hoe het gaat."},
    )  # fmt: skip
    address = LineField(
        "E-mailadres of adres van de ontvanger", 200, required=False,
        help_text="Bij een link het e-mailadres. In die mail staat niet om wie het gaat.",
    )  # fmt: skip

    def __init__(
        self, *args: Any, ground: Ground, dossier: Dossier, row: Disclosure | None = None, **kwargs: Any
    ) -> None:
        super().__init__(*args, **{"initial": _initial(row)} | kwargs)
        self.ground, self.needs, self.dossier = ground, rules.NEEDS[ground], dossier
        self.consents: dict[str, Consent] = {}
        self._of_consent()
        self._of_words()
        self._of_paper(row)

    def clean(self) -> dict[str, Any]:
        """An e-mail address is one; what else is missing the rules say."""
        given = super().clean() or {}
        address = given.get("address")
        if given.get("means") == Means.LINK and address:
            try:
                validate_email(address)
            except forms.ValidationError:
                self.add_error("address", "Dit is geen e-mailadres.")
        return given

    def facts(self) -> dict[str, Any]:
        """What actions.disclosures.prepare asks for."""
        given = self.cleaned_data
        names = ("words", "why", "receiver", "receiver_kind", "address", "authority", "authority_words", "means")
        facts = {name: given.get(name, "") for name in names}
        chosen = self.consents.get(str(given.get("consent") or ""))
        return {"facts": facts, "consent": chosen, "paper": given.get("paper"), "ground": str(self.ground)}

    def _of_consent(self) -> None:
        if not self.needs.consent:
            del self.fields["consent"]
            return
        self.consents = {str(one.pk): one for one in disclosing.consents_for(self.dossier)}
        first = ("", "Kies een toestemming")
        self.fields["consent"].choices = [first, *((pk, _named(one)) for pk, one in self.consents.items())]  # type: ignore[attr-defined]
        self.fields["consent"].error_messages["required"] = "Kies de toestemming. Is er geen, vraag die dan eerst."
        if any(one.text.names_party for one in self.consents.values()):
            self.fields["receiver"].required = False
        self.fields["receiver"].help_text = "Laat dit leeg als de toestemming zelf de ontvanger noemt."

    def _of_words(self) -> None:
        if not self.needs.words:
            del self.fields["words"]
            return
        self.fields["words"].label, self.fields["words"].help_text = self.needs.words, self.needs.words_help

    def _of_paper(self, row: Disclosure | None) -> None:
        if not self.needs.paper:
            del self.fields["paper"]
            return
        paper = self.fields["paper"]
        paper.label, paper.help_text = self.needs.paper, self.needs.paper_help
        paper.widget.attrs["accept"] = ACCEPT
        if row is not None and row.paper_file:
            paper.required = False
            paper.help_text = (
                f"Er ligt al een papier bij. Kies alleen een bestand om het te vervangen. {paper.help_text}"
            )


class HandedForm(forms.Form):
    on = DayField("Wanneer gaf of stuurde u het?", past=True, required=True,
                  error_messages={"required": "Vul de dag in."})  # fmt: skip
    words = TextField(
        "Aan wie gaf u het, of waarheen stuurde u het?", rows=3, max_length=LONGEST,
        error_messages={"required": "Schrijf op aan wie u het gaf of stuurde."},
    )  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["words"].help_text = f"{word('client', article=True, capital=True)} kan dit lezen."


class CodeForm(forms.Form):
    code = LineField(
        "Code", 20, help_text="Acht letters en cijfers. U kreeg deze apart, per telefoon of per brief.",
        error_messages={"required": "Vul de code in."},
    )  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["code"].widget.attrs |= {"autocomplete": "off", "autocapitalize": "characters"}


def _named(one: Consent) -> str:
    to = f": {one.party}" if one.party else ""
    until = f", tot {one.ends_on:%d-%m-%Y}" if one.ends_on else ""
    return f"{one.number}, {one.text.title}{to}{until}"


def _initial(row: Disclosure | None) -> dict[str, Any]:
    if row is None:
        return {}
    names = ("words", "why", "receiver", "receiver_kind", "address", "authority", "authority_words", "means")
    return {name: getattr(row, name) or "" for name in names} | {"consent": str(row.consent_id or "")}
