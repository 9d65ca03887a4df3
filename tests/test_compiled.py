"""A query that was written once answers each request with its own values: person, bureau and day."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.db.models.functions import Now
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from access.backends import _MEMBERSHIP, membership_with_groups
from access.models import Role, User
from bureaus.compiled import Compiled, Given
from bureaus.models import Reglement
from bureaus.tenancy import NoBureau, in_bureau
from tests.support.people import make_bureau, make_member

pytestmark = pytest.mark.django_db


def test_everybody_is_who_they_are_in_the_bureau_that_is_open():
    here, there = make_bureau(), make_bureau("werkid", "werkid")
    vera, wim = make_member(here, "Vera", Role.COACH), make_member(here, "Wim", Role.DIRECTIE)
    elsewhere = make_member(there, "Vera", Role.FG, email=vera.user.email)
    for bureau, member in ((here, vera), (here, wim), (there, elsewhere), (here, vera)):
        with in_bureau(bureau):
            found = membership_with_groups(member.user_id)
            assert (found.pk, found.roles, found.user, found.name) == (
                member.pk,
                member.roles,
                member.user,
                member.name,
            )
            assert found.reglement_facts["bureau_id"] == bureau.pk
            assert len(found.role_group_ids) == len(member.roles)
    with in_bureau(there):
        assert membership_with_groups(wim.user_id) is None


def test_the_reglement_that_comes_along_is_that_of_the_day_that_was_asked():
    bureau = make_bureau()
    member = make_member(bureau, "Vera", Role.COACH)
    today = timezone.localdate()
    with in_bureau(bureau):
        row = Reglement.objects.get()
        Reglement.objects.create(
            version=2, title="Later", parameters=row.parameters, adopted_on=today, adopted_by_name="x",
            in_force_from=today + timedelta(days=30),
        )  # fmt: skip
        versions = [
            _MEMBERSHIP.first(user_id=member.user_id, today=today + timedelta(days=days)).reglement_facts["version"]
            for days in (0, 29, 30, 0)
        ]
    assert versions == [1, 1, 2, 1]


def test_a_membership_that_ended_is_nobodys_and_it_costs_one_query():
    bureau = make_bureau()
    member = make_member(bureau, "Vera", Role.COACH)
    with in_bureau(bureau):
        with CaptureQueriesContext(connection) as asked:
            assert membership_with_groups(member.user_id) == member
        assert len(asked) == 1
        type(member).objects.filter(pk=member.pk).update(active_until=Now())
        assert membership_with_groups(member.user_id) is None


def test_outside_a_bureau_nothing_is_asked_and_a_value_that_is_missing_is_no_value():
    with pytest.raises(NoBureau):
        membership_with_groups(1)
    people = Compiled(lambda: User.objects.filter(pk=Given("pk", User._meta.pk))[:1])
    with in_bureau(make_bureau()), pytest.raises(KeyError):
        people.first(id=1)
