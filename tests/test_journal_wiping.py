"""The log's own term: lines go in whole seals, oldest first, and the chain goes on telling what was done to it."""

from __future__ import annotations

from io import StringIO

import psycopg
import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection, transaction

from access.models import Role
from bureaus.tenancy import Context, Reach, in_bureau
from journal import wiping
from journal.checks import check, last_check
from journal.labels import act_label
from journal.models import Line, Seal
from journal.verify import Verdict, verify
from tests.support.ages import adopted, by_force, long_in_force, old_seal, state_term
from tests.support.people import acting, make_bureau, make_member
from tests.support.servers import DATABASE

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def bureau():
    return make_bureau()


def wiped(bureau) -> list[wiping.Wiped]:
    """As the nightly round does: part by part, each in a transaction of its own."""
    found = []
    while True:
        with in_bureau(bureau, origin="werker"):
            gone = wiping.wipe_past()
        if gone is None:
            return found
        found.append(gone)


def asked(bureau, up_to: int) -> tuple:
    with in_bureau(bureau, origin="werker"), connection.cursor() as cursor:
        cursor.execute("SELECT seals, went, last_line FROM journal_wipe_past(%s)", [up_to])
        return cursor.fetchone()


def verdict(bureau) -> Verdict:
    with in_bureau(bureau):
        return verify()


def there(bureau) -> int:
    with in_bureau(bureau):
        return Line.objects.count()


# -- by the term ---------------------------------------------------------------------------------------------------
def test_lines_past_their_term_go_in_whole_seals_and_the_chain_still_closes(servers, bureau):
    first, second = old_seal(servers, bureau, "een.gedaan"), old_seal(servers, bureau, "twee.gedaan", "drie.gedaan")
    young = old_seal(servers, bureau, "vier.gedaan", years=4.9)
    before = verdict(bureau)
    assert wiped(bureau) == [wiping.Wiped(2, first.lines + second.lines, second.last_seq)]
    after = verdict(bureau)
    assert (after.broken, after.seals, after.head) == ("", 3, before.head)
    assert (after.lines, after.wiped, after.upto) == (young.lines, first.lines + second.lines, second.last_seq)
    with in_bureau(bureau):
        assert set(Line.objects.values_list("act", flat=True)) == {"vier.gedaan", "logboek.gewist"}
        assert [bool(one.wiped_at) for one in Seal.objects.order_by("number")] == [True, True, False]
        assert bytes(Seal.objects.get(number=2).digests) == bytes(second.digests)
        told = Line.objects.get(act="logboek.gewist")
    assert told.facts == {"seals": 2, "lines": first.lines + second.lines, "upto": second.last_seq}
    assert (told.actor, told.origin) == ("systeem", "werker")
    assert act_label("logboek.gewist") == "Regels van het logboek gewist na hun bewaartermijn"


def test_a_reglement_that_is_adopted_since_shortens_no_term_that_runs(servers, bureau):
    state_term(servers, bureau, "journal", "P10Y")
    long_in_force(servers, bureau)
    gone = old_seal(servers, bureau, "een.gedaan", years=10.1)
    kept = old_seal(servers, bureau, "twee.gedaan", years=9.9)
    adopted(bureau, "journal", "P5Y")
    assert asked(bureau, kept.number)[0] == 1
    assert wiped(bureau) == []
    with in_bureau(bureau):
        assert [bool(one.wiped_at) for one in Seal.objects.order_by("number")] == [True, False]
    assert gone.number == 1


def test_a_second_night_does_nothing_and_another_bureau_keeps_its_lines(servers, bureau):
    other = make_bureau("werkid", "werkid")
    for one in (bureau, other):
        old_seal(servers, one, "een.gedaan")
    kept = there(other)
    assert len(wiped(bureau)) == 1
    assert wiped(bureau) == []
    assert there(other) == kept
    assert verdict(other).wiped == 0
    with in_bureau(bureau):
        assert Line.objects.filter(act="logboek.gewist").count() == 1


def test_a_longer_term_of_the_reglement_holds(servers, bureau):
    state_term(servers, bureau, "journal", "P7Y")
    old_seal(servers, bureau, "een.gedaan")
    assert wiped(bureau) == []
    assert asked(bureau, 9)[0] == 0


