"""The stukken of a dossier as its page shows them: filtered, paged, with titles, in a constant number of queries."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django import forms
from django.core.paginator import Page, Paginator
from django.db.models import Count, Exists, F, OuterRef, Q, Window
from django.http import QueryDict

from access.checks import person
from access.models import Membership
from bureaus import reglement
from bureaus.schema import StukKind
from dossiers import reading
from dossiers.forms import DAY, herkomst_choices, herkomst_label, kind_choices
from dossiers.models import Dossier, Release, State, StoredFile, Stuk

PER_PAGE = 30
ICONS = {
    StukKind.GESPREKSVERSLAG: "message-2",
    StukKind.EIGEN_VERKLARING: "quote",
    StukKind.WERKAANTEKENING: "notes",
    StukKind.PLAN: "target-arrow",
    StukKind.VOORTGANGSRAPPORTAGE: "report",
    StukKind.EINDRAPPORTAGE: "report-analytics",
    StukKind.CORRESPONDENTIE: "mail",
    StukKind.VERKLARING: "signature",
    StukKind.CV: "id",
    StukKind.DIPLOMA: "certificate",
    StukKind.UREN: "clock",
    StukKind.BELASTBAARHEID: "heart-rate-monitor",
    StukKind.PERSOONLIJKE_OMSTANDIGHEDEN: "lock",
    StukKind.INTAKEFORMULIER: "clipboard-list",
    StukKind.OPDRACHTFORMULIER: "clipboard-text",
}


@dataclass(frozen=True)
class Entry:
    """One line of the timeline."""

    stuk: Any
    title: str
    kind: str
    icon: str
    herkomst: str
    year: int


class FilterForm(forms.Form):
    """What of the timeline is shown; everything is optional, and what can't be read counts as nothing."""

    soort = forms.ChoiceField(label="Soort", required=False)
    herkomst = forms.ChoiceField(label="Van wie", required=False)
    van = forms.DateField(label="Vanaf", required=False, widget=DAY)
    tot = forms.DateField(label="Tot en met", required=False, widget=DAY)
    mijn = forms.BooleanField(label="Alleen van mij", required=False)
    concept = forms.BooleanField(label="Concepten", required=False)
    gezondheid = forms.BooleanField(label="Over gezondheid", required=False)

    def __init__(self, data: QueryDict) -> None:
        super().__init__(data, auto_id="filter_%s")
        soort: Any = self.fields["soort"]
        soort.choices = [("", "Alle soorten"), *kind_choices(reglement.in_force().dossier.kinds_on())]
        herkomst: Any = self.fields["herkomst"]
        herkomst.choices = [("", "Iedereen"), *herkomst_choices()]
        self.is_valid()

    def condition(self, member: Membership) -> Q:
        asked: dict[str, Any] = self.cleaned_data
        found = Q()
        for name, column in (("soort", "kind"), ("herkomst", "herkomst"), ("van", "date__gte"), ("tot", "date__lte")):
            if asked.get(name):
                found &= Q(**{column: asked[name]})
        if asked.get("mijn"):
            found &= Q(author=member)
        if asked.get("concept"):
            found &= Q(state=State.CONCEPT)
        return found & Q(health=True) if asked.get("gezondheid") else found

    @property
    def is_filtering(self) -> bool:
        return any(self.cleaned_data.values())


class Known(Paginator):  # type: ignore[type-arg]
    """A paginator that counts nothing: the query that fetched the page did."""

    def __init__(self, rows: Sequence[Any], count: int) -> None:
        super().__init__(rows, PER_PAGE)
        self.known = count

    @property
    def count(self) -> int:  # type: ignore[override]
        return self.known


def page_of(dossier: Dossier, member: Membership, form: FilterForm, number: str | None) -> Page[Entry]:
    """One page of the timeline; a page that is not there is the first. One query, or two."""
    rows = _rows(dossier, member).filter(form.condition(member))
    at = _number(number)
    found = list(rows[(at - 1) * PER_PAGE : at * PER_PAGE])
    if not found and at > 1:
        return page_of(dossier, member, form, None)
    paginator = Known([], found[0].total if found else 0)
    return Page(entries(found), min(at, paginator.num_pages), paginator)


def entries(stukken: Sequence[Stuk]) -> list[Entry]:
    titles = reading.titles(stukken)
    return [_entry(stuk, titles[stuk.pk]) for stuk in stukken]


def _entry(stuk: Stuk, title: str) -> Entry:
    icon = ICONS.get(StukKind(stuk.kind), "file-text")
    return Entry(stuk, title, reading.kind_label(stuk), icon, herkomst_label(stuk.herkomst), stuk.date.year)


def _rows(dossier: Dossier, member: Membership) -> Any:
    released = Release.objects.filter(stuk_id=OuterRef("pk"), withdrawn_at=None)
    files = StoredFile.objects.filter(stuk_id=OuterRef("pk"))
    statements = Stuk.objects.filter(about_id=OuterRef("pk"), kind=StukKind.EIGEN_VERKLARING)
    rows = reading.with_titles(Stuk.objects.all().visible_to(person(member)).filter(dossier=dossier))
    return rows.annotate(
        total=Window(Count("pk")),
        is_released=Exists(released),
        has_files=Exists(files),
        has_statements=Exists(statements),
    ).order_by(F("date").desc(), "-id")


def _number(text: str | None) -> int:
    """A page's number as it was asked for; 1 for what is none. No page lies beyond the sixth figure."""
    return max(int(text), 1) if text and text.isdecimal() and len(text) < 7 else 1
