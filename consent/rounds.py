"""The round of one bureau over rows that each have a transaction of their own."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable
from datetime import date
from typing import Any

from bureaus.tenancy import in_bureau
from consent import grounds

log = logging.getLogger(__name__)


def one_by_one(
    bureau_id: int, *, find: Callable[[date], Iterable[Any]], act: Callable[[Any, date], int], name: str
) -> int:
    """What `act` did to each that `find` gives, together. One that fails keeps no other waiting, and is tried again by
    the next round."""
    with in_bureau(bureau_id, origin="werker"):
        day = grounds.today()
        found = list(find(day))
    done = 0
    for one in found:
        try:
            with in_bureau(bureau_id, origin="werker"):
                done += act(one, day)
        except Exception:
            log.exception("%s: %s failed in bureau %s", name, one, bureau_id)
    return done
