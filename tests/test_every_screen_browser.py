"""Every screen that the table of permissions knows, in a real browser: axe finds nothing, and the console is silent."""

from __future__ import annotations

import pytest

from tests.support.axe import check_page
from tests.support.browser import DESKTOP, PHONE
from tests.support.permissions import PERSONAS
from tests.test_permissions import NEVER_GIVEN, PARTS, URLS, rows_of, world  # noqa: F401

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
# Answers that are no page.
NO_SCREEN = {"bureau_css", "healthz", "readyz", "dossiers:file", "portal:file", "portal:released_file"}


def who_sees(expected: list[str]) -> str:
    """The first persona that gets the page; nobody at all where it is for everyone."""
    return next((who for who, status in zip(PERSONAS, expected, strict=True) if status == "200"), "")


def screens(part: str) -> list[tuple[str, str]]:
    rows = [(name, who_sees(expected)) for name, method, expected in rows_of(part) if method == "GET"]
    return [(name, who) for name, who in rows if who and name not in NO_SCREEN]


def window_of(world, who, live_url, new_page, size):  # noqa: F811
    """A window of this persona, who logged in already."""
    page = new_page(size)
    slug = {"operator": "", "elsewhere": "werkid"}.get(who, "javawest")
    home = live_url(slug, "/")
    cookies = world.browsers[who].cookies
    if cookies:
        page.context.add_cookies([{"name": name, "value": one.value, "url": home} for name, one in cookies.items()])
    return page, slug


@pytest.mark.parametrize("part", PARTS)
@pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["desk", "phone"])
def test_every_screen_stands_well(world, live_url, new_page, size, part):  # noqa: F811
    windows, faults = {}, []
    for name, who in screens(part):
        page, slug = windows.get(who) or windows.setdefault(who, window_of(world, who, live_url, new_page, size))
        answer = page.goto(live_url(slug, world.path(name, {})))
        assert answer.status == 200, f"{name} for {who}: {answer.status}"
        try:
            check_page(page)
        except AssertionError as fault:
            faults.append(f"{name} ({who}): {fault}")
    assert windows
    assert not faults, "\n".join(faults)


@pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["desk", "phone"])
def test_a_refusal_stands_as_well_as_a_page(world, live_url, new_page, size):  # noqa: F811
    for who, name, ids, status in (
        ("coach", "access:people", {}, 403),
        ("coach", "dossiers:detail", {"dossier_id": NEVER_GIVEN}, 404),
        ("client", "dossiers:detail", {}, 404),
        ("payer", "portal:traject", {"traject_id": NEVER_GIVEN}, 404),
        ("nobody", "access:accept", {}, 410),
    ):
        page, slug = window_of(world, who, live_url, new_page, size)
        page.allowed_errors.append(f"status of {status}")
        assert page.goto(live_url(slug, world.path(name, ids))).status == status
        check_page(page)


def test_no_screen_is_passed_over():
    """What is left out is no page, or asks for something that nobody here has (a second step)."""
    shown = {name for part in PARTS for name, _ in screens(part)}
    left = {name for name in URLS if name not in shown and name not in NO_SCREEN}
    asks = {name for part in PARTS for name, method, _ in rows_of(part) if method == "POST"}
    assert sorted(left - asks) == sorted(
        {
            "home", "access:accept", "dossiers:finish", "mfa_authenticate", "mfa_reauthenticate", "mfa_login_webauthn",
            "mfa_reauthenticate_webauthn", "mfa_deactivate_totp", "mfa_view_recovery_codes",
            "mfa_download_recovery_codes", "mfa_remove_webauthn", "mfa_edit_webauthn",
        }
    )  # fmt: skip
