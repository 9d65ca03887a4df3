"""Real files for the demo: PDF by WeasyPrint, Word by hand, pictures by Pillow, plain text."""

import io
import zipfile
from collections.abc import Callable, Iterable, Sequence
from functools import cache
from html import escape

import pikepdf
import weasyprint
from PIL import Image, ImageDraw, ImageFont

from demo.people.shapes import FileSpec

FORM_STYLE = """
@page { size: A4; margin: 2.4cm 2.2cm }
body { font: 11pt/1.5 "Liberation Sans", "DejaVu Sans", sans-serif; color: #222 }
section { break-after: page } h1 { font-size: 17pt } td { padding: 2pt 14pt 2pt 0; vertical-align: top }
td:first-child { color: #555 } .sign { margin-top: 3cm; border-top: 1px solid #999; width: 7cm }
"""
LABELS = {"naam": "Naam", "straat": "Adres", "plaats": "Plaats", "datum": "Datum", "opdrachtgever": "Opdrachtgever"}
DOCX_PARTS = {
    "[Content_Types].xml": (
        '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        '<Default Extension="xml" ContentType="application/xml"/><Override PartName="/word/document.xml" '
        'ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/></Types>'
    ),
    "_rels/.rels": (
        '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="r1" '
        'Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" '
        'Target="word/document.xml"/></Relationships>'
    ),
}
WORDML = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
XML_HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
ZIP_TIME = (2020, 1, 1, 0, 0, 0)


def contents(specs: Sequence[FileSpec]) -> list[bytes]:
    """The bytes of many files, in order. The PDFs are laid out in one go, which is where the time would be lost."""
    forms = iter(_forms([spec for spec in specs if spec.maker == "formulier"]))
    return [next(forms) if spec.maker == "formulier" else MAKERS[spec.maker](spec) for spec in specs]


def _forms(specs: list[FileSpec]) -> Iterable[bytes]:
    if not specs:
        return []
    html = f"<style>{FORM_STYLE}</style>" + "".join(_form(spec) for spec in specs)
    with pikepdf.open(io.BytesIO(weasyprint.HTML(string=html).write_pdf())) as together:
        # One form is one page; were one ever longer, the wrong pages would go out.
        return [_one_page(page) for page, _ in zip(together.pages, specs, strict=True)]


def _form(spec: FileSpec) -> str:
    rows = "".join(
        f"<tr><td>{escape(LABELS.get(label, label.capitalize()))}<td>{escape(value)}"
        for label, value in spec.fields.items()
        if label != "titel"
    )
    title = escape(spec.fields["titel"])
    return f'<section lang="nl"><h1>{title}</h1><table>{rows}</table><p class="sign">Handtekening</section>'


def _one_page(page: pikepdf.Page) -> bytes:
    out = io.BytesIO()
    with pikepdf.new() as single:
        single.pages.append(page)
        single.save(out, deterministic_id=True)
    return out.getvalue()


def _docx(paragraphs: Iterable[str]) -> bytes:
    body = "".join(f'<w:p><w:r><w:t xml:space="preserve">{escape(text)}</w:t></w:r></w:p>' for text in paragraphs)
    parts = DOCX_PARTS | {
        "word/document.xml": f'<w:document xmlns:w="{WORDML}"><w:body>{body}<w:sectPr/></w:body></w:document>'
    }
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in parts.items():
            archive.writestr(zipfile.ZipInfo(name, ZIP_TIME), XML_HEAD + text, zipfile.ZIP_DEFLATED)
    return out.getvalue()


def _letter(spec: FileSpec) -> bytes:
    fields = spec.fields
    head = (fields["naam"], fields["straat"], fields["plaats"], "", fields["datum"], "", f"Betreft: {fields['titel']}")
    return _docx((*head, "", *fields["tekst"].split("\n"), "", "Met vriendelijke groet,"))


def _curriculum(spec: FileSpec) -> bytes:
    head = ("titel", "naam", "straat", "plaats")
    lines = (f"{label}: {value}" for label, value in spec.fields.items() if label not in head)
    return _docx((*(spec.fields[part] for part in head), "", *lines))


def _picture(spec: FileSpec) -> bytes:
    picture = Image.new("RGB", (1000, 700), "#f7f5ef")
    draw = ImageDraw.Draw(picture)
    draw.rectangle((30, 30, 970, 670), outline="#8a7a4a", width=6)
    lines = (spec.fields["titel"], spec.fields["naam"], spec.fields.get("stap", ""))
    for place, text in enumerate(lines):
        draw.text((500, 220 + 110 * place), text, fill="#222", font=_font(), anchor="mm")
    out = io.BytesIO()
    picture.save(out, "PNG" if spec.content_type == "image/png" else "JPEG")
    return out.getvalue()


@cache
def _font() -> ImageFont.ImageFont | ImageFont.FreeTypeFont:
    return ImageFont.load_default(size=40)


def _text(spec: FileSpec) -> bytes:
    return spec.fields["tekst"].encode()


MAKERS: dict[str, Callable[[FileSpec], bytes]] = {
    "brief": _letter,
    "cv": _curriculum,
    "beeld": _picture,
    "tekst": _text,
}
