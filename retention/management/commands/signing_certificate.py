"""manage.py signing_certificate SLUG FILE: the bureau's certificate, by which its processen-verbaal are signed."""

from __future__ import annotations

import getpass
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from access.rules import RuleBroken
from bureaus.models import Bureau
from bureaus.tenancy import in_bureau
from retention import signing


class Command(BaseCommand):
    help = "Bewaart het certificaat (PKCS#12) waarmee processen-verbaal van een bureau worden ondertekend."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("slug")
        parser.add_argument("file", nargs="?", type=Path)
        parser.add_argument("--password-file", type=Path, help="zonder dit wordt het wachtwoord gevraagd")
        parser.add_argument("--remove", action="store_true", help="haal het certificaat weg")

    def handle(self, *_: Any, **options: Any) -> None:
        bureau = Bureau.objects.filter(slug=options["slug"]).first()
        if bureau is None:
            raise CommandError(f"Er is geen bureau {options['slug']}.")
        with in_bureau(bureau, origin="commando"):
            self.stdout.write(self._forget() if options["remove"] else self._keep(**options))

    def _forget(self) -> str:
        gone = signing.forget_certificate()
        return "Het certificaat is weg." if gone else "Er was geen certificaat."

    def _keep(self, *, file: Path | None, password_file: Path | None, **_: Any) -> str:
        if file is None:
            raise CommandError("Noem het bestand met het certificaat (.p12 of .pfx).")
        try:
            password = password_file.read_text().rstrip("\r\n") if password_file else getpass.getpass("Wachtwoord: ")
            made = signing.keep_certificate(content=file.read_bytes(), password=password)
        except (OSError, RuleBroken) as error:
            raise CommandError(str(error)) from None
        return f"Processen-verbaal worden voortaan ondertekend met het certificaat van {made.name}."
