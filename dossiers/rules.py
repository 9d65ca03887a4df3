"""Numbers, states, texts and what a stuk needs: pure functions."""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any

from access.asking_rules import ALPHABET, NUMBER_LENGTH
from access.rules import RuleBroken
from access.texts import TURNING, clean_text, is_blank
from bureaus.schema import Herkomst

TITLE_LENGTH = 200  # characters
TEXT_LENGTH = 60_000  # characters in one section
HELP_LENGTH = 300
SECTIONS = 30
OLDEST = 90  # years: an old diploma still fits

# concept → vastgesteld → aangevuld; nothing goes back, and a werkaantekening never goes on (werkid 10.4).
TRANSITIONS = {"concept": ("vastgesteld",), "vastgesteld": ("aangevuld",), "aangevuld": ("aangevuld",)}


class Refused(RuleBroken):
    """A rule of the dossier refuses."""


def new_number() -> str:
    """A pseudonymous dossier number, such as `D-7K3QX9B`: drawn, so that it says nothing of order or person.

    One in 13 billion; where it exists already, the unique constraint says so and the caller draws again.
    """
    return "D-" + "".join(secrets.choice(ALPHABET) for _ in range(NUMBER_LENGTH))


def check_not_archived(archived_at: datetime | None) -> None:
    """An archived dossier is read, not written (werkid 13.1). Raises Refused."""
    if archived_at is not None:
        raise Refused("Dit dossier is gearchiveerd. U kunt het lezen, maar er niets in veranderen.")


def check_step(state: str, to: str) -> None:
    """What is vastgesteld never becomes a concept again. Raises Refused."""
    if to not in TRANSITIONS.get(state, ()):
        raise Refused(f"Een stuk dat {state} is, kan niet {to} worden.")


def check_date(day: date | None, today: date) -> date:
    """A stuk is of today or before, and of a person's own time. Raises Refused."""
    if day is None:
        raise Refused("Vul de datum in waar dit stuk over gaat.", "date")
    if day > today:
        raise Refused("Deze datum ligt in de toekomst. Vul de dag in waarop het was.", "date")
    if day.year < today.year - OLDEST:
        raise Refused("Deze datum ligt wel erg ver terug. Klopt het jaar?", "date")
    return day


def check_herkomst(herkomst: str) -> str:
    """Every stuk says where it comes from (javawest 5.1). Raises Refused."""
    if herkomst not in set(Herkomst):
        raise Refused("Kies van wie dit komt.", "herkomst")
    return herkomst


def check_text(content: Mapping[str, Any]) -> None:
    """A stuk without a single word is no stuk. Raises Refused."""
    if all(is_blank(section["text"]) for section in content["sections"]):
        raise Refused("Er staat nog geen tekst in. Schrijf eerst iets op.", "section_0")


def clean_line(text: str) -> str:
    """One line without marks that could make it read as something else."""
    shown = "".join(sign for sign in text if sign not in TURNING and (sign.isprintable() or sign.isspace()))
    return " ".join(shown.split())


def clean_content(content: Mapping[str, Any]) -> dict[str, Any]:
    """Title and sections in the one shape that is stored. Raises Refused for what is too long."""
    title = clean_line(str(content.get("title", "")))
    if len(title) > TITLE_LENGTH:
        raise Refused(f"Houd de titel korter dan {TITLE_LENGTH} tekens.", "title")
    sections = [_clean_section(index, one) for index, one in enumerate(content.get("sections", []))]
    if len(sections) > SECTIONS:
        raise Refused(f"Een stuk heeft ten hoogste {SECTIONS} kopjes.")
    return {"title": title, "sections": sections}


def blank_content(title: str, sections: Iterable[Mapping[str, str]]) -> dict[str, Any]:
    """A new stuk: the headings of a template, or one without a heading."""
    headings = [_heading(section) for section in sections]
    return {"title": title, "sections": headings or [{"label": "", "text": ""}]}


def with_headings(content: Mapping[str, Any], sections: Iterable[Mapping[str, str]]) -> dict[str, Any]:
    """The same text under a template's headings: what stood under a heading that stays, stays; no written word goes."""
    left = list(content["sections"])
    taken = []
    for section in sections:
        same = next((one for one in left if one["label"] == section["label"]), None)
        if same is not None:
            left.remove(same)
        taken.append(_heading(section) | {"text": same["text"] if same else ""})
    taken += [dict(section) for section in left if not is_blank(section["text"])]
    return {**content, "sections": taken or [{"label": "", "text": ""}]}


def frozen_content(content: Mapping[str, Any], title: str) -> dict[str, Any]:
    """What is kept for good: without the help that stood at the headings; `title` where none was given."""
    sections = [{"label": one["label"], "text": one["text"]} for one in content["sections"]]
    return {"title": content["title"] or title, "sections": sections}


def _heading(section: Mapping[str, str]) -> dict[str, str]:
    helping = {"help": section["help"]} if section.get("help") else {}
    return {"label": section["label"], "text": "", **helping}


def _clean_section(index: int, section: Mapping[str, Any]) -> dict[str, str]:
    text = clean_text(str(section.get("text", "")))
    if len(text) > TEXT_LENGTH:
        raise Refused(f"Deze tekst is te lang: ten hoogste {TEXT_LENGTH} tekens per kopje.", f"section_{index}")
    label, helping = str(section.get("label", "")), clean_line(str(section.get("help", "")))[:HELP_LENGTH]
    return {"label": clean_line(label)[:TITLE_LENGTH], "text": text, **({"help": helping} if helping else {})}
