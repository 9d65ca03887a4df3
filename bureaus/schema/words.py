"""The bureau's own words (DOMAIN 1): code says Client, Opdrachtgever and Coach, screens say what the bureau says."""

from __future__ import annotations

from typing import Literal

from bureaus.schema.base import Part, ShortText


class Word(Part):
    singular: ShortText
    plural: ShortText
    article: Literal["de", "het"] = "de"

    def said(self, *, plural: bool = False, capital: bool = False, article: bool = False) -> str:
        """The word as a screen needs it: 'cliënt', 'Cliënten', 'de cliënt', 'De cliënten'."""
        noun = self.plural if plural else self.singular
        text = f"{'de' if plural else self.article} {noun}" if article else noun
        return text[0].upper() + text[1:] if capital else text


class Words(Part):
    client_word: Word
    opdrachtgever_word: Word
    coach_word: Word
    directie_word: Word = Word(singular="directie", plural="directies")

    def of(self, name: str) -> Word:
        """The word for 'client', 'opdrachtgever', 'coach' or 'directie'. Raises KeyError for another name."""
        word = getattr(self, f"{name}_word", None)
        if not isinstance(word, Word):
            raise KeyError(f"no word for {name!r}: use client, opdrachtgever, coach or directie")
        return word


DEFAULT_WORDS = Words(
    client_word=Word(singular="cliënt", plural="cliënten"),
    opdrachtgever_word=Word(singular="opdrachtgever", plural="opdrachtgevers"),
    coach_word=Word(singular="coach", plural="coaches"),
)
