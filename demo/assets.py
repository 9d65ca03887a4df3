"""Builds the style sheets, scripts and fonts of the pages when what they are made from has changed."""

from __future__ import annotations

import subprocess
import sys

from demo import stamps
from demo.places import BASE_DIR

SCRIPT = BASE_DIR / "scripts" / "build_assets.py"
BUILT = BASE_DIR / "build" / "static"
STAMP = BASE_DIR / "build" / "assets-stamp"


def ensure() -> bool:
    """Run scripts/build_assets.py unless its output is there and current; whether it ran. CalledProcessError if not."""
    wanted = stamps.of_files(
        [BASE_DIR / "package.json", BASE_DIR / "package-lock.json", BASE_DIR / "static" / "icons.txt", SCRIPT]
    )
    if BUILT.is_dir() and STAMP.exists() and STAMP.read_text() == wanted:
        return False
    STAMP.parent.mkdir(exist_ok=True)
    STAMP.unlink(missing_ok=True)
    subprocess.run([sys.executable, str(SCRIPT)], cwd=BASE_DIR, check=True)
    STAMP.write_text(wanted)
    return True


if __name__ == "__main__":
    ensure()
