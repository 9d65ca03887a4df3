"""The report of an access review: what everyone could reach, what was decided about it, and by whom."""

from __future__ import annotations

import hashlib
import json
from typing import Any

from django.db.models import Count

from access import review_rules as rules
from access.models import AccessReview, ReviewLine, role_label
from bureaus import pdf
from bureaus.reglement import version_in_force
from vault.papers import SealedPaper, seal_paper

TITLE = "Controle van de toegang"
MANIFEST = "regels.json"


def seal(review: AccessReview) -> SealedPaper:
    """The report as PDF, sealed under the review; its lines attached as JSON whose hash it names.

    Numbers and grounds, no client's name.
    """
    lines = list(review.lines.order_by("name", "id"))
    manifest = manifest_of(review, lines)
    version = version_in_force()
    words = {
        "review": review,
        "lines": [_row(line) for line in lines],
        "tally": tally(review),
        "labels": ReviewLine.Verdict,
        "reglement": version,
        "article": version.rules.access.source("review_every"),
        "manifest_sha256": hashlib.sha256(manifest).hexdigest(),
        "manifest": MANIFEST,
    }
    attached = pdf.Attachment(MANIFEST, manifest, "application/json", "De regels van deze controle")
    return seal_paper(
        subject_id=review.pk, template="papers/toegangscontrole.html", context=words, title=TITLE,
        attachments=[attached],
    )  # fmt: skip


def manifest_of(review: AccessReview, lines: list[ReviewLine]) -> bytes:
    """The lines for a machine; the same review gives the same bytes."""
    held = {
        "review": str(review.pk),
        "started_at": review.started_at.isoformat(),
        "started_by": review.started_by_name,
        "closed_at": review.closed_at.isoformat() if review.closed_at else "",
        "closed_by": review.closed_by_name,
        "lines": [_facts(line) for line in lines],
    }
    return json.dumps(held, ensure_ascii=False, indent=1, sort_keys=True).encode()


def tally(review: AccessReview) -> dict[str, int]:
    """How many lines have which verdict."""
    counted = review.lines.order_by().values_list("verdict").annotate(Count("pk"))
    return dict.fromkeys(ReviewLine.Verdict.values, 0) | dict(counted)


def _row(line: ReviewLine) -> dict[str, Any]:
    return {
        "line": line,
        "roles": ", ".join(role_label(role) for role in line.roles),
        "reach": rules.in_words(line.grounds, line.dossiers),
    }


def _facts(line: ReviewLine) -> dict[str, Any]:
    return {
        "membership": str(line.membership_id), "name": line.name, "roles": line.roles, "dossiers": line.dossiers,
        "grounds": line.grounds, "verdict": line.verdict, "note": line.note, "decided_by": line.decided_by_name,
        "decided_at": line.decided_at.isoformat() if line.decided_at else "",
    }  # fmt: skip
