"""The kinds of file that a dossier takes. What isn't here is refused; what is served has a type of this table."""

from __future__ import annotations

from dataclasses import dataclass


class Refused(ValueError):
    """A file that is not taken; the text is Dutch, for the person who brought it."""


@dataclass(frozen=True)
class Kind:
    """One kind of file. The first extension is the one it gets where the name has none."""

    code: str
    label: str
    content_type: str
    extensions: tuple[str, ...]
    icon: str = "file-text"


_OOXML = "application/vnd.openxmlformats-officedocument."
_ODF = "application/vnd.oasis.opendocument."
_ALL = (
    Kind("pdf", "een PDF", "application/pdf", ("pdf",), "file-type-pdf"),
    Kind("docx", "een Word-bestand", _OOXML + "wordprocessingml.document", ("docx",), "file-type-doc"),
    Kind("xlsx", "een Excel-bestand", _OOXML + "spreadsheetml.sheet", ("xlsx",), "file-type-xls"),
    Kind("pptx", "een PowerPoint-bestand", _OOXML + "presentationml.presentation", ("pptx",), "file-description"),
    Kind("odt", "een tekst van LibreOffice", _ODF + "text", ("odt",), "file-type-doc"),
    Kind("ods", "een rekenblad van LibreOffice", _ODF + "spreadsheet", ("ods",), "file-type-xls"),
    Kind("jpeg", "een JPG-foto", "image/jpeg", ("jpg", "jpeg", "jpe", "jfif"), "photo"),
    Kind("png", "een PNG-afbeelding", "image/png", ("png",), "photo"),
    Kind("gif", "een GIF-afbeelding", "image/gif", ("gif",), "photo"),
    Kind("webp", "een WebP-afbeelding", "image/webp", ("webp",), "photo"),
    Kind("txt", "een tekstbestand", "text/plain", ("txt",), "file-type-txt"),
    Kind("csv", "een CSV-bestand", "text/csv", ("csv",), "file-type-xls"),
)
KINDS = {kind.code: kind for kind in _ALL}
BY_CONTENT_TYPE = {kind.content_type: kind for kind in _ALL}
SHORT_LIST = "PDF, Word, Excel, PowerPoint, LibreOffice, JPG, PNG, GIF, WebP, TXT en CSV"
# For the browser's own choice of files. No HEIC in it: then a telephone hands over a JPG by itself.
ACCEPT = ",".join(f".{extension}" for kind in _ALL for extension in kind.extensions) + ",image/jpeg,image/png"


def content_type_to_serve(stored: str) -> str:
    """A content type of the table above; for anything else bytes without a meaning."""
    return stored if stored in BY_CONTENT_TYPE else "application/octet-stream"
