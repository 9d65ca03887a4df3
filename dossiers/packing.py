"""Why what was packed of a dossier could not be, for who looks at it: never a word of the dossier itself."""

from __future__ import annotations

from celery.exceptions import SoftTimeLimitExceeded

from access.rules import RuleBroken
from vault.errors import VaultError

LENGTH = 300  # characters of the column that it stands in


def why_not(error: Exception, *, what: str = "Het pakket", nothing: str = "Er is niets ingepakt.") -> str:
    """`what` was to be made; `nothing` says that it was not."""
    if isinstance(error, RuleBroken):
        return str(error)[:LENGTH]
    if isinstance(error, SoftTimeLimitExceeded):
        return f"{what} was na een half uur nog niet klaar. {nothing} Vraag hulp aan de beheerder."
    if isinstance(error, VaultError | FileNotFoundError):
        return f"Een bestand van het dossier gaat niet open. {nothing}"
    if isinstance(error, OSError):
        return f"{what} kon niet worden geschreven ({error.strerror or type(error).__name__}). Probeer het later."
    return f"Er ging iets mis ({type(error).__name__}). De beheerder vindt meer in het logbestand."
