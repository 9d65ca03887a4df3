"""Grants follow the traject and the reglement in bulk: who is let in by the five presets, and what ends with what."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from access import reach
from access.actions import add_membership, change_roles, end_membership, grant
from access.models import DossierGrant, EndedGrant, Ground, Membership, Role
from bureaus.actions import Adopter, adopt_reglement
from bureaus.reglement import version_in_force
from bureaus.schema import dump
from bureaus.tenancy import in_bureau
from clients.actions import end_traject
from clients.models import Gemachtigde, Traject
from dossiers import access, actions
from dossiers.actions.following import Outcome
from dossiers.models import Dossier, Release
from dossiers.previewing import preview
from dossiers.tasks import follow_reglementen
from journal.models import Line
from tests.support.dossiers import many_dossiers, open_dossier_of
from tests.support.people import acting, make_bureau, make_member
from tests.support.portal import make_case, release, write

pytestmark = pytest.mark.django_db
CIRCLE = {"Handler", "Second", "Client", "Gemachtigde", "Payer"}


def everyone(bureau) -> dict[str, Membership]:
    """One of each, and a coach with nothing to do with it."""
    roles = {
        "Handler": Role.COACH, "Second": Role.COACH, "Stranger": Role.COACH, "Administratie": Role.ADMINISTRATIE,
        "Directie": Role.DIRECTIE, "Fg": Role.FG, "Beheerder": Role.BEHEERDER, "Client": Role.CLIENT,
        "Gemachtigde": Role.GEMACHTIGDE, "Payer": Role.OPDRACHTGEVER,
    }  # fmt: skip
    return {name: make_member(bureau, name, role) for name, role in roles.items()}


def dossier_of(people) -> Dossier:
    handler = people["Handler"]
    dossier = open_dossier_of(
        handler.bureau, handler, second_coach=people["Second"], client=people["Client"], contact=people["Payer"]
    )
    with in_bureau(handler.bureau):
        Gemachtigde.objects.create(
            client=dossier.client, name="G", scope="alles", valid_from="2026-01-01", membership=people["Gemachtigde"]
        )
        actions.sync_grants(dossier=dossier, by=None)
    return dossier


def who(people, dossier, may) -> set[str]:
    found = set()
    for name, member in people.items():
        with acting(member):
            if may(member.user, dossier):
                found.add(name)
    return found


def new_version(bureau, *, from_day=None, view=None, **parts):
    """Adopt a version with these changes: `standing={"directie": "none"}`."""
    today = timezone.localdate()
    with in_bureau(bureau):
        parameters = dump(version_in_force().rules)
        for part, changes in parts.items():
            parameters["access"][part] |= changes
        parameters["opdrachtgever_view"] |= view or {}
        return adopt_reglement(
            bureau=bureau, parameters=parameters, adopted_on=today, in_force_from=from_day or today, by=Adopter("B")
        )


def count(bureau) -> tuple[int, int, int]:
    with in_bureau(bureau):
        return DossierGrant.objects.count(), EndedGrant.objects.count(), Line.objects.count()


@pytest.mark.parametrize(
    ("slug", "more"),
    [
        pytest.param("javawest", {"Administratie", "Directie"}, marks=pytest.mark.article("javawest", "6.1")),
        pytest.param("werkid", set(), marks=[pytest.mark.article("werkid", "4"), pytest.mark.article("werkid", "7.5")]),
        pytest.param("pluspunt", {"Administratie"}, marks=pytest.mark.article("pluspunt", "4.1")),
        pytest.param("jmwerkt", set(), marks=pytest.mark.article("jmwerkt", "3.1.1")),
        pytest.param("werklokaal", {"Administratie", "Directie"}, marks=pytest.mark.article("werklokaal", "6a")),
    ],
)
def test_exactly_these_see_and_write_a_dossier_without_asking(slug, more):
    people = everyone(make_bureau(slug, slug))
    dossier = dossier_of(people)
    assert who(people, dossier, reach.may_see) == CIRCLE | more
    assert who(people, dossier, reach.may_write) == {"Handler", "Second"}


def test_one_line_in_the_journal_for_who_gains_and_who_loses_with_the_ground_and_the_grant(javawest, alice, bob):
    dossier = open_dossier_of(javawest, alice)
    with in_bureau(javawest):
        Traject.objects.filter(pk=dossier.traject_id).update(handler=bob)
        actions.sync_grants(dossier=dossier, by=alice, reason="verhuisd")
        given, ended = (
            Line.objects.get(act=act, reason="verhuisd") for act in ("toegang.gegeven", "toegang.ingetrokken")
        )
        row = DossierGrant.objects.get(pk=given.grant_id)
        kept = EndedGrant.objects.get(grant_id=ended.grant_id)
    assert given.facts == {"to": f"lid {bob.pk}", "permissions": ["change_dossier", "view_dossier"], "until": ""}
    assert ended.facts == {"to": f"lid {alice.pk}", "permissions": ["change_dossier", "view_dossier"], "until": ""}
    assert (given.dossier_id, given.dossier_number, given.ground) == (dossier.pk, dossier.number, Ground.HANDLER)
    assert (row.group_id, row.granted_by, row.granted_by_name) == (bob.private_group_id, alice.pk, "Alice")
    assert (kept.permission, kept.dossier_number) == ("change_dossier", dossier.number)
    assert (kept.ended_by_name, kept.end_reason) == ("Alice", "verhuisd")
    assert given.object_type == "access.DossierGrant"
    assert given.seq > ended.seq


def test_a_thousand_dossiers_cost_as_many_queries_as_one(javawest, alice, django_assert_max_num_queries):
    ids = [one.pk for one in many_dossiers(javawest, alice, 1000)]
    with in_bureau(javawest), django_assert_max_num_queries(20):
        outcome = actions.follow_dossiers(ids, by=None, reason="x")
    assert (outcome.gained, outcome.lost) == (3000, 0)
    before = count(javawest)
    with in_bureau(javawest):
        assert actions.follow_dossiers(ids, by=None, reason="x") == Outcome(0, 0)
    assert count(javawest) == before


@pytest.mark.article("werkid", "13.1")
def test_nobody_holds_a_grant_to_write_in_an_archived_dossier_and_reopening_gives_it_back(javawest, alice, bob):
    dossier = open_dossier_of(javawest, alice, second_coach=bob)
    with acting(alice):
        end_traject(traject=dossier.traject, by=alice, reason="doel", result="werk", ended_on=timezone.localdate())
        actions.archive_dossier(dossier=dossier, by=alice)
        dossier.refresh_from_db()
        assert not DossierGrant.objects.filter(permission_id=reach.permission_id(reach.CHANGE)).exists()
        assert reach.may_see(alice.user, dossier)
        assert access.may_reopen(bob, dossier)
        actions.archive_dossier(dossier=dossier, by=alice)
        actions.reopen_dossier(dossier=dossier, by=bob, reason="nog een brief")
    for member in (alice, bob):
        with acting(member):
            assert reach.may_write(member.user, dossier)


@pytest.mark.article("werkid", "13.1")
def test_who_only_reads_does_not_reopen_an_archived_dossier(javawest, alice, diana):
    dossier = open_dossier_of(javawest, alice)
    with in_bureau(javawest):
        Dossier.objects.filter(pk=dossier.pk).update(archived_at=timezone.now())
        actions.sync_grants(dossier=dossier, by=None)
        dossier.refresh_from_db()
    with acting(diana):
        assert reach.may_see(diana.user, dossier)
        assert not access.may_reopen(diana, dossier)


@pytest.mark.article("pluspunt", "4.1")
@pytest.mark.parametrize(("slug", "left"), [("pluspunt", 0), ("javawest", 1)])
def test_what_directie_allowed_in_a_running_traject_alone_ends_with_it(slug, left):
    people = everyone(make_bureau(slug, slug))
    dossier, alice = dossier_of(people), people["Handler"]
    with in_bureau(alice.bureau):
        until = timezone.now() + timedelta(hours=1)
        grant(dossier=dossier, to=people["Stranger"], ground=Ground.CONSENT_OF_DIRECTIE, expires_at=until)
    with acting(alice):
        end_traject(traject=dossier.traject, by=alice, reason="doel", result="werk", ended_on=timezone.localdate())
        assert DossierGrant.objects.filter(ground=Ground.CONSENT_OF_DIRECTIE).count() == left
        assert EndedGrant.objects.filter(end_reason="het traject is beëindigd").count() == 1 - left


def test_who_left_and_came_back_gets_what_the_traject_says_and_nothing_else(javawest, alice, bob):
    dossier = open_dossier_of(javawest, alice, second_coach=bob)
    with in_bureau(javawest):
        end_membership(membership=bob, reason="uit dienst")
        assert not DossierGrant.objects.filter(group_id=bob.private_group_id).exists()
        add_membership(user=bob.user, name="Bob", roles=[Role.COACH])
        held = DossierGrant.objects.filter(group_id=bob.private_group_id)
        assert set(held.values_list("ground", flat=True)) == {Ground.SECOND_COACH}
        end_membership(membership=bob, reason="uit dienst")
        add_membership(user=bob.user, name="Bob", roles=[Role.CLIENT])
        assert not DossierGrant.objects.filter(group_id=bob.private_group_id).exists()
    assert dossier.pk


def test_who_goes_to_the_other_side_is_the_coach_of_nothing_from_that_moment(javawest, alice, bob):
    open_dossier_of(javawest, alice, second_coach=bob)
    with in_bureau(javawest):
        change_roles(membership=bob, roles=[Role.CLIENT])
        assert not DossierGrant.objects.filter(group_id=bob.private_group_id).exists()


def test_a_narrower_reglement_takes_back_what_it_lets_out_no_more(javawest):
    case = make_case(javawest, "Vera")
    report, plan = (write(case, kind, "Goed", kind=kind) for kind in ("voortgangsrapportage", "plan"))
    release(case, report)
    release(case, plan)
    with in_bureau(javawest):
        view = dump(version_in_force().rules)["opdrachtgever_view"]["uwv"]
    new_version(javawest, view={"uwv": view | {"stukken": ["voortgangsrapportage"]}})
    assert follow_reglementen() == 1
    with in_bureau(javawest):
        assert {one.stuk_id: one.withdrawn_at is None for one in Release.objects.all()} == {
            report.pk: True, plan.pk: False,
        }  # fmt: skip
        assert Line.objects.get(act="stuk.vrijgave_ingetrokken").object_id == str(plan.pk)


@pytest.mark.parametrize(
    "standing",
    [
        {"directie": "none", "fg": "view"},
        {"all_coaches": "view", "administratie": "write"},
        {"second_coach": "none", "directie": "write"},
        {"all_coaches": "write", "administratie": "none", "directie": "none"},
        {},
    ],
)
def test_the_dry_run_says_what_adopting_then_does(javawest, standing):
    people = everyone(javawest)
    both = make_member(javawest, "Both", Role.COACH, Role.DIRECTIE)
    dossier = dossier_of(people)
    open_dossier_of(javawest, both, second_coach=people["Stranger"])
    with in_bureau(javawest):
        ids = [one.pk for one in many_dossiers(javawest, people["Stranger"], 5)]
        actions.follow_dossiers(ids, by=None)
        Dossier.objects.filter(pk__in=[ids[0], dossier.pk]).update(archived_at=timezone.now())
        actions.follow_dossiers([ids[0], dossier.pk], by=None)
        until = timezone.now() + timedelta(hours=1)
        for one in Dossier.objects.filter(pk__in=ids[:3]):
            grant(dossier=one, to=people["Handler"], ground=Ground.EMERGENCY, expires_at=until)
        parameters = dump(version_in_force().rules)
        parameters["access"]["standing"] |= standing
        lines = Line.objects.count()
        said = preview(parameters)
        assert Line.objects.count() == lines
    everybody = [*people.values(), both]
    before = {one.pk: reached(one) for one in everybody}
    new_version(javawest, standing=standing)
    assert follow_reglementen() == said.dossiers == 7
    after = {one.pk: reached(one) for one in everybody}
    expected = {pk: change(before[pk], after[pk]) for pk in before if before[pk] != after[pk]}
    told = {one.membership_id: one.counts for one in said.people}
    assert told == expected
    assert said.is_nothing == (standing == {})
    with in_bureau(javawest):
        assert preview(parameters).is_nothing


def reached(member) -> tuple[set, set]:
    """By grants alone: whoever did not sign the new version opens nothing for another reason."""
    with in_bureau(member.bureau):
        rows = DossierGrant.objects.all().living().filter(group_id__in=reach.principals_of(member))
        held = [rows.filter(permission_id=reach.permission_id(name)) for name in (reach.VIEW, reach.CHANGE)]
        return tuple(set(one.values_list("content_object", flat=True)) for one in held)


def change(before, after) -> tuple[int, int, int, int]:
    """Gained and lost to read, gained and lost to write."""
    return tuple(len(one) for seen, now in zip(before, after, strict=True) for one in (now - seen, seen - now))


def test_the_dry_run_speaks_of_roles_too_and_says_where_it_is_much(werkid_with_twelve):
    bureau, parameters = werkid_with_twelve
    with in_bureau(bureau):
        parameters["access"]["standing"]["directie"] = "view"
        said = preview(parameters)
    role = next(one for one in said.roles if one.role == "directie")
    assert (role.view_gained, role.write_gained) == (12, 0)
    person = next(one for one in said.people if one.name == "Directie")
    assert (person.view_gained, person.roles) == (12, ("directie",))
    assert said.is_much(person)
    assert [one.name for one in said.people] == ["Directie"]


@pytest.fixture
def werkid_with_twelve():
    bureau = make_bureau("werkid", "werkid")
    people = everyone(bureau)
    with in_bureau(bureau):
        actions.follow_dossiers([one.pk for one in many_dossiers(bureau, people["Handler"], 12)], by=None)
        return bureau, dump(version_in_force().rules)
