"""The forms by which something is asked of somebody outside, answered, put off and closed."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from access.fields import LineField, TextField
from access.rules import RuleBroken
from clients.forms.fields import DayField
from consent import grounds
from consent import information_access as access
from consent import information_rules as rules
from consent.actions.information import Question, title_of
from consent.models import Consent, InformationRequest
from dossiers.document_forms import DocumentForm
from dossiers.models import Dossier

LONGEST = 2_000


class AskForm(forms.Form):
    """On which machtiging, what, and why. Who is asked the machtiging says."""

    consent = forms.ChoiceField(
        label="Op welke machtiging?", widget=forms.RadioSelect,
        error_messages={"required": "Kies de machtiging. Is er geen, vraag die dan eerst."},
        help_text="Wie u iets vraagt, staat in de machtiging. Een ander kan niet.",
    )  # fmt: skip
    what = TextField(
        "Wat vraagt u?", rows=4, max_length=LONGEST,
        error_messages={"required": "Schrijf op wat u vraagt."},
        help_text="Zo precies als u kunt, en niet meer dan u nodig hebt. Dit staat zo in de brief.",
    )  # fmt: skip
    why = TextField(
        "Waarvoor hebt u het nodig?", rows=3, max_length=LONGEST,
        error_messages={"required": "Schrijf op waarvoor u dit nodig hebt."},
        help_text="Dit staat ook in de brief. Schrijf niets op wat de ander niet hoeft te weten.",
    )  # fmt: skip
    address = TextField("Adres voor op de brief", rows=3, max_length=300, required=False)
    follow_up_on = DayField(
        "Wanneer kijkt u of er antwoord is?", required=True,
        error_messages={"required": "Vul de dag in."},
        help_text="Vanaf die dag staat dit in uw werkvoorraad, en u krijgt één keer bericht.",
    )  # fmt: skip

    def __init__(self, *args: Any, dossier: Dossier, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.consents = {str(one.pk): one for one in access.machtigingen(dossier)}
        self.fields["consent"].choices = [(pk, _named(one)) for pk, one in self.consents.items()]  # type: ignore[attr-defined]
        self.fields["follow_up_on"].initial = grounds.today() + rules.WAIT

    def clean_follow_up_on(self) -> Any:
        return _later(self.cleaned_data["follow_up_on"])

    def chosen(self) -> Consent:
        return self.consents[self.cleaned_data["consent"]]

    def question(self) -> Question:
        given = self.cleaned_data
        return Question(given["what"], given["why"], given["address"], given["follow_up_on"])


class AnswerForm(DocumentForm):
    """What came; where it comes from is known."""

    def __init__(self, *args: Any, question: InformationRequest, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        del self.fields["herkomst"]
        self.fields["title"].initial = title_of(question)
        self.fields["title"].help_text = "In het dossier staat erbij dat het van een derde komt."

    def facts(self) -> dict[str, Any]:
        self.cleaned_data["herkomst"] = ""
        return {name: value for name, value in super().facts().items() if name != "herkomst"}


class LaterForm(forms.Form):
    follow_up_on = DayField(
        "Wanneer kijkt u opnieuw?", required=True, error_messages={"required": "Vul de dag in."},
    )  # fmt: skip

    def clean_follow_up_on(self) -> Any:
        return _later(self.cleaned_data["follow_up_on"])


class CloseForm(forms.Form):
    reason = LineField(
        "Waarom sluit u dit?", 300, error_messages={"required": "Schrijf op waarom u dit sluit."},
        help_text="Zoals: de huisarts geeft niets, of wij hebben het niet meer nodig.",
    )  # fmt: skip


def _later(on: Any) -> Any:
    try:
        rules.check_follow_up(on, grounds.today())
    except RuleBroken as refusal:
        raise ValidationError(str(refusal)) from None
    return on


def _named(one: Consent) -> str:
    until = f", tot {one.ends_on:%d-%m-%Y}" if one.ends_on else ""
    return f"{one.number}, {one.text.title}: {one.party}{until}"
