"""The second wall: what the database lets through when nothing of Django stands before it.

Plain psycopg under the app role's own login, against two bureaus with a row in every table.
"""

from __future__ import annotations

import psycopg
import pytest
from django.apps import apps
from django.db import models
from psycopg import errors

from bureaus import registry
from demo import roles
from tests.support.servers import DATABASE, Sweeper, TestServers
from tests.support.walls import Home, furnish, plain, session

TENANTS = {
    model._meta.db_table: model
    for model in apps.get_models(include_auto_created=True)
    if any(field.name == "bureau" for field in model._meta.local_fields)
}
TABLES = sorted(TENANTS)
POINTERS = [
    (table, field.column, field.related_model._meta.db_table)
    for table, model in sorted(TENANTS.items())
    for field in model._meta.local_fields
    if isinstance(field, models.ForeignKey) and field.related_model._meta.db_table in TENANTS
]
# What has to change along with a pointer, for a row to be whole.
ALONG = {
    ("access_accessrequest", "reviewed_by_id"): "reviewed_at = now(), verdict = 'terecht', review = reason",
    ("consent_researchask", "decided_by_id"): "allowed = true, decided_at = now()",
    ("retention_termagreement", "contract_id"): "traject_id = NULL",
    ("retention_paperfile", "holder_id"): "holder_name = 'Bob', out_since = now()",
    (
        "retention_destructionlist",
        "approved_by_id",
    ): "approved_at = now(), starts_after = now(), approved_sha256 = manifest_sha256",
}
# Where such a pointer never changes at all: the trigger that says so, put aside to hear the foreign key.
LIE_FAST = {
    "consent_consent": "lies_fast",
    "consent_consentexport": "lies_fast",
    "consent_disclosedstuk": "chosen_stays",
    "consent_disclosure": "line_stays",
    "consent_exportedclient": "lies_fast",
    "consent_handedout": "lies_fast",
    "consent_handedtopayer": "lies_fast",
    "consent_refusedcall": "lies_fast",
    "retention_certificate": "lies_fast",
    "retention_itemresult": "stays_at_its_end",
    "retention_listitem": "stays_at_its_end",
    "retention_procesverbaal": "stays",
}
# A trigger holds them to the row before, and speaks before the policy does.
FOLLOW = {"journal_seal", "retention_procesverbaal"}
# How the database says no: by a policy or a right that isn't there, or by a trigger.
REFUSALS = {"InsufficientPrivilege", "IntegrityConstraintViolation"}


@pytest.fixture(scope="module")
def homes(servers: TestServers, django_db_setup: None, django_db_blocker) -> tuple[Home, Home]:
    """Two bureaus, committed, for all tests of this file; none of them changes anything."""
    sweeper = Sweeper(servers)
    with django_db_blocker.unblock():
        try:
            yield furnish("javawest"), furnish("werkid")
        finally:
            sweeper.sweep()


@pytest.fixture(scope="module")
def here(homes) -> Home:
    return homes[0]


@pytest.fixture(scope="module")
def there(homes) -> Home:
    return homes[1]


@pytest.fixture(scope="module")
def inside(servers, here):
    """The system's own session in the first bureau: the widest reach there is."""
    with session(servers, here) as one:
        yield one


@pytest.fixture(scope="module")
def admin(servers, homes):
    with servers.admin(DATABASE) as connection:
        yield connection


def columns_of(admin: psycopg.Connection, table: str) -> list[str]:
    found = admin.execute(
        "SELECT column_name FROM information_schema.columns WHERE table_schema = 'public' AND table_name = %s"
        " ORDER BY ordinal_position",
        [table],
    )
    return [row[0] for row in found]


def copy_with(admin: psycopg.Connection, table: str, **other: str) -> str:
    """An INSERT of every row the session can see, with these columns replaced by expressions."""
    names = columns_of(admin, table)
    picked = ", ".join(other.get(name, f'"{name}"') for name in names)
    return f"INSERT INTO {table} ({', '.join(chr(34) + name + chr(34) for name in names)}) SELECT {picked} FROM {table}"


