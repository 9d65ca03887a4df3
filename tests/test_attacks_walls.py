"""What an attacker inside the session of a client or opdrachtgever can't change by raw SQL, accounts included."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from access.actions import grant
from access.models import Ground
from bureaus.rls import APP_ROLE
from bureaus.tenancy import in_bureau
from dossiers.models import Dossier
from tests.support.people import make_member
from tests.support.servers import DATABASE, Sweeper, TestServers
from tests.support.walls import Home, furnish, session
from tests.test_walls import TABLES

INSIDE = (("charlie", "client"), ("otto", "opdrachtgever"), ("alice", "staff"))
JOIN = "INSERT INTO access_user_groups (user_id, group_id) VALUES (%s, %s)"
OPERATOR = """
INSERT INTO access_user (email, password, is_active, is_superuser, is_platform_operator, date_joined)
VALUES ('x@x.test', '', true, false, true, now())
"""
REFUSED = "InsufficientPrivilege"
# What the migrations and Django itself write; the running product reads them.
GROUND = ("auth_permission", "auth_group_permissions", "django_content_type", "django_migrations")


@pytest.fixture(scope="module")
def home(servers: TestServers, django_db_setup: None, django_db_blocker) -> Home:
    sweeper = Sweeper(servers)
    with django_db_blocker.unblock():
        try:
            yield furnish("javawest")
        finally:
            sweeper.sweep()


@pytest.mark.parametrize(("person", "reach"), INSIDE)
def test_nobody_puts_themselves_into_the_group_of_the_directie_or_of_another_person(servers, home, person, reach):
    """The group of a role is a principal of the next request, and so opens every dossier that role may read."""
    with session(servers, home, person, reach) as one:
        for group in {*home.groups_of("dora"), *home.groups_of("bob")} - set(home.groups_of(person)):
            assert one.refused(JOIN, home.people[person].user_id, group) == REFUSED
        assert one.count("UPDATE access_user_groups SET group_id = group_id") == 0
        assert one.count("DELETE FROM access_user_groups") == 0


@pytest.mark.parametrize(("person", "reach"), [*INSIDE, ("", "none")])
def test_nobody_makes_themselves_operator_of_the_platform(servers, home, person, reach):
    with session(servers, home, person, reach) as one:
        own = home.people[person or "otto"].user_id
        assert one.refused("UPDATE access_user SET is_platform_operator = true WHERE id = %s", own) == REFUSED
        assert one.refused(OPERATOR) == REFUSED


def test_who_works_here_changes_no_account_but_their_own(servers, home):
    with session(servers, home, "alice", "staff") as alice:
        assert alice.count("UPDATE access_user SET password = ''") == 1
        assert alice.count("DELETE FROM access_user") == 0


@pytest.mark.parametrize("table", GROUND)
def test_what_all_bureaus_stand_on_is_changed_by_no_request(servers, home, table):
    with servers.admin(DATABASE) as admin:
        held = [
            right
            for right in ("INSERT", "UPDATE", "DELETE")
            if admin.execute("SELECT has_table_privilege(%s, %s, %s)", [APP_ROLE, table, right]).fetchone()[0]
        ]
    assert held == []


def test_a_group_once_made_stays_as_it_is(servers, home):
    with session(servers, home, "", "system") as one:
        assert one.refused("UPDATE auth_group SET name = name") == REFUSED
        assert one.refused("DELETE FROM auth_group") == REFUSED


# -- the platform's operator, let in for a dossier -------------------------------------------------------------------
# Of these tables, besides its own account, the reglement and the roles, and of Charlie's dossier alone.
OF_ITS_DOSSIER = {
    "access_membership": {"alice", "sam"},
    "clients_client": {"client"},
    "clients_opdrachtgever": {"payer"},
    "clients_opdrachtgevercontact": {"contact"},
    "clients_traject": {"traject"},
    "clients_trajectphase": {"phase"},
    "clients_appointment": {"appointment"},
    "dossiers_dossier": {"dossier"},
    "dossiers_stuk": {"released", "verslag", "withdrawn", "along", "statement"},
    "dossiers_stukversion": {"released", "later", "verslag", "withdrawn", "along", "statement"},
    "dossiers_release": {"released", "withdrawn"},
    "vault_wrappedkey": {"dossier_key"},
}
EVERYBODYS = {"access_rolegroup", "bureaus_reglement", "access_dossiergrant"}


@pytest.fixture
def sam(servers, home, django_db_blocker):
    """The operator's session: nothing that is done in it stays."""
    with django_db_blocker.unblock(), in_bureau(home.bureau):
        member = home.people["sam"] = home.keep("sam", make_member(home.bureau, "Sam", "support"))
        until = timezone.now() + timedelta(hours=1)
        dossier = Dossier.objects.get(pk=home.ids["dossiers_dossier"]["dossier"])
        grant(dossier=dossier, to=member, ground=Ground.SUPPORT, expires_at=until)
    with session(servers, home, "sam", "support") as one:
        yield one


def test_the_operator_that_was_let_in_reads_one_dossier_and_writes_nothing(sam, home):
    for table in TABLES:
        found = {home.name(table, row[0]) for row in sam(f"SELECT id FROM {table}")}
        assert table in EVERYBODYS or found == OF_ITS_DOSSIER.get(table, set()), table
        for statement in (f"UPDATE {table} SET id = id", f"DELETE FROM {table}"):
            assert sam.refused(statement) == REFUSED or sam.count(statement) == 0, statement
