"""Every page says whose it is."""

from __future__ import annotations

from collections.abc import Iterator

from django.urls import URLPattern, URLResolver, get_resolver

from access.decorators import page_of

KINDS = {"staff", "client", "opdrachtgever", "member", "platform", "open"}


def patterns(resolver: URLResolver | None = None, prefix: str = "") -> Iterator[tuple[str, URLPattern]]:
    for entry in (resolver or get_resolver()).url_patterns:
        path = prefix + str(entry.pattern)
        if isinstance(entry, URLResolver):
            yield from patterns(entry, path)
        else:
            yield path, entry


def test_every_url_says_whose_page_it_is():
    undeclared = [path for path, entry in patterns() if page_of(entry) is None]
    assert not undeclared


def test_every_mark_is_a_kind_that_exists():
    assert {page_of(entry).kind for _, entry in patterns() if page_of(entry)} <= KINDS
