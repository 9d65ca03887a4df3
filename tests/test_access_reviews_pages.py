"""The screens of the access review: what they show, what a click does, and what they cost."""

from __future__ import annotations

import hashlib
import time

import pytest
from django.contrib.auth.models import Group
from django.urls import reverse

from access import inbox
from access.actions import reviews
from access.models import AccessReview, Declaration, Membership, ReviewLine, Role, User
from bureaus.tenancy import in_bureau
from journal.models import Line
from tests.support.people import acting, log_in, make_member
from tests.support.portal import make_case, queries_of
from tests.support.reviews import all_kept, begun, closed_by, line_of, make_it_due
from tests.support.servers import DATABASE

pytestmark = pytest.mark.django_db
AT_MOST = 12
Verdict = ReviewLine.Verdict


@pytest.fixture
def case(javawest):
    return make_case(javawest)


@pytest.fixture
def review(case, diana):
    return begun(diana)


def page_of(browser, name, *ids, **query) -> str:
    answer = browser.get(reverse(name, args=ids), query)
    assert answer.status_code == 200, answer.status_code
    return answer.content.decode()


def click(browser, line, verdict="behouden", **more):
    return browser.post(reverse("access:review_line", args=[line.pk]), {"verdict": verdict, **more})


def test_directie_begins_and_comes_to_the_list(case, diana):
    browser = log_in(diana)
    assert "Nog geen controle afgesloten" in page_of(browser, "access:reviews")
    answer = browser.post(reverse("access:review_start"))
    with in_bureau(case.bureau):
        assert answer["Location"] == reverse("access:review", args=[AccessReview.objects.get().pk])
    page = browser.get(answer["Location"]).content.decode()
    assert "1 dossier als behandelaar" in page and case.coach.name in page


def test_one_click_keeps_and_comes_back_to_the_same_place(case, diana, review):
    browser, line = log_in(diana), line_of(review, case.coach)
    answer = click(browser, line, toon="open", q="Coach", pagina="1")
    assert answer["Location"] == f"{reverse('access:review', args=[review.pk])}?toon=open&q=Coach&pagina=1#regels"
    assert line_of(review, case.coach).verdict == Verdict.KEPT
    left = page_of(browser, "access:review", review.pk)
    assert f">{case.coach.name}</a>" not in left
    assert f">{case.coach.name}</a>" in page_of(browser, "access:review", review.pk, toon="alles")


def test_withdrawing_shows_what_will_happen_and_asks_why(case, diana, review):
    browser, line = log_in(diana), line_of(review, case.coach)
    page = page_of(browser, "access:review_withdraw", line.pk)
    assert "niet meer inloggen" in page and "1 traject heeft daarna geen behandelaar" in page
    path = reverse("access:review_withdraw", args=[line.pk])
    assert "Schrijf op waarom" in browser.post(path, {"note": ""}).content.decode()
    assert browser.post(path, {"note": "uit dienst"}).status_code == 302
    with in_bureau(case.bureau):
        assert not Membership.objects.get(pk=case.coach.pk).is_active
    assert browser.get(path).status_code == 302, "decided: there is nothing to withdraw any more"


@pytest.mark.parametrize(
    "note", ["a" * 301, "recht\u202esknil", "on\u200bzichtbaar", "nul\x00teken", "x\r\ny"]
)  # fmt: skip
def test_a_note_that_is_too_long_or_disguised_is_refused_beside_the_field(case, diana, review, note):
    browser, line = log_in(diana), line_of(review, case.coach)
    answer = click(browser, line, note=note)
    if answer.status_code == 302:  # a line break is a space
        assert "\n" in note
        return
    assert 'aria-invalid="true"' in answer.content.decode()
    assert line_of(review, case.coach).verdict == ""


@pytest.mark.parametrize("verdict", ["", "ingetrokken", "<script>", "x" * 3000])
def test_a_click_that_is_no_verdict_decides_nothing(case, diana, review, verdict):
    answer = click(log_in(diana), line_of(review, case.coach), verdict)
    assert answer.status_code == 200
    assert line_of(review, case.coach).verdict == ""


