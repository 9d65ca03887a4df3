"""Every fact that a line of the log holds has a name in Dutch: who reads the log sees no keys."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from journal.labels import FACTS, facts_in_words

APPS = ("bureaus", "journal", "vault", "access", "clients", "dossiers", "retention", "consent", "portal", "overviews")
WRITERS = {"record", "record_many"}


def literal_facts() -> set[str]:
    """The keys of what stands as `facts` in the code, as an argument or as a name that is given along."""
    found: set[str] = set()
    for app in APPS:
        for path in Path(app).rglob("*.py"):
            for node in ast.walk(ast.parse(path.read_text())):
                found |= keys_of(node)
    return found


def keys_of(node: ast.AST) -> set[str]:
    value: ast.expr | None = None
    if isinstance(node, ast.Call) and getattr(node.func, "id", "") in WRITERS:
        value = next((one.value for one in node.keywords if one.arg == "facts"), None)
    elif isinstance(node, ast.Assign) and any(getattr(one, "id", "") == "facts" for one in node.targets):
        value = node.value
    keys = value.keys if isinstance(value, ast.Dict) else []
    return {key.value for key in keys if isinstance(key, ast.Constant)}


def test_every_fact_has_a_dutch_name():
    found = literal_facts()
    assert {"why", "verdict", "views", "names_dossier", "sessions"} <= found
    assert sorted(found - set(FACTS)) == []


@pytest.mark.django_db
def test_facts_of_an_emergency_and_of_support_are_told_in_words():
    told = dict(facts_in_words({"verdict": "terecht", "views": 3, "names_dossier": True, "why": "te vaak"}))
    assert told == {"Oordeel": "terecht", "Keren bekeken": "3", "Noemt een dossier": "ja", "Waarom": "te vaak"}
