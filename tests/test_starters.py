"""The register of starters: no name gets in, nobody is known from it, and who it is, is told on a yes alone."""

from __future__ import annotations

import threading
import unicodedata
import uuid

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, connections, transaction
from django.http import Http404

from access.models import Role
from access.reach import as_system
from access.rules import RuleBroken
from bureaus.tenancy import in_bureau
from clients.models import Client, ContactPerson
from consent.actions import starters
from consent.actions.consents import ask_consent, give, refuse, withdraw
from consent.actions.starters import Entered
from consent.models import Consent, StarterAsk, StarterEntry, StarterLink, State
from consent.starter_words import Known, found
from journal.models import Line, Result
from retention import erasing
from tests.support.consents import answer
from tests.support.people import acting, log_in, make_bureau, make_member
from tests.support.portal import Case, in_force_with, make_case, queries_of
from tests.support.starters import CHOSEN, LESSONS, asked_who, entered, question_of, starter_rows, told_of
from vault.models import WrappedKey

pytestmark = pytest.mark.django_db
VERA = Known(
    people=("Vera", "Jänsen", "Huub de Wit"),
    whole=("Vera van den Jänsen", "V.J. van den Jänsen", "van den Jänsen", "Huub de Wit"),
    business="Bakkerij Krokant & Zonen B.V.",
    said=("v@thuis.test", "0598-600100", "9641 AB", "Veendam", "Dorpsweg 4", "Dorpsweg"),
)
SMIT = Known(
    people=("Bo", "Li", "Çelik", "Ayşe Smit", "Zoë", "Jan Jansen", "Enis"),
    whole=("Bo Li", "B. Li", "Li", "Ayşe Smit", "Æ Op", "Om"),
)
ARTICLE = pytest.mark.article("javawest", "8")


@pytest.fixture
def bureau():
    return make_bureau()


@pytest.fixture
def vera(bureau) -> Case:
    return make_case(bureau)


@pytest.fixture
def walter(bureau) -> Case:
    """Another client, of another coach, who would like to know."""
    return make_case(bureau, "Walter")


# -- no name gets in ---------------------------------------------------------------------------------------------------
@ARTICLE
@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("Vraag het aan vera.", "vera"),
        ("Mevrouw JANSEN begon klein.", "JANSEN"),
        ("Jänsens zaak liep goed", "Jänsens"),
        ("jansen's zaak", "jansen's"),
        ("Zij heet J a n s e n", "Jansen"),
        ("Zij heet J-a-n-s-e-n van achteren", "Jansen"),
        ("J4nsen weet het", "J4nsen"),
        ("veravandenjansen", "veravandenjansen"),
        ("van-den-jansen", "jansen"),
        ("De klanten van Krokant", "Krokant"),
        ("krokantzonen", "krokantzonen"),
        ("Huub hielp mee", "Huub"),
        ("mail v@thuis.test", "v@thuis.test"),
        ("mail iemand@elders.nl", "iemand@elders.nl"),
        ("mail iemand (at) elders", "iemand (at) elders"),
        ("bel 06 12 34 56 78", "06 12 34 56 78"),
        ("bel 0031-(0)598-600111", "0031-(0)598-600111"),
        ("KvK 12345678", "12345678"),
        ("in 1234 ab begonnen", "1234 ab"),
        ("in 9641AB", "9641AB"),
        ("zie www.lekker.example", "www.lekker.example"),
        ("zie lekkerbrood.nl", "lekkerbrood.nl"),
        ("zie lekkerbrood punt nl", "lekkerbrood punt nl"),
        ("zie https://x.test/a", "https://x.test/a"),
        ("volg @lekkerbrood", "@lekkerbrood"),
        ("Een zaak in veendam", "Veendam"),
        ("aan de dorpsweg", "Dorpsweg"),
        ("P. de Boer hielp mee", "P. de Boer"),
        ("A.B. Smits hielp mee", "A.B. Smits"),
        ("meneer Pieterse hielp mee", "meneer Pieterse"),
        ("Jаnsen met een Russische a", "а"),
        ("Jan\u200bsen", "teken 8203"),
    ],
)
def test_a_name_number_or_address_is_found_however_it_is_written(text, word):
    hit = found(text, VERA)
    assert hit is not None
    assert hit.word == word


