"""The bureau's own word for client, opdrachtgever, coach and directie, wherever a label is made."""

from __future__ import annotations

from bureaus import reglement
from bureaus.schema import DEFAULT_WORDS, Words
from bureaus.tenancy import has_context


def words() -> Words:
    """The word list in force; plain defaults on pages without a bureau or before its first reglement."""
    if not has_context():
        return DEFAULT_WORDS
    try:
        return reglement.in_force().words
    except reglement.NoReglement:
        return DEFAULT_WORDS


def word(name: str, *, plural: bool = False, capital: bool = False, article: bool = False) -> str:
    """`word("client", plural=True, capital=True)` is 'Cliënten' or 'Klanten'. Raises KeyError for an unknown name."""
    return words().of(name).said(plural=plural, capital=capital, article=article)
