"""What is seen by what directie allowed, who is told, and the inbox (pluspunt 4.1)."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import connection
from django.db.models.functions import Now
from django.utils import timezone

from access import actions as grants
from access import asked, inbox
from access import asking_rules as rules
from access.actions import asking
from access.models import AccessRequest, DossierGrant, EndedGrant, Ground, Mail, Role
from access.reach import CHANGE, VIEW, VIEW_ONLY, as_system
from access.rules import RuleBroken
from bureaus import reglement
from bureaus.tenancy import in_bureau
from dossiers.models import StoredFile, Stuk
from dossiers.rules import new_number
from journal.models import Line
from tests.support.asking import (
    PLUSPUNT,
    UNKNOWN,
    WHY,
    State,
    ages,
    allow,
    ask,
    asks_by,
    make_house,
    opens,
)
from tests.support.people import acting, log_in, make_bureau, make_member
from tests.support.portal import queries_of, write
from tests.support.words import without_tokens
from vault.files import save_sealed

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _no_mfa(settings):
    settings.MFA_REQUIRED = False


@pytest.fixture
def house(db):
    return make_house()


# -- reading, and nothing more ----------------------------------------------------------------------------------------
def ends_in(row, **time) -> None:
    """The grant of this request ends so much after this moment, by the database's clock."""
    with in_bureau(row.bureau_id), as_system():
        DossierGrant.objects.filter(pk=row.grant_id).update(
            starts_at=Now() - timedelta(hours=2), expires_at=Now() + timedelta(**time)
        )


def answer_before_the_end(row, browser, page):
    """The page as it is shown when the grant ends a second later; longer where this machine needs more than that
    second to answer at all: what it shows after the end says nothing of the time before."""
    for seconds in (1, 4, 16, 64):
        ends_in(row, seconds=seconds)
        answer = browser.get(page)
        with in_bureau(row.bureau_id), as_system():
            if DossierGrant.objects.all().living().filter(pk=row.grant_id).exists():
                return answer
    raise AssertionError("the grant ended before its time")


@PLUSPUNT
def test_it_opens_one_second_before_its_end_and_not_at_its_end_with_no_worker_running(house):
    row = allow(house, ask(house))
    browser, page = log_in(house.bob), f"/dossiers/{house.dossier.pk}/"
    assert answer_before_the_end(row, browser, page).status_code == 200
    ends_in(row, seconds=0)
    assert browser.get(page).status_code == 404
    assert "Niemand gevonden" in browser.get(f"/clienten/?q={house.number}").content.decode()


@PLUSPUNT
def test_each_view_is_journaled_with_the_grant_that_let_in(house):
    verslag = write(house.case, "Gesprek", "Goed")
    row = allow(house, ask(house))
    browser = log_in(house.bob)
    for path in (f"/dossiers/{house.dossier.pk}/", f"/stukken/{verslag.pk}/", f"/trajecten/{house.case.traject.pk}/"):
        assert browser.get(path).status_code == 200
    with in_bureau(house.bureau):
        lines = Line.objects.filter(membership_id=house.bob.pk, act__endswith=".ingezien", dossier_id=house.dossier.pk)
        assert {(line.act, line.grant_id) for line in lines} == {
            (f"{what}.ingezien", row.grant_id) for what in ("dossier", "stuk", "traject")
        }


def test_of_several_grants_the_one_that_stands_is_the_one_that_is_used(house):
    """Who became the second coach reads as such from then on, whatever directie allowed before."""
    row = allow(house, ask(house))
    with in_bureau(house.bureau):
        grants.grant(dossier=house.dossier, to=house.bob, permissions=(VIEW,), ground=Ground.EMERGENCY,
                     expires_at=timezone.now() + timedelta(hours=1))  # fmt: skip
    log_in(house.bob).get(f"/dossiers/{house.dossier.pk}/")
    with in_bureau(house.bureau):
        assert Line.objects.filter(act="dossier.ingezien").latest("seq").grant_id == row.grant_id
        standing = grants.grant(
            dossier=house.dossier, to=house.bob, permissions=(VIEW, CHANGE), ground=Ground.SECOND_COACH
        )
    page = log_in(house.bob).get(f"/dossiers/{house.dossier.pk}/").content.decode()
    assert "U leest tijdelijk mee" not in page
    with in_bureau(house.bureau):
        used = Line.objects.filter(act="dossier.ingezien").latest("seq").grant_id
        assert used in {one.pk for one in standing if one.permission.codename == VIEW}


