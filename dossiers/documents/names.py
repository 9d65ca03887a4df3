"""What a file may be called: names come from outside and end on other people's disks."""

from __future__ import annotations

import re
import unicodedata

from dossiers.documents.kinds import Kind, Refused

LENGTH = 150  # characters, extension included
# Overrides and isolates: `cv<RLO>fdp.exe` reads as `cvexe.pdf`.
_TURNING = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
_UNWRITABLE = re.compile(r'[<>:"|?*]')
_EXTENSION = re.compile(r"\.([A-Za-z0-9]{1,10})\Z")


def clean_name(raw: str) -> str:
    """The name without path, control characters and characters without width, of at most LENGTH characters.

    Raises Refused for a name whose order of reading is turned, which would show another extension than it has.
    """
    if _TURNING.intersection(raw):
        raise Refused("De naam bevat tekens die de leesrichting omdraaien. Geef het bestand een gewone naam.")
    last = re.split(r"[/\\]", raw)[-1]
    shown = "".join(sign if not sign.isspace() else " " for sign in last if sign.isspace() or _is_shown(sign))
    plain = _UNWRITABLE.sub("-", unicodedata.normalize("NFC", shown))
    return _shorten(" ".join(plain.split()).strip(". ")) or "bestand"


def with_extension(name: str, kinds: tuple[Kind, ...]) -> tuple[str, Kind]:
    """The name and the one of these kinds that its extension fits; a name without extension gets that of the first.

    Raises Refused where the name says it is something else than the content is.
    """
    found = _EXTENSION.search(name)
    if found is None:
        return f"{name}.{kinds[0].extensions[0]}", kinds[0]
    for kind in kinds:
        if found[1].lower() in kind.extensions:
            return name, kind
    fits = ", ".join(f".{extension}" for kind in kinds for extension in kind.extensions[:2])
    raise Refused(
        f"De naam eindigt op .{found[1]}, maar dit is {kinds[0].label}. Laat de naam eindigen op {fits},"
        " als u zeker weet dat dit het goede bestand is."
    )


def _is_shown(sign: str) -> bool:
    return not unicodedata.category(sign).startswith("C")


def _shorten(name: str) -> str:
    found = _EXTENSION.search(name)
    end = found[0] if found else ""
    return name[: len(name) - len(end)][: LENGTH - len(end)].rstrip(". ") + end if len(name) > LENGTH else name
