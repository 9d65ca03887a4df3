"""Forms of the dossier; each refuses in plain Dutch, beside the field, and keeps what was typed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import formats, timezone

from access import texts
from access.fields import LineField, TextField
from bureaus import reglement
from bureaus.schema import AUTHOR_ONLY, Herkomst, KindRule, StukKind
from bureaus.words import capitalised, word
from clients.models import Appointment, Attendance
from dossiers import rules
from dossiers.models import Draft, VerslagTemplate

TICKED = "on"  # what a browser sends for a tick
DAY = forms.DateInput(format="%Y-%m-%d", attrs={"type": "date", "max": "9999-12-31"})


def herkomst_choices() -> list[tuple[str, str]]:
    """Where a stuk may come from (javawest 5.1)."""
    return [(one.value, capitalised(herkomst_label(one.value))) for one in Herkomst]


def herkomst_label(herkomst: str) -> str:
    """Where a stuk comes from, in the bureau's own words; what it is where it is no herkomst."""
    labels = {one.value: one.label for one in Herkomst}
    own = {Herkomst.OPDRACHTGEVER.value: word("opdrachtgever"), Herkomst.CLIENT.value: f"{word('client')} zelf"}
    return (labels | own).get(herkomst, herkomst)


def kind_choices(kinds: Iterable[str]) -> list[tuple[str, str]]:
    label = reglement.in_force().dossier.label
    return [(str(kind), capitalised(label(kind))) for kind in kinds]


def typed(post: Mapping[str, Any], draft: Draft) -> tuple[dict[str, Any], dict[str, str]]:
    """What stands in the editor's form: the content as a draft keeps it, and its other fields as they were typed.

    The headings come from the draft; a field that was not sent keeps what it had.
    """
    held: Any = draft.content
    sections = [
        {**section, "text": post.get(f"section_{index}", section["text"])}
        for index, section in enumerate(held["sections"])
    ]
    content = {"title": post.get("title", held["title"]), "sections": sections}
    fields = {name: rules.clean_line(str(post.get(name, "")))[:40] for name in ("date", "herkomst", "appointment")}
    return content, fields | {"health": TICKED if post.get("health") else ""}


def as_fields(draft: Draft) -> dict[str, str]:
    """A draft as the fields of the editor's form, by name: what the form starts with, and a second window is told."""
    content: Any = draft.content
    texts = {f"section_{index}": section["text"] for index, section in enumerate(content["sections"])}
    return {"title": content["title"], **texts, **first_fields(draft), **content.get("fields", {})}


def first_fields(draft: Draft) -> dict[str, str]:
    stuk = draft.stuk
    appointment = str(stuk.appointment_id) if stuk.appointment_id else ""
    health = TICKED if stuk.health else ""
    return {"date": stuk.date.isoformat(), "herkomst": stuk.herkomst, "appointment": appointment, "health": health}


class EditorForm(forms.Form):
    """The editor of a concept: a title, a text per heading, and what the stuk needs to become part of the dossier."""

    def __init__(self, *args: Any, draft: Draft, **kwargs: Any) -> None:
        kwargs.setdefault("initial", as_fields(draft))
        super().__init__(*args, **kwargs)
        self.draft = draft
        self.fields["title"] = LineField("Titel", rules.TITLE_LENGTH, required=False)
        self.text_names = [self._add_section(index, one) for index, one in enumerate(draft.content["sections"])]
        self.fact_names = self._add_facts()

    def _add_section(self, index: int, section: Mapping[str, str]) -> str:
        name = f"section_{index}"
        self.fields[name] = TextField(section["label"] or "Tekst", required=False, help_text=section.get("help", ""))
        return name

    def _add_facts(self) -> list[str]:
        stuk = self.draft.stuk
        if stuk.kind in AUTHOR_ONLY:
            return []
        if stuk.is_concept:
            self.fields["date"] = forms.DateField(label="Datum", widget=DAY, help_text="De dag waarop het was.")
            self.fields["herkomst"] = forms.ChoiceField(
                label="Van wie komt dit?", choices=herkomst_choices, widget=forms.RadioSelect
            )
            self.fields["herkomst"].error_messages["required"] = "Kies van wie dit komt."
            self._add_appointment()
        if not stuk.health:
            self.fields["health"] = forms.BooleanField(
                label="Dit gaat over gezondheid",
                required=False,
                help_text="Zo'n stuk gaat nooit naar een werkgever. Schrijf geen diagnose of behandeling op.",
            )
        return [name for name in ("date", "herkomst", "appointment", "health") if name in self.fields]

    def _add_appointment(self) -> None:
        found = appointments_of(self.draft)
        if found:
            self.fields["appointment"] = forms.ChoiceField(
                label="Bij welke afspraak hoort dit?",
                required=False,
                choices=[("", "Geen afspraak"), *((str(one.pk), appointment_label(one)) for one in found)],
            )

    def clean_date(self) -> date | None:
        return self._ruled(rules.check_date, self.cleaned_data.get("date"), timezone.localdate())

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        if any(name in self.errors for name in self.text_names):
            return cleaned  # there is a text; what is wrong with it stands beside it
        sections = [{"text": cleaned.get(name, "")} for name in self.text_names]
        try:
            rules.check_text({"sections": sections})
        except rules.Refused as refusal:
            self.add_error(self.text_names[0], str(refusal))
        return cleaned

    def _ruled(self, rule: Any, *values: Any) -> Any:
        try:
            return rule(*values)
        except rules.Refused as refusal:
            raise ValidationError(str(refusal)) from None

    @property
    def has_one_text(self) -> bool:
        return len(self.text_names) == 1

    def texts(self) -> list[forms.BoundField]:
        return [self[name] for name in self.text_names]

    def facts(self) -> list[forms.BoundField]:
        return [self[name] for name in self.fact_names]


