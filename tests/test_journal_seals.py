"""Sealing, and what a seal shows afterwards. Committed rows, real connections, a real worker."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError, OperationalError, connection, transaction
from django.utils import timezone

from bureaus.models import Bureau
from bureaus.tenancy import in_bureau
from journal import actions, rules, tasks
from journal.actions import record, seal
from journal.models import Line, Seal
from journal.verify import Verdict, verify
from tests.support.people import make_bureau
from tests.support.servers import DATABASE
from tests.support.waiting import until_somebody_waits
from tests.support.walls import Home, session

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def bureau() -> Bureau:
    return make_bureau()


def write(bureau: Bureau, *acts: str) -> None:
    with in_bureau(bureau):
        for act in acts:
            record(act=act)


def sealed(bureau: Bureau) -> Seal | None:
    with in_bureau(bureau):
        return seal()


def verdict(bureau: Bureau) -> Verdict:
    with in_bureau(bureau):
        return verify()


def numbers(bureau: Bureau, **which) -> list[int]:
    with in_bureau(bureau):
        return list(Line.objects.filter(**which).order_by("seq").values_list("seq", flat=True))


# -- the chain -----------------------------------------------------------------------------------------------------
def test_a_seal_covers_every_line_since_the_last_one(bureau):
    first = sealed(bureau)
    write(bureau, "een", "twee")
    second = sealed(bureau)
    assert (first.number, second.number, second.lines) == (1, 2, 2)
    assert second.first_seq > first.last_seq
    assert second.previous_hash == first.hash
    assert verdict(bureau) == Verdict(first.lines + 2, 2, 0, second.hash)


def test_without_new_lines_there_is_no_new_seal(bureau):
    assert sealed(bureau)
    assert sealed(bureau) is None


def test_an_empty_log_is_whole_and_gets_no_seal():
    empty = Bureau.objects.create(legal_name="Leeg", slug="leeg", host="leeg.localhost")
    assert sealed(empty) is None
    assert verdict(empty) == Verdict(0, 0, 0, rules.FIRST)


def test_many_lines_become_many_seals_in_one_chain(bureau, monkeypatch):
    monkeypatch.setattr(actions, "SEAL_AT_MOST", 4)
    write(bureau, *[f"regel {number}" for number in range(17)])
    made = tasks.seal_all()
    with in_bureau(bureau):
        seals = list(Seal.objects.order_by("number"))
        lines = Line.objects.count()
    assert made == len(seals) == -(-lines // 4)
    assert [one.lines for one in seals[:-1]] == [4] * (made - 1)
    assert verdict(bureau).lines == lines


def test_each_bureau_has_a_chain_of_its_own(bureau):
    other = make_bureau("werkid", "werkid")
    assert tasks.seal_all() == 2
    with in_bureau(bureau):
        assert Seal.objects.get().number == 1
    with in_bureau(other):
        assert Seal.objects.get().number == 1
    assert not verdict(bureau).broken
    assert not verdict(other).broken


def test_what_is_not_sealed_yet_is_counted(bureau):
    sealed(bureau)
    write(bureau, "een", "twee", "drie")
    assert verdict(bureau).unsealed == 3


# -- the worker ----------------------------------------------------------------------------------------------------
def test_a_worker_seals_when_it_is_rung(bureau, celery_worker_process):
    write(bureau, "een")
    tasks.seal_all.delay()
    until = time.monotonic() + 30
    while verdict(bureau).seals == 0 or verdict(bureau).unsealed:
        assert time.monotonic() < until, celery_worker_process.text()[-2000:]
        time.sleep(0.2)
    assert not verdict(bureau).broken


# -- at the same time ----------------------------------------------------------------------------------------------
class Meanwhile(threading.Thread):
    """Something on a connection of its own; `error` is what it raised."""

    def __init__(self, act: Callable[[], object]) -> None:
        super().__init__(daemon=True)
        self.act, self.error, self.answer = act, None, None
        self.start()

    def run(self) -> None:
        try:
            self.answer = self.act()
        except Exception as error:  # noqa: BLE001  (raised again by wait)
            self.error = error
        finally:
            connection.close()

    def wait(self) -> object:
        self.join(60)
        assert not self.is_alive()
        if self.error:
            raise self.error
        return self.answer


def test_a_line_of_a_transaction_that_is_still_open_is_never_skipped(bureau, monkeypatch):
    """Its number was drawn first, it commits last: the seal waits for it."""
    monkeypatch.setattr(actions, "PATIENCE", 60_000)
    sealed(bureau)
    written, go_on = threading.Event(), threading.Event()

    def slow_writer() -> None:
        with in_bureau(bureau):
            record(act="traag")
            written.set()
            go_on.wait(60)

    slow = Meanwhile(slow_writer)
    assert written.wait(10)
    write(bureau, "vlug")  # a higher number, committed before
    sealing = Meanwhile(lambda: sealed(bureau))
    until_somebody_waits()
    assert sealing.is_alive()
    go_on.set()
    slow.wait()
    assert sealing.wait().lines == 2
    assert numbers(bureau, act="traag")[0] < numbers(bureau, act="vlug")[0]
    assert verdict(bureau).unsealed == 0


def test_a_writer_that_never_ends_keeps_the_seal_waiting_but_nobody_else(bureau, monkeypatch):
    monkeypatch.setattr(actions, "PATIENCE", 200)
    write(bureau, "gewoon")
    written, go_on = threading.Event(), threading.Event()

    def slow_writer() -> None:
        with in_bureau(bureau):
            record(act="traag")
            written.set()
            go_on.wait(60)

    slow = Meanwhile(slow_writer)
    assert written.wait(10)
    with pytest.raises(OperationalError):
        sealed(bureau)
    other = make_bureau("werkid", "werkid")
    assert tasks.seal_all() == 1  # the other bureau's
    assert verdict(other).seals == 1
    go_on.set()
    slow.wait()
    assert sealed(bureau)


def test_two_sealers_at_once_make_one_chain(bureau):
    write(bureau, *["regel"] * 50)
    for sealer in [Meanwhile(lambda: sealed(bureau)) for _ in range(4)]:
        sealer.wait()
    assert verdict(bureau).seals == 1
    assert not verdict(bureau).broken


def test_writers_and_a_sealer_at_once_leave_no_gap(bureau):
    def writer() -> None:
        for number in range(25):
            write(bureau, f"regel {number}")

    def sealer() -> None:
        for _ in range(10):
            sealed(bureau)
            time.sleep(0.02)

    for thread in [*[Meanwhile(writer) for _ in range(4)], Meanwhile(sealer)]:
        thread.wait()
    sealed(bureau)
    found = verdict(bureau)
    assert (found.unsealed, found.broken) == (0, "")
    assert found.lines == len(numbers(bureau))


# -- whoever has the password of the app's role ------------------------------------------------------------------------
@pytest.mark.parametrize(
    "change",
    [{"number": 9}, {"last_seq": 10**12}, {"first_seq": 1}, {"lines": 1}, {"digests": b""}, {"previous_hash": "0" * 64},
     {"hash": "0" * 64}, {"sealed_at": timezone.now() - timedelta(days=9)}, {"wiped_at": timezone.now()}],
    ids=lambda one: next(iter(one)),
)  # fmt: skip
def test_nobody_writes_a_seal_but_over_the_lines_that_are_there(bureau, change):
    sealed(bureau)
    write(bureau, "een", "twee")
    with in_bureau(bureau), transaction.atomic():
        made = seal()
        values = {field.attname: getattr(made, field.attname) for field in Seal._meta.concrete_fields}
        transaction.set_rollback(True)
    with in_bureau(bureau), pytest.raises(DatabaseError), transaction.atomic():
        Seal.objects.create(**values | change)
    with in_bureau(bureau):
        Seal.objects.create(**values)
    assert (verdict(bureau).broken, verdict(bureau).unsealed) == ("", 0)


def test_a_bureau_that_can_not_be_sealed_keeps_no_other_waiting_and_is_told(servers, bureau, caplog):
    other = make_bureau("werkid", "werkid")
    sealed(bureau)
    write(bureau, "een")
    write(other, "een")
    with servers.admin(DATABASE) as admin, admin.transaction():
        admin.execute("SET LOCAL session_replication_role = replica")
        admin.execute("UPDATE journal_seal SET number = 2147483647 WHERE bureau_id = %s", [bureau.pk])
    assert tasks.seal_all() == 1
    assert f"the journal of bureau {bureau.pk} can't be sealed" in caplog.text
    assert (verdict(other).unsealed, verdict(other).broken) == (0, "")


def test_the_hash_of_an_older_seal_did_not_cover_its_moment_and_still_closes(servers, bureau):
    write(bureau, "een")
    old = sealed(bureau)
    before = rules.chain(old.previous_hash, old.number, bytes(old.digests))
    with servers.admin(DATABASE) as admin, admin.transaction():
        admin.execute("SET LOCAL session_replication_role = replica")
        admin.execute("UPDATE journal_seal SET hash = %s WHERE id = %s", [before, old.pk])
    write(bureau, "twee")
    sealed(bureau)
    assert (verdict(bureau).broken, verdict(bureau).seals) == ("", 2)


# -- tampering: by a superuser with the triggers off ----------------------------------------------------------------
@pytest.fixture
def three_seals(bureau) -> Bureau:
    for round_ in range(3):
        write(bureau, f"eerste van {round_}", f"tweede van {round_}", f"derde van {round_}")
        sealed(bureau)
    write(bureau, "nog niet verzegeld")
    return bureau


@pytest.fixture
def tamper(servers, three_seals) -> Callable[..., None]:
    def act(statement: str, *values: object) -> None:
        with servers.admin(DATABASE) as admin, admin.transaction():
            admin.execute("SET LOCAL session_replication_role = replica")
            assert admin.execute(statement, values or None).rowcount >= 1

    return act


def seq_of(bureau: Bureau, act: str) -> int:
    return numbers(bureau, act=act)[0]


@pytest.mark.parametrize(
    "change",
    ["actor = 'een ander'", "at = at - interval '1 hour'", "facts = '{\"a\": 1}'", "reason = 'x'",
     "result = 'overmacht'", "dossier_id = gen_random_uuid()", "membership_id = gen_random_uuid()", "origin = ''",
     "id = gen_random_uuid()"],
)  # fmt: skip
def test_a_line_that_was_changed_is_named(three_seals, tamper, change):
    seq = seq_of(three_seals, "tweede van 1")
    tamper(f"UPDATE journal_line SET {change} WHERE seq = %s", seq)
    assert verdict(three_seals).broken == f"regel {seq} (zegel 2) is veranderd"


def test_the_first_of_several_is_named(three_seals, tamper):
    first = seq_of(three_seals, "derde van 0")
    tamper("UPDATE journal_line SET actor = 'x' WHERE seq >= %s", first)
    assert verdict(three_seals).broken == f"regel {first} (zegel 1) is veranderd"


def test_a_line_that_was_deleted_is_named(three_seals, tamper):
    seq = seq_of(three_seals, "eerste van 1")
    tamper("DELETE FROM journal_line WHERE seq = %s", seq)
    assert verdict(three_seals).broken == f"regel {seq} (zegel 2) is verdwenen"


def test_the_last_line_under_the_last_seal_is_missed_too(three_seals, tamper):
    seq = seq_of(three_seals, "derde van 2")
    tamper("DELETE FROM journal_line WHERE seq = %s", seq)
    assert verdict(three_seals).broken == f"regel {seq} (zegel 3) is verdwenen"


def test_a_line_that_was_put_in_later_is_named(three_seals, tamper):
    """Its number has to lie among those that are sealed: here of a line that stands in another bureau's log."""
    seq = seq_of(three_seals, "derde van 0")
    tamper("UPDATE journal_line SET seq = seq + 1000000 WHERE seq > %s", seq)
    tamper(
        "INSERT INTO journal_line SELECT (l).* FROM (SELECT jsonb_populate_record(x, jsonb_build_object('id',"
        " gen_random_uuid(), 'seq', x.seq + 1)) l FROM journal_line x WHERE x.seq = %s) y",
        seq,
    )
    broken = verdict(three_seals).broken
    assert broken.startswith(f"regel {seq + 1} (zegel ")


