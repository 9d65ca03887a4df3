"""The row of a request as every act takes it: held, and with what its line in the log says."""

from __future__ import annotations

from typing import Any

from django.http import Http404

from requests.models import Verzoek


def locked(verzoek: Verzoek) -> Verzoek:
    """The row, held until this transaction ends, with its dossier. Raises Http404 where it is gone."""
    rows = Verzoek.objects.select_for_update(of=("self",)).select_related("dossier", "client", "handler", "asked_by")
    row: Verzoek | None = rows.filter(pk=verzoek.pk).first()
    if row is None:
        raise Http404
    return row


def facts_of(row: Verzoek) -> dict[str, Any]:
    """What every line of the log about a request says: no word of it."""
    return {"number": row.number, "kind": row.kind}
