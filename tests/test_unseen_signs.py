"""What nobody sees in a long text is taken out of it, and who sends it is told once; every word stays."""

from __future__ import annotations

import html
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from access import texts
from access.fields import TextField
from access.models import Role
from bureaus.schema import StukKind
from bureaus.tenancy import in_bureau
from dossiers import actions
from dossiers.models import Draft, Stuk, VerslagTemplate
from tests.support.people import acting, log_in, make_bureau, make_member
from tests.support.portal import make_case

TOLD = "Er stonden onzichtbare tekens in deze tekst. Wij hebben ze weggehaald; uw woorden staan er nog."
FAMILY = "\U0001f468\u200d\U0001f469\u200d\U0001f467"
PERSIAN = "می\u200cخواهم"
TYPED = f"Zij werkt\u202e graag\u200b.\x07\r\n{FAMILY} {PERSIAN}"
LEFT = f"Zij werkt graag.\n{FAMILY} {PERSIAN}"
UNSEEN = {
    "override": "\u202e", "embedding": "\u202a", "isolate": "\u2067", "mark": "\u200f", "zero width": "\u200b",
    "word joiner": "\u2060", "nul": "\x00", "bell": "\x07", "delete": "\x7f", "next page": "\x9c",
}  # fmt: skip
SILENT = {
    "joiner": FAMILY, "non-joiner": PERSIAN, "arabic": "مرحبا", "tab": "uren\t2", "lines": "een\r\ntwee\rdrie\n",
    "page end": "een\ftwee", "byte order mark": "\ufeffeen", "soft hyphen": "re\u00adintegratie",
}  # fmt: skip


@pytest.fixture
def vera(db, settings):
    settings.MFA_REQUIRED = False
    return make_case(make_bureau())


def box(page, name: str) -> str:
    """What stands in the textarea of this name."""
    return html.unescape(page.context["form"][name].as_widget().partition(">")[2].rpartition("<")[0]).removeprefix("\n")


def errors(page, name: str) -> str:
    assert page.status_code == 200
    return " ".join(page.context["form"].errors.get(name, []))


# -- the rule ---------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("sign", UNSEEN.values(), ids=UNSEEN)
def test_what_nobody_sees_goes_and_is_told(sign):
    assert texts.clean_text(f"voor{sign}na") == "voorna"
    assert texts.has_unseen(f"voor{sign}na")


@pytest.mark.parametrize("text", SILENT.values(), ids=SILENT)
def test_what_belongs_in_a_text_or_is_missed_by_nobody_is_not_spoken_of(text):
    assert not texts.has_unseen(text)


@pytest.mark.parametrize("text", [FAMILY, PERSIAN, "مرحبا", "uren\t2", "👩🏽‍🦽", "e\u0301"])
def test_what_belongs_in_a_text_stays_as_it_was_typed(text):
    assert texts.clean_text(text) == text


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r", "\v", "\f", "\x85", "\u2028", "\u2029"])
def test_every_end_of_a_line_is_one(end):
    assert texts.clean_text(f"een{end}twee") == "een\ntwee"


@given(st.text())
def test_what_was_cleaned_needs_no_cleaning(text):
    cleaned = texts.clean_text(text)
    assert texts.clean_text(cleaned) == cleaned
    assert not texts.has_unseen(cleaned)
    letters = [sign for sign in text if unicodedata.category(sign)[0] in "LMNPS"]
    assert [sign for sign in cleaned if unicodedata.category(sign)[0] in "LMNPS"] == letters


def test_an_empty_looking_text_is_empty_and_that_alone_is_said():
    field = TextField("Tekst", required=False)
    assert [field.clean(text) for text in (None, "", " \n", "\u200b\u202e", "\x00")] == [""] * 5


