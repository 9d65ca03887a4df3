"""The dossiers on paper as they are read, and who may note and move them (pluspunt 2.1, 3.5)."""

from __future__ import annotations

import re
import uuid
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db.models import Count, Q, QuerySet

from access import reach
from access.checks import allowed, person
from access.models import Membership, Role
from access.reach import database_now
from access.rules import RuleBroken
from bureaus.reglement import in_force
from clients.rules import fold
from retention.access import KEEPERS
from retention.models import DestructionList, ItemState, ListItem, ListStatus, PaperFile

MAY_LOOK = KEEPERS
ARCHIVISTS = (Role.DIRECTIE, Role.ADMINISTRATIE)
TOO_LONG = timedelta(days=14)


def is_used() -> bool:
    """Whether the bureau keeps dossiers on paper too."""
    return in_force().dossier.paper


def check_paper(member: Membership, dossier: Any) -> None:
    """Who moves paper: administratie and directie, and the staff who see the dossier by more than being let in.

    Raises Http404, PermissionDenied, RuleBroken.
    """
    if not is_used():
        raise RuleBroken("Dit bureau heeft volgens het reglement geen dossiers op papier.")
    if member.has_role(*ARCHIVISTS):
        return
    reach.check_see(person(member), dossier)
    reach.check_not_view_only(person(member), dossier)
    if member.has_role(Role.FG):
        raise PermissionDenied("Het papier van een dossier verplaatst wie het behandelt, of administratie.")


def may_paper(member: Membership, dossier: Any) -> bool:
    return allowed(check_paper, member, dossier)


def check_place(place: str, achternaam: str) -> None:
    """A place stands on lists and in a proces-verbaal, which outlive the dossier. Raises RuleBroken (field `place`)."""
    found, name = _apart(place), _apart(achternaam)
    if name and any(found[at : at + len(name)] == name for at in range(len(found))):
        raise RuleBroken("Schrijf de plaats op zonder naam: de achternaam uit dit dossier staat erin.", "place")


def places(dossier_ids: Iterable[uuid.UUID]) -> dict[uuid.UUID, str]:
    """Where the paper of these dossiers stands, as a destruction list says it: 'Veendam, kast 3 (2 mappen)'. One
    query."""
    rows = PaperFile.objects.filter(dossier_id__in=list(dossier_ids)).order_by()
    return {row.dossier_id: _place(row) for row in rows}


def _place(paper: PaperFile) -> str:
    folders = "1 map" if paper.parts == 1 else f"{paper.parts} mappen"
    return f"{paper.place} ({folders})"[:200]


def overview(shown: str, text: str) -> QuerySet[Any]:
    """By place, and by number within it; `shown` is a key of SHOWN, `text` a number or (part of) a place."""
    rows: QuerySet[Any] = PaperFile.objects.select_related("dossier").order_by("place", "dossier__number", "id")
    if text:
        rows = rows.filter(Q(dossier__number__iexact=text) | Q(place__icontains=text))
    if shown == "mee":
        return rows.exclude(holder=None).order_by("out_since", "id")
    return rows.filter(out_since__lt=_long_ago()).order_by("out_since", "id") if shown == "lang" else rows


SHOWN = {"alles": "Alles", "mee": "Meegenomen", "lang": "Al langer dan twee weken"}


def counts() -> dict[str, int]:
    """How many there are for each of SHOWN."""
    found = PaperFile.objects.aggregate(
        alles=Count("pk"), mee=Count("pk", filter=Q(holder__isnull=False)),
        lang=Count("pk", filter=Q(out_since__lt=_long_ago())),
    )  # fmt: skip
    return {name: int(many) for name, many in found.items()}


def is_long_out(paper: PaperFile, now: datetime) -> bool:
    return paper.out_since is not None and paper.out_since < now - TOO_LONG


def to_collect(row: DestructionList) -> QuerySet[Any]:
    """The paper that the recognised company destroys for this list, by place and number."""
    stays = (ItemState.EXCLUDED, ItemState.KEPT)
    items: QuerySet[Any] = ListItem.objects.filter(destruction_list=row).exclude(paper="").exclude(state__in=stays)
    return items.order_by("paper", "dossier_number", "id").defer("annex", "excluded_text", "gone")


def check_certificate(member: Membership, row: DestructionList) -> None:
    """Raises PermissionDenied, and RuleBroken for a list that waits for no certificate."""
    if not member.has_role(*ARCHIVISTS):
        raise PermissionDenied("Een certificaat voegt directie of administratie toe.")
    if row.status != ListStatus.PAPER:
        raise RuleBroken("Deze lijst wacht niet op een certificaat.")


def may_certificate(member: Membership, row: DestructionList) -> bool:
    return allowed(check_certificate, member, row)


def _apart(text: str) -> list[str]:
    return re.findall(r"\w+", fold(text))


def _long_ago() -> datetime:
    return database_now() - TOO_LONG
