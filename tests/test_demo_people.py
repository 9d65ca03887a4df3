"""The demo's invented people: the same every time, never anybody, and as varied as a real caseload."""

import io
import re
import zipfile
from collections import Counter
from datetime import date
from itertools import pairwise

import pytest
from PIL import Image
from pypdf import PdfReader

from clients.rules import display_name
from demo.people.files import contents
from demo.people.generate import batches, case, cases
from demo.people.payers import PAYS_FOR, opdrachtgevers
from demo.people.places import REGIONS, SLUGS
from demo.people.scenarios import PHASES
from demo.people.shapes import Case, Name, Stuk
from vault.rules import is_bsn

TODAY = date(2026, 6, 15)
SEED = 1


@pytest.fixture(scope="module")
def people() -> dict[str, list[Case]]:
    return {slug: list(cases(SEED, slug, TODAY, count=40)) for slug in SLUGS}


def _stukken(every: list[Case]) -> list[Stuk]:
    return [stuk for one in every for traject in one.trajecten for stuk in traject.stukken]


def test_the_same_seed_gives_the_same_people(people):
    again = list(cases(SEED, "javawest", TODAY, count=40))
    assert again == people["javawest"]


def test_another_seed_gives_other_people(people):
    other = list(cases(SEED + 1, "javawest", TODAY, count=40))
    assert [one.person.name for one in other] != [one.person.name for one in people["javawest"]]


def test_client_seven_is_the_same_alone_and_among_many(people):
    assert case(SEED, "werkid", 7, TODAY) == people["werkid"][7]
    assert next(cases(SEED, "werkid", TODAY, count=1, start=7)) == people["werkid"][7]


def test_batches_hold_the_same_people_in_the_same_order(people):
    taken = list(batches(SEED, "jmwerkt", TODAY, count=40, size=17))
    assert [len(batch) for batch in taken] == [17, 17, 6]
    assert [one for batch in taken for one in batch] == people["jmwerkt"]


def test_every_bsn_passes_the_eleven_test_is_unique_and_begins_with_99():
    numbers = [one.person.bsn for one in cases(SEED, "pluspunt", TODAY, count=400)]
    assert len(set(numbers)) == 400
    assert all(is_bsn(number) and number.startswith("99") for number in numbers)


def test_phone_numbers_and_addresses_belong_to_nobody(people):
    for one in (one for every in people.values() for one in every):
        around = (one.person, *one.person.contactpersonen, *one.person.gemachtigden)
        assert all(who.phone.startswith("06-00") for who in around)
        assert all(not who.email or who.email.endswith(".test") for who in around)


def test_names_have_prefixes_accents_and_apostrophes(people):
    names = [one.person.name for every in people.values() for one in every]
    whole = " ".join(name.full for name in names)
    assert len({name.full for name in names}) > 180
    assert sum(bool(name.tussenvoegsel) for name in names) > 40
    assert re.search(r"[çşığüö]", whole)
    assert re.search(r"[łńśż]", whole)
    assert "'" in whole


@pytest.mark.parametrize(
    ("prefix", "family", "full", "formal"),
    [
        ("van den", "Berg", "Anna van den Berg", "Van den Berg"),
        ("d'", "Hondt", "Anna d'Hondt", "D'Hondt"),
        ("'t", "Hart", "Anna 't Hart", "'t Hart"),
        ("", "Bos", "Anna Bos", "Bos"),
    ],
)
def test_names_are_said_the_dutch_way(prefix, family, full, formal):
    name = Name("Anna", "Anna", "A.", prefix, family)
    assert (name.full, name.formal) == (full, formal)
    assert display_name("Anna", prefix, family) == full


def test_some_clients_read_little_dutch(people):
    levels = Counter(one.person.taalniveau for every in people.values() for one in every)
    assert levels["A1"] + levels["A2"] >= 10
    assert levels["moedertaal"] > 100


@pytest.mark.parametrize("slug", SLUGS)
def test_forty_clients_show_every_phase_and_every_kind_of_traject(people, slug):
    found = [traject for one in people[slug] for traject in one.trajecten]
    assert {traject.phase for traject in found} == set(PHASES)
    assert {traject.kind for traject in found} == set(REGIONS[slug].kinds)


@pytest.mark.parametrize("slug", SLUGS)
def test_forty_clients_show_every_state_attendance_and_loose_end(people, slug):
    found = [traject for one in people[slug] for traject in one.trajecten]
    meetings = [meeting for traject in found for meeting in traject.appointments]
    states = {stuk.state for stuk in _stukken(people[slug])}
    assert states == {"concept", "vastgesteld", "werkaantekening"}
    assert {meeting.attendance for meeting in meetings} >= {"aanwezig", "afwezig", "gepland"}
    assert any(meeting.attendance == "aanwezig" and not meeting.verslag for meeting in meetings)
    assert any(not traject.sharing_stated for traject in found)
    assert any(stuk.health for stuk in _stukken(people[slug]))
    assert any(not stuk.seen_by_client for stuk in _stukken(people[slug]))


