from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from bureaus.models import Bureau
from vault.actions import rotate_bureau_key
from vault.errors import VaultError


class Command(BaseCommand):
    help = "Geef bureaus een nieuwe sleutel en vernietig de oude: sleutels in oudere back-ups zijn daarna dood."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--bureau", metavar="SLUG", help="alleen dit bureau")

    def handle(self, *_: Any, bureau: str | None = None, **__: Any) -> None:
        for one in _chosen(bureau):
            try:
                generation = rotate_bureau_key(bureau=one)
            except VaultError as error:
                raise CommandError(f"{one.slug}: {error}") from error
            self.stdout.write(f"{one.slug}: sleutel nummer {generation}")


def _chosen(slug: str | None) -> list[Bureau]:
    chosen = list(Bureau.objects.filter(slug=slug) if slug else Bureau.objects.order_by("slug"))
    if slug and not chosen:
        raise CommandError(f"Er is geen bureau met de korte naam {slug}.")
    return chosen
