"""`manage.py create_operator EMAIL`: the first account of an installation; from there on everything goes by screen."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.core.validators import validate_email
from django.urls import reverse

from access.actions import make_platform_operator
from access.urlbase import base_url


class Command(BaseCommand):
    help = "Maakt een beheerder van het platform: maakt bureaus en ziet geen enkel dossier. Zonder wachtwoord."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("email")

    def handle(self, *_: Any, email: str, **__: Any) -> None:
        try:
            validate_email(email)
        except ValidationError as error:
            raise CommandError(f"'{email}' is geen e-mailadres.") from error
        user = make_platform_operator(email=email)
        page = base_url(None) + reverse("account_reset_password")
        self.stdout.write(f"{user.email} is beheerder van het platform. Een wachtwoord kiezen: {page}")