@ARTICLE
@pytest.mark.parametrize(
    "text",
    [
        unicodedata.normalize("NFD", "Çelik begon klein"), unicodedata.normalize("NFD", "vraag het Ayşe"),
        "ᴢᴏᴇ begon klein", "Meer dan ᴊᴀɴsᴇɴ", "Jɑnsen begon klein", "Ｊａｎｓｅｎ begon klein", "ᴶᵃⁿˢᵉⁿ",
        "🅹🅰🅽🆂🅴🅽", "🇯🇦🇳🇸🇪🇳",
        "Jan\u034fsen", "Jan\ufe0fsen", "Jan\u0336sen begon", "S\u0301mit begon", "Ja\u0301nsen begon",
        "Sm-it begon klein", "Sm.it begon klein", "Sm it begon klein", "Sm' it", "Sm - it", "S-mi-t", "van Jan-sen",
        "Jan\u2800sen", "Sm_it", "Sm\u2010it", "Sm\u00b7it",
        "Bo Li begon klein", "bo-li", "boli", "met B.Li", "Vraag Li.", "æ op",
    ],
)  # fmt: skip
def test_a_name_is_found_in_other_signs_in_pieces_and_where_it_is_short(text):
    assert found(text, SMIT) is not None


@pytest.mark.parametrize(
    "text",
    [
        "Eén café, twee ideeën en geïnteresseerde coöperaties: dat is reëel. Privé blijft privé.",
        unicodedata.normalize("NFD", "Eén café, twee ideeën en geïnteresseerde coöperaties."),
        "Thuis-werken als zzp'er (of zzp’er) kost 1,5 m² en ½ dag; foto's en A4'tjes horen erbij…",
        "Begin in 2024 met 10.000 euro, 24 uur per week en 3 à 4 klanten.",
        "Het is een symbolisch bedrag en is snel terugverdiend, om te beginnen.",
        "Straße, smørrebrød, crème brûlée, jalapeño en Łódź zijn gewone woorden. 👍",
    ],
)
def test_ordinary_dutch_with_its_accents_hyphens_and_digits_is_a_lesson(text):
    assert found(text, SMIT) is None


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Begin klein. Vraag vroeg hulp bij de boekhouding; reken 10.000 euro voor een oven, en 24 uur per week.",
        "De bakkerij liep pas na het tweede jaar. Van 2024 op 2025 verdubbelde de omzet.",
        "Zoek een tweede inkomen: in de winter is er minder werk. Eén klant is geen klant!",
        "Wij rekenden 21% btw over alles (dat was fout).",
    ],
)
def test_a_lesson_without_a_name_is_a_lesson(text):
    assert found(text, VERA) is None


def test_names_of_those_around_the_client_are_looked_for_and_the_log_holds_no_word(vera):
    with in_bureau(vera.bureau):
        ContactPerson.objects.create(client=vera.client, name="Zeno Quist", relation="broer")
    for text in ("Zeno weet er alles van", f"Vraag {vera.coach.name}", "Knip loopt goed", "0598 600100"):
        with acting(vera.coach), pytest.raises(RuleBroken) as refusal:
            said = Entered(CHOSEN, text, "Kapsalon Knip")
            starters.keep_entry(client=vera.client, entered=said, by=vera.coach)
        assert refusal.value.field == "lessons"
    with in_bureau(vera.bureau):
        assert not StarterEntry.objects.exists()
        lines = Line.objects.filter(act=starters.KEPT)
        assert set(lines.values_list("result", flat=True)) == {Result.REFUSED}
        assert not [one for one in lines.values_list("reason", flat=True) if "Zeno" in one or "Knip" in one]


@ARTICLE
def test_what_is_refused_stands_beside_its_field_and_the_text_is_kept(vera):
    browser, path = log_in(vera.coach), f"/clienten/{vera.client.pk}/startersvoorbeeld/"
    page = browser.post(path, CHOSEN | {"lessons": "Vera weet alles van deeg", "business_name": ""})
    text = page.content.decode()
    assert page.status_code == 200
    assert "Vera weet alles van deeg" in text
    assert page.context["form"].errors.keys() == {"lessons"}


