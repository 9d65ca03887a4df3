"""`manage.py backup DIR`: database, files and wrapped keys; run as the backup role (ADR 0022)."""

from __future__ import annotations

import errno
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from retention.backups import Refused
from retention.backups.making import Made, make
from retention.backups.second_place import check_second_place, copy_keyring
from vault.errors import VaultError

APART = (
    "De sleutelbos zit hier NIET in: zonder die opent niets hiervan. Kopieer hem na elke wijziging naar een andere"
    " plaats dan deze map, en bewaar daar alleen de laatste (--keyring-to MAP doet dat)."
)


class Command(BaseCommand):
    help = (
        "Maakt een reservekopie van database, bestanden en verzegelde sleutels in een map."
        " De sleutelbos blijft erbuiten."
    )
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("directory", metavar="MAP", help="alleen voor reservekopieën en alleen voor wie dit draait")
        parser.add_argument("--keyring-to", metavar="MAP", help="kopieer ook de sleutelbos, naar een andere plaats")

    def handle(self, *_: Any, directory: str, keyring_to: str | None, **__: Any) -> None:
        try:
            if keyring_to:
                check_second_place(keyring_to, directory)
            self.tell(_made(directory))
            if keyring_to:
                self.stdout.write(f"Sleutelbos: {_copied(keyring_to, directory)} namen in {keyring_to}.")
            else:
                self.stdout.write(APART)
        except (Refused, VaultError) as refused:
            raise CommandError(str(refused)) from refused

    def tell(self, made: Made) -> None:
        self.stdout.write(
            f"Reservekopie {made.name}: database {made.bytes} bytes, {made.files} bestanden, {made.keys} sleutels."
        )
        if made.expired:
            self.stdout.write(f"Over hun termijn en weg: {', '.join(made.expired)}.")
        if made.dropped:
            self.stdout.write(f"{made.dropped} bestanden die in geen reservekopie meer staan, zijn weg.")


def _made(directory: str) -> Made:
    try:
        return make(directory)
    except OSError as error:
        raise CommandError(said(error)) from error


def _copied(keyring_to: str, directory: str) -> int:
    try:
        return copy_keyring(keyring_to, directory)
    except OSError as error:
        why = f"{error.strerror or error} ({error.filename or keyring_to})"
        raise CommandError(f"De reservekopie is er, maar de sleutelbos is niet gekopieerd: {why}.") from error


def said(error: OSError) -> str:
    """Why there is no new set."""
    if error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG):
        return "De schijf is vol. Er is geen nieuwe reservekopie; wat er al stond is er nog."
    return f"Er is geen nieuwe reservekopie: {error.strerror or error} ({error.filename or 'opslag'})."
