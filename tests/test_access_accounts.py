"""Logging in: on whose host, as whom, how long, and with what second step."""

from __future__ import annotations

import pytest
import redis
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import (
    TOTP,
    format_hotp_value,
    generate_totp_secret,
    hotp_value,
    yield_hotp_counters_from_time,
)
from django.contrib.messages.storage.fallback import FallbackStorage
from django.db import connection

from access import actions
from access.models import Role, User
from bureaus.tenancy import Reach, in_bureau
from journal.models import Line
from tests.support.people import PASSWORD, browser_of, log_in, make_bureau, make_member

LOGIN = "/account/inloggen/"
pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _no_mfa(settings):
    settings.MFA_REQUIRED = False


@pytest.fixture
def werkid():
    return make_bureau("werkid", "werkid")


def who_is(client) -> str:
    answer = client.get("/account/")
    return answer.context["member"].name if answer.status_code == 200 else "niemand"


def attempt(bureau, email, password=PASSWORD):
    return browser_of(bureau).post(LOGIN, {"login": email, "password": password})


def test_someone_logs_in_at_her_own_bureau(alice):
    assert who_is(log_in(alice)) == "Alice"


def test_another_bureaus_person_is_refused_like_an_unknown_one(alice, werkid):
    def answer(email):
        found = attempt(werkid, email)
        return found.status_code, [str(error) for error in found.context["form"].non_field_errors()]

    assert answer("alice@javawest.test") == answer("niemand@nergens.test")
    assert answer("alice@javawest.test")[0] == 200


def test_the_bare_host_lets_in_its_operator_only(alice):
    actions.make_platform_operator(email="beheer@platform.test", password=PASSWORD)
    assert attempt(None, "beheer@platform.test").status_code == 302
    assert attempt(None, "alice@javawest.test").status_code == 200


def test_the_operator_does_not_get_into_a_bureau(javawest):
    actions.make_platform_operator(email="beheer@platform.test", password=PASSWORD)
    assert attempt(javawest, "beheer@platform.test").status_code == 200


def test_an_account_that_is_switched_off_is_refused_like_an_unknown_one(alice):
    User.objects.filter(pk=alice.user_id).update(is_active=False)
    found = attempt(alice.bureau, "alice@javawest.test")
    assert found.status_code == 200
    assert found.context["form"].non_field_errors()


def test_a_cookie_copied_to_another_bureau_opens_nothing_there(alice, werkid):
    make_member(werkid, "Alice elders", Role.COACH, email="alice@javawest.test")
    client = log_in(alice)
    assert client.get("/account/", headers={"host": werkid.host}).status_code == 302
    assert who_is(client) == "niemand"


def test_a_session_ends_when_the_membership_does(alice):
    client = log_in(alice)
    with in_bureau(alice.bureau):
        actions.end_membership(membership=alice)
    assert who_is(client) == "niemand"


def test_a_session_ends_when_the_password_changes_elsewhere(alice):
    stolen, own = log_in(alice), log_in(alice)
    new = "een heel andere lange zin"
    answer = own.post("/account/wachtwoord/", {"oldpassword": PASSWORD, "password1": new, "password2": new})
    assert answer.status_code == 302
    assert (who_is(stolen), who_is(own)) == ("niemand", "Alice")


def test_logging_out_ends_the_session(alice):
    client = log_in(alice)
    client.post("/account/uitloggen/")
    assert who_is(client) == "niemand"


def test_after_five_wrong_passwords_the_right_one_waits_too(alice, settings):
    for _ in range(5):
        attempt(alice.bureau, "alice@javawest.test", "fout wachtwoord")
    found = attempt(alice.bureau, "alice@javawest.test")
    assert found.status_code == 200
    assert "Te veel mislukte pogingen" in str(found.context["form"].non_field_errors())
    with redis.Redis.from_url(settings.REDIS_URL) as store:
        assert store.keys("*login_failed*")


def test_nobody_signs_up(javawest):
    assert browser_of(javawest).get("/account/signup/").status_code == 404


def test_knowing_who_acts_costs_one_query_and_the_settings(alice, django_assert_max_num_queries):
    client = log_in(alice)
    client.get("/account/")
    with django_assert_max_num_queries(12) as seen:
        client.get("/account/tweede-stap-nodig/")
    asked = [query["sql"] for query in seen.captured_queries]
    who = [sql for sql in asked if "access_user" in sql or "access_membership" in sql]
    assert len(who) == 1, asked


