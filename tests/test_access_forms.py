"""What is wrong in the forms of people, accounts and bureaus is said beside its field; what was typed stays."""

from __future__ import annotations

import pytest

from access import actions
from access.models import Invitation, Membership, Role
from bureaus.models import Bureau
from bureaus.tenancy import in_bureau
from tests.support.people import PASSWORD, browser_of, log_in, make_bureau, make_member

pytestmark = pytest.mark.django_db
SCRIPT = "<script>alert(1)</script>"
LINES = [
    ("", "verplicht"),
    ("\u200b", "onzichtbaar teken"),
    ("Eva\u202eavE", "leesrichting"),
    ("E\x00va", "onzichtbaar teken"),
    ("x" * 300, "ten hoogste 120 tekens"),
]
INVITE, BUREAU, ACCOUNT = "/beheer/medewerkers/uitnodigen/", "/platform/nieuw/", "/account/"


@pytest.fixture(autouse=True)
def _no_mfa(settings):
    settings.MFA_REQUIRED = False


@pytest.fixture
def dora():
    return make_member(make_bureau(), "Dora", Role.DIRECTIE)


@pytest.fixture
def operator(db):
    user = actions.make_platform_operator(email="beheer@platform.test", password=PASSWORD)
    browser = browser_of(None)
    browser.post("/account/inloggen/", {"login": user.email, "password": PASSWORD})
    return browser


def invitation(**changes):
    return {"email": "eva@nieuw.test", "name": "Eva", "roles": ["coach"]} | changes


def bureau(**changes):
    given = {
        "legal_name": "Nieuw B.V.",
        "slug": "nieuw",
        "preset": "werkid",
        "name": "Fien",
        "email": "fien@nieuw.test",
    }
    return given | changes


def errors(answer, field):
    assert answer.status_code == 200
    return " ".join(answer.context["form"].errors.get(field, []))


@pytest.mark.parametrize(
    ("field", "wrong", "message"),
    [
        *(("name", wrong, message) for wrong, message in LINES),
        ("email", "eva@", "geldig e-mailadres"),
        ("email", "eva@nieuw.test\x00", "geldig e-mailadres"),
        ("roles", [], "ten minste één rol"),
        ("roles", ["client"], "kunt u niet geven"),
    ],
)
def test_an_invitation_that_is_wrong_is_not_sent_and_the_rest_stays(dora, field, wrong, message):
    answer = log_in(dora).post(INVITE, invitation(**{field: wrong}))
    assert message in errors(answer, field)
    if field != "email":
        assert 'value="eva@nieuw.test"' in answer.content.decode()
    with in_bureau(dora.bureau):
        assert not Invitation.objects.exists()


@pytest.mark.parametrize(("wrong", "message"), LINES)
def test_a_membership_does_not_end_without_a_reason_that_can_be_read(dora, wrong, message):
    bob = make_member(dora.bureau, "Bob", Role.COACH)
    answer = log_in(dora).post(f"/beheer/medewerkers/{bob.pk}/beeindigen/", {"reason": wrong})
    assert message in errors(answer, "reason")
    with in_bureau(dora.bureau):
        assert Membership.objects.get(pk=bob.pk).active_until is None


@pytest.mark.parametrize(("wrong", "message"), LINES)
def test_ones_own_name_can_be_read_by_others(dora, wrong, message):
    assert message in errors(log_in(dora).post(ACCOUNT, {"name": wrong}), "name")
    with in_bureau(dora.bureau):
        assert Membership.objects.get(pk=dora.pk).name == dora.name


@pytest.mark.parametrize(
    ("field", "wrong", "message"),
    [
        *(("legal_name", wrong, message) for wrong, message in LINES),
        *(("name", wrong, message) for wrong, message in LINES),
        ("slug", "Nieuw Bureau", "kleine letters"),
        ("slug", "n" * 300, "40 tekens"),
        ("preset", "onbekend", "geldige keuze"),
        ("email", "fien", "geldig e-mailadres"),
    ],
)
def test_a_bureau_that_is_wrong_is_not_made_and_the_rest_stays(operator, field, wrong, message):
    answer = operator.post(BUREAU, bureau(**{field: wrong}))
    assert message in errors(answer, field)
    if field != "slug":
        assert 'value="nieuw"' in answer.content.decode()
    assert not Bureau.objects.filter(slug="nieuw").exists()


def test_a_name_with_a_script_in_it_is_shown_as_a_name(dora):
    browser = log_in(dora)
    browser.post(ACCOUNT, {"name": SCRIPT})
    browser.post(INVITE, invitation(name=SCRIPT))
    for page in (ACCOUNT, "/beheer/medewerkers/", "/werkvoorraad/"):
        shown = browser.get(page).content.decode()
        assert SCRIPT not in shown
        assert "&lt;script&gt;alert(1)" in shown
