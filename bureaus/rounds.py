"""Work that goes round: every bureau in its own context and transaction, one after the other."""

from __future__ import annotations

from collections.abc import Callable

from bureaus.models import Bureau
from bureaus.tenancy import in_bureau


def bureau_ids() -> list[int]:
    return list(Bureau.objects.order_by("pk").values_list("pk", flat=True))


def in_each(act: Callable[[], int]) -> int:
    """Do this in every bureau as a worker; what it counted, together."""
    done = 0
    for bureau_id in bureau_ids():
        with in_bureau(bureau_id, origin="werker"):
            done += act()
    return done
