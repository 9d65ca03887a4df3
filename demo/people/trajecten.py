"""One traject: its dates, hours, contract and everything that was written."""

from datetime import date, timedelta
from decimal import Decimal
from random import Random

from demo.people.binder import Binder
from demo.people.chance import rng_for
from demo.people.chapters import CHAPTERS, KIND_TITLES
from demo.people.payers import PAYS_FOR
from demo.people.scenarios import STAR, Scenario, fitting, kind_of, scenario_of, spans_until
from demo.people.shapes import Contract, Opdrachtgever, Person, PhaseSpan, Stuk, Traject
from demo.people.story import Story

GRANTED = {
    "werkfit": (30, 41),
    "naar_werk": (25, 45),
    "jobcoaching_intern": (20, 60),
    "jobcoaching_extern": (40, 110),
    "tweede_spoor": (30, 50),
    "loopbaan": (8, 16),
    "ondernemen": (20, 40),
}
EARLIER = Scenario("beeindigd", "termijn", "werkfit", years=2)


def trajecten(seed: int, slug: str, who: Person, payers: tuple[Opdrachtgever, ...], today: date) -> tuple[Traject, ...]:
    """The trajecten of one client: mostly one, sometimes an earlier one that ended."""
    kind = kind_of(seed, slug, who.index)
    scenario = fitting(scenario_of(seed, slug, who.index), kind)
    found = [traject(seed, slug, who, payers, today, kind, scenario, nth=1)]
    if scenario.quirk == "eerder traject":
        found.insert(0, traject(seed, slug, who, payers, today, "werkfit", EARLIER, nth=0))
    return tuple(found)


def traject(
    seed: int,
    slug: str,
    who: Person,
    payers: tuple[Opdrachtgever, ...],
    today: date,
    kind: str,
    scenario: Scenario,
    *,
    nth: int,
) -> Traject:
    rng = rng_for(seed, slug, who.index, "traject", nth)
    payer = _payer(rng, payers, kind, star=who.index == STAR)
    spans = spans_until(rng, scenario, today)
    story = Story(rng, who, kind, payer.name)
    binder = _written(story, spans, scenario, today, prefix=f"{who.index}-{nth}")
    return _assembled(rng, who, kind, payer, spans, scenario, binder, nth)


def _written(story: Story, spans: tuple[PhaseSpan, ...], scenario: Scenario, today: date, prefix: str) -> Binder:
    binder = Binder(story, prefix, today)
    for span in spans:
        CHAPTERS[span.phase](binder, span, scenario)
    return binder


def _payer(rng: Random, payers: tuple[Opdrachtgever, ...], kind: str, *, star: bool) -> Opdrachtgever:
    """The payers that buy this kind; the demo's own opdrachtgever account sees the first of them."""
    fitting = [payer for payer in payers if payer.kind in PAYS_FOR[kind]]
    return fitting[0] if star else rng.choice(fitting)


def _assembled(
    rng: Random,
    who: Person,
    kind: str,
    payer: Opdrachtgever,
    spans: tuple[PhaseSpan, ...],
    scenario: Scenario,
    binder: Binder,
    nth: int,
) -> Traject:
    begin, over = spans[0].starts, scenario.phase == "beeindigd"
    end = spans[-1].starts if over else None
    contract = _contract_at(rng, payer, begin)
    agreed = begin + timedelta(days=rng.randrange(7, 21))
    return Traject(
        key=f"{who.index}-{nth}",
        kind=kind,
        opdrachtgever=payer.key,
        contract=contract.number,
        ordernummer=f"{begin.year % 100}{rng.randrange(10**6):06d}-{who.index:04d}{nth}",
        phase=scenario.phase,
        phases=spans,
        aangemeld=begin,
        agreed_start=agreed,
        planned_end=agreed + timedelta(days=rng.choice((182, 273, 365))),
        hours_granted=Decimal(rng.randint(*GRANTED[kind])),
        sharing_stated=scenario.quirk != "toestemming ontbreekt",
        traject_ended=end,
        service_closed=None if scenario.quirk == "datum ontbreekt" else _days_after(end, rng.randrange(0, 15)),
        contract_ended=contract.ends if over and scenario.quirk != "datum ontbreekt" else None,
        transfer_received=_days_after(end, 45) if over and scenario.years > 3 and scenario.quirk == "" else None,
        end_reason=scenario.reason,
        end_result=scenario.result,
        goal=f"{KIND_TITLES[kind]}: {binder.story.words['beroep']}, {binder.story.words['uren']} uur per week",
        coach=who.index % 2,
        appointments=tuple(sorted(binder.appointments, key=lambda one: one.starts)),
        hours=tuple(sorted(binder.hours, key=lambda one: one.on)),
        stukken=_in_order(binder.stukken),
    )


def _in_order(stukken: list[Stuk]) -> tuple[Stuk, ...]:
    return tuple(sorted(stukken, key=lambda stuk: stuk.at))


def _contract_at(rng: Random, payer: Opdrachtgever, day: date) -> Contract:
    """A contract that ran on that day; before the first of them, the first."""
    running = [one for one in payer.contracts if one.starts <= day and (one.ends is None or one.ends >= day)]
    return rng.choice(running or payer.contracts[:1])


def _days_after(day: date | None, days: int) -> date | None:
    return day + timedelta(days=days) if day else None
