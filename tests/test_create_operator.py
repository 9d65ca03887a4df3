"""The first account of an installation."""

from __future__ import annotations

import re

import pytest
from django.core import mail
from django.core.management import CommandError, call_command

from access.models import User
from tests.support.people import browser_of

pytestmark = pytest.mark.django_db
NEW_PASSWORD = "nog een lange zin om te onthouden"


def test_the_new_operator_chooses_a_password_by_mail_and_gets_in(django_capture_on_commit_callbacks, capsys) -> None:
    call_command("create_operator", "Beheer@Voorbeeld.test")
    assert "/account/wachtwoord/vergeten/" in capsys.readouterr().out
    browser = browser_of(None)
    with django_capture_on_commit_callbacks(execute=True):
        browser.post("/account/wachtwoord/vergeten/", {"email": "beheer@voorbeeld.test"})
    path = re.search(r"https?://[^/\s]+(/\S+)", mail.outbox[0].body)[1]
    page = browser.get(path, follow=True)
    answer = browser.post(
        page.redirect_chain[-1][0], {"password1": NEW_PASSWORD, "password2": NEW_PASSWORD}, follow=True
    )
    assert answer.status_code == 200
    browser.post("/account/inloggen/", {"login": "beheer@voorbeeld.test", "password": NEW_PASSWORD})
    assert browser.get("/platform/").status_code == 200


def test_the_operator_can_be_made_twice() -> None:
    call_command("create_operator", "beheer@voorbeeld.test")
    call_command("create_operator", "beheer@voorbeeld.test")
    assert User.objects.filter(is_platform_operator=True).count() == 1


def test_what_is_no_address_is_refused() -> None:
    with pytest.raises(CommandError, match="geen e-mailadres"):
        call_command("create_operator", "beheer")
