"""The Dutch fragments, read once from the files beside this one."""

import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent / "texts"


@cache
def _read(name: str) -> dict[str, Any]:
    return tomllib.loads((HERE / f"{name}.toml").read_text(encoding="utf-8"))


def pool(section: str, part: str) -> list[str]:
    """The fragments of one part of one kind of text. Raises KeyError for a part that is not written."""
    for name in ("verslagen", "stukken"):
        if section in _read(name):
            found: list[str] = _read(name)[section][part]
            return found
    raise KeyError(section)


def part_for(kind: str, section: str, part: str) -> str:
    """The name of the part: the one written for this kind of traject, if there is one."""
    own = f"{part}_{kind.removesuffix('_intern').removesuffix('_extern')}"
    return own if any(own in _read(name).get(section, ()) for name in ("verslagen", "stukken")) else part


def wishes(kind: str) -> list[dict[str, Any]]:
    """Job wishes; those of people who start for themselves where ``kind`` says so."""
    found: list[dict[str, Any]] = _read("wensen")["ondernemer" if kind == "ondernemen" else "werk"]
    return found


def names() -> dict[str, Any]:
    """Streets, and first and family names per origin."""
    return _read("namen")


def obstacles() -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = _read("belemmeringen")["belemmering"]
    return found


def fill(template: str, words: Mapping[str, str]) -> str:
    return template.format_map(words)