def test_some_trajecten_ended_long_ago_and_one_of_them_misses_a_date(people):
    ended = [t for t in (t for one in people["javawest"] for t in one.trajecten) if t.phase == "beeindigd"]
    assert any((TODAY - t.traject_ended).days > 5 * 365 for t in ended)
    assert any(t.service_closed is None and t.contract_ended is None for t in ended)
    assert all(t.end_reason and t.end_result for t in ended)


@pytest.mark.parametrize("slug", SLUGS)
def test_neighbouring_verslagen_open_differently(people, slug):
    for traject in (traject for one in people[slug] for traject in one.trajecten):
        talks = [stuk for stuk in traject.stukken if stuk.kind == "gespreksverslag" and not stuk.health]
        openings = [stuk.text.split(". ")[0] for stuk in talks]
        assert all(one != other for one, other in pairwise(openings)), traject.key


@pytest.mark.parametrize("slug", SLUGS)
def test_a_verslag_is_hardly_ever_repeated_word_for_word(people, slug):
    texts = Counter(stuk.text for stuk in _stukken(people[slug]) if stuk.kind == "gespreksverslag")
    assert sum(times - 1 for times in texts.values()) <= 4


def test_no_fragment_leaves_a_hole_in_the_text(people):
    for stuk in (stuk for every in people.values() for stuk in _stukken(every)):
        assert not re.search(r"[{}]|  |\.\.|None|\(\)", stuk.text), stuk.text


def test_nothing_is_written_after_yesterday_and_only_plans_lie_ahead(people):
    for one in (one for every in people.values() for one in every):
        for traject in one.trajecten:
            assert all(stuk.at.date() < TODAY for stuk in traject.stukken)
            assert all((m.starts.date() >= TODAY) == (m.attendance == "gepland") for m in traject.appointments)


def test_the_office_writes_nothing_at_weekends(people):
    for stuk in (stuk for every in people.values() for stuk in _stukken(every)):
        assert stuk.author == "client" or stuk.on.weekday() < 5, stuk


def test_each_verslag_of_an_appointment_exists_and_is_of_that_day(people):
    for traject in (t for every in people.values() for one in every for t in one.trajecten):
        written = {stuk.key: stuk for stuk in traject.stukken}
        for meeting in traject.appointments:
            if meeting.verslag:
                assert written[meeting.verslag].on == meeting.starts.date()


def test_a_statement_speaks_of_a_verslag_that_was_there_before_it(people):
    for traject in (t for every in people.values() for one in every for t in one.trajecten):
        written = {stuk.key: stuk for stuk in traject.stukken}
        for stuk in (stuk for stuk in traject.stukken if stuk.about):
            assert written[stuk.about].on <= stuk.on


def test_health_is_never_released_and_never_in_a_report_to_the_opdrachtgever(people):
    for stuk in (stuk for every in people.values() for stuk in _stukken(every)):
        assert not (stuk.health and stuk.released_at)
        if stuk.kind == "voortgangsrapportage":
            assert not re.search(r"aandoening|reuma|hernia|migraine|\bthuis\b", stuk.text)


def test_each_traject_is_paid_by_someone_who_buys_that_kind(people):
    for slug, every in people.items():
        payers = {payer.key: payer for payer in opdrachtgevers(SEED, slug, TODAY)}
        for traject in (traject for one in every for traject in one.trajecten):
            payer = payers[traject.opdrachtgever]
            assert payer.kind in PAYS_FOR[traject.kind]
            assert traject.contract in {contract.number for contract in payer.contracts}


def test_the_demo_client_has_a_rich_story_with_something_unread_and_something_released(people):
    for every in people.values():
        stukken = _stukken(every[:1])
        assert len(stukken) >= 15
        assert any(stuk.kind == "gespreksverslag" and not stuk.seen_by_client for stuk in stukken)
        assert any(stuk.released_at for stuk in stukken)
        assert any(stuk.aanvulling for stuk in stukken)


def test_a_client_has_some_eight_stukken(people):
    every = [one for found in people.values() for one in found]
    assert 7 <= len(_stukken(every)) / len(every) <= 12


def test_files_are_real_files_of_their_kind(people):
    specs = [stuk.file for stuk in _stukken(people["werklokaal"][:8]) if stuk.file]
    made = dict(zip((spec.maker for spec in specs), zip(specs, contents(specs), strict=True), strict=False))
    assert set(made) == {"formulier", "brief", "cv", "beeld", "tekst"}
    spec, form = made["formulier"]
    assert spec.fields["naam"].split()[-1] in PdfReader(io.BytesIO(form)).pages[0].extract_text()
    with zipfile.ZipFile(io.BytesIO(made["cv"][1])) as word:
        assert "word/document.xml" in word.namelist()
        assert word.testzip() is None
    with Image.open(io.BytesIO(made["beeld"][1])) as picture:
        assert picture.format in ("PNG", "JPEG")
