"""What a bureau's own facts must look like; every message says what to write instead."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator

from bureaus.colour import dark_enough, darkened, is_colour

slug = RegexValidator(
    r"\A[a-z][a-z0-9]*(-[a-z0-9]+)*\Z",
    "Gebruik kleine letters, cijfers en streepjes, te beginnen met een letter (bijvoorbeeld 'javawest').",
)
kvk = RegexValidator(r"\A[0-9]{8}\Z", "Een KvK-nummer heeft acht cijfers.")
postcode = RegexValidator(r"\A[1-9][0-9]{3} [A-Z]{2}\Z", "Schrijf de postcode als '1234 AB'.")
host = RegexValidator(
    r"\A(?=.{1,253}\Z)[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?(\.[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?)*\Z",
    "Schrijf de hostnaam in kleine letters, zonder http:// en zonder poort (bijvoorbeeld 'javawest.localhost').",
)


def colour(value: str) -> None:
    """A colour is written as #rrggbb and carries white text (WCAG 2.2, 1.4.3)."""
    if not is_colour(value):
        raise ValidationError("Schrijf de kleur als # met zes cijfers of letters a tot en met f, zoals #1f4e79.")
    if not dark_enough(value):
        raise ValidationError(
            f"Deze kleur is te licht: witte letters zijn er niet goed op te lezen. Neem bijvoorbeeld {darkened(value)}."
        )
