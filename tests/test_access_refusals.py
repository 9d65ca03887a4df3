"""What a rule refuses about people and accounts leaves a line in the log, and nothing else."""

from __future__ import annotations

import json

import pytest

from access import actions
from access.actions import reviews
from access.models import Invitation, Membership, ReviewLine, Role
from bureaus.tenancy import in_bureau
from journal.models import Line, Result
from tests.support.asking import refused
from tests.support.people import browser_of, log_in, make_bureau, make_member
from tests.support.reviews import begun, decided, line_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def bureau():
    return make_bureau()


@pytest.fixture
def alice(bureau):
    return make_member(bureau, "Alice", Role.DIRECTIE)


@pytest.fixture
def bas(bureau):
    return make_member(bureau, "Bas", Role.BEHEERDER)


@pytest.fixture
def cor(bureau):
    return make_member(bureau, "Cor", Role.COACH)


def refusals(bureau) -> list[tuple[str, str]]:
    with in_bureau(bureau):
        rows = Line.objects.filter(result=Result.REFUSED).order_by("seq")
        return list(rows.values_list("act", "reason"))


def test_roles_that_are_not_ones_own_to_give(alice, bas, cor):
    act = lambda: actions.change_roles(membership=cor, roles=[Role.DIRECTIE], by=bas)  # noqa: E731
    refused(act, "kan alleen de directie geven", "lidmaatschap.rollen_gewijzigd", bas)


def test_the_last_of_directie(alice):
    act = lambda: actions.change_roles(membership=alice, roles=[Role.COACH], by=alice)  # noqa: E731
    refused(act, "de enige", "lidmaatschap.rollen_gewijzigd", alice)


def test_ending_ones_own_account(bureau, alice):
    act = lambda: actions.end_membership(membership=alice, by=alice)  # noqa: E731
    refused(act, "uw eigen account", "lidmaatschap.beeindigd", alice)
    assert len(refusals(bureau)) == 1


def test_inviting_with_a_role_that_is_not_ones_own_to_give(bureau, bas):
    act = lambda: actions.invite(email="x@y.test", name="X", roles=[Role.DIRECTIE], by=bas)  # noqa: E731
    refused(act, "kan alleen de directie geven", "uitnodiging.gestuurd", bas)
    with in_bureau(bureau):
        assert not Invitation.objects.exists()
        assert "x@y.test" not in str(list(Line.objects.values_list("reason", "facts")))


def test_logging_out_directie_by_the_beheerder(alice, bas):
    act = lambda: actions.end_sessions(membership=alice, by=bas)  # noqa: E731
    refused(act, "kan alleen de directie geven", "sessies.beeindigd", bas)


def test_a_reset_that_nobody_could_confirm(bureau, alice, cor):
    act = lambda: actions.ask_reset(person=cor, reason="Kwijt", by=alice)  # noqa: E731
    refused(act, "niemand die dit kan bevestigen", "reset.gevraagd", alice)


def test_a_second_verdict_in_a_review(bureau, alice, bas, cor):
    second = make_member(bureau, "Dora", Role.DIRECTIE)
    review = begun(alice)
    decided(review, bas, alice)
    line = line_of(review, bas)
    act = lambda: reviews.decide(line=line, verdict=ReviewLine.Verdict.WITHDRAWN, note="weg", by=second)  # noqa: E731
    refused(act, "besloot hier al over", "controle.regel_besloten", second)
    with in_bureau(bureau):
        assert Membership.objects.all().active().filter(pk=bas.pk).exists()


def test_what_ends_an_account_within_a_review_is_refused_once(bureau, alice):
    """The rule of the inner act speaks; the line is of the outer one."""
    fien = make_member(bureau, "Fien", Role.FG)
    review = begun(alice)
    line = line_of(review, alice)
    act = lambda: reviews.decide(line=line, verdict=ReviewLine.Verdict.WITHDRAWN, note="weg", by=fien)  # noqa: E731
    refused(act, "kan alleen de directie geven", "controle.regel_besloten", fien)
    assert [act for act, _ in refusals(bureau)] == ["controle.regel_besloten"]


def test_a_refused_act_from_the_screens_stays_in_the_log(bureau, alice, bas):
    answer = log_in(bas).post(f"/beheer/medewerkers/{alice.pk}/beeindigen/", {"reason": "Weg"})
    assert "kan alleen de directie geven" in answer.content.decode()
    assert [act for act, _ in refusals(bureau)] == ["lidmaatschap.beeindigd"]


# --- a passkey that does not fit -----------------------------------------------------------------------------------
FORGED = {"id": "AAAA", "rawId": "AAAA", "type": "public-key", "response": {
    "authenticatorData": "AAAA", "clientDataJSON": "AAAA", "signature": "AAAA", "userHandle": "MQ"}}  # fmt: skip


@pytest.mark.parametrize(
    ("sent", "counts"),
    [(json.dumps(FORGED), 1), ('{"id": 1}', 1), ("[1]", 1), ('"x"', 1), ("{}", 0), ("geen json", 0), ("", 0)],
)
def test_a_passkey_that_does_not_fit_is_noted_without_saying_whose_it_would_be(bureau, alice, sent, counts):
    """What is no passkey at all is nobody's attempt."""
    client = browser_of(bureau)
    answer = client.post("/account/tweede-stap/webauthn/login/", {"credential": sent})
    assert (answer.status_code, answer.headers["Location"]) == (302, "/account/inloggen/")
    assert refusals(bureau) == [("inloggen.geweigerd", "passkey")] * counts
    with in_bureau(bureau):
        assert all(line.object_id in ("", None) for line in Line.objects.filter(act="inloggen.geweigerd"))
