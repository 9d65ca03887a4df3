"""`manage.py requests_run`: by hand what beat does each hour."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import DatabaseError

from bureaus.models import Bureau
from requests import rounds


class Command(BaseCommand):
    help = (
        "Herinnert aan verzoeken en klachten waarvan de termijn loopt: bevestigen, halverwege, nog zeven, drie en een"
        " dag, vandaag, te laat. Elke herinnering gaat één keer de deur uit, ook als dit nog eens draait."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--bureau", metavar="SLUG", help="alleen dit bureau")

    def handle(self, *_: Any, **options: Any) -> None:
        failed = []
        for bureau in _bureaus(options["bureau"]):
            try:
                sent = rounds.go_round(bureau.pk, origin="opdracht")
            except DatabaseError as error:
                failed.append(bureau.slug)
                self.stderr.write(f"{bureau.slug}: mislukt ({type(error).__name__}: {error})")
            else:
                self.stdout.write(f"{bureau.slug}: {_said(sent)}")
        if failed:
            raise CommandError(f"Niet gelukt bij: {', '.join(failed)}.")


def _bureaus(slug: str | None) -> list[Bureau]:
    found = Bureau.objects.order_by("slug")
    rows = list(found.filter(slug=slug) if slug else found)
    if slug and not rows:
        raise CommandError(f"Er is geen bureau met de korte naam '{slug}'.")
    return rows


def _said(sent: int) -> str:
    if not sent:
        return "niets te doen"
    return "1 herinnering" if sent == 1 else f"{sent} herinneringen"
