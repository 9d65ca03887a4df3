"""Places and sizes for pictures made on the server (SVG): pure arithmetic, no drawing. Units: the picture's own."""

from __future__ import annotations

import datetime
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

WIDTH = 720
GAP = 4
TOP = 140  # height that the largest column may have
STATES = {"done": "afgerond", "now": "loopt nu", "next": "nog niet begonnen"}


@dataclass(frozen=True)
class Block:
    label: str
    state: str
    x: float
    width: float
    start: datetime.date | None = None
    end: datetime.date | None = None

    @property
    def middle(self) -> float:
        return round(self.x + self.width / 2, 1)

    @property
    def word(self) -> str:
        """The state in Dutch."""
        return STATES[self.state]

    @property
    def days(self) -> int | None:
        """Doorlooptijd in days, both ends counted; None where a date is open."""
        return (self.end - self.start).days + 1 if self.start and self.end else None

    @property
    def short(self) -> str:
        """The label as far as it fits (about 8 units a character)."""
        room = int(self.width / 8)
        return self.label if len(self.label) <= room else self.label[: max(room - 1, 0)] + "…"


@dataclass(frozen=True)
class Bar:
    blocks: list[Block]
    today: float | None
    width: int = WIDTH

    @property
    def now(self) -> tuple[int, str] | None:
        """Number (from 1) and name of the running phase; None where none runs."""
        return next(((at, block.label) for at, block in enumerate(self.blocks, 1) if block.state == "now"), None)

    @property
    def summary(self) -> str:
        """The picture in one sentence."""
        return "; ".join(f"{block.label}: {block.word}" for block in self.blocks)


@dataclass(frozen=True)
class Column:
    label: str
    value: float
    x: float
    y: float
    width: float
    height: float

    @property
    def middle(self) -> float:
        return round(self.x + self.width / 2, 1)


def uid(text: str) -> str:
    """A short id for this text, the same each time."""
    return f"p{zlib.crc32(text.encode()):08x}"


def get(thing: Any, name: str, default: Any = None) -> Any:
    """`name` of a mapping or an object."""
    return thing.get(name, default) if isinstance(thing, dict) else getattr(thing, name, default)


def phase_bar(phases: Sequence[Any], today: datetime.date) -> Bar:
    """Blocks as wide as their time; equal ones where a date is missing. `state` falls out of the dates if not given."""
    if not phases:
        return Bar([], None)
    weights = _weights(phases)
    room, x, blocks = WIDTH - GAP * (len(phases) - 1), 0.0, []
    for phase, weight in zip(phases, weights, strict=True):
        width = round(room * weight, 1)
        blocks.append(_block(phase, x, width, today))
        x = round(x + width + GAP, 1)
    return Bar(blocks, _place(blocks, today))


def _block(phase: Any, x: float, width: float, today: datetime.date) -> Block:
    start, end = get(phase, "start"), get(phase, "end")
    state = get(phase, "state") or _state(start, end, today)
    return Block(str(get(phase, "label")), state if state in STATES else "next", x, width, start, end)


def _state(start: datetime.date | None, end: datetime.date | None, today: datetime.date) -> str:
    if start is None or start > today:
        return "next"
    return "done" if end and end < today else "now"


def _weights(phases: Sequence[Any]) -> list[float]:
    """Share of the whole for each phase; no phase gets less than half its equal share, so that its name can be read."""
    days = [_days(phase) for phase in phases]
    if any(day is None for day in days):
        return [1 / len(phases)] * len(phases)
    total = sum(day or 0 for day in days)
    shares = [max((day or 0) / total, 0.5 / len(phases)) for day in days]
    return [share / sum(shares) for share in shares]


def _days(phase: Any) -> int | None:
    start, end = get(phase, "start"), get(phase, "end")
    return max((end - start).days + 1, 1) if start and end else None


def _place(blocks: list[Block], today: datetime.date) -> float | None:
    """Where today is; None outside the bar or where dates are missing."""
    for block in blocks:
        if block.start and block.end and block.start <= today <= block.end:
            share = ((today - block.start).days + 0.5) / ((block.end - block.start).days + 1)
            return round(block.x + block.width * share, 1)
    return None


def phase_line(phases: Sequence[Any]) -> Bar:
    """Equal small blocks by state alone."""
    width = round((120 - 2 * (len(phases) - 1)) / max(len(phases), 1), 1)
    blocks = [
        Block(str(get(phase, "label")), get(phase, "state", "next"), round(at * (width + 2), 1), width)
        for at, phase in enumerate(phases)
    ]
    return Bar(blocks, None, 120)


def columns(figures: Sequence[Any]) -> list[Column]:
    """Columns over the whole width, the highest TOP high; all zero gives flat ones."""
    values = [float(get(figure, "value", 0)) for figure in figures]
    highest, step = max([*values, 0.0]) or 1.0, WIDTH / max(len(values), 1)
    return [
        Column(
            label=str(get(figure, "label")),
            value=get(figure, "value", 0),
            x=round(at * step + step * 0.15, 1),
            y=round(20 + TOP * (1 - value / highest), 1),
            width=round(step * 0.7, 1),
            height=round(TOP * value / highest, 1),
        )
        for at, (figure, value) in enumerate(zip(figures, values, strict=True))
    ]