def test_a_big_log_goes_in_parts(servers, bureau, monkeypatch):
    monkeypatch.setattr(wiping, "LINES", 3)
    seals = [old_seal(servers, bureau, "een.gedaan", "twee.gedaan") for _ in range(3)]
    assert [one.seals for one in wiped(bureau)] == [1, 1, 1]
    assert verdict(bureau).wiped == sum(one.lines for one in seals)


def test_killed_after_a_part_the_next_night_goes_on(servers, bureau, monkeypatch):
    monkeypatch.setattr(wiping, "LINES", 3)
    for _ in range(2):
        old_seal(servers, bureau, "een.gedaan", "twee.gedaan")
    with pytest.raises(KeyboardInterrupt), in_bureau(bureau, origin="werker"):
        wiping.wipe_past()
        raise KeyboardInterrupt
    assert verdict(bureau).wiped == 0
    with in_bureau(bureau, origin="werker"):
        wiping.wipe_past()
    assert [one.seals for one in wiped(bureau)] == [1]
    assert not verdict(bureau).broken


# -- and by nothing else -------------------------------------------------------------------------------------------
def test_younger_than_five_years_stays_whatever_is_asked(servers, bureau):
    state_term(servers, bureau, "journal", "P1Y")
    old_seal(servers, bureau, "een.gedaan", years=4.99)
    old_seal(servers, bureau, "twee.gedaan", years=6)
    before = there(bureau)
    assert asked(bureau, 2_000_000_000) == (0, 0, 0)
    assert there(bureau) == before


def test_the_function_works_for_a_worker_and_for_its_own_bureau_alone(servers, bureau):
    other, alice = make_bureau("werkid", "werkid"), make_member(bureau, "Alice", Role.DIRECTIE)
    old_seal(servers, bureau, "een.gedaan")
    assert asked(other, 9)[0] == 0
    refused = pytest.raises(DatabaseError, match="worker alone")
    with acting(alice), connection.cursor() as cursor, refused, transaction.atomic():
        cursor.execute("SELECT journal_wipe_past(9)")
    with in_bureau(bureau, reach=Reach.NONE), connection.cursor() as cursor, refused, transaction.atomic():
        cursor.execute("SELECT journal_wipe_past(9)")
    assert verdict(bureau).wiped == 0


@pytest.mark.parametrize(
    "change",
    [
        "DELETE FROM journal_line",
        "DELETE FROM journal_seal",
        "UPDATE journal_seal SET wiped_at = now()",
        "UPDATE journal_line SET at = now()",
    ],
)
def test_nobody_takes_an_old_line_away_by_hand(servers, bureau, change):
    old_seal(servers, bureau, "een.gedaan")
    addresses = servers.environment()
    for address in ("DATABASE_URL", "OWNER_DATABASE_URL"):
        with psycopg.connect(addresses[address]) as one, pytest.raises(psycopg.errors.InsufficientPrivilege):
            settings = Context(bureau_id=bureau.pk).settings()
            for name, value in settings.items():
                one.execute("SELECT set_config(%s, %s, false)", [name, value])
            one.execute(change)
    with servers.admin(DATABASE) as admin, pytest.raises(psycopg.errors.InsufficientPrivilege, match="append-only"):
        admin.execute(change)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ("DELETE FROM journal_line", "goes by its term alone"),
        ("UPDATE journal_seal SET wiped_at = now()", "wiped once, in its turn"),
        ("UPDATE journal_seal SET hash = 'x', wiped_at = now() WHERE number = 1", "wiped once, in its turn"),
        ("UPDATE journal_seal SET wiped_at = now() WHERE number = 2", "wiped once, in its turn"),
    ],
)
def test_even_a_function_of_the_owner_takes_only_what_is_past_and_in_its_turn(servers, bureau, change, said):
    """Whoever can make one is the owner: the rows say no themselves."""
    for years in (6, 6, 1):
        old_seal(servers, bureau, "een.gedaan", years=years)
    body = f"CREATE FUNCTION sly() RETURNS void LANGUAGE sql SECURITY DEFINER AS $$ {change} $$"
    with psycopg.connect(servers.environment()["OWNER_DATABASE_URL"]) as owner:
        owner.execute(body)
        owner.commit()
    try:
        refused = pytest.raises(DatabaseError, match=said)
        with in_bureau(bureau), connection.cursor() as cursor, refused, transaction.atomic():
            cursor.execute("SELECT sly()")
    finally:
        with psycopg.connect(servers.environment()["OWNER_DATABASE_URL"]) as owner:
            owner.execute("DROP FUNCTION sly()")


