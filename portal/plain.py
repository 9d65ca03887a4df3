"""Plain words (B1) for what the bureau calls otherwise: phases, roles, why somebody could look. No database."""

from __future__ import annotations

from django.utils.translation import gettext as _

from access.models import Ground, Role
from bureaus import reglement
from bureaus.schema import Herkomst
from bureaus.words import word
from clients.models import Phase, Traject

# Grounds that are out of the ordinary: the client is told that this was the ground.
UNUSUAL = {
    Ground.CONSENT_OF_DIRECTIE: "met toestemming van de directie",
    Ground.EMERGENCY: "in een noodgeval",
    Ground.SUPPORT: "om een technisch probleem op te lossen",
}


def phase_sentence(phase: str) -> str:
    """Where a traject is, as one would say it to the client."""
    coach = word("coach")
    sentences = {
        Phase.REGISTERED: _("U bent bij ons aangemeld. Wij maken een afspraak met u voor een eerste gesprek."),
        Phase.INTAKE: _("U maakt kennis met uw {coach}. Samen kijkt u waar u nu staat."),
        Phase.PLAN: _("U maakt met uw {coach} een plan: wat wilt u bereiken, en hoe?"),
        Phase.COACHING: _("U werkt aan uw plan. Uw {coach} helpt u daarbij."),
        Phase.PLACEMENT: _("U zoekt werk of begint met werk. Uw {coach} helpt u daarbij."),
        Phase.AFTERCARE: _("U bent aan de slag. Uw {coach} vraagt nog hoe het gaat."),
        Phase.ENDED: _("Uw traject is klaar."),
    }
    return sentences[Phase(phase)].format(coach=coach)


def role_sentence(role: str) -> str:
    """What somebody with this role does, for who does not know the word."""
    sentences = {
        Role.COACH: _("begeleidt mensen zoals u"),
        Role.ADMINISTRATIE: _("doet de administratie"),
        Role.DIRECTIE: _("geeft leiding aan het bureau"),
        Role.FG: _("let op uw privacy"),
        Role.BEHEERDER: _("beheert de accounts van het bureau"),
    }
    return sentences.get(Role(role), "")


def roles_sentence(roles: list[str]) -> str:
    return ", ".join(filter(None, map(role_sentence, roles)))


def ground_words(ground: str) -> str:
    """Out of the ordinary: by which way somebody could look. Else nothing."""
    return _(UNUSUAL[Ground(ground)]) if ground in UNUSUAL else ""


def herkomst_words(herkomst: str) -> str:
    """From whom a stuk is (javawest 5.1), as one would say it to the client."""
    words = {
        Herkomst.MEDEWERKER: _("van ons bureau"),
        Herkomst.OPDRACHTGEVER: _("van {payer}").format(payer=word("opdrachtgever", article=True)),
        Herkomst.CLIENT: _("van uzelf"),
        Herkomst.DERDE: _("van iemand anders"),
    }
    return words.get(Herkomst(herkomst), "") if herkomst else ""


def traject_name(traject: Traject) -> str:
    """The name of the kind of traject in the bureau's reglement; the key itself where it is there no more."""
    kind = reglement.in_force().dossier.traject_kinds.get(traject.kind)
    return kind.name if kind else traject.kind.replace("_", " ").capitalize()


def greeting(hour: int) -> str:
    """By the hour of the day (0 to 23)."""
    if hour < 6:
        return _("Goedenacht")
    if hour < 12:
        return _("Goedemorgen")
    return _("Goedemiddag") if hour < 18 else _("Goedenavond")
