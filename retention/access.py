"""Who may do what about keeping; the button and the endpoint ask the same.

Who sees a dossier may always read how long it is kept. Directie, administratie and the FG watch over that for the
whole bureau: by number, without a name and without the words that were typed (DOMAIN 5 and 6).
"""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db.models import Exists, Subquery

from access import reach
from access.checks import allowed, one_of, person
from access.models import Ground, Membership, Role
from access.reach import grants_of_many, used_grant, visible_filter
from dossiers.models import Dossier
from retention.models import Hold

KEEPERS = (Role.DIRECTIE, Role.ADMINISTRATIE, Role.FG)
AGREERS = (Role.DIRECTIE, Role.ADMINISTRATIE)
COACHES = (Ground.HANDLER, Ground.SECOND_COACH)
NOBODY = "systeem"  # who did what no person did


def is_keeper(member: Membership) -> bool:
    return member.has_role(*KEEPERS)


def kept_dossier(member: Membership, dossier_id: uuid.UUID) -> Dossier:
    """A dossier whose keeping this member may look at, with its traject and client. Raises Http404.

    One query, which also says `seen` (within reach, and so also by name), `coached` and `grant_id`.
    """
    me = person(member)
    rows = Dossier.objects.filter(pk=dossier_id).select_related("client", "traject__contract", "traject__opdrachtgever")
    rows = rows.annotate(
        seen=visible_filter(me),
        coached=Exists(grants_of_many(me, "pk", COACHES)),
        grant_id=Subquery(used_grant(me, "pk").values("pk")[:1]),
    )
    found: Dossier = one_of(rows if is_keeper(member) else rows.filter(seen=True))
    return found


def seen_of(member: Membership, dossier_ids: Sequence[uuid.UUID]) -> set[uuid.UUID]:
    """Which of these dossiers this member may open; one query."""
    rows = Dossier.objects.filter(visible_filter(person(member)), pk__in=list(dossier_ids))
    return set(rows.order_by().values_list("pk", flat=True))


def check_hold(member: Membership, dossier: Dossier) -> None:
    """The coaches of a dossier, and who watches over the whole bureau. Raises Http404, PermissionDenied."""
    if is_keeper(member) or is_coach(member, dossier):
        return
    reach.check_see(person(member), dossier)
    raise PermissionDenied("Een blokkade plaatst of verandert alleen wie het dossier behandelt.")


def may_hold(member: Membership, dossier: Dossier) -> bool:
    return allowed(check_hold, member, dossier)


def check_agree(member: Membership) -> None:
    """Another term than the reglement's is agreed for the bureau, not by a coach alone."""
    if not member.has_role(*AGREERS):
        raise PermissionDenied("Een andere termijn legt alleen directie of administratie vast.")


def may_agree(member: Membership) -> bool:
    return allowed(check_agree, member)


def may_read_reason(member: Membership, hold: Hold, *, seen: bool) -> bool:
    """The words of a hold are of the dossier: for who sees it, and for who wrote them."""
    return seen or hold.placed_by_id == member.pk


def hold_of(member: Membership, hold_id: uuid.UUID) -> Hold:
    """A hold that still stands, of a dossier as in `kept_dossier`, which is on it. Raises Http404."""
    found: Hold = one_of(Hold.objects.filter(pk=hold_id))
    found.dossier = kept_dossier(member, found.dossier_id)
    return found


def is_coach(member: Membership, dossier: Any) -> bool:
    known = vars(dossier).get("coached")
    if known is not None:
        return bool(known)
    return bool(reach.grants_of(person(member), dossier).filter(ground__in=COACHES).exists())