def test_two_lines_that_changed_places_are_named(three_seals, tamper):
    one, two = seq_of(three_seals, "eerste van 1"), seq_of(three_seals, "tweede van 1")
    tamper("UPDATE journal_line SET act = CASE seq WHEN %s THEN 'tweede van 1' ELSE 'eerste van 1' END"
           " WHERE seq IN (%s, %s)", one, one, two)  # fmt: skip
    assert verdict(three_seals).broken == f"regel {one} (zegel 2) is veranderd"


def test_a_line_moved_to_another_bureau_is_missed(three_seals, tamper):
    other = make_bureau("werkid", "werkid")
    seq = seq_of(three_seals, "tweede van 1")
    tamper("UPDATE journal_line SET bureau_id = %s WHERE seq = %s", other.pk, seq)
    assert verdict(three_seals).broken == f"regel {seq} (zegel 2) is verdwenen"


def test_a_seal_that_is_missing_is_named(three_seals, tamper):
    tamper("DELETE FROM journal_seal WHERE number = 2")
    assert verdict(three_seals).broken == "zegel 2 ontbreekt"


def test_a_seal_whose_hash_was_changed_is_named(three_seals, tamper):
    tamper("UPDATE journal_seal SET hash = repeat('a', 64) WHERE number = 2")
    assert verdict(three_seals).broken == "zegel 2 is veranderd: het sluit niet aan op het vorige"


