"""Until when we keep something: dates in, dates and a sentence out. Pure; terms are ISO 8601 (P5Y, P3M, P4W)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from access.rules import RuleBroken
from bureaus.schema import Action, DataClass, RetentionRule, Trigger
from bureaus.schema.keeping import TRAJECT_TRIGGERS
from bureaus.terms import longer, parse_term

MONTH_NAMES = (
    "januari", "februari", "maart", "april", "mei", "juni", "juli", "augustus", "september", "oktober", "november",
    "december",
)  # fmt: skip


# A hold is looked at again at least once a year: nothing is kept for ever because nobody looked.
LONGEST_UNSEEN = timedelta(days=366)


class Refused(RuleBroken):
    """A rule of keeping refuses."""


def add_term(start: date, term: str) -> date:
    """The day on which a term has passed: add_term(2026-01-01, 'P2Y') is 2028-01-01.

    Years and months keep the day number or take the month's last day (29 February, the 31st); weeks and days are
    counted after those. No rolling over weekends or holidays. Raises ValueError in plain Dutch for what is no term.
    """
    return parse_term(term).after(start)


class Level(StrEnum):
    """Who set the rule that holds, from general to specific."""

    REGLEMENT = "het reglement"
    TRAJECT_KIND = "de afspraak voor deze soort traject"
    CONTRACT = "het contract met de opdrachtgever"
    TRAJECT = "de afspraak voor dit traject"


@dataclass(frozen=True)
class Chosen:
    rule: RetentionRule
    level: Level


@dataclass(frozen=True)
class Due:
    """`on` is the first day on which the term has passed; None while a date is missing, and then never due.

    `missing` are the triggers without a date: someone must solve those.
    """

    on: date | None
    explanation: str
    missing: tuple[Trigger, ...] = ()

    def is_due(self, today: date) -> bool:
        return self.on is not None and self.on <= today


def most_specific(
    reglement: RetentionRule,
    *,
    traject_kind: RetentionRule | None = None,
    contract: RetentionRule | None = None,
    traject: RetentionRule | None = None,
    by_law: bool = False,
) -> Chosen:
    """The rule that holds: traject before contract before kind of traject before reglement (DOMAIN 3).

    Where the reglement's term is a maximum (pluspunt 3.5), a longer one below it is passed over; where it is what the
    law asks (`by_law`), a shorter one that was agreed.
    """
    below = ((traject, Level.TRAJECT), (contract, Level.CONTRACT), (traject_kind, Level.TRAJECT_KIND))
    for rule, level in below:
        asked = not by_law or level is Level.TRAJECT_KIND or (rule is not None and within_minimum(reglement, rule))
        if rule is not None and asked and within_maximum(reglement, rule):
            return Chosen(rule, level)
    return Chosen(reglement, Level.REGLEMENT)


def within_maximum(reglement: RetentionRule, own: RetentionRule) -> bool:
    """Whether a rule lower down respects the reglement's maximum: not longer, and from the same date."""
    if not reglement.at_most:
        return True
    return not own.is_transfer and own.trigger == reglement.trigger and not longer(own.term, reglement.term)


def within_minimum(reglement: RetentionRule, own: RetentionRule) -> bool:
    """Whether what is agreed keeps what the law asks as long as the reglement: no shorter, and from the same date."""
    return own.trigger == reglement.trigger and not longer(reglement.term, own.term)


def check_agreed(reglement: RetentionRule, own: RetentionRule, data_class: DataClass) -> None:
    """What is agreed below the reglement counts from a date of the traject, ends provably, and is within the
    reglement's maximum (pluspunt 3.5); what the law asks is never kept shorter (jmwerkt 8.1.2). Raises Refused."""
    if own.trigger not in TRAJECT_TRIGGERS:
        raise Refused("Kies een datum waarvan het traject weet.", "trigger")
    if own.action == Action.ERASE and data_class == DataClass.DOSSIER:
        raise Refused("Een dossier verdwijnt nooit zonder proces-verbaal of overdracht.", "action")
    if own.is_transfer and data_class != DataClass.DOSSIER:
        raise Refused("Overdragen kan alleen het hele dossier.", "action")
    if not within_maximum(reglement, own):
        most, start = parse_term(reglement.term), reglement.trigger.label
        raise Refused(f"Het reglement bewaart ten hoogste {most} na {start}. Langer mag niet.", "amount")
    if data_class == DataClass.LEGALLY_REQUIRED and not within_minimum(reglement, own):
        least, start = parse_term(reglement.term), reglement.trigger.label
        raise Refused(f"Wat de wet vraagt, blijft ten minste {least} na {start}. Korter mag niet.", "amount")


def check_review(review_on: date, until: date | None, today: date) -> None:
    """Somebody looks again, within a year, and before a hold that ends by itself has ended. Raises Refused."""
    if review_on <= today:
        raise Refused("Kies een dag na vandaag.", "review_on")
    if review_on > today + LONGEST_UNSEEN:
        raise Refused("Kies een dag binnen een jaar. Daarna kunt u weer een jaar verder kijken.", "review_on")
    if until is not None and until <= today:
        raise Refused("Kies een dag na vandaag, of laat dit leeg.", "until")
    if until is not None and review_on > until:
        raise Refused("Op die dag is de blokkade al voorbij. Kies een eerdere dag.", "review_on")


def due_date(trigger_dates: Mapping[Trigger, date | None], rule: RetentionRule) -> Due:
    """When something falls due, and why: '5 jaar na einde traject op 3 maart 2021 (javawest 7)'.

    Nothing without a known trigger is ever due. Raises ValueError where the date lies past the calendar.
    """
    if rule.is_transfer:
        return _due_after_transfer(trigger_dates, rule)
    start = trigger_dates.get(rule.trigger)
    words = f"{parse_term(rule.term)} na {rule.trigger.label}"
    if start is None:
        return Due(None, f"{words}; die datum ontbreekt{_source(rule)}", (rule.trigger,))
    return Due(add_term(start, rule.term), f"{words} op {say(start)}{_source(rule)}")


def transfer_from(trigger_dates: Mapping[Trigger, date | None], rule: RetentionRule) -> date | None:
    """From which day the dossier is to be handed over to the opdrachtgever (werklokaal 7); None if not (yet) known."""
    return trigger_dates.get(rule.transfer_after) if rule.transfer_after else None


def say(day: date) -> str:
    """A date in words: 3 maart 2021."""
    return f"{day.day} {MONTH_NAMES[day.month - 1]} {day.year}"


def _due_after_transfer(trigger_dates: Mapping[Trigger, date | None], rule: RetentionRule) -> Due:
    """The own copy can't go before the opdrachtgever has signed for receipt (werklokaal 7)."""
    ended, received = transfer_from(trigger_dates, rule), trigger_dates.get(Trigger.TRANSFER_RECEIVED)
    after = rule.transfer_after.label if rule.transfer_after else ""
    if ended is None and rule.transfer_after:
        return Due(
            None,
            f"overdragen aan de opdrachtgever na {after}; die datum ontbreekt{_source(rule)}",
            (rule.transfer_after,),
        )
    if received is None:
        missing = (Trigger.TRANSFER_RECEIVED,)
        return Due(None, f"wacht op ontvangst door de opdrachtgever, na {after}{_source(rule)}", missing)
    return Due(received, f"overgedragen; de opdrachtgever tekende voor ontvangst op {say(received)}{_source(rule)}")


def _source(rule: RetentionRule) -> str:
    return f" ({rule.article})" if rule.article else ""
