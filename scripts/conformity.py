"""The table of docs/conformity.md: which test holds the product to which article of the five reglementen.

    .venv/bin/python scripts/conformity.py

Made from the marker `article(bureau, art)` of the tests, of a function, of one case of it or of a whole file. What
docs/domain.md asks of an article for which no test stands there is named as such.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
TABLE = ROOT / "docs" / "conformity.md"
BUREAUS = ("javawest", "werkid", "pluspunt", "jmwerkt", "werklokaal")
SHOWN = 3
# Articles of the reglementen that ask something of software and have no test of their own, and why not.
WITHOUT = {
    ("pluspunt", "1"): "Telling a client of data that they could not expect: not built.",
}
INTRO = """# Conformity

Which tests hold the product to which article of the five reglementen. Made from the tests by
`scripts/conformity.py`; a test compares the two. Of an article with many tests the first three stand here:
`pytest -m article` runs all of them.
"""


def marks(node: ast.AST) -> Iterator[tuple[str, str]]:
    """(bureau, article) of every marker below this node."""
    for one in ast.walk(node):
        if isinstance(one, ast.Call) and isinstance(one.func, ast.Attribute) and one.func.attr == "article":
            bureau, article = (each.value for each in one.args if isinstance(each, ast.Constant))
            yield str(bureau), str(article)


def tests_of(path: Path) -> Iterator[tuple[tuple[str, str], str]]:
    """Each marker of a file with the name of its test; of a marker for the whole file: the first test's."""
    body = ast.parse(path.read_text()).body
    functions = [one for one in body if isinstance(one, ast.FunctionDef) and one.name.startswith("test_")]
    for one in functions:
        for where in one.decorator_list:
            yield from ((found, one.name) for found in marks(where))
    of_the_file = [one for one in body if isinstance(one, ast.Assign) and functions]
    for each in of_the_file:
        yield from ((found, functions[0].name) for found in marks(each))


def collected() -> dict[tuple[str, str], list[str]]:
    """By bureau and article: the tests, as `file: name in words`, each once."""
    found: dict[tuple[str, str], list[str]] = {}
    for path in sorted((ROOT / "tests").glob("test_*.py")):
        for key, name in tests_of(path):
            said = f"`{path.stem}`: {name.removeprefix('test_').replace('_', ' ')}"
            if said not in found.setdefault(key, []):
                found[key].append(said)
    return found


def in_order(article: str) -> list[tuple[int, str]]:
    """10.2 after 9, 4.2b after 4.2a."""
    return [(int(number or 0), letters) for number, letters in re.findall(r"(\d*)([a-z]*)\.?", article)]


def table() -> str:
    found = collected()
    lines = [INTRO]
    for bureau in BUREAUS:
        lines += [f"## {bureau}", "| article | tests | |", "| --- | --- | --- |"]
        known = {article for each, article in [*found, *WITHOUT] if each == bureau}
        lines += [_row(bureau, article, found.get((bureau, article), [])) for article in sorted(known, key=in_order)]
        lines.append("")
    return "\n".join(lines)


def _row(bureau: str, article: str, tests: list[str]) -> str:
    said = "<br>".join(tests[:SHOWN]) if tests else WITHOUT[bureau, article]
    return f"| {article} | {len(tests)} | {said} |"


if __name__ == "__main__":
    TABLE.write_text(table())
