"""Handing out a file of a dossier: always as an attachment, never as something that a browser runs."""

from __future__ import annotations

import logging
from itertools import chain

from django.http import HttpResponseBase, StreamingHttpResponse
from django.http.response import HttpResponse
from django.template.loader import render_to_string
from django.utils.http import content_disposition_header

from dossiers.documents.kinds import content_type_to_serve
from dossiers.models import StoredFile
from journal.actions import record
from journal.models import Result
from vault.errors import VaultError
from vault.files import open_sealed

log = logging.getLogger(__name__)
SANDBOX = "sandbox; default-src 'none'"


def serve(file: StoredFile) -> HttpResponseBase:
    """Stream a file that the caller found within reach, with a line in the journal (document.opgehaald).

    `file.dossier` and `file.stuk` come with it. Key and first megabyte are opened here, within the context; the rest
    streams after it has ended. A file that does not open is a page that says so (503), and a line in the log.
    """
    try:
        chunks = open_sealed(subject_id=file.dossier_id, name=file.storage_name)
        first, name = next(chunks), file.filename
    except (VaultError, FileNotFoundError):
        log.exception("stored file %s does not open", file.pk)
        _journal(file, Result.REFUSED)
        return HttpResponse(render_to_string("dossiers/documents/unreadable.html"), status=503)
    _journal(file, Result.OK)
    response = StreamingHttpResponse(
        chain([first], chunks),
        content_type=content_type_to_serve(file.content_type),
        headers={
            "Content-Length": str(file.size),
            "Content-Disposition": content_disposition_header(True, name) or "attachment",
            "X-Content-Type-Options": "nosniff",
            "Content-Security-Policy": SANDBOX,
            "Cache-Control": "no-store",
        },
    )
    # Whoever goes away halfway leaves no open file: a chain has no close of its own.
    response._resource_closers.append(chunks.close)  # type: ignore[attr-defined]
    return response


def _journal(file: StoredFile, result: str) -> None:
    facts = {"stuk": str(file.stuk_id), "kind": file.stuk.kind, "bytes": file.size}
    record(act="document.opgehaald", obj=file, dossier=file.dossier, result=result, facts=facts)
