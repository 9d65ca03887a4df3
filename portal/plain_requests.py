"""Plain words (B1) for what somebody may ask about their data, and for how it stands. No database."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext as _

from bureaus.words import word
from requests.clocks import Standing
from requests.deciding import ENDS_HERE
from requests.models import Change, Decision, Kind, State


@dataclass(frozen=True)
class Choice:
    """One thing that can be asked: as somebody would say it, and one line of what it means."""

    kind: str
    title: str
    line: str
    icon: str


def kinds() -> list[Choice]:
    """What can be asked, the usual first."""
    return [
        Choice(Kind.INZAGE, _("Ik wil mijn dossier bekijken"), _("Wij laten u zien wat er over u in staat."), "eye"),
        Choice(Kind.AFSCHRIFT, _("Ik wil een kopie van mijn gegevens"), _("U krijgt alles op een rij, om te bewaren."),
               "copy"),
        Choice(Kind.CORRECTIE, _("Er klopt iets niet"),
               _("U vraagt ons om iets te verbeteren, aan te vullen, weg te halen of af te schermen."), "pencil"),
        Choice(Kind.VERNIETIGING, _("Ik wil dat mijn dossier wordt vernietigd"),
               _("Wij kijken wat wij mogen wissen. Soms moeten wij iets bewaren; dan leggen wij uit waarom."), "trash"),
        Choice(Kind.OVERDRACHT, _("Ik wil mijn gegevens meenemen naar een ander"),
               _("U krijgt een bestand dat een computer kan lezen."), "transfer"),
        Choice(Kind.BEPERKING, _("Gebruik mijn gegevens even niet"),
               _("Bijvoorbeeld omdat wij nog uitzoeken of ze kloppen."), "player-pause"),
        Choice(Kind.BEZWAAR, _("Ik wil niet dat u mijn gegevens zo gebruikt"),
               _("U zegt waarom niet. Wij kijken of wij moeten stoppen."), "ban"),
        Choice(Kind.KLACHT, _("Ik heb een klacht"),
               _("Over ons werk, of over hoe wij met u omgaan. Een ander dan die persoon leest hem."), "flag"),
    ]  # fmt: skip


def choice_of(kind: str) -> Choice | None:
    return next((one for one in kinds() if one.kind == kind), None)


def title_of(kind: str) -> str:
    found = choice_of(kind)
    return found.title if found else kind


def changes() -> list[tuple[str, str]]:
    """What may be done with a stuk that is not right."""
    return [
        (Change.IMPROVE, _("Verbeteren: er staat iets dat niet klopt")),
        (Change.ADD, _("Aanvullen: er mist iets")),
        (Change.DELETE, _("Weghalen: dit hoort er niet in")),
        (Change.SHIELD, _("Afschermen: dit hoeft niet iedereen te lezen")),
    ]


def question(kind: str) -> str:
    """What is asked above the box for one's own words."""
    asked = {
        Kind.CORRECTIE: _("Wat klopt er niet?"),
        Kind.KLACHT: _("Waar gaat uw klacht over?"),
        Kind.BEPERKING: _("Welke gegevens, en waarom?"),
        Kind.BEZWAAR: _("Waarom wilt u dit niet?"),
    }
    return asked.get(Kind(kind), _("Wilt u er iets bij zeggen?"))


def stands(state: str, decision: str = "") -> str:
    """How it stands with a request, in a sentence. After a no there is nothing to carry out."""
    if state == State.DECIDED and decision in ENDS_HERE:
        return _("Wij hebben een besluit genomen.")
    client = word("directie", article=True)
    sentences = {
        State.OPEN: _("Wij zijn ermee bezig."),
        State.SECOND_LOOK: _("Het ligt nu bij {directie}.").format(directie=client),
        State.DECIDED: _("Wij hebben een besluit genomen. Wij voeren het nog uit."),
        State.CLOSED: _("Dit is klaar."),
        State.WITHDRAWN: _("U hebt dit ingetrokken."),
        State.JOINED: _("Dit is samengevoegd met een ander verzoek van u."),
    }
    return sentences[State(state)]


def decided(decision: str) -> str:
    """What was decided, as one would say it."""
    sentences = {
        Decision.GRANTED: _("Ja, wij doen wat u vraagt."),
        Decision.PARTLY: _("Wij doen een deel van wat u vraagt."),
        Decision.REFUSED: _("Nee, wij doen dit niet."),
        Decision.FOUNDED: _("Uw klacht klopt."),
        Decision.PARTLY_FOUNDED: _("Uw klacht klopt voor een deel."),
        Decision.UNFOUNDED: _("Wij vinden dat uw klacht niet klopt."),
        Decision.INADMISSIBLE: _("Wij kunnen uw klacht niet behandelen."),
    }
    return sentences[Decision(decision)] if decision else ""


def left(standing: Standing) -> str:
    """How long it still takes at most."""
    if standing.still:
        return _("Wij wachten op u: wij weten nog niet zeker wie dit vraagt")
    if standing.left < 0:
        return _("Wij zijn te laat. Dat spijt ons.")
    if standing.left == 0:
        return _("Vandaag is de laatste dag")
    return _("Nog 1 dag") if standing.left == 1 else _("Nog {days} dagen").format(days=standing.left)
