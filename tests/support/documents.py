"""Files to bring into a dossier: real ones by the demo's makers, hostile ones by hand."""

from __future__ import annotations

import io
import zipfile

import pikepdf
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from demo.people.files import DOCX_PARTS, WORDML, XML_HEAD, contents
from demo.people.shapes import FileSpec

RELS = "http://schemas.openxmlformats.org/package/2006/relationships"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
FIELDS = {"titel": "Brief", "naam": "C. Test", "straat": "Dorp 1", "plaats": "Veendam", "datum": "3 mei 2026"}


def upload(content: bytes, name: str = "stuk.pdf") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content)


def pdf_form() -> bytes:
    """As the demo's opdrachtformulier: laid out by WeasyPrint, one page cut out by pikepdf."""
    return contents([FileSpec("formulier.pdf", "application/pdf", "formulier", FIELDS)])[0]


def docx(parts: dict[str, str | bytes] | None = None, text: str = "Een brief.") -> bytes:
    """A Word file, with other or more parts."""
    body = f'<w:document xmlns:w="{WORDML}"><w:body><w:p><w:r><w:t>{text}</w:t></w:r></w:p></w:body></w:document>'
    whole = {name: XML_HEAD + part for name, part in DOCX_PARTS.items()} | {"word/document.xml": XML_HEAD + body}
    return zipped(whole | (parts or {}))


def zipped(parts: dict[str, str | bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, part in parts.items():
            archive.writestr(name, part)
    return out.getvalue()


def relations(kind: str, target: str, mode: str = "External") -> str:
    one = f'<Relationship Id="r1" Type="{OFFICE}/{kind}" Target="{target}" TargetMode="{mode}"/>'
    return f'{XML_HEAD}<Relationships xmlns="{RELS}">{one}</Relationships>'


def office(content_type: str) -> bytes:
    """The least that says it is a file of this kind of Office."""
    types = "http://schemas.openxmlformats.org/package/2006/content-types"
    named = f'<Override PartName="/main.xml" ContentType="{content_type}"/>'
    return zipped({"[Content_Types].xml": f'{XML_HEAD}<Types xmlns="{types}">{named}</Types>', "main.xml": "<a/>"})


def opendocument(kind: str, manifest: str = "") -> bytes:
    space = "urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"
    whole = f'<m:manifest xmlns:m="{space}">{manifest}</m:manifest>'
    media = f"application/vnd.oasis.opendocument.{kind}"
    return zipped({"mimetype": media, "META-INF/manifest.xml": whole, "content.xml": "<a/>"})


def picture(form: str = "JPEG", size: tuple[int, int] = (60, 40), **options: object) -> bytes:
    out = io.BytesIO()
    Image.effect_noise(size, 80).convert("RGB").save(out, form, **options)
    return out.getvalue()


def photo_with_place() -> bytes:
    exif = Image.Exif()
    exif[0x8825] = {1: "N", 2: (53.0, 6.0, 20.0)}
    return picture(exif=exif)


def pdf(change=None, **options: object) -> bytes:
    """An empty page; `change(pdf)` puts in what should be found."""
    out = io.BytesIO()
    with pikepdf.new() as made:
        made.add_blank_page()
        if change:
            change(made)
        made.save(out, **options)
    return out.getvalue()
