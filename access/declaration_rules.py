"""Which declarations somebody still has to sign (javawest 2 and 10.3, werkid 7.5). No database, no user."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from access.models import Role
from bureaus.schema import DeclarationRule
from bureaus.terms import parse_term

REGLEMENT = "reglement"
# Who sees what everybody signed, reminds and takes the evidence out.
KEEPERS = (Role.DIRECTIE, Role.BEHEERDER, Role.FG)
# A new reglement is read at home first: its people are told the day before.
TOLD_AHEAD = timedelta(days=1)


@dataclass(frozen=True)
class Signed:
    """What of a declaration that was signed decides whether it holds."""

    key: str
    text_sha256: str
    version: int
    valid_until: datetime | None


def text_hash(rule: DeclarationRule) -> str:
    """SHA-256 of what is signed: the title, a new line, the text; 64 hexadecimal digits."""
    return hashlib.sha256(f"{rule.title}\n{rule.text}".encode()).hexdigest()


def follows_version(key: str, rule: DeclarationRule) -> bool:
    """Whether it speaks of the reglement, so that each new version asks for it anew (javawest 10.3)."""
    return key == REGLEMENT or REGLEMENT in rule.text.lower()


def holds(signed: Signed, rule: DeclarationRule, *, version: int, now: datetime) -> bool:
    """Whether what was signed is what the reglement in force asks."""
    if signed.text_sha256 != text_hash(rule) or (signed.valid_until is not None and signed.valid_until <= now):
        return False
    return signed.version == version or not follows_version(signed.key, rule)


def due(
    asked: Mapping[str, DeclarationRule], signed: Iterable[Signed], *, version: int, now: datetime
) -> dict[str, DeclarationRule]:
    """Of what is asked, what was not signed or does not hold any more."""
    held = {one.key for one in signed if one.key in asked and holds(one, asked[one.key], version=version, now=now)}
    return {key: rule for key, rule in asked.items() if key not in held}


def blocks(waiting: Mapping[str, DeclarationRule]) -> bool:
    """Whether no dossier opens before these are signed."""
    return any(rule.blocks_dossiers for rule in waiting.values())


def valid_until(rule: DeclarationRule, signed_at: datetime) -> datetime | None:
    """The midnight on which it has to be signed anew; None where it holds until its text or version changes."""
    if rule.every is None:
        return None
    day = parse_term(rule.every).after(signed_at.date())
    return datetime.combine(day, datetime.min.time(), tzinfo=signed_at.tzinfo)
