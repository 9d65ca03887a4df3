"""What the documents say is there."""

from __future__ import annotations

import re
from pathlib import Path
from xml.etree import ElementTree

import pytest
from django.core.management import get_commands, load_command_class
from django.utils.text import slugify

from bureaus import presets
from demo.places import BASE_DIR
from dossiers.models import State
from dossiers.rules import TRANSITIONS
from scripts import conformity

PAGES = [BASE_DIR / "README.md", BASE_DIR / "CHANGELOG.md", *sorted((BASE_DIR / "docs").rglob("*.md"))]
LINK = re.compile(r"\]\((?!https?:)([^)#]*)(?:#([^)]+))?\)")
SOURCES = [path for path in BASE_DIR.glob("*/**/*.py") if path.relative_to(BASE_DIR).parts[0] not in (".venv", "var")]
# Made by a script of its own from the running demo.
MADE_LATER = "docs/screenshots/"


def name(path: Path) -> str:
    return str(path.relative_to(BASE_DIR))


def rows(page: str, heading: str) -> list[list[str]]:
    """The cells of the first table below a heading, its own first line left out."""
    text = (BASE_DIR / page).read_text().split(f"{heading}\n", 1)[1]
    lines = re.search(r"(?:^\|.*\n)+", text, re.MULTILINE)[0].splitlines()
    return [[cell.strip(" `") for cell in line.strip("|").split("|")] for line in lines[2:]]


@pytest.mark.parametrize("page", PAGES, ids=name)
def test_every_link_leads_somewhere(page: Path) -> None:
    for target, heading in LINK.findall(page.read_text()):
        there = (page.parent / target).resolve() if target else page
        assert there.exists() or MADE_LATER in target, target
        if heading:
            headings = re.findall(r"^#+ (.*)$", there.read_text(), re.MULTILINE)
            assert heading in [slugify(one) for one in headings]


def test_every_decision_that_the_code_names_exists() -> None:
    there = {path.name[:4] for path in (BASE_DIR / "docs" / "adr").glob("0*.md")}
    for path in SOURCES:
        text = path.read_text()
        named = {*re.findall(r"ADR (\d+)", text), *(one[:4] for one in re.findall(r"docs/adr/(\d[\w-]*)\.md", text))}
        assert {one.zfill(4) for one in named} <= there, path
        for file in re.findall(r"docs/adr/\d[\w-]*\.md", text):
            assert (BASE_DIR / file).is_file(), path


def test_decisions_are_numbered_without_gaps_and_all_listed() -> None:
    files = sorted(path.name for path in (BASE_DIR / "docs" / "adr").glob("0*.md"))
    assert [one[:4] for one in files] == [f"{number:04}" for number in range(1, len(files) + 1)]
    listed = (BASE_DIR / "docs" / "adr" / "README.md").read_text()
    assert [one for one in files if f"({one})" not in listed] == []


def test_the_states_of_a_stuk_are_those_of_the_code() -> None:
    written = [tuple(row[:2]) for row in rows("docs/architecture.md", "## The states of a stuk")]
    begin = ("–", State.CONCEPT.value)
    assert sorted(written) == sorted([begin, *((one, to) for one, many in TRANSITIONS.items() for to in many)])
    assert set(TRANSITIONS) == set(State.values)


def test_the_words_per_bureau_are_those_of_the_presets() -> None:
    for word, *said in rows("docs/glossary.md", "## Per bureau"):
        assert said == [presets.load(preset).rules.words.of(word).singular for preset in presets.NAMES]


def test_the_settings_in_the_readme_are_those_of_the_code() -> None:
    code = "".join((BASE_DIR / path).read_text() for path in ("config/settings.py", "gunicorn.conf.py"))
    read = set(re.findall(r'(?:env\w+|environ\.get)\(\s*"([A-Z_0-9]+)"', code))
    written = {one for row in rows("README.md", "### Environment") for one in re.findall(r"[A-Z][A-Z_0-9]+", row[0])}
    assert written - {"DOSSIERWACHT_VAR"} == read - {"DOSSIERWACHT_VAR"}


def test_the_commands_in_the_readme_exist_and_take_what_is_written() -> None:
    for row in rows("README.md", "### Commands for operators"):
        command, *words = row[0].replace("`", "").split()
        parser = load_command_class(get_commands()[command], command).create_parser("manage.py", command)
        options = {option for action in parser._actions for option in action.option_strings}
        assert {word.strip("[]") for word in words if "--" in word} <= options


def test_the_picture_has_a_title_and_a_description() -> None:
    picture = ElementTree.parse(BASE_DIR / "docs" / "architecture.svg").getroot()
    names = {child.tag.rpartition("}")[2] for child in picture}
    assert {"title", "desc"} <= names


def test_the_table_of_conformity_is_made_from_the_tests() -> None:
    assert conformity.TABLE.read_text() == conformity.table(), "run scripts/conformity.py"
    assert not set(conformity.WITHOUT) & set(conformity.collected())
