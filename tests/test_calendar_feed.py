"""The days of one's requests in one's own calendar: fetched by a secret address, without logging in (ADR 28)."""

from __future__ import annotations

import hashlib
from datetime import date, timedelta
from typing import Any

import pytest
from django.core.cache import cache
from django.db.models.functions import Now
from django.test import override_settings
from icalendar import Calendar

from access import actions as people
from access.actions import calendars
from access.actions.forgetting import forget_member
from access.models import CalendarLink, Role
from bureaus.tenancy import in_bureau
from journal.models import Line
from requests import calendar_feed
from requests.actions import handling, reminders
from requests.models import Decision, Kind, Reminder, State, Verzoek
from tests.support.people import acting, browser_of, log_in, make_bureau, make_member
from tests.support.portal import make_case, queries_of
from tests.support.verzoeken import entered, identified

pytestmark = pytest.mark.django_db
WORDS = "Ik wil het verslag van mijn psycholoog zien."


@pytest.fixture
def case():
    cache.clear()
    return make_case(make_bureau())


def opened(case, kind: str = Kind.INZAGE, **more: Any) -> Verzoek:
    """Of which the receipt was not confirmed yet."""
    row = entered(case, kind, dossier=case.dossier, words=WORDS, **more)
    with in_bureau(case.bureau):
        Verzoek.objects.filter(pk=row.pk).update(acknowledged_at=None, handler=case.coach)
    return row


def address(member) -> str:
    """The path that the page shows once."""
    page = log_in(member).post("/account/agenda/maken/")
    assert page.status_code == 200
    return "/" + page.context["address"].split("/", 3)[3]


def fetched(case, path: str):
    return browser_of(case.bureau).get(path)


def events(answer) -> list[Any]:
    assert answer.status_code == 200
    return list(Calendar.from_ical(answer.content).walk("VEVENT"))


def test_a_calendar_gets_the_days_of_what_its_owner_handles(case):
    row = opened(case)
    found = events(fetched(case, address(case.coach)))
    assert {str(one["SUMMARY"]): one["DTSTART"].dt for one in found} == {
        f"Inzage {row.number}: ontvangst bevestigen": row.acknowledge_by,
        f"Inzage {row.number}: besluiten": row.due_on,
    }
    for one in found:
        assert type(one["DTSTART"].dt) is date and one["DTSTART"].params["VALUE"] == "DATE"
        assert one["DTEND"].dt - one["DTSTART"].dt == timedelta(days=1)
        assert str(one["URL"]).endswith(f"/verzoeken/{row.pk}/")
        assert (one["TRANSP"], one["CLASS"]) == ("TRANSPARENT", "PRIVATE")


def test_it_says_nothing_of_anybody(case):
    opened(case, Kind.KLACHT)
    said = fetched(case, address(case.coach)).content.decode()
    unfolded = said.replace("\r\n ", "")
    for word in (case.client.first_name, case.client.last_name, case.dossier.number, "psycholoog", case.coach.name):
        assert word not in unfolded
    assert case.coach.user.email not in unfolded


def test_it_is_written_as_rfc_5545_says(case):
    """Lines end in CRLF and are of 75 bytes at most; what is said is escaped; a second time has the same ids."""
    with in_bureau(case.bureau):
        case.bureau.legal_name = "Bureau; de «Één», " + "ë" * 60
        rows = [calendar_feed.Due(opened(case), "besluiten", "besluiten", date(2026, 12, 24), still=True)]
        made = calendar_feed.as_ics(
            rows, base="http://javawest.localhost:8000", bureau=case.bureau.legal_name, now=rows[0].verzoek.entered_at
        )
    lines = made.split(b"\r\n")
    assert lines[0] == b"BEGIN:VCALENDAR" and lines[-2:] == [b"END:VCALENDAR", b""]
    assert not any(b"\n" in one or b"\r" in one for one in lines)
    assert max(map(len, lines)) <= 75 and all(one.decode() for one in lines[:-1])
    whole = made.replace(b"\r\n ", b"").decode()
    assert "Bureau\\; de «Één»\\, " + "ë" * 60 in whole
    assert "METHOD" not in whole and "DTSTART;VALUE=DATE:20261224\r\n" in whole
    assert "REFRESH-INTERVAL;VALUE=DURATION:PT6H" in whole
    assert f"UID:{rows[0].verzoek.pk}-besluiten@dossierwacht" in whole
    assert f"DTSTAMP:{rows[0].verzoek.entered_at:%Y%m%dT%H%M%SZ}" in whole


