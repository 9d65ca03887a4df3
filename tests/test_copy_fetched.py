"""A copy that was fetched or given on paper is what its request asked: nobody says so a second time."""

from __future__ import annotations

import pytest

from bureaus.tenancy import in_bureau
from journal.models import Line
from requests.actions import bundles, outcome
from requests.models import FollowUp, Step
from tests.support.people import acting
from tests.test_bundles import case, fetched, granted, made  # noqa: F401

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("how", ["portal", "paper", "printed"])
def test_a_request_for_a_copy_is_carried_out_by_the_copy_that_was_fetched_or_given_and_by_nothing_less(case, how):  # noqa: F811
    asking = granted(case)
    with in_bureau(case.bureau):
        outcome.plan(asking)
    row = made(case, asking)
    for _ in range(2):
        if how == "portal":
            fetched(case.member, row)
        elif how == "paper":
            with acting(case.coach):
                bundles.hand_over(bundle=row, words="Aan Vera zelf, die ik ken.", by=case.coach)
        else:
            fetched(case.coach, row)
    with in_bureau(case.bureau):
        done = Step.objects.filter(verzoek=asking, kind=Step.Kind.EXECUTED).values_list("by_name", flat=True)
        who = {"portal": [case.member.name], "paper": [case.coach.name], "printed": []}[how]
        assert list(done) == who
        assert FollowUp.objects.filter(verzoek=asking, done_at=None).exists() == (how == "printed")
        assert Line.objects.filter(act=outcome.CARRIED).count() == len(who)
