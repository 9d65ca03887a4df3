"""All that waits to be packed or made in one bureau, by this process: how many stand ready."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from consent import disclosure_tasks
from requests import bundle_tasks
from retention import transfer_tasks


def _all(work: Callable[[int], int | None], bureau_id: int) -> int:
    return sum(iter(partial(work, bureau_id), None))


pack_bureau = partial(_all, transfer_tasks.PACKER.next)
pack_in_bureau = partial(_all, disclosure_tasks.PACKER.next)
make_in_bureau = partial(_all, bundle_tasks.PACKER.next)
