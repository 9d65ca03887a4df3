"""Files as a run meets them: does storage answer, is it quick enough, and is what was removed really gone."""

from __future__ import annotations

import time
from collections.abc import Iterable

from vault.files import delete_sealed_now, exists_sealed

SLOW = 20.0  # seconds for one answer, past which storage counts as not answering
TOO_LONG = 60.0  # seconds for all files of one dossier


class NotAnswering(Exception):
    """Storage gave no answer, or none in time; nothing was changed by asking. The text is for who reads the list."""


def check_answers(names: Iterable[str]) -> None:
    """Ask for each of these files whether it is there; no is an answer as well. Raises NotAnswering."""
    begun = time.monotonic()
    for name in names:
        _exists(name)
        if time.monotonic() - begun > TOO_LONG:
            raise NotAnswering("De opslag van bestanden antwoordt te traag. Er is niets vernietigd.")


def remove(name: str) -> None:
    """Take a file away and look whether it is gone; of one that is gone nothing happens. Raises NotAnswering."""
    try:
        delete_sealed_now(name)
    except Exception as trouble:
        raise NotAnswering(
            "De opslag nam een bestand niet weg. Het staat er nog; probeer het later opnieuw."
        ) from trouble
    if _exists(name):
        raise NotAnswering("Een bestand staat er na het verwijderen nog. Probeer het later opnieuw.")


def is_there(name: str) -> bool:
    """For the verification. Raises NotAnswering."""
    return _exists(name)


def _exists(name: str) -> bool:
    begun = time.monotonic()
    try:
        found = exists_sealed(name)
    except Exception as trouble:
        raise NotAnswering("De opslag van bestanden antwoordt niet. Probeer het later opnieuw.") from trouble
    if time.monotonic() - begun > SLOW:
        raise NotAnswering("De opslag van bestanden antwoordt te traag. Probeer het later opnieuw.")
    return found
