"""How a generated text is divided over the headings that a coach would use."""

from __future__ import annotations

from typing import Any

from demo.people import shapes

# By kind, and for a gespreksverslag by the sort of contact.
HEADINGS = {
    "intake": ("Kennismaking", "Werk en wensen", "Wat lastig is en wat helpt", "Afspraken"),
    "gesprek": ("Wat is er besproken?", "Hoe gaat het?", "Afspraken"),
    "telefoon": ("Wat is er besproken?",),
    "bedrijfsbezoek": ("Op de werkplek", "Wat werkgever en deelnemer zeggen", "Afspraken"),
    "evaluatie": ("Terugblik", "Vooruitblik"),
    "plan": ("Doel", "Activiteiten", "Afspraken"),
    "voortgangsrapportage": ("Aanleiding", "Voortgang", "Medewerking", "Vervolg"),
    "eindrapportage": ("Opdracht", "Activiteiten", "Resultaat", "Mening van de deelnemer", "Advies"),
    "persoonlijke_omstandigheden": ("Aanleiding", "Omstandigheden", "Gevolg voor het traject"),
}
PLAIN = ""  # as a stuk without a template has it


def content_of(one: shapes.Stuk) -> dict[str, Any]:
    """The content as StukVersion and Draft keep it."""
    return {"title": one.title, "sections": sections(one)}


def sections(one: shapes.Stuk) -> list[dict[str, str]]:
    """The paragraphs under their headings; all of them under one where they do not fit."""
    headings = HEADINGS.get(one.soort if one.kind == "gespreksverslag" else one.kind, (PLAIN,))
    paragraphs = [part for part in one.text.split("\n\n") if part]
    if not paragraphs:
        return []
    if len(paragraphs) < len(headings):
        headings = (PLAIN,)
    texts = _spread(paragraphs, len(headings))
    return [{"label": label, "text": text} for label, text in zip(headings, texts, strict=True)]


def _spread(paragraphs: list[str], places: int) -> list[str]:
    """As many texts as there are places: the second takes what is too many, or the only one does."""
    extra = len(paragraphs) - places
    if places == 1:
        return ["\n\n".join(paragraphs)]
    return [paragraphs[0], "\n\n".join(paragraphs[1 : 2 + extra]), *paragraphs[2 + extra :]]
