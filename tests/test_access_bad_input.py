"""What is asked wrongly about access is refused with a clear word, stays in the log, and leaves nothing half done.

Most of it is held where the act itself is tried: HELD says where, and that it is still there. The rest is below.
"""

from __future__ import annotations

from importlib import import_module

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse

from access.actions import emergency, make_platform_operator, support
from access.models import AccessRequest, Invitation, Mail, Membership, Role
from access.rules import RuleBroken
from bureaus.tenancy import in_bureau
from clients.models import Gemachtigde
from journal.models import Line, Result
from tests.support.people import PASSWORD, acting, log_in, make_bureau, make_member
from tests.support.portal import make_case

pytestmark = pytest.mark.django_db
REASON = "De cliënt belt in paniek en haar behandelaar ligt in het ziekenhuis."

HELD = {
    "approving what one asked oneself": (
        "test_access_asking.test_who_asked_never_decides_about_it",
        "test_access_emergency.test_who_opened_it_never_judges_it_whatever_code_runs",
        "test_access_resets.test_nobody_confirms_what_they_asked_or_what_is_theirs",
        "test_access_reviews.test_nobody_decides_about_themselves",
    ),
    "approving what expired or was withdrawn": (
        "test_access_asking.test_what_was_decided_withdrawn_or_lapsed_is_not_decided_again",
        "test_access_asking.test_requests_lapse_after_a_week_also_when_no_worker_runs",
        "test_access_support.test_an_old_question_and_an_unknown_number_are_not_let_in",
        "test_access_resets.test_a_request_that_waited_a_week_is_asked_again_in_its_place",
    ),
    "approving twice": (
        "test_access_asking.test_what_was_decided_withdrawn_or_lapsed_is_not_decided_again",
        "test_access_support.test_decided_is_decided",
        "test_access_resets.test_asking_twice_is_once_and_deciding_twice_is_refused",
        "test_access_emergency.test_a_verdict_is_for_good_and_has_words",
        "test_access_reviews.test_a_second_click_is_one_act_and_another_verdict_is_refused",
    ),
    "longer than the reglement's maximum": (
        "test_access_asking.test_beyond_the_maximum_or_without_a_purpose_nothing_is_given",
        "test_access_asking.test_hours_stay_within_the_reglement",
        "test_access_support.test_no_longer_than_the_reglement_and_not_without_a_sentence",
    ),
    "an e-mail of somebody in another bureau": (
        "test_access_invitations.test_who_has_an_account_elsewhere_comes_in_with_that_password_and_the_inviter_learns"
        "_nothing",
        "test_access_accounts.test_another_bureaus_person_is_refused_like_an_unknown_one",
        "test_access_resets.test_an_account_of_another_bureau_or_of_nobody_gets_the_same_answer",
        "test_permissions.test_asking_for_a_new_password_answers_the_same_whoever_asks_for_whom",
    ),
    "an invitation used twice or late": (
        "test_access_invitations.test_used_late_revoked_and_unknown_links_are_one_friendly_page",
        "test_access_invitations.test_a_link_used_twice_at_the_same_moment_works_once",
    ),
    "a stolen session cookie after a password change": (
        "test_access_sessions.test_after_a_password_change_the_cookie_that_was_stolen_opens_nothing",
        "test_access_sessions.test_a_stolen_cookie_sent_to_another_bureau_ends_the_session_that_it_is_of",
    ),
}


@pytest.mark.parametrize("what", HELD)
def test_what_is_said_to_be_held_elsewhere_is(what):
    for place in HELD[what]:
        module, name = place.split(".")
        assert callable(getattr(import_module(f"tests.{module}"), name, None)), f"{place} is there no more"


@pytest.fixture
def diana(javawest):
    return make_member(javawest, "Diana", Role.DIRECTIE)


@pytest.fixture
def dora(javawest):
    return make_member(javawest, "Dora", Role.DIRECTIE)


def refused(bureau, act: str) -> list[str]:
    """The reasons in the log."""
    with in_bureau(bureau):
        return list(Line.objects.filter(act=act, result=Result.REFUSED).values_list("reason", flat=True))


