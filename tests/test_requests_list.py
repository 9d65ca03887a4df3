"""The overview of requests with the days that are left, and the figures of a quarter without names."""

from __future__ import annotations

import re
from datetime import date, timedelta

import pytest
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from access.models import Role
from bureaus.tenancy import in_bureau
from requests import listed
from requests.models import Channel, Decision, Kind, Pause, State, Verzoek
from tests.support.people import log_in, make_bureau, make_member
from tests.support.portal import add_traject, make_case, queries_of
from tests.support.verzoeken import asked, entered

LIST, FIGURES = "/verzoeken/", "/verzoeken/cijfers/"


@pytest.fixture
def case(db, settings):
    settings.MFA_REQUIRED = False
    return make_case(make_bureau())


@pytest.fixture
def dora(case):
    return make_member(case.bureau, "Dora", Role.DIRECTIE)


def many(case, number: int, **more) -> None:
    """So many that run, received one after another."""
    day = timezone.localdate()
    with in_bureau(case.bureau):
        start = Verzoek.objects.count()
        Verzoek.objects.bulk_create(
            Verzoek(**{
                "number": f"V2020-{start + at:04}", "kind": Kind.INZAGE, "channel": Channel.LETTER,
                "client": case.client, "dossier": case.dossier, "words": "Alles.", "entered_by_name": "x",
                "received_on": day - timedelta(days=at % 20), "acknowledge_by": day, "handler": case.coach,
                "due_on": day + timedelta(days=28 - at % 20),
            } | more)
            for at in range(number)
        )  # fmt: skip


def change(case, row: Verzoek, **columns) -> None:
    with in_bureau(case.bureau):
        Verzoek.objects.filter(pk=row.pk).update(**columns)


def numbers(client, query: str = "") -> list[str]:
    page = client.get(f"{LIST}{query}").content.decode()
    return re.findall(r">(V\d{4}-\d{4})</a>", page)


# -- what is shown ---------------------------------------------------------------------------------------------------
def test_what_is_due_first_stands_first_with_its_days_in_words(case, dora):
    today = timezone.localdate()
    late, soon, far = (
        asked(case, kind, dossier=case.dossier) for kind in (Kind.INZAGE, Kind.AFSCHRIFT, Kind.OVERDRACHT)
    )
    change(case, late, due_on=today - timedelta(days=3))
    change(case, soon, due_on=today)
    client = log_in(dora)
    assert numbers(client) == [late.number, soon.number, far.number]
    page = client.get(LIST).content.decode()
    for words in ("3 dagen te laat", "vandaag is de laatste dag", case.dossier.number, case.coach.name, "Te laat (1)"):
        assert words in page
    assert "<progress" in page


def test_it_is_narrowed_by_state_kind_and_handler_and_ordered(case, dora):
    today = timezone.localdate()
    other = make_case(case.bureau, "Wim")
    late, mine, done = asked(case), asked(other, Kind.AFSCHRIFT), asked(case, Kind.BEZWAAR)
    change(case, late, due_on=today - timedelta(days=1))
    change(case, mine, handler=dora, received_on=today - timedelta(days=2))
    change(case, done, state=State.CLOSED, decision=Decision.REFUSED)
    client = log_in(dora)
    assert numbers(client, "?toon=laat") == [late.number]
    assert numbers(client, "?toon=mijn") == [mine.number]
    assert numbers(client, "?toon=klaar") == [done.number]
    assert set(numbers(client, "?toon=alle")) == {late.number, mine.number, done.number}
    assert numbers(client, f"?soort={Kind.AFSCHRIFT}") == [mine.number]
    assert numbers(client, f"?behandelaar={dora.pk}") == [mine.number]
    assert numbers(client, "?volgorde=nieuw") == [late.number, mine.number]
    for nonsense in ("?toon=x&soort=%00&volgorde=-id", "?pagina=9999999999999", "?behandelaar="):
        assert numbers(client, nonsense) == [late.number, mine.number]
    assert numbers(client, "?behandelaar=%00bestaat-niet") == []


def test_a_clock_that_stands_still_is_not_late(case, dora):
    row = asked(case)
    today = timezone.localdate()
    change(case, row, due_on=today - timedelta(days=1))
    with in_bureau(case.bureau):
        Pause.objects.create(verzoek=row, began_on=today - timedelta(days=5), by_name="x")
    client = log_in(dora)
    assert numbers(client, "?toon=laat") == [] and numbers(client) == [row.number]
    assert "staat stil" in client.get(LIST).content.decode()


