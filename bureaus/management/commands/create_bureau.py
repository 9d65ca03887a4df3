from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser

from bureaus import presets
from bureaus.actions import Adopter, create_bureau


class Command(BaseCommand):
    help = "Maakt een bureau met een voorbeeldreglement als eerste versie."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("slug", help="korte naam, bijvoorbeeld javawest")
        parser.add_argument("--preset", required=True, choices=presets.NAMES)
        parser.add_argument("--host", help="hostnaam; zonder deze: SLUG onder de host van de installatie")
        parser.add_argument("--name", default="", help="statutaire naam; zonder deze: die van het voorbeeld")

    def handle(self, *_: Any, **options: Any) -> None:
        try:
            bureau = create_bureau(
                slug=options["slug"],
                preset=options["preset"],
                host=options["host"],
                legal_name=options["name"],
                by=Adopter("beheer van het platform (opdrachtregel)"),
            )
        except ValidationError as error:
            raise CommandError(
                " ".join(f"{field}: {' '.join(texts)}" for field, texts in error.message_dict.items())
            ) from error
        self.stdout.write(f"{bureau} staat klaar op {bureau.host}.")
