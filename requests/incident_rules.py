"""The clock of a breach, and what has to be said before it is closed (AVG 33 and 34). Pure.

72 hours are hours: a term in hours does not move over weekends and holidays (Reg. 1182/71, 3.4). [V]
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from access.rules import RuleBroken
from access.texts import is_blank

HOURS = 72
SOON = timedelta(hours=24)
HOUR = timedelta(hours=1)
LONGEST_BACK = timedelta(days=5 * 366)
NONE, SOME, HIGH, UNKNOWN = "geen", "risico", "hoog", "onbekend"
TO_NOTIFY = (SOME, HIGH)


@dataclass(frozen=True)
class Clock:
    """How it stands with notifying: a word, a tone, and how many of the 72 hours have gone."""

    word: str
    tone: str
    hours_gone: int
    runs: bool = False


def notify_by(aware_at: datetime) -> datetime:
    """The last moment to notify the supervisor: 72 hours after becoming aware (AVG 33.1)."""
    return aware_at + timedelta(hours=HOURS)


def clock(aware_at: datetime, risk: str, notified_at: datetime | None, now: datetime) -> Clock:
    """Where no risk was found there is nothing to notify; not yet known counts as to be notified."""
    gone = max(0, min(HOURS, int((now - aware_at) / HOUR)))
    if notified_at is not None:
        late = notified_at > notify_by(aware_at)
        gone = max(0, min(HOURS, int((notified_at - aware_at) / HOUR)))
        return Clock("te laat gemeld" if late else "op tijd gemeld", "warn" if late else "good", gone)
    if risk == NONE:
        return Clock("niet te melden", "neutral", gone)
    left = notify_by(aware_at) - now
    if left <= timedelta(0):
        return Clock(f"{_hours(-left)} te laat", "bad", HOURS, runs=True)
    return Clock(f"nog {_hours(left)}", "warn" if left <= SOON else "busy", gone, runs=True)


def late_by(aware_at: datetime, notified_at: datetime | None) -> bool:
    """Notified after the 72 hours: the reasons for the delay go along (AVG 33.1)."""
    return notified_at is not None and notified_at > notify_by(aware_at)


def check_aware(aware_at: datetime, happened_on: date | None, day_aware: date, now: datetime) -> None:
    """Nobody knows of it before it is there, nor before it happened. Raises RuleBroken."""
    if aware_at > now:
        raise RuleBroken("Dit moment ligt in de toekomst.", "aware_time")
    if now - aware_at > LONGEST_BACK:
        raise RuleBroken("Dit is langer dan vijf jaar geleden. Klopt het jaar?", "aware_on")
    if happened_on is not None and happened_on > day_aware:
        raise RuleBroken("Het kan niet later zijn gebeurd dan het bekend werd.", "happened_on")


def check_told(aware_at: datetime, at: datetime | None, now: datetime, field: str) -> None:
    """Between becoming aware and now. Raises RuleBroken."""
    if at is None:
        return
    if at > now:
        raise RuleBroken("Dit moment ligt in de toekomst.", field)
    if at < aware_at:
        raise RuleBroken("Dit ligt voor het moment waarop het incident bekend werd.", field)


def check_close(
    risk: str, *, notified_at: datetime | None, people_told_at: datetime | None, why_not: str, measures: str
) -> None:
    """Closed is: judged, notified or why not, and what was done about it (AVG 33.5). Raises RuleBroken."""
    if risk not in (NONE, *TO_NOTIFY):
        raise RuleBroken("Schat eerst het risico in. Zonder dat weet niemand of er gemeld had moeten worden.")
    silent = is_blank(why_not)
    if notified_at is None and silent:
        raise RuleBroken("Leg de melding aan de toezichthouder vast, of schrijf op waarom er niet is gemeld.")
    if risk == HIGH and people_told_at is None and silent:
        raise RuleBroken("Leg vast wanneer de betrokkenen zijn ingelicht, of schrijf op waarom dat niet hoefde.")
    if is_blank(measures):
        raise RuleBroken("Schrijf op wat er is gedaan om de schade te beperken en herhaling te voorkomen.")


def _hours(span: timedelta) -> str:
    """'31 uur', '45 minuten'; from four days on 'N dagen'."""
    minutes = int(span / timedelta(minutes=1))
    if minutes < 60:
        return f"{minutes} {'minuut' if minutes == 1 else 'minuten'}"
    hours = minutes // 60
    return f"{hours} uur" if hours < 96 else f"{hours // 24} dagen"
