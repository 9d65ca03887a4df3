"""Collects what happens in one traject: each contact becomes an appointment, and what is written becomes a stuk."""

from dataclasses import replace
from datetime import date, datetime, timedelta
from decimal import Decimal

from demo.people.days import next_working_day, working_day
from demo.people.shapes import Appointment, FileSpec, Hours, Stuk
from demo.people.story import Story

CLIENT_READS_WITHIN = timedelta(days=12)
OFFICE = "op kantoor"
MINUTES = {"intake": 75, "gesprek": 60, "telefoon": 15, "bedrijfsbezoek": 90, "evaluatie": 60, "workshop": 180}


class Binder:
    """One traject in the making. Nothing is written later than yesterday; only what is planned lies ahead."""

    def __init__(self, story: Story, prefix: str, today: date) -> None:
        self.story, self.prefix, self.today = story, prefix, today
        self.latest = today - timedelta(days=1)
        self.stukken: list[Stuk] = []
        self.appointments: list[Appointment] = []
        self.hours: list[Hours] = []

    def add(
        self,
        kind: str,
        title: str,
        text: str,
        on: date,
        *,
        soort: str = "",
        herkomst: str = "medewerker",
        author: str = "coach",
        origin: str = "",
        health: bool = False,
        state: str = "vastgesteld",
        about: str = "",
        file: FileSpec | None = None,
        at: datetime | None = None,
    ) -> Stuk:
        on = self.written_on(on, author)
        stuk = Stuk(
            key=f"{self.prefix}-{len(self.stukken) + 1}",
            kind=kind,
            soort=soort,
            title=title,
            text=text,
            on=on,
            at=at or self.story.at(on),
            herkomst=herkomst,
            author=author,
            origin=origin,
            health=health,
            state=state,
            about=about,
            file=file,
            seen_by_client=on < self.today - CLIENT_READS_WITHIN or self.story.rng.random() < 0.4,
        )
        self.stukken.append(stuk)
        return stuk

    def written_on(self, on: date, author: str = "coach") -> date:
        """The office is closed at weekends; the client is not."""
        on = min(on, self.latest)
        return on if author == "client" else working_day(on)

    def change(self, stuk: Stuk, **values: object) -> Stuk:
        """The same stuk with other values; stukken themselves never change."""
        changed = replace(stuk, **values)  # type: ignore[arg-type]
        self.stukken[self.stukken.index(stuk)] = changed
        return changed

    def contact(self, kind: str, on: date, attendance: str = "aanwezig") -> datetime:
        """An appointment; held ones cost hours. The verslag is tied to it with ``recorded``."""
        on = next_working_day(on) if attendance == "gepland" else self.written_on(on)
        at, minutes = self.story.at(on), MINUTES[kind]
        place = {"telefoon": "telefonisch", "bedrijfsbezoek": self.story.words["werkplek"]}.get(kind, OFFICE)
        self.appointments.append(Appointment(at, minutes, kind, place, attendance))
        if attendance == "aanwezig":
            self.hours.append(Hours(on, Decimal(minutes) / 60 + Decimal("0.25"), kind))
        return at

    def recorded(self, stuk: Stuk) -> None:
        """The latest appointment has this verslag."""
        self.appointments[-1] = replace(self.appointments[-1], verslag=stuk.key)

    def write_up(self, kind: str, title: str, text: str, on: date, *, state: str = "vastgesteld") -> Stuk:
        """A contact that was held, with its gespreksverslag of the same day."""
        at = self.contact(kind, on)
        stuk = self.add("gespreksverslag", title, text, on, soort=kind, state=state, at=at + timedelta(minutes=100))
        if state == "vastgesteld":
            self.recorded(stuk)
        return stuk

    def between(self, starts: date, ends: date | None, many: int) -> list[date]:
        """Working days spread over a period, in order, none after today."""
        last = min(ends or self.latest, self.latest)
        step = (last - starts).days / (many + 1)
        return [working_day(starts + timedelta(days=round(step * (place + 1)))) for place in range(many)]
