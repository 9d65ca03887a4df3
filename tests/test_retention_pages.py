"""The watchlist and the page of one dossier's keeping: what they show to whom, and what is done there."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.utils import timezone

from access.actions.grants import grant
from access.models import Ground
from bureaus.tenancy import in_bureau
from clients.models import Client, Contract, Opdrachtgever, Traject
from retention import actions
from retention.models import DueDate, Hold, TermAgreement
from retention.rules import say
from tests.support.people import acting, log_in, make_member
from tests.support.portal import in_force_with, queries_of
from tests.support.retention import ended_dossier, many_ended

pytestmark = pytest.mark.django_db
OVER, MISSING, LONG_AGO = "/bewaren/?toon=voorbij", "/bewaren/?toon=zonder-datum", date(2020, 1, 1)


def soon(days: int = 60) -> date:
    return timezone.localdate() + timedelta(days=days)


def hold_on(dossier, by, **more) -> Hold:
    facts = {"kind": "rechtszaak", "reason": "Beroep loopt.", "review_on": soon()} | more
    with acting(by):
        return actions.place_hold(dossier=dossier, by=by, **facts)


@pytest.fixture
def over(javawest, alice):
    return ended_dossier(javawest, ended=LONG_AGO, handler=alice, stukken=False)


def test_a_coach_reads_until_when_and_why(over, alice):
    text = log_in(alice).get(f"/dossiers/{over.pk}/bewaren/").content.decode()
    assert "5 jaar na einde traject op 1 januari 2020 (javawest 7)" in text
    assert str(over.client) in text


def test_directie_sees_the_number_and_no_name(over, javawest):
    fred = make_member(javawest, "Fred", "fg")
    for path in (f"/dossiers/{over.pk}/bewaren/", OVER):
        text = log_in(fred).get(path).content.decode()
        assert over.number in text
        assert over.client.last_name not in text


def test_who_can_not_see_the_dossier_finds_no_page_of_its_keeping(over, bob):
    assert log_in(bob).get(f"/dossiers/{over.pk}/bewaren/").status_code == 404


def test_the_rail_of_the_dossier_says_it_as_well(over, alice):
    hold_on(over, alice)
    text = log_in(alice).get(f"/dossiers/{over.pk}/").content.decode()
    assert "5 jaar na einde traject op 1 januari 2020 (javawest 7)" in text
    assert "er loopt een rechtszaak" in text


def test_every_tab_opens_with_nothing_in_it(diana):
    browser = log_in(diana)
    for tab in ("", "voorbij", "P3M", "P6M", "P12M", "geblokkeerd", "zonder-datum", "overdragen", "bekijken", "mislukt",
                "gedeeltelijk", "<script>", "\x00"):  # fmt: skip
        answer = browser.get("/bewaren/", {"toon": tab})
        assert answer.status_code == 200
        assert "Hier is niets te doen" in answer.content.decode()


def test_the_watchlist_takes_at_most_twelve_queries_for_a_thousand_dossiers(javawest, alice, diana):
    browser = log_in(diana)
    many_ended(javawest, alice, 1_000, ended=LONG_AGO)
    browser.get(OVER)  # what a process looks up once in some minutes
    assert len(queries_of(browser, OVER)) <= 12, queries_of(browser, OVER)
    with in_bureau(javawest):
        Traject.objects.update(traject_ended_on=LONG_AGO, phase="beeindigd")
        DueDate.objects.update(due_on=None, missing="traject_ended")
    browser.get(MISSING)  # the first page with rows looks up, once in a process, which permission seeing is
    assert len(queries_of(browser, MISSING)) <= 12, queries_of(browser, MISSING)


# -- holds -------------------------------------------------------------------------------------------------------------
def form_of(**more) -> dict[str, str]:
    return {"kind": "rechtszaak", "reason": "Beroep loopt.", "review_on": soon().isoformat()} | more


def test_a_hold_is_placed_seen_and_lifted(over, alice, javawest):
    browser, page = log_in(alice), f"/dossiers/{over.pk}/bewaren/"
    for _ in range(2):  # a double click
        assert browser.post(f"{page}blokkade/", form_of()).status_code == 302
    with in_bureau(javawest):
        hold = Hold.objects.get()
    assert "Beroep loopt." in browser.get(page).content.decode()
    assert (
        browser.post(f"/bewaren/blokkades/{hold.pk}/bekijken/", {"review_on": soon(90).isoformat()}).status_code == 302
    )
    for _ in range(2):
        assert browser.post(f"/bewaren/blokkades/{hold.pk}/opheffen/", {"reason": "Ingetrokken."}).status_code == 302
    text = browser.get(page).content.decode()
    assert "Eerdere blokkades (1)" in text
    assert "Ingetrokken." in text


def test_the_words_of_a_hold_are_for_who_sees_the_dossier(over, alice, javawest):
    hold = hold_on(over, alice)
    fred = log_in(make_member(javawest, "Fred", "fg"))
    for path in (f"/dossiers/{over.pk}/bewaren/", f"/bewaren/blokkades/{hold.pk}/bekijken/"):
        text = fred.get(path).content.decode()
        assert "Er loopt een rechtszaak" in text
        assert "Beroep loopt." not in text


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"kind": ""}, "Kies een reden uit de lijst."),
        ({"kind": "zomaar"}, "Kies een reden uit de lijst."),
        ({"reason": "\u200b \u202e"}, "Schrijf op waarom"),
        ({"reason": "x" * 1_001}, "Gebruik ten hoogste 1000 tekens."),
        ({"review_on": ""}, "Kies de dag waarop u opnieuw kijkt."),
        ({"review_on": "morgen"}, "Dit is geen datum."),
        ({"review_on": "0001-01-01"}, "Klopt het jaar?"),
        ({"review_on": "9999-12-31"}, "Klopt het jaar?"),
        ({"review_on": "2020-01-01"}, "Kies een dag na vandaag."),
        ({"until": "2020-01-01"}, "Kies een dag na vandaag, of laat dit leeg."),
        ({"until": "9999-12-31"}, "Klopt het jaar?"),
    ],
)
def test_a_wrong_hold_is_told_beside_its_field_and_what_was_typed_stays(over, alice, typed, said):
    answer = log_in(alice).post(f"/dossiers/{over.pk}/bewaren/blokkade/", form_of(**typed))
    assert answer.status_code == 200
    text = answer.content.decode()
    assert said in text
    if "reason" not in typed:
        assert "Beroep loopt." in text


@pytest.mark.parametrize("reason", ["<script>alert(1)</script>", "a\x00b", "naam \u202e omgekeerd", "Ünï ☃"])
def test_strange_words_in_a_hold_harm_nothing(over, alice, reason):
    browser = log_in(alice)
    answer = browser.post(f"/dossiers/{over.pk}/bewaren/blokkade/", form_of(reason=reason))
    assert answer.status_code in (200, 302)
    assert "<script>alert" not in browser.get(f"/dossiers/{over.pk}/bewaren/").content.decode()


# -- agreed terms ------------------------------------------------------------------------------------------------------
def agreed(**more) -> dict[str, str]:
    return {
        "data_class": "dossier", "action": "destroy_pv", "amount": "9", "unit": "Y", "trigger": "traject_ended",
        "basis": "brief van 3 mei",
    } | more  # fmt: skip


def test_a_term_is_agreed_and_ended_and_the_date_follows(over, diana, javawest):
    browser, page = log_in(diana), f"/dossiers/{over.pk}/bewaren/"
    assert browser.post(f"{page}termijn/", agreed()).status_code == 302
    shown = browser.get(page).content.decode()
    assert "9 jaar na einde traject op 1 januari 2020 (afgesproken voor dit traject)" in shown
    assert "brief van 3 mei" in shown
    with in_bureau(javawest):
        row = TermAgreement.objects.get()
    for _ in range(2):
        assert browser.post(f"/bewaren/termijnen/{row.pk}/beeindigen/").status_code == 302
    assert "5 jaar na einde traject" in browser.get(page).content.decode()


def test_an_older_page_does_not_replace_what_was_agreed_meanwhile(over, diana, javawest):
    browser, page = log_in(diana), f"/dossiers/{over.pk}/bewaren/termijn/"
    older = browser.get(page).context["form"]["seen"].value()
    for _ in range(2):  # a double click is one act
        assert browser.post(page, agreed(seen=older)).status_code == 302
    answer = browser.post(page, agreed(seen=older, amount="3", basis="brief van 9 mei"))
    assert "Er is intussen iets anders afgesproken. Er is niets vastgelegd." in answer.content.decode()
    assert "brief van 9 mei" in answer.content.decode()
    with in_bureau(javawest):
        assert TermAgreement.objects.get().term == "P9Y"
    fresh = answer.context["form"]["seen"].value()
    assert browser.post(page, agreed(seen=fresh, amount="3", basis="brief van 9 mei")).status_code == 302
    with in_bureau(javawest):
        assert TermAgreement.objects.get(ended_at=None).term == "P3Y"


def test_to_hand_over_asks_for_no_term(over, diana, javawest):
    answer = log_in(diana).post(f"/dossiers/{over.pk}/bewaren/termijn/", agreed(action="transfer", amount=""))
    assert answer.status_code == 302
    with in_bureau(javawest):
        assert DueDate.objects.get(dossier=over).missing == "transfer_received"


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"amount": ""}, "Vul in hoe lang"),
        ({"amount": "0"}, "Vul een getal vanaf 1 in."),
        ({"amount": "99999999999999999999"}, "Vul een getal tot en met 999 in."),
        ({"amount": "vijf"}, "Vul een heel getal in."),
        ({"unit": "X"}, "Selecteer een geldige keuze"),
        ({"trigger": "recorded"}, "Selecteer een geldige keuze"),
        ({"basis": "x" * 300}, "Gebruik ten hoogste 80 tekens."),
        ({"basis": "\x00"}, ""),
    ],
)
def test_a_wrong_term_is_told_beside_its_field(over, diana, typed, said):
    answer = log_in(diana).post(f"/dossiers/{over.pk}/bewaren/termijn/", agreed(**typed))
    assert answer.status_code == 200
    assert said in answer.content.decode()


def test_a_term_of_the_contract_holds_for_its_dossiers(over, diana, javawest):
    with in_bureau(javawest):
        contract = Contract.objects.create(
            opdrachtgever=over.traject.opdrachtgever, number="C-1", starts_on="2019-01-01"
        )
        Traject.objects.filter(pk=over.traject_id).update(contract=contract)
    browser = log_in(diana)
    assert browser.post(f"/bewaren/contracten/{contract.pk}/", agreed(amount="7")).status_code == 302
    assert "7 jaar na einde traject" in browser.get(f"/bewaren/contracten/{contract.pk}/").content.decode()
    with in_bureau(javawest):
        assert DueDate.objects.get(dossier=over).due_on == date(2027, 1, 1)


def test_a_particulier_who_pays_is_named_on_the_page_of_a_contract_to_who_sees_the_dossier_alone(javawest, diana):
    in_force_with(javawest, access={"standing": {"administratie": "none", "directie": "none"}})
    over = ended_dossier(javawest, ended=LONG_AGO, stukken=False, kind="particulier")
    with in_bureau(javawest):
        payer = over.traject.opdrachtgever
        Opdrachtgever.objects.filter(pk=payer.pk).update(name="Jan Plantnaam")
        contract = Contract.objects.create(opdrachtgever=payer, number="C-1", starts_on="2019-01-01")
        Traject.objects.filter(pk=over.traject_id).update(contract=contract)
    page = f"/bewaren/contracten/{contract.pk}/"
    assert "Plantnaam" not in log_in(diana).get(page).content.decode()
    with in_bureau(javawest):
        grant(dossier=over, to=diana, ground=Ground.HANDLER)
    assert "Jan Plantnaam" in log_in(diana).get(page).content.decode()


# -- what the watchlist finds ------------------------------------------------------------------------------------------
def test_each_dossier_stands_under_its_own_reason(javawest, alice, diana):
    today = timezone.localdate()
    made = {
        "voorbij": ended_dossier(javawest, ended=LONG_AGO, stukken=False),
        "geblokkeerd": ended_dossier(javawest, ended=LONG_AGO, stukken=False, handler=alice),
        "P3M": ended_dossier(javawest, ended=date(today.year - 5, today.month, 1) + timedelta(days=62), stukken=False),
        "zonder-datum": ended_dossier(javawest, ended=LONG_AGO, stukken=False),
    }
    hold_on(made["geblokkeerd"], alice)
    with in_bureau(javawest):
        DueDate.objects.filter(dossier=made["zonder-datum"]).update(due_on=None, missing="contract_ended")
    browser = log_in(diana)
    for tab in made:
        text = browser.get(f"/bewaren/?toon={tab}").content.decode()
        assert {name for name, one in made.items() if one.number in text} == {tab}


def test_without_a_date_it_says_which_one_and_who_can_fill_it_in(javawest, alice, diana):
    dossier = ended_dossier(javawest, ended=LONG_AGO, stukken=False, handler=alice)
    with in_bureau(javawest):
        DueDate.objects.filter(dossier=dossier).update(due_on=None, missing="traject_ended")
    text = log_in(diana).get(MISSING).content.decode()
    assert "Einde traject" in text
    assert "Alice" in text
    assert f"/trajecten/{dossier.traject_id}/" in text


def test_the_picture_of_two_years_has_a_title_a_description_and_a_table(javawest, alice, diana):
    many_ended(javawest, alice, 3, ended=timezone.localdate() - timedelta(days=4 * 365))
    text = log_in(diana).get("/bewaren/").content.decode()
    assert text.count('class="columns"') == 1
    assert "<desc" in text
    assert "3 dossiers" in text
    assert text.count("verloopt er geen termijn") == 1, "the second year has a sentence and no picture of nothing"


# -- the client --------------------------------------------------------------------------------------------------------
def test_the_client_reads_it_in_plain_words(javawest, alice, charlie, diana):
    with in_bureau(javawest):
        me = Client.objects.create(first_name="Charlie", last_name="Bakker", membership=charlie)
    ended = timezone.localdate() - timedelta(days=365)
    dossier = ended_dossier(javawest, ended=ended, client=me, handler=alice, stukken=False)
    with in_bureau(javawest):
        day = say(DueDate.objects.get(dossier=dossier).due_on)
    text = log_in(charlie).get("/mijn/dossier/").content.decode()
    assert f"Wij bewaren uw dossier tot {day}. Dat is 5 jaar na het einde van uw traject." in text
    hold_on(dossier, diana, kind="klacht", reason="Over de begeleiding")
    text = log_in(charlie).get("/mijn/dossier/").content.decode()
    assert "Wij bewaren het nu langer, want er loopt nog een klacht." in text
    assert "Over de begeleiding" not in text
