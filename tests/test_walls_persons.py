"""The third wall: what a person's own session reaches by raw SQL, table by table.

What is not named here is not seen; a new table fails until it is. Staff are held by the querysets, except for what is
of its author alone.
"""

from __future__ import annotations

import re

import psycopg
import pytest

from journal.labels import LOOKS
from tests.support.servers import DATABASE, Sweeper, TestServers
from tests.support.walls import Home, furnish, session
from tests.test_walls import TABLES, copy_with

EVERY = {"every"}
NOBODY: set[str] = set()
STAFF = {"alice", "bob", "dora"}
OWN_STUKKEN = {"released", "verslag", "withdrawn", "private", "along", "statement"}

SEEN = {
    # table: charlie, the client; gerda, his gemachtigde; otto, the opdrachtgever's contact; nobody logged in
    "bureaus_reglement": (EVERY, EVERY, EVERY, EVERY),
    "access_rolegroup": (EVERY, EVERY, EVERY, EVERY),
    "access_membership": (STAFF | {"charlie"}, STAFF | {"gerda"}, STAFF | {"otto"}, EVERY),
    "access_dossiergrant": ({"client"}, {"gemachtigde"}, {"opdrachtgever"}, NOBODY),
    "access_endedgrant": ({"ended"}, {"ended"}, NOBODY, NOBODY),
    "access_declaration": (NOBODY, NOBODY, NOBODY, EVERY),  # it comes with who somebody is, as the membership does
    # who asked to be let in, and who looks at what others reach, is told to them in words alone
    "access_accessrequest": (NOBODY, NOBODY, NOBODY, NOBODY),
    "access_accessreview": (NOBODY, NOBODY, NOBODY, NOBODY),
    "access_reviewline": (NOBODY, NOBODY, NOBODY, NOBODY),
    "access_calendarlink": (NOBODY, NOBODY, NOBODY, NOBODY),
    "access_factorreset": (NOBODY, NOBODY, NOBODY, NOBODY),
    "access_invitation": (NOBODY, NOBODY, NOBODY, NOBODY),
    "access_mail": (NOBODY, NOBODY, NOBODY, NOBODY),
    "clients_client": ({"client"}, {"client"}, {"client"}, NOBODY),
    "clients_contactperson": ({"family"}, {"family"}, NOBODY, NOBODY),
    "clients_gemachtigde": ({"gemachtigde"}, {"gemachtigde"}, NOBODY, NOBODY),
    "clients_opdrachtgever": ({"payer"}, {"payer"}, {"payer"}, NOBODY),
    "clients_opdrachtgevercontact": ({"contact"}, {"contact"}, {"contact"}, NOBODY),
    "clients_contract": (NOBODY, NOBODY, NOBODY, NOBODY),
    "clients_traject": ({"traject"}, {"traject"}, {"traject"}, NOBODY),
    "clients_trajectphase": ({"phase"}, {"phase"}, {"phase"}, NOBODY),
    "clients_appointment": ({"appointment"}, {"appointment"}, {"appointment"}, NOBODY),
    "dossiers_dossier": ({"dossier"}, {"dossier"}, {"dossier"}, NOBODY),
    "dossiers_stuk": (OWN_STUKKEN | {"writing"}, OWN_STUKKEN, {"released", "along"}, NOBODY),
    "dossiers_stukversion": (
        {"released", "later", "verslag", "withdrawn", "along", "statement"},
        {"released", "later", "verslag", "withdrawn", "along", "statement"},
        {"released", "along"},  # not the aanvulling that came after the release
        NOBODY,
    ),
    "dossiers_draft": ({"writing"}, NOBODY, NOBODY, NOBODY),
    "dossiers_storedfile": ({"released", "verslag", "along"}, {"released", "verslag", "along"},
                            {"released", "along"}, NOBODY),
    "dossiers_release": ({"released", "withdrawn"}, {"released", "withdrawn"}, {"released", "withdrawn"}, NOBODY),
    "dossiers_readmark": ({"read"}, NOBODY, NOBODY, NOBODY),
    "dossiers_tombstone": ({"tombstone"}, {"tombstone"}, NOBODY, NOBODY),
    "dossiers_verslagtemplate": (NOBODY, NOBODY, NOBODY, NOBODY),
    "dossiers_followrun": (NOBODY, NOBODY, NOBODY, NOBODY),
    "journal_line": (None, None, NOBODY, NOBODY),  # of its own dossier: see below
    "journal_seal": (NOBODY, NOBODY, NOBODY, NOBODY),
    "overviews_signal": (NOBODY, NOBODY, NOBODY, NOBODY),
    "overviews_signalmark": (NOBODY, NOBODY, NOBODY, NOBODY),
    # until when, and what went: told in words alone; what was packed is for whom it is about and who takes it
    "retention_certificate": (NOBODY, NOBODY, NOBODY, NOBODY),
    "retention_destructionlist": (NOBODY, NOBODY, NOBODY, NOBODY),
    "retention_duedate": (NOBODY, NOBODY, NOBODY, NOBODY),
    "retention_hold": (NOBODY, NOBODY, NOBODY, NOBODY),
    "retention_itemresult": (NOBODY, NOBODY, NOBODY, NOBODY),
    "retention_legalrecord": (NOBODY, NOBODY, NOBODY, NOBODY),
    "retention_listitem": (NOBODY, NOBODY, NOBODY, NOBODY),
    "retention_paperfile": (NOBODY, NOBODY, NOBODY, NOBODY),
    "retention_papermove": (NOBODY, NOBODY, NOBODY, NOBODY),
    "retention_procesverbaal": (NOBODY, NOBODY, NOBODY, NOBODY),
    "retention_termagreement": (NOBODY, NOBODY, NOBODY, NOBODY),
    # what was asked, and the answer; how it is judged, and what the bureau notes of itself, is the staff's
    "requests_verzoek": ({"verzoek"}, {"verzoek"}, NOBODY, NOBODY),
    "requests_pause": ({"pause"}, {"pause"}, NOBODY, NOBODY),
    "requests_step": ({"step"}, {"step"}, NOBODY, NOBODY),
    "requests_letter": ({"letter"}, {"letter"}, NOBODY, NOBODY),
    "requests_bundle": ({"bundle"}, {"bundle"}, NOBODY, NOBODY),
    "requests_reminder": (NOBODY, NOBODY, NOBODY, NOBODY),
    "requests_judgement": (NOBODY, NOBODY, NOBODY, NOBODY),
    "requests_mark": (NOBODY, NOBODY, NOBODY, NOBODY),
    "requests_followup": (NOBODY, NOBODY, NOBODY, NOBODY),
    "requests_lettertemplate": (NOBODY, NOBODY, NOBODY, NOBODY),
    "requests_incident": (NOBODY, NOBODY, NOBODY, NOBODY),
    # what was asked of them and in which words
    "consent_consent": ({"consent"}, {"consent"}, NOBODY, NOBODY),
    "consent_handedout": ({"handed_out"}, {"handed_out"}, NOBODY, NOBODY),
    "consent_handedtopayer": (NOBODY, NOBODY, NOBODY, NOBODY),
    "consent_optout": ({"opt_out"}, {"opt_out"}, NOBODY, NOBODY),
    "consent_exportedclient": ({"exported_client"}, {"exported_client"}, NOBODY, NOBODY),
    "consent_consentexport": (NOBODY, NOBODY, NOBODY, NOBODY),
    "consent_researchask": (NOBODY, NOBODY, NOBODY, NOBODY),
    "consent_processoragreement": (NOBODY, NOBODY, NOBODY, NOBODY),
    # the register of starters is the staff's, and whose an entry is nobody's
    "consent_starterlink": (NOBODY, NOBODY, NOBODY, NOBODY),
    "consent_starterentry": (NOBODY, NOBODY, NOBODY, NOBODY),
    "consent_starterask": (NOBODY, NOBODY, NOBODY, NOBODY),
    "consent_consenttext": ({"consent_text"}, {"consent_text"}, NOBODY, NOBODY),
    # to whom what went; never what opens it
    "consent_disclosure": ({"disclosure", "spare"}, {"disclosure", "spare"}, NOBODY, NOBODY),
    # what was asked of others about them
    "consent_informationrequest": ({"question"}, {"question"}, NOBODY, NOBODY),
    "consent_disclosedstuk": ({"disclosed_stuk"}, {"disclosed_stuk"}, NOBODY, NOBODY),
    "consent_refusedcall": (NOBODY, NOBODY, NOBODY, NOBODY),
    "consent_disclosurepackage": (NOBODY, NOBODY, NOBODY, NOBODY),
    "retention_transfer": ({"transfer"}, {"transfer"}, {"transfer"}, NOBODY),
    "vault_wrappedkey": ({"dossier_key", "client_key"}, {"dossier_key", "client_key"}, {"dossier_key"}, NOBODY),
}  # fmt: skip
COLUMNS = (("charlie", "client"), ("gerda", "client"), ("otto", "opdrachtgever"), ("", "none"))
# What a client may change of what is its own: a statement that is being written, and what it has read.
MAY_COPY = {
    "dossiers_stuk": {"along", "statement", "writing"},
    "dossiers_stukversion": {"along", "statement"},
    "dossiers_draft": {"writing"},
    "dossiers_readmark": {"read"},
}
OWN_WRITING = {"dossiers_stuk": {"writing"}, "dossiers_draft": {"writing"}, "dossiers_readmark": {"read"}}


