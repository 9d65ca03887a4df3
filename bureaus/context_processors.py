from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from bureaus import words
from bureaus.colour import NEUTRAL


def bureau(request: HttpRequest) -> dict[str, Any]:
    """For every template: the bureau (None on the bare host), its words and its colour."""
    here = getattr(request, "bureau", None)
    return {
        "bureau": here,
        "words": SimpleLazyObject(words.words),
        "colour": here.colour if here else NEUTRAL,
    }
