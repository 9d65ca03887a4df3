"""Reminders: each once, whatever is doubled, restarted or stopped; late ones at once; overdue is never silent."""

from __future__ import annotations

import io
import threading
import time
from collections import Counter
from datetime import timedelta

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command
from django.db import connection
from django.db.models import F

from access.models import Mail, Role
from bureaus.tenancy import in_bureau
from config.celery import app
from journal.models import Line
from requests import clocks, rounds
from requests.actions.identity import ask_identity, extend
from requests.actions.steps import note
from requests.models import Decision, Identity, Kind, Pause, Reminder, State, Step, Verzoek
from requests.tasks import remind
from tests.support.people import acting, make_bureau, make_member
from tests.support.portal import make_case
from tests.support.verzoeken import asked, entered

pytestmark = pytest.mark.django_db
KINDS = [one.value for one in Reminder.Kind if one != Reminder.Kind.ACKNOWLEDGE]


def pass_days(bureau, days: int) -> None:
    """So many days later, as far as the rows go."""
    by = timedelta(days=days)
    with in_bureau(bureau):
        Verzoek.objects.update(
            received_on=F("received_on") - by, due_on=F("due_on") - by, month_due_on=F("month_due_on") - by,
            term_due_on=F("term_due_on") - by, acknowledge_by=F("acknowledge_by") - by,
        )  # fmt: skip
        Reminder.objects.update(due_on=F("due_on") - by)


def given(bureau) -> Counter:
    with in_bureau(bureau):
        return Counter(Reminder.objects.values_list("kind", flat=True))


def mails(bureau) -> list[tuple[str, str]]:
    with in_bureau(bureau):
        rows = Mail.objects.filter(kind="verzoek_herinnering").order_by("created_at", "to")
        return [(one.to, one.facts["words"]) for one in rows]


def run(*given_: str) -> str:
    said = io.StringIO()
    call_command("requests_run", *given_, stdout=said)
    return said.getvalue()


@pytest.fixture
def diana(javawest):
    return make_member(javawest, "Diana", Role.DIRECTIE)


def test_day_by_day_each_comes_once_to_the_handler_and_near_the_end_to_directie(javawest, vera, diana):
    asked(vera, Kind.CORRECTIE)
    for _ in range(40):
        rounds.go_round(javawest.pk)
        rounds.go_round(javawest.pk)
        pass_days(javawest, 1)
    assert given(javawest) == Counter(KINDS)
    coach, boss = vera.coach.user.email, diana.user.email
    assert [words for to, words in mails(javawest) if to == coach] == [
        "nog 14 dagen", "nog 7 dagen", "nog 3 dagen", "nog 1 dag", "vandaag is de laatste dag", "1 dag te laat",
    ]  # fmt: skip
    assert [words for to, words in mails(javawest) if to == boss] == [
        "nog 3 dagen", "nog 1 dag", "vandaag is de laatste dag", "1 dag te laat",
    ]  # fmt: skip


def test_after_three_days_without_beat_what_was_missed_comes_at_once_in_one_mail(javawest, vera, diana):
    asked(vera, Kind.CORRECTIE)
    pass_days(javawest, 24)
    rounds.go_round(javawest.pk)
    assert given(javawest) == Counter(["helft", "zeven"])
    pass_days(javawest, 3)
    assert rounds.go_round(javawest.pk) == 2
    assert given(javawest) == Counter(["helft", "zeven", "drie", "een"])
    assert mails(javawest)[-2:] == [(one.user.email, "nog 1 dag") for one in (vera.coach, diana)]


@pytest.mark.usefixtures("diana")
def test_overdue_is_never_silent_however_long_beat_stood_still(javawest, vera):
    asked(vera, Kind.CORRECTIE)
    pass_days(javawest, 90)
    assert rounds.go_round(javawest.pk) == 2
    assert given(javawest) == Counter(KINDS)
    assert {words for _, words in mails(javawest)} == {"62 dagen te laat"}
    assert rounds.go_round(javawest.pk) == 0


def test_a_reminder_is_in_the_log_without_a_word_of_the_request(javawest, vera):
    row = asked(vera, Kind.CORRECTIE, words="Geheim geheim")
    pass_days(javawest, 21)
    rounds.go_round(javawest.pk)
    with in_bureau(javawest):
        line = Line.objects.get(act="verzoek.herinnerd")
        mail = Mail.objects.get(kind="verzoek_herinnering")
    assert (line.object_id, line.facts["mails"]) == (str(row.pk), 1)
    assert "Geheim" not in str(line.facts) + str(mail.facts)