@pytest.fixture(scope="module")
def home(servers: TestServers, django_db_setup: None, django_db_blocker) -> Home:
    sweeper = Sweeper(servers)
    with django_db_blocker.unblock():
        try:
            furnish("werkid")
            yield furnish("javawest")
        finally:
            sweeper.sweep()


@pytest.fixture(scope="module")
def sessions(servers, home):
    """An open session for each person, and one of nobody; nothing that is done in it stays."""
    with (
        session(servers, home, "charlie", "client") as charlie,
        session(servers, home, "gerda", "client") as gerda,
        session(servers, home, "otto", "opdrachtgever") as otto,
        session(servers, home, "", "none") as nobody,
        session(servers, home, "alice", "staff") as alice,
        session(servers, home, "bob", "staff") as bob,
    ):
        yield {"charlie": charlie, "gerda": gerda, "otto": otto, "": nobody, "alice": alice, "bob": bob}


@pytest.fixture(scope="module")
def admin(servers, home):
    with servers.admin(DATABASE) as connection:
        yield connection


def seen(one, home: Home, table: str) -> list[str]:
    return sorted(home.name(table, row[0]) for row in one(f"SELECT id FROM {table}"))


def test_the_table_of_what_is_seen_names_every_tenants_table():
    assert sorted(SEEN) == TABLES