@pytest.mark.parametrize("typed", ["\x00", "\u202eabc", "<script>alert(1)</script>", "x" * 5000, "'; DROP TABLE x"])
@pytest.mark.parametrize("field", ["lessons", "business_name", "kind", "learned"])
def test_what_is_typed_strangely_is_taken_or_refused_in_words(vera, field, typed):
    browser, path = log_in(vera.coach), f"/clienten/{vera.client.pk}/startersvoorbeeld/"
    assert browser.post(path, CHOSEN | {field: typed}).status_code in (200, 302)
    assert "<script>alert" not in browser.get("/starters/").content.decode()


# -- nobody is known from it -------------------------------------------------------------------------------------------
@ARTICLE
def test_an_entry_holds_no_name_and_no_page_of_it_leads_to_the_client(vera, walter):
    entry = entered(vera)
    browser = log_in(walter.coach)
    for path in ("/starters/", f"/starters/{entry.pk}/", f"/starters/{entry.pk}/wie-is-dit/"):
        text = browser.get(path).content.decode()
        for word in (vera.client.last_name, "Vera", "Knip", str(vera.client.pk), str(entry.behind_id), vera.coach.name):
            assert word not in text
    assert LESSONS in browser.get(f"/starters/{entry.pk}/").content.decode()
    with acting(walter.coach):
        assert not StarterLink.objects.exists()  # the third wall: staff do not read whose it is
    with in_bureau(vera.bureau):
        assert not Line.objects.filter(act="starters.bekeken", dossier_id__isnull=False).exists()


@ARTICLE
def test_a_region_is_shown_and_found_from_three_entries_of_a_sector_on(bureau):
    cases = [make_case(bureau, name) for name in ("Vera", "Walter", "Xandra")]
    browser = log_in(cases[0].coach)
    for many, case in enumerate(cases, start=1):
        entered(case)
        text = browser.get("/starters/").content.decode()
        assert (text.count('<td data-label="Provincie">') == many) and ("niet getoond" in text) == (many < 3)
        assert browser.get("/starters/?provincie=gr").context["page"].paginator.count == (3 if many == 3 else 0)
    entered(cases[0], region="fr")
    assert browser.get("/starters/?provincie=gr").context["page"].paginator.count == 0


def test_filters_narrow_and_a_strange_one_is_left_out(vera):
    entered(vera)
    browser = log_in(vera.coach)

    def many(query: str) -> int:
        return browser.get(f"/starters/?{query}").context["page"].paginator.count

    assert [many(q) for q in ("soort=ambacht", "soort=winkel", "uren=24&omzet=10", "fase=plan")] == [1, 0, 1, 0]
    assert many("soort=%00&branche=x&pagina=x&provincie=%FF") == 1


def test_a_search_costs_the_same_whatever_is_in_the_register_and_is_in_the_log(bureau):
    cases = [make_case(bureau, name) for name in ("Vera", "Walter")]
    entered(cases[0])
    browser = log_in(cases[0].coach)
    browser.get("/starters/")
    few = len(queries_of(browser, "/starters/?soort=ambacht"))
    with in_bureau(bureau), as_system():
        for at in range(30):
            starter_rows(Client.objects.create(first_name="Nr", last_name=f"Bulk{at}"))
    assert len(queries_of(browser, "/starters/?soort=ambacht")) == few
    assert browser.get("/starters/?soort=ambacht&pagina=2").context["page"].number == 2
    with in_bureau(bureau):
        line = Line.objects.filter(act="starters.bekeken").latest("seq")
        assert line.facts == {"shown": 6, "asked": 1}


# -- who may -----------------------------------------------------------------------------------------------------------
def test_where_the_reglement_has_no_register_there_is_none(vera):
    entry = entered(vera)
    in_force_with(vera.bureau, disclosure={"starters_register": False})
    browser = log_in(vera.coach)
    for path in ("/starters/", f"/starters/{entry.pk}/", "/starters/vragen/", f"/starters/{entry.pk}/wie-is-dit/"):
        assert browser.get(path).status_code == 404
    assert "/starters/" not in browser.get("/werkvoorraad/").content.decode()


