"""Lines of the log for who oversees it: newest first, a page at a time by place and not by number."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Q

from access.models import Ground, Membership, ground_label, role_label
from access.models import Role as RoleName
from journal import checks, labels
from journal.models import Line, Result, Seal

PER_PAGE = 50
LARGEST = 2**63 - 1
TONES = {Result.OK: "good", Result.REFUSED: "bad", Result.EMERGENCY: "warn"}


@dataclass(frozen=True)
class Row:
    """One line in words."""

    line: Line
    act: str
    who: str
    roles: str
    about: str
    ground: str
    result: str
    tone: str


@dataclass(frozen=True)
class Page:
    """Rows, and the numbers of the lines that the pages before and after this one begin at (None: there is none)."""

    rows: Sequence[Row]
    newer: int | None = None
    older: int | None = None


def lines(condition: Q) -> Any:
    """The current bureau's lines that answer to a condition, newest first."""
    return Line.objects.filter(condition).order_by("-at", "-seq")


def page(condition: Q, *, before: str = "", after: str = "") -> Page:
    """The lines next to the one whose number is given; the newest where it is none. One query, two with a number."""
    found = lines(condition)
    if (place := _place(after)) is not None:
        near = list(found.filter(_beyond(place, "gt")).reverse()[: PER_PAGE + 1])
        shown = near[:PER_PAGE][::-1]
        return _page(shown, newer=len(near) > PER_PAGE, older=True)
    place = _place(before)
    near = list((found.filter(_beyond(place, "lt")) if place else found)[: PER_PAGE + 1])
    return _page(near[:PER_PAGE], newer=place is not None, older=len(near) > PER_PAGE)


def below(condition: Q, last: Line | None, number: int) -> list[Line]:
    """So many lines after this one, for an export that goes through them all."""
    found = lines(condition)
    return list((found.filter(_beyond(last, "lt")) if last else found)[:number])


def row_of(line: Line) -> Row:
    return Row(
        line=line,
        act=labels.act_label(line.act),
        who=line.actor or "onbekend",
        roles=roles_in_words(line.roles),
        about=labels.object_label(line.object_type) if line.object_type else "",
        ground=ground_in_words(line.ground),
        result=Result(line.result).label,
        tone=TONES[Result(line.result)],
    )


def name_of(line: Line) -> str:
    """What whoever acted is called now, by their account; '' where there is none any more. One query."""
    if line.membership_id is None:
        return ""
    found = Membership.objects.filter(pk=line.membership_id).values_list("name", flat=True).first()
    return str(found or "")


def details(line: Line) -> list[tuple[str, str]]:
    """The facts of one line; who and when stand above them."""
    return labels.facts_in_words(line.facts)


def roles_in_words(roles: str) -> str:
    known = set(RoleName.values)
    return ", ".join(role_label(role) if role in known else role for role in roles.split(", ") if role)


def ground_in_words(ground: str) -> str:
    return ground_label(ground) if ground in Ground.values else ground


@dataclass(frozen=True)
class Chain:
    """How it stands with the seals: the last one, how many lines wait for one, and what the last check found."""

    seal: Seal | None
    waiting: int
    check: Line | None

    @property
    def broken(self) -> str:
        return str(self.check.facts.get("broken", "")) if self.check else ""


def chain() -> Chain:
    """Three queries."""
    seal: Seal | None = Seal.objects.defer("digests").order_by("-number").first()
    waiting = Line.objects.filter(seq__gt=seal.last_seq if seal else 0).count()
    return Chain(seal, waiting, checks.last_check())


def line_of(line_id: uuid.UUID) -> Any:
    return Line.objects.filter(pk=line_id)


def _page(shown: list[Line], *, newer: bool, older: bool) -> Page:
    return Page(
        [row_of(line) for line in shown],
        newer=shown[0].seq if newer and shown else None,
        older=shown[-1].seq if older and shown else None,
    )


def _place(number: str) -> Line | None:
    """The line with this number; None for what is no number of a line of ours."""
    if not (number.isascii() and number.isdigit()) or len(number) > 19 or int(number) > LARGEST:
        return None
    found: Line | None = Line.objects.filter(seq=int(number)).only("seq", "at", "bureau_id").first()
    return found


def _beyond(place: Line, way: str) -> Q:
    """Below or above a line in the order of time and number, in a form of which the index takes the first part."""
    return Q(**{f"at__{way}e": place.at}) & (Q(**{f"at__{way}": place.at}) | Q(**{f"seq__{way}": place.seq}))