@pytest.mark.parametrize("table", TABLES)
@pytest.mark.parametrize("column", range(4), ids=["client", "gemachtigde", "opdrachtgever", "nobody"])
def test_a_session_sees_by_raw_sql_what_stands_here_and_nothing_else(sessions, home, table, column):
    expected = SEEN[table][column]
    if expected is None:
        return
    person = COLUMNS[column][0]
    found = seen(sessions[person], home, table)
    assert found == sorted(home.ids[table] if expected is EVERY else expected)


@pytest.mark.parametrize("person", ["charlie", "gerda"])
def test_a_client_sees_who_opened_its_own_dossier_and_no_other_line(sessions, home, person):
    found = sessions[person]("SELECT dossier_id, act FROM journal_line")
    assert {row[0] for row in found} == {home.ids["dossiers_dossier"]["dossier"]}
    # Not why somebody was let in, nor what was begun: who looked, and no other line.
    assert {row[1] for row in found} == {"dossier.ingezien"}


def test_the_looks_that_a_client_reads_are_those_that_the_page_shows(servers):
    with servers.admin(DATABASE) as admin:
        wall = admin.execute("SELECT qual FROM pg_policies WHERE tablename = 'journal_line' AND policyname = 'tenant'")
        named = {act for act in re.findall(r"'([a-z]+\.[a-z]+)'", wall.fetchone()[0]) if not act.startswith("app.")}
    assert named == set(LOOKS)


# -- changing ------------------------------------------------------------------------------------------------------
def test_where_more_is_read_than_written_the_difference_is_not_changed_or_deleted(servers):
    """Of a row that is deleted PostgreSQL asks only whether it may be read."""
    with servers.admin(DATABASE) as admin:
        rules = admin.execute("SELECT tablename, qual IS DISTINCT FROM with_check, policyname FROM pg_policies")
        rules = rules.fetchall()
    wider = {table for table, differs, name in rules if name == "tenant" and differs}
    held = {name: {table for table, _, one in rules if one == name} for name in ("changes", "deletes")}
    assert wider
    assert not wider - held["changes"]
    assert not wider - held["deletes"]


