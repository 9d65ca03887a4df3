"""A stuk is let out by an act of its own, seen beforehand as the other will see it; never more than that."""

from __future__ import annotations

import re

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.http import Http404
from django.urls import reverse
from django.utils import timezone

from access.actions.mails import message_of
from access.models import Mail, Role
from bureaus.schema import StukKind
from bureaus.tenancy import in_bureau
from clients.actions import change_traject
from clients.models import OpdrachtgeverContact, OpdrachtgeverKind
from dossiers import actions, releasing
from dossiers.actions.releases import Changed
from dossiers.models import Release, StoredFile, Stuk
from dossiers.rules import Refused
from journal.models import Line
from tests.support import documents as made
from tests.support.people import acting, log_in, make_member
from tests.support.portal import in_force_with, make_case, queries_of, state, supplement, write

pytestmark = pytest.mark.django_db
SECRET = "Zij oefent nu met solliciteren."
PLAN = StukKind.PLAN


@pytest.fixture
def case(javawest):
    return make_case(javawest)


@pytest.fixture
def plan(case):
    return write(case, "Plan van aanpak", SECRET, kind=PLAN)


def release(case, stuk, seen=""):
    with acting(case.coach):
        return actions.release(stuk=stuk, by=case.coach, seen=seen)


def withdraw(case, living):
    with acting(case.coach):
        return actions.withdraw_release(release=living, by=case.coach)


def page_of(stuk):
    return reverse("dossiers:release", args=[stuk.pk])


def preview(case, stuk):
    return log_in(case.coach).get(page_of(stuk))


def confirm(case, stuk, browser=None, seen=None):
    browser = browser or log_in(case.coach)
    if seen is None:
        seen = browser.get(page_of(stuk)).context["form"].initial["seen"]
    return browser.post(page_of(stuk), {"seen": seen})


def rows(sql, *values):
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        return cursor.fetchall()


def acts(case, act):
    with in_bureau(case.bureau):
        return list(Line.objects.filter(act=act))


def document(case, **more):
    facts = {"kind": PLAN, "herkomst": "derde", "date": timezone.localdate(), "title": "Plan"} | more
    with acting(case.coach):
        upload = made.upload(made.pdf_form(), "plan.pdf")
        return actions.add_document(dossier=case.dossier, by=case.coach, upload=upload, **facts)


# -- what may go out --------------------------------------------------------------------------------------------------
def test_a_plan_is_released_and_journaled_and_the_contact_gets_a_mail_without_content(case, plan):
    made_ = release(case, plan)
    assert (made_.version, made_.released_by_name) == (1, case.coach.name)
    (line,) = acts(case, "stuk.vrijgegeven")
    assert line.facts == {"version": 1, "kind": "plan", "to": "uwv", "again": False}
    with in_bureau(case.bureau):
        mail = message_of(Mail.objects.get(kind="vrijgegeven", to=case.payer.user.email))
    for word in (SECRET, "Plan", "Vera", "Berg", case.dossier.number):
        assert word not in mail.subject + mail.body


@pytest.mark.article("javawest", "6.1")
def test_what_is_not_on_the_allow_list_stays_in(case):
    verslag = write(case, "Gesprek", SECRET)
    with pytest.raises(Refused, match="reglement laat niet toe"):
        release(case, verslag)
    answer = preview(case, verslag)
    assert answer.status_code == 403
    assert "Het reglement laat niet toe" in answer.content.decode()


def test_a_concept_and_a_werkaantekening_stay_in(case):
    concept = write(case, "Plan", SECRET, kind=PLAN, final=False)
    note = write(case, "Notitie", SECRET, kind=StukKind.WERKAANTEKENING, final=False)
    with pytest.raises(Refused, match="nog een concept"):
        release(case, concept)
    with pytest.raises(Refused, match="werkaantekening"):
        release(case, note)
    assert preview(case, note).status_code == 403


@pytest.mark.parametrize("kind", [PLAN, StukKind.EINDRAPPORTAGE, StukKind.CORRESPONDENTIE])
def test_health_never_goes_to_a_werkgever_whatever_the_reglement_says(javawest, kind):
    case = make_case(javawest, kind=OpdrachtgeverKind.WERKGEVER)
    stuk = document(case, kind=kind, health=True)
    with pytest.raises(Refused, match="gezondheid"):
        release(case, stuk)
    for answer in (preview(case, stuk), log_in(case.coach).post(page_of(stuk), {"seen": "x"})):
        assert answer.status_code == 403
        assert "Dit stuk gaat over gezondheid" in answer.content.decode()
    with acting(case.coach):
        assert not Release.objects.exists()


