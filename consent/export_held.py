"""Why else a client stands on no list: floors above register which clients, in their AppConfig.ready."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

Held = Callable[[], Any]
_held: list[Held] = []


def provide(held: Held) -> None:
    """`held`: the rows, of this moment, that keep somebody off every list; each with its `client_id`."""
    _held.append(held)


def rows() -> list[Any]:
    """A queryset of each that was registered."""
    return [held() for held in _held]
