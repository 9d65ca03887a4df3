"""The client's own statement: written once, changed by nobody."""

from __future__ import annotations

import pytest
from django.utils import timezone

from bureaus.schema import StukKind
from bureaus.tenancy import in_bureau
from dossiers.models import Dossier, Stuk
from tests.support.people import log_in, make_bureau
from tests.support.portal import authorise, in_force_with, make_case, state, write

pytestmark = pytest.mark.django_db
NEW = "/mijn/verhaal/nieuw/"


@pytest.fixture
def vera():
    return make_case(make_bureau())


@pytest.fixture
def portal(vera):
    return log_in(vera.member)


def statements(case) -> list[Stuk]:
    with in_bureau(case.bureau):
        return list(Stuk.objects.filter(kind=StukKind.EIGEN_VERKLARING))


def content_of(case, stuk) -> dict:
    with in_bureau(case.bureau):
        return stuk.versions.get().content


def text_of(answer) -> str:
    return " ".join(answer.content.decode().split())


@pytest.mark.article("javawest", "6.2")
@pytest.mark.article("jmwerkt", "6.1.1")
@pytest.mark.article("werklokaal", "6b")
def test_a_client_adds_a_statement_about_a_stuk(vera, portal):
    stuk = write(vera, "Kennismaking", "Tekst.")
    page = text_of(portal.get(f"/mijn/stukken/{stuk.pk}/"))
    assert f'href="{NEW}?over={stuk.pk}"' in page
    assert "kan niemand uw verhaal nog veranderen" in text_of(portal.get(f"{NEW}?over={stuk.pk}"))
    answer = portal.post(f"{NEW}?over={stuk.pk}", {"title": "Het ging anders", "text": "Ik was op tijd."}, follow=True)
    assert "Uw verhaal staat in het dossier" in text_of(answer)
    assert "Het ging anders" in text_of(answer)
    (made,) = statements(vera)
    assert made.about_id == stuk.pk
    assert "Ik was op tijd." in text_of(portal.get(f"/mijn/stukken/{stuk.pk}/"))


@pytest.mark.article("javawest", "6.2")
def test_a_client_adds_a_statement_about_the_whole_dossier(vera, portal):
    portal.post(NEW, {"title": "Mijn kant", "text": "Regel een.\r\nRegel twee."})
    (made,) = statements(vera)
    assert made.about_id is None
    assert content_of(vera, made)["sections"][0]["text"] == "Regel een.\nRegel twee."


@pytest.mark.article("javawest", "6.2")
def test_after_sending_there_is_no_way_to_change_it(vera, portal):
    made = state(vera, "Mijn kant", "Zo was het.")
    page = text_of(portal.get(f"/mijn/stukken/{made.pk}/"))
    assert "<form" not in page[page.index("<main") :]
    for path in (f"/stukken/{made.pk}/schrijven/", f"/mijn/stukken/{made.pk}/"):
        assert portal.post(path, {"title": "anders", "text": "anders"}).status_code in (404, 405)
    assert content_of(vera, made)["sections"][0]["text"] == "Zo was het."


def test_a_double_click_is_one_statement(vera, portal):
    for _ in range(2):
        answer = portal.post(NEW, {"title": "Mijn kant", "text": "Zo was het."})
        assert answer.status_code == 302
    assert len(statements(vera)) == 1


HOSTILE = [
    "<script>alert(1)</script>",
    "{{ 7|add:1 }}{% debug %}",
    "'; DROP TABLE dossiers_stuk; --",
    "😀 Ωμέγα عربى 中文",
]


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_text_is_shown_as_text(vera, portal, text):
    title = text if text.isprintable() else "Mijn kant"
    assert portal.post(NEW, {"title": title, "text": text}).status_code == 302
    (made,) = statements(vera)
    page = portal.get(f"/mijn/stukken/{made.pk}/").content.decode()
    assert "<script>alert" not in page
    assert portal.get("/mijn/verhaal/").status_code == 200


@pytest.mark.parametrize("empty", ["", "   \n ", "​﻿", "\x00"])
def test_an_empty_text_is_refused_beside_its_field_and_the_title_is_kept(vera, portal, empty):
    page = text_of(portal.post(NEW, {"title": "Mijn kant", "text": empty}))
    assert "Er staat nog niets. Schrijf eerst uw verhaal op." in page
    assert 'value="Mijn kant"' in page
    assert statements(vera) == []


@pytest.mark.parametrize("sign", ["\u202e", "\u200b", "\x00"], ids=["turning", "zero width", "nul"])
def test_a_title_with_a_sign_that_nobody_sees_is_refused_and_the_text_is_kept(vera, portal, sign):
    page = text_of(portal.post(NEW, {"title": f"Mijn{sign} kant", "text": "Mijn hele verhaal."}))
    assert "onzichtbaar teken" in page
    assert "Mijn hele verhaal." in page
    assert statements(vera) == []


def test_a_title_of_300_characters_is_refused_and_the_text_is_kept(vera, portal):
    page = text_of(portal.post(NEW, {"title": "a" * 300, "text": "Mijn hele verhaal."}))
    assert "niet meer dan 200 tekens. Het zijn er nu 300." in page
    assert "Mijn hele verhaal." in page
    assert statements(vera) == []


def test_where_the_reglement_knows_no_own_statement_there_is_no_button_and_no_page(vera, portal):
    in_force_with(vera.bureau, access={"client": {"own_statement": False}})
    stuk = write(vera, "Kennismaking", "Tekst.")
    assert NEW not in text_of(portal.get(f"/mijn/stukken/{stuk.pk}/"))
    assert NEW not in text_of(portal.get("/mijn/verhaal/"))
    assert portal.get(NEW).status_code == 403
    assert portal.post(NEW, {"title": "a", "text": "b"}).status_code == 403


@pytest.mark.article("werkid", "13.1")
def test_nothing_is_added_to_an_archived_dossier(vera, portal):
    with in_bureau(vera.bureau):
        Dossier.objects.filter(pk=vera.dossier.pk).update(archived_at=timezone.now())
    assert "Dit dossier is afgesloten" in text_of(portal.get("/mijn/verhaal/"))
    assert portal.post(NEW, {"title": "a", "text": "b"}).status_code == 403


def test_a_statement_about_a_statement_is_another_statement(vera, portal):
    made = state(vera, "Mijn kant", "Zo was het.")
    assert NEW not in text_of(portal.get(f"/mijn/stukken/{made.pk}/"))
    assert portal.get(f"{NEW}?over={made.pk}").status_code == 404


def test_a_gemachtigde_writes_for_the_client(vera):
    greet = log_in(authorise(vera))
    assert greet.post(NEW, {"title": "Namens Vera", "text": "Zij was ziek."}).status_code == 302
    (made,) = statements(vera)
    assert made.author_name.startswith("Greet")
