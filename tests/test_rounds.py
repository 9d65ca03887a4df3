"""What goes round the bureaus: one in which it fails keeps no other waiting."""

from __future__ import annotations

import pytest

from bureaus.models import Bureau
from bureaus.rounds import in_each, one_by_one
from bureaus.tenancy import current, in_bureau
from consent import grounds
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
