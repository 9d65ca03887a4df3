"""What goes round the bureaus: one in which it fails keeps no other waiting."""

from __future__ import annotations

from time import sleep

import pytest
from celery.exceptions import SoftTimeLimitExceeded

from bureaus.models import Bureau
from bureaus.rounds import in_each, in_turns, one_by_one
from bureaus.tenancy import current, in_bureau
from consent import grounds
from dossiers.packing import why_not
from tests.support.people import make_bureau


@pytest.fixture
def bureaus(db) -> list[Bureau]:
    return sorted((make_bureau(), make_bureau("werkid", "werkid")), key=lambda one: one.pk)


def test_what_fails_in_the_first_bureau_is_done_in_the_next_and_stands_in_the_log(bureaus, caplog):
    first, _ = bureaus

    def act() -> int:
        if current().bureau_id == first.pk:
            raise ValueError("een sleutel die niet opent")
        return 1

    assert in_each(act) == 1
    (line,) = [one for one in caplog.records if one.name == "bureaus.rounds"]
    assert "act failed in bureau" in line.getMessage()
    assert line.getMessage().endswith(f" {first.pk}")


def test_one_row_that_fails_keeps_no_other_waiting_and_its_work_is_undone(bureaus, caplog):
    first, _ = bureaus

    def act(name: str, _: object) -> int:
        Bureau.objects.filter(pk=first.pk).update(legal_name=name)
        if name == "een":
            raise ValueError(name)
        return 1

    done = one_by_one(first.pk, today=grounds.today, find=lambda _: ["twee", "een"], act=act, name="naming")
    with in_bureau(first):
        assert (done, Bureau.objects.get(pk=first.pk).legal_name) == (1, "twee")
    assert "naming: een failed in bureau" in caplog.text


def test_work_goes_round_in_turns_until_none_waits(bureaus):
    first, second = (one.pk for one in bureaus)
    waits, done = {first: 2, second: 1}, []

    def work(bureau_id: int) -> int | None:
        if not waits[bureau_id]:
            return None
        waits[bureau_id] -= 1
        done.append(bureau_id)
        return 1

    assert in_turns(work, seconds=60) == (3, False)
    assert sorted(done[:2]) == [first, second], "one of each before a second of the first"


def test_nothing_is_begun_once_the_time_is_over(bureaus):
    begun = []

    def work(bureau_id: int) -> int | None:
        begun.append(bureau_id)
        sleep(1.1)
        return 1

    assert in_turns(work, seconds=1) == (1, True)
    assert len(begun) == 1


def test_what_took_too_long_says_so():
    assert "half uur" in why_not(SoftTimeLimitExceeded())
