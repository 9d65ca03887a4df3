"""A paper that came in, scanned: looked at as any document, and kept sealed beside the row that it belongs to."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from pathlib import PurePosixPath

from django.core.files import File

from access.rules import RuleBroken
from dossiers.documents.inspect import Inspected, inspect
from dossiers.documents.kinds import Refused
from vault.files import SealedFileInfo, save_with_transaction

CHUNK_BYTES = 1024 * 1024
# What a signed paper comes as.
PAPER_KINDS = ("pdf", "jpeg", "png")
ACCEPT = ".pdf,.jpg,.jpeg,.png,image/jpeg,image/png"
OTHER_KIND = "Kies een PDF of een foto (JPG of PNG). Dit is {kind}."


def look_at(scan: File[bytes], *, only: Sequence[str] = (), field: str = "scan") -> Inspected:
    """What it is; `only` names the kinds (dossiers.documents.kinds) that will do. Raises RuleBroken beside `field`,
    without the file's name: a refusal stays in the log."""
    try:
        found = inspect(scan, called="papier")
    except Refused as refusal:
        raise RuleBroken(str(refusal), field) from None
    if only and found.kind.code not in only:
        raise RuleBroken(OTHER_KIND.format(kind=found.kind.label), field)
    return found


def keep(found: Inspected, *, subject_id: uuid.UUID) -> SealedFileInfo:
    """Store it under this key; it goes again where the transaction is rolled back."""
    file = found.file
    file.seek(0)
    return save_with_transaction(subject_id=subject_id, chunks=iter(lambda: file.read(CHUNK_BYTES), b""))


def own_name(found: Inspected, number: str) -> str:
    """Its own name may be the client's: we give it another."""
    return f"{number}{PurePosixPath(found.name).suffix.lower()[:10]}"