def test_a_gespreksverslag_never_goes_to_a_werkgever(javawest):
    case = make_case(javawest, kind=OpdrachtgeverKind.WERKGEVER)
    with pytest.raises(Refused, match="wat het reglement ook zegt"):
        release(case, write(case, "Gesprek", SECRET))


@pytest.mark.article("javawest", "4.2b")
def test_personal_circumstances_go_to_no_opdrachtgever(case):
    with pytest.raises(Refused, match="wat het reglement ook zegt"):
        release(case, document(case, kind=StukKind.PERSOONLIJKE_OMSTANDIGHEDEN))


def test_a_stuk_that_turns_out_to_be_about_health_comes_back_from_a_werkgever(javawest):
    case = make_case(javawest, kind=OpdrachtgeverKind.WERKGEVER)
    stuk = document(case)
    living = release(case, stuk)
    with acting(case.coach):
        Stuk.objects.filter(pk=stuk.pk).update(health=True)
        stuk.refresh_from_db()
        actions.end_barred_release(stuk=stuk, by=case.coach)
        living.refresh_from_db()
    assert living.withdrawn_at is not None


def test_who_only_reads_releases_nothing_and_out_of_reach_there_is_nothing(case, plan):
    diana = make_member(case.bureau, "Diana", Role.DIRECTIE)
    bob = make_member(case.bureau, "Bob", Role.COACH)
    for member, error, status in ((diana, PermissionDenied, 403), (bob, Http404, 404)):
        with acting(member), pytest.raises(error):
            actions.release(stuk=plan, by=member)
        for page in (page_of(plan), reverse("dossiers:withdraw", args=[plan.pk])):
            assert log_in(member).get(page).status_code == status
            assert log_in(member).post(page).status_code == status
    for member in (case.payer, case.member):
        assert log_in(member).post(page_of(plan)).status_code == 404
    with in_bureau(case.bureau):
        assert not Release.objects.exists()


@pytest.mark.article("werkid", "13.1")
def test_from_an_archived_dossier_nothing_new_goes_out(case, plan):
    with in_bureau(case.bureau):
        case.dossier.archived_at = timezone.now()
        case.dossier.save()
    assert preview(case, plan).status_code == 403
    with pytest.raises(Refused, match="gearchiveerd"):
        release(case, plan)


# -- seen beforehand --------------------------------------------------------------------------------------------------
def letter_in(answer):
    """The part of the page that shows the stuk, the addresses of files apart."""
    text = re.search(r"<article class=\"letter\".*?</article>", answer.content.decode(), re.DOTALL)[0]
    return re.sub(r'href="[^"]*"', "", text)


@pytest.mark.article("javawest", "6.2")
def test_the_preview_is_exactly_what_the_opdrachtgever_gets(case):
    stuk = document(case)
    supplement(case, stuk, "Met een aanvulling.")
    state(case, "Mijn kant", "Ik zie het anders.", about=stuk)
    before = preview(case, stuk)
    assert confirm(case, stuk).status_code == 302
    portal = log_in(case.payer).get(reverse("portal:released", args=[stuk.pk]))
    assert letter_in(before) == letter_in(portal)
    assert before.context["seen"] == portal.context["seen"]
    for word in ("Met een aanvulling.", "Ik zie het anders.", "plan.pdf"):
        assert word in letter_in(before)


def test_the_page_names_who_will_read_it(case, plan):
    page = preview(case, plan).content.decode()
    assert case.payer.name in page
    assert "Opdrachtgever uwv" in page


def test_an_aanvulling_that_came_meanwhile_is_shown_anew_and_nothing_goes_out(case, plan):
    browser = log_in(case.coach)
    seen = browser.get(page_of(plan)).context["form"].initial["seen"]
    supplement(case, plan, "Dit kwam er later bij.")
    answer = confirm(case, plan, browser, seen)
    page = answer.content.decode()
    assert answer.status_code == 409
    assert "Er is intussen iets bij gekomen" in page
    assert "Dit kwam er later bij." in page
    with acting(case.coach):
        assert not Release.objects.exists()
    assert confirm(case, plan, browser).status_code == 302
    with acting(case.coach):
        assert Release.objects.get().version == 2


@pytest.mark.article("javawest", "6.2")
def test_a_statement_that_came_meanwhile_is_shown_anew_too(case, plan):
    with acting(case.coach):
        seen = releasing.fingerprint(plan, [])
    state(case, "Mijn kant", "Ik zie het anders.", about=plan)
    with pytest.raises(Changed):
        release(case, plan, seen)
    assert "De eigen verklaring gaat mee" in preview(case, plan).content.decode()


def test_a_form_that_says_not_what_was_seen_releases_nothing(case, plan):
    for values in ({}, {"seen": ""}, {"seen": "\x00"}, {"seen": "a" * 500}):
        assert log_in(case.coach).post(page_of(plan), values).status_code == 409
    with acting(case.coach):
        assert not Release.objects.exists()


