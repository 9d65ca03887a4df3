"""Who was let in to a dossier for a while, for those who are told: its coaches, and where the reglement says so whose
dossier it is (pluspunt 4.1)."""

from __future__ import annotations

import uuid
from collections.abc import Collection
from datetime import timedelta
from typing import Any

from django.db.models import Exists, OuterRef, QuerySet
from django.db.models.functions import Now

from access.models import AccessRequest, DossierGrant
from access.reach import as_system
from bureaus import reglement

Kind = AccessRequest.Kind
TOLD_FOR = timedelta(days=7)


def let_in(dossier_ids: Any, kinds: Collection[str] = (Kind.ASKED,)) -> QuerySet[Any]:
    """Who came in to these dossiers in one of these ways and is not long gone; `living`: whether it opens them now.

    What was asked and allowed, if nothing else is said: of an emergency the coaches are told in their own words.
    """
    living = DossierGrant.objects.all().living().filter(pk=OuterRef("grant_id"))
    rows: QuerySet[Any] = AccessRequest.objects.filter(
        kind__in=kinds,
        state=AccessRequest.State.GRANTED,
        dossier_id__in=dossier_ids,
        opens_until__gt=Now() - TOLD_FOR,
    )
    found: QuerySet[Any] = rows.annotate(living=Exists(living)).order_by("-opens_until", "-id")
    return found


def told_to_client(dossier_ids: Collection[uuid.UUID]) -> list[AccessRequest]:
    """The same and emergencies, for the client whose dossiers these are; nothing where the reglement tells them not.

    In the reach of the system: a client's session sees no requests. Name and time only; what was written stays sealed.
    """
    if not dossier_ids or not reglement.in_force().access.asking.tell_client:
        return []
    with as_system():
        return list(let_in(dossier_ids, (Kind.ASKED, Kind.EMERGENCY)).defer("reason", "answer", "review")[:10])
