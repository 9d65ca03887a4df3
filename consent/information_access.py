"""Who asks somebody outside for something about a client, and who reads what was asked.

Asking is for who may write in the dossier: what comes back is laid in it. Reading is for who sees the dossier.
"""

from __future__ import annotations

import uuid
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db.models import Q
from django.http import Http404

from access.checks import allowed, one_of, person
from access.models import Membership, Role
from access.reach import check_not_view_only, visible_filter
from bureaus.schema import Direction
from consent import grounds
from consent.models import Consent, InformationRequest, InformationState
from dossiers.access import check_change
from dossiers.models import Dossier

READERS = (Role.COACH, Role.DIRECTIE, Role.ADMINISTRATIE, Role.FG)
ASKERS = (Role.COACH, Role.DIRECTIE, Role.ADMINISTRATIE)
# Where the letter may still be on its way, or has done its work.
SENT = (InformationState.ASKED, InformationState.ANSWERED)
STAYS = "Deze brief wordt niet meer verstuurd: de machtiging geldt niet meer, of de opvraging is gesloten."


def check_ask(member: Membership, dossier: Dossier) -> None:
    """Raises Http404 out of reach, PermissionDenied within it, RuleBroken where the dossier is archived."""
    check_change(member, dossier)
    if not member.has_role(*ASKERS):
        raise PermissionDenied("Gegevens opvragen doet u niet in uw rol.")


def may_ask(member: Membership, dossier: Dossier) -> bool:
    return allowed(check_ask, member, dossier)


def check_paper(member: Membership, row: InformationRequest) -> None:
    """The letter is not for who was let in to read (pluspunt 4.1), and for nobody once it may go nowhere.

    Raises Http404 where there is none, PermissionDenied.
    """
    check_not_view_only(person(member), row.dossier)
    if not row.letter_file:
        raise Http404
    # On its way the machtiging goes along and has to hold; a letter that was answered went in time.
    asks_nobody = row.state == InformationState.ASKED and not grounds.holds(row.consent)
    if row.state not in SENT or asks_nobody:
        raise PermissionDenied(STAYS)


def may_see_paper(member: Membership, row: InformationRequest) -> bool:
    return allowed(check_paper, member, row)


def visible(member: Membership) -> Any:
    """What was asked, or is prepared, about the dossiers that this member sees; a queryset."""
    if not member.has_role(*READERS):
        return InformationRequest.objects.none()
    return InformationRequest.objects.filter(visible_filter(person(member), outer="dossier_id"))


def information_of(member: Membership, pk: uuid.UUID) -> InformationRequest:
    """One of them, with dossier, client and consent. Raises Http404."""
    along = ("dossier__client", "dossier__traject__opdrachtgever", "consent__text")
    found: InformationRequest = one_of(visible(member).filter(pk=pk).select_related(*along))
    return found


def dossier_of(member: Membership, pk: uuid.UUID) -> Dossier:
    """A dossier within reach. Raises Http404."""
    rows = Dossier.objects.all().visible_to(person(member)).filter(pk=pk)
    found: Dossier = one_of(rows.select_related("client", "traject__opdrachtgever"))
    return found


def machtigingen(dossier: Dossier) -> list[Consent]:
    """Those that hold today, let something be asked for this dossier, and name of whom; the newest first."""
    rows = grounds.valid_consents(client=dossier.client).filter(
        text__directions__contains=[str(Direction.ASK)], party__isnull=False
    )
    return list(rows.filter(Q(dossier=None) | Q(dossier=dossier)).order_by("-answered_at", "-id"))