# -- where people type ------------------------------------------------------------------------------------------------
@pytest.mark.article("javawest", "6.2")
def test_a_client_is_told_and_sends_the_cleaned_statement_again(vera):
    portal, path = log_in(vera.member), "/mijn/verhaal/nieuw/"
    page = portal.post(path, {"title": "Mijn kant", "text": TYPED})
    assert TOLD in errors(page, "text")
    assert box(page, "text") == LEFT
    with in_bureau(vera.bureau):
        assert not Stuk.objects.exists()
    assert portal.post(path, {"title": "Mijn kant", "text": box(page, "text")}).status_code == 302
    with in_bureau(vera.bureau):
        assert Stuk.objects.get().versions.get().content["sections"][0]["text"] == LEFT


def started(vera, *, aanvulling: bool) -> Stuk:
    with acting(vera.coach):
        stuk = actions.start_stuk(dossier=vera.dossier, by=vera.coach, kind=StukKind.GESPREKSVERSLAG)
        if aanvulling:
            content = {"title": "Gesprek", "sections": [{"label": "", "text": "Zij werkt graag."}]}
            actions.save_draft(stuk=stuk, by=vera.coach, version=1, content=content)
            stuk = actions.vaststellen(stuk=stuk, by=vera.coach, herkomst="medewerker")
            actions.start_aanvulling(stuk=stuk, by=vera.coach)
    return stuk


@pytest.mark.parametrize("aanvulling", [False, True], ids=["vaststellen", "aanvullen"])
def test_a_coach_is_told_before_the_last_look_and_goes_on_with_the_cleaned_text(vera, aanvulling):
    stuk, browser = started(vera, aanvulling=aanvulling), log_in(vera.coach)
    path = f"/stukken/{stuk.pk}/schrijven/"
    with in_bureau(vera.bureau):
        draft = Draft.objects.get(stuk=stuk)
    fields = {
        "title": "Gesprek", "herkomst": "medewerker", "date": stuk.date.isoformat(), "actie": "verder",
        "version": draft.version, "section_0": TYPED,
    }  # fmt: skip
    page = browser.post(path, fields)
    assert errors(page, "section_0").startswith(TOLD)
    assert box(page, "section_0") == LEFT
    again = fields | {"section_0": box(page, "section_0"), "version": page.context["draft"].version}
    assert browser.post(path, again).url == f"/stukken/{stuk.pk}/vaststellen/"
    assert browser.get(f"/stukken/{stuk.pk}/vaststellen/").status_code == 200


def test_a_concept_is_cleaned_without_a_word(vera):
    stuk, browser = started(vera, aanvulling=False), log_in(vera.coach)
    fields = {"title": "", "section_0": TYPED, "version": 1}
    assert browser.post(f"/stukken/{stuk.pk}/bewaren/", fields).status_code == 200
    later = browser.post(f"/stukken/{stuk.pk}/schrijven/", fields | {"version": 2, "actie": "later"})
    assert later.status_code == 302
    with in_bureau(vera.bureau):
        assert Draft.objects.get(stuk=stuk).content["sections"][0]["text"] == LEFT


def test_an_empty_looking_verslag_is_called_empty(vera):
    stuk = started(vera, aanvulling=False)
    fields = {"title": "", "section_0": "\u200b\u202e\x00", "version": 1, "actie": "verder"}
    page = log_in(vera.coach).post(f"/stukken/{stuk.pk}/schrijven/", fields)
    assert errors(page, "section_0") == "Er staat nog geen tekst in. Schrijf eerst iets op."


def test_who_keeps_the_templates_is_told_and_saves_the_cleaned_headings(vera):
    browser = log_in(make_member(vera.bureau, "Diana", Role.DIRECTIE))
    typed = {"name": "Bezoek", "kind": "gespreksverslag", "sections": "Het\u200b bedrijf\r\nIn\u202edruk | Hoe is het?"}
    page = browser.post("/beheer/sjablonen/nieuw/", typed)
    assert errors(page, "sections").startswith(TOLD)
    assert box(page, "sections") == "Het bedrijf\nIndruk | Hoe is het?"
    again = browser.post("/beheer/sjablonen/nieuw/", typed | {"sections": box(page, "sections")})
    assert again.status_code == 302
    with in_bureau(vera.bureau):
        made = VerslagTemplate.objects.get(name="Bezoek")
    assert [one["label"] for one in made.sections] == ["Het bedrijf", "Indruk"]
