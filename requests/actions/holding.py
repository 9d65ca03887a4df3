"""While a request runs, its dossiers stay, whatever their term (DESIGN 3: an open request is not listable)."""

from __future__ import annotations

from datetime import timedelta

from django.db import transaction

from access.reach import as_system
from dossiers.models import Dossier
from requests import clocks
from requests.models import Kind, Verzoek
from retention.actions import lift_hold, place_hold
from retention.models import Hold, HoldKind

LOOK_AGAIN = timedelta(days=182)


def source_of(verzoek: Verzoek) -> str:
    """Names the request, never a person; a destruction that carries it out has the same source."""
    return f"verzoek {verzoek.number}"


@transaction.atomic
def hold(verzoek: Verzoek) -> int:
    """Keep what the request is about from now on; how many dossiers. Not where it asks to destroy them.

    A complaint says no more than another request: whoever it is about may read why a dossier is kept.
    """
    if verzoek.kind == Kind.VERNIETIGING:
        return 0
    with as_system():
        dossiers = list(_dossiers(verzoek))
        for dossier in dossiers:
            place_hold(
                dossier=dossier, by=None, kind=HoldKind.REQUEST, source=source_of(verzoek),
                review_on=clocks.today() + LOOK_AGAIN, reason=f"Verzoek {verzoek.number} loopt nog.",
            )  # fmt: skip
    return len(dossiers)


@transaction.atomic
def let_go(verzoek: Verzoek) -> int:
    """The request runs no more: nothing stays for it; how many holds ended. Again changes nothing."""
    with as_system():
        rows = Hold.objects.filter(source=source_of(verzoek), lifted_at=None).select_related("dossier")
        holds = list(rows.order_by("dossier_id"))
        for one in holds:
            lift_hold(hold=one, by=None, reason=f"Verzoek {verzoek.number} loopt niet meer.")
    return len(holds)


def _dossiers(verzoek: Verzoek) -> list[Dossier]:
    rows = Dossier.objects.filter(client_id=verzoek.client_id)
    return list(rows.filter(pk=verzoek.dossier_id) if verzoek.dossier_id else rows.order_by("pk"))
