"""What acts are called in the journal: a noun and what was done to it, `stuk.vastgesteld`, one spelling each."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from django.apps import apps

ROOT = Path(__file__).resolve().parent.parent
NAME = re.compile(r"[a-z]+\.(?!(html|csv|pdf)$)[a-z]+(_[a-z]+)?")
DONE = re.compile(r"(\w*ge\w+|(be|ver|her|ont)\w+)(d|t|en|aan)")


def acts() -> set[str]:
    """Every name of an act in a module that writes in the journal."""
    labels = {config.label for config in apps.get_app_configs()}
    return {name for name in names() if name.partition(".")[0] not in labels}


def names() -> Iterator[str]:
    for config in apps.get_app_configs():
        folder = Path(config.path)
        for path in folder.rglob("*.py") if folder.parent == ROOT else ():
            text = path.read_text()
            if "from journal.actions import record" in text:
                strings = (one.value for one in ast.walk(ast.parse(text)) if isinstance(one, ast.Constant))
                yield from (value for value in strings if isinstance(value, str) and NAME.fullmatch(value))


def test_every_act_is_called_by_what_was_done():
    found = acts()
    assert {"stuk.vastgesteld", "dossier.ingezien", "toegang.geweigerd", "inloggen.gelukt"} <= found
    assert sorted(name for name in found if not DONE.fullmatch(re.split(r"[._]", name)[-1])) == []
