"""The days of the requests that somebody handles, for a calendar that stands outside this house (ADR 28).

Kind, number and what is due: no name, no word of what was asked. What more there is, is behind the login.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import Q
from icalendar import Calendar, Event, vDuration, vText

from access.models import Membership, Role
from requests import access, clocks
from requests.models import State, Verzoek

MOST = 500
EVERY = timedelta(hours=6)
STILL = "De klok staat stil tot duidelijk is wie het vraagt. De dag schuift zo lang op."


@dataclass(frozen=True)
class Due:
    """One day on which something has to be done. `what` is short and never changes: a calendar knows it by that."""

    verzoek: Verzoek
    what: str
    words: str
    on: date
    still: bool = False


def dues(member: Membership, today: date) -> list[Due]:
    """Of what this member handles and sees at this moment; of directie also what lies before them. One query."""
    mine = Q(handler=member)
    if member.has_role(Role.DIRECTIE):
        mine |= Q(state=State.SECOND_LOOK)
    rows = access.visible(member).filter(mine).watched().with_pause()
    return [due for row in rows.order_by("due_on", "id")[:MOST] for due in _of(row, today)]


def _of(row: Verzoek, today: date) -> Iterator[Due]:
    if row.state == State.DECIDED:
        yield Due(row, "uitvoeren", "uitvoeren", clocks.ends(row))
        return
    if row.acknowledged_at is None:
        yield Due(row, "bevestigen", "ontvangst bevestigen", row.acknowledge_by)
    standing = clocks.standing(row, today, row.paused_on)  # type: ignore[attr-defined]
    yield Due(row, "besluiten", "besluiten", standing.due_on, still=standing.still is not None)


def as_ics(found: Iterable[Due], *, base: str, bureau: str, now: datetime) -> bytes:
    """RFC 5545, without METHOD: it is looked at and not answered. `base` is the bureau's own address."""
    calendar = Calendar()
    calendar.add("prodid", "-//Dossierwacht//Verzoeken//NL")
    calendar.add("version", "2.0")
    for name in ("name", "x-wr-calname"):
        calendar.add(name, vText(f"Verzoeken, {bureau}"))
    calendar.add("refresh-interval", vDuration(EVERY), parameters={"VALUE": "DURATION"})
    calendar.add("x-published-ttl", vDuration(EVERY))
    for due in found:
        calendar.add_component(_event(due, base, now))
    return bytes(calendar.to_ical())


def _event(due: Due, base: str, now: datetime) -> Event:
    """A day and no hour, that keeps nobody from an appointment, and that others who see the calendar don't read."""
    row, link = due.verzoek, f"{base}/verzoeken/{due.verzoek.pk}/"
    event = Event()
    event.add("uid", f"{row.pk}-{due.what}@dossierwacht")
    event.add("dtstamp", now)
    event.add("dtstart", due.on)
    event.add("dtend", due.on + timedelta(days=1))
    event.add("summary", f"{row.get_kind_display().capitalize()} {row.number}: {due.words}")
    event.add("description", f"{STILL}\n{link}" if due.still else link)
    event.add("url", link)
    event.add("transp", "TRANSPARENT")
    event.add("class", "PRIVATE")
    return event