@PLUSPUNT
def test_who_was_let_in_opens_no_file_prints_nothing_writes_nothing_and_sees_no_number(house):
    verslag = write(house.case, "Gesprek", "Goed")
    with acting(house.case.coach):
        info = save_sealed(subject_id=house.dossier.pk, chunks=[b"een tekst"])
        file = StoredFile(
            stuk=verslag, dossier=house.dossier, filename="cv.txt", content_type="text/plain", size=info.size,
            storage_name=info.name, sha256=info.sha256, added_by_name="x",
        )  # fmt: skip
        file.save(force_insert=True)
    row = allow(house, ask(house))
    browser = log_in(house.bob)
    page = browser.get(f"/stukken/{verslag.pk}/")
    text = page.content.decode()
    assert "Goed" in text
    assert "Waarneming" in text
    assert "cv.txt" in text
    assert 'class="shell-staff view-only"' in text
    assert f"/bestanden/{file.pk}/" not in text
    assert "data-print" not in text
    assert page.headers["Cache-Control"] == "no-store"
    answer = browser.get(f"/bestanden/{file.pk}/")
    assert answer.status_code == 403
    assert "en niet meer dan dat" in answer.content.decode()
    at = f"/dossiers/{house.dossier.pk}"
    assert {browser.get(f"{at}/{way}/").status_code for way in ("nieuw", "document", "archiveren")} == {403}
    assert browser.post(f"/stukken/{verslag.pk}/aanvullen/").status_code == 403
    assert browser.get(f"/stukken/{verslag.pk}/vrijgeven/").status_code == 403
    assert browser.get(f"/clienten/{house.case.client.pk}/bsn/").status_code == 403
    for path in (f"{at}/", f"/clienten/{house.case.client.pk}/", f"/trajecten/{house.case.traject.pk}/"):
        assert 'class="shell-staff view-only"' in browser.get(path).content.decode(), path
    assert 'view-only"' not in log_in(house.case.coach).get(f"{at}/").content.decode()
    assert row.grant_id


@pytest.mark.parametrize("ground", VIEW_ONLY)
def test_every_ground_by_which_one_is_let_in_for_a_while_is_to_read_only(house, ground):
    verslag = write(house.case, "Gesprek", "Goed")
    with in_bureau(house.bureau):
        end = timezone.now() + timedelta(hours=1)
        grants.grant(dossier=house.dossier, to=house.bob, ground=ground, expires_at=end)
    page = log_in(house.bob).get(f"/stukken/{verslag.pk}/").content.decode()
    assert "view-only" in page
    assert "U leest tijdelijk mee" in page


def test_what_is_restricted_stays_hidden(house):
    hidden = write(house.case, "Thuis", "Schulden")
    with in_bureau(house.bureau):
        Stuk.objects.filter(pk=hidden.pk).update(restricted=True)
    allow(house, ask(house))
    browser = log_in(house.bob)
    assert browser.get(f"/stukken/{hidden.pk}/").status_code == 404
    assert "Thuis" not in without_tokens(browser.get(f"/dossiers/{house.dossier.pk}/"))


def test_the_asker_or_directie_ends_it_before_its_time(house):
    for who in (house.bob, house.dick):
        row = allow(house, ask(house))
        browser = log_in(who)
        for _ in range(2):
            assert browser.post(f"/inzage/{row.pk}/beeindigen/").status_code == 302
        assert opens(house.bob, house.dossier) == 404
        with in_bureau(house.bureau):
            assert EndedGrant.objects.get(grant_id=row.grant_id).end_reason == "eerder beëindigd"
    other = log_in(make_member(house.bureau, "Otto", Role.COACH))
    assert other.post(f"/inzage/{row.pk}/beeindigen/").status_code == 404


