"""The bureau's own word for client, opdrachtgever, coach and directie, wherever a label is made."""

from __future__ import annotations

from collections.abc import Iterable

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


def capitalised(text: str) -> str:
    """With its first letter a capital, and the rest as it is: 're-integratieplan UWV' keeps its UWV."""
    return text[:1].upper() + text[1:]


def listed(names: Iterable[str]) -> str:
    """'a', 'a en b', 'a, b en c'; 'niemand' for none."""
    found = list(names)
    if not found:
        return "niemand"
    return found[0] if len(found) == 1 else f"{', '.join(found[:-1])} en {found[-1]}"


def word(name: str, *, plural: bool = False, capital: bool = False, article: bool = False) -> str:
    """`word("client", plural=True, capital=True)` is 'Cliënten' or 'Klanten'. Raises KeyError for an unknown name."""
    return words().of(name).said(plural=plural, capital=capital, article=article)
