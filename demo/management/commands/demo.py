"""`manage.py demo`: the whole product on this machine with generated people, until Ctrl-C."""

from __future__ import annotations

import sys
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from demo.supervisor import Demo, Options


class Command(BaseCommand):
    help = "Start database, queue, web, worker and beat with generated people; Ctrl-C stops everything."
    # It runs before any database exists, and touches none in its own process.
    requires_system_checks = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--clients", type=int, default=40, help="clients per bureau, loaded the first time")
        parser.add_argument("--seed", type=int, default=1, help="the same seed gives the same people")
        parser.add_argument("--port", type=int, default=8000)
        parser.add_argument("--until-ready", action="store_true", help="stop again as soon as everything is up")

    def handle(self, **options: Any) -> None:
        chosen = Options(options["clients"], options["seed"], options["port"], options["until_ready"])
        sys.exit(Demo(chosen, say=self.say).run())

    def say(self, line: str) -> None:
        self.stdout.write(line)
        self.stdout.flush()
