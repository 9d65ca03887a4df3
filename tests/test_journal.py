"""Writing to the log: in the act's own transaction, refusals in spite of it, and never again."""

from __future__ import annotations

from datetime import timedelta

import psycopg
import pytest
from django.db import connection, transaction
from django.utils import timezone

from access import actions as access
from access.models import Ground, Role
from bureaus.tenancy import NoBureau, Reach, in_bureau
from demo import roles
from journal.actions import record
from journal.models import Line, Result, Seal
from tests.support.dossiers import make_dossier
from tests.support.people import acting, browser_of, log_in, make_bureau, make_member
from tests.support.servers import DATABASE
from tests.support.walls import Home, session

pytestmark = pytest.mark.django_db


def lines(bureau, **which):
    with in_bureau(bureau):
        return list(Line.objects.filter(**which).order_by("seq"))


class Undone(Exception):
    pass


# -- with the act -------------------------------------------------------------------------------------------------
def test_a_line_says_who_what_and_from_where(alice):
    dossier = make_dossier(alice.bureau)
    with acting(alice):
        record(act="proef", obj=dossier, dossier=dossier, reason="omdat", ground="behandelaar", facts={"aantal": 3})
    (line,) = lines(alice.bureau, act="proef")
    assert (line.actor, line.roles, line.origin) == ("Alice", "coach", "127.0.0.1")
    assert (line.user_id, line.membership_id) == (alice.user_id, alice.pk)
    assert (line.object_type, line.object_id) == ("dossiers.Dossier", str(dossier.pk))
    assert (line.dossier_id, line.dossier_number) == (dossier.pk, dossier.number)
    assert (line.reason, line.ground, line.facts, line.result) == ("omdat", "behandelaar", {"aantal": 3}, Result.OK)


def test_an_act_that_is_undone_takes_its_line_with_it(alice):
    dossier = make_dossier(alice.bureau)
    before = len(lines(alice.bureau))
    with pytest.raises(Undone), in_bureau(alice.bureau), transaction.atomic():
        access.grant(dossier=dossier, to=alice, ground=Ground.HANDLER)
        assert Line.objects.count() == before + 1
        raise Undone
    assert len(lines(alice.bureau)) == before


def test_outside_a_bureau_nothing_is_journaled(javawest):
    with pytest.raises(NoBureau):
        record(act="proef")


def test_a_line_holds_what_was_typed_without_nul_and_within_its_column(alice):
    with acting(alice):
        record(act="proef", reason="\x00" + "é" * 600, on_behalf_of="x" * 300)
    (line,) = lines(alice.bureau, act="proef")
    assert (len(line.reason), len(line.on_behalf_of)) == (500, 120)
    assert "\x00" not in line.reason


def test_time_and_number_are_the_databases_own(alice):
    """Whoever writes: what is given for them is replaced."""
    with in_bureau(alice.bureau):
        record(act="eerste")
        forged = Line(act="tweede", actor="x", origin="x", seq=1, at=timezone.now() - timedelta(days=400), facts={})
        forged.save(force_insert=True)
    first, second = (lines(alice.bureau, act=act)[0] for act in ("eerste", "tweede"))
    assert second.seq > first.seq > 1
    assert timezone.now() - second.at < timedelta(minutes=1)


# -- in spite of the act: what was refused -------------------------------------------------------------------------
def test_a_refusal_is_journaled_though_the_view_failed(alice):
    client = log_in(alice)
    assert client.get("/beheer/medewerkers/").status_code == 403
    (line,) = lines(alice.bureau, act="toegang.geweigerd")
    assert (line.actor, line.result, line.facts["status"]) == ("Alice", "geweigerd", 403)
    assert (line.facts["page"], line.facts["method"]) == ("access:people", "GET")


def test_an_object_out_of_reach_is_journaled_with_the_id_that_was_asked(javawest):
    dora = make_member(javawest, "Dora", Role.DIRECTIE)
    asked = "0198c1f0-0000-7000-8000-000000000000"
    assert log_in(dora).get(f"/beheer/medewerkers/{asked}/").status_code == 404
    (line,) = lines(javawest, act="toegang.geweigerd")
    assert line.facts["asked"] == {"membership_id": asked}
    assert line.actor == "Dora"


def test_a_persona_that_has_no_such_page_is_journaled(javawest):
    charlie = make_member(javawest, "Charlie", Role.CLIENT)
    assert log_in(charlie).get("/beheer/medewerkers/").status_code == 404
    (line,) = lines(javawest, act="toegang.geweigerd")
    assert (line.actor, line.roles) == ("cliënt", "client")


def test_an_address_that_is_no_page_and_somebody_unknown_are_not_journaled(javawest, alice):
    browser_of(javawest).get("/beheer/medewerkers/")
    log_in(alice).get("/dit-bestaat-niet/")
    assert lines(javawest, act="toegang.geweigerd") == []


def test_a_refusal_holds_no_words_that_were_searched_for(alice):
    log_in(alice).get("/beheer/medewerkers/?q=Plantwoord")
    (line,) = lines(alice.bureau, act="toegang.geweigerd")
    assert "Plantwoord" not in str(line.facts)


# -- for good ------------------------------------------------------------------------------------------------------
CHANGES = [
    "UPDATE {} SET id = id",
    "DELETE FROM {}",
    "TRUNCATE {}",
]


@pytest.fixture
def written(servers, transactional_db):
    """A bureau with lines and a seal, committed."""
    from journal.actions import seal

    bureau = make_bureau("werkid", "werkid")
    with in_bureau(bureau):
        seal()
    return bureau


def refusal(connection: psycopg.Connection, statement: str) -> str:
    try:
        with connection.transaction(force_rollback=True):
            connection.execute(statement)
    except psycopg.Error as error:
        return f"{type(error).__name__}: {error.diag.message_primary}"
    return ""


@pytest.mark.parametrize("change", CHANGES, ids=["update", "delete", "truncate"])
@pytest.mark.parametrize("table", ["journal_line", "journal_seal"])
def test_the_app_role_and_the_owner_can_only_add(servers, written, table, change):
    with session(servers, Home(written)) as app, psycopg.connect(servers.environment()["OWNER_DATABASE_URL"]) as owner:
        for one in (app.connection, owner):
            assert refusal(one, change.format(table)).startswith("InsufficientPrivilege")


@pytest.mark.parametrize("table", ["journal_line", "journal_seal"])
def test_a_trigger_stops_even_a_superuser_who_means_no_harm(servers, written, table):
    with servers.admin(DATABASE) as admin:
        for change in CHANGES:
            assert refusal(admin, change.format(table)) == "InsufficientPrivilege: the journal is append-only"


def test_the_app_role_can_not_draw_or_set_the_numbers_back(servers, written):
    with psycopg.connect(servers.environment()["DATABASE_URL"]) as one:
        assert refusal(one, "SELECT setval('journal_line_seq', 1)").startswith("InsufficientPrivilege")
        assert refusal(one, "ALTER SEQUENCE journal_line_seq RESTART").startswith("InsufficientPrivilege")


def test_reading_the_log_is_for_who_works_here(alice, javawest):
    charlie = make_member(javawest, "Charlie", Role.CLIENT)
    with acting(alice):
        assert Line.objects.exists()
    for reach in (Reach.NONE, Reach.OPDRACHTGEVER):
        with in_bureau(javawest, reach=reach):
            assert not Line.objects.exists()
            assert not Seal.objects.exists()
    with acting(charlie):
        assert not Line.objects.exists()


def test_the_tests_run_under_the_app_role():
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_user, session_user")
        assert cursor.fetchone() == (roles.APP, roles.APP)
