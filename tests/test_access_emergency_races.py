"""Emergency access and support by two at once: one opens, one verdict stands, one lets in."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone

from access.actions import emergency, make_platform_operator, support
from access.models import AccessRequest, DossierGrant, Ground, Mail, Membership, Role
from access.rules import RuleBroken
from bureaus.tenancy import in_bureau
from tests.support.people import PASSWORD, acting, make_bureau, make_member
from tests.support.portal import make_case

pytestmark = pytest.mark.django_db(transaction=True)
REASON = "De cliënt belt in paniek en haar behandelaar ligt in het ziekenhuis."


def together(*acts: Callable[[], Any]) -> list[Any]:
    """Each in a thread and a connection of its own: what it gave, or the refusal."""

    def run(act: Callable[[], Any]) -> Any:
        try:
            return act()
        except RuleBroken as refusal:
            return refusal
        finally:
            connection.close()

    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(run, acts))


def by(member: Membership, act: Callable[[], Any]) -> Callable[[], Any]:
    def run() -> Any:
        with acting(member):
            return act()

    return run


def test_a_double_click_opens_once_and_tells_once():
    bureau = make_bureau()
    case, bob, _ = make_case(bureau), make_member(bureau, "Bob", Role.COACH), make_member(bureau, "Di", Role.DIRECTIE)
    number = case.dossier.number
    click = by(bob, lambda: emergency.open_in_emergency(number=number, reason=REASON, by=bob))
    assert len({made.pk for made in together(click, click, click)}) == 1
    with in_bureau(bureau):
        assert DossierGrant.objects.filter(ground=Ground.EMERGENCY).count() == 1
        assert Mail.objects.filter(kind="noodtoegang").count() == 1


def test_three_a_day_are_three_however_fast_one_clicks():
    bureau = make_bureau()
    bob = make_member(bureau, "Bob", Role.COACH)
    numbers = [make_case(bureau).dossier.number for _ in range(5)]
    clicks = [by(bob, lambda n=n: emergency.open_in_emergency(number=n, reason=REASON, by=bob)) for n in numbers]
    assert sum(isinstance(one, emergency.TooOften) for one in together(*clicks)) == 2


def test_of_two_who_judge_at_once_one_verdict_stands():
    bureau = make_bureau()
    case, bob = make_case(bureau), make_member(bureau, "Bob", Role.COACH)
    diana, fiona = make_member(bureau, "Diana", Role.DIRECTIE), make_member(bureau, "Fiona", Role.FG)
    with acting(bob):
        request = emergency.open_in_emergency(number=case.dossier.number, reason=REASON, by=bob)
    with in_bureau(bureau):
        moved = timezone.now() - timedelta(hours=5)
        DossierGrant.objects.filter(pk=request.grant_id).update(starts_at=moved, expires_at=moved + timedelta(hours=4))
    one, other = together(
        by(diana, lambda: emergency.review(request=request, verdict="terecht", text=REASON, by=diana)),
        by(fiona, lambda: emergency.review(request=request, verdict="onterecht", text=REASON, by=fiona)),
    )
    assert sorted(isinstance(answer, RuleBroken) for answer in (one, other)) == [False, True]
    with in_bureau(bureau):
        row = AccessRequest.objects.get()
        assert (row.verdict, row.reviewed_by_id) in {("terecht", diana.pk), ("onterecht", fiona.pk)}


def test_of_two_of_directie_who_decide_at_once_one_lets_in():
    bureau = make_bureau("pluspunt", "pluspunt")
    operator = make_platform_operator(email="beheer@platform.test", password=PASSWORD)
    diana, dora = (make_member(bureau, name, Role.DIRECTIE) for name in ("Diana", "Dora"))
    ask = {"bureau": bureau, "operator": operator, "reason": REASON, "hours": 2}
    first, second = together(lambda: support.ask_support(**ask), lambda: support.ask_support(**ask))
    assert first.pk == second.pk
    answers = together(
        by(diana, lambda: support.let_in(request=first, hours=2, by=diana)),
        by(dora, lambda: support.refuse_support(request=first, answer="Wij vroegen niets.", by=dora)),
    )
    assert sorted(isinstance(answer, RuleBroken) for answer in answers) == [False, True]
    with in_bureau(bureau):
        state = AccessRequest.objects.get().state
        assert Membership.objects.filter(user=operator).exists() is (state == "toegestaan")
