"""The screens of the reglement: what holds in plain words, a new version, its dry run, adopting and following it."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from access.models import Role
from bureaus.models import Reglement
from bureaus.reglement import version_in_force
from bureaus.tenancy import in_bureau
from dossiers.models import FollowRun
from dossiers.tasks import follow_reglementen
from overviews import adopting
from tests.support.axe import check_page
from tests.support.browser import DESKTOP, PHONE
from tests.support.dossiers import many_dossiers
from tests.support.people import PASSWORD, log_in, make_bureau, make_member
from tests.support.sessions import let_pass
from tests.test_following import new_version

pytestmark = pytest.mark.django_db
LIST, NEW = "/beheer/reglement/", "/beheer/reglement/nieuw/"
EFFECTS, ADOPT = f"{NEW}gevolgen/", f"{NEW}vaststellen/"


@pytest.fixture
def directie(diana):
    return log_in(diana)


def filled(**changes):
    """The form as it stands for javawest, with these changes."""
    today = timezone.localdate().isoformat()
    typed = {
        "second_coach": "write", "all_coaches": "none", "administratie": "view", "directie": "view", "fg": "none",
        "default_hours": "4", "max_hours": "72", "tell_handler": "on", "told_of_new_stukken": "on",
        "own_statement": "on", "sees_who_viewed": "on", "aanmelder_days": "0", "emergency_hours": "4",
        "support_hours": "4", "review_every": "P1Y", "adopted_on": today, "in_force_from": today,
    }  # fmt: skip
    return {name: value for name, value in (typed | changes).items() if value is not None}


def proposed(browser, **changes) -> str:
    answer = browser.post(NEW, filled(**changes))
    assert answer.status_code == 302, answer.context["form"].errors
    return answer.headers["Location"].removeprefix(EFFECTS)


def versions(bureau) -> list[int]:
    with in_bureau(bureau):
        return list(Reglement.objects.order_by("version").values_list("version", flat=True))


def test_the_version_in_force_is_told_in_the_bureaus_own_words():
    bureau = make_bureau("pluspunt", "pluspunt")
    page = log_in(make_member(bureau, "Dirk", Role.DIRECTIE)).get(LIST).content.decode()
    for text in ("De casemanager van het traject", "De directeur", "lezen en schrijven", "pluspunt 4.1",
                 "alleen zolang het traject loopt", "4 uur, ten hoogste 72 uur", "geldt nu"):  # fmt: skip
        assert text in page


def test_the_beheerder_looks_and_does_not_adopt(javawest):
    browser = log_in(make_member(javawest, "Beheer", Role.BEHEERDER))
    page = browser.get(LIST).content.decode()
    assert "Nieuwe versie" not in page
    assert [browser.get(path).status_code for path in (NEW, EFFECTS, ADOPT)] == [403, 403, 403]
    assert browser.post(NEW, filled()).status_code == 403
    assert browser.post(ADOPT).status_code == 403


def test_versions_before_and_after_stand_with_their_dates_and_adopter(javawest, directie):
    tomorrow = timezone.localdate() + timedelta(days=1)
    new_version(javawest, from_day=tomorrow, standing={"fg": "view"})
    page = directie.get(LIST).content.decode()
    assert "geldt later" in page
    assert f'datetime="{tomorrow.isoformat()}"' in page
    with in_bureau(javawest):
        later = Reglement.objects.get(version=2)
    one = directie.get(f"{LIST}{later.pk}/").content.decode()
    assert "versie 2" in one
    assert "De toegang volgt" not in one
    assert "Versie 2 geldt vanaf" in directie.get(NEW).content.decode()


def test_a_version_of_another_bureau_is_not_there(directie):
    other = make_bureau("werkid", "werkid")
    with in_bureau(other):
        strange = version_in_force()
    assert directie.get(f"{LIST}{strange.pk}/").status_code == 404


def test_the_form_starts_with_what_holds_now(directie):
    form = directie.get(NEW).context["form"]
    held = {name: form[name].value() for name in ("second_coach", "administratie", "fg", "allowed", "max_hours")}
    assert held == {
        "second_coach": "write", "administratie": "view", "fg": "none", "allowed": False, "max_hours": 72,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("field", "value", "said"),
    [
        ("second_coach", "alles", "Kies uit de lijst"),
        ("fg", "write", "Kies uit de lijst"),
        ("directie", "\x00", "Kies uit de lijst"),
        ("who_may_ask", "client", "Kies uit de lijst"),
        ("default_hours", "0", "van 1 tot en met 336"),
        ("default_hours", "73", "langer dan de langste duur"),
        ("max_hours", "9" * 300, "van 1 tot en met 744"),
        ("max_hours", "veel", "van 1 tot en met 744"),
        ("aanmelder_days", "-1", "van 0 tot en met 90"),
        ("emergency_hours", "<script>", "van 1 tot en met 72"),
        ("support_hours", "", "verplicht"),
        ("review_every", "P9Y", "Kies uit de lijst"),
        ("adopted_on", "0001-01-01", "erg ver terug"),
        ("adopted_on", "9999-12-31", "in de toekomst"),
        ("in_force_from", "9999-12-31", "binnen een jaar"),
        ("in_force_from", "2020-01-01", "verleden"),
        ("in_force_from", "\u202e2020", "geen datum"),
        ("allowed", "on", ""),
    ],
)
def test_what_is_wrong_stands_beside_its_field_and_what_was_typed_stays(javawest, directie, field, value, said):
    answer = directie.post(NEW, filled(**{field: value, "administratie": "write"}))
    assert answer.status_code == 200
    form = answer.context["form"]
    beside = {"allowed": "who_may_ask"}.get(field, field)
    assert said in " ".join(form.errors[beside])
    assert form["administratie"].value() == "write"
    assert versions(javawest) == [1]


def test_the_dry_run_says_who_gains_and_changes_nothing(javawest, alice, directie):
    many_dossiers(javawest, alice, 12)
    answer = directie.get(EFFECTS + proposed(directie, fg="view", all_coaches="view"))
    page = answer.content.decode()
    assert "Alice" in page
    assert "Let op: iemand krijgt er veel bij" in page
    assert answer.context["found"].dossiers == 12
    assert versions(javawest) == [1]
    with in_bureau(javawest):
        assert not FollowRun.objects.exists()


def test_without_a_change_in_access_nobody_gains_or_loses(directie):
    page = directie.get(EFFECTS + proposed(directie, sees_who_viewed=None)).content.decode()
    assert "Niemand krijgt of verliest toegang" in page


def test_adopting_is_one_act_however_often_it_is_sent(javawest, diana, alice, directie):
    many_dossiers(javawest, alice, 3)
    token = proposed(directie, fg="view", administratie="none", aanmelder_days="7")
    assert "Versie 2 vaststellen?" in directie.get(ADOPT + token).content.decode()
    first, second = (directie.post(ADOPT + token) for _ in range(2))
    assert first.status_code == second.status_code == 302
    assert first.headers["Location"] == second.headers["Location"]
    assert versions(javawest) == [1, 2]
    with in_bureau(javawest):
        made = Reglement.objects.get(version=2)
        access = made.rules.access
        assert (made.adopted_by_name, made.adopted_by_membership) == (diana.name, diana.pk)
        assert (access.standing.fg, access.standing.administratie, access.aanmelder_days) == ("view", "none", 7)
        # What was changed no longer comes from the old article; what stayed does.
        assert access.standing.source("administratie") == ""
        assert access.standing.source("directie") == "javawest 6.1"
        assert made.rules.retention == Reglement.objects.get(version=1).rules.retention


def test_the_page_shows_how_far_it_is_and_then_what_was_done(javawest, alice, directie):
    many_dossiers(javawest, alice, 3)
    path = directie.post(ADOPT + proposed(directie, fg="view")).headers["Location"]
    waiting = directie.get(path, headers={"HX-Request": "true"}).content.decode()
    assert "<html" not in waiting
    assert '<progress max="3"' in waiting
    assert 'hx-trigger="every 2s"' in waiting
    assert follow_reglementen() == 3
    done = directie.get(path, headers={"HX-Request": "true"}).content.decode()
    assert "hx-trigger" not in done
    assert "12 keer" in done
    assert "De toegang volgt deze versie" in log_in_as_beheerder(javawest).get(path).content.decode()


def log_in_as_beheerder(bureau):
    return log_in(make_member(bureau, "Beheer", Role.BEHEERDER))


def test_a_proposal_is_of_who_made_it_and_nobody_elses(javawest, directie):
    token = proposed(directie, fg="view")
    other = log_in(make_member(javawest, "Dora", Role.DIRECTIE))
    for browser, query in ((other, token), (directie, token + "x"), (directie, "?voorstel=%00"), (directie, "")):
        assert "Er is geen voorstel" in browser.get(EFFECTS + query).content.decode()
        assert browser.post(ADOPT + query).status_code == 200
    assert versions(javawest) == [1]


def test_a_proposal_lies_one_day(javawest, diana, directie, monkeypatch):
    token = proposed(directie, fg="view")
    monkeypatch.setattr(adopting, "DAY", -1)
    assert "Er is geen voorstel" in directie.post(ADOPT + token).content.decode()
    assert versions(javawest) == [1]


def test_who_was_overtaken_by_another_version_looks_at_that_first(javawest, directie):
    token = proposed(directie, fg="view")
    new_version(javawest, from_day=timezone.localdate() + timedelta(days=9), standing={"fg": "view"})
    answer = directie.post(ADOPT + token)
    assert "Intussen is er een andere versie vastgesteld" in answer.content.decode()
    assert versions(javawest) == [1, 2]


def test_adopting_asks_first_who_you_are(javawest, directie):
    token = proposed(directie, fg="view")
    let_pass(directie, 601)
    asked = directie.get(ADOPT + token)
    assert asked.status_code == 302
    assert asked.headers["Location"].startswith("/account/bevestigen/")
    assert versions(javawest) == [1]
    back = directie.post(asked.headers["Location"], {"password": PASSWORD})
    assert back.headers["Location"] == ADOPT + token


def test_going_back_finds_what_was_filled_in(directie):
    token = proposed(directie, fg="view", max_hours="80", allowed="on", who_may_ask="fg")
    form = directie.get(NEW + token).context["form"]
    assert (form["fg"].value(), form["max_hours"].value(), form["who_may_ask"].value()) == ("view", 80, ["fg"])


def test_the_pages_cost_as_many_queries_whatever_the_number_of_versions(
    javawest, directie, django_assert_max_num_queries
):
    for _ in range(12):
        new_version(javawest, standing={"fg": "view"})  # not signed: these pages show no dossier
    token = proposed(directie, fg="none")
    for path in (LIST, NEW, EFFECTS + token):
        with django_assert_max_num_queries(20):
            assert directie.get(path).status_code == 200


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["desk", "phone"])
def test_directie_adopts_a_version_in_the_browser_and_sees_it_followed(
    javawest, alice, diana, live_url, new_page, celery_worker_process, size
):
    many_dossiers(javawest, alice, 30)
    for number in range(4):
        make_member(javawest, f"Coach{number}", Role.COACH)
    page = new_page(size)
    home = live_url("javawest", "/")
    cookies = log_in(diana).cookies
    page.context.add_cookies([{"name": name, "value": one.value, "url": home} for name, one in cookies.items()])
    page.goto(live_url("javawest", LIST))
    check_page(page)
    page.get_by_role("link", name="Nieuwe versie").click()
    check_page(page)
    page.fill("[name=max_hours]", "9999")
    page.get_by_role("button", name="Verder").click()
    page.get_by_text("Vul een heel getal in van 1 tot en met 744.").first.wait_for()
    check_page(page)
    page.fill("[name=max_hours]", "48")
    page.select_option("[name=all_coaches]", "view")
    page.get_by_role("button", name="Verder").click()
    page.get_by_role("heading", name="Wie krijgt toegang, en wie verliest die?").wait_for()
    check_page(page)
    page.get_by_role("link", name="Verder naar vaststellen").click()
    check_page(page)
    page.get_by_role("button", name="Versie 2 vaststellen").click()
    page.wait_for_url("**/beheer/reglement/*-*/")
    check_page(page)
    page.get_by_text("volgt de toegang tot elk dossier deze versie").wait_for()
    check_page(page)
