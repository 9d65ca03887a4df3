"""`manage.py retention_run`: by hand what beat does at night, and after it whatever is approved and has cooled off."""

from __future__ import annotations

import getpass
import os
from datetime import date
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import DatabaseError
from django.utils.dateparse import parse_date

from bureaus.models import Bureau
from bureaus.reglement import NoReglement
from bureaus.tenancy import in_bureau
from journal.actions import record
from retention import rounds
from retention.execution_tasks import run_bureau
from vault.errors import VaultError

RUN, ORIGIN = "bewaartermijnen.apart_nagelopen", "opdracht"


class Command(BaseCommand):
    help = (
        "Rekent de bewaartermijnen na, stelt vernietigingslijsten voor, mailt, en voert uit wat is goedgekeurd en"
        " waarvan de bedenktijd voorbij is. Een tweede keer op dezelfde dag doet niets meer."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--bureau", metavar="SLUG", help="alleen dit bureau")
        parser.add_argument(
            "--today",
            metavar="DATUM",
            help="stel voor wat op deze dag (jjjj-mm-dd) aan de beurt is; uitvoeren gaat altijd op de klok van de"
            " database",
        )

    def handle(self, *_: Any, **options: Any) -> None:
        today, failed = _day(options["today"]), []
        for bureau in _bureaus(options["bureau"]):
            try:
                outcome = rounds.go_round(bureau.pk, today=today, origin=ORIGIN)
                if today is not None:
                    _note(bureau, today, outcome)
                done = run_bureau(bureau.pk)
            except NoReglement as none:
                self.stdout.write(f"{bureau.slug}: {none}")
            except (DatabaseError, VaultError, OSError) as error:
                failed.append(bureau.slug)
                self.stderr.write(f"{bureau.slug}: mislukt ({type(error).__name__}: {error})")
            else:
                self.stdout.write(f"{bureau.slug}: {_said(outcome, done)}")
        if failed:
            raise CommandError(f"Niet gelukt bij: {', '.join(failed)}.")


def _bureaus(slug: str | None) -> list[Bureau]:
    found = Bureau.objects.order_by("slug")
    rows = list(found.filter(slug=slug) if slug else found)
    if slug and not rows:
        raise CommandError(f"Er is geen bureau met de korte naam '{slug}'.")
    return rows


def _note(bureau: Bureau, today: date, outcome: rounds.Outcome) -> None:
    """A chosen day is no round of the night: the log says who chose it and what was proposed."""
    facts = {"by": _who(), "reference_date": today, "lists": list(outcome.lists), "dossiers": outcome.dossiers}
    with in_bureau(bureau.pk, origin=ORIGIN):
        record(act=RUN, facts=facts)


def _who() -> str:
    """The account on this machine; its number where that has no name, as in a container."""
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return str(os.getuid())


def _day(text: str | None) -> date | None:
    if text is None:
        return None
    try:
        day = parse_date(text)
    except ValueError:
        day = None
    if day is None:
        raise CommandError(f"'{text}' is geen datum. Schrijf bijvoorbeeld 2026-03-01.")
    return day


def _said(outcome: rounds.Outcome, done: int) -> str:
    if outcome.is_nothing and not done:
        return "niets te doen"
    lists = f" op lijst {', '.join(outcome.lists)}" if outcome.lists else ""
    log = f" {outcome.lines} regels van het logboek gewist," if outcome.lines else ""
    return (
        f"{outcome.dates} datums bijgewerkt, {outcome.dossiers} voorgesteld{lists}, {outcome.mails} mails,"
        f" {outcome.wiped} gewist,{log} {done} uitgevoerd"
    )