def appointments_of(draft: Draft) -> list[Appointment]:
    """The last appointments of the traject that were held, and the one that was chosen."""
    held = Appointment.objects.filter(traject_id=draft.dossier.traject_id, starts_at__lte=timezone.now())
    found = list(held.exclude(attendance=Attendance.CANCELLED).order_by("-starts_at")[:20])
    chosen = draft.stuk.appointment_id
    if chosen and chosen not in {one.pk for one in found}:
        found.append(draft.stuk.appointment)
    return found


def appointment_label(appointment: Appointment) -> str:
    moment = formats.date_format(timezone.localtime(appointment.starts_at), "j F Y, H:i")
    return f"{capitalised(appointment.get_kind_display())}, {moment}"


class NewStukForm(forms.Form):
    """The kind of a new stuk, and the headings it begins with: by default those of the kind's first template."""

    kind = forms.ChoiceField(label="Soort stuk")
    template = forms.CharField(label="Kopjes", required=False, max_length=36)

    def __init__(self, *args: Any, kinds: Mapping[StukKind, KindRule], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        kind: Any = self.fields["kind"]
        kind.choices = kind_choices(kinds)
        kind.error_messages |= {
            "required": "Kies wat u wilt schrijven.",
            "invalid_choice": "Dit soort stuk kunt u hier niet maken. Kies er een uit de lijst.",
        }
        self.kinds = kinds
        self.templates = list(VerslagTemplate.objects.filter(active=True, kind__in=[str(one) for one in kinds]))

    def clean_template(self) -> VerslagTemplate | None:
        own = [one for one in self.templates if one.kind == self.cleaned_data.get("kind")]
        if self.add_prefix("template") not in self.data:
            return own[0] if own else None
        return next((one for one in own if str(one.pk) == self.cleaned_data["template"]), None)

    def rows(self) -> list[tuple[str, str, KindRule, list[VerslagTemplate]]]:
        """For the page to choose on: value, label, rule and templates of each kind; what has templates comes first."""
        found = [
            (value, label, self.kinds[StukKind(value)], [one for one in self.templates if one.kind == value])
            for value, label in kind_choices(self.kinds)
        ]
        return sorted(found, key=lambda row: not row[3])


def reopen_reasons() -> list[tuple[str, str]]:
    """Why a dossier is opened again. A list, no words of one's own: it stays in the log when the dossier is gone."""
    payer, client = word("opdrachtgever", article=True), word("client", article=True)
    said = (
        "nazorg", "er ontbreekt nog een stuk", f"een vraag van {payer}", f"een vraag van {client}",
        "de begeleiding gaat toch door", "te vroeg gearchiveerd",
    )  # fmt: skip
    return [(one, capitalised(one)) for one in said]


class ReasonForm(forms.Form):
    reason = forms.ChoiceField(
        label="Reden",
        choices=lambda: [("", "Maak een keuze"), *reopen_reasons()],
        help_text="Komt in het logboek.",
        error_messages={"invalid_choice": "Kies uit de lijst."},
    )


class TemplateForm(forms.Form):
    """A template: its headings one a line, so that they are quick to write, move and paste."""

    name = LineField("Naam", 80)
    kind = forms.ChoiceField(label="Voor welk soort stuk")
    sections = TextField(
        "Kopjes",
        rows=12,
        max_length=8_000,
        help_text="Eén kopje per regel. Zet er na een verticale streep bij wat de schrijver moet weten:"
        " 'Afspraken | Wie doet wat, en wanneer?'",
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        on = reglement.in_force().dossier.kinds_on()
        kinds = [kind for kind in on if kind not in AUTHOR_ONLY and kind != StukKind.EIGEN_VERKLARING]
        self.fields["kind"].choices = kind_choices(kinds)  # type: ignore[attr-defined]

    def clean_name(self) -> str:
        name = str(self.cleaned_data["name"])
        if texts.is_blank(name):
            raise ValidationError("Geef het sjabloon een naam.")
        return name

    def clean_sections(self) -> list[dict[str, str]]:
        sections = sections_of(str(self.cleaned_data["sections"]))
        labels = [section["label"].casefold() for section in sections]
        if not sections:
            raise ValidationError("Geef het sjabloon ten minste één kopje.")
        if len(set(labels)) < len(labels):
            raise ValidationError("Twee kopjes heten hetzelfde. Geef elk kopje een eigen naam.")
        if len(sections) > rules.SECTIONS:
            raise ValidationError(f"Een sjabloon heeft ten hoogste {rules.SECTIONS} kopjes.")
        if max(len(section["label"]) for section in sections) > rules.TITLE_LENGTH:
            raise ValidationError(f"Een kopje heeft ten hoogste {rules.TITLE_LENGTH} tekens.")
        return sections


def sections_of(text: str) -> list[dict[str, str]]:
    """Lines `kopje | uitleg` as sections; empty lines are passed over."""
    parts = [line.partition("|") for line in texts.clean_text(text).splitlines()]
    found = [{"label": rules.clean_line(label), "help": rules.clean_line(helping)} for label, _, helping in parts]
    return [section for section in found if not texts.is_blank(section["label"])]


def lines_of(sections: Iterable[Mapping[str, str]]) -> str:
    """The reverse of `sections_of`."""
    return "\n".join(
        f"{section['label']} | {section['help']}" if section.get("help") else section["label"] for section in sections
    )
