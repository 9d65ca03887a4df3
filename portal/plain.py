"""Plain words (B1) for what the bureau calls otherwise: phases, roles, why somebody could look. No database."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.translation import gettext as _

from access.models import Ground, Role
from bureaus import reglement
from bureaus.schema import Herkomst
from bureaus.words import word
from clients.models import Phase, Traject


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
    sentences: dict[str, str] = {
        Role.COACH: _("begeleidt mensen zoals u"),
        Role.ADMINISTRATIE: _("doet de administratie"),
        Role.DIRECTIE: _("geeft leiding aan het bureau"),
        Role.FG: _("let op uw privacy"),
        Role.BEHEERDER: _("beheert de accounts van het bureau"),
        Role.SUPPORT: _("helpt het bureau met de techniek"),
        Role.OPDRACHTGEVER: word("opdrachtgever"),
        Role.GEMACHTIGDE: _("gemachtigde"),
    }
    return sentences.get(role, "")


def roles_sentence(roles: Sequence[str]) -> str:
    return ", ".join(filter(None, map(role_sentence, roles)))


def why(ground: str, roles: Sequence[str], purpose: str = "") -> str:
    """Why somebody could look: by the ground of their grant, or ("") because it belongs to their role.

    `purpose` is what directie let them look for.
    """
    if ground == Ground.CONSENT_OF_DIRECTIE:
        allowed = _("mocht kijken van {directie}").format(directie=word("directie", article=True))
        said = purpose.strip().rstrip(".")
        return _("{allowed}, om deze reden: {purpose}").format(allowed=allowed, purpose=said) if said else allowed
    sentences = {
        Ground.HANDLER: _("begeleidt u"),
        Ground.SECOND_COACH: _("begeleidt u ook"),
        Ground.REGISTRATION: _("heeft uw aanmelding gedaan"),
        Ground.GEMACHTIGDE: _("kijkt namens u mee"),
        Ground.OPDRACHTGEVER: _("betaalt uw traject en leest wat wij vrijgeven"),
        Ground.EMERGENCY: _("keek in een noodgeval"),
        Ground.SUPPORT: _("loste een technisch probleem op"),
    }
    return sentences[Ground(ground)] if ground in sentences else _why_of_role(roles)


def _why_of_role(roles: Sequence[str]) -> str:
    work = {
        Role.ADMINISTRATIE: _("het werk van de administratie"),
        Role.DIRECTIE: _("het werk van {directie}").format(directie=word("directie", article=True)),
        Role.FG: _("het toezicht op uw privacy"),
        Role.COACH: _("het werk van {coaches}").format(coaches=word("coach", plural=True, article=True)),
    }
    if set(roles) & {Role.OPDRACHTGEVER, Role.GEMACHTIGDE}:
        return why(next(role for role in roles if role in (Role.OPDRACHTGEVER, Role.GEMACHTIGDE)), ())
    found = [work[Role(role)] for role in work if role in roles]
    return _("dit hoort bij {work}").format(work=found[0]) if found else ""


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