def test_a_coach_sees_what_is_of_their_dossiers_and_never_a_complaint_about_themselves(case, dora):
    other = make_case(case.bureau, "Wim")
    own, strange = asked(case), asked(other)
    complaint = asked(case, Kind.KLACHT, about_member=case.coach)
    assert numbers(log_in(case.coach)) == [own.number]
    assert set(numbers(log_in(dora))) == {own.number, strange.number, complaint.number}


def test_the_fg_sees_numbers_and_no_names(case, dora):
    row = asked(case, dossier=case.dossier)
    fleur = log_in(make_member(case.bureau, "Fleur", Role.FG))
    page = fleur.get(LIST).content.decode()
    assert row.number in page and case.dossier.number in page
    assert case.client.last_name not in page
    assert case.client.last_name in log_in(dora).get(LIST).content.decode()


def test_an_empty_list_says_why(case, dora):
    client = log_in(dora)
    assert "Er loopt nu niets." in client.get(LIST).content.decode()
    assert "Met deze keuze is er niets" in client.get(f"{LIST}?toon=laat").content.decode()


@pytest.mark.parametrize("who", ["dora", "coach", "fleur"])
def test_a_thousand_ask_no_more_of_the_database_than_ten(case, dora, who):
    member = {"dora": dora, "coach": case.coach}.get(who) or make_member(case.bureau, "Fleur", Role.FG)
    client = log_in(member)
    asked(case)  # and so the client has a key
    many(case, 10)
    few = queries_of(client, LIST)
    many(case, 990)
    full = queries_of(client, f"{LIST}?pagina=2")
    assert len(full) <= min(len(few), 12), full
    assert len(numbers(client)) == 25


# -- the figures -----------------------------------------------------------------------------------------------------
def test_the_figures_of_a_quarter_count_what_came_in_then(case, dora):
    today = timezone.localdate()
    quarter = listed.Quarter.of(today).before
    first = quarter.first
    rows = [asked(case, kind) for kind in (Kind.INZAGE, Kind.AFSCHRIFT, Kind.KLACHT)]
    traject = add_traject(case.bureau, case.client, case.coach, case.contact)
    rows.append(entered(case, dossier=traject.dossier))
    due = {"received_on": first, "due_on": first + timedelta(days=28)}
    at = timezone.localtime().replace(year=first.year, month=first.month, day=first.day, hour=12)
    change(case, rows[0], state=State.CLOSED, decision="toegewezen", identity_at=at,
           decided_at=at + timedelta(days=10), **due)  # fmt: skip
    change(case, rows[1], state=State.WITHDRAWN, **due)
    change(case, rows[2], state=State.CLOSED, decision="gegrond", decided_at=at + timedelta(days=50), **due)
    change(case, rows[3], state=State.CLOSED, decision="toegewezen", identity_at=at,
           decided_at=at + timedelta(days=13), **due)  # fmt: skip
    with in_bureau(case.bureau):
        found = {one.label: one for one in listed.figures(quarter, today)}
        assert not any(one.received for one in listed.figures(listed.Quarter.of(today), today))
    inzage, klacht, copy = found["Inzage"], found["Klacht"], found["Afschrift"]
    assert (inzage.received, inzage.in_time, inzage.late, inzage.days) == (2, 2, 0, "11,5")
    assert (klacht.received, klacht.in_time, klacht.late, klacht.days) == (1, 0, 1, "50")
    assert (copy.received, copy.withdrawn, copy.days) == (1, 1, "–")
    page = log_in(dora).get(f"{FIGURES}?kwartaal={quarter}").content.decode()
    assert quarter.label in page and "kwamen er 4 binnen" in page
    assert case.client.last_name not in page and case.coach.name not in page
    assert "kwam er niets binnen" in log_in(dora).get(f"{FIGURES}?kwartaal=9999-9%00").content.decode()


def test_what_runs_past_its_day_is_late_in_the_figures_too(case, dora):
    today = timezone.localdate()
    late, still = asked(case), asked(case, Kind.AFSCHRIFT)
    for row in (late, still):
        change(case, row, due_on=today - timedelta(days=1))
    with in_bureau(case.bureau):
        Pause.objects.create(verzoek=still, began_on=today, by_name="x")
        found = {one.label: one for one in listed.figures(listed.Quarter.of(today), today)}
    assert (found["Inzage"].late, found["Afschrift"].late, found["Afschrift"].running) == (1, 0, 1)


@given(st.dates(date(2000, 1, 1), date(2100, 1, 1)))
def test_every_day_is_in_one_quarter(day):
    quarter = listed.Quarter.of(day)
    assert quarter.first <= day <= quarter.last
    assert quarter.after.before == quarter and quarter.after.first == quarter.last + timedelta(days=1)
    assert len(set(map(str, listed.quarters(day)))) == listed.QUARTERS