# --- the second step ---------------------------------------------------------------------------------------------
def code(secret: str) -> str:
    """Of this half minute: the one before is good no more once the next has begun."""
    now = sorted(yield_hotp_counters_from_time())
    return format_hotp_value(hotp_value(secret, now[len(now) // 2]))


def test_where_a_second_step_is_demanded_nothing_opens_without(alice, settings):
    client = log_in(alice)
    settings.MFA_REQUIRED, settings.MFA_EXEMPT_DOMAINS = True, []
    answer = client.get("/account/")
    assert (answer.status_code, answer["Location"]) == (302, "/account/tweede-stap-nodig/")
    assert client.get("/account/tweede-stap-nodig/").status_code == 200
    assert client.get("/account/tweede-stap/totp/activate/").status_code == 200


def test_the_demos_own_addresses_need_no_second_step(alice, settings):
    client = log_in(alice)
    settings.MFA_REQUIRED, settings.MFA_EXEMPT_DOMAINS = True, ["test"]
    assert who_is(client) == "Alice"


def test_a_second_step_set_up_in_the_browser_opens_the_house_and_is_asked_next_time(alice, settings):
    client = log_in(alice)
    settings.MFA_REQUIRED, settings.MFA_EXEMPT_DOMAINS = True, []
    page = client.get("/account/tweede-stap/totp/activate/")
    secret = page.context["form"].secret
    answer = client.post("/account/tweede-stap/totp/activate/", {"code": code(secret)})
    assert (answer.status_code, answer.headers["Location"]) == (302, "/account/tweede-stap/recovery-codes/")
    assert who_is(client) == "niemand"
    for _ in range(2):
        assert client.post("/account/tweede-stap/recovery-codes/", {"kept": "on"}).status_code in (200, 302)
    assert who_is(client) == "Alice"
    with in_bureau(alice.bureau):
        assert list(Line.objects.filter(act="herstelcodes.bewaard").values_list("membership_id")) == [(alice.pk,)]
    second = log_in(alice)
    assert who_is(second) == "niemand"
    assert second.get("/account/tweede-stap/authenticate/").status_code == 200


def test_a_code_is_good_once(alice, settings):
    secret = generate_totp_secret()
    TOTP.activate(alice.user, secret)
    first, again = log_in(alice), log_in(alice)
    now = code(secret)
    first.post("/account/tweede-stap/authenticate/", {"code": now})
    again.post("/account/tweede-stap/authenticate/", {"code": now})
    assert (who_is(first), who_is(again)) == ("Alice", "niemand")


def test_the_last_second_step_stays_where_one_is_demanded(alice, settings):
    TOTP.activate(alice.user, generate_totp_secret())
    from access.adapters import MFAAdapter

    settings.MFA_REQUIRED, settings.MFA_EXEMPT_DOMAINS = True, []
    assert not MFAAdapter().can_delete_authenticator(Authenticator.objects.get())
    settings.MFA_REQUIRED = False
    assert MFAAdapter().can_delete_authenticator(Authenticator.objects.get())


def test_the_secret_of_a_second_step_is_not_readable_in_the_database(alice):
    secret = generate_totp_secret()
    TOTP.activate(alice.user, secret)
    with connection.cursor() as cursor:
        cursor.execute("SELECT data::text FROM mfa_authenticator")
        stored = cursor.fetchone()[0]
    assert secret not in stored


def test_someone_sees_where_she_is_logged_in_and_ends_the_rest(alice, django_capture_on_commit_callbacks):
    phone, laptop = log_in(alice), log_in(alice)
    assert laptop.get("/account/sessies/").status_code == 200
    with django_capture_on_commit_callbacks(execute=True):
        laptop.post("/account/sessies/")
    assert (who_is(phone), who_is(laptop)) == ("niemand", "Alice")


def test_a_passkey_of_another_bureaus_person_opens_nothing_here(alice, werkid, rf):
    """A passkey logs in past the password's backend; the adapter is its door."""
    from access.adapters import AccountAdapter

    request = rf.post(LOGIN, headers={"host": werkid.host})
    request.session = {}
    request._messages = FallbackStorage(request)
    hooks = dict.fromkeys(["email_verification", "signal_kwargs", "email", "redirect_url"]) | {"signup": False}
    with in_bureau(werkid, reach=Reach.NONE):
        assert AccountAdapter(request).pre_login(request, alice.user, **hooks)["Location"] == LOGIN
    with in_bureau(alice.bureau, reach=Reach.NONE):
        assert AccountAdapter(request).pre_login(request, alice.user, **hooks) is None


def test_passwords_are_hashed_as_dearly_as_django_advises_outside_the_tests(servers):
    asked = "from django.contrib.auth.hashers import make_password; print(make_password('een lange zin'))"
    assert servers.run_manage("shell", "-c", asked).splitlines()[-1].startswith("scrypt$16384$")
