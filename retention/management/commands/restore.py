"""`manage.py restore DIR`: a backup into an empty database, brought up to today before anyone can log in (ADR 0022)."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from retention.actions.replaying import Replayed
from retention.backups import Refused
from retention.backups.restoring import Restored, put_back

SHOWN = 20  # numbers in a line


class Command(BaseCommand):
    help = (
        "Zet een reservekopie terug in een lege database, met de sleutelbos van vandaag. Wat sinds die reservekopie is"
        " vernietigd, wordt opnieuw vernietigd voordat iemand kan inloggen."
    )
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("directory", metavar="MAP")
        parser.add_argument("--set", default="", metavar="NAAM", help="welke; zonder deze de nieuwste")

    def handle(self, *_: Any, directory: str, **options: Any) -> None:
        try:
            done = put_back(directory, options["set"], say=self.stdout.write)
        except Refused as refused:
            raise CommandError(str(refused)) from refused
        for line in _report(done):
            self.stdout.write(line)


def _report(done: Restored) -> list[str]:
    lines = [one for slug, again in done.replayed.items() if (one := _again(slug, again))]
    if done.without_key:
        numbers = [f"{slug} {number}" for slug, number in done.without_key]
        more = f" en {len(numbers) - SHOWN} andere" if len(numbers) > SHOWN else ""
        lines.append(f"Zonder sleutel, dus niet te lezen: {', '.join(numbers[:SHOWN])}{more}.")
    lines.append(f"Teruggezet: reservekopie {done.name}, {done.files} bestanden, {done.keys} sleutels.")
    lines.append("De database is weer open: iedereen kan inloggen.")
    return lines


def _again(slug: str, again: Replayed) -> str:
    parts = []
    if again.dossiers or again.stukken or again.records:
        what = f"{len(again.dossiers)} dossiers, {again.stukken} stukken, {again.records} bewaarde gegevens"
        parts.append(f"opnieuw vernietigd: {what} en {again.files} bestanden")
    if again.stay:
        parts.append(
            f"gebleven: {again.stay} personen of accounts, omdat een ander dossier van hen in de reservekopie staat"
        )
    if again.papers:
        parts.append(f"processen-verbaal teruggezet: {', '.join(again.papers)}")
    if again.lost:
        parts.append(f"van deze processen-verbaal is alleen het nummer bekend: {', '.join(again.lost)}")
    return f"{slug}: {'; '.join(parts)}." if parts else ""
