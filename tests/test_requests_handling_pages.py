"""The pages by which a request is handled: what is next is the one main action, and errors stand beside their field."""

from __future__ import annotations

import re

import pytest

from access.models import Role
from bureaus.tenancy import in_bureau
from journal.models import Line
from requests.models import Decision, FollowUp, Judgement, Kind, State, Verzoek
from tests.support.people import acting, log_in, make_bureau, make_member
from tests.support.portal import in_force_with, make_case, many_stukken, queries_of, release, write
from tests.support.verzoeken import entered, identified

pytestmark = pytest.mark.django_db
OTHERS = "bescherming van de rechten en vrijheden van anderen"


@pytest.fixture
def case():
    return make_case(make_bureau())


@pytest.fixture
def coach(case):
    return log_in(case.coach)


def handled(case, kind=Kind.AFSCHRIFT, **more):
    row = entered(case, kind, **more)
    with in_bureau(case.bureau):
        Verzoek.objects.filter(pk=row.pk).update(handler=case.coach)
        row.refresh_from_db()
    return identified(row, by=case.coach)


def looked_at(row) -> int:
    """How often the log says that somebody looked at what was asked."""
    with in_bureau(row.bureau_id):
        return Line.objects.filter(act="verzoek.ingezien", object_id=str(row.pk)).count()


def now(row):
    with in_bureau(row.bureau_id):
        return Verzoek.objects.get(pk=row.pk)


def main_action(client, row):
    page = client.get(f"/verzoeken/{row.pk}/").content.decode()
    found = re.findall(r'class="button button-(?:main|danger)"[^>]*>([^<]+)<', page)
    return [one.strip() for one in found]


def test_one_main_action_leads_from_receipt_to_the_end(case, coach):
    write(case, "Een", "Tekst.")
    row = entered(case, Kind.INZAGE)
    with in_bureau(case.bureau):
        Verzoek.objects.filter(pk=row.pk).update(handler=case.coach)
        row.refresh_from_db()
    assert "Vastleggen wie het is" in main_action(coach, row)
    identified(row, by=case.coach)
    assert main_action(coach, row) == ["Stukken nakijken"]
    coach.post(f"/verzoeken/{row.pk}/stukken/")
    assert main_action(coach, row) == ["Besluit nemen"]
    coach.post(f"/verzoeken/{row.pk}/besluit/", {"decision": "toegewezen"})
    assert now(row).state == State.DECIDED
    assert "Vastleggen wat er is gedaan" in main_action(coach, row)
    coach.post(f"/verzoeken/{row.pk}/uitgevoerd/", {"words": "Samen aan tafel bekeken."})
    assert main_action(coach, row) == ["Verzoek afsluiten"]
    coach.post(f"/verzoeken/{row.pk}/afsluiten/")
    assert main_action(coach, row) == []
    assert now(row).state == State.CLOSED


def test_what_is_wrong_stands_beside_its_field_and_typed_words_stay(case, coach):
    row = handled(case, Kind.BEPERKING)
    answer = coach.post(f"/verzoeken/{row.pk}/besluit/", {"decision": "afgewezen", "reason": "Mijn lange uitleg"})
    text = answer.content.decode()
    assert answer.status_code == 200
    assert "Kies de reden waarom niet alles wordt toegewezen." in text
    assert "Mijn lange uitleg" in text
    answer = coach.post(f"/verzoeken/{row.pk}/besluit/", {"decision": "iets anders"})
    assert answer.status_code == 200
    assert now(row).state == State.OPEN


@pytest.mark.parametrize("words", ["\x00\x00", "‮omgekeerd​", "<script>alert(1)</script>", "x" * 30_000])
def test_strange_words_are_never_an_error_of_ours(case, coach, words):
    row = handled(case, Kind.BEPERKING)
    ground = "geen van de redenen van AVG 18 doet zich voor"
    given = {"decision": "afgewezen", "reason_code": ground, "reason": words}
    answer = coach.post(f"/verzoeken/{row.pk}/besluit/", given)
    assert answer.status_code in (200, 302)
    assert b"<script>alert" not in coach.get(f"/verzoeken/{row.pk}/").content


def test_a_stuk_is_read_and_kept_back_on_its_own_page(case, coach):
    stuk = write(case, "Over de buren", "De buurman belde.")
    row = handled(case)
    page = f"/verzoeken/{row.pk}/stukken/{stuk.pk}/"
    assert "De buurman belde." in coach.get(page).content.decode()
    answer = coach.post(page, {"verdict": "achterhouden", "reason_code": "", "reason": "Om de buurman."})
    assert "Kies de reden" in answer.content.decode()
    assert coach.post(page, {"verdict": "weglakken"}).status_code == 200
    coach.post(page, {"verdict": "achterhouden", "reason_code": OTHERS, "reason": "Om de buurman."})
    with in_bureau(case.bureau):
        assert Judgement.objects.get(stuk_id=stuk.pk).verdict == "achterhouden"
    assert "blijft achter" in coach.get(f"/verzoeken/{row.pk}/stukken/").content.decode()


def test_who_may_not_read_a_stuk_does_not_see_its_title_when_judging(case):
    stuk = write(case, "Scheiding", "Thuis.", kind="persoonlijke_omstandigheden")
    boss = make_member(case.bureau, "Dora", Role.DIRECTIE)
    row = handled(case)
    client = log_in(boss)
    assert "Scheiding" not in client.get(f"/verzoeken/{row.pk}/stukken/").content.decode()
    assert client.get(f"/verzoeken/{row.pk}/stukken/{stuk.pk}/").status_code == 404


