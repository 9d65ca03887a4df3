"""Invitations, accounts and their log, looked at by someone who means harm."""

from __future__ import annotations

import pytest

from access import actions
from access.models import DossierGrant, Membership, Role
from bureaus.tenancy import in_bureau
from clients.models import Client
from dossiers.actions import sync_grants
from journal.models import Line
from tests.support.people import PASSWORD, browser_of, log_in, make_bureau, make_member
from tests.support.portal import make_case

pytestmark = pytest.mark.django_db
NEW = "vier woorden zijn genoeg"


@pytest.fixture(autouse=True)
def _no_mfa(settings):
    settings.MFA_REQUIRED = False


@pytest.fixture
def dora(javawest):
    return make_member(javawest, "Dora", Role.DIRECTIE)


def invite(by, **more):
    with in_bureau(by.bureau):
        return actions.invite(**{"email": "eva@nieuw.test", "name": "Eva", "by": by} | more)


def use(invitation):
    return browser_of(invitation.bureau).post(f"/uitnodiging/{invitation.token}/", {"password": NEW})


def test_a_refusal_writes_no_link_that_lets_in_into_the_log(dora):
    """A form without its token is a refusal on a page whose address is the secret itself (DOMAIN 8: no secrets)."""
    invitation = invite(dora, roles=[Role.COACH])
    client = log_in(dora)
    client.handler.enforce_csrf_checks = True
    assert client.post(f"/uitnodiging/{invitation.token}/", {"password": NEW}).status_code == 403
    assert client.post("/account/wachtwoord/nieuw/3-geheimesleutel/", {}).status_code == 403
    with in_bureau(dora.bureau):
        found = [line.facts for line in Line.objects.filter(act="toegang.geweigerd")]
    assert len(found) == 2
    assert invitation.token not in str(found)
    assert "geheimesleutel" not in str(found)


def test_two_invitations_that_do_not_go_together_are_a_friendly_refusal(dora):
    """Asked as a coach and as a client before either was accepted: one account is of one side."""
    with in_bureau(dora.bureau):
        client = Client.objects.create(last_name="Berg", email="eva@nieuw.test")
    first = invite(dora, roles=[Role.COACH])
    second = invite(dora, roles=[Role.CLIENT], subject_id=client.pk)
    assert use(first).status_code == 302
    answer = use(second)
    assert answer.status_code == 200
    assert "gaan niet samen" in answer.content.decode()


def test_two_clients_with_one_address_never_share_an_account(dora):
    """Partners often have one address: who accepts for the one does not become the other as well."""
    with in_bureau(dora.bureau):
        people = [Client.objects.create(last_name=name, email="eva@nieuw.test") for name in ("Berg", "Dal")]
    first, second = (invite(dora, roles=[Role.CLIENT], subject_id=one.pk) for one in people)
    assert use(first).status_code == 302
    answer = use(second)
    assert answer.status_code == 200
    with in_bureau(dora.bureau):
        assert [bool(one.membership_id) for one in Client.objects.order_by("sort_name")] == [True, False]


def test_a_coach_who_left_and_comes_back_as_client_reads_no_dossier_of_then(javawest, dora):
    case = make_case(javawest)
    with in_bureau(javawest):
        actions.end_membership(membership=case.coach, by=dora, reason="uit dienst")
        actions.add_membership(user=case.coach.user, name="Coach", roles=[Role.CLIENT])
        sync_grants(dossier=case.dossier, by=None)
        held = DossierGrant.objects.filter(content_object=case.dossier, group_id=case.coach.private_group_id)
        assert not held.exists()
    assert case.dossier.number not in log_in(case.coach).get("/mijn/dossier/").content.decode()


def test_a_contact_who_was_replaced_in_the_list_reads_no_more(javawest):
    """'Jan' became 'Piet' with another address; Jan's account is still Jan's."""
    case = make_case(javawest)
    jan = log_in(case.payer)
    page = f"/opdracht/{case.traject.pk}/"
    assert jan.get(page).status_code == 200
    answer = log_in(case.coach).post(
        f"/opdrachtgevers/{case.contact.opdrachtgever_id}/contacten/{case.contact.pk}/",
        {"name": "Piet", "email": "piet@uwv.test"},
    )
    assert answer.status_code == 302
    assert jan.get(page).status_code == 404


def test_a_gemachtigde_who_was_replaced_reads_no_more(javawest):
    case = make_case(javawest)
    gerda = make_member(javawest, "Gerda", Role.GEMACHTIGDE)
    with in_bureau(javawest):
        case.client.gemachtigden.create(
            name="Gerda", email="gerda@javawest.test", scope="alles", valid_from="2026-01-01", membership=gerda
        )
        sync_grants(dossier=case.dossier, by=None)
    one = case.client
    browser = log_in(gerda)
    assert browser.get("/mijn/dossier/").status_code == 200
    with in_bureau(javawest):
        row = one.gemachtigden.get()
    answer = log_in(case.coach).post(
        f"/clienten/{one.pk}/gemachtigden/{row.pk}/",
        {"name": "Piet", "email": "piet@elders.test", "scope": "alles", "valid_from": "2026-01-01"},
    )
    assert answer.status_code == 302
    assert browser.get("/mijn/dossier/").status_code == 404


@pytest.mark.parametrize("path", ["/beheer/medewerkers/?q=%00", "/beheer/medewerkers/?pagina=%00", "/?next=%00"])
def test_a_nul_in_an_address_is_no_error(dora, path):
    assert log_in(dora).get(path, follow=True).status_code == 200


@pytest.mark.parametrize(
    "target", ["//evil.example", "https://evil.example/", "/\\evil.example", "javascript:alert(1)"]
)
def test_after_logging_in_nobody_is_sent_to_another_site(dora, target):
    client = browser_of(dora.bureau)
    answer = client.post("/account/inloggen/", {"login": dora.user.email, "password": PASSWORD, "next": target})
    assert answer.headers["Location"] == "/"


def test_an_ended_membership_ends_a_living_session(javawest, dora):
    coach = make_member(javawest, "Alice", Role.COACH)
    alice = log_in(coach)
    with in_bureau(javawest):
        actions.end_membership(membership=Membership.objects.get(pk=coach.pk), by=dora, reason="weg")
    assert alice.get("/werkvoorraad/").headers["Location"].startswith("/account/inloggen/")


def test_a_session_cookie_of_one_bureau_opens_nothing_in_another(javawest):
    werkid = make_bureau("werkid", "werkid")
    here = make_member(javawest, "Alice", Role.COACH, email="alice@beide.test")
    make_member(werkid, "Alice", Role.COACH, email="alice@beide.test")
    stolen = browser_of(werkid)
    stolen.cookies = log_in(here).cookies
    assert stolen.get("/werkvoorraad/").headers["Location"].startswith("/account/inloggen/")