def test_a_line_and_its_seal_changed_together_break_the_chain(three_seals, tamper):
    """Who can write everything but the head that was noted down still has every later seal against them."""
    seq = seq_of(three_seals, "tweede van 1")
    tamper("UPDATE journal_line SET actor = 'een ander' WHERE seq = %s", seq)
    with in_bureau(three_seals):
        lines = list(Line.objects.filter(seq__gte=seq_of(three_seals, "eerste van 1"), seq__lte=seq + 1))
        packed = b"".join(rules.entry(line.seq, rules.digest(line)) for line in sorted(lines, key=lambda one: one.seq))
        before = Seal.objects.get(number=1).hash
    tamper("UPDATE journal_seal SET digests = %s, hash = %s WHERE number = 2", packed, rules.chain(before, 2, packed))
    assert verdict(three_seals).broken == "zegel 3 is veranderd: het sluit niet aan op het vorige"


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ("digests = substring(digests FROM 1 FOR 39)", "zegel 2 is beschadigd"),
        ("lines = lines + 1", "zegel 2 is veranderd: de tellingen kloppen niet"),
        ("first_seq = first_seq - 1", "zegel 2 is veranderd: de tellingen kloppen niet"),
        ("previous_hash = repeat('b', 64)", "zegel 2 is veranderd: het sluit niet aan op het vorige"),
    ],
)
def test_a_seal_that_was_changed_is_named(three_seals, tamper, change, said):
    tamper(f"UPDATE journal_seal SET {change} WHERE number = 2")
    assert verdict(three_seals).broken == said