@pytest.mark.parametrize("table", TABLES)
@pytest.mark.parametrize("person", ["charlie", "gerda", "otto", ""], ids=lambda person: person or "nobody")
def test_what_is_read_is_not_yet_changed_or_deleted(sessions, home, table, person):
    one = sessions[person]
    own = OWN_WRITING.get(table, set()) if person == "charlie" else set()
    not_own = [pk for name, pk in home.ids.get(table, {}).items() if name not in own]
    for statement in (f"UPDATE {table} SET id = id", f"DELETE FROM {table}"):
        where = f"{statement} WHERE id = ANY (%s)"
        assert one.refused(where, not_own) == "InsufficientPrivilege" or one.count(where, not_own) == 0


@pytest.mark.parametrize("table", sorted(set(TABLES) - {"journal_line"}))
@pytest.mark.parametrize("person", ["charlie", "gerda", "otto", ""], ids=lambda person: person or "nobody")
def test_nothing_is_added_by_copying_what_one_sees(sessions, admin, home, table, person):
    """Who holds the login of the app role can't give itself a grant, a key or a stuk."""
    one = sessions[person]
    copied = MAY_COPY.get(table, set()) if person == "charlie" else set()
    for name in set(seen(one, home, table)) - copied:
        statement = copy_with(admin, table, id="gen_random_uuid()") + " WHERE id = %s"
        pk = home.ids[table].get(name)
        assert pk is None or one.refused(statement, pk) == "InsufficientPrivilege"


STATEMENT = (
    "INSERT INTO dossiers_stuk (id, bureau_id, dossier_id, kind, state, purpose, herkomst, origin, date, author_id,"
    " author_name, health, restricted, version, shielded_upto) VALUES (gen_random_uuid(), %(bureau)s, %(dossier)s,"
    " %(kind)s, 'concept', 'x', 'client', '', '2026-01-05', %(author)s, 'x', false, false, 0, 0)"
)


def statement_of(home: Home, **other) -> dict:
    own = {
        "bureau": home.bureau.pk,
        "dossier": home.ids["dossiers_dossier"]["dossier"],
        "kind": "eigen_verklaring",
        "author": home.people["charlie"].pk,
    }
    return own | other


def error_of(one, statement: str, values: dict) -> str:
    try:
        with one.connection.transaction(force_rollback=True):
            one.connection.execute(statement, values)
    except psycopg.Error as error:
        return type(error).__name__
    return ""


@pytest.mark.article("javawest", "6.2")
def test_a_client_writes_a_statement_of_its_own(sessions, home):
    assert error_of(sessions["charlie"], STATEMENT, statement_of(home)) == ""


def test_a_client_writes_no_statement_in_anothers_dossier_or_name_and_no_other_kind(sessions, home):
    other = home.ids["dossiers_dossier"]["other_dossier"]
    for values in (
        {"dossier": other}, {"author": home.people["alice"].pk}, {"author": home.people["dirk"].pk},
        {"kind": "gespreksverslag"}, {"kind": "werkaantekening"},
    ):  # fmt: skip
        assert error_of(sessions["charlie"], STATEMENT, statement_of(home, **values)) == "InsufficientPrivilege"


def test_an_opdrachtgever_writes_no_statement(sessions, home):
    values = statement_of(home, author=home.people["otto"].pk)
    assert error_of(sessions["otto"], STATEMENT, values) == "InsufficientPrivilege"


def test_a_clients_statement_can_not_be_made_into_something_else(sessions, home):
    one, own = sessions["charlie"], home.ids["dossiers_stuk"]["writing"]
    for change in ("kind = 'gespreksverslag'", f"author_id = '{home.people['alice'].pk}'",
                   f"dossier_id = '{home.ids['dossiers_dossier']['other_dossier']}'"):  # fmt: skip
        assert one.refused(f"UPDATE dossiers_stuk SET {change} WHERE id = %s", own) == "InsufficientPrivilege"


# -- staff: what is of its author alone ------------------------------------------------------------------------------
@pytest.mark.article("werkid", "10.4")
def test_staff_see_no_concept_or_werkaantekening_of_another_and_no_statement_in_progress(sessions, home):
    found = set(seen(sessions["bob"], home, "dossiers_stuk"))
    assert not found & {"concept", "note", "writing", "other_writing"}
    assert {"other_concept", "other_note", "verslag", "statement"} <= found
    assert {"concept", "note"} <= set(seen(sessions["alice"], home, "dossiers_stuk"))


@pytest.mark.article("werkid", "10.4")
def test_what_hangs_on_a_concept_or_werkaantekening_is_its_authors_too(sessions, home):
    bob = sessions["bob"]
    assert "note" not in seen(bob, home, "dossiers_stukversion")
    assert "concept" not in seen(bob, home, "dossiers_storedfile")
    assert seen(bob, home, "dossiers_draft") == ["other_concept"]