def test_a_double_click_is_one_release_one_line_and_one_mail(case, plan):
    browser = log_in(case.coach)
    seen = browser.get(page_of(plan)).context["form"].initial["seen"]
    for _ in range(2):
        assert confirm(case, plan, browser, seen).url == reverse("dossiers:stuk", args=[plan.pk])
    with in_bureau(case.bureau):
        assert Release.objects.count() == 1
        assert Mail.objects.filter(kind="vrijgegeven").count() == 1
    assert len(acts(case, "stuk.vrijgegeven")) == 1


def test_looking_at_the_preview_is_journaled(case, plan):
    preview(case, plan)
    assert acts(case, "stuk.ingezien")[-1].facts == {"version": 1, "as": "opdrachtgever"}


def test_the_page_asks_few_queries_however_much_there_is(case, plan):
    browser = log_in(case.coach)
    browser.get(page_of(plan))
    few = queries_of(browser, page_of(plan))
    for number in range(5):
        supplement(case, plan, f"Aanvulling {number}")
        state(case, f"Verklaring {number}", f"Tekst {number}", about=plan)
    many = queries_of(browser, page_of(plan))
    assert len(many) == len(few), many
    assert len(many) <= 12, many


# -- later ------------------------------------------------------------------------------------------------------------
def test_a_later_aanvulling_stays_in_until_it_is_released_anew(case, plan):
    first = release(case, plan)
    supplement(case, plan, "Nog niet vrij.")
    portal = reverse("portal:released", args=[plan.pk])
    assert "Nog niet vrij." not in log_in(case.payer).get(portal).content.decode()
    assert "zonder de laatste aanvulling" in preview(case, plan).content.decode()
    second = release(case, plan)
    assert second.version == 2
    assert "Nog niet vrij." in log_in(case.payer).get(portal).content.decode()
    with acting(case.coach):
        first.refresh_from_db()
        assert first.withdrawn_at is not None
        assert Release.objects.filter(withdrawn_at=None).get() == second
    assert acts(case, "stuk.vrijgegeven")[-1].facts["again"] is True


def test_what_was_taken_back_is_gone_for_the_opdrachtgever_at_once(case, plan):
    living = release(case, plan)
    answer = log_in(case.coach).post(reverse("dossiers:withdraw", args=[plan.pk]))
    assert answer.status_code == 302
    assert log_in(case.payer).get(reverse("portal:released", args=[plan.pk])).status_code == 404
    withdraw(case, living)
    (line,) = acts(case, "stuk.vrijgave_ingetrokken")
    assert line.facts["version"] == 1
    assert release(case, plan).pk != living.pk


def test_taking_back_asks_first_and_says_what_it_does_not_undo(case, plan):
    release(case, plan)
    page = log_in(case.coach).get(reverse("dossiers:withdraw", args=[plan.pk])).content.decode()
    assert "haalt u hiermee niet terug" in page


def test_what_is_out_says_so_and_offers_to_take_it_back(case, plan):
    release(case, plan)
    page = preview(case, plan).content.decode()
    assert "Vrijgegeven aan" in page
    assert "Vrijgave intrekken" in page


# -- what is restricted -----------------------------------------------------------------------------------------------
@pytest.fixture
def open_to_uwv(javawest):
    """A bureau whose reglement lets belastbaarheid go to the UWV."""
    allowed = {"stukken": [kind.value for kind in (PLAN, StukKind.BELASTBAARHEID)]}
    in_force_with(javawest, opdrachtgever_view={"reads": "stukken", "uwv": allowed})


@pytest.fixture
def limits(case, open_to_uwv):
    return write(case, "Mogelijkheden en grenzen", SECRET, kind=StukKind.BELASTBAARHEID)


def read_by(payer, stuk):
    return log_in(payer).get(reverse("portal:released", args=[stuk.pk]))


def test_a_restricted_stuk_that_was_released_is_read_by_that_opdrachtgever_with_its_statements(case, limits):
    assert limits.restricted
    said = state(case, "Mijn kant", "Staan gaat best.", about=limits)
    release(case, limits)
    page = read_by(case.payer, limits).content.decode()
    assert SECRET in page
    assert "Staan gaat best." in page
    traject = log_in(case.payer).get(reverse("portal:traject", args=[case.traject.pk]))
    assert "Mogelijkheden en grenzen" in traject.content.decode()
    assert "Mogelijkheden en grenzen" in log_in(case.member).get("/mijn/mensen/").content.decode()
    with acting(case.payer):
        assert set(Stuk.objects.visible_to(case.payer.user)) == {limits, said}
        assert set(rows("SELECT id FROM dossiers_stuk")) == {(limits.pk,), (said.pk,)}


