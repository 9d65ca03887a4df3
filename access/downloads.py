"""Handing out a file that is made or kept outside a dossier: always to be saved, never shown or kept in between."""

from __future__ import annotations

from collections.abc import Iterable

from django.http import StreamingHttpResponse
from django.utils.http import content_disposition_header


def attachment(
    content: Iterable[bytes], name: str, content_type: str, *, size: int | None = None
) -> StreamingHttpResponse:
    """The file in parts, `size` in bytes where it is known; the caller journals that it went out."""
    headers = {
        "Content-Disposition": content_disposition_header(True, name) or "attachment",
        "X-Content-Type-Options": "nosniff",
        "Cache-Control": "no-store",
    }
    length = {} if size is None else {"Content-Length": str(size)}
    return StreamingHttpResponse(content, content_type=content_type, headers=headers | length)