def test_staff_can_not_change_or_delete_what_they_do_not_see(sessions, home):
    bob = sessions["bob"]
    for table, name in (("dossiers_stuk", "concept"), ("dossiers_stuk", "note"), ("dossiers_draft", "concept")):
        for statement in (f"UPDATE {table} SET id = id WHERE id = %s", f"DELETE FROM {table} WHERE id = %s"):
            assert bob.count(statement, home.ids[table][name]) == 0


def test_a_text_that_is_vastgesteld_is_changed_or_deleted_by_nobody(sessions):
    for one in sessions.values():
        assert one.refused("UPDATE dossiers_stukversion SET number = 9") == "InsufficientPrivilege"
        assert one.count("DELETE FROM dossiers_stukversion") == 0


def test_a_stuk_with_a_text_can_not_be_deleted(sessions, home):
    verslag = home.ids["dossiers_stuk"]["verslag"]
    refusal = sessions["alice"].refused("DELETE FROM dossiers_stuk WHERE id = %s", verslag)
    assert refusal in {"ForeignKeyViolation", "RestrictViolation"}


def test_a_release_is_withdrawn_and_never_deleted(sessions):
    assert sessions["alice"].count("DELETE FROM dossiers_release") == 0


# -- a membership of no use ----------------------------------------------------------------------------------------
def test_principals_that_name_no_grant_open_nothing(servers, home):
    """Dora works here, but as a client's session her groups hold no grant."""
    with session(servers, home, "dora", "client") as one:
        for table in ("dossiers_dossier", "dossiers_stuk", "clients_client", "vault_wrappedkey", "journal_line"):
            assert one(f"SELECT count(*) FROM {table}") == [(0,)]


@pytest.mark.parametrize("reach", ["", "STAFF", "iedereen", "staff; --"])
def test_a_reach_that_does_not_exist_opens_nothing(servers, home, reach):
    with session(servers, home, "charlie", reach) as one:
        for table in ("dossiers_stuk", "dossiers_stukversion", "journal_line", "journal_seal", "access_mail"):
            assert one(f"SELECT count(*) FROM {table}") == [(0,)]


def test_a_grant_that_has_ended_closes_the_wall_at_that_second(servers, home, admin):
    grant = home.ids["access_dossiergrant"]["opdrachtgever"]
    with session(servers, home, "otto", "opdrachtgever") as otto:
        assert otto("SELECT count(*) FROM dossiers_dossier") == [(1,)]
        past = "starts_at = now() - interval '2 hours', expires_at = now() - interval '1 second'"
        admin.execute(f"UPDATE access_dossiergrant SET {past} WHERE id = %s", [grant])
        try:
            for table in ("dossiers_dossier", "dossiers_stuk", "clients_client", "vault_wrappedkey"):
                assert otto(f"SELECT count(*) FROM {table}") == [(0,)]
        finally:
            admin.execute(
                "UPDATE access_dossiergrant SET expires_at = NULL, starts_at = granted_at WHERE id = %s", [grant]
            )


# -- the log -------------------------------------------------------------------------------------------------------
LINE = (
    "INSERT INTO journal_line (id, bureau_id, act, result, object_type, object_id, dossier_number, actor, roles,"
    " on_behalf_of, reason, ground, origin, facts, user_id, membership_id) VALUES (gen_random_uuid(), %s, 'x', 'ok',"
    " '', '', '', 'x', '', '', '', '', 'x', '{}', %s, %s)"
)


@pytest.mark.parametrize("person", ["charlie", "gerda", "otto"])
def test_a_line_of_the_log_is_written_in_ones_own_name(sessions, home, person):
    one, member, alice = sessions[person], home.people[person], home.people["alice"]
    assert one.refused(LINE, home.bureau.pk, member.user_id, member.pk) == ""
    assert one.refused(LINE, home.bureau.pk, alice.user_id, alice.pk) == "InsufficientPrivilege"
    assert one.refused(LINE, home.bureau.pk, None, None) == "InsufficientPrivilege"


def test_who_is_not_logged_in_writes_lines_of_nobody(sessions, home):
    alice = home.people["alice"]
    assert sessions[""].refused(LINE, home.bureau.pk, None, None) == ""
    assert sessions[""].refused(LINE, home.bureau.pk, alice.user_id, alice.pk) == "InsufficientPrivilege"
