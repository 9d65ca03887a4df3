"""What a client is asked, and answers; what was answered lies fast, and works at once (jmwerkt 1.5, AVG 7)."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.db import DatabaseError, transaction
from django.http import Http404
from django.utils import timezone
from hypothesis import HealthCheck, settings
from hypothesis import given as drawn
from hypothesis import strategies as st

from access.models import Mail
from access.rules import RuleBroken
from bureaus.tenancy import in_bureau
from consent import grounds, rules
from consent.actions.consents import ask_consent, give_on_paper, refuse_on_paper, take_back
from consent.models import Consent, ConsentText, How, State
from journal.models import Line
from tests.support.consents import (
    PHOTO,
    SHARE,
    answer,
    asked,
    give,
    given,
    on_paper,
    refuse,
    withdraw,
    worded_before,
)
from tests.support.documents import pdf, upload
from tests.support.lists import at_once
from tests.support.people import acting, make_bureau, make_member
from tests.support.portal import authorise, in_force_with, make_case
from vault.files import open_sealed

pytestmark = pytest.mark.django_db


@pytest.fixture
def case():
    return make_case(make_bureau())


def now(row: Consent) -> Consent:
    with in_bureau(row.bureau_id):
        return Consent.objects.select_related("text", "client").get(pk=row.pk)


def valid(row: Consent, **which) -> bool:
    with in_bureau(row.bureau_id):
        return bool(grounds.valid_consents(client=row.client).filter(pk=row.pk, **which).exists())


def in_words(refused) -> str:
    return str(refused.value)


# -- asking ------------------------------------------------------------------------------------------------------------
def test_what_is_asked_has_a_number_and_the_words_of_the_reglement(case):
    row = asked(case, SHARE)
    again = asked(case, PHOTO)
    year = timezone.localdate().year
    assert (row.number, again.number) == (f"T{year}-0001", f"T{year}-0002")
    assert row.state == State.ASKED
    assert (row.text.version, row.text.names_party, row.text.signed) == (1, True, True)
    with in_bureau(case.bureau):
        found = Consent.objects.get(pk=row.pk)
        assert (found.party, found.scope) == ("Huisarts Vermeer", "De brief van 3 maart")
    assert not valid(row)


def test_the_client_is_told_and_the_mail_says_nothing(case):
    asked(case, SHARE)
    with in_bureau(case.bureau):
        mail = Mail.objects.get(kind="toestemming_gevraagd")
    assert mail.to == case.member.user.email
    assert "Vermeer" not in str(mail.facts)
    assert set(mail.facts) == {"path"}


def test_the_same_asked_twice_is_one_question(case):
    first, second = asked(case), asked(case)
    assert first.pk == second.pk
    assert second.already
    assert asked(case, SHARE).pk == asked(case, SHARE).pk
    assert asked(case, SHARE).pk != asked(case, SHARE, party="De gemeente").pk


def test_what_was_given_in_these_words_is_not_asked_again(case):
    row = given(case)
    with pytest.raises(RuleBroken) as refused:
        asked(case)
    assert row.number in in_words(refused)


@pytest.mark.article("javawest", "5.2")
@pytest.mark.article("jmwerkt", "1.5")
@pytest.mark.parametrize(
    ("purpose", "more", "field"),
    [
        (SHARE, {"party": ""}, "party"),
        (SHARE, {"scope": "  "}, "scope"),
        (PHOTO, {"scope": ""}, "scope"),
        (PHOTO, {"party": "Iemand"}, "party"),
        (SHARE, {"party": "x" * 201}, "party"),
        (SHARE, {"scope": "x" * 2001}, "scope"),
        ("bestaat_niet", {}, "purpose"),
    ],
)
def test_a_question_says_whom_and_what_it_is_about(case, purpose, more, field):
    with pytest.raises(RuleBroken) as refused:
        asked(case, purpose, **more)
    assert refused.value.field == field


def test_a_purpose_that_is_off_is_not_asked_and_not_given(case):
    row = asked(case)
    in_force_with(case.bureau, consents={"asked": {PHOTO: {"on": False}}})
    with pytest.raises(RuleBroken):
        asked(case)
    with pytest.raises(RuleBroken, match="niet meer"):
        answer(case, give, row)
    assert now(answer(case, refuse, row)).state == State.REFUSED


def test_other_words_are_another_version_and_what_was_asked_keeps_its_own(case):
    row = asked(case)
    in_force_with(case.bureau, consents={"asked": {PHOTO: {"text": "Wij willen uw foto. U mag nee zeggen."}}})
    answer(case, give, row)
    assert (now(row).state, now(row).text.version) == (State.GIVEN, 1)
    newer = asked(case)
    assert newer.text.version == 2
    assert valid(row), "asking again takes nothing away"
    answer(case, give, newer)
    assert (now(row).state, now(row).withdrawn_how) == (State.WITHDRAWN, How.REPLACED)
    assert valid(newer)


def test_a_no_to_the_new_words_ends_the_yes_to_the_old(case):
    row = given(case)
    in_force_with(case.bureau, consents={"asked": {PHOTO: {"text": "Wij willen uw foto. U mag nee zeggen."}}})
    answer(case, refuse, asked(case))
    assert not valid(row)


def test_a_question_in_older_words_makes_place_for_one_in_the_new(case):
    row = asked(case)
    in_force_with(case.bureau, consents={"asked": {PHOTO: {"text": "Wij willen uw foto. U mag nee zeggen."}}})
    newer = asked(case)
    assert newer.pk != row.pk
    assert now(row).state == State.WITHDRAWN
    with pytest.raises(RuleBroken, match="teruggenomen"):
        answer(case, give, row)


# -- answering ---------------------------------------------------------------------------------------------------------
@pytest.mark.article("jmwerkt", "3.1.3")
@pytest.mark.parametrize("purpose", ["cvs", "satisfaction_survey", "third_party_view"])
def test_each_purpose_is_given_and_withdrawn_apart_and_at_once(purpose):
    case = make_case(make_bureau("jmwerkt", "jmwerkt"))
    other = given(case, PHOTO)
    row = given(case, purpose)
    assert valid(row)
    answer(case, withdraw, row)
    assert not valid(row)
    assert valid(other)


@pytest.mark.article("javawest", "5.2")
@pytest.mark.article("werklokaal", "5b")
@pytest.mark.parametrize(("slug", "purpose"), [("javawest", "machtiging"), ("werklokaal", "toestemmingsformulier")])
def test_a_machtiging_is_signed_and_says_what_it_allows(slug, purpose):
    case = make_case(make_bureau(slug, slug))
    row = asked(case, purpose)
    with pytest.raises(RuleBroken) as refused:
        answer(case, give, row, signed_name="  ")
    assert refused.value.field == "signed_name"
    assert not valid(row)
    answer(case, give, row)
    assert now(row).signed_name == "V. van den Berg"
    assert valid(row, purpose=purpose, text__directions__contains=["ask"])
    assert valid(row, text__directions__contains=["share"]) == (slug == "javawest")


@pytest.mark.article("werkid", "9")
def test_research_has_a_consent_of_its_own_that_names_it():
    case = make_case(make_bureau("werkid", "werkid"))
    row = given(case, "research", party="Universiteit", scope="Onderzoek naar duur")
    assert valid(row, text__directions__contains=["share"])


def test_a_no_blocks_nothing_and_may_be_followed_by_another_question(case):
    row = answer(case, refuse, asked(case))
    assert now(row).state == State.REFUSED
    with in_bureau(case.bureau):
        case.traject.refresh_from_db()
    assert not case.traject.end_reason
    assert valid(given(case))


def test_a_double_click_is_one_answer_and_another_tab_is_told(case):
    row = asked(case)
    answer(case, give, row)
    before = now(row).answered_at
    answer(case, give, row)
    assert now(row).answered_at == before
    with pytest.raises(RuleBroken, match="al beantwoord"):
        answer(case, refuse, row)
    answer(case, withdraw, row)
    answer(case, withdraw, row)
    with pytest.raises(RuleBroken, match="al beantwoord"):
        answer(case, give, row)


def test_asked_by_mistake_is_taken_back_and_not_answered_any_more(case):
    row = asked(case)
    with acting(case.coach):
        take_back(consent=row, by=case.coach)
        take_back(consent=row, by=case.coach)
    for act in (give, refuse):
        with pytest.raises(RuleBroken, match="teruggenomen"):
            answer(case, act, row)
    row = given(case)
    with acting(case.coach), pytest.raises(RuleBroken, match="al beantwoord"):
        take_back(consent=row, by=case.coach)


def test_it_holds_until_its_term_has_passed(case):
    row = given(case, SHARE)
    today = timezone.localdate()
    until = now(row).ends_on
    assert until == rules.ends_on("P1Y", today)
    assert rules.is_valid(State.GIVEN, until, until - timedelta(days=1))
    assert not rules.is_valid(State.GIVEN, until, until)
    with in_bureau(case.bureau):
        assert Consent.objects.all().valid(until - timedelta(days=1)).count() == 1
        assert Consent.objects.all().valid(until).count() == 0


def test_staff_withdraw_it_after_a_letter_or_at_the_desk(case):
    row = given(case)
    with acting(case.coach):
        with pytest.raises(RuleBroken):
            withdraw(consent=row, by=case.coach, how="rooksignaal")
        withdraw(consent=row, by=case.coach, how=How.DESK)
    assert (now(row).withdrawn_how, now(row).withdrawn_by_name) == (How.DESK, case.coach.name)
    assert not valid(row)


# -- on paper ----------------------------------------------------------------------------------------------------------
def test_a_paper_is_kept_sealed_and_its_day_counts(case):
    worded_before(case, SHARE, days=30)
    day = timezone.localdate() - timedelta(days=10)
    row = now(on_paper(case, asked(case, SHARE), signed_on=day))
    assert (row.state, row.how, row.signed_on, row.ends_on) == (State.GIVEN, How.PAPER, day, rules.ends_on("P1Y", day))
    assert row.scan_name == f"{row.number}.pdf"
    with in_bureau(case.bureau):
        assert b"".join(open_sealed(subject_id=case.client.pk, name=row.scan_file)).startswith(b"%PDF")


@pytest.mark.parametrize(
    ("more", "field"),
    [
        ({"scan": None}, "scan"),
        ({"scan": upload(b"", "leeg.pdf")}, "scan"),
        ({"scan": upload(b"MZ\x90\x00" + b"x" * 90, "virus.pdf")}, "scan"),
        ({"scan": upload(b"gewoon tekst", "tekst.txt")}, "scan"),
        ({"days": 1}, "signed_on"),
        ({"days": -800}, "signed_on"),
    ],
)
def test_a_paper_that_will_not_do_is_refused_in_words(case, more, field):
    """The days are counted from the day on which it is tried: a run may begin on the day before."""
    if "days" in more:
        more = {"signed_on": timezone.localdate() + timedelta(**more)}
    row = asked(case, SHARE)
    with pytest.raises(RuleBroken) as refused:
        on_paper(case, row, **more)
    assert refused.value.field == field
    assert now(row).state == State.ASKED


def test_a_no_on_paper_needs_no_paper(case):
    row = asked(case)
    with acting(case.coach):
        refuse_on_paper(consent=row, by=case.coach)
    assert (now(row).state, now(row).how) == (State.REFUSED, How.PAPER)


# -- who ---------------------------------------------------------------------------------------------------------------
def test_only_who_coaches_asks_and_only_the_client_answers(case):
    row, stranger = asked(case), make_member(case.bureau, "Bob", "coach")
    with acting(stranger), pytest.raises(Http404):
        ask_consent(client=case.client, purpose=PHOTO, by=stranger)
    fg = make_member(case.bureau, "Fleur", "fg")
    with acting(fg), pytest.raises(PermissionDenied):
        ask_consent(client=case.client, purpose=PHOTO, by=fg)
    another = make_case(case.bureau, "Wim")
    for who in (another.member, case.payer, case.coach):
        with acting(who), pytest.raises(Http404):
            give(consent=row, by=who)
    with acting(stranger), pytest.raises(Http404):
        give_on_paper(consent=row, signed_on=timezone.localdate(), scan=upload(pdf()), by=stranger)


def test_a_gemachtigde_answers_for_the_client(case):
    greet = authorise(case)
    row = answer(case, give, asked(case), by=greet)
    assert now(row).answered_by_name == greet.name


def test_every_answer_is_a_line_without_a_word(case):
    answer(case, withdraw, given(case, SHARE))
    with in_bureau(case.bureau):
        lines = list(Line.objects.filter(act__startswith="toestemming.").order_by("seq"))
    assert [one.act for one in lines] == ["toestemming.gevraagd", "toestemming.gegeven", "toestemming.ingetrokken"]
    assert all("Vermeer" not in str(one.facts) for one in lines)
    assert lines[1].facts["version"] == 1


# -- the database ------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    "change",
    [
        {"number": "T2020-0001"},
        {"purpose": "iets_anders"},
        {"state": State.ASKED, "answered_at": None, "how": ""},
        {"state": State.REFUSED},
        {"ends_on": None},
        {"answered_by_name": "Een ander"},
        {"asked_at": timezone.now()},
    ],
)
def test_what_was_answered_lies_fast(case, change):
    row = given(case, SHARE)
    with in_bureau(case.bureau), pytest.raises(DatabaseError), transaction.atomic():
        Consent.objects.filter(pk=row.pk).update(**change)


def test_the_words_never_change_and_do_not_go(case):
    row = asked(case)
    with in_bureau(case.bureau):
        texts = ConsentText.objects.filter(pk=row.text_id)
        for act in (lambda: texts.update(text="Iets anders"), lambda: texts._raw_delete("default")):
            with pytest.raises(DatabaseError), transaction.atomic():
                act()


def test_a_consent_is_not_deleted_by_staff(case):
    row = asked(case)
    with acting(case.coach), pytest.raises(DatabaseError), transaction.atomic():
        Consent.objects.filter(pk=row.pk)._raw_delete("default")


# -- walks and races ---------------------------------------------------------------------------------------------------
ACTS = ("ask", "give", "refuse", "withdraw", "take_back", "paper", "reword")


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@drawn(walk=st.lists(st.sampled_from(ACTS), min_size=1, max_size=7))
def test_whatever_happens_the_last_answer_counts_and_no_other(case, walk):
    """One question and one yes at most, and a yes holds exactly where the last answer was one."""
    with transaction.atomic():
        sid = transaction.savepoint()
        _walked(case, walk)
        transaction.savepoint_rollback(sid)


def _walked(case, walk) -> None:
    last, holds, words = None, False, 0
    for act in walk:
        try:
            if act == "reword":
                words += 1
                text = f"Versie {words}. U mag nee zeggen."
                in_force_with(case.bureau, consents={"asked": {PHOTO: {"text": text}}})
            elif act == "ask":
                last = asked(case)
            elif last is None:
                continue
            elif act == "paper":
                on_paper(case, last)
                holds = True
            elif act == "take_back":
                with acting(case.coach):
                    take_back(consent=last, by=case.coach)
            else:
                was = now(last).state
                answer(case, {"give": give, "refuse": refuse, "withdraw": withdraw}[act], last)
                if was != now(last).state:
                    holds = act == "give"
        except RuleBroken:
            pass
        _one_of_each(case, holds)


def _one_of_each(case, holds: bool) -> None:
    with in_bureau(case.bureau):
        rows = Consent.objects.filter(client=case.client, purpose=PHOTO)
        assert rows.filter(state=State.ASKED).count() <= 1
        assert rows.filter(state=State.GIVEN).count() == int(holds)
        assert grounds.valid_consents(client=case.client).filter(purpose=PHOTO).exists() == holds


@pytest.mark.django_db(transaction=True)
def test_a_yes_and_a_no_at_once_are_one_answer(transactional_db):
    case = make_case(make_bureau())
    row = asked(case)
    found = at_once(lambda: answer(case, give, row), lambda: answer(case, refuse, row))
    assert sum(isinstance(one, RuleBroken) for one in found) == 1
    assert now(row).state in (State.GIVEN, State.REFUSED)


@pytest.mark.django_db(transaction=True)
def test_what_leaves_on_a_consent_and_a_withdrawal_go_one_after_the_other(transactional_db):
    case = make_case(make_bureau())
    row = given(case)

    def leave_on_it() -> bool:
        with in_bureau(case.bureau):
            held = grounds.locked(row.pk)
            return held is not None and grounds.holds(held)

    found = at_once(leave_on_it, lambda: answer(case, withdraw, row))
    assert not any(isinstance(one, Exception) for one in found)
    assert not valid(row)
    with in_bureau(case.bureau):
        assert not grounds.holds(grounds.locked(row.pk))


@pytest.mark.django_db(transaction=True)
def test_the_same_asked_at_once_by_two_is_one_question(transactional_db):
    case = make_case(make_bureau())
    found = at_once(lambda: asked(case), lambda: asked(case))
    assert len({one.pk for one in found}) == 1
