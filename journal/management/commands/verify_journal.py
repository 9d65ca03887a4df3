"""`manage.py verify_journal`: is the log still what was sealed?"""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from bureaus.models import Bureau
from bureaus.tenancy import in_bureau
from journal.verify import Verdict, verify


class Command(BaseCommand):
    help = "Controleert de keten van zegels over het logboek en noemt de eerste regel die niet klopt."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--bureau", metavar="SLUG", help="alleen dit bureau")

    def handle(self, *_: Any, **options: Any) -> None:
        bureaus = Bureau.objects.order_by("slug")
        if options["bureau"]:
            bureaus = bureaus.filter(slug=options["bureau"])
            if not bureaus:
                raise CommandError(f"Er is geen bureau met de korte naam '{options['bureau']}'.")
        broken = [bureau.slug for bureau in bureaus if not self._check(bureau)]
        if broken:
            raise CommandError(f"Het logboek klopt niet bij: {', '.join(broken)}.")

    def _check(self, bureau: Bureau) -> bool:
        with in_bureau(bureau, origin="opdracht"):
            verdict = verify()
        self.stdout.write(f"{bureau.slug}: {_said(verdict)}")
        return not verdict.broken


def _said(verdict: Verdict) -> str:
    if verdict.broken:
        return f"GEBROKEN bij {verdict.broken}"
    whole = f"in orde; {verdict.lines} regels in {verdict.seals} zegels, {verdict.unsealed} nog niet verzegeld"
    gone = f"; {verdict.wiped} regels, tot en met regel {verdict.upto}, zijn gewist na hun bewaartermijn"
    return f"{whole}{gone if verdict.wiped else ''}; laatste zegel {verdict.head}"
