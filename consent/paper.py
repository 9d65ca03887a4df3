"""The form of a consent on paper: the words that were asked, whom and what it is about, and room for a signature."""

from __future__ import annotations

from bureaus import pdf
from bureaus.terms import parse_term
from consent import shown
from consent.models import Consent


def form_of(row: Consent) -> bytes:
    """As PDF/A-3 on the bureau's letterhead, tagged (PDF/UA). Raises OutsideFetch."""
    words = {
        "row": row, "text": row.text, "client": row.client, "directions": shown.directions(row),
        "valid_for": str(parse_term(row.text.valid_for)) if row.text.valid_for else "",
    }  # fmt: skip
    return pdf.render("papers/toestemming.html", words, title=row.text.title)
