"""A dossier that is handed over, to read: what it is, what it holds, and then every stuk with its versions."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bureaus.pdf_parts import render_long
from bureaus.terms import parse_term
from dossiers.copied_paper import parts, shown


def render(told: Mapping[str, Any]) -> bytes:
    """The paper of the facts of `package_facts.gather`. Raises bureaus.pdf.OutsideFetch, NoBureau."""
    stukken = [shown(one) for one in told["stukken"]]
    own = [one for one in stukken if one["about"] is None]
    words = {
        "told": told,
        "stukken": stukken,
        "keeps": str(parse_term(told["keep"]["term"])) if told["keep"]["term"] else "",
    }
    title = f"Dossier {told['dossier']['number']}"
    return render_long("papers/overdracht.html", words, title=title, parts=parts(own, stukken))
