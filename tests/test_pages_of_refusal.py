"""What a browser gets where it asks for what is not to be had that way: a page of words, with a way back."""

from __future__ import annotations

import pytest

from tests.support.people import browser_of, log_in

pytestmark = pytest.mark.django_db
BUTTON = "/beheer/verklaringen/herinneren/"  # takes a POST alone


@pytest.mark.parametrize("logged_in", [True, False])
def test_who_comes_back_to_what_a_button_did_reads_what_to_do(javawest, alice, logged_in):
    browser = log_in(alice) if logged_in else browser_of(javawest)
    answer = browser.get(BUTTON)
    assert (answer.status_code, answer["Allow"]) == (405, "POST")
    page = answer.content.decode()
    assert "Hier komt u alleen met een knop" in page
    assert 'href="/"' in page


def test_another_method_that_an_address_does_not_take_gets_the_bare_answer(alice):
    answer = log_in(alice).delete(BUTTON)
    assert (answer.status_code, answer.content) == (405, b"")
