"""What a ground asks before anything leaves by it, and which stukken it lets out. No database, no user.

No ground, no disclosure (javawest 2, 8; werkid 8, 12; pluspunt 3.6; jmwerkt 3.1.3; werklokaal 8).
"""

from __future__ import annotations

import hashlib
import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from access.rules import RuleBroken
from bureaus.schema import Direction, Ground, Herkomst, OpdrachtgeverKind, StukKind, never_to

CODE_LENGTH = 8
TRIES = 5  # wrong codes, after which somebody here has to give another one
DAYS = 14  # that a package stands ready


@dataclass(frozen=True)
class Needs:
    """What a ground asks. `when`: for who chooses. `words` and `paper` are the labels of what must be said or laid
    beside it; '' where nothing is."""

    when: str
    consent: bool = False
    words: str = ""
    words_help: str = ""
    paper: str = ""
    paper_help: str = ""
    tells_directie: bool = False
    # Why no stuk of a dossier goes by this ground.
    nothing: str = ""


NEEDS: dict[Ground, Needs] = {
    Ground.CONSENT: Needs(
        "Er is een geldige toestemming voor precies deze ontvanger.",
        consent=True,
    ),
    Ground.LAW: Needs(
        "Een wet verplicht u om dit te geven. Dat iemand erom mag vragen, is niet genoeg.",
        words="Welke wet, en welk artikel?",
        words_help="Bijvoorbeeld: artikel 54 van de Wet SUWI. De ontvanger moet dit kunnen noemen.",
    ),
    Ground.NO_OBJECTION: Needs(
        "Iemand heeft schriftelijk verklaard geen bezwaar te hebben.",
        paper="De ondertekende verklaring, ingescand",
        paper_help="PDF of foto. Zonder handtekening geldt zij niet.",
    ),
    Ground.UNTRACEABLE: Needs(
        "Gegevens waaraan niemand te herkennen is, zoals aantallen.",
        nothing="Een stuk uit een dossier is altijd tot iemand te herleiden. Op deze grond gaat er geen stuk uit.",
    ),
    Ground.NECESSARY_HELPER: Needs(
        "Iemand werkt vanuit zijn beroep mee aan dit traject, en kan dat niet zonder deze stukken.",
        words="Wie is het, wat doet die in dit traject, en waarom kan het niet zonder?",
    ),
    Ground.GUIDANCE: Needs(
        "De ontvanger heeft dit nodig om in dit traject te begeleiden.",
        words="Waarvoor in de begeleiding is dit nodig?",
    ),
    Ground.CONTRACT: Needs(
        "De overeenkomst over dit traject vraagt erom.",
        words="Welke overeenkomst, en welke afspraak daarin?",
    ),
    Ground.VITAL_INTEREST: Needs(
        "Er is ernstig gevaar voor iemands gezondheid, en vragen kan niet.",
        words="Welk gevaar, voor wie, en waarom kon het niet worden gevraagd?",
        tells_directie=True,
    ),
    Ground.COURT_ORDER: Needs(
        "Een rechter heeft het bevolen.",
        words="Welke rechter, op welke dag, onder welk nummer?",
        paper="Het bevel, ingescand",
        paper_help="PDF of foto van het bevel zelf.",
    ),
    Ground.COMPATIBLE: Needs(
        "Het past bij het doel waarvoor wij deze gegevens kregen.",
        words="Waarvoor kregen wij het, en waarom past dit daarbij?",
    ),
    Ground.OVERMACHT: Needs(
        "U kunt niet anders: niets doen zou erger zijn.",
        words="Wat is er aan de hand, en waarom kunt u niet anders?",
        words_help="Schrijf het uit. De leiding krijgt meteen bericht en leest dit.",
        tells_directie=True,
    ),
}


# These let something out because it serves what it was got for: no new ground for another purpose (jmwerkt 4.1.2).
LEANING = frozenset({Ground.NECESSARY_HELPER, Ground.GUIDANCE, Ground.CONTRACT, Ground.COMPATIBLE})


@dataclass(frozen=True)
class Piece:
    """A stuk, as far as it is asked whether it may go."""

    kind: str
    concept: bool
    shielded: bool
    health: bool
    along: bool = False  # an own statement about another stuk: goes where that one goes


