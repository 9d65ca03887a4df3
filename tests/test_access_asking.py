"""Asking to read one dossier, and directie's answer (pluspunt 4.1)."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, connection, transaction

from access import actions as grants
from access import asking_rules as rules
from access import inbox
from access.actions import asking
from access.models import AccessRequest, DossierGrant, Ground, Role
from access.reach import CHANGE, VIEW, is_view_only
from access.rules import RuleBroken
from access.tasks import lapse_requests
from bureaus.presets import NAMES
from bureaus.tenancy import in_bureau
from clients.models import Traject
from dossiers.rules import new_number
from journal.models import Line
from tests.support.asking import (
    PLUSPUNT,
    UNKNOWN,
    WHY,
    State,
    ages,
    allow,
    ask,
    asks_by,
    make_house,
    opens,
    refused,
)
from tests.support.people import acting, log_in, make_bureau, make_member
from tests.support.portal import make_case

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _no_mfa(settings):
    settings.MFA_REQUIRED = False


@pytest.fixture
def house(db):
    return make_house()


# -- the reglement decides who may ask ------------------------------------------------------------------------------
@PLUSPUNT
def test_everybody_who_works_here_may_ask_and_nobody_else(house):
    page = "/inzage/vragen/"
    for role in (Role.COACH, Role.ADMINISTRATIE, Role.DIRECTIE, Role.FG, Role.BEHEERDER):
        browser = log_in(make_member(house.bureau, f"Een {role}", role, email=f"{role}@ask.test"))
        assert browser.get(page).status_code == 200
        assert "Mijn verzoeken" in browser.get("/werkvoorraad/").content.decode()
    for member in (house.case.member, house.case.payer):
        assert log_in(member).get(page).status_code == 404
        with acting(member), pytest.raises(PermissionDenied):
            asking.ask(number=house.number, reason=WHY, hours=1, by=member)


@pytest.mark.parametrize("slug", sorted(set(NAMES) - {"pluspunt"}))
def test_where_the_reglement_has_no_asking_it_is_not_offered_nor_done(slug):
    bureau = make_bureau(slug, slug)
    bob = make_member(bureau, "Bob", Role.COACH)
    case = make_case(bureau)
    browser = log_in(bob)
    assert browser.get("/inzage/vragen/").status_code == 403
    assert (
        browser.post("/inzage/vragen/", {"number": case.dossier.number, "reason": WHY, "hours": 1}).status_code == 403
    )
    for path in ("/werkvoorraad/", "/clienten/?q=Niemand"):
        text = browser.get(path).content.decode()
        assert "Mijn verzoeken" not in text
        assert "Vraag inzage" not in text
    with acting(bob), pytest.raises(PermissionDenied):
        asking.ask(number=case.dossier.number, reason=WHY, hours=1, by=bob)
    with in_bureau(bureau):
        assert not AccessRequest.objects.exists()


@PLUSPUNT
def test_who_finds_nobody_is_shown_the_way_to_ask(house):
    text = log_in(house.bob).get("/clienten/?q=Niemand").content.decode()
    assert "Zoekt u een dossier van een collega?" in text
    assert "/inzage/vragen/" in text


def test_a_role_that_the_reglement_does_not_name_may_not_ask(house):
    asks_by(house, who_may_ask=["administratie"])
    with acting(house.bob), pytest.raises(PermissionDenied):
        asking.ask(number=house.number, reason=WHY, hours=1, by=house.bob)


# -- numbers ----------------------------------------------------------------------------------------------------------
def test_a_number_is_read_as_people_write_it():
    assert {rules.clean_number(one) for one in ("D-7K3QX9B", "d-7k3qx9b", " D 7K3 QX9B", "7k3qx9b")} == {"D-7K3QX9B"}
    assert all(rules.clean_number(number) == number for number in (new_number() for _ in range(200)))


@pytest.mark.parametrize(
    "text",
    ["", "D-", "D-123", "D-7K3QX9B9", "D-7K3QXOB", "Jan", "D-7K3QX9B\x00D", "\u202eB9XQ3K7-D", "<script>", "9" * 300],
)
def test_what_can_be_no_number_is_refused_beside_the_field(house, text):
    with pytest.raises(RuleBroken) as refusal:
        rules.clean_number(text.replace("\x00", ""))
    assert refusal.value.field == "number"
    answer = log_in(house.bob).post("/inzage/vragen/", {"number": text, "reason": WHY, "hours": 4})
    assert answer.status_code == 200
    assert "field-wrong" in answer.content.decode()
    assert WHY in answer.content.decode()


def test_who_guesses_numbers_does_not_learn_which_exist_nor_which_trajecten_run(house):
    """The same answer, and the same list afterwards: unknown, ended, or there."""
    ended = make_case(house.bureau, "Wim", phase="beeindigd", end_reason="doel", traject_ended_on="2026-03-01")
    browser, seen = log_in(house.bob), set()
    for number in (house.number, UNKNOWN, ended.dossier.number):
        answer = browser.post("/inzage/vragen/", {"number": number, "reason": WHY, "hours": 4}, follow=True)
        text = answer.content.decode()
        assert "Uw verzoek is verstuurd" in text
        page = browser.get("/inzage/").content.decode()
        row = re.search(rf"<li>(?:(?!</li>).)*Dossier {number}.*?</li>", page, re.DOTALL).group()
        row = re.sub(r"[0-9a-f]{8}-[0-9a-f-]{27}|value=\"\w{64}\"|\d\d:\d\d|datetime=\"[^\"]+\"", "", row)
        seen.add(row.replace(number, "NUMMER"))
    assert len(seen) == 1


def test_directie_sees_that_a_number_is_not_there_and_can_only_refuse(house):
    row = ask(house, number=UNKNOWN)
    page = log_in(house.dora).get(f"/goedkeuringen/inzage/{row.pk}/").content.decode()
    assert "er in dit bureau niet" in page
    assert 'value="toestaan"' not in page
    assert 'value="afwijzen"' in page
    refused(
        lambda: asking.allow(request=row, purpose="x", hours=1, by=house.dora), "niet", "toegang.toegestaan", house.dora
    )
    with acting(house.dora):
        assert asking.refuse(request=row, answer="Dit nummer klopt niet", by=house.dora).state == State.REFUSED
        assert AccessRequest.objects.get(pk=row.pk).answer == "Dit nummer klopt niet"


def test_what_one_sees_already_is_said_so_and_not_asked(house):
    coach = house.case.coach
    refused(
        lambda: asking.ask(number=house.number, reason=WHY, hours=1, by=coach),
        "mag u al zien",
        "toegang.gevraagd",
        coach,
    )
    answer = log_in(coach).post("/inzage/vragen/", {"number": house.number, "reason": WHY, "hours": 4})
    assert "Dit dossier mag u al zien" in answer.content.decode()


def test_numbers_are_not_tried_out_without_end(house):
    for _ in range(rules.OPEN_AT_MOST):
        ask(house, number=new_number())
    refused(
        lambda: asking.ask(number=UNKNOWN, reason=WHY, hours=1, by=house.bob),
        "open staan",
        "toegang.gevraagd",
        house.bob,
    )
    with acting(house.bob):
        for row in AccessRequest.objects.filter(state=State.OPEN):
            asking.withdraw(request=row, by=house.bob)
    for _ in range(rules.A_DAY - rules.OPEN_AT_MOST):
        ask(house, number=new_number())
        with acting(house.bob):
            asking.withdraw(request=AccessRequest.objects.get(state=State.OPEN), by=house.bob)
    refused(
        lambda: asking.ask(number=UNKNOWN, reason=WHY, hours=1, by=house.bob), "24 uur", "toegang.gevraagd", house.bob
    )


# -- asking -----------------------------------------------------------------------------------------------------------
def test_the_same_asked_twice_is_one_open_request(house):
    assert ask(house).pk == ask(house, number=house.number.lower()).pk
    assert ask(house, number=UNKNOWN).pk == ask(house, number=UNKNOWN).pk
    with in_bureau(house.bureau):
        assert AccessRequest.objects.count() == 2
        assert Line.objects.filter(act="toegang.gevraagd").count() == 2


@pytest.mark.parametrize(("hours", "match"), [(0, "ten minste"), (73, "72 uur"), (10**9, "72 uur")])
def test_hours_stay_within_the_reglement(house, hours, match):
    refused(
        lambda: asking.ask(number=house.number, reason=WHY, hours=hours, by=house.bob),
        match,
        "toegang.gevraagd",
        house.bob,
    )
    answer = log_in(house.bob).post("/inzage/vragen/", {"number": house.number, "reason": WHY, "hours": hours})
    assert re.search(match, answer.content.decode())


def test_what_was_written_lies_sealed_and_nowhere_else(house):
    row = allow(house, ask(house), purpose="Overdracht van Vera")
    with in_bureau(house.bureau), connection.cursor() as cursor:
        cursor.execute("SELECT reason, answer FROM access_accessrequest WHERE id = %s", [row.pk])
        assert not any(word in bytes(value) for value in cursor.fetchone() for word in (b"zieke", b"Vera"))
        said = [*Line.objects.values_list("reason", flat=True), *DossierGrant.objects.values_list("reason", flat=True)]
        said += [str(facts) for facts in Line.objects.values_list("facts", flat=True)]
        assert not [one for one in said if "zieke" in one or "Vera" in one]


def test_the_asker_withdraws_what_is_open_and_nobody_else_does(house):
    row = ask(house)
    other = log_in(make_member(house.bureau, "Otto", Role.COACH))
    assert other.post(f"/inzage/{row.pk}/intrekken/").status_code == 404
    browser = log_in(house.bob)
    for _ in range(2):
        assert browser.post(f"/inzage/{row.pk}/intrekken/").status_code == 302
    with in_bureau(house.bureau):
        assert AccessRequest.objects.get(pk=row.pk).state == State.WITHDRAWN
        assert Line.objects.filter(act="toegang.verzoek_ingetrokken").count() == 1
    refused(
        lambda: asking.allow(request=row, purpose="x", hours=1, by=house.dora),
        "ingetrokken",
        "toegang.toegestaan",
        house.dora,
    )


# -- deciding ---------------------------------------------------------------------------------------------------------
@PLUSPUNT
def test_directie_lets_in_for_a_stated_time_and_purpose_to_read(house):
    row = allow(house, ask(house), hours=3)
    with acting(house.dora):
        (grant,) = DossierGrant.objects.filter(ground=Ground.CONSENT_OF_DIRECTIE)
        assert grant.permission.codename == VIEW
        assert grant.expires_at - grant.starts_at == timedelta(hours=3)
        assert (grant.pk, grant.expires_at) == (row.grant_id, row.opens_until)
        assert grant.granted_by_name == "Dora"
        assert row.answer == "Waarneming"
        line = Line.objects.get(act="toegang.toegestaan")
        assert (line.grant_id, line.dossier_id, line.ground) == (grant.pk, house.dossier.pk, "directie")
    with acting(house.bob):
        assert is_view_only(house.bob.user, house.dossier)
    assert opens(house.bob, house.dossier) == 200


@PLUSPUNT
def test_who_asked_never_decides_about_it(house):
    row = ask(house, by=house.dora)
    for act, name in (
        (lambda: asking.allow(request=row, purpose="x", hours=1, by=house.dora), "toegang.toegestaan"),
        (lambda: asking.refuse(request=row, answer="x", by=house.dora), "toegang.afgewezen"),
    ):
        refused(act, "U vroeg dit zelf", name, house.dora)
    with acting(house.dora):
        assert inbox.items(house.dora) == []
    page = log_in(house.dora).post(
        f"/goedkeuringen/inzage/{row.pk}/", {"besluit": "toestaan", "hours": 1, "purpose": "x"}
    )
    assert "U vroeg dit zelf" in page.content.decode()
    with in_bureau(house.bureau), transaction.atomic(), pytest.raises(IntegrityError, match="other_decides"):
        AccessRequest.objects.filter(pk=row.pk).update(decided_by=house.dora)
    assert allow(house, row, by=house.dick).state == State.GRANTED


def test_who_is_no_directie_decides_nothing(house):
    row = ask(house)
    for role in (Role.COACH, Role.ADMINISTRATIE, Role.FG, Role.BEHEERDER):
        other = make_member(house.bureau, f"X {role}", role, email=f"{role}@x.test")
        assert log_in(other).post(f"/goedkeuringen/inzage/{row.pk}/", {"besluit": "toestaan"}).status_code == 403
        with acting(other), pytest.raises(PermissionDenied):
            asking.allow(request=row, purpose="x", hours=1, by=other)


def test_what_was_decided_withdrawn_or_lapsed_is_not_decided_again(house):
    row = allow(house, ask(house))
    for by, match in ((house.dora, "al toegestaan door Dora"), (house.dick, "al toegestaan door Dora")):
        refused(lambda by=by: asking.allow(request=row, purpose="x", hours=1, by=by), match, "toegang.toegestaan", by)
        refused(lambda by=by: asking.refuse(request=row, answer="x", by=by), match, "toegang.afgewezen", by)
    late = ask(house, number=new_number())
    ages(late, days=7)
    refused(
        lambda: asking.refuse(request=late, answer="x", by=house.dora), "vervallen", "toegang.afgewezen", house.dora
    )
    with in_bureau(house.bureau):
        assert DossierGrant.objects.filter(ground=Ground.CONSENT_OF_DIRECTIE).count() == 1


@pytest.mark.parametrize(
    ("given", "match"), [({"hours": 73}, "72 uur"), ({"hours": 0}, "één uur"), ({"purpose": " "}, "Vul dit in")]
)
def test_beyond_the_maximum_or_without_a_purpose_nothing_is_given(house, given, match):
    row = ask(house)
    values = {"purpose": "x", "hours": 1} | given
    refused(lambda: asking.allow(request=row, by=house.dora, **values), match, "toegang.toegestaan", house.dora)
    with in_bureau(house.bureau):
        assert AccessRequest.objects.get(pk=row.pk).state == State.OPEN
        assert not DossierGrant.objects.filter(ground=Ground.CONSENT_OF_DIRECTIE).exists()


@PLUSPUNT
def test_only_a_running_dossier_is_opened(house):
    row = ask(house)
    with in_bureau(house.bureau):
        Traject.objects.update(phase="beeindigd", end_reason="doel", traject_ended_on="2026-03-01")
    refused(
        lambda: asking.allow(request=row, purpose="x", hours=1, by=house.dora),
        "loopt niet meer",
        "toegang.toegestaan",
        house.dora,
    )
    page = log_in(house.dora).get("/goedkeuringen/").content.decode()
    assert "loopt niet meer" in page
    assert 'value="toestaan"' not in page


def test_whoever_left_or_sees_it_by_now_is_not_let_in(house):
    row = ask(house)
    with in_bureau(house.bureau):
        grants.grant(dossier=house.dossier, to=house.bob, permissions=(VIEW, CHANGE), ground=Ground.SECOND_COACH)
    refused(
        lambda: asking.allow(request=row, purpose="x", hours=1, by=house.dora),
        "inmiddels al",
        "toegang.toegestaan",
        house.dora,
    )
    with in_bureau(house.bureau):
        grants.end_membership(membership=house.bob)
    with acting(house.dora):
        assert inbox.count(house.dora) == 0
    refused(
        lambda: asking.allow(request=row, purpose="x", hours=1, by=house.dora),
        "werkt hier niet meer",
        "toegang.toegestaan",
        house.dora,
    )


def test_requests_lapse_after_a_week_also_when_no_worker_runs(house):
    row = ask(house)
    ages(row, days=6, hours=23)
    with acting(house.dora):
        assert inbox.count(house.dora) == 1
    ages(row, days=7)
    with acting(house.dora):
        assert inbox.count(house.dora) == 0
    assert lapse_requests() == 1
    assert lapse_requests() == 0
    with in_bureau(house.bureau):
        assert AccessRequest.objects.get(pk=row.pk).state == State.LAPSED
        assert Line.objects.filter(act="toegang.verzoek_vervallen").count() == 1
    assert ask(house).pk != row.pk
