"""`manage.py check_tenancy`: do the walls between bureaus stand in this database?"""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from bureaus.walls import gaps, tenant_models


class Command(BaseCommand):
    help = "Controleert in de database zelf of elke tabel van een bureau achter de muren staat; noemt elk gat."

    def handle(self, *_: Any, **__: Any) -> None:
        found = gaps()
        if found:
            raise CommandError("\n".join(found))
        self.stdout.write(f"De muren staan om alle {len(tenant_models())} tabellen.")
