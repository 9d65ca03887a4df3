"""Destroying on request (werkid 14) and deleting one stuk (jmwerkt 6.1.4): who may, by when, and what stays."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.urls import reverse

from access.checks import allowed
from access.models import Membership
from access.rules import RuleBroken
from bureaus import reglement
from bureaus.schema import DataClass
from bureaus.terms import parse_term
from bureaus.words import word
from dossiers.models import Dossier, Stuk
from dossiers.rail import Act
from retention import listable, listed, terms
from retention.access import is_coach
from retention.models import ListItem, ListKind
from retention.rules import add_term, say
from retention.terms import Block


@dataclass(frozen=True)
class Prospect:
    """What happens to a dossier after a request, before anything is decided."""

    answer_by: date | None
    term: str
    # Whether by that day it is carried out, or decided.
    ends_done: bool
    article: str
    cooling_off: str
    blocks: list[Block]
    legal: str
    listed: ListItem | None

    @property
    def may_go(self) -> bool:
        return not self.blocks and self.listed is None


def prospect(dossier: Dossier, received: date | None) -> Prospect:
    """By when, what keeps it, and what the law keeps of it."""
    rules = reglement.in_force()
    asked = rules.requests.destruction
    kept = terms.blocks([dossier.pk]).get(dossier.pk, [])
    return Prospect(
        answer_by=add_term(received, asked.term) if received else None,
        term=str(parse_term(asked.term)),
        ends_done=asked.ends_with == "done",
        article=asked.article,
        cooling_off=str(parse_term(rules.retention.destruction.cooling_off)),
        blocks=listable.counted(kept, ListKind.REQUEST, source_of(dossier, received) if received else ""),
        legal=_legal(dossier),
        listed=listable.busy([dossier.pk]).get(dossier.pk),
    )


def source_of(dossier: Dossier, received: date) -> str:
    """Names the request, never a person; the same request is one list."""
    return f"verzoek van {say(received)} over dossier {dossier.number}"


def source_of_stuk(stuk: Stuk, received: date) -> str:
    return f"verzoek van {say(received)}, dossier {stuk.dossier.number}, stuk {stuk.pk.hex[-8:]}"


def check_request(member: Membership) -> None:
    """A whole dossier: as every list. Raises PermissionDenied."""
    listed.check_propose(member)


def may_request(member: Membership) -> bool:
    return allowed(check_request, member)


def check_stuk(member: Membership, stuk: Stuk) -> None:
    """A stuk of the dossier that this member sees: by directie and administratie, and by its coaches where the
    reglement lets the handler decide. Raises Http404, PermissionDenied."""
    if stuk.is_concept or stuk.is_worknote:
        raise Http404
    by_coach = reglement.in_force().requests.correction.decided_by == "handler"
    if not (member.has_role(*listed.MAY_PROPOSE) or (by_coach and is_coach(member, stuk.dossier))):
        boss = word("directie", article=True)
        raise PermissionDenied(f"Over verwijderen beslist {boss}; een lijst daarvoor maakt die, of de administratie.")


def may_delete_stuk(member: Membership, stuk: Any) -> bool:
    return allowed(check_stuk, member, stuk)


def acts(member: Membership, stuk: Stuk) -> list[Act]:
    """What the page of a stuk offers."""
    if not may_delete_stuk(member, stuk):
        return []
    page = reverse("retention:request_stuk", args=[stuk.pk])
    return [Act("Verwijderen op verzoek", page, "trash")]


def check_day(dossier: Dossier, received: date) -> None:
    """A request about a dossier comes after its traject began. Raises RuleBroken (field `received_on`)."""
    if received < dossier.traject.registered_on:
        raise RuleBroken("Toen was dit traject nog niet aangemeld. Klopt de dag?", "received_on")


def _legal(dossier: Dossier) -> str:
    """What the law keeps of it, why and until when; '' where nothing is left to keep."""
    standing = terms.standing(dossier)
    due = standing.legal
    until = f"tot {say(due.on)}" if due.on else "tot een dag die nog niet vaststaat"
    return f"{DataClass.LEGALLY_REQUIRED.label}, {until}: {due.explanation}"
