"""A paper that is kept: drawn once, sealed under the key of what it is about, with the hash that proves it."""

from __future__ import annotations

import hashlib
import uuid
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from bureaus import pdf
from vault.actions import create_key
from vault.errors import KeyExists
from vault.files import save_with_transaction


@dataclass(frozen=True)
class SealedPaper:
    """`file` is the name to open it by; `size` (bytes) and `sha256` (64 hex digits) are those of the PDF itself.

    So whoever holds the paper can compare it with what the bureau's row says.
    """

    file: str
    size: int
    sha256: str


def seal_paper(
    *,
    subject_id: uuid.UUID,
    template: str,
    context: Mapping[str, Any],
    title: str,
    attachments: Sequence[pdf.Attachment] = (),
) -> SealedPaper:
    """Draw a paper and keep it sealed under the key of `subject_id`, which is made where there is none.

    Inside the transaction that writes the row it belongs to: rolled back, no file stays. Raises
    bureaus.pdf.OutsideFetch, NoBureau.
    """
    paper = pdf.render(template, context, title=title, attachments=attachments)
    with suppress(KeyExists):
        create_key(subject_id=subject_id)
    info = save_with_transaction(subject_id=subject_id, chunks=[paper])
    return SealedPaper(info.name, info.size, hashlib.sha256(paper).hexdigest())
