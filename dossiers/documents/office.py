"""Files of Word, Excel, PowerPoint and LibreOffice: a zip whose members are counted and read, never kept."""

from __future__ import annotations

import io
import zipfile
from typing import IO
from xml.parsers import expat

from dossiers.documents.kinds import Refused

MEMBERS = 5_000
UNPACKED = 300 * 1024 * 1024  # bytes, all members together
RATIO, RATIO_FROM = 250, 5 * 1024 * 1024  # a member this large may be at most so many times its packed size
XML_BYTES = 8 * 1024 * 1024  # of a member that is read as XML
INSIDE_BYTES = 20 * 1024 * 1024  # of a workbook inside a document
PIECE = 256 * 1024

_MAIN = {
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml": "docx",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml": "xlsx",
    "application/vnd.openxmlformats-officedocument.presentationml.presentation.main+xml": "pptx",
}
_ODF = {
    b"application/vnd.oasis.opendocument.text": "odt",
    b"application/vnd.oasis.opendocument.spreadsheet": "ods",
}
_MACRO_NAMES = ("vbaproject.bin", "vbadata.xml", "vbaprojectsignature.bin")
_MACRO_FOLDERS = ("xl/macrosheets/", "basic/", "scripts/", "dialogs/")
# Relations by which opening the file fetches or runs something: the last word of their type.
_FETCHED = ("attachedtemplate", "oleobject", "frame", "subdocument", "package")
_REMOTE = ("http:", "https:", "ftp:", "\\\\", "//", "file://", "file:\\\\", "mhtml:", "smb:")
_LOCAL = ("file:///", "file:\\\\\\")

MACROS = "In dit bestand zitten macro's. Sla het op zonder macro's (als gewoon .docx, .xlsx of PDF) en voeg dat toe."
OBJECTS = "In dit bestand zit een ander programma of bestand ingesloten. Sla het op als PDF en voeg die toe."
REMOTE = "Dit bestand haalt bij het openen een sjabloon of onderdeel van buiten op. Sla het op als PDF en voeg die toe."
BOMB = "Dit bestand is uitgepakt veel te groot. Sla het opnieuw op, of als PDF."
BROKEN = "Dit bestand is beschadigd of geen echt Office-bestand. Open het, sla het opnieuw op en voeg dat toe."
LOCKED = "Dit bestand is met een wachtwoord beveiligd. Haal de beveiliging eraf en voeg het opnieuw toe."
UNKNOWN = (
    "Dit is een zip-bestand of een Office-bestand van een soort die het dossier niet kent."
    " Voeg de bestanden los toe, of sla het op als PDF."
)


def check(file: IO[bytes], *, inside: bool = False) -> str:
    """The code of the kind (docx, xlsx, …). Raises Refused; whatever zipfile raises means a damaged file.

    `inside` is a workbook in a document, such as a chart has; it holds none itself.
    """
    with zipfile.ZipFile(file) as archive:
        members = archive.infolist()
        _check_sizes(members)
        names = [member.filename.lower() for member in members]
        _check_names(names)
        kind = _kind(archive)
        for member in members:
            _read_through(archive, member)
            if member.filename.lower().endswith(".rels"):
                _check_relations(_xml_of(archive, member))
            elif "/embeddings/" in f"/{member.filename.lower()}":
                _check_inside(archive, member, inside)
    return kind


def _check_sizes(members: list[zipfile.ZipInfo]) -> None:
    if len(members) > MEMBERS or sum(member.file_size for member in members) > UNPACKED:
        raise Refused(BOMB)
    for member in members:
        if member.flag_bits & 0x1:
            raise Refused(LOCKED)
        if member.file_size > RATIO_FROM and member.file_size > RATIO * max(member.compress_size, 1):
            raise Refused(BOMB)


def _check_names(names: list[str]) -> None:
    if len(set(names)) != len(names) or any(_is_path_out(name) for name in names):
        raise Refused(BROKEN)
    for name in names:
        if name.rsplit("/", 1)[-1] in _MACRO_NAMES or (name.startswith(_MACRO_FOLDERS) and not name.endswith("/")):
            raise Refused(MACROS)
        if "/activex/" in f"/{name}":
            raise Refused(OBJECTS)


def _is_path_out(name: str) -> bool:
    return name.startswith("/") or "\\" in name or ".." in name.split("/") or "\x00" in name


def _kind(archive: zipfile.ZipFile) -> str:
    names = set(archive.namelist())
    if "[Content_Types].xml" in names:
        return _ooxml_kind(_xml_of(archive, archive.getinfo("[Content_Types].xml")))
    if "mimetype" in names and (member := archive.getinfo("mimetype")).file_size < 200:
        kind = _ODF.get(archive.read(member).strip())
        if kind and "META-INF/manifest.xml" in names:
            _check_manifest(_xml_of(archive, archive.getinfo("META-INF/manifest.xml")))
            return kind
    raise Refused(UNKNOWN)


def _ooxml_kind(tags: list[tuple[str, dict[str, str]]]) -> str:
    types = [attributes.get("ContentType", "") for _, attributes in tags]
    if any("macroenabled" in one.lower() or "vbaproject" in one.lower() for one in types):
        raise Refused(MACROS)
    kinds = {_MAIN[one] for one in types if one in _MAIN}
    if len(kinds) != 1:
        raise Refused(UNKNOWN)
    return kinds.pop()


def _check_manifest(tags: list[tuple[str, dict[str, str]]]) -> None:
    if any(tag.endswith("encryption-data") for tag, _ in tags):
        raise Refused(LOCKED)
    for tag, attributes in tags:
        media = next((value for name, value in attributes.items() if name.endswith("media-type")), "")
        if tag.endswith("file-entry") and "oasis.opendocument" not in media and "vnd.sun.star.oleobject" in media:
            raise Refused(OBJECTS)


def _check_relations(tags: list[tuple[str, dict[str, str]]]) -> None:
    for _, attributes in tags:
        what = attributes.get("Type", "").rsplit("/", 1)[-1].lower()
        if what == "afchunk":
            raise Refused(OBJECTS)
        target = attributes.get("Target", "").strip().lower()
        remote = target.startswith(_REMOTE) and not target.startswith(_LOCAL)
        if what in _FETCHED and attributes.get("TargetMode", "").lower() == "external" and remote:
            raise Refused(REMOTE)


def _check_inside(archive: zipfile.ZipFile, member: zipfile.ZipInfo, inside: bool) -> None:
    """A chart brings its workbook; anything else that is enclosed can be run by a click."""
    if member.is_dir():
        return
    if inside or member.file_size > INSIDE_BYTES or not member.filename.lower().endswith(".xlsx"):
        raise Refused(OBJECTS)
    if check(io.BytesIO(archive.read(member)), inside=True) != "xlsx":
        raise Refused(OBJECTS)


def _read_through(archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> None:
    """Unpack a member piece by piece to nowhere: zipfile holds it to the size and checksum that it states."""
    with archive.open(member) as stream:
        while stream.read(PIECE):
            pass


def _xml_of(archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> list[tuple[str, dict[str, str]]]:
    """All tags with their attributes. A document type is refused, and with it every trick with entities."""
    if member.file_size > XML_BYTES:
        raise Refused(BOMB)
    tags: list[tuple[str, dict[str, str]]] = []
    parser = expat.ParserCreate()
    parser.StartElementHandler = lambda tag, attributes: tags.append((tag, attributes))
    parser.StartDoctypeDeclHandler = _refuse_doctype
    parser.Parse(archive.read(member), True)
    return tags


def _refuse_doctype(*_: object) -> None:
    raise Refused(BROKEN)
