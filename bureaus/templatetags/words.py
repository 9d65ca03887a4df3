"""`{% word "client" plural=True capital=True article=True %}`: the bureau's own word."""

from __future__ import annotations

from django import template

from bureaus import words

register = template.Library()


@register.simple_tag(name="word")
def word_tag(name: str, *, plural: bool = False, capital: bool = False, article: bool = False) -> str:
    return words.word(name, plural=plural, capital=capital, article=article)
