"""The register of incidents with its 72 hours (AVG 33), and the register of processing activities (AVG 30)."""

from __future__ import annotations

import csv
import io
import threading
from datetime import UTC, date, datetime, timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection, connections
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st
from pypdf import PdfReader

from access.models import Role
from access.rules import RuleBroken
from bureaus import presets, registry
from bureaus.tenancy import in_bureau
from journal.models import Line
from requests import incident_rules as rules
from requests import incidents_read as reading
from requests import processing
from requests.actions import incidents as actions
from requests.models import Incident
from requests.processing_data import DATA, OF_APP, OF_TABLE, PERSONS, PURPOSES, TITLES
from tests.support.people import acting, log_in, make_bureau, make_member
from tests.support.portal import queries_of
from tests.support.registers import MAIL, breach

LIST, NEW = "/registers/incidenten/", "/registers/incidenten/nieuw/"
NOW = datetime(2026, 3, 29, 1, 30, tzinfo=UTC)  # the hour in which summer time begins here


@pytest.fixture
def bureau(db, settings):
    settings.MFA_REQUIRED = False
    return make_bureau()


@pytest.fixture
def fleur(bureau):
    return make_member(bureau, "Fleur", Role.FG)


def filled(**more) -> dict[str, str]:
    at = timezone.localtime() - timedelta(hours=1)
    return MAIL | {"aware_on": f"{at:%Y-%m-%d}", "aware_time": f"{at:%H:%M}", "risk": "onbekend"} | more


def acts(bureau) -> list[str]:
    with in_bureau(bureau):
        return list(Line.objects.filter(act__startswith="inciden").order_by("seq").values_list("act", flat=True))


