"""'Wie heeft mijn dossier bekeken': who, when and why, in plain words, of one's own dossier and no other."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.utils import timezone

from access import actions as access
from access.models import AccessRequest, Ground, Role
from access.reach import VIEW
from bureaus.tenancy import in_bureau
from journal.actions import record
from journal.labels import LOOKS
from journal.models import Line, Result
from portal.viewed import Visit
from tests.support.people import acting, log_in, make_bureau, make_member
from tests.support.portal import add_traject, authorise, in_force_with, make_case, queries_of, release, write
from tests.support.servers import DATABASE

pytestmark = pytest.mark.django_db
PAGE = "/mijn/bekeken/"


@pytest.fixture
def case():
    return make_case(make_bureau(), "Vera")


@pytest.fixture
def portal(case):
    return log_in(case.member)


def look(member, dossier, act: str = "dossier.ingezien", times: int = 1, **more) -> None:
    with acting(member):
        for _ in range(times):
            record(act=act, obj=dossier, dossier=dossier, **more)


def text_of(answer) -> str:
    assert answer.status_code == 200, answer.status_code
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.content.decode()))


def colleague(case, name: str, role: str = Role.COACH, function: str = ""):
    member = make_member(case.bureau, name, role)
    if function:
        with in_bureau(case.bureau):
            member.function = function
            member.save(update_fields=["function"])
    return member


def let_in(case, member, ground: str, hours: int = 4, answer: str = "") -> None:
    """A grant for a while, with the request that it came from."""
    with in_bureau(case.bureau):
        until = timezone.now() + timedelta(hours=hours)
        rows = access.grant(dossier=case.dossier, to=member, permissions=(VIEW,), ground=ground, expires_at=until)
        AccessRequest.objects.create(
            kind="inzage", state="toegestaan", dossier_id=case.dossier.pk, dossier_number=case.dossier.number,
            asker=member, asker_name=member.name, sealed_under=case.dossier.pk, reason="vraag", hours=hours,
            decided_by_name="Dora", decided_at=timezone.now(), answer=answer or "doel", grant_id=rows[0].pk,
            opens_until=until, decided_by=make_member(case.bureau, f"Dora{member.name}", Role.DIRECTIE),
        )  # fmt: skip


# -- who and why ------------------------------------------------------------------------------------------------------
@pytest.mark.article("pluspunt", "4.1")
def test_the_coach_is_named_with_what_they_do_and_why(case, portal):
    look(case.coach, case.dossier)
    page = text_of(portal.get(PAGE))
    assert case.coach.name in page
    assert "Begeleidt u." in page
    assert "1 keer, om" in page


@pytest.mark.parametrize(
    ("role", "why"),
    [
        (Role.ADMINISTRATIE, "Dit hoort bij het werk van de administratie."),
        (Role.DIRECTIE, "Dit hoort bij het werk van de directie."),
        (Role.FG, "Dit hoort bij het toezicht op uw privacy."),
        (Role.COACH, "Dit hoort bij het werk van de coaches."),
    ],
)
def test_who_looks_by_role_does_it_for_their_work(case, portal, role, why):
    look(colleague(case, "Ellen", role, "officemanager"), case.dossier)
    page = text_of(portal.get(PAGE))
    assert "Ellen , officemanager" in page
    assert why in page


def test_why_directie_let_somebody_look_stands_in_its_own_words(case, portal):
    bob = colleague(case, "Bob")
    let_in(case, bob, Ground.CONSENT_OF_DIRECTIE, answer="waarnemen tijdens de ziekte van de coach.")
    look(bob, case.dossier)
    page = text_of(portal.get(PAGE))
    assert "Mocht kijken van de directie, om deze reden: waarnemen tijdens de ziekte van de coach." in page, page[
        page.index("Bob") :
    ][:200]


def test_it_still_says_why_after_that_access_ended(case, portal):
    bob = colleague(case, "Bob")
    let_in(case, bob, Ground.EMERGENCY)
    look(bob, case.dossier)
    with in_bureau(case.bureau):
        access.revoke(dossier=case.dossier, to=bob, reason="klaar")
    assert "Keek in een noodgeval." in text_of(portal.get(PAGE))


def test_the_opdrachtgever_and_the_gemachtigde_are_there_too(case, portal):
    stuk = write(case, "Voortgang", "x", kind="voortgangsrapportage")
    release(case, stuk)
    greet = authorise(case)
    log_in(case.payer).get(f"/opdracht/stukken/{stuk.pk}/")
    log_in(greet).get("/mijn/dossier/")
    page = text_of(portal.get(PAGE))
    assert "Betaalt uw traject en leest wat wij vrijgeven." in page
    assert "Kijkt namens u mee." in page


def test_ones_own_looks_are_left_out_for_client_and_gemachtigde(case, portal):
    greet = authorise(case)
    portal.get("/mijn/dossier/")
    log_in(greet).get("/mijn/dossier/")
    assert case.member.name not in text_of(portal.get(PAGE)).split("Kies zelf")[1].replace("Vera ", "")
    assert "Nog niemand keek in uw dossier" in text_of(log_in(greet).get(PAGE))


# -- when -------------------------------------------------------------------------------------------------------------
def test_looks_of_one_person_on_one_day_are_one_and_opened_files_are_told(case, portal):
    look(case.coach, case.dossier, times=2)
    look(case.coach, case.dossier, "document.opgehaald")
    page = text_of(portal.get(PAGE))
    assert re.search(r"3 keer, (om|van \d\d:\d\d tot) \d\d:\d\d uur", page)
    assert "opende 1 bestand" in page
    assert page.count("Begeleidt u.") == 1


def move(servers, days: int) -> None:
    """All looks so many days back, by the calendar of here, which an hour is put into and taken out of again: the
    table's time is its own, only a superuser sets it."""
    here = "at AT TIME ZONE 'Europe/Amsterdam'"
    with servers.admin(DATABASE) as admin, admin.transaction():
        admin.execute("SET LOCAL session_replication_role = replica")
        admin.execute(
            f"UPDATE journal_line SET at = ({here} - %s * interval '1 day') AT TIME ZONE 'Europe/Amsterdam'"
            " WHERE act = ANY (%s)", (days, list(LOOKS)),
        )  # fmt: skip


