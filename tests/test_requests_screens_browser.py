"""Every screen of requests for each role that may see it, in a real browser."""

from __future__ import annotations

import pytest

from tests.support.browser import DESKTOP, PHONE
from tests.support.permissions import PERSONAS
from tests.support.screens import stand_well
from tests.test_every_screen_browser import NO_SCREEN
from tests.test_permissions import rows_of, world  # noqa: F401

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True), pytest.mark.timeout(900)]
# Who see the same are walked once: another client sees but their own, and the coach of elsewhere an empty list.
LEFT = {"other_client", "stranger", "elsewhere"}


def screens() -> list[tuple[str, str]]:
    """Persona and address, so that each window is opened once."""
    return sorted(
        (who, name)
        for name, method, expected in rows_of("requests")
        if method == "GET" and name not in NO_SCREEN
        for who, status in zip(PERSONAS, expected, strict=True)
        if status == "200" and who not in LEFT
    )


def test_each_role_that_the_requests_are_for_is_walked():
    assert {who for who, _ in screens()} == {
        "coach", "directie", "administratie", "fg", "beheerder", "client", "gemachtigde",
    }  # fmt: skip


@pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["desk", "phone"])
def test_every_screen_of_requests_stands_well_for_every_role(world, live_url, new_page, size):  # noqa: F811
    stand_well(world, live_url, new_page, size, screens())
