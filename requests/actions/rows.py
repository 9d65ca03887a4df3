"""The row of a request as every act takes it: held, and with what its line in the log says."""

from __future__ import annotations

from typing import Any

from django.http import Http404

from access.models import Membership
from requests.models import Verzoek


def locked(verzoek: Verzoek) -> Verzoek:
    """The row, held until this transaction ends, with its dossier. Raises Http404 where it is gone."""
    rows = Verzoek.objects.select_for_update(of=("self",)).select_related("dossier", "client", "handler", "asked_by")
    row: Verzoek | None = rows.filter(pk=verzoek.pk).first()
    if row is None:
        raise Http404
    return row


def asker_of(row: Verzoek) -> list[Membership]:
    """Who asked it in the portal, else the client; nobody where they have no account. In the reach of the system."""
    who = row.asked_by_id or row.client.membership_id
    return list(Membership.objects.all().active().filter(pk=who).select_related("user"))


def facts_of(row: Verzoek) -> dict[str, Any]:
    """What every line of the log about a request says: no word of it."""
    return {"number": row.number, "kind": row.kind}
