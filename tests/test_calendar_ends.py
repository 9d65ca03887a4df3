"""An address that lets in ends with what it was given on, and lies in no log of ours (ADR 28)."""

from __future__ import annotations

import io
import logging
import runpy
from pathlib import Path

import pytest
from django.core.cache import cache

from access.actions.resets import ask_reset, confirm_reset, use_reset
from access.models import CalendarLink, Membership, Role
from bureaus.tenancy import in_bureau
from config.logs import WithoutTokens, blank
from journal.models import Line
from tests.support.people import PASSWORD, acting, browser_of, log_in, make_bureau, make_member

pytestmark = pytest.mark.django_db
NEW = "een-heel-ander-wachtwoord-2026"


@pytest.fixture
def coach() -> Membership:
    cache.clear()
    return make_member(make_bureau(), "Carla", Role.COACH)


def address(member) -> str:
    page = log_in(member).post("/account/agenda/maken/")
    return "/" + page.context["address"].split("/", 3)[3]


def status(member, path: str) -> int:
    return int(browser_of(member.bureau).get(path).status_code)


def test_a_new_password_ends_the_address(coach):
    path = address(coach)
    assert status(coach, path) == 200
    typed = {"oldpassword": PASSWORD, "password1": NEW, "password2": NEW}
    assert log_in(coach).post("/account/wachtwoord/", typed).status_code == 302
    assert status(coach, path) == 404
    with in_bureau(coach.bureau):
        assert Line.objects.filter(act="agenda.ingetrokken", reason__contains="wachtwoord").count() == 1


def test_at_every_bureau(coach):
    elsewhere = make_bureau("werkid", "werkid")
    other = make_member(elsewhere, "Carla", Role.COACH, email=coach.user.email)
    path = address(other)
    log_in(coach).post("/account/wachtwoord/", {"oldpassword": PASSWORD, "password1": NEW, "password2": NEW})
    assert status(other, path) == 404


def test_a_second_step_that_is_taken_away_ends_it(coach):
    path = address(coach)
    dirk, fleur = make_member(coach.bureau, "Dirk", Role.DIRECTIE), make_member(coach.bureau, "Fleur", Role.FG)
    with acting(dirk):
        reset = ask_reset(person=coach, reason="telefoon kwijt", by=dirk)
    with acting(fleur):
        reset = confirm_reset(reset=reset, by=fleur)
    with in_bureau(coach.bureau):
        assert use_reset(token=reset.token, password=PASSWORD)
        assert not CalendarLink.objects.exists()
    assert status(coach, path) == 404


# -- what our own log says ---------------------------------------------------------------------------------------------
@pytest.fixture
def written():
    """What the log of this process writes, by the handler that settings.py makes."""
    (handler,) = [one for one in logging.getLogger().handlers if any(isinstance(f, WithoutTokens) for f in one.filters)]
    before, stream = handler.stream, io.StringIO()
    handler.setStream(stream)
    yield stream
    handler.setStream(before)


@pytest.mark.parametrize(
    "path", ["/agenda/{}.ics", "/ophalen/{}/", "/uitnodiging/{}/", "/account/herstel/{}/", "/wachtwoord/nieuw/3-{}/"]
)
def test_a_request_that_is_refused_is_logged_without_its_token(coach, written, path):
    token = "Zm9vYmFyLWJhei1xdXV4LTEyMzQ1Njc4OTA"
    browser_of(coach.bureau).get(path.format(token))
    browser_of(coach.bureau).post(path.format(token) + "verder/")
    said = written.getvalue()
    assert token not in said
    assert "***" in said


def test_the_web_servers_own_log_is_blanked_too(caplog):
    runpy.run_path(str(Path(__file__).parent.parent / "gunicorn.conf.py"))["on_starting"](None)
    log = logging.getLogger("gunicorn.access")
    try:
        with caplog.at_level("INFO", logger=log.name):
            log.info(
                '%(h)s "%(r)s" "%(f)s"', {"h": "::1", "r": "GET /ophalen/geheim/ HTTP/1.1", "f": "x/agenda/geheim.ics"}
            )
        assert "geheim" not in caplog.text
        assert "/ophalen/***/" in caplog.text
    finally:
        for name in ("gunicorn.access", "gunicorn.error"):
            logging.getLogger(name).filters.clear()


def test_what_lets_nobody_in_is_written_as_it_was():
    assert blank("GET /account/agenda/maken/ /verzoeken/agenda/ /ophalen/") == (
        "GET /account/agenda/maken/ /verzoeken/agenda/ /ophalen/"
    )