def test_an_entry_is_made_by_who_stands_in_a_dossier_of_that_client(vera, walter):
    for who, error in ((walter.coach, Http404), (make_member(vera.bureau, "Dora", Role.DIRECTIE), PermissionDenied)):
        with acting(who), pytest.raises(error):
            starters.keep_entry(client=vera.client, entered=Entered(CHOSEN), by=who)


def test_there_is_one_entry_of_a_client_which_is_changed_and_taken_out(vera, walter):
    entry = entered(vera)
    assert entered(vera, phase="gestopt").pk == entry.pk
    ask = asked_who(entry, walter)
    for _ in range(2):
        with acting(vera.coach):
            starters.remove_entry(client=vera.client, by=vera.coach)
    with in_bureau(vera.bureau), as_system():
        assert not StarterEntry.objects.exists() and not StarterLink.objects.exists()
        assert not WrappedKey.objects.filter(subject_id=entry.pk).exists()
    assert question_of(ask).state == State.WITHDRAWN
    assert log_in(walter.coach).get(f"/starters/{entry.pk}/").status_code == 404


def test_another_bureau_has_another_register(vera):
    entry, there = entered(vera), make_case(make_bureau("elders"), "Zoe")
    browser = log_in(there.coach)
    assert browser.get(f"/starters/{entry.pk}/").status_code == 404
    assert str(entry.pk) not in browser.get("/starters/").content.decode()
    with acting(there.coach), pytest.raises(Http404):
        starters.ask_who(entry=entry, client=there.client, tells=["naam"], by=there.coach)


# -- who is this -------------------------------------------------------------------------------------------------------
@ARTICLE
def test_who_it_is_is_asked_of_that_client_without_a_word_of_either(vera, walter):
    entry = entered(vera)
    ask = asked_who(entry, walter, "naam", "bedrijf")
    row = question_of(ask)
    with in_bureau(vera.bureau):
        assert (row.client_id, row.state, row.purpose) == (vera.client.pk, State.ASKED, "starters")
        assert row.scope == "Uw naam en de naam van uw bedrijf."
        assert walter.client.last_name not in row.party
    text = log_in(vera.member).get(f"/mijn/toestemmingen/{row.pk}/").content.decode()
    assert walter.client.last_name not in text
    text = log_in(walter.coach).get(f"/starters/vragen/{ask.pk}/").content.decode()
    assert vera.client.last_name not in text and row.number not in text and str(row.pk) not in text
    assert log_in(walter.coach).get(f"/toestemmingen/{row.pk}/").status_code == 404


@ARTICLE
def test_on_a_yes_exactly_what_was_agreed_to_is_told_and_each_time_written_down(vera, walter):
    ask = asked_who(entered(vera), walter, "naam", "bedrijf")
    with acting(walter.coach), pytest.raises(RuleBroken):
        starters.tell_who(ask=ask, by=walter.coach)
    answer(vera, give, question_of(ask))
    for _ in range(2):
        assert told_of(ask, walter) == {"naam": str(vera.client), "naam van het bedrijf": "Kapsalon Knip"}
    with in_bureau(vera.bureau):
        lines = list(Line.objects.filter(act=starters.TOLD, result="ok"))
        assert [(one.dossier_id, one.ground) for one in lines] == [(vera.dossier.pk, "consent")] * 2
        assert lines[0].facts == {"number": question_of(ask).number, "count": 2}
        assert Line.objects.filter(act=starters.TOLD, result=Result.REFUSED).count() == 1


@ARTICLE
def test_what_is_withdrawn_is_told_no_more_and_a_no_is_as_no_answer(vera, walter):
    entry = entered(vera)
    ask = asked_who(entry, walter)
    row, browser, path = question_of(ask), log_in(walter.coach), f"/starters/vragen/{ask.pk}/"
    waiting = browser.get(path).content.decode()
    answer(vera, give, row)
    assert "Laat zien" in browser.get(path).content.decode()
    page = browser.post(path)
    assert vera.client.phone in page.content.decode() and vera.client.email not in page.content.decode()
    assert page["Cache-Control"] == "no-store"
    answer(vera, withdraw, row)
    page = browser.post(path).content.decode()
    assert vera.client.last_name not in page and starters.NO_YES in page
    other = make_case(vera.bureau, "Xandra")
    asked = asked_who(entry, other)
    answer(vera, refuse, question_of(asked))
    said = log_in(other.coach).get(f"/starters/vragen/{asked.pk}/").content.decode()
    assert ("geen ja" in waiting) and ("geen ja" in said) and "geweigerd" not in said