# -- the clock -------------------------------------------------------------------------------------------------------
@given(st.datetimes(datetime(2020, 1, 1), datetime(2040, 1, 1), timezones=st.just(UTC)), st.integers(0, 20_000))
def test_seventy_two_hours_are_hours_whatever_day_it_is(aware, minutes):
    said = rules.clock(aware, "onbekend", None, aware + timedelta(minutes=minutes))
    assert rules.notify_by(aware) - aware == timedelta(hours=72)
    assert (said.tone == "bad") == (minutes >= 72 * 60)
    assert said.hours_gone == min(72, minutes // 60)
    assert said.word.endswith("te laat") == (minutes >= 72 * 60)
    assert said.runs


def test_the_clock_says_hours_left_and_stops_where_there_is_nothing_to_notify():
    after = lambda hours: NOW + timedelta(hours=hours)  # noqa: E731
    assert rules.clock(NOW, "risico", None, after(2)).word == "nog 70 uur"
    assert rules.clock(NOW, "risico", None, after(71.5)).word == "nog 30 minuten"
    assert rules.clock(NOW, "hoog", None, after(80)).word == "8 uur te laat"
    assert rules.clock(NOW, "geen", None, after(80)).word == "niet te melden"
    assert rules.clock(NOW, "hoog", after(70), after(99)).word == "op tijd gemeld"
    assert rules.clock(NOW, "hoog", after(73), after(99)).word == "te laat gemeld"


@pytest.mark.parametrize(
    ("facts", "said"),
    [
        ({"risk": "onbekend"}, "Schat eerst het risico in"),
        ({"risk": "risico"}, "Leg de melding aan de toezichthouder vast"),
        ({"risk": "geen"}, "waarom er niet is gemeld"),
        ({"risk": "geen", "why_not": "\u200b \n"}, "waarom er niet is gemeld"),
        ({"risk": "hoog", "notified_at": NOW}, "wanneer de betrokkenen zijn ingelicht"),
        ({"risk": "risico", "notified_at": NOW, "measures": " "}, "wat er is gedaan"),
    ],
)
def test_nothing_is_closed_before_it_is_judged_and_told_or_said_why_not(facts, said):
    whole = {"notified_at": None, "people_told_at": None, "why_not": "", "measures": "Teruggehaald"} | facts
    with pytest.raises(RuleBroken, match=said):
        rules.check_close(**whole)


# -- writing it down -------------------------------------------------------------------------------------------------
@pytest.mark.django_db
def test_numbers_have_no_gaps_and_each_bureau_counts_its_own(bureau, fleur):
    other = make_member(make_bureau("werkid", "werkid"), "Femke", Role.FG)
    year = timezone.localdate().year
    assert [breach(fleur, hours_ago=at).number for at in (3, 2, 1)] == [f"I{year}-00{at}" for at in (1, 2, 3)]
    assert breach(other).number == f"I{year}-001"
    with acting(fleur), pytest.raises(RuleBroken):
        actions.document_incident(by=fleur, aware_at=timezone.now() + timedelta(hours=2), **MAIL)
    with in_bureau(bureau):
        Incident.objects.filter(number=f"I{year}-003").update(number=f"I{year}-1009")
    assert breach(fleur, hours_ago=9).number == f"I{year}-1010"


@pytest.mark.django_db(transaction=True)
def test_two_at_once_get_two_numbers_that_follow(settings):
    bureau = make_bureau()
    people = [make_member(bureau, name, Role.FG) for name in ("Fleur", "Femke", "Fenna")]

    def write(member) -> None:
        breach(member)
        connections.close_all()

    threads = [threading.Thread(target=write, args=[one]) for one in people]
    [one.start() for one in threads]
    [one.join() for one in threads]
    year = timezone.localdate().year
    with in_bureau(bureau):
        assert sorted(Incident.objects.values_list("number", flat=True)) == [f"I{year}-00{at}" for at in (1, 2, 3)]


def test_a_double_click_is_one_incident(bureau, fleur):
    client, sent = log_in(fleur), filled()
    first, second = client.post(NEW, sent), client.post(NEW, sent)
    assert first.url == second.url
    with in_bureau(bureau):
        assert Incident.objects.count() == 1
    assert acts(bureau) == ["incident.vastgelegd"]


def test_its_words_are_sealed_and_the_journal_holds_none_of_them(bureau, fleur):
    row = breach(fleur, what="Ongewoonwoord ging mee")
    with in_bureau(bureau), connection.cursor() as cursor:
        cursor.execute("SELECT * FROM requests_incident WHERE id = %s", [row.pk])
        assert b"Ongewoonwoord" not in b"".join(bytes(one) for one in cursor.fetchone() if isinstance(one, memoryview))
        assert "Ongewoonwoord" not in "".join(str(one) for one in Line.objects.values_list("facts", "reason"))


def test_only_directie_and_the_fg_write_in_it(bureau, fleur):
    row = breach(fleur)
    for role in (Role.BEHEERDER, Role.COACH, Role.ADMINISTRATIE):
        member = make_member(bureau, str(role), role)
        with acting(member), pytest.raises(PermissionDenied):
            actions.document_incident(by=member, aware_at=timezone.now(), **MAIL)
        for act in (actions.close_incident, actions.reopen_incident):
            with acting(member), pytest.raises(PermissionDenied):
                act(incident=row, by=member)


def test_from_the_first_moment_to_closed(bureau, fleur):
    """Written down, judged, notified, the people told, closed; and opened again."""
    client = log_in(fleur)
    page = client.post(NEW, filled(), follow=True).content.decode()
    assert "nog 70 uur" in page or "nog 71 uur" in page
    with in_bureau(bureau):
        row = Incident.objects.get()
    here = f"{LIST}{row.pk}/"
    assert "Schat eerst het risico in" in client.get(here).content.decode()
    answer = client.post(f"{here}bijwerken/", filled(risk="hoog", people="5", measures="Teruggehaald en gewist."))
    assert answer.status_code == 302
    at = timezone.localtime()
    told = {"notified_on": f"{at:%Y-%m-%d}", "notified_time": "", "reference": "AP-12"}
    assert "Vul ook in hoe laat" in client.post(f"{here}melding/", told).content.decode()
    told |= {"notified_time": f"{at:%H:%M}", "people_told_on": f"{at:%Y-%m-%d}", "people_told_time": f"{at:%H:%M}"}
    assert client.post(f"{here}melding/", told).status_code == 302
    page = client.get(here).content.decode()
    assert "op tijd gemeld" in page and "AP-12" in page
    assert client.post(f"{here}afsluiten/").status_code == 302
    with in_bureau(bureau):
        row.refresh_from_db()
        assert row.closed_at and row.people == 5
    assert client.get(f"{here}bijwerken/").status_code == 302  # closed: opened first
    client.post(f"{here}heropenen/")
    assert client.get(f"{here}bijwerken/").status_code == 200
    done = [one for one in acts(bureau) if not one.endswith("ingezien")]
    assert done == [f"incident.{one}" for one in ("vastgelegd", "bijgewerkt", "gemeld", "afgesloten", "heropend")]


def test_notified_after_the_72_hours_asks_for_the_reason(bureau, fleur):
    row, now = breach(fleur, hours_ago=80), timezone.now()
    with acting(fleur):
        with pytest.raises(RuleBroken, match="later dan 72 uur") as refusal:
            actions.note_told(incident=row, by=fleur, notified_at=now)
        assert refusal.value.field == "why_not"
        actions.note_told(incident=row, by=fleur, notified_at=now, why_not="Het bleek pas laat wat erin stond.")
        row.refresh_from_db()
        assert reading.clock_of(row, now).word == "te laat gemeld"


# -- bad input -------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    "sent",
    [
        {"aware_on": "0001-01-01"}, {"aware_on": "9999-12-31"}, {"aware_on": "morgen"}, {"aware_time": "25:61"},
        {"people": "-1"}, {"people": "9" * 40}, {"people": "veel"}, {"risk": "enorm"}, {"what": "\x00"},
        {"what": "\u200b\u200b"}, {"whose": ""}, {"what": "x" * 4001}, {"happened_on": "2199-01-01"},
    ],
)  # fmt: skip
def test_what_can_not_be_is_said_beside_the_field_and_what_was_typed_stays(bureau, fleur, sent):
    answer = log_in(fleur).post(NEW, filled(consequences="Dit blijft staan") | sent)
    page = answer.content.decode()
    assert answer.status_code == 200
    assert f'id="id_{next(iter(sent))}_error"' in page or "field-error" in page
    assert "Dit blijft staan" in page
    with in_bureau(bureau):
        assert not Incident.objects.exists()