def test_who_is_complained_about_hears_nothing_and_somebody_always_does(javawest, vera, diana):
    fg = make_member(javawest, "Fleur", Role.FG)
    row = asked(vera, Kind.KLACHT, about_member=diana)
    assert row.handler is None
    pass_days(javawest, 60)
    rounds.go_round(javawest.pk)
    assert {to for to, _ in mails(javawest)} == {fg.user.email}


def test_with_nobody_to_tell_it_is_tried_again(javawest, vera):
    asked(vera, Kind.KLACHT)
    pass_days(javawest, 60)
    assert rounds.go_round(javawest.pk) == 0
    assert not given(javawest)
    make_member(javawest, "Dora", Role.DIRECTIE)
    assert rounds.go_round(javawest.pk) == 1


def test_a_handler_who_left_is_followed_by_directie(javawest, vera, diana):
    from access.actions import end_membership

    asked(vera, Kind.CORRECTIE)
    with in_bureau(javawest):
        end_membership(membership=vera.coach)
    pass_days(javawest, 15)
    rounds.go_round(javawest.pk)
    assert {to for to, _ in mails(javawest)} == {diana.user.email}


def test_receipt_that_nobody_confirmed_is_reminded_of_on_its_last_day(javawest, vera):
    with in_bureau(javawest):
        vera.client.membership = None
        vera.client.save()
    row = entered(vera)
    with in_bureau(javawest):
        days = (row.acknowledge_by - clocks.today()).days
    pass_days(javawest, days - 1)
    assert rounds.go_round(javawest.pk) == 0
    pass_days(javawest, 1)
    assert rounds.go_round(javawest.pk) == 1
    assert given(javawest) == Counter(["bevestigen"])


def test_while_the_clock_stands_still_nobody_is_hurried(javawest, vera):
    row = asked(vera, Kind.CORRECTIE)
    with acting(vera.coach):
        ask_identity(verzoek=row, by=vera.coach)
    pass_days(javawest, 60)
    assert rounds.go_round(javawest.pk) == 0
    with in_bureau(javawest):
        Pause.objects.update(ended_on=F("began_on"))
    assert rounds.go_round(javawest.pk) == 1


def test_an_extension_begins_a_new_row_of_them(javawest, vera):
    row = entered(vera)
    pass_days(javawest, 20)
    rounds.go_round(javawest.pk)
    first = given(javawest)
    with acting(vera.coach):
        extend(verzoek=row, reason="Er zijn heel veel stukken om na te lopen.", by=vera.coach)
    assert rounds.go_round(javawest.pk) == 0
    pass_days(javawest, 120)
    rounds.go_round(javawest.pk)
    assert given(javawest) == first + Counter(KINDS)


@pytest.mark.parametrize("state", [State.CLOSED, State.WITHDRAWN, State.DECIDED])
def test_what_was_answered_or_taken_back_is_left_alone(javawest, vera, state):
    row = asked(vera)
    with in_bureau(javawest):
        Verzoek.objects.filter(pk=row.pk).update(state=state)
    pass_days(javawest, 60)
    assert rounds.go_round(javawest.pk) == 0


@pytest.mark.article("werkid", "14")
def test_a_destruction_that_was_granted_is_watched_until_it_has_to_be_done():
    case = make_case(make_bureau("werkid", "werkid"))
    row = entered(case, Kind.VERNIETIGING)
    with in_bureau(case.bureau):
        done = {"state": State.DECIDED, "decision": Decision.GRANTED, "identity": Identity.SEEN}
        moments = {"decided_at": row.entered_at, "identity_at": row.entered_at}
        Verzoek.objects.filter(pk=row.pk).update(**done, **moments)
    pass_days(case.bureau, 80)
    rounds.go_round(case.bureau.pk)
    assert set(given(case.bureau)) == {"helft"}
    pass_days(case.bureau, 15)
    rounds.go_round(case.bureau.pk)
    assert given(case.bureau) == Counter(KINDS)


