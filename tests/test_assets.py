"""The look holds what it promises: no addresses in the lock, nothing inline, every icon there, enough contrast."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
TEMPLATES = [path for path in ROOT.glob("**/templates/**/*.html") if ".venv" not in path.parts]
PYTHON = [
    path
    for path in ROOT.glob("*/**/*.py")
    if not {".venv", "node_modules", "build", "var", "tests"} & set(path.relative_to(ROOT).parts)
]
SCRIPTS = sorted((ROOT / "static" / "js").glob("*.js"))
SHEETS = sorted((ROOT / "static" / "css").glob("*.css"))
COLOURS = dict(re.findall(r"--([a-z-]+): (#[0-9a-f]{6});", (ROOT / "static/css/base.css").read_text()))
ICONS = {line.split("#")[0].strip() for line in (ROOT / "static/icons.txt").read_text().splitlines()} - {""}
INLINE = {
    "a style attribute": re.compile(r"\sstyle\s*="),
    "a style element": re.compile(r"<style[\s>]"),
    "an event attribute": re.compile(r"<[^>]*\son[a-z]+\s*="),
    "a javascript: address": re.compile(r"javascript:", re.IGNORECASE),
    "an inline script": re.compile(r'<script(?![^>]*(\ssrc=|type="application/json"))[^>]*>'),
}
ICON_USES = [
    re.compile(r'{%-?\s*icon\s+"([a-z0-9-]+)"'),
    re.compile(r'{%-?\s*(?:card|rail|empty|entry)\s[^%]*icon="([a-z0-9-]+)"'),
    re.compile(r'{%-?\s*state\s+\S+\s+"[a-z]+"\s+"([a-z0-9-]+)"'),
    re.compile(r'["\']?icon["\']?\s*[:=]\s*["\']([a-z0-9-]+)["\']'),
]


def names_of(paths: list[Path]) -> list[str]:
    return [str(path.relative_to(ROOT)) for path in paths]


def luminance(colour: str) -> float:
    parts = (int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5))
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def test_the_lock_file_of_npm_holds_hashes_and_no_addresses_of_a_registry() -> None:
    packages = json.loads((ROOT / "package-lock.json").read_text())["packages"]
    parts = {name: part for name, part in packages.items() if name}
    assert parts
    assert all("resolved" not in part and part["integrity"].startswith("sha512-") for part in parts.values())


@pytest.mark.parametrize("path", TEMPLATES, ids=names_of(TEMPLATES))
def test_a_template_holds_nothing_inline_that_the_policy_would_refuse(path: Path) -> None:
    text = path.read_text()
    assert [what for what, pattern in INLINE.items() if pattern.search(text)] == []


@pytest.mark.parametrize("path", SCRIPTS, ids=names_of(SCRIPTS))
def test_a_script_writes_no_markup_and_no_style(path: Path) -> None:
    assert not re.search(r"innerHTML|outerHTML|insertAdjacentHTML|\.style\b|\beval\(|document\.write", path.read_text())


def test_text_that_waits_for_the_server_stays_in_the_tab() -> None:
    assert not [path.name for path in SCRIPTS if re.search(r"localStorage|indexedDB|caches\.open", path.read_text())]


def test_every_icon_that_is_used_is_in_the_sprite() -> None:
    from bureaus.templatetags.ui import TONES

    sprite = (ROOT / "build/static/vendor/icons.svg").read_text()
    drawn = set(re.findall(r'<symbol id="([a-z0-9-]+)"', sprite))
    used = {name for path in [*TEMPLATES, *PYTHON] for use in ICON_USES for name in use.findall(path.read_text())}
    assert sorted((used | set(TONES.values())) - ICONS) == []
    assert drawn == ICONS


@pytest.mark.parametrize("tone", ["text", "quiet", "neutral", "busy", "good", "warn", "bad", "locked"])
def test_ink_stands_out_from_its_paper(tone: str) -> None:
    assert contrast(COLOURS[f"{tone}-ink"], COLOURS[f"{tone}-paper"]) >= 4.5


@pytest.mark.parametrize("ground", ["paper", "ground"])
def test_what_lies_on_a_page_stands_out_from_it(ground: str) -> None:
    assert contrast(COLOURS["edge"], COLOURS[ground]) >= 3
    assert contrast(COLOURS["quiet-ink"], COLOURS[ground]) >= 4.5
    assert contrast(COLOURS["bad-ink"], COLOURS[ground]) >= 4.5


def test_every_file_that_a_style_sheet_names_is_there() -> None:
    for sheet in SHEETS:
        for name in re.findall(r'url\("\.\./([^"]+)"\)', sheet.read_text()):
            assert (ROOT / "static" / name).exists() or (ROOT / "build/static" / name).exists(), name


def test_no_style_sheet_or_script_asks_another_host() -> None:
    files = [*SHEETS, *SCRIPTS, ROOT / "build/static/vendor/tabler.min.css"]
    asks = re.compile(r"url\(\s*[\"']?(https?:)?//|@import|sourceMappingURL|fetch\([\"']https?:")
    assert [path.name for path in files if asks.search(path.read_text())] == []


def test_a_name_made_for_the_breadcrumb_is_not_used_in_another_block() -> None:
    """It would be empty there: each block has names of its own."""
    lost = []
    for path in (ROOT / "templates").rglob("*.html"):
        text = path.read_text()
        crumb = re.search(r"{% block breadcrumb %}.*?{% endblock %}", text, re.DOTALL)
        if crumb:
            rest = text.replace(crumb.group(), "")
            made = set(re.findall(r" as (\w+) %}", crumb.group())) - set(re.findall(r" as (\w+) %}", rest))
            lost += [f"{path.name}: {name}" for name in made if re.search(rf"{{{{ *{name}\b", rest)]
    assert lost == []
