"""What a page says to who reads it, without what only a machine reads: its tokens are random, and may hold any name."""

from __future__ import annotations

import re
from typing import Any


def words_of(answer: Any) -> str:
    """The text between the tags of this answer."""
    return " ".join(re.sub(r"<[^>]*>", " ", answer.content.decode()).split())
