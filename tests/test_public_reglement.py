"""The reglement for everyone: without login or cookie, with older versions and a paper that is made once."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core.cache import cache
from django.utils import timezone

from access.models import Role
from bureaus import pdf
from bureaus.models import Reglement
from bureaus.reglement import version_in_force
from bureaus.tenancy import in_bureau
from tests.support.people import browser_of, log_in, make_bureau, make_member
from tests.support.portal import queries_of

pytestmark = pytest.mark.django_db
PAGE, PAPER = "/reglement/", "/reglement/1/pdf/"


@pytest.fixture(autouse=True)
def _fresh_counters():
    cache.clear()


def adopt(bureau, days: int, **handout) -> Reglement:
    """A next version that holds from so many days from now; with this said of handing out."""
    with in_bureau(bureau):
        last = version_in_force()
        parameters = dict(last.parameters)
        parameters["handout"] = {**parameters.get("handout", {}), **handout}
        today = timezone.localdate()
        day = today + timedelta(days=days)
        made: Reglement = Reglement.objects.create(
            version=last.version + 1, title=last.title, parameters=parameters, adopted_on=min(day, today),
            in_force_from=day, adopted_by_name="Geheime Directeur",
        )  # fmt: skip
        return made


@pytest.mark.article("javawest", "10.2")
@pytest.mark.article("werkid", "17.2")
@pytest.mark.parametrize("preset", ["javawest", "werkid", "pluspunt", "jmwerkt", "werklokaal"])
def test_everyone_reads_what_holds_without_login_and_without_a_cookie(preset):
    bureau = make_bureau(preset, preset)
    answer = browser_of(bureau).get(PAGE)
    told = answer.content.decode()
    assert answer.status_code == 200
    assert not answer.cookies
    assert answer["Cache-Control"] == "public, max-age=300"
    for words in ("Wie een dossier ziet zonder te vragen", "Hoe lang wij bewaren", "mag vragen", bureau.legal_name):
        assert words in told


def test_it_is_in_the_same_words_as_the_bureaus_own_page(javawest, diana):
    own = log_in(diana).get("/beheer/reglement/").context["cards"]
    assert browser_of(javawest).get(PAGE).context["cards"] == own


def test_older_versions_stay_to_be_read_and_what_is_to_come_is_not(javawest):
    adopt(javawest, 0)
    adopt(javawest, 30)
    browser = browser_of(javawest)
    now = browser.get(PAGE).content.decode()
    assert "Dit is versie 2" in now
    assert 'href="/reglement/1/"' in now
    assert "Geheime Directeur" not in now
    assert "Deze versie geldt niet meer" in browser.get("/reglement/1/").content.decode()
    for number in (0, 3, 99999999999999999999):
        for ending in ("", "pdf/"):
            assert browser.get(f"/reglement/{number}/{ending}").status_code == 404


def test_the_paper_is_made_once_and_not_for_each_who_asks(javawest, monkeypatch):
    made = []
    render = pdf.render
    monkeypatch.setattr(pdf, "render", lambda *given, **more: made.append(1) or render(*given, **more))
    browser = browser_of(javawest)
    first, second = (browser.get(PAPER) for _ in range(2))
    assert first.content.startswith(b"%PDF")
    assert first.content == second.content
    assert first["Content-Type"] == "application/pdf"
    assert (len(made), not first.cookies) == (1, True)
    type(javawest).objects.filter(pk=javawest.pk).update(city="Assen", postcode="9401 AA")
    assert browser.get(PAPER).content != first.content
    assert len(made) == 2


def test_whoever_asks_too_often_is_told_to_wait(javawest):
    browser = browser_of(javawest)
    answers = [browser.get(PAPER).status_code for _ in range(121)]
    assert (answers[0], answers[-1]) == (200, 429)


def test_where_the_reglement_has_no_public_page_only_who_belongs_here_reads_it(javawest):
    adopt(javawest, 0, public_page=False)
    charlie = make_member(javawest, "Charlie", Role.CLIENT)
    assert browser_of(javawest).get(PAGE).status_code == 404
    assert browser_of(javawest).get(PAPER).status_code == 404
    inside = log_in(charlie).get(PAGE)
    assert inside.status_code == 200
    assert inside["Cache-Control"] == "no-store"


def test_it_costs_few_queries_whatever_the_number_of_versions(javawest):
    for _ in range(30):
        adopt(javawest, 0)
        with in_bureau(javawest):
            from bureaus.reglement import forget

            forget()
    assert len(queries_of(browser_of(javawest), PAGE)) <= 5
