"""Whether marked words stand in a file that can't be made anew without them: Office, pictures, and the rest."""

from __future__ import annotations

import html
import io
import re
import zipfile
from collections.abc import Sequence

from requests.blackout import finding, images, residue

_TAG = re.compile(r"<[^>]*>")
# Where words of different paragraphs and cells would run together.
_BREAK = re.compile(r"</(?:w:p|a:p|si|text:p|text:h|row|c|dc:\w+|cp:\w+)>")


DEEPEST = 4  # files within files
_ATTRIBUTE = re.compile(r"""=\s*(?:"([^"]*)"|'([^']*)')""")
_OLE = b"\xd0\xcf\x11\xe0"


def in_file(data: bytes, sought: Sequence[str]) -> bool:
    """In its bytes, and of an archive in each part. Raises zipfile.BadZipFile, zlib.error for what does not open."""
    return _in_part("", data, sought, 0)


def _in_part(name: str, part: bytes, sought: Sequence[str], depth: int) -> bool:
    if part.startswith(b"PK\x03\x04"):
        return depth > DEEPEST or residue.in_bytes(part, sought) or _in_archive(part, sought, depth + 1)
    if not _decoded(part[:64]).lstrip("\ufeff \r\n\t").startswith("<"):
        # What another program laid in it, in a form of its own, can't be searched.
        return part.startswith(_OLE) or "embeddings/" in name.lower() or _in_bytes(part, sought)
    if residue.in_either(part, sought):
        return True
    said = _decoded(part)
    text = html.unescape(_TAG.sub("", _BREAK.sub("\n", said)))
    attributes = html.unescape(" | ".join(one or other for one, other in _ATTRIBUTE.findall(said)))
    return finding.holds(text, sought) or finding.holds(attributes, sought)


def _in_archive(data: bytes, sought: Sequence[str], depth: int) -> bool:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        if finding.holds("\n".join(archive.namelist()), sought):
            return True
        return any(_in_part(name, archive.read(name), sought, depth) for name in archive.namelist())


def _in_bytes(part: bytes, sought: Sequence[str]) -> bool:
    """Of a picture, in what is beside its face as well."""
    if not images.is_known(part):
        return residue.in_either(part, sought)
    try:
        return residue.in_bytes(part, sought) or residue.in_text(images.beside(part), sought)
    except images.NotRead:
        return residue.in_either(part, sought)


def _decoded(part: bytes) -> str:
    return part.decode("utf-16" if part[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8", "replace")