def check_ground(ground: str, *, offered: bool, consent: bool, words: str, paper: bool) -> Needs:
    """Whether all is there that this ground asks. `offered`: the reglement in force names it. Raises RuleBroken."""
    if ground not in NEEDS or not offered:
        raise RuleBroken("Kies een grond die in het reglement staat. Zonder grond gaat er niets uit.", "ground")
    needs = NEEDS[Ground(ground)]
    if needs.nothing:
        raise RuleBroken(needs.nothing, "ground")
    if needs.consent and not consent:
        raise RuleBroken("Kies de toestemming. Is er geen, vraag die dan eerst.", "consent")
    if needs.words and not words.strip():
        raise RuleBroken("Schrijf dit op. Zonder deze uitleg is er geen grond.", "words")
    if needs.paper and not paper:
        raise RuleBroken("Voeg dit papier toe. Zonder dat is er geen grond.", "paper")
    return needs


def check_consent(
    *, holds: bool, given: bool, directions: Sequence[str], stukken: bool, dossier_id: uuid.UUID | None,
    wanted: uuid.UUID,
) -> None:  # fmt: skip
    """Whether a consent of this client lets something of this dossier out now. Without a name: a refusal stays in the
    log. Raises RuleBroken."""
    if not given:
        raise RuleBroken("Deze toestemming geldt niet: zij is niet gegeven, of weer ingetrokken.", "consent")
    if not holds:
        raise RuleBroken("Deze toestemming is verlopen. Vraag een nieuwe.", "consent")
    if Direction.SHARE not in directions:
        raise RuleBroken("Deze toestemming gaat niet over gegevens geven aan een ander.", "consent")
    if not stukken:
        raise RuleBroken("Deze toestemming is voor iets anders gegeven. Op haar gaan er geen stukken uit.", "consent")
    if dossier_id is not None and dossier_id != wanted:
        raise RuleBroken("Deze toestemming gaat over een ander dossier.", "consent")


def receiver_by(party: str, *, names_party: bool, typed: str) -> str:
    """Who gets it: where a consent names somebody, that one and nobody else. Raises RuleBroken."""
    named = " ".join(party.split()) if names_party else ""
    given = " ".join(typed.split())
    if named and given and given.casefold() != named.casefold():
        raise RuleBroken("Deze toestemming noemt een andere ontvanger. Laat dit leeg om die te kiezen.", "receiver")
    if not (named or given):
        raise RuleBroken("Vul in wie het krijgt.", "receiver")
    return named or given


def is_known_as(names: Iterable[str], receiver: str, address: str) -> bool:
    """Whether the receiver, a part of it between commas, or its address is one of these names and addresses."""
    known = {_plain(one) for one in names}
    said = {_plain(one) for one in (receiver, *receiver.split(","), address)}
    return bool(known & said - {""})


def _plain(words: str) -> str:
    return " ".join(words.replace(".", "").split()).casefold()


def why_not(piece: Piece, *, receiver_kind: str) -> str:
    """Why a stuk stays here whatever the ground; '' where it may go.

    Concepts and werkaantekeningen are no part of the dossier (werkid 10.4); what was shielded at the person's request
    goes to nobody (pluspunt 4.3); some go to no payer of that kind, by law (DOMAIN 5).
    """
    if piece.kind == StukKind.WERKAANTEKENING:
        return "een werkaantekening hoort niet bij het dossier"
    if piece.concept:
        return "dit is nog een concept"
    if piece.shielded:
        return "afgeschermd op verzoek van wie het over gaat"
    if receiver_kind in set(OpdrachtgeverKind) and never_to(receiver_kind, piece.kind, health=piece.health):
        return "dit soort stuk mag van de wet niet naar deze ontvanger"
    if piece.along:
        return "gaat vanzelf mee met het stuk waar het over gaat"
    return ""


def why_not_reused(herkomst: str, origin: str, *, ground: str, receiver_kind: str) -> str:
    """Why what came from somebody else stays here on a ground that leans on what we got it for; '' where it may go.

    Given to us for one purpose it serves another only on a ground of its own (jmwerkt 4.1.2). What an opdrachtgever
    gave may go back to one of that kind.
    """
    if ground not in LEANING:
        return ""
    if herkomst == Herkomst.DERDE:
        return "dit kwam van een derde; daarvoor is een eigen grond nodig, zoals toestemming of een wet"
    if origin and origin != receiver_kind:
        return "dit kwam van wie het traject betaalt; daarvoor is een eigen grond nodig, zoals toestemming"
    return ""


def plain_code(typed: str) -> str:
    """A code as it was given out, however it was typed: capitals, without spaces and dashes."""
    return "".join(sign for sign in typed.upper() if sign.isascii() and sign.isalnum())


def shown_code(code: str) -> str:
    """In two halves, to be read out on the telephone."""
    half = len(code) // 2
    return f"{code[:half]}-{code[half:]}"


def fingerprint(parts: Iterable[str]) -> str:
    """Of what was looked at; says nothing of content."""
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:32]
