"""The yearly access review: signed off with a report, whatever two do at once, and asked for when it is due."""

from __future__ import annotations

import hashlib
import json
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pikepdf
import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.utils import timezone

from access import actions, reviewed
from access.actions import reviews
from access.models import AccessReview, Mail, Membership, ReviewLine, Role
from access.rules import RuleBroken
from access.tasks import remind_reviews
from bureaus.tenancy import in_bureau
from tests.support.people import acting, make_bureau, make_member
from tests.support.portal import authorise, in_force_with, make_case
from tests.support.reviews import (
    Verdict,
    acts,
    all_kept,
    asked_of,
    begun,
    begun_at,
    closed_by,
    decided,
    line_of,
    lines,
    paper_of,
    text_of,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def pluspunt(db):
    return make_bureau("pluspunt", "pluspunt")


@pytest.fixture
def case(pluspunt):
    return make_case(pluspunt)


@pytest.fixture
def dirk(pluspunt):
    return make_member(pluspunt, "Dirk", Role.DIRECTIE)


@pytest.fixture
def ella(pluspunt):
    return make_member(pluspunt, "Ella", Role.DIRECTIE)


@pytest.fixture
def fiona(pluspunt):
    return make_member(pluspunt, "Fiona", Role.FG)


@pytest.fixture
def anna(pluspunt):
    return make_member(pluspunt, "Anna", Role.ADMINISTRATIE)


# -- closing ---------------------------------------------------------------------------------------------------------
@pytest.mark.article("pluspunt", "3.1")
def test_a_review_closes_when_each_line_is_decided_and_not_before(case, dirk, ella):
    review = begun(dirk)
    with pytest.raises(RuleBroken, match="nog niet besloten"):
        closed_by(review, dirk)
    assert not acts(case.bureau, "controle.afgesloten")
    all_kept(review, dirk, ella)
    closed = closed_by(review, dirk)
    assert (closed.closed_by_name, len(closed.file_sha256)) == ("Dirk", 64)
    again = closed_by(review, ella)
    assert (again.closed_by_name, again.file_sha256) == ("Dirk", closed.file_sha256)
    (entry,) = acts(case.bureau, "controle.afgesloten")
    assert entry.facts["sha256"] == closed.file_sha256


@pytest.mark.article("pluspunt", "3.1")
def test_the_report_says_who_could_reach_what_what_was_decided_and_by_whom(case, dirk, ella, anna, tmp_path):
    authorise(case)
    review = begun(dirk)
    decided(review, anna, dirk, Verdict.WITHDRAWN, "naar een ander bureau")
    all_kept(review, dirk, ella)
    paper = paper_of(closed := closed_by(review, dirk))
    assert hashlib.sha256(paper).hexdigest() == closed.file_sha256
    text = text_of(paper, tmp_path)
    for words in (
        "Controle van de toegang", "PlusPunt", "Anna", "1 dossier via de rol administratie", "ingetrokken", "Dirk",
        "naar een ander bureau", "1 dossier als behandelaar", "1 dossier als opdrachtgever", "pluspunt 3.1",
        f"Gemachtigde bij {case.dossier.number}",
    ):  # fmt: skip
        assert words in text, words
    assert case.member.name not in text and case.client.last_name not in text


def test_the_lines_go_along_for_a_machine_and_their_hash_stands_in_the_report(case, dirk, ella, tmp_path):
    review = begun(dirk)
    all_kept(review, dirk, ella)
    paper = paper_of(closed_by(review, dirk))
    file = tmp_path / "verslag.pdf"
    file.write_bytes(paper)
    with pikepdf.open(file) as opened:
        attached = opened.attachments["regels.json"].get_file().read_bytes()
    assert {line["verdict"] for line in json.loads(attached)["lines"]} == {"behouden"}
    assert hashlib.sha256(attached).hexdigest() in text_of(paper, tmp_path).replace(" ", "")


def test_nothing_changes_after_closing_and_the_next_can_begin(case, dirk, ella):
    review = begun(dirk)
    all_kept(review, dirk, ella)
    closed_by(review, dirk)
    with pytest.raises(RuleBroken, match="afgesloten"):
        decided(review, case.coach, dirk, Verdict.WITHDRAWN, "te laat")
    with acting(dirk), pytest.raises(RuleBroken, match="afgesloten"):
        reviews.reopen(line=line_of(review, case.coach), by=dirk)
    assert begun(ella).pk != review.pk


def test_who_left_after_the_last_click_does_not_stop_it(case, dirk, ella, anna):
    review = begun(dirk)
    with in_bureau(case.bureau):
        Membership.objects.filter(pk=anna.pk).update(active_until=timezone.now())
    all_kept(review, dirk, ella)
    closed_by(review, dirk)
    assert line_of(review, anna).decided_by_name == "vanzelf"


# -- two at once -----------------------------------------------------------------------------------------------------
def together(*calls) -> list:
    """These, each in a thread of its own, and what came of each."""

    def run(call):
        try:
            return call()
        except (RuleBroken, PermissionDenied) as refusal:
            return refusal
        finally:
            connection.close()

    with ThreadPoolExecutor(len(calls)) as pool:
        return list(pool.map(run, calls))


@pytest.mark.django_db(transaction=True)
def test_two_who_begin_at_once_begin_one(case, dirk, ella):
    for _ in range(3):
        first, second = together(lambda: begun(dirk), lambda: begun(ella))
        assert first.pk == second.pk
        with in_bureau(case.bureau):
            assert ReviewLine.objects.filter(review=first).count() == len(lines(first))
            assert AccessReview.objects.count() == 1
            ReviewLine.objects.all().delete()
            AccessReview.objects.all().delete()


@pytest.mark.django_db(transaction=True)
def test_of_two_verdicts_at_once_one_counts(case, dirk, ella):
    review = begun(dirk)
    kept, gone = together(
        lambda: decided(review, case.coach, dirk),
        lambda: decided(review, case.coach, ella, Verdict.WITHDRAWN, "weg"),
    )
    assert sum(isinstance(one, RuleBroken) for one in (kept, gone)) == 1
    line = line_of(review, case.coach)
    with in_bureau(case.bureau):
        active = Membership.objects.get(pk=case.coach.pk).is_active
    assert active == (line.verdict == Verdict.KEPT)
    assert len(acts(case.bureau, "controle.regel_besloten")) == 1


@pytest.mark.django_db(transaction=True)
def test_ending_an_account_elsewhere_at_the_same_moment_is_one_end(case, dirk, ella, anna):
    review = begun(dirk)

    def elsewhere():
        with acting(ella):
            return actions.end_membership(membership=anna, by=ella, reason="uit dienst")

    both = together(lambda: decided(review, anna, dirk, Verdict.WITHDRAWN, "weg"), elsewhere)
    assert not [one for one in both if isinstance(one, Exception)]
    assert line_of(review, anna).verdict == Verdict.WITHDRAWN
    assert len(acts(case.bureau, "lidmaatschap.beeindigd")) == 1


@pytest.mark.django_db(transaction=True)
def test_closing_twice_at_once_makes_one_report(case, dirk, ella):
    review = begun(dirk)
    all_kept(review, dirk, ella)
    first, second = together(lambda: closed_by(review, dirk), lambda: closed_by(review, ella))
    assert first.file_sha256 == second.file_sha256
    assert len(acts(case.bureau, "controle.afgesloten")) == 1


# -- when it is due --------------------------------------------------------------------------------------------------
@pytest.mark.article("pluspunt", "3.1")
def test_it_is_due_on_the_list_of_directie_a_month_before_the_year_is_over(case, dirk, fiona, anna):
    begun_at(case.bureau, days=300)
    assert not asked_of(dirk)
    begun_at(case.bureau, days=340)
    assert (asked_of(dirk), asked_of(fiona), asked_of(anna)) == (True, False, False)


def test_the_term_is_the_reglements(case, dirk):
    begun_at(case.bureau, days=80)
    assert not asked_of(dirk)
    in_force_with(case.bureau, access={"review_every": "P3M"})
    assert asked_of(dirk)


def test_it_asks_each_as_long_as_there_is_something_for_them(case, dirk, ella, fiona):
    review = begun(dirk)
    assert (asked_of(dirk), asked_of(fiona)) == (True, True)
    for one in (dirk, ella):
        decided(review, one, fiona)
    assert not asked_of(fiona)
    all_kept(review, dirk)
    assert asked_of(dirk), "all is decided: it waits to be closed"
    closed_by(review, dirk)
    assert not asked_of(dirk)


def mailed(bureau) -> list[tuple[str, dict]]:
    with in_bureau(bureau):
        return list(
            Mail.objects.filter(kind="controle_toegang").order_by("created_at", "to").values_list("to", "facts")
        )


def round_of(bureau, day) -> int:
    with in_bureau(bureau, origin="werker"):
        return reviews.remind(now=timezone.make_aware(timezone.datetime.combine(day, timezone.datetime.min.time())))


@pytest.mark.article("pluspunt", "3.1")
def test_directie_is_mailed_a_month_before_on_the_day_and_each_week_after(case, dirk, ella, fiona):
    with in_bureau(case.bureau):
        due = reviewed.due_on()
    sent = {days: round_of(case.bureau, due + timedelta(days=days)) for days in (-31, -30, -29, -1, 0, 1, 6, 7, 8, 14)}
    assert sent == {-31: 0, -30: 2, -29: 0, -1: 0, 0: 2, 1: 0, 6: 0, 7: 2, 8: 0, 14: 2}
    assert {to for to, _ in mailed(case.bureau)} == {dirk.user.email, ella.user.email}
    assert [facts["late"] for _, facts in mailed(case.bureau)][::2] == [False, False, True, True]


def test_the_round_goes_through_every_bureau_and_twice_is_once(case, dirk, javawest):
    diana = make_member(javawest, "Diana", Role.DIRECTIE)
    for bureau in (case.bureau, javawest):
        begun_at(bureau, days=340)
    assert (remind_reviews(), remind_reviews()) == (2, 0)
    assert [to for to, _ in mailed(javawest)] == [diana.user.email]


def test_a_review_that_was_closed_moves_the_day(case, dirk, ella):
    begun_at(case.bureau, days=400)
    review = begun(dirk)
    all_kept(review, dirk, ella)
    closed_by(review, dirk)
    with in_bureau(case.bureau):
        assert reviewed.due_on() > timezone.localdate() + timedelta(days=360)
