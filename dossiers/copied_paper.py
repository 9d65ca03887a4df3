"""Stukken on paper, for whoever gets a copy of them: in the order of the dossier, laid out in pieces."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from django.template.defaultfilters import filesizeformat

from bureaus.pdf_parts import Part

TOGETHER = 60_000  # characters of text laid out at once


def parts(own: Sequence[Mapping[str, Any]], every: Sequence[Mapping[str, Any]]) -> Iterator[Part]:
    """Stukken from the oldest on, own statements right below what they speak of (javawest 6.2)."""
    held: list[Mapping[str, Any]] = []
    room = TOGETHER
    for one in own:
        along = [other for other in every if other["about"] == one["number"]]
        size = sum(len(section["text"]) for said in (one, *along) for row in said["versions"]
                   for section in row["sections"])  # fmt: skip
        if held and size > room:
            yield Part("papers/overdracht_stukken.html", {"stukken": held})
            held, room = [], TOGETHER
        held.append({**one, "statements": along})
        room -= size
    if held:
        yield Part("papers/overdracht_stukken.html", {"stukken": held})


def shown(one: Mapping[str, Any]) -> dict[str, Any]:
    """A stuk with its title and the sizes of its files in words."""
    title = one["versions"][0]["title"] if one["versions"] else ""
    files = [{**row, "how_big": filesizeformat(row["size"])} for row in one["files"]]
    return {**one, "title": title or one["kind_label"], "files": files}
