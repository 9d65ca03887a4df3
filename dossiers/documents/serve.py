"""Handing out a file of a dossier."""

from __future__ import annotations

import logging

from django.http import HttpResponseBase
from django.http.response import HttpResponse
from django.template.loader import render_to_string

from access.downloads import attachment
from dossiers.documents.kinds import content_type_to_serve
from dossiers.models import StoredFile
from journal.actions import record
from journal.models import Result
from vault.errors import VaultError
from vault.files import open_sealed

log = logging.getLogger(__name__)


def serve(file: StoredFile) -> HttpResponseBase:
    """Stream a file that the caller found within reach, with a line in the journal (document.opgehaald).

    `file.dossier` and `file.stuk` come with it. Key and first megabyte are opened here, within the context; the rest
    streams after it has ended. A file that does not open is a page that says so (503), and a line in the log.
    """
    try:
        chunks = open_sealed(subject_id=file.dossier_id, name=file.storage_name)
        name = file.filename  # sealed, too
    except (VaultError, FileNotFoundError):
        log.exception("stored file %s does not open", file.pk)
        _journal(file, Result.REFUSED)
        return HttpResponse(render_to_string("unreadable.html"), status=503)
    _journal(file, Result.OK)
    return attachment(chunks, name, content_type_to_serve(file.content_type), size=file.size)


def _journal(file: StoredFile, result: str) -> None:
    facts = {"stuk": str(file.stuk_id), "kind": file.stuk.kind, "bytes": file.size}
    record(act="document.opgehaald", obj=file, dossier=file.dossier, result=result, facts=facts)
