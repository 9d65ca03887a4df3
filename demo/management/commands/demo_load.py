"""`manage.py demo_load`: the five bureaus with generated people. Again completes what is there."""

from __future__ import annotations

from argparse import ArgumentParser
from datetime import date
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from demo.people.accounts import DemoOnly, make_operator
from demo.people.house import OtherDemo
from demo.people.load import load_bureau
from demo.people.places import SLUGS


class Command(BaseCommand):
    help = "Load the demo's bureaus with generated people; what is there already is kept."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--seed", type=int, default=1, help="the same seed gives the same people")
        parser.add_argument("--clients", type=int, default=40, help="clients per bureau")
        parser.add_argument("--bureau", choices=SLUGS, help="this bureau only")
        parser.add_argument(
            "--without-files", action="store_true", help="rows only: for load tests, in a third of the time"
        )
        parser.add_argument("--today", type=date.fromisoformat, help="the day on which their stories stand still")

    def handle(self, **options: Any) -> None:
        today = options["today"] or timezone.localdate()
        chosen = {"seed": options["seed"], "clients": options["clients"]}
        try:
            make_operator()
            for slug in [options["bureau"]] if options["bureau"] else SLUGS:
                made = load_bureau(slug, today=today, files=not options["without_files"], **chosen)
                self.stdout.write(f"  {slug}: {made} clients loaded" if made else f"  {slug}: all there already")
        except (DemoOnly, OtherDemo) as error:
            raise CommandError(str(error)) from error
