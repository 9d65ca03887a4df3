"""The form by which directie writes the access part of a new version; each field refuses in plain Dutch, beside it."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.utils import timezone

from access.models import role_label
from access.review_rules import EVERY
from bureaus import schema
from bureaus.models import Reglement
from bureaus.schema import Level, Rules, StaffRole
from bureaus.words import capitalised, word
from overviews.reglement_texts import standing_names

STANDING = ("second_coach", "all_coaches", "administratie", "directie", "fg")
ASKING = ("allowed", "who_may_ask", "default_hours", "max_hours", "running_only", "tell_handler", "tell_client")
CLIENT = ("told_of_new_stukken", "own_statement", "sees_who_viewed")
OWN = ("aanmelder_days", "emergency_hours", "support_hours", "review_every")
DATES = ("adopted_on", "in_force_from")
AHEAD, BACK = timedelta(days=366), timedelta(days=3660)
NOT_IN_LIST = "Kies uit de lijst."


class NumberField(forms.IntegerField):
    def __init__(self, label: str, least: int, most: int, **options: Any) -> None:
        said = f"Vul een heel getal in van {least} tot en met {most}."
        super().__init__(label=label, **options)
        self.widget.attrs |= {"min": least, "max": most, "inputmode": "numeric"}
        self.validators = [MinValueValidator(least, said), MaxValueValidator(most, said)]
        self.error_messages["invalid"] = said


class DayField(forms.DateField):
    def __init__(self, label: str, **options: Any) -> None:
        widget = forms.DateInput(format="%Y-%m-%d", attrs={"type": "date", "max": "9999-12-31"})
        super().__init__(label=label, widget=widget, **options)
        self.error_messages["invalid"] = "Dit is geen datum. Schrijf dag, maand en jaar, zoals 03-05-2026."


def _level(*levels: Level) -> forms.ChoiceField:
    none = (Level.NONE.value, "geen toegang zonder te vragen")
    field = forms.ChoiceField(choices=[none, *((one.value, one.label) for one in levels)])
    field.error_messages["invalid_choice"] = NOT_IN_LIST
    return field


def _tick(label: str) -> forms.BooleanField:
    return forms.BooleanField(label=label, required=False)


class AccessForm(forms.Form):
    """The access part of a reglement, starting from the version in force. `parameters` are those of the new version."""

    second_coach = _level(Level.VIEW, Level.WRITE)
    all_coaches = _level(Level.VIEW, Level.WRITE)
    administratie = _level(Level.VIEW, Level.WRITE)
    directie = _level(Level.VIEW, Level.WRITE)
    fg = _level(Level.VIEW)
    allowed = _tick("Medewerkers mogen om inzage in één dossier vragen")
    who_may_ask = forms.MultipleChoiceField(label="Wie mag vragen", required=False, widget=forms.CheckboxSelectMultiple)
    default_hours = NumberField("Gewone duur, in uren", 1, 336)
    max_hours = NumberField("Langste duur, in uren", 1, 744, help_text="Een maand heeft 744 uren.")
    running_only = _tick("Alleen zolang het traject loopt")
    tell_handler = _tick("")
    tell_client = _tick("")
    told_of_new_stukken = _tick("Krijgt bericht als er een nieuw stuk is")
    own_statement = _tick("Mag een eigen verklaring in het dossier zetten")
    sees_who_viewed = _tick("Ziet wie het dossier heeft bekeken")
    aanmelder_days = NumberField(
        "Wie de aanmelding deed, houdt toegang", 0, 90, help_text="In dagen. Met 0 is er na de aanmelding geen toegang."
    )
    emergency_hours = NumberField("Noodtoegang (overmacht), in uren", 1, 72)
    support_hours = NumberField("Ondersteuning van het platform, in uren", 1, 72)
    review_every = forms.ChoiceField(label="Controle van de toegang", choices=list(EVERY.items()))
    adopted_on = DayField("Vastgesteld op")
    in_force_from = DayField("Geldt vanaf", help_text="Vandaag of later; nooit met terugwerkende kracht.")

    def __init__(
        self, data: Any = None, *, base: Rules, initial: dict[str, Any] | None = None, changing: Reglement | None = None
    ) -> None:
        """`changing` is the version, not yet in force, of which this is another text: adopted anew, today."""
        dated = {"in_force_from": changing.in_force_from} if changing else {}
        super().__init__(data, initial=_from_rules(base) | dated | (initial or {}))
        if changing:
            del self.fields["adopted_on"]
        self.base = base
        self.parameters: dict[str, Any] = {}
        names = standing_names()
        for name in STANDING:
            self.fields[name].label = names[name]
        self.fields["who_may_ask"].choices = [(one.value, capitalised(role_label(one))) for one in StaffRole]  # type: ignore[attr-defined]
        for name in ("who_may_ask", "review_every"):
            self.fields[name].error_messages["invalid_choice"] = NOT_IN_LIST
        self.fields["tell_handler"].label = f"De {word('coach')} van het traject krijgt bericht"
        self.fields["tell_client"].label = f"{word('client', article=True, capital=True)} krijgt bericht"

    def groups(self) -> list[tuple[str, str, list[forms.BoundField]]]:
        """The fields under their headings, with a line of explanation."""
        client, coach = word("client", article=True), word("coach")
        asked = f"Dit is de vaste toegang tot dossiers. De {coach} van het traject leest en schrijft altijd."
        boss = word("directie", article=True, capital=True)
        return [
            ("Wie een dossier ziet zonder te vragen", asked, [self[name] for name in STANDING]),
            ("Vragen om inzage in één dossier", f"{boss} beslist. Wie mag kijken, leest alleen.",
             [self[name] for name in ASKING]),
            (f"Wat {client} krijgt", "", [self[name] for name in CLIENT]),
            ("Hoe lang en hoe vaak", "", [self[name] for name in OWN]),
            ("Vaststellen", "", [self[name] for name in DATES if name in self.fields]),
        ]  # fmt: skip

    def clean_adopted_on(self) -> date:
        day: date = self.cleaned_data["adopted_on"]
        today = timezone.localdate()
        if day > today:
            raise ValidationError("De datum van vaststellen ligt in de toekomst.")
        if day < today - BACK:
            raise ValidationError("Deze datum ligt wel erg ver terug. Klopt het jaar?")
        return day

    def clean_in_force_from(self) -> date:
        day: date = self.cleaned_data["in_force_from"]
        today = timezone.localdate()
        if day < today:
            raise ValidationError("Een nieuwe versie kan niet vanaf een datum in het verleden gelden.")
        if day > today + AHEAD:
            raise ValidationError("Kies een dag binnen een jaar.")
        return day

    def clean(self) -> dict[str, Any]:
        given: dict[str, Any] = super().clean() or {}
        if given.get("allowed") and not given.get("who_may_ask") and "who_may_ask" not in self.errors:
            self.add_error("who_may_ask", "Kies wie mag vragen, of zet het vragen om inzage uit.")
        if given.get("default_hours", 0) > given.get("max_hours", 744):
            self.add_error("default_hours", "De gewone duur is langer dan de langste duur.")
        if not self.errors:
            self._fill(given)
        return given

    def _fill(self, given: dict[str, Any]) -> None:
        """Only what the schema lets through is a reglement; what it refuses stands beside its field."""
        try:
            self.parameters = schema.dump(schema.parse(_with_access(self.base, given)))
        except schema.ReglementInvalid as wrong:
            for problem in wrong.problems:
                name = problem.path.rpartition(".")[2]
                self.add_error(name if name in self.fields else None, f"Dit kan zo niet: {problem.message}.")

    @property
    def kept(self) -> dict[str, Any]:
        """What was filled in, as it can be signed and filled in again."""
        given = self.cleaned_data
        return {name: value.isoformat() if isinstance(value, date) else value for name, value in given.items()}


def _from_rules(base: Rules) -> dict[str, Any]:
    access, today = base.access, timezone.localdate()
    parts = ((access.standing, STANDING), (access.asking, ASKING), (access.client, CLIENT), (access, OWN))
    held = {name: getattr(part, name) for part, names in parts for name in names}
    plain = {name: value.value if isinstance(value, Level) else value for name, value in held.items()}
    plain["who_may_ask"] = [role.value for role in access.asking.who_may_ask]
    return plain | {"adopted_on": today, "in_force_from": today}


def _with_access(base: Rules, given: dict[str, Any]) -> dict[str, Any]:
    """The parameters of the base with this access part; what was changed no longer comes from its old article."""
    parameters = schema.dump(base)
    access = parameters["access"]
    parts = ((access["standing"], STANDING), (access["asking"], ASKING), (access["client"], CLIENT), (access, OWN))
    for part, names in parts:
        changed = {name: given[name] for name in names if part[name] != given[name]}
        part.update(changed)
        part["articles"] = {name: source for name, source in part["articles"].items() if name not in changed}
    return parameters