def test_an_event_keeps_its_id_when_its_day_moves_and_goes_when_it_is_done(case):
    row, path = opened(case), address(case.coach)
    before = {str(one["UID"]): one["DTSTART"].dt for one in events(fetched(case, path))}
    with in_bureau(case.bureau):
        Verzoek.objects.filter(pk=row.pk).update(due_on=row.due_on + timedelta(days=9))
    after = {str(one["UID"]): one["DTSTART"].dt for one in events(fetched(case, path))}
    assert set(after) == set(before)
    assert after[f"{row.pk}-besluiten@dossierwacht"] == row.due_on + timedelta(days=9)
    with in_bureau(case.bureau):
        Verzoek.objects.filter(pk=row.pk).update(state=State.WITHDRAWN)
    assert events(fetched(case, path)) == []


def test_it_is_what_its_owner_handles_at_this_moment(case):
    row, path = opened(case), address(case.coach)
    other = make_member(case.bureau, "Dirk", Role.DIRECTIE)
    theirs = address(other)
    assert len(events(fetched(case, path))) == 2 and events(fetched(case, theirs)) == []
    with acting(other):
        handling.assign(verzoek=row, to=other, by=other)
    assert events(fetched(case, path)) == [] and len(events(fetched(case, theirs))) == 2


def test_who_a_complaint_is_about_finds_nothing_of_it(case):
    row, path = opened(case, Kind.KLACHT), address(case.coach)
    with in_bureau(case.bureau):
        Verzoek.objects.filter(pk=row.pk).update(handler=None, about_member=case.coach)
    assert events(fetched(case, path)) == []


def test_who_handles_at_the_desk_has_one_too_and_who_handles_nothing_has_none(case):
    row, desk = opened(case), make_member(case.bureau, "Ada", Role.ADMINISTRATIE)
    path = address(desk)
    with in_bureau(case.bureau):
        Verzoek.objects.filter(pk=row.pk).update(handler=desk)
    assert len(events(fetched(case, path))) == 2
    for role in (Role.FG, Role.BEHEERDER):
        other = log_in(make_member(case.bureau, str(role), role))
        assert other.post("/account/agenda/maken/").status_code == 403


def test_directie_finds_what_lies_before_them(case):
    row = identified(opened(case), by=case.coach)
    directie = make_member(case.bureau, "Dirk", Role.DIRECTIE)
    path = address(directie)
    with in_bureau(case.bureau):
        Verzoek.objects.filter(pk=row.pk).update(state=State.SECOND_LOOK)
    assert row.number in " ".join(str(one["SUMMARY"]) for one in events(fetched(case, path)))


@pytest.mark.article("werkid", "14")
def test_after_a_yes_it_says_until_when_it_is_carried_out_as_the_reminders_do_and_after_a_no_nothing(case):
    """The month of the AVG is for the answer; the reglement's three months are for what is done."""
    row, path = identified(opened(case, Kind.VERNIETIGING), by=case.coach), address(case.coach)
    with in_bureau(case.bureau):
        assert row.ends_done and row.due_on < row.term_due_on
        Verzoek.objects.filter(pk=row.pk).update(
            state=State.DECIDED, decision=Decision.GRANTED, decided_at=Now(), paused_days=3
        )
    (event,) = events(fetched(case, path))
    last = row.term_due_on + timedelta(days=3)
    assert (str(event["UID"]), event["DTSTART"].dt) == (f"{row.pk}-uitvoeren@dossierwacht", last)
    with in_bureau(case.bureau):
        reminders.remind(verzoek_id=row.pk, day=last)
        assert last in Reminder.objects.values_list("due_on", flat=True)
        Verzoek.objects.filter(pk=row.pk).update(decision=Decision.REFUSED)
    assert events(fetched(case, path)) == []


