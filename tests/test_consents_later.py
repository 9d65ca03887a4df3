"""The last answer is the answer, also about somebody who is named; and a paper says what was asked (AVG 7)."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from access.rules import RuleBroken
from bureaus.tenancy import in_bureau
from consent import grounds
from consent.actions.consents import refuse_on_paper
from consent.models import Consent, How, State
from tests.support.consents import SHARE, answer, asked, give, given, on_paper, refuse, worded_before
from tests.support.disclosing import chosen, now, prepared, sent
from tests.support.people import acting, log_in, make_bureau, make_member
from tests.support.portal import in_force_with, make_case, write

pytestmark = pytest.mark.django_db
SAME = {"party": "huisarts  vermeer", "scope": "de brief van 3 maart"}
OTHER_SCOPE = {"party": "Huisarts Vermeer", "scope": "De brief van 9 mei"}


@pytest.fixture
def case():
    return make_case(make_bureau())


def holds(row: Consent) -> bool:
    with in_bureau(row.bureau_id):
        return bool(grounds.valid_consents(client=row.client).filter(pk=row.pk).exists())


def reworded(case) -> None:
    in_force_with(case.bureau, consents={"asked": {SHARE: {"text": "Wij willen dit geven. U mag nee zeggen."}}})


def test_the_same_question_is_one_however_it_was_typed(case):
    waits = asked(case, SHARE)
    same = asked(case, SHARE, **SAME)
    assert (same.pk, same.already) == (waits.pk, True)
    yes = answer(case, give, waits)
    with pytest.raises(RuleBroken, match="is er al"):
        asked(case, SHARE, **SAME)
    assert holds(yes), "what lies ready on it goes on"
    assert asked(case, SHARE, **OTHER_SCOPE).pk != yes.pk


@pytest.mark.parametrize("asks", [SAME, OTHER_SCOPE])
def test_a_later_no_ends_the_yes_to_the_same_party(case, asks):
    yes = given(case, SHARE)
    about_another = given(case, SHARE, party="Fysio Bos")
    assert (holds(yes), holds(about_another)) == (True, True)
    reworded(case)
    answer(case, refuse, asked(case, SHARE, **asks))
    assert (holds(yes), holds(about_another)) == (False, True)
    with in_bureau(case.bureau):
        assert Consent.objects.get(pk=yes.pk).withdrawn_how == How.REPLACED


def test_a_later_yes_takes_the_place_of_the_same_yes_and_stands_beside_another(case):
    first, other = given(case, SHARE), given(case, SHARE, **OTHER_SCOPE)
    assert (holds(first), holds(other)) == (True, True)
    reworded(case)
    again = given(case, SHARE, **SAME)
    assert (holds(first), holds(other), holds(again)) == (False, True, True)


@pytest.mark.article("javawest", "8")
def test_a_later_no_stops_what_lies_ready_for_that_party(case):
    letter = write(case, "Brief", "Tekst")
    yes = given(case, SHARE)
    row = sent(case, chosen(case, prepared(case, consent=yes), letter))
    reworded(case)
    answer(case, refuse, asked(case, SHARE, **SAME))
    assert (now(row).state, now(row).stopped_because) == ("gestopt", "toestemming")


@pytest.mark.article("javawest", "2")
def test_nobody_signed_words_that_were_not_there(case):
    row = asked(case, SHARE)
    yesterday = timezone.localdate() - timedelta(days=1)
    with pytest.raises(RuleBroken, match="pas sinds") as refused:
        on_paper(case, row, signed_on=yesterday)
    assert refused.value.field == "signed_on"
    with acting(case.coach), pytest.raises(RuleBroken, match="pas sinds"):
        refuse_on_paper(consent=row, by=case.coach, signed_on=yesterday)
    assert on_paper(case, row).state == State.GIVEN


def test_what_was_signed_after_the_words_were_there_counts_from_its_day(case):
    worded_before(case, SHARE, days=5)
    day = timezone.localdate() - timedelta(days=5)
    assert on_paper(case, asked(case, SHARE), signed_on=day).signed_on == day
    assert answer(case, give, asked(case, SHARE, **OTHER_SCOPE)).state == State.GIVEN


@pytest.mark.article("pluspunt", "4.1")
def test_the_signed_form_is_for_who_stands_in_a_dossier(case):
    row = on_paper(case, asked(case, SHARE))
    fleur = log_in(make_member(case.bureau, "Fleur", "fg"))
    page = fleur.get(f"/toestemmingen/{row.pk}/")
    assert page.status_code == 200
    assert "/scan/" not in page.content.decode()
    assert fleur.get(f"/toestemmingen/{row.pk}/scan/").status_code == 403
