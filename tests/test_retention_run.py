"""The nightly round, by beat and by hand: once a day for each bureau, and then what is approved and cooled off."""

from __future__ import annotations

import getpass
import io
import time
from datetime import timedelta

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command
from django.utils import timezone

from access.models import Mail, Membership
from bureaus.models import Bureau
from bureaus.tenancy import in_bureau
from dossiers.models import Dossier
from retention import rounds
from retention.models import DestructionList, DueDate, ListStatus, ProcesVerbaal
from retention.tasks import nightly
from tests.support.lists import again, approved, cool, journal, night, overdue, people
from tests.support.people import make_member
from tests.support.retention import ended_dossier

pytestmark = pytest.mark.django_db


def run(*given: str) -> str:
    said = io.StringIO()
    call_command("retention_run", *given, stdout=said)
    return said.getvalue()


def lists_of(bureau) -> list[str]:
    with in_bureau(bureau):
        return [str(row) for row in DestructionList.objects.order_by("number")]


@pytest.fixture
def house():
    return people()


def test_a_night_computes_proposes_mails_and_is_in_the_log(house):
    (dossier,) = overdue(house)
    with in_bureau(house.bureau):
        DueDate.objects.update(due_on=None, missing="traject_ended")
    assert nightly() == 1
    with in_bureau(house.bureau):
        assert DueDate.objects.get(dossier=dossier).due_on is not None
        told = set(Mail.objects.filter(kind="bewaartermijnen").values_list("to", flat=True))
    assert told == {house.dirk.user.email, house.ella.user.email}
    (line,) = journal(house.bureau, rounds.DONE)
    assert (line.facts["dossiers"], line.facts["lists"]) == (1, lists_of(house.bureau))


def test_beat_asks_every_hour_and_the_round_is_made_once_a_day(house):
    overdue(house)
    assert settings.CELERY_BEAT_SCHEDULE["retention-nightly"]["task"] == nightly.name
    assert nightly() == 1
    overdue(house)
    assert nightly() == 0
    assert len(lists_of(house.bureau)) == 1


def test_by_hand_a_second_run_on_the_same_day_does_nothing_more(house):
    overdue(house, 2)
    assert "2 voorgesteld op lijst" in run("--bureau", "javawest")
    before = journal(house.bureau, rounds.DONE)
    assert run("--bureau", "javawest") == "javawest: niets te doen\n"
    assert journal(house.bureau, rounds.DONE) == before
    assert len(lists_of(house.bureau)) == 1


def test_a_bureau_is_named_or_all_are_done(house):
    other = people("werkid")
    overdue(house), overdue(other)
    run("--bureau", "werkid")
    assert (lists_of(house.bureau), len(lists_of(other.bureau))) == ([], 1)
    run()
    assert len(lists_of(house.bureau)) == 1


def test_today_moves_what_is_proposed_and_never_what_is_carried_out(house):
    ended_dossier(house.bureau, ended=timezone.localdate() - timedelta(days=30), stukken=False)
    later = timezone.localdate() + timedelta(days=365 * 5)
    assert "niets te doen" not in run("--today", later.isoformat())
    with in_bureau(house.bureau):
        row = DestructionList.objects.get()
        assert row.reference_date == later
    approved(row, house.dirk)
    run("--today", (later + timedelta(days=30)).isoformat())
    assert again(row).status == ListStatus.APPROVED
    cool(row)
    run()
    # Its turn came by the real clock, and by that its term runs on.
    assert again(row).status == ListStatus.CANCELLED
    with in_bureau(house.bureau):
        assert Dossier.objects.count() == 1
        assert not ProcesVerbaal.objects.exists()


def test_a_run_for_another_day_is_not_the_round_of_today(house):
    overdue(house)
    earlier = timezone.localdate() - timedelta(days=3650)
    run("--today", earlier.isoformat())
    assert (lists_of(house.bureau), journal(house.bureau, rounds.DONE)) == ([], [])
    assert nightly() == 1
    (line,) = journal(house.bureau, rounds.DONE)
    assert line.facts["dossiers"] == 1


def test_who_ran_it_for_a_chosen_day_is_in_the_log_with_what_it_proposed(house):
    overdue(house, 2)
    later = timezone.localdate() + timedelta(days=30)
    run("--today", later.isoformat())
    run("--today", later.isoformat())
    first, second = journal(house.bureau, "bewaartermijnen.apart_nagelopen")
    facts = {"by": getpass.getuser(), "reference_date": later.isoformat()}
    assert first.facts == facts | {"lists": lists_of(house.bureau), "dossiers": 2}
    assert second.facts == facts | {"lists": [], "dossiers": 0}, "also a run that found nothing"
    assert (first.origin, first.actor) == ("opdracht", "systeem")


def test_what_short_terms_wiped_is_said_and_once(house):
    bob = make_member(house.bureau, "Bob", "coach")
    run("--bureau", "javawest")
    long_ago = timezone.now() - timedelta(days=400)
    with in_bureau(house.bureau):
        gone = Membership.objects.filter(pk=bob.pk)
        gone.update(active_from=long_ago - timedelta(days=500), active_until=long_ago)
    assert run("--bureau", "javawest") == (
        "javawest: 0 datums bijgewerkt, 0 voorgesteld, 0 mails, 1 gewist, 0 uitgevoerd\n"
    )
    run("--bureau", "javawest")
    assert run("--bureau", "javawest") == "javawest: niets te doen\n"


@pytest.mark.article("javawest", "7")
def test_what_is_approved_and_has_cooled_off_is_carried_out_by_the_same_command(house):
    overdue(house, 2)
    (row,) = night(house.bureau)
    approved(row, house.dirk)
    run()
    assert again(row).status == ListStatus.APPROVED
    cool(row)
    run()
    assert again(row).status == ListStatus.DONE
    with in_bureau(house.bureau):
        assert not Dossier.objects.exists()
        assert ProcesVerbaal.objects.get().destruction_list_id == row.pk


@pytest.mark.parametrize("day", ["morgen", "2026-02-30", "", "01-03-2026", "2026-1-1x"])
def test_what_is_no_day_is_told_so(house, day):
    with pytest.raises(CommandError, match="is geen datum"):
        run("--today", day)
    assert lists_of(house.bureau) == []


def test_a_bureau_that_is_not_there_is_told_so(house):
    with pytest.raises(CommandError, match="geen bureau"):
        run("--bureau", "nergens")


def test_a_bureau_without_a_reglement_in_force_keeps_nobody_waiting(house):
    Bureau.objects.create(slug="aaleeg", host="aaleeg.localhost", legal_name="Nog leeg")
    overdue(house)
    assert nightly() == 1
    assert len(lists_of(house.bureau)) == 1
    assert "geldt er voor dit bureau geen reglement" in run("--bureau", "aaleeg")


@pytest.mark.django_db(transaction=True)
def test_a_worker_goes_round_and_carries_out_what_has_cooled_off(house, celery_worker_process):
    overdue(house)
    (row,) = night(house.bureau)
    approved(row, house.dirk)
    cool(row)
    overdue(house)
    nightly.delay()
    until = time.monotonic() + 90
    while again(row).status != ListStatus.DONE and time.monotonic() < until:
        time.sleep(0.2)
    assert again(row).status == ListStatus.DONE
    assert len(journal(house.bureau, rounds.DONE)) == 1
