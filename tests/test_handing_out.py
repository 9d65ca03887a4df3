"""The reglement given to a client: which version, when, by whom; and who has not had it yet."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import DatabaseError, transaction
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from access.models import Mail, Role
from access.rules import RuleBroken
from bureaus.tenancy import in_bureau
from bureaus.workdays import is_working_day
from clients.models import Opdrachtgever, Phase, Traject
from consent.actions.handing_out import confirm, hand_on_paper, hand_out
from consent.handing_out_rounds import go_round
from consent.handing_out_rules import Facts, Standing, give_by, late_before, standing
from consent.models import HandedHow, HandedOut, HandedToPayer
from journal.models import Line
from tests.support.clients import many
from tests.support.documents import pdf, upload
from tests.support.handed_out import paper_row, payer_row, portal_row
from tests.support.people import acting, log_in, make_bureau, make_member
from tests.support.portal import Case, authorise, make_case, queries_of
from tests.support.servers import analyze
from vault.files import open_sealed

pytestmark = pytest.mark.django_db
LIST = "/registers/uitgereikt/"
DAYS = st.dates(date(2020, 1, 1), date(2035, 12, 31))


@pytest.fixture
def werklokaal(db) -> Case:
    """Where the client confirms it, within one working day (werklokaal 9b)."""
    return make_case(make_bureau("werklokaal", "werklokaal"))


def page_of(case: Case) -> str:
    return f"/clienten/{case.client.pk}/reglement/"


def mails(case: Case) -> list[Mail]:
    with in_bureau(case.bureau):
        return list(Mail.objects.filter(kind="reglement_uitgereikt"))


def rows(case: Case) -> list[HandedOut]:
    with in_bureau(case.bureau):
        return list(HandedOut.objects.all())


def given_to(case: Case) -> HandedOut:
    with acting(case.coach):
        return hand_out(client=case.client, by=case.coach)


def registered_on(case: Case, day: date) -> None:
    with in_bureau(case.bureau):
        Traject.objects.filter(pk=case.traject.pk).update(registered_on=day)


# -- the rule ----------------------------------------------------------------------------------------------------------
@given(DAYS, st.integers(1, 20))
def test_late_is_who_was_registered_before_that_day_and_nobody_else(today, count):
    first = late_before(today, count)
    for day in (first - timedelta(days=at) for at in range(-3, 12)):
        assert (give_by(day, count) < today) == (day < first)


@given(DAYS, st.integers(1, 20))
def test_the_last_day_is_a_working_day_after_the_aanmelding(day, count):
    last = give_by(day, count)
    between = [day + timedelta(days=at) for at in range(1, (last - day).days + 1)]
    assert sum(is_working_day(one) for one in between) == count
    assert is_working_day(last)


@pytest.mark.article("werkid", "5")
def test_registered_on_friday_it_is_given_by_monday():
    friday = date(2026, 6, 5)
    facts = Facts(friday, given=False, proven=False)
    how = {"working_days": 1, "confirmed": False}
    assert give_by(friday, 1) == date(2026, 6, 8)
    assert standing(facts, date(2026, 6, 8), **how) == Standing.WAITING
    assert standing(facts, date(2026, 6, 9), **how) == Standing.LATE


# -- in the portal -----------------------------------------------------------------------------------------------------
def test_given_in_the_portal_it_is_a_row_a_line_and_one_mail_without_content(javawest, vera):
    browser = log_in(vera.coach)
    for _ in range(2):
        assert browser.post(f"{page_of(vera)}portaal/").status_code == 302
    (row,), (mail,) = rows(vera), mails(vera)
    assert (row.version, row.how, row.given_by_name) == (1, HandedHow.PORTAL, vera.coach.name)
    assert row.given_on == timezone.localdate()
    assert (mail.to, mail.facts) == (vera.member.user.email, {"path": "/mijn/reglement/"})
    with in_bureau(javawest):
        line = Line.objects.get(act="reglement.uitgereikt")
        assert vera.client.last_name not in str(line.facts)
    assert "Opnieuw geven in het portaal" in browser.get(page_of(vera)).content.decode()


@pytest.mark.article("werklokaal", "9b")
def test_the_client_says_once_that_it_came_and_until_then_it_stands_open(werklokaal):
    directie = make_member(werklokaal.bureau, "Diana", Role.DIRECTIE)
    row, staff, portal = given_to(werklokaal), log_in(directie), log_in(werklokaal.member)
    name = werklokaal.client.listed_name
    assert name in staff.get(LIST, {"staat": "niet_bevestigd"}).content.decode()
    assert "Ik heb het gekregen" in portal.get("/mijn/reglement/").content.decode()
    for _ in range(2):
        answer = portal.post(f"/mijn/reglement/{row.pk}/gekregen/")
        assert answer["Location"] == "/mijn/reglement/"
    (held,) = rows(werklokaal)
    assert (held.confirmed_by_name, held.confirmed_at is not None) == (werklokaal.member.name, True)
    with in_bureau(werklokaal.bureau):
        assert Line.objects.filter(act="reglement.ontvangst_bevestigd").count() == 1
    assert "Ik heb het gekregen" not in portal.get("/mijn/reglement/").content.decode()
    assert name not in staff.get(LIST).content.decode()
    assert name in staff.get(LIST, {"staat": "gegeven"}).content.decode()


def test_nothing_in_the_portal_waits_for_the_confirmation(werklokaal):
    given_to(werklokaal)
    portal = log_in(werklokaal.member)
    for path in ("/mijn/", "/mijn/dossier/", "/mijn/mensen/"):
        assert portal.get(path).status_code == 200


def test_who_acts_for_the_client_confirms_too_and_nobody_else(javawest, vera):
    row, gerda, other = given_to(vera), authorise(vera), make_case(javawest, "Wim")
    assert log_in(other.member).post(f"/mijn/reglement/{row.pk}/gekregen/").status_code == 404
    assert log_in(vera.coach).post(f"/mijn/reglement/{row.pk}/gekregen/").status_code == 404
    assert rows(vera)[0].confirmed_at is None
    assert log_in(gerda).post(f"/mijn/reglement/{row.pk}/gekregen/").status_code == 302
    assert rows(vera)[0].confirmed_by_name == gerda.name


def test_without_an_account_it_is_refused_in_words_and_paper_is_offered(javawest, vera):
    with in_bureau(javawest):
        vera.client.membership = None
        vera.client.save()
    browser = log_in(vera.coach)
    answer = browser.post(f"{page_of(vera)}portaal/", follow=True).content.decode()
    assert "Deze persoon heeft nog geen account" in answer
    assert rows(vera) == []
    assert "Geven in het portaal" not in answer


def test_a_newer_version_asks_nothing_by_itself_and_is_given_again_by_hand(javawest, vera):
    with in_bureau(javawest):
        portal_row(vera.client, version=7, given_on=date(2025, 1, 6))
    assert go_round(javawest.pk) == 0
    given_to(vera)
    assert sorted(row.version for row in rows(vera)) == [1, 7]


# -- on paper ----------------------------------------------------------------------------------------------------------
def test_on_paper_the_signature_is_kept_sealed_under_the_clients_key(javawest, vera):
    browser = log_in(vera.coach)
    sent = {"given_on": timezone.localdate().isoformat(), "scan": upload(pdf(), "Vera tekende.pdf")}
    assert browser.post(f"{page_of(vera)}papier/", sent).status_code == 302
    (row,) = rows(vera)
    assert (row.how, row.scan_name) == (HandedHow.PAPER, "Reglement versie 1 getekend.pdf")
    with in_bureau(javawest):
        plain = b"".join(open_sealed(subject_id=vera.client.pk, name=row.scan_file))
    fetched = browser.get(f"/uitgereikt/{row.pk}/papier/")
    assert b"".join(fetched.streaming_content) == plain
    assert plain.startswith(b"%PDF")
    assert fetched["Content-Disposition"].startswith("attachment")
    with in_bureau(javawest):
        assert Line.objects.filter(act="uitreiking.scan_opgehaald").count() == 1


@pytest.mark.parametrize(
    ("sent", "said"),
    [
        ({}, "Kies het ingescande papier"),
        ({"scan": SimpleUploadedFile("leeg.pdf", b"")}, "leeg"),
        ({"scan": SimpleUploadedFile("papier.pdf", b"geen pdf")}, "Kies een PDF of een foto"),
        ({"scan": upload(pdf()), "given_on": "0001-01-01"}, "Deze datum ligt voor 1900"),
        ({"scan": upload(pdf()), "given_on": "9999-12-31"}, "Deze datum ligt in de toekomst"),
        ({"scan": upload(pdf()), "given_on": "\x00"}, "geen datum"),
        ({"scan": upload(pdf()), "given_on": "1901-01-01"}, "gold hier nog geen reglement"),
    ],
)
def test_what_is_sent_badly_is_told_beside_its_field(vera, sent, said):
    answer = log_in(vera.coach).post(f"{page_of(vera)}papier/", {"given_on": timezone.localdate().isoformat()} | sent)
    assert answer.status_code == 200
    assert said in answer.content.decode()
    assert rows(vera) == []


def test_the_same_paper_twice_is_one(vera):
    day = timezone.localdate()
    with acting(vera.coach):
        first, second = (
            hand_on_paper(client=vera.client, given_on=day, scan=upload(pdf()), by=vera.coach) for _ in range(2)
        )
    assert first.pk == second.pk


# -- of itself ---------------------------------------------------------------------------------------------------------
@pytest.mark.article("werkid", "5")
def test_who_was_registered_lately_and_has_an_account_gets_it_once_by_itself(javawest, vera):
    registered_on(vera, timezone.localdate())
    assert [go_round(javawest.pk) for _ in range(3)] == [1, 0, 0]
    (row,), (mail,) = rows(vera), mails(vera)
    assert (row.given_by_name, mail.to) == ("automatisch", vera.member.user.email)
    assert "vanzelf na de aanmelding" in log_in(vera.coach).get(page_of(vera)).content.decode()


def test_nobody_of_long_ago_without_an_account_or_whose_traject_ended_gets_a_mail(javawest, vera):
    wim, rob = make_case(javawest, "Wim"), make_case(javawest, "Rob")
    registered_on(vera, timezone.localdate() - timedelta(days=200))
    for case in (wim, rob):
        registered_on(case, timezone.localdate())
    with in_bureau(javawest):
        wim.client.membership = None
        wim.client.save()
        Traject.objects.filter(pk=rob.traject.pk).update(
            phase=Phase.ENDED, end_reason="doel", traject_ended_on=timezone.localdate()
        )
    assert go_round(javawest.pk) == 0
    assert mails(vera) == []


# -- the list ----------------------------------------------------------------------------------------------------------
def test_the_list_says_who_is_late_and_a_coach_sees_their_own(javawest, vera):
    wim, anna = make_case(javawest, "Wim"), make_member(javawest, "Anna", Role.ADMINISTRATIE)
    registered_on(vera, timezone.localdate() - timedelta(days=30))
    registered_on(wim, timezone.localdate())
    late = log_in(anna).get(LIST, {"staat": "te_laat"}).content.decode()
    assert vera.client.listed_name in late
    assert wim.client.listed_name not in late
    assert wim.client.listed_name in log_in(anna).get(LIST).content.decode()
    own = log_in(vera.coach).get(LIST).content.decode()
    assert vera.client.listed_name in own
    assert wim.client.listed_name not in own


def test_who_has_it_is_off_the_list_and_the_fg_only_looks(javawest, vera):
    fg = log_in(make_member(javawest, "Fleur", Role.FG))
    assert vera.client.listed_name in fg.get(LIST).content.decode()
    given_to(vera)
    assert vera.client.listed_name not in fg.get(LIST).content.decode()
    assert "Op papier gegeven" not in fg.get(page_of(vera)).content.decode()
    assert fg.post(f"{page_of(vera)}portaal/").status_code == 403


@pytest.mark.timeout(300)
def test_three_thousand_clients_are_listed_within_12_queries(javawest):
    coach, anna = make_member(javawest, "Alice", Role.COACH), make_member(javawest, "Anna", Role.ADMINISTRATIE)
    many(coach, 3000)
    analyze()
    for member in (coach, anna):
        for choice in ("", "te_laat", "gegeven", "alle"):
            assert len(queries_of(log_in(member), f"{LIST}?staat={choice}")) <= 12
    assert "3000 cliënten" in " ".join(log_in(anna).get(LIST).content.decode().split())


@pytest.mark.parametrize("sent", ["<script>", "9" * 300, "\x00", "‮"])
def test_a_choice_that_is_none_shows_what_the_list_opens_with(vera, sent):
    answer = log_in(vera.coach).get(LIST, {"staat": sent, "pagina": sent})
    assert answer.status_code == 200
    assert vera.client.listed_name in answer.content.decode()


# -- the walls ---------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("change", [{"version": 9}, {"given_by_name": "Bob"}, {"given_on": date(2025, 1, 1)}])
def test_what_was_given_lies_fast(javawest, vera, change):
    with in_bureau(javawest):
        row = portal_row(vera.client)
    with pytest.raises(DatabaseError), in_bureau(javawest), transaction.atomic():
        HandedOut.objects.filter(pk=row.pk).update(**change)


def test_that_it_came_is_never_taken_back(javawest, vera):
    row = given_to(vera)
    with acting(vera.member):
        confirm(handed=row, by=vera.member)
    with pytest.raises(DatabaseError), in_bureau(javawest), transaction.atomic():
        HandedOut.objects.update(confirmed_at=None, confirmed_by_name="")


def test_of_a_paper_nobody_says_in_the_portal_that_it_came(javawest, vera):
    with in_bureau(javawest):
        row = paper_row(vera.client)
    assert log_in(vera.member).post(f"/mijn/reglement/{row.pk}/gekregen/").status_code == 404


def test_a_day_to_come_is_refused_by_the_act_itself(vera):
    with acting(vera.coach), pytest.raises(RuleBroken):
        hand_on_paper(
            client=vera.client, given_on=timezone.localdate() + timedelta(days=2), scan=upload(pdf()), by=vera.coach
        )


# -- to an opdrachtgever that asks for it ------------------------------------------------------------------------------
@pytest.mark.article("werklokaal", "9")
def test_an_opdrachtgever_gets_it_on_request_and_that_lies_fast(javawest, diana):
    with in_bureau(javawest):
        uwv = Opdrachtgever.objects.create(kind="uwv", name="UWV Groningen")
        person = Opdrachtgever.objects.create(kind="particulier", name="Jan")
    browser, path = log_in(diana), f"/opdrachtgevers/{uwv.pk}/reglement/"
    assert path in browser.get(f"/opdrachtgevers/{uwv.pk}/").content.decode()
    today = timezone.localdate().isoformat()
    for wrong, said in (({"how": ""}, "Kies hoe"), ({"given_on": "9999-01-01"}, "toekomst"),
                        ({"given_on": "1950-01-01"}, "nog geen reglement")):  # fmt: skip
        answer = browser.post(path, {"how": "mail", "given_on": today} | wrong)
        assert answer.status_code == 200
        assert said in answer.content.decode()
    for _ in range(2):
        assert browser.post(path, {"how": "mail", "given_on": today}).status_code == 302
    with in_bureau(javawest):
        (row,) = HandedToPayer.objects.all()
        assert (row.version, row.how, row.given_by_name) == (1, "mail", diana.name)
        results = Line.objects.filter(act="reglement.aan_opdrachtgever_gegeven").values_list("result", flat=True)
        assert sorted(results) == ["geweigerd", "ok"]
    assert "per e-mail" in browser.get(path).content.decode()
    assert "UWV Groningen" in browser.get("/registers/uitgereikt/opdrachtgevers/").content.decode()
    assert browser.get(f"/opdrachtgevers/{person.pk}/reglement/").status_code == 404
    fien = log_in(make_member(javawest, "Fien", Role.FG))
    assert "Vastleggen" not in fien.get(path).content.decode()
    assert fien.post(path, {"how": "mail", "given_on": today}).status_code == 403


def test_the_list_of_opdrachtgevers_costs_the_same_whatever_its_length(javawest, diana):
    browser, path = log_in(diana), "/registers/uitgereikt/opdrachtgevers/"

    def more(many: range) -> None:
        with in_bureau(javawest):
            for at in many:
                payer_row(Opdrachtgever.objects.create(kind="uwv", name=f"UWV {at}"))

    more(range(1))
    browser.get(path)
    few = len(queries_of(browser, path))
    more(range(1, 31))
    assert len(queries_of(browser, path)) <= few
    assert "Bladzijde 1 van 2" in browser.get(path).content.decode()
