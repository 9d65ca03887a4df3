"""What somebody asks about their data, as they fill it in: only what that question needs."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as __

from access.fields import TextField
from access.models import Membership
from dossiers.models import Dossier
from portal import plain_requests as plain
from requests.models import Change, Kind
from requests.receipt import DATA_CHANGES, LONGEST, WITHOUT_WORDS

TOO_LONG = {
    "max_length": __("Dit is te lang. Gebruik niet meer dan %(limit_value)d tekens. Het zijn er nu %(show_value)d.")
}
PROPOSED = (Change.IMPROVE, Change.ADD)


class AskForm(forms.Form):
    """`dossiers`: number and name of each, where there is a choice; `people`: who a complaint may be about."""

    def __init__(
        self, *given: Any, kind: str, dossiers: Sequence[tuple[str, str]] = (), people: Sequence[Membership] = (),
        of_data: bool = False, **options: Any,
    ) -> None:  # fmt: skip
        super().__init__(*given, **options)
        self.kind = kind
        if kind == Kind.CORRECTIE:
            self._add_change(of_data=of_data)
        elif len(dossiers) > 1:
            choices = [("", _("Over alles wat u van mij hebt")), *dossiers]
            self.fields["dossier"] = forms.ChoiceField(
                label=_("Waar gaat het over?"), choices=choices, required=False,
                error_messages={"invalid_choice": _("Kies uit de lijst.")},
            )  # fmt: skip
        if kind == Kind.KLACHT:
            self._add_about(people)
        self._add_words(kind)
        if kind == Kind.CORRECTIE:
            self._add_proposed()

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        wanted = given.get("change") in PROPOSED
        if self.kind == Kind.CORRECTIE and wanted and not given.get("proposed") and "proposed" not in self.errors:
            self.add_error("proposed", _("Schrijf op wat er volgens u moet staan."))
        return given

    def asked(self, dossiers: Sequence[Dossier], people: Sequence[Membership]) -> dict[str, Any]:
        """What `requests.actions.receiving.ask` wants of it, but for client, stuk and who asks."""
        given = self.cleaned_data
        return {
            "words": given["words"],
            "dossier": next((one for one in dossiers if one.number == given.get("dossier")), None),
            "change": given.get("change", ""),
            "proposed": given.get("proposed", ""),
            "about_member": next((one for one in people if str(one.pk) == given.get("about_member")), None),
        }

    def _add_change(self, *, of_data: bool) -> None:
        choices = [pair for pair in plain.changes() if not of_data or pair[0] in DATA_CHANGES]
        chosen = _("Kies een van de drie.") if of_data else _("Kies een van de vier.")
        self.fields["change"] = forms.ChoiceField(
            label=_("Wat moeten wij doen?"), choices=choices, widget=forms.RadioSelect,
            error_messages={"required": chosen, "invalid_choice": chosen},
        )  # fmt: skip

    def _add_about(self, people: Sequence[Membership]) -> None:
        choices = [("", _("Nee, of dat zeg ik liever niet")), *((str(one.pk), one.name) for one in people)]
        self.fields["about_member"] = forms.ChoiceField(
            label=_("Gaat uw klacht over iemand die hier werkt?"), choices=choices, required=False,
            help_text=_("Wie u kiest, leest uw klacht hier niet en behandelt hem niet."),
            error_messages={"invalid_choice": _("Kies uit de lijst.")},
        )  # fmt: skip

    def _add_words(self, kind: str) -> None:
        self.fields["words"] = TextField(
            plain.question(kind), rows=8, max_length=LONGEST, required=kind not in WITHOUT_WORDS, strip=True,
            help_text=_("Schrijf zoals u praat. Fouten maken mag."),
            error_messages=TOO_LONG | {"required": _("Er staat nog niets. Schrijf het op in uw eigen woorden.")},
        )  # fmt: skip

    def _add_proposed(self) -> None:
        self.fields["proposed"] = TextField(
            _("Wat moet er staan?"), rows=6, max_length=LONGEST, required=False, strip=True,
            help_text=_("Nodig als wij iets moeten verbeteren of aanvullen."), error_messages=TOO_LONG,
        )  # fmt: skip
