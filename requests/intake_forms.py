"""The forms by which a request is taken in, and by which it is known who asks."""

from __future__ import annotations

from typing import Any

from django import forms

from access.fields import TextField
from access.models import Membership
from bureaus import reglement
from bureaus.words import word
from clients.forms.fields import DayField, choice_field, row_field
from clients.models import Client
from dossiers.documents.kinds import ACCEPT
from dossiers.models import Dossier
from requests import entering
from requests.models import Change, Channel, Identity, Kind
from requests.receipt import LONGEST, WITHOUT_WORDS

HOW = {
    Identity.SEEN: "Ik zag een geldig identiteitsbewijs",
    Identity.KNOWN: "Ik ken deze persoon",
    Identity.MANDATE: "Ik zag een machtiging en een identiteitsbewijs van de gemachtigde",
    Identity.SKIPPED: "Overslaan, met een reden",
}


# In the place of a stuk: what the bureau keeps of them besides.
OF_DATA = "gegevens"
CHANNELS = [(one.value, one.label.capitalize()) for one in Channel if one is not Channel.PORTAL]
CHANGES = {
    Change.IMPROVE: "Verbeteren: er staat iets dat niet klopt",
    Change.ADD: "Aanvullen: er ontbreekt iets",
    Change.DELETE: "Verwijderen: het moet weg",
    Change.SHIELD: "Afschermen: bijna niemand mag het nog zien",
}


# What the box of words is called, and what is said where it is empty.
SAID = {
    Kind.CORRECTIE: ("Wat klopt er niet?", "Schrijf op wat er niet klopt."),
    Kind.KLACHT: ("Waar gaat de klacht over?", "Schrijf op waar de klacht over gaat."),
}


class EnterForm(forms.Form):
    """What came in, how and when; of each kind only what it asks."""

    channel = forms.ChoiceField(
        label="Hoe kwam het binnen?", choices=CHANNELS, widget=forms.RadioSelect,
        error_messages={"required": "Kies hoe het binnenkwam."},
    )  # fmt: skip
    received_on = DayField(
        "Wanneer kwam het binnen?", past=True, required=True,
        help_text="De dag waarop de brief er was, of waarop u het hoorde. Vanaf die dag loopt de termijn.",
        error_messages={"required": "Vul in wanneer het binnenkwam."},
    )  # fmt: skip
    dossier = choice_field("Waar gaat het over?", (), empty="Alle dossiers van deze persoon", required=False)
    stuk = choice_field("Om welk stuk gaat het?", (), required=False)
    change = forms.ChoiceField(
        label="Wat moet er gebeuren?", choices=[(one.value, label) for one, label in CHANGES.items()],
        widget=forms.RadioSelect, error_messages={"required": "Kies wat er moet gebeuren."},
    )  # fmt: skip
    words = TextField("Wat wordt er gevraagd?", rows=5, max_length=LONGEST, required=False)
    proposed = TextField(
        "Wat zou er moeten staan?", rows=5, max_length=LONGEST, required=False,
        help_text="Bij verbeteren en aanvullen: de tekst zoals die volgens de brief moet worden.",
    )  # fmt: skip
    scan = forms.FileField(
        label="De brief zelf, ingescand", required=False, allow_empty_file=True,
        help_text="PDF of foto. Zet er geen kopie van een identiteitsbewijs bij.",
    )  # fmt: skip

    def __init__(self, *args: Any, kind: Kind, client: Client, by: Membership, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.kind, self.client, self.by = kind, client, by
        self.fields["scan"].widget.attrs["accept"] = ACCEPT
        if kind is Kind.CORRECTIE:
            self._of_correction()
        else:
            self._of_others()
        if kind is Kind.KLACHT:
            self._of_complaint()
        self._words_of(kind)

    def facts(self) -> dict[str, Any]:
        """What actions.receiving.enter asks for."""
        given = {name: value for name, value in self.cleaned_data.items() if value not in (None, "")}
        given |= {"kind": self.kind, "words": self.cleaned_data["words"]}
        if given.get("stuk") == OF_DATA:
            given["of_data"] = bool(given.pop("stuk"))
        if "dossier" in given:
            given["dossier"] = Dossier.objects.filter(pk=given["dossier"], client=self.client).first()
        if "stuk" in given:
            given["stuk"] = entering.stuk_of(self.by, self.client, given["stuk"])
        return given

    def _words_of(self, kind: Kind) -> None:
        words = self.fields["words"]
        words.label, empty = SAID.get(kind, (words.label, "Schrijf op wat er wordt gevraagd."))
        words.required = kind not in WITHOUT_WORDS
        words.error_messages["required"] = empty

    def _of_correction(self) -> None:
        del self.fields["dossier"]
        stukken = entering.stukken_of(self.by, self.client)
        first = [("", "Kies een stuk"), (OF_DATA, "Geen stuk: gegevens zoals naam, adres of geboortedatum")]
        self.fields["stuk"].choices = [*first, *stukken]  # type: ignore[attr-defined]
        self.fields["stuk"].required = True
        self.fields["stuk"].error_messages["required"] = "Kies het stuk waar het om gaat."
        if not stukken:
            coach = word("coach", article=True)
            self.fields["stuk"].help_text = f"U ziet geen stukken van deze persoon. Laat {coach} dit verzoek invoeren."

    def _of_others(self) -> None:
        for name in ("stuk", "change", "proposed"):
            del self.fields[name]
        dossiers = entering.dossiers_of(self.client)
        first = ("", "Alle dossiers van deze persoon")
        self.fields["dossier"].choices = [first, *dossiers]  # type: ignore[attr-defined]

    def _of_complaint(self) -> None:
        self.fields["about_member"] = row_field(
            "Over wie gaat de klacht?", entering.people(), required=False, empty_label="Over niemand in het bijzonder",
            help_text="Wie u hier kiest, behandelt de klacht niet en ziet haar niet.",
        )  # fmt: skip
        self.order_fields(["channel", "received_on", "dossier", "about_member", "words", "scan"])


class IdentityForm(forms.Form):
    """How it was seen; never a copy and never a number (jmwerkt 5.1.3)."""

    how = forms.ChoiceField(
        label="Hoe is duidelijk geworden wie dit vraagt?", widget=forms.RadioSelect,
        error_messages={"required": "Kies hoe u het zag."},
        help_text="Maak geen kopie en schrijf geen nummer over.",
    )  # fmt: skip
    reason = TextField(
        "Waarom slaat u dit over?", rows=3, required=False, max_length=2_000,
        help_text="Alleen nodig als u overslaat. De reden blijft bij het verzoek staan.",
    )  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        required = reglement.in_force().requests.identity.check == "required"
        shown = [(one.value, label) for one, label in HOW.items() if not (required and one is Identity.SKIPPED)]
        self.fields["how"].choices = shown  # type: ignore[attr-defined]
        if required:
            del self.fields["reason"]


class ExtendForm(forms.Form):
    reason = TextField("Waarom is er meer tijd nodig?", rows=4, max_length=2_000)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        who = word("client", article=True, capital=True)
        self.fields["reason"].help_text = f"{who} krijgt deze reden te lezen. Schrijf in gewone woorden."
        self.fields["reason"].error_messages["required"] = "Schrijf op waarom er meer tijd nodig is."