# -- whether there is anything to see -----------------------------------------------------------------------------
def test_every_tenants_table_has_rows_in_both_bureaus(admin, here, there):
    empty = [
        (table, home.bureau.slug)
        for table in TABLES
        for home in (here, there)
        if not admin.execute(f"SELECT count(*) FROM {table} WHERE bureau_id = %s", [home.bureau.pk]).fetchone()[0]
    ]
    assert empty == []


def test_the_models_know_every_table_with_a_bureau(admin):
    found = admin.execute(
        "SELECT table_name FROM information_schema.columns WHERE column_name = 'bureau_id' AND table_schema = 'public'"
    )
    assert sorted(row[0] for row in found) == TABLES


# -- no bureau, or another one -------------------------------------------------------------------------------------
@pytest.mark.parametrize("table", TABLES)
def test_without_a_bureau_a_query_is_an_error(servers, homes, table):
    with plain(servers) as connection, pytest.raises(errors.UndefinedObject):
        connection.execute(f"SELECT * FROM {table}")


@pytest.mark.parametrize("table", TABLES)
def test_after_a_transaction_with_a_bureau_a_query_is_an_error_again(servers, here, table):
    """A setting that was local to a transaction leaves an empty text behind, not nothing."""
    with session(servers, here) as ended:
        ended.connection.commit()
        with pytest.raises(errors.InvalidTextRepresentation):
            ended(f"SELECT * FROM {table}")


@pytest.mark.parametrize("table", TABLES)
def test_only_rows_of_ones_own_bureau_are_there(inside, here, there, table):
    assert {row[0] for row in inside(f"SELECT bureau_id FROM {table}")} == {here.bureau.pk}
    assert inside(f"SELECT count(*) FROM {table} WHERE bureau_id = %s", there.bureau.pk) == [(0,)]


@pytest.mark.parametrize("table", TABLES)
def test_in_a_bureau_that_does_not_exist_there_is_nothing(servers, homes, table):
    nowhere = Home(bureau=type(homes[0].bureau)(pk=2**40))
    with session(servers, nowhere) as outside:
        assert outside(f"SELECT count(*) FROM {table}") == [(0,)]


# -- writing across ------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("table", TABLES)
def test_a_row_can_not_be_written_into_another_bureau(inside, admin, there, table):
    statement = copy_with(admin, table, id="gen_random_uuid()", bureau_id=str(there.bureau.pk))
    assert inside.refused(statement) in (REFUSALS if table in FOLLOW else {"InsufficientPrivilege"})


@pytest.mark.parametrize("table", TABLES)
def test_a_row_can_not_be_moved_to_another_bureau(inside, there, table):
    assert inside.refused(f"UPDATE {table} SET bureau_id = %s", there.bureau.pk) in REFUSALS


@pytest.mark.parametrize("table", TABLES)
@pytest.mark.parametrize("act", ["UPDATE {} SET bureau_id = {}", "DELETE FROM {}"])
def test_rows_of_another_bureau_can_not_be_taken_or_deleted(inside, here, there, act, table):
    statement = act.format(table, here.bureau.pk) + f" WHERE bureau_id = {there.bureau.pk}"
    assert inside.refused(statement) in REFUSALS or inside.count(statement) == 0


@pytest.mark.parametrize(("table", "column", "target"), POINTERS, ids=lambda value: str(value))
def test_a_row_can_not_point_at_another_bureau_not_even_by_the_hand_of_a_superuser(
    admin, here, there, table, column, target
):
    """Foreign keys look past row level security, so that the key itself has to carry the bureau."""
    theirs = there.ids[target].get("spare") or next(iter(there.ids[target].values()))
    mine = next(iter(here.ids[table].values()))
    with admin.transaction(force_rollback=True):
        admin.execute("SET CONSTRAINTS ALL IMMEDIATE")
        if table in LIE_FAST:
            admin.execute(f"ALTER TABLE {table} DISABLE TRIGGER {LIE_FAST[table]}")
        with pytest.raises(errors.ForeignKeyViolation, match="_same_bureau"):
            along = ALONG.get((table, column), "id = id")
            admin.execute(f"UPDATE {table} SET {column} = %s, {along} WHERE id = %s", [theirs, mine])


