"""A PDF as a person sees it: each page a grey picture, drawn by poppler."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest
from PIL import Image

INK = 200  # darker than this is ink


def pages_of(file: Path) -> list[Path]:
    """A picture of each page, in order; without the tool a test fails, as one without a browser does."""
    tool = shutil.which("pdftoppm")
    if tool is None:
        pytest.fail("no pdftoppm found; `bin/bootstrap test` installs it or says how")
    subprocess.run([tool, "-r", "50", "-gray", file, file.with_suffix("")], check=True)
    return sorted(file.parent.glob(f"{file.stem}-*.pgm"))


def ink_on(page: Path) -> tuple[float, float, float, float]:
    """Where the ink begins and ends: left, top, right and bottom, as parts of the page."""
    with Image.open(page) as picture:
        width, height = picture.size
        box = picture.point(lambda shade: 255 if shade < INK else 0).getbbox()
    assert box is not None, f"{page.name} is blank"
    left, top, right, bottom = box
    return left / width, top / height, right / width, bottom / height
