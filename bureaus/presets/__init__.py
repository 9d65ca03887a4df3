"""The presets: five reglementen as parameters with short texts of our own. `common.toml` holds what they share.

A preset is merged over the common part: groups of parameters merge, values and lists replace.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

from bureaus.schema import Rules, dump, parse

NAMES = ("javawest", "werkid", "pluspunt", "jmwerkt", "werklokaal")


class NoSuchPreset(ValueError):
    """There is no preset of this name."""


@dataclass(frozen=True)
class Preset:
    name: str
    title: str
    bureau: Mapping[str, str]
    rules: Rules

    @property
    def parameters(self) -> dict[str, Any]:
        """The parameters whole, as a Reglement stores them."""
        return dump(self.rules)


@cache
def load(name: str) -> Preset:
    """One preset, checked. Raises NoSuchPreset, and ReglementInvalid where its TOML is wrong."""
    if name not in NAMES:
        raise NoSuchPreset(f"Er is geen voorbeeldreglement '{name}'. Kies uit: {', '.join(NAMES)}.")
    own = _read(name)
    bureau = own.pop("bureau")
    return Preset(name, own.pop("title"), bureau, parse(merged(_read("common"), own)))


def merged(under: Mapping[str, Any], over: Mapping[str, Any]) -> dict[str, Any]:
    """`over` on top of `under`: groups merge, all else replaces. Neither is changed."""
    both = dict(under)
    for key, value in over.items():
        below = both.get(key)
        both[key] = merged(below, value) if isinstance(value, dict) and isinstance(below, dict) else value
    return both


def _read(name: str) -> dict[str, Any]:
    return tomllib.loads(files(__package__).joinpath(f"{name}.toml").read_text(encoding="utf-8"))