def test_every_pointer_between_tenants_tables_carries_the_bureau(admin):
    found = admin.execute(
        "SELECT c.conrelid::regclass::text, c.confrelid::regclass::text,"
        " array(SELECT attname::text FROM unnest(c.conkey) WITH ORDINALITY k(n, o)"
        "  JOIN pg_attribute a ON a.attrelid = c.conrelid AND a.attnum = k.n ORDER BY o),"
        " array(SELECT attname::text FROM unnest(c.confkey) WITH ORDINALITY k(n, o)"
        "  JOIN pg_attribute a ON a.attrelid = c.confrelid AND a.attnum = k.n ORDER BY o), c.convalidated"
        " FROM pg_constraint c WHERE c.contype = 'f'"
    ).fetchall()
    carrying = {
        (table, columns[1], target)
        for table, target, columns, keys, valid in found
        if valid and len(columns) == 2 and columns[0] == "bureau_id" and keys == ["bureau_id", "id"]
    }
    plain_ones = {
        (table, columns[0], target)
        for table, target, columns, _, _ in found
        if len(columns) == 1 and table in TENANTS and target in TENANTS
    }
    assert set(POINTERS) <= carrying
    assert plain_ones <= carrying


# -- how the walls are built ---------------------------------------------------------------------------------------
@pytest.mark.parametrize("table", TABLES)
def test_row_level_security_is_on_and_forced(admin, table):
    found = admin.execute(
        "SELECT relrowsecurity, relforcerowsecurity, pg_get_userbyid(relowner) FROM pg_class WHERE oid = %s::regclass",
        [table],
    )
    assert found.fetchone() == (True, True, roles.OWNER)


@pytest.mark.parametrize("table", TABLES)
def test_one_policy_lets_the_app_role_in_and_it_asks_for_the_bureau_first(admin, table):
    """A second permissive policy, or an OR beside the bureau, would be a way round (and a thousand times slower)."""
    found = admin.execute(
        "SELECT policyname, cmd, qual, with_check FROM pg_policies WHERE tablename = %s AND permissive = 'PERMISSIVE'"
        " AND roles && ARRAY[%s, 'public']::name[]",
        [table, roles.APP],
    ).fetchall()
    asks = "(bureau_id = (current_setting('app.bureau_id'::text))::bigint)"
    assert [(name, command) for name, command, _, _ in found] == [("tenant", "ALL")]
    for condition in (" ".join(one.split()) for one in found[0][2:]):  # PostgreSQL lays out a CASE over several lines
        assert condition == asks or condition.startswith(f"({asks} AND ")


def test_the_tables_without_a_bureau_that_hold_people_have_a_wall_of_their_own_or_stay_empty(admin):
    """Accounts belong to no bureau; what the libraries bring and nobody uses may hold nothing."""
    held = {
        model._meta.db_table
        for model in apps.get_models(include_auto_created=True)
        if model._meta.db_table not in TENANTS and registry.models()[model._meta.label].personal
    }
    query = "SELECT relname FROM pg_class WHERE relforcerowsecurity AND relrowsecurity AND relkind = 'r'"
    walled = {row[0] for row in admin.execute(query)}
    unused = held - walled
    assert unused == {"django_session", "account_emailconfirmation", "guardian_userobjectpermission"}
    assert [admin.execute(f"SELECT count(*) FROM {table}").fetchone()[0] for table in sorted(unused)] == [0, 0, 0]


def test_no_view_looks_past_the_walls(admin):
    found = admin.execute(
        "SELECT relname FROM pg_class WHERE relkind IN ('v', 'm') AND relnamespace = 'public'::regnamespace"
    )
    assert found.fetchall() == []