def test_a_note_with_markup_stays_words(case, diana, review):
    browser, line = log_in(diana), line_of(review, case.coach)
    click(browser, line, note="<script>alert(1)</script>")
    assert "&lt;script&gt;alert(1)" in page_of(browser, "access:review_line", line.pk)


def test_loose_access_is_said_when_there_is_none(case, diana, review):
    answer = click(log_in(diana), line_of(review, case.coach), "deels")
    assert "geen losse toegang meer" in answer.content.decode()


def test_the_own_line_has_no_buttons_and_the_endpoints_refuse(case, diana, review):
    browser, line = log_in(diana), line_of(review, diana)
    assert "Een ander besluit hierover" in page_of(browser, "access:review_line", line.pk)
    assert click(browser, line).status_code == 403
    assert browser.get(reverse("access:review_withdraw", args=[line.pk])).status_code == 403
    assert browser.post(reverse("access:review_reopen", args=[line.pk])).status_code == 403
    with in_bureau(case.bureau):
        assert Line.objects.filter(act="toegang.geweigerd", membership_id=diana.pk).exists()


def test_who_is_alone_is_told_what_to_do(case, diana, review):
    with in_bureau(case.bureau):
        ReviewLine.objects.exclude(membership=diana).update(verdict=Verdict.KEPT)
    browser = log_in(diana)
    assert "niemand anders die over uw eigen regel" in page_of(browser, "access:review", review.pk)
    make_member(case.bureau, "Fiona", Role.FG)
    assert "niemand anders die over uw eigen regel" not in page_of(browser, "access:review", review.pk)


def test_the_page_of_one_person_names_dossiers_by_number_and_is_journaled(case, diana, review):
    page = page_of(log_in(diana), "access:review_line", line_of(review, case.coach).pk)
    assert case.dossier.number in page and "als behandelaar" in page and "geen einde" in page
    assert case.client.last_name not in page and case.member.name not in page
    with in_bureau(case.bureau):
        entry = Line.objects.get(act="controle.ingezien")
        assert entry.facts == {"person": str(case.coach.pk), "page": 1, "dossiers": 1}


def test_who_did_not_sign_or_has_no_second_step_stands_out(case, diana, review):
    with in_bureau(case.bureau):
        Declaration.objects.filter(membership=case.coach).delete()
    page = page_of(log_in(diana), "access:review", review.pk, q=case.coach.name)
    assert "verklaring ontbreekt" in page and "Nog nooit ingelogd" in page
    log_in(case.coach)
    assert "Laatst ingelogd" in page_of(log_in(diana), "access:review", review.pk, q=case.coach.name)


def test_closing_too_early_says_how_many_are_left(case, diana, review):
    browser = log_in(diana)
    path = reverse("access:review_close", args=[review.pk])
    assert "nog niet besloten" in browser.get(path).content.decode()
    refused = browser.post(path)
    assert "nog niet besloten. Daarna kunt u afsluiten" in refused.content.decode()


def test_the_report_is_fetched_as_it_was_sealed_and_its_hash_stands_beside_it(case, diana, review):
    ella = make_member(case.bureau, "Ella", Role.DIRECTIE)
    all_kept(review, diana, ella)
    browser = log_in(diana)
    assert browser.post(reverse("access:review_close", args=[review.pk])).status_code == 302
    answer = browser.get(reverse("access:review_paper", args=[review.pk]))
    paper = b"".join(answer.streaming_content)
    found = hashlib.sha256(paper).hexdigest()
    assert paper.startswith(b"%PDF") and answer["Content-Length"] == str(len(paper))
    for name, ids in (("access:reviews", ()), ("access:review", (review.pk,))):
        assert found in page_of(browser, name, *ids)
    with in_bureau(case.bureau):
        assert Line.objects.filter(act="controle.opgehaald").count() == 1