@pytest.mark.article("werkid", "14")
def test_once_it_is_carried_out_nobody_is_hurried_though_it_is_not_closed_yet():
    case = make_case(make_bureau("werkid", "werkid"))
    row = entered(case, Kind.VERNIETIGING)
    with in_bureau(case.bureau):
        moments = {"decided_at": row.entered_at, "identity_at": row.entered_at}
        Verzoek.objects.filter(pk=row.pk).update(state=State.DECIDED, decision=Decision.PARTLY, **moments)
        note(row, Step.Kind.EXECUTED, by=case.coach)
    pass_days(case.bureau, 95)
    rounds.go_round(case.bureau.pk)
    assert given(case.bureau) == Counter()


def test_many_requests_ask_as_many_queries_as_one_to_know_what_is_due(javawest, vera, django_assert_max_num_queries):
    for kind in (Kind.INZAGE, Kind.OVERDRACHT, Kind.BEZWAAR, Kind.BEPERKING, Kind.AFSCHRIFT):
        asked(vera, kind)
    from requests.actions.reminders import waiting

    with in_bureau(javawest):
        day = clocks.today()
        with django_assert_max_num_queries(9):  # three, and the walls of the system's reach around them
            assert waiting(day) == []


def test_by_hand_it_does_what_beat_does_and_a_second_time_nothing(javawest, vera):
    asked(vera, Kind.CORRECTIE)
    pass_days(javawest, 15)
    assert run("--bureau", "javawest") == "javawest: 1 herinnering\n"
    assert run() == "javawest: niets te doen\n"


def test_an_unknown_bureau_is_said_so():
    with pytest.raises(CommandError, match="korte naam 'nergens'"):
        run("--bureau", "nergens")


def test_beat_rings_it_every_hour():
    assert settings.CELERY_BEAT_SCHEDULE["remind-requests"] == {"task": remind.name, "schedule": 3600.0}


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("diana", "no_worker")
def test_beats_at_once_say_each_once(vera):
    for kind in (Kind.CORRECTIE, Kind.INZAGE, Kind.OVERDRACHT):
        asked(vera, kind)
    pass_days(vera.bureau, 40)  # past the last day of each: a month has 28 to 31 days, and ends on no closed day
    failures = []

    def beat() -> None:
        try:
            remind()
        except Exception as error:  # noqa: BLE001 it is told below
            failures.append(error)
        finally:
            connection.close()

    beats = [threading.Thread(target=beat) for _ in range(4)]
    for one in beats:
        one.start()
    for one in beats:
        one.join()
    assert not failures
    remind()
    with in_bureau(vera.bureau):
        rows = Counter(Reminder.objects.values_list("verzoek", "kind", "due_on"))
        assert rows
        assert set(rows.values()) == {1}
        sent = Counter(Mail.objects.filter(kind="verzoek_herinnering").values_list("to", "facts__number"))
    assert set(sent.values()) == {1}
    assert len(sent) == 6


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("diana")
def test_a_worker_that_was_killed_doubled_and_away_for_three_days_says_each_once(vera, celery_worker_process):
    asked(vera, Kind.CORRECTIE)
    pass_days(vera.bureau, 14)
    ring(2)
    wait_until(lambda: given(vera.bureau) == Counter(["helft"]))
    celery_worker_process.kill()  # first: it may still be at the second ring, for which no day has passed
    pass_days(vera.bureau, 7)
    ring(3)  # nobody hears it
    pass_days(vera.bureau, 3)
    ring(1)
    pass_days(vera.bureau, 3)
    celery_worker_process.ensure()
    wait_until(lambda: given(vera.bureau) == Counter(["helft", "zeven", "drie", "een"]))
    ring(3)
    pass_days(vera.bureau, 5)
    ring(2)
    wait_until(lambda: given(vera.bureau) == Counter(KINDS))
    ring(2)
    time.sleep(2)
    assert given(vera.bureau) == Counter(KINDS)
    said = Counter(mails(vera.bureau))
    assert set(said.values()) == {1}
    coach = [words for to, words in mails(vera.bureau) if to == vera.coach.user.email]
    assert coach == ["nog 14 dagen", "nog 1 dag", "4 dagen te laat"]


def ring(times: int) -> None:
    for _ in range(times):
        app.send_task("requests.tasks.remind")


def wait_until(ready, seconds: float = 60.0) -> None:
    until = time.monotonic() + seconds
    while not ready():
        assert time.monotonic() < until, "the worker did not come to it"
        time.sleep(0.2)
