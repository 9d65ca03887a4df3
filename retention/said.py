"""Until when, in words: for the rail of a dossier, for its page of keeping, and for the client (B1)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from django.utils.translation import gettext as _

from bureaus.schema import RetentionRule, Trigger
from bureaus.terms import parse_term
from bureaus.words import word
from dossiers.models import Dossier
from dossiers.rail import Keeping
from retention import terms
from retention.clock import database_today
from retention.models import HoldKind
from retention.rules import say
from retention.terms import OTHER_TRAJECT, OWN_TRAJECT, Block, Standing


def keeping(dossier: Dossier) -> Keeping:
    """What the rail beside a dossier says: until when, why, and what keeps it longer."""
    standing, blocks = terms.whole(dossier)
    kept = [one.label for one in blocks if one.kind != OWN_TRAJECT]
    if standing.due.on is None and dossier.traject.is_running:
        rule = standing.chosen.rule
        return Keeping(_while_running(rule), None, kept, rule.article)
    return Keeping(standing.due.explanation, standing.due.on, kept)


def _while_running(rule: RetentionRule) -> str:
    """While a traject runs it is no news that its end is not known."""
    if not rule.is_transfer:
        return f"Tot {parse_term(rule.term)} na {after(rule.trigger)}"
    payer = word("opdrachtgever", article=True)
    held = f", die het {parse_term(rule.receiver_keeps)} bewaart" if rule.receiver_keeps else ""
    start = after(rule.transfer_after) if rule.transfer_after else "afloop"
    return f"Na {start} gaat het naar {payer}{held}"


def after(trigger: Trigger) -> str:
    """The moment that a term counts from, as one says it."""
    moments = {
        Trigger.TRAJECT_ENDED: "het einde van het traject",
        Trigger.SERVICE_CLOSED: "het afsluiten van de dienstverlening",
        Trigger.CONTRACT_ENDED: "het einde van het contract",
        Trigger.TRANSFER_RECEIVED: f"de ontvangst door {word('opdrachtgever', article=True)}",
    }
    return moments[trigger]


# -- for the client --------------------------------------------------------------------------------------------------
def for_client(dossier: Dossier) -> list[str]:
    """How long we keep it, in sentences of B1."""
    standing, blocks = terms.whole(dossier)
    today = database_today()
    found = _transfer(standing.chosen.rule) if standing.chosen.rule.is_transfer else _term(standing, today)
    return [*found, *_longer(standing, blocks, today)]


def _term(standing: Standing, today: date) -> list[str]:
    rule, on = standing.chosen.rule, standing.due.on
    term, start = parse_term(rule.term), _after_for_client(rule.trigger)
    gone = _("Daarna vernietigen wij het.")
    if on is None:
        return [_("Wij bewaren uw dossier tot {term} na {start}.").format(term=term, start=start), gone]
    if on <= today:
        return [_("Wij hoefden uw dossier te bewaren tot {day}. Die dag is voorbij.").format(day=say(on))]
    why = _("Dat is {term} na {start}.").format(term=term, start=start)
    return [_("Wij bewaren uw dossier tot {day}.").format(day=say(on)), why, gone]


def _transfer(rule: RetentionRule) -> list[str]:
    payer = word("opdrachtgever", article=True)
    start = _after_for_client(rule.transfer_after) if rule.transfer_after else _("uw traject")
    found = [_("Na {start} gaat uw dossier naar {payer}.").format(start=start, payer=payer)]
    if rule.receiver_keeps:
        found.append(_("Daar wordt het {term} bewaard.").format(term=parse_term(rule.receiver_keeps)))
    return [*found, _("Wij bewaren het dan niet meer.")]


def _after_for_client(trigger: Trigger) -> str:
    payer = word("opdrachtgever", article=True)
    moments = {
        Trigger.TRAJECT_ENDED: _("het einde van uw traject"),
        Trigger.SERVICE_CLOSED: _("het einde van onze begeleiding"),
        Trigger.CONTRACT_ENDED: _("het einde van ons contract met {payer}").format(payer=payer),
        Trigger.TRANSFER_RECEIVED: _("de dag dat {payer} het heeft gekregen").format(payer=payer),
    }
    return moments[trigger]


def _longer(standing: Standing, blocks: Sequence[Block], today: date) -> list[str]:
    """Why it stays longer; for a traject that runs that goes without saying."""
    reasons = [_why(one) for one in blocks if one.kind != OWN_TRAJECT]
    if reasons:
        return [_("Wij bewaren het nu langer, want {why}.").format(why=_(" en ").join(dict.fromkeys(reasons)))]
    if not blocks and _is_due(standing, today):
        return [_("Wij vernietigen het binnenkort.")]
    return []


def _is_due(standing: Standing, today: date) -> bool:
    return standing.due.is_due(today) and not standing.chosen.rule.is_transfer


def _why(block: Block) -> str:
    sentences: dict[str, str] = {
        HoldKind.REQUEST: _("er loopt nog een verzoek"),
        HoldKind.COMPLAINT: _("er loopt nog een klacht"),
        HoldKind.LAWSUIT: _("er loopt nog een rechtszaak"),
        HoldKind.INTEREST: _("het is voor iemand anders belangrijk"),
        HoldKind.HOURS: _("wij moeten nog uren afrekenen"),
        OTHER_TRAJECT: _("u hebt nog een traject bij ons"),
    }
    return sentences.get(block.kind, _("wij hebben het nog nodig"))