def test_the_token_is_long_shown_once_and_kept_as_a_hash(case):
    path = address(case.coach)
    token = path.removeprefix("/agenda/").removesuffix(".ics")
    assert len(token) >= 43  # 256 bits
    with in_bureau(case.bureau):
        row = CalendarLink.objects.get()
        assert row.token_hash == hashlib.sha256(token.encode()).hexdigest()
        lines = list(Line.objects.filter(act__startswith="agenda."))
    assert [one.act for one in lines] == [calendars.MADE] and token not in str([vars(one) for one in lines])
    page = log_in(case.coach).get("/account/agenda/")
    assert token not in page.content.decode() and page["Cache-Control"] == "private, no-store"


def test_it_is_held_by_nobody_on_the_way_and_sets_no_cookie(case):
    answer = fetched(case, address(case.coach))
    assert answer["Cache-Control"] == "private, no-store"
    assert answer["Content-Type"] == "text/calendar; charset=utf-8"
    assert not answer.cookies and "Set-Cookie" not in answer


# -- who finds nothing -------------------------------------------------------------------------------------------------
def test_a_new_address_ends_the_old_one_and_taken_back_it_is_nobodys(case):
    opened(case)
    first, second = address(case.coach), address(case.coach)
    assert first != second
    assert [fetched(case, path).status_code for path in (first, second)] == [404, 200]
    mine = log_in(case.coach)
    assert [mine.post("/account/agenda/intrekken/").status_code for _ in range(2)] == [302, 302]
    assert fetched(case, second).status_code == 404
    with in_bureau(case.bureau):
        acts = list(Line.objects.filter(act__startswith="agenda.").order_by("seq").values_list("act", flat=True))
    assert acts == [calendars.MADE, calendars.MADE, calendars.FETCHED, calendars.WITHDRAWN]


def test_of_who_left_of_another_role_and_at_another_bureau_there_is_nothing(case):
    opened(case)
    path = address(case.coach)
    assert browser_of(make_bureau("werkid", "werkid")).get(path).status_code == 404
    assert browser_of(None).get(path).status_code == 404
    with in_bureau(case.bureau):
        people.change_roles(membership=case.coach, roles=[Role.FG])
    gone = fetched(case, path)
    assert gone.status_code == 404 and gone.content == fetched(case, "/agenda/nooit-gemaakt.ics").content
    with in_bureau(case.bureau):
        people.change_roles(membership=case.coach, roles=[Role.COACH])
    assert fetched(case, path).status_code == 200
    with in_bureau(case.bureau):
        people.end_membership(membership=case.coach)
        assert not CalendarLink.objects.exists()
    assert fetched(case, path).status_code == 404


def test_an_account_that_is_switched_off_has_no_calendar(case):
    path = address(case.coach)
    with in_bureau(case.bureau):
        user = case.coach.user
        user.is_active = False
        user.save(update_fields=["is_active"])
    assert fetched(case, path).status_code == 404


def test_it_goes_with_the_account(case):
    member = make_member(case.bureau, "Dirk", Role.DIRECTIE)
    path = address(member)
    with in_bureau(case.bureau):
        gone = forget_member(membership=member)
    assert gone.removed["access.CalendarLink"] == 1 and fetched(case, path).status_code == 404


def test_a_fetch_is_journaled_once_a_day_under_its_owners_name(case):
    path = address(case.coach)
    for _ in range(3):
        fetched(case, path)
    with in_bureau(case.bureau):
        (line,) = Line.objects.filter(act=calendars.FETCHED)
    assert line.membership_id == case.coach.pk and line.facts == {"count": 0}


@override_settings(ACCOUNT_RATE_LIMITS={"calendar_unknown": "3/m/ip", "calendar": "2/h/key"})
def test_who_tries_addresses_is_stopped_and_so_is_a_calendar_that_asks_all_the_time(case):
    path = address(case.coach)
    assert [fetched(case, path).status_code for _ in range(3)] == [200, 200, 429]
    assert [fetched(case, f"/agenda/poging-{one}.ics").status_code for one in range(4)] == [404, 404, 404, 429]


def test_it_takes_few_queries_whatever_there_is(case):
    for kind in (Kind.INZAGE, Kind.AFSCHRIFT, Kind.OVERDRACHT, Kind.BEZWAAR, Kind.KLACHT):
        opened(case, kind)
    path = address(case.coach)
    assert len(events(fetched(case, path))) == 10
    assert len(queries_of(browser_of(case.bureau), path)) <= 12
