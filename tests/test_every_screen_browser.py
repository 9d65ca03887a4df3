"""Every screen that the table of permissions knows, in a real browser: axe finds nothing, and the console is silent."""

from __future__ import annotations

import pytest

from tests.support.axe import check_page
from tests.support.browser import DESKTOP, PHONE
from tests.support.permissions import PERSONAS
from tests.support.screens import stand_well, window_of
from tests.test_permissions import NEVER_GIVEN, PARTS, URLS, rows_of, world  # noqa: F401

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
# Answers that are no page.
NO_SCREEN = {
    "bureau_css", "bureau_logo", "healthz", "readyz", "dossiers:file", "portal:file", "portal:released_file",
    "access:session", "access:review_paper", "access:declaration_file", "requests:scan",
    "retention:pv_paper", "retention:pv_annex", "retention:pv_certificate", "retention:paper_table",
    "requests:processing_paper", "requests:processing_table", "requests:letter_file", "requests:letter",
    "requests:copy_progress", "requests:redact_page", "requests:calendar_feed", "consent:disclosure_paper",
    "consent:handed_scan", "consent:agreement_scan", "reglement:public_paper",
    "consent:form", "consent:scan", "consent:information_paper",
}  # fmt: skip
# A world takes seconds to make: two for each width, not one for each part.
HALVES = (tuple(PARTS)[::2], tuple(PARTS)[1::2])


def who_sees(expected: list[str]) -> str:
    """The first persona that gets the page; nobody at all where it is for everyone."""
    return next((who for who, status in zip(PERSONAS, expected, strict=True) if status == "200"), "")


def screens(part: str) -> list[tuple[str, str]]:
    rows = [(name, who_sees(expected)) for name, method, expected in rows_of(part) if method == "GET"]
    return [(name, who) for name, who in rows if who and name not in NO_SCREEN]


@pytest.mark.timeout(600)
@pytest.mark.parametrize("parts", HALVES, ids=lambda parts: "+".join(parts))
@pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["desk", "phone"])
def test_every_screen_stands_well(world, live_url, new_page, size, parts):  # noqa: F811
    stand_well(world, live_url, new_page, size, [(who, name) for part in parts for name, who in screens(part)])


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
            "access:reset_use", "consent:fetch",
            "home", "access:accept", "access:ask", "dossiers:finish", "retention:papers", "retention:paper",
            "mfa_authenticate", "mfa_reauthenticate", "mfa_login_webauthn",
            "mfa_reauthenticate_webauthn", "mfa_deactivate_totp", "mfa_view_recovery_codes",
            "mfa_download_recovery_codes", "mfa_remove_webauthn", "mfa_edit_webauthn",
        }
    )  # fmt: skip