# -- told -------------------------------------------------------------------------------------------------------------
def mails(house) -> set[tuple[str, str]]:
    with in_bureau(house.bureau):
        return {(mail.kind, mail.to) for mail in Mail.objects.filter(kind__startswith="inzage")}


@PLUSPUNT
def test_directie_is_told_of_the_question_and_handler_and_asker_of_the_answer(house):
    row = ask(house)
    assert mails(house) == {("inzage_gevraagd", house.dora.user.email), ("inzage_gevraagd", house.dick.user.email)}
    allow(house, row)
    assert mails(house) - {("inzage_gevraagd", house.dora.user.email), ("inzage_gevraagd", house.dick.user.email)} == {
        ("inzage_besloten", house.bob.user.email), ("inzage_behandelaar", house.case.coach.user.email),
    }  # fmt: skip
    page = log_in(house.case.coach).get("/werkvoorraad/").content.decode()
    assert "leest mee in uw dossier" in page
    assert "Bob" in page


def test_the_client_is_told_where_the_reglement_says_so(house):
    asks_by(house, tell_client=True)
    browser = log_in(house.case.member)
    assert "mag tijdelijk in uw dossier lezen" not in browser.get("/mijn/").content.decode()
    allow(house, ask(house))
    assert ("inzage_in_uw_dossier", house.case.member.user.email) in mails(house)
    page = browser.get("/mijn/").content.decode()
    assert "mag tijdelijk in uw dossier lezen" in page
    assert "Bob" in page
    assert WHY not in page


def test_the_client_is_not_told_in_the_portal_where_the_reglement_does_not_say_so(house):
    allow(house, ask(house))
    assert not [one for one in mails(house) if one[0] == "inzage_in_uw_dossier"]
    assert "mag tijdelijk in uw dossier lezen" not in log_in(house.case.member).get("/mijn/").content.decode()


def test_mails_say_nothing_of_the_dossier(house):
    from access.actions.mails import message_of

    asks_by(house, tell_client=True)
    row = allow(house, ask(house))
    with in_bureau(house.bureau):
        for mail in Mail.objects.filter(kind__startswith="inzage"):
            body = f"{message_of(mail).subject} {message_of(mail).body}"
            for said in (house.number, WHY, "Waarneming", "Vera", "Bob", str(row.dossier_id)):
                assert said not in body


# -- the inbox --------------------------------------------------------------------------------------------------------
@PLUSPUNT
def test_the_inbox_shows_what_is_needed_to_decide(house):
    first = ask(house)
    with acting(house.dora):
        asking.refuse(request=first, answer="Nu niet", by=house.dora)
    ask(house, hours=6)
    browser = log_in(house.dora)
    answer = browser.get("/goedkeuringen/")
    page = answer.content.decode()
    for said in (
        "Bob vraagt inzage",
        "casemanager",
        house.number,
        house.case.coach.name,
        "loopt",
        WHY,
        "1 keer in het",
    ):
        assert said in page, said
    assert "Vera" not in without_tokens(answer)
    assert 'value="6"' in page
    assert "(1 open)" in page
    assert "(1 open)" not in log_in(house.bob).get("/werkvoorraad/").content.decode()