def test_it_is_asked_once_for_a_client_and_each_question_is_its_own(vera, walter):
    entry, other = entered(vera), make_case(vera.bureau, "Xandra")
    ask = asked_who(entry, walter)
    assert asked_who(entry, walter, "e-mail").pk == ask.pk
    second = asked_who(entry, other)
    answer(vera, give, question_of(ask))
    assert told_of(ask, walter)
    with pytest.raises(RuleBroken):
        told_of(second, other)


@ARTICLE
@pytest.mark.parametrize("then", [give, refuse])
def test_an_answer_about_one_client_leaves_the_yes_about_another(vera, walter, then):
    entry, other = entered(vera), make_case(vera.bureau, "Xandra")
    first, second = asked_who(entry, walter), asked_who(entry, other)
    answer(vera, give, question_of(first))
    answer(vera, then, question_of(second))
    assert question_of(first).state == State.GIVEN
    assert told_of(first, walter) == {"naam": str(vera.client), "telefoonnummer": vera.client.phone}
    if then is give:
        answer(vera, withdraw, question_of(first))
        assert told_of(second, other)


@ARTICLE
def test_a_yes_tells_nothing_once_the_entry_is_out_of_the_register(vera, walter):
    ask = asked_who(entered(vera), walter)
    answer(vera, give, question_of(ask))
    with acting(vera.coach):
        starters.remove_entry(client=vera.client, by=vera.coach)
    with pytest.raises(RuleBroken, match="geen ja"):
        told_of(ask, walter)
    browser = log_in(walter.coach)
    page = browser.get(f"/starters/vragen/{ask.pk}/").content.decode()
    assert "Er is geen ja dat nu geldt. Waarom, zeggen wij niet." in page and "Laat zien" not in page
    assert "geen ja" in browser.get("/starters/vragen/").content.decode()
    # Another entry of the same person is another entry.
    entered(vera)
    with pytest.raises(RuleBroken):
        told_of(ask, walter)


@ARTICLE
def test_a_question_goes_back_when_whoever_it_was_asked_for_is_destroyed(vera, walter):
    entry, other = entered(vera), make_case(vera.bureau, "Xandra")
    gone, stays = asked_who(entry, walter), asked_who(entry, other)
    with in_bureau(vera.bureau), as_system():
        erasing.erase_dossier(walter.dossier)
        assert not StarterAsk.objects.filter(pk=gone.pk).exists()
    row = question_of(gone)
    assert (row.state, row.answered_at, question_of(stays).state) == (State.WITHDRAWN, None, State.ASKED)
    assert str(row.pk) not in log_in(vera.coach).get("/werkvoorraad/").content.decode()
    page = log_in(vera.coach).get(f"/toestemmingen/{row.pk}/").content.decode()
    assert "teruggenomen" in page and " door \n" not in page
    assert "teruggenomen" in log_in(vera.member).get(f"/mijn/toestemmingen/{row.pk}/").content.decode()
    with in_bureau(vera.bureau):
        line = Line.objects.get(act="toestemming.teruggenomen", object_id=str(row.pk))
        assert walter.client.last_name not in str(line.facts)


@ARTICLE
def test_it_is_asked_from_the_register_alone_and_not_with_the_other_consents(vera, walter):
    browser, path = log_in(vera.coach), f"/clienten/{vera.client.pk}/toestemmingen/"
    for page in (path, f"{path}nieuw/"):
        assert "doel=starters" not in browser.get(page).content.decode()
    sent = {"party": "Walter Jansen", "scope": "Uw naam."}
    assert browser.post(f"{path}nieuw/?doel=starters", sent).status_code == 200
    with acting(vera.coach), pytest.raises(RuleBroken) as refused:
        ask_consent(client=vera.client, purpose="starters", by=vera.coach, **sent)
    assert refused.value.field == "purpose"
    with in_bureau(vera.bureau):
        assert not Consent.objects.exists()
    answer(vera, refuse, question_of(asked_who(entered(vera), walter)))
    page = browser.get(path).content.decode()
    assert "geweigerd" in page and "doel=starters" not in page


