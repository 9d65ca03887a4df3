"""How a copy stands, for the page of a request: what can be done with it, and what was left out, in words."""

from __future__ import annotations

from typing import Any

from access.checks import allowed
from access.models import Membership
from requests import bundle_contents, collecting
from requests.actions import bundles
from requests.bundle_paper import LEFT_OUT
from requests.models import Bundle, Verzoek

Status = Bundle.State
TONES = {Status.MAKING: "busy", Status.READY: "good", Status.FAILED: "bad", Status.GONE: "neutral"}


def copy_context(verzoek: Verzoek, member: Membership, *, may: bool) -> dict[str, Any]:
    """For requests/parts/copy.html: the newest copy, those before it, and whether one may be made or printed."""
    rows = list(Bundle.objects.filter(verzoek=verzoek))
    newest = rows[0] if rows else None
    wanted = newest is None or newest.state in (Status.FAILED, Status.GONE)
    return {
        "copies": [shown(one) for one in rows],
        "copy_runs": newest is not None and newest.state == Status.MAKING,
        "may_copy": may and wanted and allowed(bundle_contents.check_copy, verzoek),
        "may_hand": may,
        "may_print": may and any(map(bundles.may_fetch, rows)) and collecting.reads_all(member, verzoek),
    }


def shown(row: Bundle) -> dict[str, Any]:
    left = [(LEFT_OUT.get(name, name), many) for name, many in row.left_out.items()]
    return {"row": row, "tone": TONES[Status(row.state)], "left_out": left, "open": bundles.may_fetch(row)}
