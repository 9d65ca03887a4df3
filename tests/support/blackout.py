"""All that can be read from a file, by whoever takes it apart: other eyes than those of the product."""

from __future__ import annotations

import io

import pikepdf
from pypdf import PdfReader

_PICTURES = ("/DCTDecode", "/JPXDecode")


def everything(data: bytes) -> str:
    """Its bytes, what its streams unpack to, its strings whatever their encoding, and what its pages say."""
    if not data.startswith(b"%PDF-"):
        return data.decode("utf-8", "replace") + data.decode("latin-1")
    found = [data.decode("latin-1"), " ".join(text_of(data).split())]
    with pikepdf.open(io.BytesIO(data)) as pdf:
        for one in pdf.objects:
            if isinstance(one, pikepdf.Stream):
                picture = str(one.stream_dict.get("/Filter", "")) in _PICTURES
                plain = one.read_raw_bytes() if picture else one.read_bytes()
                found += [plain.decode("latin-1"), plain.decode("utf-16-be", "replace")]
            found += strings(one)
        found.append(str(pdf.open_metadata()))
    return "\n".join(found)


def strings(one: object, depth: int = 0) -> list[str]:
    """The strings and names in an object, decoded."""
    if depth > 20 or not isinstance(one, pikepdf.Object):
        return []
    if isinstance(one, pikepdf.String | pikepdf.Name):
        return [str(one)]
    if isinstance(one, pikepdf.Stream):
        one = one.stream_dict
    if isinstance(one, pikepdf.Dictionary):
        parts = [part for part in one.values() if not (isinstance(part, pikepdf.Object) and part.is_indirect)]
        return [*one.keys(), *(said for part in parts for said in strings(part, depth + 1))]
    if isinstance(one, pikepdf.Array):
        return [said for part in one for said in strings(part, depth + 1)]  # type: ignore[attr-defined]
    return []


def text_of(data: bytes) -> str:
    return "\n".join(page.extract_text() for page in PdfReader(io.BytesIO(data)).pages)