def test_it_is_allowed_and_refused_from_the_list(house):
    browser = log_in(house.dora)
    row = ask(house)
    url = f"/goedkeuringen/inzage/{row.pk}/"
    wrong = browser.post(url, {"besluit": "afwijzen", "answer": " "})
    assert wrong.status_code == 200
    assert "field-wrong" in wrong.content.decode()
    answer = browser.post(url, {"besluit": "afwijzen", "answer": "Niet nodig"}, follow=True)
    assert "is afgewezen" in answer.content.decode()
    assert "Niet nodig" in log_in(house.bob).get("/inzage/").content.decode()
    row = ask(house)
    url = f"/goedkeuringen/inzage/{row.pk}/"
    late = browser.post(url, {"besluit": "toestaan", "hours": 73, "purpose": "x"})
    assert "ten hoogste 72 uur" in late.content.decode()
    answer = browser.post(url, {"besluit": "toestaan", "hours": 5, "purpose": "Waarneming"}, follow=True)
    assert "mag dossier" in answer.content.decode()
    again = browser.post(url, {"besluit": "toestaan", "hours": 5, "purpose": "Waarneming"})
    assert "al toegestaan door Dora" in again.content.decode()
    mine = log_in(house.bob).get("/inzage/").content.decode()
    assert "u mag nu lezen" in mine
    assert "Nog 4 uur" in mine
    with in_bureau(house.bureau):
        assert DossierGrant.objects.filter(ground=Ground.CONSENT_OF_DIRECTIE).count() == 1


def test_allowing_asks_first_who_one_is(house, settings):
    settings.ACCOUNT_REAUTHENTICATION_TIMEOUT = 0
    row, browser = ask(house), log_in(house.dora)
    answer = browser.post(
        f"/goedkeuringen/inzage/{row.pk}/", {"besluit": "toestaan", "hours": 5, "purpose": "Waarneming"}
    )
    assert "Bevestig dat u het bent" in answer.content.decode()
    assert "Waarneming" in answer.content.decode()
    with in_bureau(house.bureau):
        assert AccessRequest.objects.get(pk=row.pk).state == State.OPEN


def test_what_only_looks_like_a_request_here_is_not_found(house):
    other = make_bureau("werkid", "werkid")
    row = ask(house)
    theirs = make_member(other, "Ver", Role.DIRECTIE)
    assert log_in(theirs).get(f"/goedkeuringen/inzage/{row.pk}/").status_code == 404


@pytest.mark.django_db(transaction=True)
def test_inbox_and_menu_cost_the_same_however_much_waits(house):
    browser = log_in(house.dora)
    ask(house)
    ask(house, by=house.dora)
    ask(house, by=house.dora, number=UNKNOWN)
    browser.get("/goedkeuringen/")
    few = {path: len(queries_of(browser, path)) for path in ("/goedkeuringen/", "/werkvoorraad/", "/inzage/")}
    for at in range(8):
        asker = make_member(house.bureau, f"Lid{at}", Role.COACH)
        ask(house, by=asker)
        ask(house, by=asker, number=new_number())
        ask(house, by=house.dora, number=new_number())
    assert {path: len(queries_of(browser, path)) for path in few} == few
    assert max(few.values()) <= 12, few


@pytest.mark.django_db(transaction=True)
def test_reading_along_costs_no_more_than_any_page(house):
    verslag = write(house.case, "Gesprek", "Goed")
    allow(house, ask(house))
    browser = log_in(house.bob)
    for path in (f"/dossiers/{house.dossier.pk}/", f"/stukken/{verslag.pk}/", f"/trajecten/{house.case.traject.pk}/"):
        browser.get(path)
        assert len(queries_of(browser, path)) <= 12, queries_of(browser, path)


# -- at once ----------------------------------------------------------------------------------------------------------
def at_once(*acts):
    """Each in a thread and a connection of its own; what each gave, or refused with."""

    def run(act):
        try:
            return act()
        except RuleBroken as refusal:
            return str(refusal)
        finally:
            connection.close()

    with ThreadPoolExecutor(len(acts)) as pool:
        return [one.result() for one in [pool.submit(run, act) for act in acts]]


