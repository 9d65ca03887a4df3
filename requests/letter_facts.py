"""What the fields of a letter become for one request, and for the example that who writes a text looks at."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from django.utils import timezone

from bureaus import reglement
from bureaus.models import Bureau
from bureaus.tenancy import current_bureau_id
from bureaus.words import word
from requests.letter_texts import AUTHORITY
from requests.models import Change, Decision, Judgement, Kind, LetterTemplate, Verdict, Verzoek
from requests.numbering import places
from retention.rules import say

LetterKind = LetterTemplate.Kind
ASKED = {
    Kind.INZAGE: "U wilt uw dossier inzien.",
    Kind.AFSCHRIFT: "U vraagt een kopie van uw gegevens.",
    Kind.CORRECTIE: "U vraagt ons iets te veranderen in uw dossier.",
    Kind.VERNIETIGING: "U vraagt ons uw gegevens te vernietigen.",
    Kind.OVERDRACHT: "U vraagt uw gegevens om mee te nemen.",
    Kind.BEPERKING: "U vraagt ons uw gegevens voorlopig niet te gebruiken.",
    Kind.BEZWAAR: "U maakt bezwaar tegen het gebruik van uw gegevens.",
    Kind.KLACHT: "U hebt een klacht.",
}
CHANGES = {
    Change.IMPROVE: "U vraagt ons iets in uw dossier te verbeteren.",
    Change.ADD: "U vraagt ons iets aan uw dossier toe te voegen.",
    Change.DELETE: "U vraagt ons iets uit uw dossier te verwijderen.",
    Change.SHIELD: "U vraagt ons iets in uw dossier af te schermen.",
}
DECIDED = {
    Decision.GRANTED: "Wij doen wat u vraagt.",
    Decision.PARTLY: "Wij doen een deel van wat u vraagt.",
    Decision.REFUSED: "Wij doen niet wat u vraagt.",
    Decision.FOUNDED: "U hebt gelijk: uw klacht is gegrond.",
    Decision.PARTLY_FOUNDED: "U hebt voor een deel gelijk: uw klacht is deels gegrond.",
    Decision.UNFOUNDED: "Wij geven u geen gelijk: uw klacht is ongegrond.",
    Decision.INADMISSIBLE: "Wij nemen uw klacht niet in behandeling.",
}
# Nothing was kept from who asked, so there is nothing to go to a judge with.
_GIVEN = (Decision.GRANTED, Decision.FOUNDED)


def values(verzoek: Verzoek, kind: str) -> dict[str, str]:
    """Every field for this letter; '' for what has nothing to say in it. In the reach of the system."""
    return _common() | {
        "naam": str(verzoek.client),
        "nummer": verzoek.number,
        "vraag": CHANGES.get(Change(verzoek.change), "") if verzoek.change else ASKED[Kind(verzoek.kind)],
        "ontvangen": say(verzoek.received_on),
        "uiterlijk": say(verzoek.due_on),
        "behandelaar": verzoek.handler.name if verzoek.handler else _bureau().legal_name,
        "besluit": DECIDED[Decision(verzoek.decision)] if verzoek.decision else "",
        "grond": verzoek.reason_code,
        "reden": _reason(verzoek, kind),
        "niet_gegeven": _withheld(verzoek),
        "rechten": _rights(verzoek.kind, verzoek.decision),
    }


def example(kind: str) -> dict[str, str]:
    """A request that nobody made."""
    complaint = kind in (LetterKind.COMPLAINT_ACKNOWLEDGE, LetterKind.COMPLAINT_DECIDE)
    of = Kind.KLACHT if complaint else Kind.AFSCHRIFT
    decision = {
        LetterKind.DECIDE: Decision.PARTLY,
        LetterKind.REFUSE: Decision.REFUSED,
        LetterKind.COMPLAINT_DECIDE: Decision.PARTLY_FOUNDED,
    }.get(LetterKind(kind), Decision.REFUSED)
    today = timezone.localdate()
    return _common() | {
        "naam": "Voornaam Achternaam",
        "nummer": f"V{today.year}-0000",
        "vraag": ASKED[of],
        "ontvangen": say(today),
        "uiterlijk": say(today + timedelta(days=28)),
        "behandelaar": "Naam van wie behandelt",
        "besluit": DECIDED[decision],
        "grond": "bescherming van anderen",
        "reden": "Hier komt de reden die bij het besluit is opgeschreven.",
        "niet_gegeven": "- Stuk 3: hier komt waarom het niet meegaat.",
        "rechten": _rights(of, decision),
    }


def letter_words(values: Mapping[str, str], day: date) -> dict[str, Any]:
    """What stands on the paper beside the text."""
    return {"number": values["nummer"], "day": day, "signed_by": values["behandelaar"]}


def _common() -> dict[str, str]:
    return {
        "bureau": _bureau().legal_name,
        "coach": word("coach"),
        "directie": word("directie"),
        "toezichthouder": AUTHORITY,
        "rechter_weken": str(_court_weeks()),
    }


def _bureau() -> Bureau:
    found: Bureau = Bureau.objects.get(pk=current_bureau_id())
    return found


def _court_weeks() -> int:
    return reglement.in_force().requests.court_weeks


def _reason(verzoek: Verzoek, kind: str) -> str:
    sealed = verzoek.extension_reason if kind == LetterKind.EXTEND else verzoek.reason
    return str(sealed or "")


def _rights(kind: str, decision: str) -> str:
    """AVG 12.4: the supervisor and the judge. After a complaint only the first, where it is about data."""
    if not decision or decision in _GIVEN:
        return ""
    if kind == Kind.KLACHT:
        return (
            f"Bent u het hier niet mee eens? Gaat het om uw gegevens? Dan kunt u een klacht indienen bij {AUTHORITY}."
        )
    weeks = _court_weeks()
    return (
        f"Bent u het hier niet mee eens? U kunt een klacht indienen bij {AUTHORITY}."
        f" U kunt ook naar de rechter gaan. Doe dat binnen {weeks} {'week' if weeks == 1 else 'weken'} na deze brief."
    )


def _withheld(verzoek: Verzoek) -> str:
    """Each stuk that does not go, whole or in part, by its place in the dossier and with its reason (werkid 10.2)."""
    rows = Judgement.objects.filter(verzoek=verzoek, verdict=Verdict.WITHHOLD)
    found = {one.stuk_id: str(one.reason or "") or one.reason_code for one in rows}
    found |= {
        one.stuk_id: f"een deel gaat niet mee ({one.reason_code})"
        for one in Judgement.objects.filter(verzoek=verzoek, verdict=Verdict.REDACT)
    }
    known = places(verzoek)
    told = sorted((known[stuk_id], why) for stuk_id, why in found.items() if stuk_id in known)
    return "\n".join(f"- {place}: {' '.join(why.split())}" for (_, place), why in told)
