"""Which roles go together, who may give them, and how long a grant may last. No database, no user."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Protocol

from access.models import CLIENT_ROLES, OPDRACHTGEVER_ROLES, SIDES, STAFF_ROLES, Ground, Role
from access.texts import is_blank
from bureaus.tenancy import Reach
from bureaus.words import word

# What gives power over others' access is given by directie alone.
GIVEN_BY_DIRECTIE = frozenset({Role.DIRECTIE, Role.FG, Role.BEHEERDER})
GIVERS = frozenset({Role.DIRECTIE, Role.BEHEERDER})
MAIL_RETRIES = 8
# Emergency access: by how many signs a reason is a sentence, how often one person in a day, and when it is overdue.
REASON_SIGNS = 20
EMERGENCIES_A_DAY = 3
REVIEW_WITHIN = timedelta(days=3)
LEFT_LYING = timedelta(days=14)
# What the platform's operator asked and nobody answered is asked again.
SUPPORT_WAITS = timedelta(days=7)


class RuleBroken(ValueError):
    """A rule refuses; the text is for the person who asked, `field` the one of the form that it belongs beside.

    `logged`: what the journal says of it, where the text names somebody or holds what was typed.
    """

    def __init__(self, text: str, field: str = "", *, logged: str = "") -> None:
        super().__init__(text)
        self.field, self.logged = field, logged or text


class Asking(Protocol):
    max_hours: int


class AccessRules(Protocol):
    """What is asked here of the access part of a reglement."""

    @property
    def asking(self) -> Asking: ...
    @property
    def aanmelder_days(self) -> int: ...
    @property
    def emergency_hours(self) -> int: ...
    @property
    def support_hours(self) -> int: ...


def reach_of(roles: Iterable[str]) -> Reach:
    """How far a session with these roles reaches."""
    held = set(roles)
    if Role.SUPPORT in held:
        return Reach.SUPPORT
    if held & STAFF_ROLES:
        return Reach.STAFF
    if held & OPDRACHTGEVER_ROLES:
        return Reach.OPDRACHTGEVER
    return Reach.CLIENT if held & CLIENT_ROLES else Reach.NONE


def check_roles(roles: Iterable[str]) -> list[str]:
    """Known roles, at least one, all of one side; sorted, without doubles. Raises RuleBroken."""
    asked = set(roles)
    if not asked:
        raise RuleBroken("Kies ten minste één rol.")
    if not any(asked <= side for side in SIDES) or (Role.SUPPORT in asked and len(asked) > 1):
        raise RuleBroken("Deze rollen gaan niet samen in één account.")
    return sorted(str(role) for role in asked)


def check_may_give(giver: Iterable[str], roles: Iterable[str]) -> None:
    """Who works here is let in by directie or beheerder; what is over access itself, by directie. Raises RuleBroken."""
    held, asked = set(giver), set(roles)
    if Role.SUPPORT in asked:
        boss = word("directie", article=True)
        raise RuleBroken(f"Deze rol geeft niemand: {boss} laat ondersteuning toe op verzoek van het platform.")
    if asked <= CLIENT_ROLES | OPDRACHTGEVER_ROLES and held & STAFF_ROLES:
        return
    if Role.DIRECTIE in held or (held & GIVERS and not asked & GIVEN_BY_DIRECTIE):
        return
    raise RuleBroken(f"Deze rol kan alleen {word('directie', article=True)} geven.")


def gives_power(roles: Iterable[str]) -> bool:
    """Whether one of these roles decides about the access of others."""
    return bool(set(roles) & GIVEN_BY_DIRECTIE)


def may_give(giver: Iterable[str], roles: Iterable[str]) -> bool:
    try:
        check_may_give(giver, roles)
    except RuleBroken:
        return False
    return True


def longest(ground: str, access: AccessRules) -> timedelta | None:
    """The longest a grant on this ground may last by the reglement; None: no end is asked."""
    terms = {
        Ground.REGISTRATION: timedelta(days=access.aanmelder_days),
        Ground.CONSENT_OF_DIRECTIE: timedelta(hours=access.asking.max_hours),
        Ground.EMERGENCY: timedelta(hours=access.emergency_hours),
        Ground.SUPPORT: timedelta(hours=access.support_hours),
    }
    return terms.get(Ground(ground))


def check_period(starts_at: datetime, expires_at: datetime | None, limit: timedelta | None) -> None:
    """A grant ends after it starts, and within the reglement's maximum. Raises RuleBroken."""
    if expires_at is None:
        if limit is not None:
            raise RuleBroken("Deze toegang moet een einde hebben.")
        return
    if expires_at <= starts_at:
        raise RuleBroken("Het einde van de toegang ligt voor het begin.")
    if limit is not None and expires_at - starts_at > limit:
        raise RuleBroken("Deze toegang duurt langer dan het reglement toelaat.")


def check_sentence(text: str, field: str, *, what: str = "Schrijf in een hele zin waarom.") -> str:
    """Words that can be judged afterwards: at least so many signs that are not blank. Raises RuleBroken."""
    signs = "".join(sign for sign in text if not is_blank(sign))
    if len(signs) < REASON_SIGNS or len(set(signs.lower())) < 5:
        raise RuleBroken(f"{what} Gebruik ten minste {REASON_SIGNS} letters.", field)
    return text.strip()


def retry_after(attempts: int) -> timedelta:
    """How long a mail waits after so many failed attempts: 2, 4, 8 … minutes, at most six hours."""
    return min(timedelta(minutes=2**attempts), timedelta(hours=6))
