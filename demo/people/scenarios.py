"""Where a traject stands: twenty scenarios, shuffled per block of twenty clients, so that forty hold each twice."""

from dataclasses import dataclass, replace
from datetime import date, timedelta
from random import Random

from demo.people.chance import rng_for
from demo.people.days import working_day
from demo.people.places import REGIONS
from demo.people.shapes import PhaseSpan

PHASES = ("aangemeld", "intake", "plan", "begeleiding", "plaatsing", "nazorg", "beeindigd")
# Days that a phase takes, least and most.
LENGTHS = {
    "aangemeld": (3, 9),
    "intake": (9, 18),
    "plan": (8, 17),
    "begeleiding": (70, 190),
    "plaatsing": (35, 75),
    "nazorg": (60, 150),
}
STAR = 0


@dataclass(frozen=True, slots=True)
class Scenario:
    """``years`` ago it ended; ``reason`` and ``result`` only with an ended traject; ``quirk`` names what is special."""

    phase: str
    reason: str = ""
    result: str = ""
    years: int = 0
    quirk: str = ""

    @property
    def left_out(self) -> tuple[str, ...]:
        """A traject that did not lead to work had no placement."""
        no_job = self.phase == "beeindigd" and self.result not in ("werk", "zelfstandig", "behoud")
        return ("plaatsing", "nazorg") if no_job else ()


SCENARIOS = (
    Scenario("aangemeld"),
    Scenario("aangemeld", quirk="toestemming ontbreekt"),
    Scenario("intake"),
    Scenario("intake", quirk="zonder verslag"),
    Scenario("plan"),
    Scenario("plan", quirk="concept"),
    Scenario("begeleiding", quirk="zonder verslag"),
    Scenario("begeleiding", quirk="gezondheid"),
    Scenario("begeleiding", quirk="eerder traject"),
    Scenario("begeleiding", quirk="niet verschenen"),
    Scenario("begeleiding", quirk="concept"),
    Scenario("plaatsing"),
    Scenario("plaatsing", quirk="gezondheid"),
    Scenario("nazorg"),
    Scenario("nazorg", quirk="verklaring"),
    Scenario("beeindigd", "doel", "werk"),
    Scenario("beeindigd", "uitval", "geen"),
    Scenario("beeindigd", "termijn", "werkfit", years=4),
    Scenario("beeindigd", "doel", "werk", years=6),
    Scenario("beeindigd", "client", "scholing", years=6, quirk="datum ontbreekt"),
)
THE_STAR = Scenario("begeleiding", quirk="ster")
# What a result is called where the kind of traject can't have the usual one.
RESULTS_OF = {
    "jobcoaching": {"werk": "behoud", "werkfit": "behoud", "zelfstandig": "behoud", "scholing": "werk"},
    "ondernemen": {"werk": "zelfstandig", "werkfit": "scholing", "behoud": "zelfstandig", "vrijwillig": "geen"},
    "loopbaan": {"werkfit": "behoud", "vrijwillig": "scholing", "geen": "behoud"},
    "tweede_spoor": {"behoud": "werk"},
}
OTHER_ENDS = (("opdrachtgever", "geen"), ("anders", "vrijwillig"), ("doel", "behoud"), ("doel", "zelfstandig"))


def scenario_of(seed: int, slug: str, index: int) -> Scenario:
    """Client 0 is the one whose account the demo gives out: a rich story that still runs."""
    if index == STAR:
        return THE_STAR
    block, place = divmod(index, len(SCENARIOS))
    chosen = rng_for(seed, slug, "scenarios", block).sample(SCENARIOS, len(SCENARIOS))[place]
    return _varied(rng_for(seed, slug, index, "ending"), chosen)


def fitting(scenario: Scenario, kind: str) -> Scenario:
    """The same scenario with a result that this kind of traject can have."""
    renamed = RESULTS_OF.get(kind.removesuffix("_intern").removesuffix("_extern"), {})
    return replace(scenario, result=renamed.get(scenario.result, scenario.result))


def _varied(rng: Random, chosen: Scenario) -> Scenario:
    """Trajecten end in more ways than the scenarios name."""
    if chosen.phase != "beeindigd" or chosen.years or rng.random() > 0.4:
        return chosen
    reason, result = rng.choice(OTHER_ENDS)
    return replace(chosen, reason=reason, result=result)


def kind_of(seed: int, slug: str, index: int) -> str:
    """Kinds come round too, so that a bureau of forty has all of them."""
    kinds = REGIONS[slug].kinds
    if index == STAR:
        return "naar_werk"
    block, place = divmod(index, len(kinds))
    return rng_for(seed, slug, "kinds", block).sample(kinds, len(kinds))[place]


def spans_until(rng: Random, scenario: Scenario, today: date) -> tuple[PhaseSpan, ...]:
    """The phases a traject went through, laid back from today, or from the end some years ago; on working days."""
    passed = [phase for phase in PHASES[: PHASES.index(scenario.phase)] if phase not in scenario.left_out]
    lengths = [rng.randint(*LENGTHS[phase]) for phase in passed]
    inside = _days_inside(rng, scenario.phase, scenario.years)
    begin = working_day(today - timedelta(days=inside + sum(lengths)))
    spans = []
    for phase, length in zip(passed, lengths, strict=True):
        end = working_day(begin + timedelta(days=length))
        spans.append(PhaseSpan(phase, begin, end))
        begin = end
    return (*spans, PhaseSpan(scenario.phase, min(begin, today), None))


def _days_inside(rng: Random, phase: str, years: int) -> int:
    """How many days ago the last phase began."""
    if phase == "beeindigd":
        return years * 365 + rng.randrange(20, 110)
    least, most = LENGTHS[phase]
    return rng.randint(max(4, least // 2), max(6, most * 2 // 3))
