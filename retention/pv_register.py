"""The register of processen-verbaal, and how one is found: by its number, year or kind, or by a dossier's number."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet

from access.models import Role
from retention.access import KEEPERS
from retention.models import ListItem, ListKind, ProcesVerbaal
from retention.pv_facts import GONE

MAY_LOOK = KEEPERS
# Names are for who decides on it and for who watches over privacy.
MAY_SEE_NAMES = (Role.DIRECTIE, Role.FG)
_NUMBER = re.compile(r"(?:PV\s*)?(\d{4})-(\d{1,9})", re.IGNORECASE)


def asked(given: Mapping[str, str]) -> dict[str, str]:
    """What the register can be narrowed to, of what a query string holds."""
    text = given.get("q", "").replace("\x00", "").strip()[:40]
    year, kind = given.get("jaar", "")[:4], given.get("soort", "")
    return {
        "q": text,
        "jaar": year if year.isascii() and year.isdigit() else "",
        "soort": kind if kind in ListKind.values else "",
    }


def found(wanted: Mapping[str, str]) -> QuerySet[Any]:
    """The newest first, without what their papers say."""
    rows: QuerySet[Any] = ProcesVerbaal.objects.defer("facts").select_related("destruction_list")
    rows = rows.defer("destruction_list__manifest")
    if wanted["jaar"]:
        rows = rows.filter(year=int(wanted["jaar"]))
    if wanted["soort"]:
        rows = rows.filter(kind=wanted["soort"])
    return rows.filter(_named(wanted["q"])) if wanted["q"] else rows


def years() -> list[int]:
    return list(ProcesVerbaal.objects.order_by("-year").values_list("year", flat=True).distinct())


def items(row: ProcesVerbaal, text: str = "") -> QuerySet[Any]:
    """The dossiers that went, by number."""
    gone: QuerySet[Any] = ListItem.objects.filter(destruction_list_id=row.destruction_list_id, state__in=GONE)
    gone = gone.defer("annex", "excluded_text", "gone").order_by("dossier_number", "id")
    return gone.filter(dossier_number__iexact=text) if text else gone


def _named(text: str) -> Q:
    """By its own number (2026-12, with or without zeros) or by that of a dossier in it."""
    inside = ListItem.objects.filter(destruction_list_id=OuterRef("destruction_list_id"), dossier_number=text.upper())
    by_dossier = Q(Exists(inside.filter(state__in=GONE)))
    match = _NUMBER.fullmatch(text)
    return by_dossier | Q(year=int(match[1]), number=int(match[2])) if match else by_dossier
