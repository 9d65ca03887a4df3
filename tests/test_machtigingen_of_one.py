"""Several machtigingen of one person for one client: who may look today sees, whatever comes later."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.utils import timezone

from access import reach
from access.models import DossierGrant, EndedGrant, Ground, Role
from bureaus.tenancy import in_bureau
from clients.models import Gemachtigde
from dossiers.actions import sync_grants
from dossiers.tasks import follow_machtigingen
from journal.models import Line
from tests.support.dossiers import open_dossier_of
from tests.support.people import acting, make_member

pytestmark = [pytest.mark.django_db, pytest.mark.article("jmwerkt", "5.1.3")]


@pytest.fixture
def dossier(javawest, alice):
    return open_dossier_of(javawest, alice)


@pytest.fixture
def grace(javawest):
    return make_member(javawest, "Grace", Role.GEMACHTIGDE)


def day(distance: int) -> date:
    return timezone.localdate() + timedelta(days=distance)


def authorise(dossier, grace, *periods: tuple[int, int | None]) -> list[Gemachtigde]:
    """Machtigingen from and until so many days from today (None: no end), and the grants that follow."""
    with in_bureau(dossier.bureau_id):
        made = [
            Gemachtigde.objects.create(
                client=dossier.client, name="Grace", scope="alles", membership=grace, valid_from=day(first),
                valid_until=None if last is None else day(last),
            )
            for first, last in periods
        ]  # fmt: skip
        sync_grants(dossier=dossier, by=None)
    return made


def sees(grace, dossier) -> bool:
    with acting(grace):
        return reach.may_see(grace.user, dossier)


def grants(dossier) -> list[DossierGrant]:
    with in_bureau(dossier.bureau_id):
        return list(DossierGrant.objects.filter(ground=Ground.GEMACHTIGDE))


@pytest.mark.parametrize(
    ("periods", "until"),
    [
        ([(-30, 5), (6, 60)], 60),  # the next begins the day after
        ([(-30, 5), (3, 60)], 60),  # they overlap
        ([(3, 60), (-30, 5)], 60),  # whichever was written first
        ([(-30, 5), (3, None)], None),
        ([(-30, 90), (3, 60)], 90),  # one within the other
        ([(-30, 5), (8, 60)], 5),  # days between
        ([(-30, 5), (8, 60), (6, 6)], 6),
        ([(-30, -2), (0, 4)], 4),  # the first is over
    ],
)
def test_who_may_look_today_sees_until_no_machtiging_follows(dossier, grace, periods, until):
    authorise(dossier, grace, *periods)
    assert sees(grace, dossier)
    (row,) = grants(dossier)
    assert (row.expires_at and timezone.localtime(row.expires_at).date()) == (until and day(until + 1))


def test_of_those_to_come_the_first_decides_when_it_begins(dossier, grace):
    authorise(dossier, grace, (20, None), (7, 9))
    assert not sees(grace, dossier)
    (row,) = grants(dossier)
    assert [timezone.localtime(at).date() for at in (row.starts_at, row.expires_at)] == [day(7), day(10)]


def test_one_that_came_after_days_without_opens_on_its_day(dossier, grace):
    first, second = authorise(dossier, grace, (-30, 5), (8, 60))
    assert follow_machtigingen() == 0
    with in_bureau(dossier.bureau_id):  # the days pass
        for one, ends in ((first, -3), (second, 52)):
            one.valid_from, one.valid_until = one.valid_from - timedelta(days=8), day(ends)
            one.save()
        DossierGrant.objects.filter(ground=Ground.GEMACHTIGDE).update(
            starts_at=timezone.now() - timedelta(days=38), expires_at=timezone.now() - timedelta(days=2)
        )
    assert not sees(grace, dossier)
    assert (follow_machtigingen(), follow_machtigingen()) == (1, 0)
    assert sees(grace, dossier)
    with in_bureau(dossier.bureau_id):
        assert Line.objects.filter(act="toegang.gegeven", reason="de machtiging begint").count() == 1


def test_what_is_past_was_not_withdrawn_and_nothing_else_follows_with_it(dossier, grace):
    authorise(dossier, grace, (-3, 5), (8, 60))
    with in_bureau(dossier.bureau_id):  # the first ended last night, and the reglement asks something new of directie
        Gemachtigde.objects.filter(valid_from=day(-3)).update(valid_until=day(-1))
        own = DossierGrant.objects.filter(ground=Ground.GEMACHTIGDE)
        own.update(starts_at=timezone.now() - timedelta(days=3), expires_at=timezone.now() - timedelta(hours=1))
        DossierGrant.objects.filter(ground=Ground.ROLE).delete()
    assert follow_machtigingen() == 0
    with in_bureau(dossier.bureau_id):
        sync_grants(dossier=dossier, by=None)
        assert not EndedGrant.objects.exists()
        assert not Line.objects.filter(act="toegang.ingetrokken").exists()
        assert {one.starts_at > timezone.now() for one in DossierGrant.objects.filter(ground=Ground.GEMACHTIGDE)} == {
            True,
            False,
        }


def test_whose_machtiging_ran_for_long_without_a_grant_is_let_in_and_whose_account_ended_is_not(dossier, grace):
    authorise(dossier, grace, (-100, None))
    with in_bureau(dossier.bureau_id):
        DossierGrant.objects.filter(ground=Ground.GEMACHTIGDE).delete()
        type(grace).objects.filter(pk=grace.pk).update(active_until=timezone.now())
    assert follow_machtigingen() == 0
    with in_bureau(dossier.bureau_id):
        type(grace).objects.filter(pk=grace.pk).update(active_until=None)
    assert (follow_machtigingen(), follow_machtigingen()) == (1, 0)
    assert sees(grace, dossier)


def test_of_another_client_it_says_nothing(dossier, grace, javawest, alice):
    other = open_dossier_of(javawest, alice)
    authorise(dossier, grace, (3, 60))
    authorise(other, grace, (-30, 5))
    assert (sees(grace, dossier), sees(grace, other)) == (False, True)
