"""A bureau where one asks for a dossier: who is there, and the acts in the contexts they have."""

from __future__ import annotations

from datetime import timedelta
from types import SimpleNamespace

import pytest
from django.db.models.functions import Now

from access.actions import asking
from access.models import AccessRequest, Membership, Role
from access.rules import RuleBroken
from bureaus.tenancy import in_bureau
from journal.models import Line, Result
from tests.support.people import acting, log_in, make_bureau, make_member, sign_all
from tests.support.portal import in_force_with, make_case

PLUSPUNT = pytest.mark.article("pluspunt", "4.1")
Kind, State = AccessRequest.Kind, AccessRequest.State
UNKNOWN = "D-2222222"
WHY = "Ik val in voor een zieke collega"


def make_house() -> SimpleNamespace:
    """Loopbaancentrum PlusPunt: a case of one coach, another coach who asks, and two of directie."""
    bureau = make_bureau("pluspunt", "pluspunt")
    case = make_case(bureau)
    return SimpleNamespace(
        bureau=bureau,
        case=case,
        dossier=case.dossier,
        number=case.dossier.number,
        bob=make_member(bureau, "Bob", Role.COACH),
        dora=make_member(bureau, "Dora", Role.DIRECTIE),
        dick=make_member(bureau, "Dick", Role.DIRECTIE),
    )


def ask(house, by=None, number: str = "", hours: int = 4, reason: str = WHY) -> AccessRequest:
    by = by or house.bob
    with acting(by):
        return asking.ask(number=number or house.number, reason=reason, hours=hours, by=by)


def allow(house, row, by=None, hours: int = 4, purpose: str = "Waarneming") -> AccessRequest:
    by = by or house.dora
    with acting(by):
        return asking.allow(request=row, purpose=purpose, hours=hours, by=by)


def refused(act, match: str, noted: str, by) -> None:
    """The act is refused in these words, and the line that says so outlives it."""
    with acting(by):
        before = Line.objects.filter(act=noted, result=Result.REFUSED).count()
        with pytest.raises(RuleBroken, match=match):
            act()
        assert Line.objects.filter(act=noted, result=Result.REFUSED).count() == before + 1


def opens(member, dossier) -> int:
    return log_in(member).get(f"/dossiers/{dossier.pk}/").status_code


def ages(row, **by) -> None:
    with in_bureau(row.bureau_id):
        AccessRequest.objects.filter(pk=row.pk).update(asked_at=Now() - timedelta(**by))


def asks_by(house, **terms) -> None:
    """Another version of the reglement, that everybody signed for."""
    in_force_with(house.bureau, access={"asking": terms})
    with in_bureau(house.bureau):
        sign_all(*Membership.objects.all().staff())