@pytest.mark.django_db(transaction=True)
def test_two_of_directie_who_decide_at_once_decide_once(house):
    row = ask(house)

    def decide(by):
        with acting(by):
            try:
                return asking.allow(request=row, purpose="x", hours=1, by=by)
            finally:
                time.sleep(0.2)

    found = at_once(lambda: decide(house.dora), lambda: decide(house.dick))
    won = [one for one in found if isinstance(one, AccessRequest)]
    told = [one for one in found if isinstance(one, str)]
    assert len(won) == len(told) == 1
    assert "al toegestaan door" in told[0]
    with in_bureau(house.bureau):
        assert DossierGrant.objects.filter(ground=Ground.CONSENT_OF_DIRECTIE).count() == 1


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("number", ["", UNKNOWN])
def test_one_who_asks_twice_at_once_asks_once(house, number):
    found = at_once(*[lambda: ask(house, number=number)] * 4)
    assert len({one.pk for one in found}) == 1


@pytest.mark.django_db(transaction=True)
def test_withdrawing_and_allowing_at_once_is_one_of_both(house):
    row = ask(house)

    def withdraw():
        with acting(house.bob):
            return asking.withdraw(request=row, by=house.bob)

    at_once(lambda: allow(house, row), withdraw)
    with in_bureau(house.bureau):
        state = AccessRequest.objects.get(pk=row.pk).state
        given = DossierGrant.objects.filter(ground=Ground.CONSENT_OF_DIRECTIE).count()
    assert (state, given) in ((State.GRANTED, 1), (State.WITHDRAWN, 0))


# -- the pure rules ---------------------------------------------------------------------------------------------------
def test_the_time_that_is_left_in_words():
    now = timezone.now()
    for left, words in (
        (timedelta(0), ""),
        (timedelta(seconds=30), "nog minder dan een minuut"),
        (timedelta(minutes=1), "nog 1 minuut"),
        (timedelta(hours=3, minutes=5), "nog 3 uur en 5 minuten"),
        (timedelta(days=1, hours=2, minutes=9), "nog 1 dag en 2 uur"),
    ):
        assert rules.time_left(now + left, now) == words


def test_every_role_that_may_decide_has_an_inbox_and_no_other_asks_the_database(house, django_assert_num_queries):
    with acting(house.bob), django_assert_num_queries(0):
        assert inbox.count(house.bob) == 0
        assert inbox.items(house.bob) == []
    with acting(house.dora):
        reglement.in_force()
        with django_assert_num_queries(1):
            inbox.count(house.dora)


def test_a_text_that_went_with_its_dossier_is_said_to_be_gone(house):
    from vault.actions import destroy_key

    row = ask(house)
    with in_bureau(house.bureau):
        destroy_key(subject_id=house.dossier.pk)
    with acting(house.bob):
        assert asked.text_of(AccessRequest.objects.get(pk=row.pk), "reason") == asked.GONE
    assert log_in(house.bob).get("/inzage/").status_code == 200


def test_a_question_is_refused_also_after_its_dossier_was_destroyed(house):
    from vault.actions import destroy_key

    row = ask(house)
    with in_bureau(house.bureau):
        destroy_key(subject_id=house.dossier.pk)
    with acting(house.dora):
        asking.refuse(request=row, answer="Dit dossier is er niet meer", by=house.dora)
        found = AccessRequest.objects.get(pk=row.pk)
        assert (found.state, found.answer) == (State.REFUSED, "Dit dossier is er niet meer")
        assert found.reason == asked.GONE
    assert "Dit dossier is er niet meer" in log_in(house.bob).get("/inzage/").content.decode()


@pytest.mark.parametrize("act", ["withdraw", "lapse", "stop"])
def test_a_question_ends_also_after_its_dossier_was_destroyed(house, act):
    from vault.actions import destroy_key

    row = ask(house)
    if act == "stop":
        allow(house, row)
    with in_bureau(house.bureau):
        destroy_key(subject_id=house.dossier.pk)
    if act == "lapse":
        ages(row, days=30)
    with acting(house.bob):
        {"withdraw": lambda: asking.withdraw(request=row, by=house.bob), "lapse": asking.lapse,
         "stop": lambda: asking.stop(request=row, by=house.bob)}[act]()  # fmt: skip
        ends = {"withdraw": State.WITHDRAWN, "lapse": State.LAPSED, "stop": State.GRANTED}
        assert AccessRequest.objects.get(pk=row.pk).state == ends[act]
