"""Handing out a file: always to be saved, never something that a browser runs, and never kept in between."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable
from functools import wraps
from typing import Concatenate, ParamSpec

from django.http import HttpRequest, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import render
from django.utils.http import content_disposition_header

from vault.errors import VaultError

log = logging.getLogger(__name__)
SANDBOX = "sandbox; default-src 'none'"
Given = ParamSpec("Given")
View = Callable[Concatenate[HttpRequest, Given], HttpResponseBase]


def attachment(
    content: Iterable[bytes], name: str, content_type: str = "application/octet-stream", *, size: int | None = None
) -> StreamingHttpResponse:
    """The file in parts, `size` in bytes where it is known; the caller journals that it went out.

    `content` of `vault.files.open_sealed` may be read after the context has ended, and is closed when whoever saves it
    goes away halfway.
    """
    headers = {
        "Content-Disposition": content_disposition_header(True, name) or "attachment",
        "X-Content-Type-Options": "nosniff",
        "Content-Security-Policy": SANDBOX,
        "Cache-Control": "no-store",
    }
    length = {} if size is None else {"Content-Length": str(size)}
    return StreamingHttpResponse(content, content_type=content_type, headers=headers | length)


def opens_sealed(view: View[Given]) -> View[Given]:
    """For a view that hands out a sealed file: one that does not open is a page that says so (503), and a log line."""

    @wraps(view)
    def answered(request: HttpRequest, *args: Given.args, **kwargs: Given.kwargs) -> HttpResponseBase:
        try:
            return view(request, *args, **kwargs)
        except (VaultError, FileNotFoundError):
            log.exception("a sealed file does not open: %s", request.path)
            return render(request, "unreadable.html", status=503)

    return answered