# -- the command ---------------------------------------------------------------------------------------------------
def test_the_command_says_that_all_is_well_and_shows_the_head_to_note_down(three_seals):
    said = StringIO()
    call_command("verify_journal", stdout=said)
    with in_bureau(three_seals):
        head = Seal.objects.order_by("-number").first().hash
    assert "javawest: in orde" in said.getvalue()
    assert "3 zegels, 1 nog niet verzegeld" in said.getvalue()
    assert head in said.getvalue()


def test_the_command_names_the_first_broken_line_and_ends_with_an_error(three_seals, tamper):
    make_bureau("werkid", "werkid")
    seq = seq_of(three_seals, "tweede van 1")
    tamper("UPDATE journal_line SET actor = 'x' WHERE seq = %s", seq)
    said = StringIO()
    with pytest.raises(CommandError, match="javawest"):
        call_command("verify_journal", stdout=said)
    assert f"javawest: GEBROKEN bij regel {seq} (zegel 2) is veranderd" in said.getvalue()
    assert "werkid: in orde" in said.getvalue()


def test_the_command_checks_one_bureau_where_asked(three_seals):
    make_bureau("werkid", "werkid")
    said = StringIO()
    call_command("verify_journal", "--bureau", "werkid", stdout=said)
    assert "javawest" not in said.getvalue()
    with pytest.raises(CommandError, match="geen bureau"):
        call_command("verify_journal", "--bureau", "bestaat-niet")


def test_verifying_asks_few_queries_whatever_the_number_of_lines(three_seals, django_assert_max_num_queries):
    with in_bureau(three_seals), django_assert_max_num_queries(6):
        verify()


def test_the_lines_are_checked_by_a_connection_of_the_app_role(servers, three_seals):
    """No right beyond the product's own is needed to verify."""
    with session(servers, Home(three_seals)) as one:
        assert one("SELECT count(*) FROM journal_line") == [(len(numbers(three_seals)),)]
