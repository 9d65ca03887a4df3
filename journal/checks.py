"""The nightly check of the chain: its verdict is a line of the log itself, and the next check holds on to it."""

from __future__ import annotations

import time
from dataclasses import replace
from typing import Any

from django.db import connection, transaction
from django.utils import timezone

from bureaus.tenancy import current_bureau_id
from journal import rules
from journal.actions import record
from journal.labels import value_in_words
from journal.models import Line, Seal
from journal.signals import checked
from journal.verify import Verdict, verify

CHECKED = "logboek.gecontroleerd"


def last_check() -> Line | None:
    """The line of the current bureau's last check."""
    lines = Line.objects.filter(act=CHECKED, membership_id=None, user_id=None)
    found: Line | None = lines.order_by("-at", "-seq").first()
    return found


@transaction.atomic
def check_if_due() -> Verdict | None:
    """Check the current bureau's chain once a day; None where it was done today, or another does it now."""
    if not _alone():
        return None
    last = last_check()
    return check(last) if rules.check_is_due(last.at if last else None, timezone.localtime()) else None


@transaction.atomic
def check(last: Line | None) -> Verdict:
    """Verify, compare with what the last check saw, and write down what was found."""
    began = time.monotonic()
    verdict = verify()
    if not verdict.broken:
        verdict = replace(verdict, broken=_cut_off(last))
    facts = {
        "lines": verdict.lines,
        "seals": verdict.seals,
        "unsealed": verdict.unsealed,
        "head": verdict.head,
        "broken": verdict.broken,
        # So many went by their term, and up to which line.
        **({"wiped": verdict.wiped, "upto": verdict.upto} if verdict.wiped else {}),
        "seconds": round(time.monotonic() - began, 1),
    }
    record(act=CHECKED, facts=facts)
    checked.send(sender=Verdict, verdict=verdict)
    return verdict


def _cut_off(last: Line | None) -> str:
    """Lines and seals taken off the end leave a chain that is whole: the seal that the last check saw must be there."""
    seen: dict[str, Any] = last.facts if last else {}
    if last is None or seen.get("broken") or not seen.get("seals"):
        return ""
    there = Seal.objects.filter(number=seen["seals"]).values_list("hash", flat=True).first()
    if there == seen.get("head"):
        return ""
    return f"zegel {seen['seals']} is niet meer wat het was bij de controle van {value_in_words(last.at.isoformat())}"


def _alone() -> bool:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_try_advisory_xact_lock(hashtextextended('journal check ' || %s, 0))", [current_bureau_id()]
        )
        return bool(cursor.fetchone()[0])
