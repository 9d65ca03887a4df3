"""What must not lie in a log: the part of an address that lets in whoever has it."""

from __future__ import annotations

import logging
import re

# agenda/ (ADR 28), ophalen/ (ADR 29), invitations, and links to a new password or second step.
_SECRET = re.compile(r"((?:(?<!account)/agenda|/ophalen|/uitnodiging|/account/herstel|/wachtwoord/nieuw)/)[^/\s?\"']+")


def blank(words: str) -> str:
    """The same without the secret part of any address in it."""
    return _SECRET.sub(r"\1***", words)


class WithoutTokens(logging.Filter):
    """Takes them out of a line before it is written; lets every line pass."""

    def filter(self, record: logging.LogRecord) -> bool:
        try:
            said = record.getMessage()
        except (TypeError, ValueError, KeyError):
            return True  # logging itself says what is wrong with this line
        if (clean := blank(said)) != said:
            record.msg, record.args = clean, ()
        return True