def test_a_released_file_of_a_restricted_kind_is_fetched_by_that_opdrachtgever(case, open_to_uwv):
    stuk = document(case, kind=StukKind.BELASTBAARHEID)
    with in_bureau(case.bureau):
        path = reverse("portal:released_file", args=[stuk.files.get().pk])
    assert log_in(case.payer).get(path).status_code == 404
    release(case, stuk)
    answer = log_in(case.payer).get(path)
    assert answer.getvalue() == made.pdf_form()
    assert answer.status_code == 200


def test_a_restricted_stuk_stays_in_until_it_is_released_and_again_when_that_is_taken_back(case, limits):
    assert read_by(case.payer, limits).status_code == 404
    living = release(case, limits)
    withdraw(case, living)
    assert read_by(case.payer, limits).status_code == 404
    with acting(case.payer):
        assert not Stuk.objects.visible_to(case.payer.user).exists()
        assert rows("SELECT id FROM dossiers_stuk") == []


def test_that_it_was_released_opens_a_restricted_stuk_for_nobody_else(case, limits, javawest):
    release(case, limits)
    other, diana = make_case(javawest), make_member(javawest, "Diana", Role.DIRECTIE)
    assert read_by(other.payer, limits).status_code == 404
    assert log_in(diana).get(reverse("dossiers:stuk", args=[limits.pk])).status_code == 404
    with acting(other.payer):
        assert not Stuk.objects.visible_to(other.payer.user).exists()
        assert rows("SELECT id FROM dossiers_stuk WHERE dossier_id = %s", case.dossier.pk) == []
    with acting(diana):
        assert limits not in Stuk.objects.visible_to(diana.user)


def test_another_contact_of_the_opdrachtgever_takes_over_what_was_released(case, limits, javawest):
    release(case, limits)
    successor = make_member(javawest, "Opvolger", Role.OPDRACHTGEVER)
    with acting(case.coach):
        contact = OpdrachtgeverContact.objects.create(
            opdrachtgever=case.traject.opdrachtgever, name="Opvolger", membership=successor
        )
        change_traject(traject=case.traject, by=case.coach, contact=contact)
    assert read_by(case.payer, limits).status_code == 404
    assert SECRET in read_by(successor, limits).content.decode()


# -- the third wall ---------------------------------------------------------------------------------------------------
def test_by_raw_sql_an_opdrachtgever_finds_released_texts_only_and_no_later_version(case, plan):
    write(case, "Gesprek", "Blijft binnen.")
    other = document(case, title="Niet vrij")
    state(case, "Los", "Hoort bij niets.")
    release(case, plan)
    supplement(case, plan, "Nog niet vrij.")
    with acting(case.payer):
        assert rows("SELECT id FROM dossiers_stuk") == [(plan.pk,)]
        assert rows("SELECT stuk_id, number FROM dossiers_stukversion") == [(plan.pk, 1)]
        assert rows("SELECT id FROM dossiers_storedfile") == []
        assert rows("SELECT id FROM dossiers_storedfile WHERE stuk_id = %s", other.pk) == []
        assert rows("SELECT count(*) FROM dossiers_draft") == [(0,)]
    release(case, other)
    with acting(case.payer):
        assert len(rows("SELECT id FROM dossiers_storedfile")) == 1


def test_by_raw_sql_an_opdrachtgever_releases_nothing_to_itself(case, plan):
    living = release(case, plan)
    withdraw(case, living)
    with acting(case.payer):
        assert rows("UPDATE dossiers_release SET withdrawn_at = NULL RETURNING id") == []
        assert rows("SELECT id FROM dossiers_stuk") == []


def test_an_opdrachtgever_of_another_traject_finds_nothing(case, plan, javawest):
    release(case, plan)
    other = make_case(javawest)
    with acting(other.payer):
        assert rows("SELECT id FROM dossiers_stuk WHERE dossier_id = %s", case.dossier.pk) == []


def test_a_file_of_a_released_stuk_is_fetched_and_of_another_it_is_not(case):
    out, inside = document(case), document(case, title="Blijft")
    release(case, out)
    with in_bureau(case.bureau):
        pages = [reverse("portal:released_file", args=[StoredFile.objects.get(stuk=stuk).pk]) for stuk in (out, inside)]
    browser = log_in(case.payer)
    answer = browser.get(pages[0])
    assert (answer.status_code, answer["Content-Security-Policy"]) == (200, "sandbox; default-src 'none'")
    assert b"".join(answer.streaming_content).startswith(b"%PDF-")
    assert browser.get(pages[1]).status_code == 404