def test_a_question_is_for_a_client_of_ones_own_and_not_about_that_client(vera, walter):
    entry = entered(vera)
    with pytest.raises(RuleBroken):
        asked_who(entry, vera)
    with pytest.raises(Http404):
        asked_who(entry, vera, by=walter.coach)
    with acting(walter.coach), pytest.raises(RuleBroken):
        starters.ask_who(entry=entry, client=walter.client, tells=["bsn"], by=walter.coach)
    with in_bureau(vera.bureau):
        assert not Consent.objects.exists()


def test_another_coachs_question_is_not_there(vera, walter):
    ask = asked_who(entered(vera), walter)
    answer(vera, give, question_of(ask))
    browser = log_in(make_member(vera.bureau, "Bob", Role.COACH))
    for path in (f"/starters/vragen/{ask.pk}/", f"/starters/vragen/{uuid.uuid4()}/"):
        assert browser.get(path).status_code == browser.post(path).status_code == 404
    with pytest.raises(Http404):
        told_of(ask, vera)


def test_a_question_whose_fields_were_changed_afterwards_tells_nothing(vera, walter):
    ask = asked_who(entered(vera), walter, "naam")
    answer(vera, give, question_of(ask))
    with in_bureau(vera.bureau):
        StarterAsk.objects.filter(pk=ask.pk).update(tells=["naam", "telefoon"])
        with pytest.raises(IntegrityError), transaction.atomic():
            StarterAsk.objects.filter(pk=ask.pk).update(tells=[])
    with pytest.raises(RuleBroken):
        told_of(ask, walter)


def test_without_words_for_it_in_the_reglement_nobody_is_asked(vera, walter):
    entry = entered(vera)
    in_force_with(vera.bureau, consents={"asked": {"starters": {"on": False}}})
    with pytest.raises(RuleBroken):
        asked_who(entry, walter)
    browser = log_in(walter.coach)
    assert "Wie is dit?" not in browser.get(f"/starters/{entry.pk}/").content.decode()
    assert browser.get(f"/starters/{entry.pk}/wie-is-dit/").status_code == 404


def test_the_coach_of_whom_it_is_about_has_the_question_on_the_worklist_for_paper(vera, walter):
    row = question_of(asked_who(entered(vera), walter))
    assert f"/toestemmingen/{row.pk}/" in log_in(vera.coach).get("/werkvoorraad/").content.decode()
    assert f"/toestemmingen/{row.pk}/" not in log_in(walter.coach).get("/werkvoorraad/").content.decode()


@pytest.mark.django_db(transaction=True)
@ARTICLE
def test_a_yes_that_is_withdrawn_while_it_is_told_is_told_before_it_or_not_at_all():
    bureau = make_bureau()
    vera, entry = make_case(bureau), None
    for _ in range(4):
        walter = make_case(bureau, "Walter")
        entry = entry or entered(vera)
        ask = asked_who(entry, walter)
        row = question_of(ask)
        answer(vera, give, row)
        start, came = threading.Barrier(2), []

        def tell(ask=ask, walter=walter, start=start, came=came) -> None:
            start.wait(30)
            try:
                came.append(told_of(ask, walter))
            except RuleBroken:
                came.append(None)
            finally:
                connections.close_all()

        def leave(row=row, start=start) -> None:
            start.wait(30)
            answer(vera, withdraw, row)
            connections.close_all()

        threads = [threading.Thread(target=one) for one in (tell, leave)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(60)
        with in_bureau(bureau):
            about = {"object_id": str(ask.pk), "act": starters.TOLD, "result": "ok"}
            told = Line.objects.filter(**about).first()
            gone = Line.objects.filter(act="toestemming.ingetrokken", object_id=str(row.pk)).get()
            assert (told is None) == (came[0] is None)
            if told is not None:
                assert told.at <= gone.at
