"""What a page says, without its random tokens: those may hold any name."""

from __future__ import annotations

import re
from typing import Any

TOKEN = re.compile(r'(name="csrfmiddlewaretoken" value="|data-csrf="|X-CSRFToken": "|data-left=")[A-Za-z0-9]+')


def without_tokens(answer: Any) -> str:
    """The whole of this answer, its attributes too, but for the tokens of its forms and the seconds that are left."""
    return TOKEN.sub(r"\1", answer.content.decode())