@pytest.mark.django_db(transaction=True)
def test_a_period_shows_what_lies_in_it_and_nothing_else(servers, case, portal):
    look(case.coach, case.dossier)
    move(servers, 40)
    bob = colleague(case, "Bob")
    look(bob, case.dossier)
    today = timezone.localdate()
    then = today - timedelta(days=40)
    name = case.coach.name
    shown = {
        query: (name in page.split("Kies zelf")[1], "Bob" in page.split("Kies zelf")[1])
        for query in ("", "?periode=week", "?periode=maand", f"?van={then}&tot={then}", f"?van={today}")
        if (page := text_of(portal.get(PAGE + query)))
    }
    assert list(shown.values()) == [(True, True), (False, True), (False, True), (True, False), (False, True)]
    nothing = text_of(portal.get(f"{PAGE}?van={then + timedelta(days=1)}&tot={then + timedelta(days=2)}"))
    assert "In deze dagen keek niemand in uw dossier" in nothing


@pytest.mark.parametrize(
    "query",
    ["?van=0001-01-01", "?tot=9999-12-31", "?van=gisteren", "?van=%00", "?periode=eeuw",
     "?van=2026-05-02&tot=2026-05-01", "?pagina=99999999999999999999", "?van=%E2%80%AE"],
)  # fmt: skip
def test_strange_periods_are_told_beside_the_field_and_break_nothing(case, portal, query):
    look(case.coach, case.dossier)
    assert portal.get(PAGE + query).status_code == 200


def test_a_period_that_ends_before_it_begins_is_told(case, portal):
    assert "Deze dag ligt voor de eerste dag." in text_of(portal.get(f"{PAGE}?van=2026-05-02&tot=2026-05-01"))


def test_a_morning_and_an_afternoon_are_one_visit_with_both_times():
    moment = timezone.now()
    words = {"day": moment.date(), "name": "Carla", "does": "", "why": [], "files": 0, "times": 3, "first": moment}
    assert Visit(**words, last=moment).at_once
    assert not Visit(**words, last=moment + timedelta(hours=7)).at_once


# -- whose ------------------------------------------------------------------------------------------------------------
def test_nobody_looked_yet(case, portal):
    assert "Nog niemand keek in uw dossier" in text_of(portal.get(PAGE))


def test_what_was_refused_is_no_look(case, portal):
    look(case.coach, case.dossier, result=Result.REFUSED)
    assert "Nog niemand keek" in text_of(portal.get(PAGE))


def test_another_clients_dossier_is_not_there(case, portal):
    other = make_case(case.bureau, "Wim")
    look(other.coach, other.dossier)
    assert portal.get(f"{PAGE}?dossier={other.dossier.number}").status_code == 404
    assert other.coach.name not in text_of(portal.get(PAGE))


def test_of_several_trajecten_each_has_its_own(case, portal):
    traject = add_traject(case.bureau, case.client, case.coach, case.contact)
    look(case.coach, traject.dossier)
    assert "Nog niemand keek" in text_of(portal.get(f"{PAGE}?dossier={case.dossier.number}"))
    assert case.coach.name in text_of(portal.get(f"{PAGE}?dossier={traject.dossier.number}"))


def test_where_the_reglement_does_not_show_it_the_page_says_so(case, portal):
    in_force_with(case.bureau, access={"client": {"sees_who_viewed": False}})
    assert portal.get(PAGE).status_code == 403


def test_looking_who_looked_is_journaled(case, portal):
    portal.get(PAGE)
    with in_bureau(case.bureau):
        assert Line.objects.get(act="toegang.bekeken").dossier_id == case.dossier.pk


def test_the_number_of_people_changes_nothing_in_the_number_of_queries(case, portal):
    look(case.coach, case.dossier)
    portal.get(PAGE)
    few = queries_of(portal, PAGE)
    for number in range(30):
        bob = colleague(case, f"Bob{number}")
        let_in(case, bob, Ground.CONSENT_OF_DIRECTIE)
        look(bob, case.dossier)
    many = queries_of(portal, PAGE)
    assert len(many) <= 12, "\n".join(many)
    assert len(many) <= len(few) + 2