def test_what_runs_with_the_owners_rights_is_named_here_and_answers_little(admin):
    """Whether two people share a bureau; and, for a worker alone, forgetting an account that no bureau needs, and in
    its own bureau wiping what is past its term: how much that was, or the ids of what went."""
    found = admin.execute(
        "SELECT proname, prorettype::regtype::text, proconfig FROM pg_proc"
        " WHERE prosecdef AND pronamespace = 'public'::regnamespace ORDER BY proname"
    ).fetchall()
    named = {
        "access_blank_account": "boolean", "access_forget_account": "boolean", "access_shares_bureau": "boolean",
        "journal_wipe_past": "record", "retention_drop_evidence": "uuid[]", "retention_drop_transfers": "uuid",
    }  # fmt: skip
    assert found == [(name, answer, ["search_path=pg_catalog, public"]) for name, answer in named.items()]


@pytest.mark.parametrize(
    "call", ["access_blank_account({user}, now())", "access_forget_account({user}, {group})"], ids=["blank", "forget"]
)
@pytest.mark.parametrize(("person", "reach"), [("alice", "staff"), ("dora", "staff"), ("charlie", "client")])
def test_no_person_has_an_account_forgotten(servers, homes, call, person, reach):
    home = homes[0]
    member = home.people["bob"]
    asked = call.format(user=member.user_id, group=member.private_group_id)
    with session(servers, home, person, reach) as one:
        assert one.refused(f"SELECT {asked}") == "InsufficientPrivilege"


# -- the role ------------------------------------------------------------------------------------------------------
def test_the_app_role_is_nobody_special(admin):
    found = admin.execute(
        "SELECT rolsuper, rolbypassrls, rolcreaterole, rolcreatedb, rolreplication,"
        " EXISTS (SELECT FROM pg_auth_members WHERE member = r.oid) FROM pg_roles r WHERE rolname = %s",
        [roles.APP],
    )
    assert found.fetchone() == (False, False, False, False, False, False)


def test_the_app_role_owns_nothing(admin):
    found = admin.execute("SELECT count(*) FROM pg_class WHERE pg_get_userbyid(relowner) = %s", [roles.APP])
    assert found.fetchone() == (0,)


@pytest.mark.parametrize("right", ["TRUNCATE", "REFERENCES", "TRIGGER", "MAINTAIN"])
def test_the_app_role_can_not_empty_or_rebuild_a_table(admin, right):
    found = admin.execute(
        "SELECT relname FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace"
        " AND has_table_privilege(%s, oid, %s)",
        [roles.APP, right],
    )
    assert found.fetchall() == []


@pytest.mark.parametrize("table", TABLES)
def test_truncate_is_refused(inside, table):
    assert inside.refused(f"TRUNCATE {table} CASCADE") == "InsufficientPrivilege"


@pytest.mark.parametrize(
    "statement",
    [
        f"SET ROLE {roles.OWNER}",
        "SET SESSION AUTHORIZATION DEFAULT; SET ROLE postgres",
        "ALTER TABLE dossiers_dossier DISABLE ROW LEVEL SECURITY",
        "DROP POLICY tenant ON dossiers_dossier",
        "ALTER TABLE journal_line DISABLE TRIGGER append_only",
        "SET session_replication_role = replica",
        "CREATE FUNCTION mine() RETURNS int LANGUAGE sql AS 'SELECT 1'",
        "COPY dossiers_dossier TO '/tmp/dossiers'",
    ],
)
def test_the_app_role_can_not_take_a_wall_down(inside, statement):
    assert inside.refused(statement) in {"InsufficientPrivilege", "UndefinedObject", "InvalidParameterValue"}


def test_switching_row_security_off_is_an_error_and_no_way_in(inside):
    """`row_security = off` asks PostgreSQL to fail rather than to filter."""
    assert inside.refused("SET LOCAL row_security = off; SELECT * FROM dossiers_dossier") == "InsufficientPrivilege"