def test_what_somebody_writes_is_shown_and_never_run(bureau, fleur):
    row = breach(fleur, what="<script>alert(1)</script>", whose="\u202eomgekeerd")
    page = log_in(fleur).get(f"{LIST}{row.pk}/").content.decode()
    assert "&lt;script&gt;alert(1)" in page and "<script>alert" not in page


# -- reading and exporting -------------------------------------------------------------------------------------------
def test_a_long_register_asks_no_more_of_the_database(bureau, fleur):
    client = log_in(fleur)
    breach(fleur)
    few = len(queries_of(client, LIST))
    for at in range(4, 30):
        breach(fleur, hours_ago=at)
    assert len(queries_of(client, LIST)) <= max(few, 12)
    assert len(queries_of(client, LIST)) <= 12
    assert "Volgende" in client.get(LIST).content.decode()


def test_the_list_can_be_narrowed_to_what_still_waits(bureau, fleur):
    late, told = breach(fleur, hours_ago=90), breach(fleur, risk="geen")
    client = log_in(fleur)
    waits = client.get(f"{LIST}?staat=klok").content.decode()
    assert late.number in waits and told.number not in waits and "18 uur te laat" in waits
    assert "Met deze keuze is er niets" in client.get(f"{LIST}?staat=afgesloten").content.decode()
    assert told.number in client.get(f"{LIST}?staat=%00bestaat-niet").content.decode()


def test_the_export_has_every_word_and_runs_in_no_spreadsheet(bureau, fleur):
    breach(fleur, what="=HYPERLINK(1)", measures="Twee\nregels; en een punt")
    client = log_in(fleur)
    assert "Dat u exporteert, staat in het logboek" in client.get(f"{LIST}exporteren/").content.decode()
    answer = client.post(f"{LIST}exporteren/")
    text = b"".join(answer.streaming_content).decode("utf-8-sig")
    head, row = csv.reader(io.StringIO(text), delimiter=";")
    assert len(head) == len(row) == len(reading.COLUMNS)
    assert row[3] == "'=HYPERLINK(1)" and row[7] == "Twee\nregels; en een punt"
    with in_bureau(bureau):
        assert Line.objects.get(act="incidenten.geexporteerd").facts == {"count": 1}


