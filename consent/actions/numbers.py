"""Numbers of a bureau and a year, without gaps."""

from __future__ import annotations

from typing import Any

from django.db.models import Max

from access.reach import as_system
from consent import grounds
from journal.models import Line


def next_number(rows: type[Any], letters: str, *, act: str) -> str:
    """T2026-0001: the next of this bureau and year. The caller holds `leases.one_at_a_time`.

    The log knows the last as well, by the act that gives one: a row goes with its dossier or client, and its number is
    never given again.
    """
    prefix = f"{letters}{grounds.today().year}-"
    with as_system():
        last = rows.objects.filter(number__startswith=prefix).aggregate(last=Max("number"))["last"]
        logged = Line.objects.filter(act=act, result="ok").order_by("-at", "-seq")
        told = logged.values_list("facts__number", flat=True).first()
    used = [int(one[len(prefix) :]) for one in (last, told) if one and one.startswith(prefix)]
    return f"{prefix}{max(used, default=0) + 1:04d}"
