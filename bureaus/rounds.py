"""Work that goes round: every bureau in its own context and transaction, one after the other; and in a bureau row by
row, where that is asked. What fails keeps no other waiting, and is tried again by the next round."""

from __future__ import annotations

import logging
import secrets
import time
from collections import deque
from collections.abc import Callable, Iterable
from datetime import date
from functools import wraps
from typing import Any

from bureaus.models import Bureau
from bureaus.tenancy import in_bureau

log = logging.getLogger(__name__)


def bureau_ids() -> list[int]:
    return list(Bureau.objects.order_by("pk").values_list("pk", flat=True))


def in_each(act: Callable[[], int]) -> int:
    """Do this in every bureau as a worker; what it counted, together."""

    @wraps(act)
    def go_round(bureau_id: int) -> int:
        with in_bureau(bureau_id, origin="werker"):
            return act()

    return each_round(go_round)


def each_round(go_round: Callable[[int], int]) -> int:
    """The round of every bureau, which opens its own transactions; what they counted, together."""
    return sum(_round_of(bureau_id, go_round) for bureau_id in bureau_ids())


def in_turns(work: Callable[[int], int | None], *, seconds: float) -> tuple[int, bool]:
    """One piece of work in every bureau, and again, until `work` finds none (None) anywhere or the time is over: what
    was done, and whether something may wait still.

    Nothing is begun late, and no bureau is always the first, so that much work of one keeps no other waiting.
    """
    until, done = time.monotonic() + seconds, 0
    waiting = deque(bureau_ids())
    waiting.rotate(secrets.randbelow(len(waiting) or 1))
    while waiting and time.monotonic() <= until:
        bureau_id = waiting.popleft()
        found = work(bureau_id)
        if found is not None:
            waiting.append(bureau_id)
            done += found
    return done, bool(waiting)


def one_by_one(
    bureau_id: int, *, today: Callable[[], date], find: Callable[[date], Iterable[Any]],
    act: Callable[[Any, date], int], name: str, origin: str = "werker",
) -> int:  # fmt: skip
    """What `act` did to each that `find` gives on this day of the bureau, together."""
    with in_bureau(bureau_id, origin=origin):
        day = today()
        found = list(find(day))
    done = 0
    for one in found:
        try:
            with in_bureau(bureau_id, origin=origin):
                done += act(one, day)
        except Exception:
            log.exception("%s: %s failed in bureau %s", name, one, bureau_id)
    return done


def _round_of(bureau_id: int, go_round: Callable[[int], int]) -> int:
    try:
        return go_round(bureau_id)
    except Exception:
        log.exception("%s.%s failed in bureau %s", go_round.__module__, go_round.__qualname__, bureau_id)
        return 0