def test_an_export_asks_first_who_you_are(bureau, fleur, settings):
    client = log_in(fleur)
    settings.ACCOUNT_REAUTHENTICATION_TIMEOUT = 0
    assert client.get(f"{LIST}exporteren/").status_code == 302


# -- processing activities -------------------------------------------------------------------------------------------
def test_every_table_about_people_is_said_in_words_and_none_that_is_gone():
    declared = {name for name, one in registry.models().items() if one.personal or one.inzage != "no"}
    assert set(DATA) == declared
    assert {name.partition(".")[0] for name in declared} <= set(OF_APP)
    assert set(OF_TABLE) <= declared
    assert set(TITLES) == set(PERSONS) == set(PURPOSES) == {processing.processing_of(name) for name in declared}


@pytest.mark.django_db
@pytest.mark.parametrize("slug", presets.NAMES)
def test_it_says_what_the_reglement_in_force_says(slug):
    with in_bureau(make_bureau(slug, slug)):
        held = processing.register()
        told = processing.as_table(held).decode("utf-8-sig")
        rules_ = held.reglement.rules
        for kind, rule in rules_.dossier.kinds_on().items():
            assert rule.purpose in told and rules_.dossier.label(kind) in told.lower()
        for part in held.processings:
            titles = [one.title for one in part.sections]
            assert titles == ["Waarvoor", "Van wie", "Welke gegevens", "Wie het krijgen", "Hoe lang"]
        assert "Functionaris gegevensbescherming" in told and "{" not in told
        rule = rules_.retention.rule("dossier")
        assert f";{rule.article}" in told if rule.article else True


@pytest.mark.django_db
def test_another_term_or_purpose_stands_in_it_at_once(settings):
    settings.MFA_REQUIRED = False
    dora = make_member(make_bureau("jmwerkt", "jmwerkt"), "Dora", Role.DIRECTIE)
    page = log_in(dora).get("/registers/verwerkingen/").content.decode()
    assert "2 jaar na einde contract met de opdrachtgever" in page and "10 jaar" in page
    assert "betrokkenen" in page and "jmwerkt 8.1.2" in page
    other = make_member(make_bureau("werklokaal", "werklokaal"), "Dirk", Role.DIRECTIE)
    page = log_in(other).get("/registers/verwerkingen/").content.decode()
    assert "tot de overdracht aan de opdrachtgever, die het 10 jaar bewaart" in page


@pytest.mark.django_db
def test_it_is_fetched_as_paper_and_as_table(settings):
    settings.MFA_REQUIRED = False
    bureau = make_bureau()
    client = log_in(make_member(bureau, "Bea", Role.BEHEERDER))
    paper = b"".join(client.get("/registers/verwerkingen.pdf").streaming_content)
    text = " ".join(page.extract_text() for page in PdfReader(io.BytesIO(paper)).pages)
    assert "Verwerkingsregister" in text and "Begeleiding naar werk" in text and "javawest 7" in text
    table = b"".join(client.get("/registers/verwerkingen.csv").streaming_content).decode("utf-8-sig")
    rows = list(csv.reader(io.StringIO(table), delimiter=";"))
    assert rows[0] == list(processing.COLUMNS) and len(rows) > 60
    with in_bureau(bureau):
        fetched = Line.objects.filter(act="verwerkingsregister.opgehaald").values_list("facts__kind", flat=True)
        assert sorted(fetched) == ["csv", "pdf"]


def test_the_day_of_becoming_aware_is_the_day_here():
    at = datetime(2026, 5, 1, 22, 30, tzinfo=UTC)  # 2 May, half past midnight here
    rules.check_aware(at, date(2026, 5, 2), timezone.localdate(at), at)
    with pytest.raises(RuleBroken):
        rules.check_aware(at, date(2026, 5, 3), timezone.localdate(at), at)
