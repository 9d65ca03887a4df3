"""A copy to read: a letter, the overview of AVG 15, and then every stuk of each dossier."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from bureaus.pdf_parts import Part, render_long
from dossiers import copied_paper

LEFT_OUT = {
    "concepten": "stukken die nog niet af zijn",
    "werkaantekeningen": "persoonlijke aantekeningen van een medewerker; die horen niet bij het dossier",
    "achterhouden": "stukken die wij niet meegeven; bij het dossier staat waarom",
    "bestanden": "bestanden die kunnen noemen wat van een ander is, en waarin niet kan worden gelakt; het staat bij het"
    " stuk",
    "oude_teksten": "oudere teksten, waarvoor een betere in de plaats kwam",
    "contactpersonen": "mensen om u heen die u niet zelf aan ons hebt opgegeven",
}


def render(told: Mapping[str, Any]) -> bytes:
    """The paper of the facts of `bundle_facts.gather`. Raises bureaus.pdf.OutsideFetch, NoBureau."""
    words = {
        "told": told, "name": told["person"]["name"], "client": told["person"], "day": told["made_at"],
        "number": told["request"]["number"], "overview": told["overview"],
        "left_out": [(LEFT_OUT.get(name, name), many) for name, many in told["left_out"].items()],
    }  # fmt: skip
    return render_long("papers/kopie.html", words, title="Een kopie van uw gegevens", parts=_parts(told))


def _parts(told: Mapping[str, Any]) -> Iterator[Part]:
    for dossier in told["dossiers"]:
        stukken = [copied_paper.shown(one) for one in dossier["stukken"]]
        redacted = [one for one in dossier["stukken"] if one["redactions"]]
        yield Part("papers/kopie_dossier.html", {"dossier": dossier, "stukken": stukken, "redacted": redacted})
        own = [one for one in stukken if one["about"] is None]
        yield from copied_paper.parts(own, stukken)
