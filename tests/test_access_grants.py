"""Who may see a dossier: living grants, asked in every way that there is."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import psycopg
import pytest
from django.contrib.auth.models import Group
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, ProgrammingError, connection, transaction
from django.db.models.functions import Now
from django.http import Http404
from django.utils import timezone
from guardian.core import ObjectPermissionChecker
from guardian.models import GroupObjectPermission, UserObjectPermission
from guardian.shortcuts import get_perms

from access import actions, reach, rules
from access.models import DossierGrant, EndedGrant, Ground, Membership, Role, RoleGroup, User
from bureaus.tenancy import Reach, in_bureau
from dossiers.models import Dossier
from journal.models import Line
from tests.support.dossiers import make_dossier
from tests.support.people import acting, make_bureau, make_member

pytestmark = pytest.mark.django_db
SEE, WRITE = reach.VIEW, reach.CHANGE


@pytest.fixture
def dossier(javawest):
    return make_dossier(javawest)


def let_in(member, dossier, *permissions, ground=Ground.HANDLER, **terms):
    with in_bureau(member.bureau):
        return actions.grant(dossier=dossier, to=member, permissions=permissions or (SEE,), ground=ground, **terms)


def ways_to_see(member, dossier) -> set[bool]:
    """What each way of asking says; they agree, or the set has two members."""
    user = User.objects.get(pk=member.user_id)
    model = type(dossier)
    with acting(member):
        checker = ObjectPermissionChecker(user)
        checker.prefetch_perms([dossier])
        return {
            user.has_perm(f"dossiers.{SEE}", dossier),
            SEE in get_perms(user, dossier),
            checker.has_perm(SEE, dossier),
            model.objects.filter(reach.visible_filter(user), pk=dossier.pk).exists(),
            reach.may_see(user, dossier),
        }


def test_without_a_grant_nobody_sees_a_dossier(alice, dossier):
    assert ways_to_see(alice, dossier) == {False}


def test_a_grant_opens_one_dossier_to_one_person(alice, bob, dossier, javawest):
    other = make_dossier(javawest)
    let_in(alice, dossier)
    assert ways_to_see(alice, dossier) == {True}
    assert ways_to_see(bob, dossier) == {False}
    assert ways_to_see(alice, other) == {False}


def test_a_grant_to_a_role_opens_it_to_everyone_who_has_that_role(alice, bob, dossier, javawest):
    directie = make_member(javawest, "Dora", Role.DIRECTIE)
    with in_bureau(javawest):
        role = RoleGroup.objects.get(role=Role.COACH)
        actions.grant(dossier=dossier, to=role, ground=Ground.ROLE)
    assert ways_to_see(alice, dossier) == ways_to_see(bob, dossier) == {True}
    assert ways_to_see(directie, dossier) == {False}


def test_who_gets_a_role_later_sees_what_that_role_sees_and_who_loses_it_does_not(alice, dossier, javawest):
    make_member(javawest, "Dora", Role.DIRECTIE)
    with in_bureau(javawest):
        role = RoleGroup.objects.get(role=Role.ADMINISTRATIE)
        actions.grant(dossier=dossier, to=role, ground=Ground.ROLE)
        actions.change_roles(membership=alice, roles=[Role.COACH, Role.ADMINISTRATIE])
    assert ways_to_see(alice, dossier) == {True}
    with in_bureau(javawest):
        actions.change_roles(membership=alice, roles=[Role.COACH])
    assert ways_to_see(alice, dossier) == {False}


def test_an_expired_grant_opens_nothing_in_any_way_of_asking(alice, dossier):
    (row,) = let_in(alice, dossier)
    expire(row)
    assert ways_to_see(alice, dossier) == {False}


def test_a_grant_that_has_not_begun_opens_nothing(alice, dossier):
    let_in(alice, dossier, starts_at=timezone.now() + timedelta(hours=1))
    assert ways_to_see(alice, dossier) == {False}


def test_giving_again_after_expiry_opens_it_again(alice, dossier):
    (row,) = let_in(alice, dossier)
    expire(row)
    let_in(alice, dossier)
    assert ways_to_see(alice, dossier) == {True}


def test_the_same_grant_twice_is_one(alice, dossier):
    assert len(let_in(alice, dossier, SEE, WRITE)) == 2
    assert let_in(alice, dossier, SEE, WRITE) == []
    with in_bureau(alice.bureau):
        assert DossierGrant.objects.count() == 2


def test_a_grant_with_another_end_replaces_the_earlier_and_keeps_what_it_was(alice, dossier):
    let_in(alice, dossier)
    let_in(alice, dossier, expires_at=timezone.now() + timedelta(days=1))
    with in_bureau(alice.bureau):
        assert DossierGrant.objects.count() == 1
        assert EndedGrant.objects.get().end_reason == "vervangen"


def test_withdrawing_ends_a_grant_once_and_keeps_what_it_was(alice, bob, dossier):
    let_in(alice, dossier, SEE, WRITE)
    with in_bureau(alice.bureau):
        assert actions.revoke(dossier=dossier, to=alice, by=bob, reason="ander traject") == 2
        assert actions.revoke(dossier=dossier, to=alice, by=bob) == 0
        ended = EndedGrant.objects.filter(permission=SEE).get()
    assert (ended.dossier_id, ended.ended_by_name, ended.end_reason) == (dossier.pk, "Bob", "ander traject")
    assert ways_to_see(alice, dossier) == {False}


def test_expired_grants_are_moved_to_the_ended_ones(alice, bob, dossier):
    let_in(bob, dossier)
    (row,) = let_in(alice, dossier)
    expire(row)
    with in_bureau(alice.bureau):
        assert actions.archive_expired() == 1
        assert EndedGrant.objects.get().ended_at < timezone.now()
        assert DossierGrant.objects.count() == 1


@pytest.mark.article("pluspunt", "4.1")
def test_access_by_consent_of_directie_lasts_no_longer_than_the_reglement_says():
    bureau = make_bureau("pluspunt", "pluspunt")
    member, dossier = make_member(bureau, "Alice", Role.COACH), make_dossier(bureau)
    with in_bureau(bureau), pytest.raises(rules.RuleBroken, match="een einde"):
        actions.grant(dossier=dossier, to=member, ground=Ground.CONSENT_OF_DIRECTIE)
    with in_bureau(bureau), pytest.raises(rules.RuleBroken, match="langer dan het reglement"):
        late = timezone.now() + timedelta(days=60)
        actions.grant(dossier=dossier, to=member, ground=Ground.CONSENT_OF_DIRECTIE, expires_at=late)


def test_a_grant_can_not_end_before_it_begins(alice, dossier):
    with pytest.raises(rules.RuleBroken, match="voor het begin"):
        let_in(alice, dossier, expires_at=timezone.now() - timedelta(seconds=1))


def test_reading_is_not_writing(alice, bob, dossier):
    let_in(alice, dossier, SEE)
    with acting(alice):
        assert not reach.may_write(alice.user, dossier)
        with pytest.raises(PermissionDenied):
            reach.check_write(alice.user, dossier)
    with acting(bob), pytest.raises(Http404):
        reach.check_write(bob.user, dossier)


def test_an_ended_membership_loses_everything_at_once(alice, dossier, javawest):
    let_in(alice, dossier, SEE, WRITE)
    with in_bureau(javawest):
        role = RoleGroup.objects.get(role=Role.COACH)
        actions.grant(dossier=dossier, to=role, ground=Ground.ROLE)
        actions.end_membership(membership=alice, reason="uit dienst")
        user = User.objects.get(pk=alice.user_id)
        assert not user.has_perm(f"dossiers.{SEE}", dossier)
        assert reach.principals(user) == []
        assert not reach.may_see(user, dossier)
        assert not user.groups.exists()


def test_who_comes_back_does_not_find_the_old_access(alice, dossier, javawest):
    let_in(alice, dossier)
    with in_bureau(javawest):
        actions.end_membership(membership=alice)
        again = actions.add_membership(user=alice.user, name="Alice", roles=[Role.COACH])
    assert again.pk == alice.pk
    assert ways_to_see(again, dossier) == {False}


def test_one_person_has_one_membership_of_a_bureau_and_it_stays_theirs(alice, javawest):
    """Where two have to look (four eyes), comparing memberships is comparing people; whatever code runs."""
    bob = make_member(javawest, "Bob", Role.COACH)
    with in_bureau(javawest):
        with pytest.raises(IntegrityError, match="access_membership_once"), transaction.atomic():
            Membership.objects.create(user=bob.user, name="Bob weer", roles=["directie"], private_group_id=0)
        for change in ({"user_id": bob.user_id}, {"private_group_id": bob.private_group_id}):
            with pytest.raises(IntegrityError, match="of one person"), transaction.atomic():
                Membership.objects.filter(pk=alice.pk).update(**change)


def test_the_last_directie_stays_and_nobody_ends_their_own_account(javawest, alice):
    dora = make_member(javawest, "Dora", Role.DIRECTIE)
    with in_bureau(javawest):
        with pytest.raises(rules.RuleBroken, match="enige directie"):
            actions.end_membership(membership=dora)
        with pytest.raises(rules.RuleBroken, match="enige directie"):
            actions.change_roles(membership=dora, roles=[Role.COACH])
        with pytest.raises(rules.RuleBroken, match="eigen account"):
            actions.end_membership(membership=alice, by=alice)


def test_the_same_roles_and_the_same_name_again_are_one_act(alice, javawest):
    with in_bureau(javawest):
        for _ in range(2):
            actions.change_roles(membership=alice, roles=[Role.COACH, Role.ADMINISTRATIE])
            actions.rename(membership=alice, name="Alice de Wit")
        acts = list(Line.objects.filter(act__startswith="lidmaatschap.", object_id=str(alice.pk)).values_list("act"))
    assert [acts.count((f"lidmaatschap.{what}",)) for what in ("rollen_gewijzigd", "naam_gewijzigd")] == [1, 1]


def test_staff_and_client_do_not_go_together_in_one_membership(alice, javawest):
    with in_bureau(javawest), pytest.raises(rules.RuleBroken, match="gaan niet samen"):
        actions.add_membership(user=alice.user, name="Alice", roles=[Role.CLIENT])


def test_a_grant_of_one_bureau_does_not_open_a_dossier_of_another(alice):
    werkid = make_bureau("werkid", "werkid")
    far = make_dossier(werkid)
    with pytest.raises(Dossier.DoesNotExist), in_bureau(alice.bureau):
        actions.grant(dossier=far, to=alice, ground=Ground.HANDLER)


def test_everyone_who_can_see_a_dossier_is_named(alice, bob, dossier):
    let_in(alice, dossier)
    with acting(bob):
        assert [member.name for member in reach.who_can_see(dossier)] == ["Alice"]


@pytest.mark.django_db(transaction=True)
def test_the_same_grant_given_twice_at_the_same_moment_is_one(alice, dossier):
    def give(_):
        try:
            return len(let_in(alice, dossier))
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        assert sum(pool.map(give, range(2))) == 1
    assert ways_to_see(alice, dossier) == {True}


# --- the walls of the database --------------------------------------------------------------------------------------
def raw(sql: str, *values):
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        return cursor.fetchall() if cursor.description else cursor.rowcount


def refused(sql: str, *values) -> bool:
    try:
        with transaction.atomic():
            raw(sql, *values)
    except ProgrammingError as error:
        return isinstance(error.__cause__, psycopg.errors.InsufficientPrivilege)
    return False


def test_a_client_sees_only_own_grants_even_by_raw_sql(alice, charlie, dossier):
    let_in(alice, dossier)
    let_in(charlie, dossier, ground=Ground.CLIENT)
    with acting(charlie):
        assert raw("SELECT group_id FROM access_dossiergrant") == [(charlie.private_group_id,)]
    with acting(alice):
        assert len(raw("SELECT group_id FROM access_dossiergrant")) == 2


def test_a_client_sees_only_its_own_account_even_by_raw_sql(alice, charlie):
    with acting(charlie):
        assert raw("SELECT email FROM access_user") == [("charlie@javawest.test",)]
        assert {row[0] for row in raw("SELECT user_id FROM access_user_groups")} == {charlie.user_id}
        for table in ("account_emailaddress", "mfa_authenticator", "usersessions_usersession"):
            assert {row[0] for row in raw(f"SELECT user_id FROM {table}")} <= {charlie.user_id}


def test_staff_see_the_accounts_of_their_own_bureau_only(alice, charlie):
    make_member(make_bureau("werkid", "werkid"), "Ver", Role.COACH)
    with acting(alice):
        found = {row[0] for row in raw("SELECT email FROM access_user")}
    assert found == {"alice@javawest.test", "charlie@javawest.test"}


def test_a_client_does_not_see_other_clients_but_does_see_who_works_here(alice, charlie, javawest):
    make_member(javawest, "Dirk", Role.CLIENT)
    with acting(charlie):
        assert {member.name for member in Membership.objects.all()} == {"Alice", "Charlie"}


def test_a_client_gives_itself_nothing_by_raw_sql(charlie, alice, dossier):
    (row,) = let_in(alice, dossier)
    mine = charlie.private_group_id
    with acting(charlie):
        copy = "INSERT INTO access_user_groups (user_id, group_id) VALUES (%s, %s)"
        assert refused(
            "INSERT INTO access_dossiergrant (id, bureau_id, content_object_id, group_id, permission_id, ground,"
            " reason, granted_by_name) VALUES (gen_random_uuid(), %s, %s, %s, %s, 'rol', '', '')",
            charlie.bureau_id, dossier.pk, mine, row.permission_id,
        )  # fmt: skip
        assert raw("UPDATE access_membership SET roles = '{directie}' WHERE id = %s", charlie.pk) == 0
        assert raw("DELETE FROM access_membership") == 0
        assert raw("DELETE FROM access_dossiergrant") == 0
        assert raw("UPDATE access_dossiergrant SET group_id = %s", mine) == 0
        assert raw("UPDATE access_user SET email = 'x@x.test' WHERE id = %s", alice.user_id) == 0
        assert refused(copy, alice.user_id, mine)


def test_guardians_own_tables_stay_empty_and_can_not_be_written(alice, dossier):
    assert not UserObjectPermission.objects.exists()
    assert not GroupObjectPermission.objects.exists()
    with in_bureau(alice.bureau):
        for table in ("guardian_userobjectpermission", "guardian_groupobjectpermission"):
            assert refused(f"INSERT INTO {table} DEFAULT VALUES")


def test_nobody_is_a_superuser(alice):
    with pytest.raises(Exception, match="access_user_no_superuser"), transaction.atomic():
        User.objects.filter(pk=alice.user_id).update(is_superuser=True)


def test_a_bureau_has_a_group_for_each_role_of_staff_and_for_no_other(javawest):
    with in_bureau(javawest):
        assert {row.role for row in actions.make_role_groups()} == {
            "administratie",
            "beheerder",
            "coach",
            "directie",
            "fg",
        }
    assert Group.objects.count() == 5


def expire(row: DossierGrant) -> None:
    with in_bureau(row.bureau_id, reach=Reach.SYSTEM):
        DossierGrant.objects.filter(pk=row.pk).update(
            starts_at=Now() - timedelta(hours=2), expires_at=Now() - timedelta(hours=1)
        )