# -- support -----------------------------------------------------------------------------------------------------------
def test_letting_in_twice_or_beyond_what_was_asked_is_refused_journaled_and_makes_nobody(javawest, diana, dora):
    operator = make_platform_operator(email="beheer@platform.test", password=PASSWORD)
    request = support.ask_support(bureau=javawest, operator=operator, reason=REASON, hours=2)
    for hours in (0, 3, 1_000_000):
        with acting(diana), pytest.raises(RuleBroken, match="Kies 1 tot 2 uur"):
            support.let_in(request=request, hours=hours, by=diana)
    with in_bureau(javawest):
        assert AccessRequest.objects.get(pk=request.pk).state == AccessRequest.State.OPEN
        assert not Membership.objects.filter(user=operator).exists()
    with acting(diana):
        support.let_in(request=request, hours=2, by=diana)
    for act in (
        lambda: support.let_in(request=request, hours=2, by=dora),
        lambda: support.refuse_support(request=request, answer="Nee", by=dora),
    ):
        with acting(dora), pytest.raises(RuleBroken, match="Diana besloot hier al over"):
            act()
    assert len(refused(javawest, "ondersteuning.toegelaten")) == 4
    assert len(refused(javawest, "ondersteuning.afgewezen")) == 1
    with in_bureau(javawest):
        assert Membership.objects.filter(user=operator).count() == 1


# -- an emergency ------------------------------------------------------------------------------------------------------
def test_judging_ones_own_emergency_by_its_page_is_refused_and_journaled(javawest, diana):
    case = make_case(javawest)
    with in_bureau(javawest):
        # She sees it already by the reglement: somebody else's dossier is out of her reach only where she has no role.
        coach = make_member(javawest, "Bob", Role.COACH, Role.FG)
    with acting(coach):
        request = emergency.open_in_emergency(number=case.dossier.number, reason=REASON, by=coach)
    answer = log_in(coach).post(f"/noodtoegang/{request.pk}/", {"verdict": "terecht", "text": REASON})
    assert answer.status_code == 403
    with acting(coach), pytest.raises(PermissionDenied):
        emergency.review(request=request, verdict="terecht", text=REASON, by=coach)
    with in_bureau(javawest):
        assert not AccessRequest.objects.get(pk=request.pk).verdict
        line = Line.objects.get(act="toegang.geweigerd")
    assert (line.membership_id, line.facts["page"]) == (coach.pk, "access:emergency_review")


# -- an address that is known elsewhere --------------------------------------------------------------------------------
KNOWN, UNKNOWN = "eva@elders.test", "uwe@nergens.test"


@pytest.fixture
def elsewhere():
    return make_member(make_bureau("werkid", "werkid"), "Eva", Role.COACH, email=KNOWN)


def test_inviting_to_work_here_says_the_same_of_an_address_that_another_bureau_knows(javawest, diana, elsewhere):
    client, answers = log_in(diana), []
    for email in (KNOWN, UNKNOWN):
        answer = client.post("/beheer/medewerkers/uitnodigen/", {"email": email, "name": "Eva", "roles": ["coach"]})
        answers.append((answer.status_code, answer.headers["Location"], _told(client, email)))
    assert answers[0] == answers[1]


@pytest.mark.parametrize("role", ["client", "gemachtigde", "contact"])
def test_inviting_a_client_a_gemachtigde_or_a_contact_says_the_same(javawest, elsewhere, role):
    case, answers = make_case(javawest), []
    client = log_in(case.coach)
    for email in (KNOWN, UNKNOWN):
        path = _invite_path(case, role, email)
        answer = client.post(path)
        answers.append((answer.status_code, _told(client, email)))
        with in_bureau(javawest):
            assert Invitation.objects.filter(email=email).count() == 1
            assert Mail.objects.filter(to=email, kind="uitnodiging").count() == 1
    assert answers[0] == answers[1]


def _invite_path(case, role: str, email: str) -> str:
    """Somebody of this kind with this address, who has no account yet."""
    with in_bureau(case.bureau):
        if role == "client":
            type(case.client).objects.filter(pk=case.client.pk).update(membership=None, email=email)
            return reverse("clients:invite", args=[case.client.pk])
        if role == "gemachtigde":
            row = Gemachtigde.objects.create(
                client=case.client, name="Eva", scope="alles", email=email, valid_from="2026-01-01"
            )
            return reverse("clients:gemachtigde_invite", args=[case.client.pk, row.pk])
        row = type(case.contact).objects.create(opdrachtgever=case.contact.opdrachtgever, name="Eva", email=email)
        return reverse("clients:contact_invite", args=[row.opdrachtgever_id, row.pk])


def _told(client, email: str) -> str:
    """What the next page says of it, without the address itself."""
    page = client.get("/werkvoorraad/").content.decode()
    return page[page.find("alert") :].split("</div>")[0].replace(email, "@") if "alert" in page else ""
