"""What floors above show on the page of a client or an opdrachtgever: each registers a card, in its AppConfig.ready."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from access.models import Membership
from clients.models import Client, Opdrachtgever


@dataclass(frozen=True)
class Line:
    """One thing: what it is called, where it is, and how it stands."""

    title: str
    url: str
    note: str = ""


@dataclass(frozen=True)
class Card:
    """`act` is a button's label and address, '' where this member may not."""

    title: str
    icon: str
    lines: Sequence[Line]
    empty: str
    act: tuple[str, str] | None = None


Find = Callable[[Membership, Client], Card | None]
FindOfPayer = Callable[[Membership, Opdrachtgever], Card | None]
_finds: list[Find] = []
_of_payer: list[FindOfPayer] = []


def provide(find: Find) -> None:
    """Register what a floor above shows of a client."""
    _finds.append(find)


def cards_of(member: Membership, client: Client) -> list[Card]:
    """The cards that are of use to this member."""
    return [card for find in _finds if (card := find(member, client)) is not None]


def provide_of_payer(find: FindOfPayer) -> None:
    """Register what a floor above shows of an opdrachtgever."""
    _of_payer.append(find)


def cards_of_payer(member: Membership, payer: Opdrachtgever) -> list[Card]:
    """As `cards_of`."""
    return [card for find in _of_payer if (card := find(member, payer)) is not None]