def test_a_closed_review_has_no_buttons(case, diana, review):
    ella = make_member(case.bureau, "Ella", Role.DIRECTIE)
    all_kept(review, diana, ella)
    closed_by(review, diana)
    browser = log_in(diana)
    page = page_of(browser, "access:review", review.pk)
    assert 'name="verdict"' not in page and "behouden" in page
    assert click(browser, line_of(review, case.coach)).status_code == 200
    assert browser.get(reverse("access:review_close", args=[review.pk])).status_code == 302


def test_closing_and_withdrawing_ask_to_confirm_who_one_is(case, diana, review, settings):
    browser, line = log_in(diana), line_of(review, case.coach)
    settings.ACCOUNT_REAUTHENTICATION_TIMEOUT = -1
    for name, one in (("access:review_close", review), ("access:review_withdraw", line)):
        answer = browser.get(reverse(name, args=[one.pk]))
        assert answer.status_code == 302 and "next=" in answer["Location"]


@pytest.mark.article("pluspunt", "3.1")
def test_it_stands_in_the_inbox_and_on_the_work_list_when_it_is_due(case, diana):
    browser = log_in(diana)
    for path in ("/goedkeuringen/", "/werkvoorraad/"):
        assert "Ga na wie bij" not in browser.get(path).content.decode()
    make_it_due(case.bureau)
    assert "Ga na wie bij welke dossiers kan" in browser.get("/goedkeuringen/").content.decode()
    assert "Controle van de toegang" in browser.get("/werkvoorraad/").content.decode()
    with acting(diana):
        assert inbox.count(diana) == len(inbox.items(diana)) == 1
        reviews.start(by=diana)
        assert inbox.count(diana) == len(inbox.items(diana)) == 1
    assert "Controle van de toegang" in browser.get("/werkvoorraad/").content.decode()


@pytest.mark.parametrize(
    "query", ["?pagina=0", "?pagina=99999999999999999999", "?toon=%00", "?q=%00%E2%80%AE", "?toon=x"]
)
def test_a_page_that_does_not_exist_is_another_page(case, diana, review, query):
    browser = log_in(diana)
    paths = [reverse("access:reviews"), reverse("access:review", args=[review.pk])]
    paths.append(reverse("access:review_line", args=[line_of(review, case.coach).pk]))
    assert [browser.get(path + query).status_code for path in paths] == [200, 200, 200]


# -- cost --------------------------------------------------------------------------------------------------------------
def colleagues(bureau, count: int) -> None:
    with in_bureau(bureau):
        groups = Group.objects.bulk_create([Group(name=f"wie {at}") for at in range(count)])
        users = User.objects.bulk_create([User(email=f"p{at}@{bureau.slug}.test") for at in range(count)])
        Membership.objects.bulk_create(
            Membership(user=user, name=f"Persoon {at:04}", roles=[Role.COACH], private_group=group)
            for at, (user, group) in enumerate(zip(users, groups, strict=True))
        )


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("people", [10, 1_000])
def test_the_pages_cost_the_same_whatever_the_number_of_people(servers, case, diana, people):
    colleagues(case.bureau, people)
    review = begun(diana)
    line = line_of(review, case.coach)
    with servers.admin(DATABASE) as admin:
        admin.execute("ANALYZE")
    browser = log_in(diana)
    one = reverse("access:review", args=[review.pk])
    for path in (
        reverse("access:reviews"), one, f"{one}?toon=alles&pagina=2", f"{one}?q=persoon",
        reverse("access:review_line", args=[line.pk]), reverse("access:review_close", args=[review.pk]),
        reverse("access:review_withdraw", args=[line.pk]), "/goedkeuringen/",
    ):  # fmt: skip
        browser.get(path)
        began = time.monotonic()
        asked = queries_of(browser, path)
        assert len(asked) <= AT_MOST, (path, len(asked), "\n".join(asked))
        assert time.monotonic() - began < 3, path
