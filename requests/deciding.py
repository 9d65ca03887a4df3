"""What may be decided about which request, and what such a decision demands. Pure: no database, no user."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date

from access.rules import RuleBroken
from requests.models import ANSWERED, LIVING, Change, Decision, Kind, LetterTemplate, State
from requests.rules import reglement_deadline

COPIES = (Kind.INZAGE, Kind.AFSCHRIFT, Kind.OVERDRACHT)
COMPLAINT = (Decision.FOUNDED, Decision.PARTLY_FOUNDED, Decision.UNFOUNDED, Decision.INADMISSIBLE)
ANSWERS = (Decision.GRANTED, Decision.PARTLY, Decision.REFUSED)
# A whole or half no: reasons are demanded (pluspunt 4.3, jmwerkt 6.1.2, AVG 12.4).
REFUSING = (Decision.REFUSED, Decision.PARTLY, Decision.UNFOUNDED, Decision.PARTLY_FOUNDED, Decision.INADMISSIBLE)
# Nothing has to be carried out after these.
ENDS_HERE = (Decision.REFUSED, Decision.UNFOUNDED, Decision.INADMISSIBLE)
REASON = 4_000  # characters
# The one refusal for which nobody needs to know who asks.
NO_IDENTITY = "niet aangetoond wie het vraagt"
# Where the reglement names no grounds of its own; each is short enough for the column and speaks for itself. [V]
GROUNDS = {
    Kind.CORRECTIE: (
        "de tekst klopt en is van belang voor het traject",
        "het is een oordeel van wie het schreef; een eigen verklaring kan erbij",
        "de wet vraagt dat het zo bewaard blijft",
    ),
    Kind.VERNIETIGING: (
        "een ander heeft er een aanmerkelijk belang bij dat het blijft",
        "de wet vraagt dat het bewaard blijft",
        "het is nodig voor een rechtszaak",
    ),
    Kind.OVERDRACHT: ("bescherming van de rechten en vrijheden van anderen",),
    Kind.BEPERKING: ("geen van de redenen van AVG 18 doet zich voor",),
    Kind.BEZWAAR: ("dwingende redenen van het bureau wegen zwaarder (AVG 21)", "het is nodig voor een rechtszaak"),
}  # fmt: skip
GENERAL = ("hetzelfde verzoek is kort geleden al beantwoord",)
SAY_WHAT = "Schrijf op wat u vindt en wat er nu gebeurt."
IDENTITY_FIRST = "Eerst moet duidelijk zijn wie het vraagt. Leg vast hoe dat is gebleken; daarna kunt u besluiten."


def letter_of(kind: str, decision: str) -> LetterTemplate.Kind:
    """The letter that tells what was decided."""
    if kind == Kind.KLACHT:
        return LetterTemplate.Kind.COMPLAINT_DECIDE
    return LetterTemplate.Kind.REFUSE if decision == Decision.REFUSED else LetterTemplate.Kind.DECIDE


def letters_for(kind: str, state: str, decision: str, *, identified: bool, extended: bool) -> list[LetterTemplate.Kind]:
    """The letters that can be made of a request as it stands."""
    letter, living, answered = LetterTemplate.Kind, state in LIVING, state in ANSWERED
    if kind == Kind.KLACHT:
        return [letter.COMPLAINT_ACKNOWLEDGE] * living + [letter.COMPLAINT_DECIDE] * answered
    found = [letter.ACKNOWLEDGE] * living
    found += [letter.IDENTITY] * (living and not identified)
    found += [letter.EXTEND] * (living and extended)
    return found + [letter_of(kind, decision)] * answered


def answers_for(kind: str, change: str = "", *, objection_ends: bool = True) -> tuple[Decision, ...]:
    """The decisions that fit a request. Deleting and shielding are done or not; marketing ends always (AVG 21.3)."""
    if kind == Kind.KLACHT:
        return COMPLAINT
    if kind == Kind.BEZWAAR and objection_ends:
        return (Decision.GRANTED,)
    if kind == Kind.BEPERKING or (kind == Kind.CORRECTIE and change in (Change.DELETE, Change.SHIELD)):
        return (Decision.GRANTED, Decision.REFUSED)
    return ANSWERS


def grounds_for(kind: str, of_inzage: Sequence[str]) -> tuple[str, ...]:
    """The reasons that can be given: the reglement's own for a copy, else the law's; a complaint has words alone."""
    if kind == Kind.KLACHT:
        return ()
    own = of_inzage if kind in (Kind.INZAGE, Kind.AFSCHRIFT) else GROUNDS.get(Kind(kind), ())
    return tuple(one[:80] for one in dict.fromkeys((*own, *GENERAL, NO_IDENTITY)))


def check_reasoned(decision: str, code: str, reason: str, grounds: Iterable[str]) -> None:
    """Raises RuleBroken (fields `reason_code`, `reason`): no, or not all, without saying why."""
    known = tuple(grounds)
    if decision in REFUSING and known and code not in known:
        raise RuleBroken("Kies de reden waarom niet alles wordt toegewezen.", "reason_code")
    if decision in REFUSING and not reason.strip():
        raise RuleBroken("Leg uit waarom. Zonder uitleg kan dit besluit er niet komen.", "reason")
    if decision == Decision.FOUNDED and not reason.strip():
        raise RuleBroken(SAY_WHAT, "reason")


def check_identified(kind: str, decision: str, code: str, *, identified: bool) -> None:
    """Nothing is decided before it is known who asks (jmwerkt 5.1.3); a complaint asks no proof. Raises RuleBroken."""
    if identified and code == NO_IDENTITY:
        raise RuleBroken("Van dit verzoek is bekend wie het vraagt. Kies een andere reden.", "reason_code")
    if not identified and kind != Kind.KLACHT and not (decision == Decision.REFUSED and code == NO_IDENTITY):
        raise RuleBroken(IDENTITY_FIRST, "decision")


def check_admissible_in_time(decision: str, received: date, term: str, today: date) -> None:
    """Not taking up a complaint is said within its own, shorter term (DOMAIN 4). Raises RuleBroken."""
    last = reglement_deadline(received, term)
    if decision == Decision.INADMISSIBLE and today > last:
        raise RuleBroken(
            f"Niet in behandeling nemen kon tot en met {last.day}-{last.month}-{last.year}. Behandel de klacht.",
            "decision",
        )


def check_all_given(decision: str, withheld: int) -> None:
    """Who keeps something back grants in part. Raises RuleBroken."""
    if decision == Decision.GRANTED and withheld:
        raise RuleBroken("U houdt een of meer stukken achter. Kies dan ‘deels toegewezen’.", "decision")
    if decision == Decision.PARTLY and not withheld:
        raise RuleBroken("U geeft alles mee. Kies dan ‘toegewezen’, of houd eerst een stuk achter.", "decision")


def check_open(state: str) -> None:
    """Raises RuleBroken where somebody was first."""
    if state == State.SECOND_LOOK:
        raise RuleBroken("Dit besluit wacht al op een tweede blik.")
    if state == State.WITHDRAWN:
        raise RuleBroken("Dit verzoek is ingetrokken.")
    if state == State.JOINED:
        raise RuleBroken("Dit verzoek hoort bij een eerder verzoek. Beslis daarover.")
    if state != State.OPEN:
        raise RuleBroken("Over dit verzoek is al besloten.")