def test_who_only_looks_is_told_who_handles_it_and_has_no_button(case):
    row = handled(case)
    fg = log_in(make_member(case.bureau, "Fleur", Role.FG))
    text = fg.get(f"/verzoeken/{row.pk}/").content.decode()
    assert case.coach.name in text
    assert main_action(fg, row) == []
    for page in ("overdragen", "stukken", "besluit", "tweede-blik", "uitgevoerd"):
        assert fg.get(f"/verzoeken/{row.pk}/{page}/").status_code == 403, page
    for page in ("aanvulling", "verwijderen", "afschermen", "afsluiten"):
        assert fg.post(f"/verzoeken/{row.pk}/{page}/").status_code == 403, page


def test_the_proposed_text_stands_beside_the_present_one(case, coach):
    row = handled(case, Kind.CORRECTIE)
    before = looked_at(row)
    text = coach.get(f"/verzoeken/{row.pk}/besluit/").content.decode()
    assert looked_at(row) == before + 1
    assert text.index("Zo staat het er nu") < text.index("Kwam te laat.") < text.index("Ik was wel op tijd.")


def test_a_granted_correctie_leads_into_the_editor(case, coach):
    row = handled(case, Kind.CORRECTIE)
    coach.post(f"/verzoeken/{row.pk}/besluit/", {"decision": "toegewezen"})
    assert main_action(coach, row) == ["Betere tekst beginnen"]
    answer = coach.post(f"/verzoeken/{row.pk}/aanvulling/")
    assert answer.url == f"/stukken/{row.stuk_id}/schrijven/"
    assert "Ik was wel op tijd." in coach.get(answer.url).content.decode()


def test_directie_decides_from_the_inbox(case, coach):
    in_force_with(case.bureau, requests={"refusal_seen_by_directie": True})
    boss = log_in(make_member(case.bureau, "Dora", Role.DIRECTIE))
    row = handled(case)
    given = {"decision": "afgewezen", "reason_code": OTHERS, "reason": "Dat schaadt een ander."}
    coach.post(f"/verzoeken/{row.pk}/besluit/", given)
    assert "kijkt nog een keer" in coach.get(f"/verzoeken/{row.pk}/").content.decode()
    page = f"/verzoeken/{row.pk}/tweede-blik/"
    assert page in boss.get("/goedkeuringen/").content.decode()
    before = looked_at(row)
    assert "Dat schaadt een ander." in boss.get(page).content.decode() and looked_at(row) == before + 1
    assert "Schrijf op wat er anders moet." in boss.post(page, {"besluit": "terug"}).content.decode()
    assert boss.post(page, {"besluit": "akkoord"}).status_code == 302
    assert now(row).state == State.DECIDED
    assert boss.get(page).status_code == 302


def test_receivers_are_told_from_the_page(case, coach):
    stuk = write(case, "Rapportage", "Kwam te laat.", kind="voortgangsrapportage")
    release(case, stuk)
    row = handled(case, Kind.CORRECTIE, change="afschermen", stuk=stuk)
    coach.post(f"/verzoeken/{row.pk}/besluit/", {"decision": "toegewezen"})
    assert main_action(coach, row) == ["Stuk afschermen"]
    coach.post(f"/verzoeken/{row.pk}/afschermen/")
    with in_bureau(case.bureau):
        task = FollowUp.objects.get(verzoek=row, kind="inlichten")
    assert "Ingelicht" in coach.get(f"/verzoeken/{row.pk}/").content.decode()
    coach.post(f"/verzoeken/ingelicht/{task.pk}/")
    coach.post(f"/verzoeken/ingelicht/{task.pk}/")
    assert main_action(coach, row) == ["Verzoek afsluiten"]


def test_the_pages_ask_few_queries_whatever_there_is(case, coach):
    many_stukken(case, 60)
    row = handled(case)
    for page in ("", "stukken/", "besluit/", "overdragen/"):
        asked = queries_of(coach, f"/verzoeken/{row.pk}/{page}")
        assert len(asked) <= 12, (page, len(asked), asked)
    with acting(case.coach):
        assert Verzoek.objects.get(pk=row.pk).decision in ("", Decision.GRANTED)


def test_a_complaint_is_never_answered_without_words_and_its_page_says_so(case):
    diana = make_member(case.bureau, "Diana", Role.DIRECTIE)
    row = entered(case, Kind.KLACHT)
    with in_bureau(case.bureau):
        Verzoek.objects.filter(pk=row.pk).update(handler=diana)
    page, browser = f"/verzoeken/{row.pk}/besluit/", log_in(diana)
    assert "niet verplicht" not in browser.get(page).content.decode()
    for outcome in (Decision.FOUNDED, Decision.UNFOUNDED, Decision.INADMISSIBLE):
        for nothing in ("", "   "):
            said = browser.post(page, {"decision": outcome, "reason": nothing}).content.decode()
            assert "Schrijf op wat u vindt en wat er nu gebeurt." in said and f'value="{outcome}"' in said
    assert now(row).decision == ""


def test_of_another_request_it_is_said_when_words_are_needed(case, coach):
    page = coach.get(f"/verzoeken/{handled(case).pk}/besluit/").content.decode()
    assert "Nodig als u niet alles toewijst. Dit komt in de brief." in page
    assert "(niet verplicht)" in page
