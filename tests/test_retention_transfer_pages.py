"""Handing over, destroying on request and deleting one stuk: what the pages say, to whom, and what bad input gets."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import override_settings
from django.utils import timezone

from bureaus.tenancy import in_bureau
from clients.models import Opdrachtgever, Traject
from dossiers.models import Dossier, Stuk, Tombstone
from journal.models import Line
from retention.actions import place_hold
from retention.execution_tasks import run_bureau
from retention.models import DestructionList, LegalRecord, ListItem, ListKind, Transfer
from retention.rules import add_term, say
from tests.support.lists import approved, cool
from tests.support.people import acting, log_in, make_bureau, make_member
from tests.support.portal import in_force_with, make_case, queries_of, state, write
from tests.support.retention import ended_dossier
from tests.support.transfers import begun, end, fetched, handed_over, now, over, packed, received, werklokaal

pytestmark = pytest.mark.django_db
Status = Transfer.Status


def text_of(answer) -> str:
    assert answer.status_code == 200, answer.status_code
    return " ".join(answer.content.decode().split())


@pytest.fixture
def bureau():
    return werklokaal()


def start_page(case) -> str:
    return f"/dossiers/{case.dossier.pk}/overdragen/"


def portal_page(case) -> str:
    return f"/opdracht/{case.traject.pk}/overdracht/"


# -- who works here ----------------------------------------------------------------------------------------------------
@pytest.mark.article("werklokaal", "7")
def test_the_page_says_what_stays_out_and_why_before_anything_is_begun(bureau):
    case = over(bureau)
    browser = log_in(case.coach)
    text = text_of(browser.get(start_page(case)))
    assert "1 stuk: persoonlijke omstandigheden gaan nooit naar de opdrachtgever" in text
    assert "1 stuk: verklaring bij een stuk dat niet meegaat" in text
    assert "4 stukken met alle versies" in text
    assert case.payer.name in text
    answer = browser.post(start_page(case))
    with in_bureau(bureau):
        row = Transfer.objects.get()
    assert answer.url == f"/bewaren/overdrachten/{row.pk}/"
    assert browser.get(start_page(case)).url == answer.url


def test_who_looked_at_what_will_go_stands_in_the_log_of_the_dossier(bureau):
    case = over(bureau, full=False)
    log_in(case.coach).get(start_page(case))
    with in_bureau(bureau):
        line = Line.objects.get(act="bewaring.ingezien")
    assert (line.actor, line.dossier_id, line.grant_id is None) == (case.coach.name, case.dossier.pk, False)


def test_the_administratie_starts_by_number_and_reads_no_name(bureau):
    case = over(bureau, full=False)
    anna = log_in(make_member(make_bureau("werkid", "werkid"), "Anna", "administratie"))
    assert anna.get(start_page(case)).status_code == 404
    here = log_in(make_member(bureau, "Anna", "administratie"))
    text = text_of(here.get("/bewaren/overdrachten/"))
    assert case.dossier.number in text
    assert case.client.last_name not in text


@pytest.mark.article("werkid", "4")
@pytest.mark.parametrize("kind", ["particulier", "gemeente"])
def test_a_particulier_who_pays_is_named_only_to_who_sees_the_dossier(bureau, kind):
    in_force_with(bureau, access={"standing": {"administratie": "none", "directie": "none"}})
    names = "Zeldzaam Naampje", "P. de Zeldzame"
    waiting, done = over(bureau, kind=kind, full=False), over(bureau, kind=kind, full=False)
    ready = over(bureau, kind=kind, full=False)
    with in_bureau(bureau):
        Opdrachtgever.objects.update(name=names[0])
    row, at_hand = packed(done), packed(ready)
    fetched(done, row)
    received(done, row, name=names[1])
    pages = ["/bewaren/overdrachten/?toon=klaarzetten", "/bewaren/overdrachten/?toon=afgerond", start_page(waiting)]
    pages += [f"/bewaren/overdrachten/{row.pk}/", f"/bewaren/overdrachten/{at_hand.pk}/intrekken/"]
    shown = kind == "gemeente"
    for role in ("directie", "administratie", "fg"):
        browser = log_in(make_member(bureau, role.title(), role))
        for page in pages[:2] + pages[3:4] if role == "fg" else pages:
            text = text_of(browser.get(page))
            assert any(name in text for name in names) is shown, (role, page)
            assert (waiting.payer.name in text or done.payer.name in text) <= shown, (role, page)
            assert shown or "de opdrachtgever" in text.lower(), (role, page)
    assert names[0] in text_of(log_in(waiting.coach).get(start_page(waiting)))
    text = text_of(log_in(done.coach).get(f"/bewaren/overdrachten/{row.pk}/"))
    assert names[0] in text and names[1] in text


def test_each_transfer_stands_under_how_far_it_is(bureau):
    waiting, ready, taken, done = (over(bureau, full=False) for _ in range(4))
    first, second, third = packed(ready), packed(taken), handed_over(done)
    fetched(taken, second)
    browser = log_in(make_member(bureau, "Dirk", "directie"))
    for tab, case in (("klaarzetten", waiting), ("ophalen", ready), ("tekenen", taken), ("afgerond", done)):
        text = text_of(browser.get(f"/bewaren/overdrachten/?toon={tab}"))
        assert case.dossier.number in text
        assert all(one.dossier.number not in text for one in (waiting, ready, taken, done) if one is not case)
    for row in (first, second, third):
        assert row.dossier_number in text_of(browser.get(f"/bewaren/overdrachten/{row.pk}/"))


def test_the_pages_ask_little_whatever_there_is(bureau):
    browser = log_in(make_member(bureau, "Dirk", "directie"))
    cases = [over(bureau, full=False) for _ in range(3)]
    few = {tab: len(queries_of(browser, f"/bewaren/overdrachten/?toon={tab}")) for tab in ("klaarzetten", "ophalen")}
    for case in cases[:2]:
        packed(case)
    more = {tab: len(queries_of(browser, f"/bewaren/overdrachten/?toon={tab}")) for tab in ("klaarzetten", "ophalen")}
    assert max(*few.values(), *more.values()) <= 12
    assert more["klaarzetten"] <= few["klaarzetten"]
    row = begun(cases[0])
    for path in (f"/bewaren/overdrachten/{row.pk}/", start_page(cases[2]), f"/dossiers/{cases[2].dossier.pk}/bewaren/"):
        assert len(queries_of(browser, path)) <= 12, path


def test_it_is_taken_back_on_a_page_of_its_own(bureau):
    case = over(bureau, full=False)
    row = packed(case)
    browser = log_in(case.coach)
    page = f"/bewaren/overdrachten/{row.pk}/intrekken/"
    assert "kan het dossier niet meer ophalen" in text_of(browser.get(page))
    browser.post(page)
    assert now(row).status == Status.CANCELLED
    assert browser.get(page).status_code == 302
    assert log_in(case.payer).get(portal_page(case)).status_code == 404


# -- the opdrachtgever -------------------------------------------------------------------------------------------------
@pytest.mark.article("werklokaal", "7")
def test_the_opdrachtgever_fetches_it_and_signs_for_it(bureau):
    case = over(bureau)
    row = packed(case)
    browser = log_in(case.payer)
    assert "Dit dossier neemt u over" in text_of(browser.get(f"/opdracht/{case.traject.pk}/"))
    text = text_of(browser.get(portal_page(case)))
    assert "Wij hebben het ontvangen</button>" not in text
    assert row.file_sha256 in text
    assert say(add_term(timezone.localdate(), "P10Y")) in text
    early = text_of(browser.post(portal_page(case), {"name": "P. de Wit", "complete": "on"}))
    assert "Haal het dossier eerst op" in early
    answer = browser.post(f"{portal_page(case)}pakket/")
    assert answer["Content-Type"] == "application/zip"
    assert answer["Content-Disposition"] == f'attachment; filename="dossier-{row.dossier_number}.zip"'
    assert len(b"".join(answer.streaming_content)) == row.file_size
    assert "Vul uw naam in." in text_of(browser.post(portal_page(case), {"complete": "on", "name": " "}))
    browser.post(portal_page(case), {"name": "P. de Wit", "complete": "on"})
    assert now(row).received_by_name == "P. de Wit"
    assert "Bewijs van ontvangst" in text_of(browser.get(portal_page(case)))


@pytest.mark.parametrize("name", ["a\x00b", "\u202eP", "x" * 300, "<script>alert(1)</script>", "\u200b"])
def test_whatever_is_typed_as_a_name_is_no_error(bureau, name):
    case = over(bureau, full=False)
    row = packed(case)
    fetched(case, row)
    answer = log_in(case.payer).post(portal_page(case), {"name": name, "complete": "on"})
    assert answer.status_code in (200, 302)
    assert "<script>alert" not in answer.content.decode()


def test_who_did_not_show_who_they_are_a_short_while_ago_does_so_first(bureau):
    case = over(bureau, full=False)
    row = packed(case)
    browser = log_in(case.payer)
    with override_settings(ACCOUNT_REAUTHENTICATION_TIMEOUT=-1):
        assert browser.get(portal_page(case)).status_code == 302
        answer = browser.post(f"{portal_page(case)}pakket/")
    assert not answer.streaming
    assert now(row).fetched_at is None


@override_settings(MFA_REQUIRED=True, MFA_EXEMPT_DOMAINS=[])
def test_without_a_second_step_where_one_is_asked_nothing_is_fetched(bureau):
    case = over(bureau, full=False)
    row = packed(case)
    answer = log_in(case.payer).post(f"{portal_page(case)}pakket/")
    assert answer.status_code == 302
    assert now(row).fetched_at is None


def test_for_another_contact_and_another_opdrachtgever_it_does_not_exist(bureau):
    case = over(bureau, full=False)
    packed(case)
    for other in (make_case(bureau), make_case(bureau, kind="gemeente"), make_case(make_bureau())):
        browser = log_in(other.payer)
        assert browser.get(portal_page(case)).status_code == 404
        assert browser.post(f"{portal_page(case)}pakket/").status_code == 404


def test_after_another_statement_the_opdrachtgever_is_told_that_it_is_packed_again(bureau):
    case = over(bureau, full=False)
    row = packed(case)
    state(case, "Nog iets", "Dit wil ik erbij.")
    browser = log_in(case.payer)
    answer = browser.post(f"{portal_page(case)}pakket/", follow=True)
    assert "opnieuw voor u ingepakt" in text_of(answer)
    assert now(row).status == Status.PACKING


# -- on request --------------------------------------------------------------------------------------------------------
@pytest.fixture
def werkid():
    bureau = make_bureau("werkid", "werkid")
    members = {name: make_member(bureau, name, "directie") for name in ("Dirk", "Ella")}
    return bureau, members["Dirk"], members["Ella"]


@pytest.mark.article("werkid", "14")
def test_a_written_request_is_carried_out_within_three_months_and_says_what_stays(werkid):
    bureau, dirk, ella = werkid
    row = ended_dossier(bureau, ended=timezone.localdate() - timedelta(days=200))
    page = f"/dossiers/{row.pk}/bewaren/verzoek/"
    received = timezone.localdate() - timedelta(days=2)
    browser = log_in(dirk)
    text = text_of(browser.get(page, {"received_on": received.isoformat()}))
    by = add_term(received, "P3M")
    assert f'datetime="{by.isoformat()}"' in text
    assert "Wat de wet bewaart, blijft: wettelijk te bewaren gegevens, tot" in text
    assert row.client.last_name not in text
    answer = browser.post(page, {"received_on": received.isoformat(), "sure": "on"})
    with in_bureau(bureau):
        made = DestructionList.objects.get(kind=ListKind.REQUEST)
        assert (made.answer_by, made.items.get().article) == (by, "werkid 14.1")
    assert answer.url == f"/bewaren/lijsten/{made.pk}/"
    again = browser.post(page, {"received_on": received.isoformat(), "sure": "on"})
    assert again.url == answer.url
    cool(approved(made, ella))
    run_bureau(bureau.pk)
    with in_bureau(bureau):
        assert not Dossier.objects.filter(pk=row.pk).exists()
        assert LegalRecord.objects.filter(dossier_id=row.pk).exists()
        assert ListItem.objects.get(destruction_list=made).retained


@pytest.mark.article("werkid", "14")
def test_a_considerable_interest_of_another_keeps_it_and_the_page_leads_to_the_hold(werkid):
    bureau, dirk, _ = werkid
    row = ended_dossier(bureau, ended=timezone.localdate() - timedelta(days=200), stukken=False)
    page = f"/dossiers/{row.pk}/bewaren/verzoek/"
    browser = log_in(dirk)
    day = timezone.localdate().isoformat()
    assert f'href="/dossiers/{row.pk}/bewaren/blokkade/"' in text_of(browser.get(page, {"received_on": day}))
    with acting(dirk):
        review_on = timezone.localdate() + timedelta(days=30)
        place_hold(dossier=row, by=dirk, kind="belang", reason="Een ander.", review_on=review_on)
    text = text_of(browser.get(page, {"received_on": day}))
    assert "Aanmerkelijk belang van een ander" in text
    assert "Op een lijst zetten" not in text
    assert "blijft bewaard" in text_of(browser.post(page, {"received_on": day, "sure": "on"}))
    with in_bureau(bureau):
        assert not DestructionList.objects.exists()


@pytest.mark.parametrize("day", ["", "0001-01-01", "9999-12-31", "morgen", "\x00", "2999-01-01", "1950-01-01"])
def test_a_day_that_can_not_be_is_told_beside_the_field(werkid, day):
    bureau, dirk, _ = werkid
    row = ended_dossier(bureau, ended=timezone.localdate() - timedelta(days=200), stukken=False)
    browser, page = log_in(dirk), f"/dossiers/{row.pk}/bewaren/verzoek/"
    for text in (
        text_of(browser.get(page, {"received_on": day})),
        text_of(browser.post(page, {"received_on": day, "sure": "on"})),
    ):
        assert 'aria-invalid="true"' in text
    with in_bureau(bureau):
        assert not DestructionList.objects.exists()


# -- one stuk ----------------------------------------------------------------------------------------------------------
@pytest.mark.article("jmwerkt", "6.1.4")
def test_one_stuk_is_deleted_on_request_and_a_line_stays():
    bureau = make_bureau("jmwerkt", "jmwerkt")
    case = make_case(bureau)
    ella = make_member(bureau, "Ella", "directie")
    stuk = write(case, "Gesprek", "Onuitwisbaar.")
    other = write(case, "Ander gesprek", "Blijft.")
    browser = log_in(case.coach)
    page = f"/stukken/{stuk.pk}/verwijderen/"
    assert f'href="{page}"' in text_of(browser.get(f"/stukken/{stuk.pk}/"))
    assert "In het dossier blijft een regel staan" in text_of(browser.get(page))
    day = timezone.localdate().isoformat()
    assert "Zet hier een vinkje" in text_of(browser.post(page, {"received_on": day}))
    assert browser.post(page, {"received_on": day, "sure": "on"}).url == f"/dossiers/{case.dossier.pk}/"
    with in_bureau(bureau):
        made = DestructionList.objects.get(kind=ListKind.CORRECTION)
    assert str(made) in text_of(browser.get(page))
    cool(approved(made, ella))
    run_bureau(bureau.pk)
    with in_bureau(bureau):
        assert list(Stuk.objects.values_list("pk", flat=True)) == [other.pk]
        assert Tombstone.objects.filter(stuk_id=stuk.pk).exists()
    text = text_of(browser.get(f"/dossiers/{case.dossier.pk}/"))
    assert "een stuk is verwijderd op verzoek" in text
    assert browser.get(page).status_code == 404


def test_a_concept_and_a_worknote_are_not_deleted_this_way(vera):
    concept = write(vera, "Half", "…", final=False)
    note = write(vera, "Notitie", "…", kind="werkaantekening", final=False)
    browser = log_in(vera.coach)
    for stuk in (concept, note):
        assert browser.get(f"/stukken/{stuk.pk}/verwijderen/").status_code == 404


def test_a_request_of_before_the_traject_is_no_request_about_it(werkid):
    bureau, dirk, _ = werkid
    row = ended_dossier(bureau, ended=timezone.localdate() - timedelta(days=200), stukken=False)
    with in_bureau(bureau):
        begun_on = Traject.objects.get(pk=row.traject_id).registered_on
    page = f"/dossiers/{row.pk}/bewaren/verzoek/"
    day = (begun_on - timedelta(days=1)).isoformat()
    assert "nog niet aangemeld" in text_of(log_in(dirk).get(page, {"received_on": day}))


def test_a_dossier_whose_traject_runs_on_is_not_destroyed_on_request(werkid):
    bureau, dirk, _ = werkid
    case = make_case(bureau)
    text = text_of(log_in(dirk).get(f"/dossiers/{case.dossier.pk}/bewaren/verzoek/"))
    assert "Het traject loopt nog" in text
    end(case, timezone.localdate())
    text = text_of(log_in(dirk).get(f"/dossiers/{case.dossier.pk}/bewaren/verzoek/"))
    assert "Het traject loopt nog" not in text
