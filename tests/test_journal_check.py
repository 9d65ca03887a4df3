"""The nightly check of the chain: fast, sharp to one byte, in the log itself, and loud where something is wrong."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.db import connection
from django.utils import timezone

from access.models import Mail, Role
from bureaus.models import Bureau
from bureaus.tenancy import in_bureau
from journal import checks, rules, tasks
from journal.actions import record, seal
from journal.digests import at_most
from journal.models import Line, Seal
from journal.verify import verify
from scripts.measure_journal import FILL
from tests.support.people import acting, log_in, make_bureau, make_member
from tests.support.servers import DATABASE

pytestmark = pytest.mark.django_db(transaction=True)
MANY = 50_000
# A million lines in less than a minute (the issue's own measure), and so many in proportion.
LIMIT = 60 * MANY / 1_000_000
HERE = ZoneInfo("Europe/Amsterdam")


@pytest.fixture
def bureau() -> Bureau:
    return make_bureau()


@pytest.fixture
def tamper(servers):
    def act(statement: str, *values: object) -> None:
        with servers.admin(DATABASE) as admin, admin.transaction():
            admin.execute("SET LOCAL session_replication_role = replica")
            assert admin.execute(statement, values or None).rowcount >= 1

    return act


def write(bureau: Bureau, *acts: str) -> None:
    with in_bureau(bureau):
        for act in acts:
            record(act=act, facts={"aantal": 3, "deel": 1.5, "ja": True, "lijst": ["é", None], "leeg": {}})


def seal_all(bureau: Bureau) -> None:
    while True:
        with in_bureau(bureau):
            if seal() is None:
                return


def last_facts(bureau: Bureau) -> dict:
    with in_bureau(bureau):
        return checks.last_check().facts


# -- the digests, read in bulk -------------------------------------------------------------------------------------
def test_a_digest_read_in_bulk_is_the_digest_of_the_line(bureau):
    coach = make_member(bureau, 'Ève \\ "x"', Role.COACH, email="eve@javawest.test")
    with acting(coach):
        record(
            act="proef",
            reason="regel\nmet \t tekens \x7f é 😀 \u2028",
            facts={"b": {"d": [1, 2.5e-7], "a": "ü"}, "a": 10**20},
        )
    with in_bureau(bureau):
        lines = list(Line.objects.order_by("seq"))
        assert at_most(0, 100) == [(line.seq, rules.digest(line)) for line in lines]


def test_a_moment_without_microseconds_is_the_same_moment(bureau, tamper):
    write(bureau, "proef")
    tamper("UPDATE journal_line SET at = date_trunc('second', at)")
    with in_bureau(bureau):
        lines = list(Line.objects.order_by("seq"))
        assert at_most(0, 100) == [(line.seq, rules.digest(line)) for line in lines]


@pytest.mark.parametrize("column", sorted({field.column for field in Line._meta.local_fields} - {"bureau_id", "seq"}))
def test_one_changed_byte_of_any_column_is_found(bureau, tamper, column):
    dossier = "01a1fd9f-0000-7000-8000-000000000000"
    write(bureau, "eerste", "tweede", "derde")
    with in_bureau(bureau):
        seq = Line.objects.get(act="tweede").seq
    # Everything filled, so that there is a byte to change.
    filled = {"dossier_id": dossier, "grant_id": dossier, "membership_id": dossier, "user_id": 5}
    tamper(
        f"UPDATE journal_line SET {', '.join(f'{name} = %s' for name in filled)} WHERE seq = {seq}", *filled.values()
    )
    seal_all(bureau)
    change = {
        "at": "at + interval '1 microsecond'", "user_id": "user_id + 1", "result": "'geweigerd'",
        "facts": "jsonb_set(facts, '{aantal}', '4')",
        **dict.fromkeys(("id", "dossier_id", "grant_id", "membership_id"),
                        f"overlay({column}::text placing 'f' from 20 for 1)::uuid"),
    }.get(column, f"{column} || '.'")  # fmt: skip
    tamper(f"UPDATE journal_line SET {column} = {change} WHERE seq = %s", seq)
    with in_bureau(bureau):
        assert verify().broken == f"regel {seq} (zegel 1) is veranderd"


@pytest.mark.parametrize(
    "change",
    [
        "at = 'infinity'",
        "at = '-infinity'",
        "at = '0044-03-15 BC'",
        "facts = ('{\"a\": ' || repeat('9', 5000) || '}')::jsonb",
        "facts = 'null'",
    ],
)
def test_what_no_line_can_hold_is_named_and_stops_nothing(bureau, tamper, change):
    write(bureau, "eerste")
    with in_bureau(bureau):
        seq = Line.objects.get(act="eerste").seq
    seal_all(bureau)
    tamper(f"UPDATE journal_line SET {change} WHERE seq = %s", seq)
    with in_bureau(bureau):
        assert verify().broken == f"regel {seq} (zegel 1) is veranderd"


def test_a_long_log_is_checked_in_time_and_one_byte_is_found(bureau, tamper):
    coach = make_member(bureau, "Carla", Role.COACH)
    with in_bureau(bureau), connection.cursor() as cursor:
        cursor.execute(FILL, {"bureau": bureau.pk, "member": coach.pk, "first": 1, "last": MANY})
    seal_all(bureau)
    with in_bureau(bureau):
        took, whole = min((timed(verify) for _ in range(3)), key=lambda one: one[0])
        seq = Line.objects.order_by("seq")[MANY // 2].seq
    assert whole.lines >= MANY
    assert not whole.broken
    assert took < LIMIT, f"{took:.1f} s for {MANY} lines"
    tamper("UPDATE journal_line SET origin = overlay(origin placing '3' from 1 for 1) WHERE seq = %s", seq)
    with in_bureau(bureau):
        assert verify().broken.startswith(f"regel {seq} ")


def timed(act):
    """Of three times the shortest counts: the machine does other things as well."""
    began = time.monotonic()
    found = act()
    return time.monotonic() - began, found


# -- once a day ----------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("last", "now", "due"),
    [
        (None, "2026-05-02 01:00", True),
        ("2026-05-01 03:10", "2026-05-02 02:59", False),
        ("2026-05-01 03:10", "2026-05-02 03:00", True),
        ("2026-05-02 03:10", "2026-05-02 23:00", False),
        ("2026-04-01 03:10", "2026-05-02 15:00", True),
    ],
)
def test_a_check_is_due_once_a_day_from_three_oclock(last, now, due):
    before = datetime.fromisoformat(last).replace(tzinfo=HERE).astimezone(UTC) if last else None
    assert rules.check_is_due(before, datetime.fromisoformat(now).replace(tzinfo=HERE)) is due


def test_the_verdict_is_a_line_of_the_log(bureau):
    write(bureau, "een")
    seal_all(bureau)
    assert tasks.check_one(bureau.pk)
    with in_bureau(bureau):
        head = Seal.objects.order_by("-number").first().hash
        line = checks.last_check()
    assert (line.facts["broken"], line.facts["head"], line.facts["seals"]) == ("", head, 1)
    assert line.membership_id is None


def test_twice_in_one_night_is_once(bureau):
    assert tasks.check_one(bureau.pk)
    assert not tasks.check_one(bureau.pk)
    with in_bureau(bureau):
        assert Line.objects.filter(act=checks.CHECKED).count() == 1


def test_a_worker_checks_every_bureau_when_it_is_rung(bureau, celery_worker_process):
    other = make_bureau("werkid", "werkid")
    tasks.check_all.delay()
    until = time.monotonic() + 40
    for one in (bureau, other):
        while True:
            with in_bureau(one):
                if checks.last_check():
                    break
            assert time.monotonic() < until, celery_worker_process.text()[-2000:]
            time.sleep(0.2)


# -- broken --------------------------------------------------------------------------------------------------------
def yesterday(tamper) -> None:
    tamper("UPDATE journal_line SET at = at - interval '1 day' WHERE act = %s", checks.CHECKED)


def test_a_broken_chain_is_told_to_fg_and_directie_and_stands_on_the_page(bureau, tamper):
    fenna, dora = make_member(bureau, "Fenna", Role.FG), make_member(bureau, "Dora", Role.DIRECTIE)
    make_member(bureau, "Carla", Role.COACH)
    write(bureau, "een")
    seal_all(bureau)
    with in_bureau(bureau):
        seq = Line.objects.get(act="een").seq
    tamper("UPDATE journal_line SET actor = 'x' WHERE seq = %s", seq)
    tasks.check_one(bureau.pk)
    assert last_facts(bureau)["broken"] == f"regel {seq} (zegel 1) is veranderd"
    with in_bureau(bureau):
        mails = Mail.objects.filter(kind="logboek_gebroken")
        assert {mail.to for mail in mails} == {fenna.user.email, dora.user.email}
        assert all("regel" not in str(mail.facts) for mail in mails)
    assert "Het logboek klopt niet meer" in log_in(fenna).get("/logboek/").content.decode()


def test_lines_and_seals_taken_off_the_end_are_missed_by_the_next_check(bureau, tamper):
    """What is left is a chain that is whole; but the check of the night before saw more."""
    write(bureau, "een")
    seal_all(bureau)
    write(bureau, "twee")
    seal_all(bureau)
    tasks.check_one(bureau.pk)
    yesterday(tamper)
    with in_bureau(bureau):
        last = Seal.objects.order_by("-number").first()
    tamper("DELETE FROM journal_line WHERE seq BETWEEN %s AND %s", last.first_seq, last.last_seq)
    tamper("DELETE FROM journal_seal WHERE number = %s", last.number)
    with in_bureau(bureau):
        assert not verify().broken
        assert checks.check(checks.last_check()).broken.startswith(
            "zegel 2 is niet meer wat het was bij de controle van"
        )


def test_a_whole_chain_is_told_to_nobody_and_the_page_says_when_it_was_checked(bureau):
    fenna = make_member(bureau, "Fenna", Role.FG)
    seal_all(bureau)
    tasks.check_one(bureau.pk)
    with in_bureau(bureau):
        assert not Mail.objects.filter(kind="logboek_gebroken").exists()
    page = " ".join(log_in(fenna).get("/logboek/").content.decode().split())
    assert "De keten klopt, gecontroleerd op" in page
    assert f"{timezone.localdate():%Y}" in page
    assert timedelta(0) < timezone.now() - checks_at(bureau) < timedelta(minutes=2)


def checks_at(bureau: Bureau) -> datetime:
    with in_bureau(bureau):
        return checks.last_check().at