# -- what was tampered with ----------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("change", "said"),
    [
        ("DELETE FROM journal_line WHERE act = 'vier.gedaan'", "is verdwenen"),
        ("DELETE FROM journal_line WHERE seq = (SELECT last_seq FROM journal_seal WHERE number = 4)", "is verdwenen"),
        ("UPDATE journal_seal SET wiped_at = now() WHERE number = 4", "zegel 4 is buiten de beurt gewist"),
        ("UPDATE journal_seal SET wiped_at = now() WHERE number = 3", "zegel 3 is gewist voordat de bewaartermijn om"),
        ("UPDATE journal_seal SET wiped_at = NULL WHERE number = 2", "zegel 2) is verdwenen"),
        ("UPDATE journal_seal SET wiped_at = NULL WHERE number = 1", "zegel 1) is verdwenen"),
        ("UPDATE journal_seal SET hash = repeat('0', 64) WHERE number = 1", "zegel 1 is veranderd"),
        ("DELETE FROM journal_seal WHERE number = 2", "zegel 2 ontbreekt"),
        ("UPDATE journal_seal SET sealed_at = sealed_at - interval '9 years' WHERE number = 3", "zegel 3 is veranderd"),
        (
            "UPDATE journal_seal SET sealed_at = sealed_at - interval '1 second' WHERE number = 1",
            "zegel 1 is veranderd",
        ),
        ("DELETE FROM journal_line WHERE act = 'logboek.gewist'", "zijn gewist, maar het logboek zegt dat niet"),
        ("UPDATE journal_seal SET lines = lines + 1 WHERE number = 2", "de tellingen kloppen niet"),
        (
            "UPDATE journal_line SET seq = (SELECT last_seq FROM journal_seal WHERE number = 2)"
            " WHERE act = 'los.gedaan'",
            "(zegel 2) staat er nog, maar het zegel is gewist",
        ),
    ],
)
def test_tampering_is_found_after_wiping_too(servers, bureau, change, said):
    for act, years in (("een.gedaan", 6), ("twee.gedaan", 6), ("drie.gedaan", 2), ("vier.gedaan", 1)):
        old_seal(servers, bureau, act, years=years)
    assert [one.seals for one in wiped(bureau)] == [2]
    with in_bureau(bureau):
        from journal.actions import record

        record(act="los.gedaan")
    assert not verdict(bureau).broken
    with by_force(servers) as admin:
        admin.execute(change)
    assert said in verdict(bureau).broken


def test_what_was_tampered_with_before_its_term_is_not_wiped_away(servers, bureau):
    for act in ("een.gedaan", "twee.gedaan", "drie.gedaan"):
        old_seal(servers, bureau, act)
    with by_force(servers) as admin:
        admin.execute("UPDATE journal_line SET actor = 'iemand anders' WHERE act = 'twee.gedaan'")
    assert [one.seals for one in wiped(bureau)] == [1]
    assert "(zegel 2) is veranderd" in verdict(bureau).broken
    with by_force(servers) as admin:
        admin.execute("DELETE FROM journal_line WHERE act = 'twee.gedaan'")
    with pytest.raises(DatabaseError, match="not as it was sealed"):
        asked(bureau, 9)


# -- and how it is told --------------------------------------------------------------------------------------------
def test_verify_journal_says_up_to_which_line_the_term_took_them(servers, bureau):
    gone = old_seal(servers, bureau, "een.gedaan")
    old_seal(servers, bureau, "twee.gedaan", years=1)
    wiped(bureau)
    out = StringIO()
    call_command("verify_journal", stdout=out)
    said = f"{gone.lines} regels, tot en met regel {gone.last_seq}, zijn gewist na hun bewaartermijn"
    assert said in out.getvalue()
    with by_force(servers) as admin:
        admin.execute("DELETE FROM journal_line WHERE act = 'twee.gedaan'")
    with pytest.raises(CommandError):
        call_command("verify_journal", stdout=out)


def test_the_nightly_check_of_the_chain_goes_on(servers, bureau):
    gone = old_seal(servers, bureau, "een.gedaan")
    with in_bureau(bureau, origin="werker"):
        check(None)
    wiped(bureau)
    with in_bureau(bureau, origin="werker"):
        found = check(last_check())
        assert (found.broken, found.wiped) == ("", gone.lines)
        assert last_check().facts["upto"] == gone.last_seq
