"""The forms of the starters register: choices where there are choices, and one short text that is looked through."""

from __future__ import annotations

from typing import Any

from django import forms

from access.fields import LineField, TextField
from bureaus.words import capitalised, word
from clients.forms.fields import row_field
from consent.actions.starters import CHOICES, Entered
from consent.models import Business, Hours, Investment, Learned, Region, Sector, StarterPhase, Tells, Turnover

LONGEST_LESSONS = 600
CHOOSE = "Kies uit de lijst."


def choice(label: str, choices: Any, *, empty: str = "Kies", **options: Any) -> forms.ChoiceField:
    said = [("", empty), *((value, capitalised(str(text))) for value, text in choices.choices)]
    errors = {"required": CHOOSE, "invalid_choice": CHOOSE}
    return forms.ChoiceField(label=label, choices=said, error_messages=errors, **options)


def several(label: str, choices: Any, **options: Any) -> forms.MultipleChoiceField:
    said = [(value, capitalised(str(text))) for value, text in choices.choices]
    field = forms.MultipleChoiceField(label=label, choices=said, widget=forms.CheckboxSelectMultiple, **options)
    field.error_messages |= {"invalid_choice": CHOOSE, "invalid_list": CHOOSE}
    return field


class EntryForm(forms.Form):
    kind = choice("Soort bedrijf", Business)
    sector = choice("Branche", Sector)
    phase = choice("Hoever is het bedrijf?", StarterPhase)
    region = choice("Provincie", Region, help_text="Anderen zien de provincie pas als zij niets verraadt.")
    turnover = choice("Omzet per jaar", Turnover)
    investment = choice("Nodig om te beginnen", Investment)
    hours = choice("Uren per week", Hours)
    learned = several("Waar kan een ander van leren?", Learned, required=False)
    lessons = TextField(
        "Wat kan een ander hiervan leren?", rows=4, max_length=LONGEST_LESSONS, required=False,
        help_text="Zonder namen, plaatsen, nummers en adressen. Wij kijken dat na als u opslaat.",
    )  # fmt: skip
    business_name = LineField(
        "Naam van het bedrijf", 150, required=False,
        help_text="Komt niet in het register. Wij kijken of deze naam in de tekst staat. Een ander hoort hem alleen als"
        " deze persoon ja zegt.",
    )  # fmt: skip

    def entered(self) -> Entered:
        given = self.cleaned_data
        return Entered({name: given[name] for name in CHOICES}, given["lessons"], given["business_name"])


class SearchForm(forms.Form):
    """What is typed in the address and is no choice, is no choice here either: it is left out."""

    soort = choice("Soort bedrijf", Business, empty="Alle soorten", required=False)
    branche = choice("Branche", Sector, empty="Alle branches", required=False)
    fase = choice("Fase", StarterPhase, empty="Alle fasen", required=False)
    provincie = choice("Provincie", Region, empty="Alle provincies", required=False)
    omzet = choice("Omzet per jaar", Turnover, empty="Alles", required=False)
    nodig = choice("Nodig om te beginnen", Investment, empty="Alles", required=False)
    uren = choice("Uren per week", Hours, empty="Alles", required=False)

    COLUMNS = {
        "soort": "kind", "branche": "sector", "fase": "phase", "provincie": "shown_region", "omzet": "turnover",
        "nodig": "investment", "uren": "hours",
    }  # fmt: skip

    def wanted(self) -> dict[str, str]:
        """By column, of what was chosen."""
        self.is_valid()
        given = self.cleaned_data
        return {column: given[name] for name, column in self.COLUMNS.items() if given.get(name)}


class WhoForm(forms.Form):
    """For whom it is asked, and what they want to know. Nothing is chosen beforehand."""

    tells = several(
        "Wat wilt u weten?", Tells, error_messages={"required": "Kies wat u wilt weten."},
        help_text="De ander ziet deze keuze, en zegt ja of nee tegen precies dit.",
    )  # fmt: skip

    def __init__(self, *args: Any, clients: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        who = word("client", article=True)
        self.fields["client"] = row_field(
            f"Voor welke {word('client')} vraagt u het?", clients, empty_label="Kies",
            help_text=f"De ander krijgt niet te horen wie {who} is.",
        )  # fmt: skip
        self.fields["client"].error_messages["required"] = CHOOSE
        self.order_fields(["client", "tells"])
