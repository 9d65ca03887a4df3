"""What a bureau's own facts must look like; every message says what to write instead."""

from __future__ import annotations

import unicodedata

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


# Left behind by word processors and mail: nobody sees it, so nobody misses it.
_DROPPED = str.maketrans("", "", "\ufeff\u00ad")
# Unicode's control, format, private and half characters, and its separators of lines.
_UNSEEN = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})
UNSEEN = (
    "Er staat een onzichtbaar teken in, of een teken dat de leesrichting omdraait. Typ de tekst over in plaats van"
    " te plakken."
)


def clean_line(text: str) -> str:
    """One line, single spaces. Raises ValidationError for signs that nobody sees: they disguise a name."""
    plain = " ".join(unicodedata.normalize("NFC", text.translate(_DROPPED)).split())
    if any(unicodedata.category(sign) in _UNSEEN for sign in plain):
        raise ValidationError(UNSEEN, code="unseen")
    return plain
