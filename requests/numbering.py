"""The dossiers that a request is about, and the number by which it names a stuk: its place from the oldest on."""

from __future__ import annotations

import uuid
from typing import Any

from dossiers.models import Dossier, Stuk
from requests import collecting
from requests.models import Verzoek


def dossiers_of(verzoek: Verzoek) -> list[Dossier]:
    """The one that it is about, or else each of the client, the oldest first; with client, traject and payer."""
    rows = collecting.dossiers_of(verzoek).select_related(
        "client", "traject__opdrachtgever", "traject__handler", "traject__contract"
    )
    return list(rows.order_by("opened_at", "id"))


def stukken_of(dossier: Dossier) -> Any:
    """What belongs to the dossier (werkid 10.4), in the order in which it is numbered."""
    return Stuk.objects.filter(dossier=dossier).vastgesteld().order_by("date", "vastgesteld_at", "id")


def places(verzoek: Verzoek) -> dict[uuid.UUID, tuple[tuple[int, int], str]]:
    """By stuk: where it sorts, and what it is called: 'Stuk 3', with its dossier where there are several."""
    dossiers = dossiers_of(verzoek)
    found = {}
    for row, dossier in enumerate(dossiers):
        for number, stuk_id in enumerate(stukken_of(dossier).values_list("pk", flat=True), start=1):
            name = f"Stuk {number}" if len(dossiers) == 1 else f"Dossier {dossier.number}, stuk {number}"
            found[stuk_id] = ((row, number), name)
    return found
