"""A new PDF without what was marked: a page on which it stands becomes a picture, of the others the face is taken over.

Nothing else of the original goes along: no earlier revision, metadata, bookmarks, notes, fields, structure, attachments
or scripts. What fields and notes show is part of the page first, so that it is found and shown as well.
"""

from __future__ import annotations

import io
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import pikepdf

from requests.blackout import images, pages, residue
from requests.blackout.pages import Box
from requests.blackout.wire import MOST_PAGES

FACE = ("/MediaBox", "/CropBox", "/Rotate", "/Resources", "/UserUnit")
DEEPEST = 60  # of the tree of pages


class Refused(ValueError):
    """This can't be made; the code says why: 'pages', 'locked', 'damaged', 'left'."""


def flat(data: bytes) -> bytes:
    """The same pages with what fields and notes show as part of them, and nothing that only was. Raises Refused."""
    with _opened(data) as pdf:
        if "/AcroForm" in pdf.Root:
            pdf.generate_appearance_streams()
        pdf.flatten_annotations("screen")
        out = io.BytesIO()
        pdf.save(out)
    return out.getvalue()


def without(data: bytes, sought: Sequence[str], areas: Mapping[int, Sequence[Box]]) -> tuple[bytes, int]:
    """The new file, and how many of its pages became a picture. Raises Refused."""
    flattened = flat(data)
    document = pages.open_document(flattened)
    blacked = {at: list(boxes) for at, boxes in areas.items()}
    for at, read in enumerate(pages.read(document, sought)):
        if read.hit:
            blacked.setdefault(at, []).extend(box for boxes in read.boxes for box in boxes)
    if any(at >= len(document) for at in blacked):
        raise Refused("damaged")
    with _opened(flattened) as source, pikepdf.new() as made:
        # Of layers, even those of which the list says nothing, what is not shown now would be without that list.
        layers = "/OCProperties" in source.Root
        for at, page in enumerate(source.pages):
            if residue.in_drawn(page.obj, sought):
                raise Refused("left")
            if at in blacked or layers or residue.in_page(page.obj, sought):
                blacked.setdefault(at, [])
                _add_picture(made, document[at], blacked[at])
            else:
                _add_face(made, source, page)
        _strip(made)
        out = io.BytesIO()
        made.save(out, recompress_flate=True, object_stream_mode=pikepdf.ObjectStreamMode.generate)
    if residue.in_file(out.getvalue(), sought):
        raise Refused("left")
    return out.getvalue(), len(blacked)


def _opened(data: bytes) -> pikepdf.Pdf:
    try:
        pdf = pikepdf.open(io.BytesIO(data), suppress_warnings=True)
    except pikepdf.PasswordError:
        raise Refused("locked") from None
    if len(pdf.pages) > MOST_PAGES:
        raise Refused("pages")
    return pdf


def _add_picture(made: pikepdf.Pdf, page: Any, boxes: Sequence[Box]) -> None:
    drawn = pages.picture(page, boxes)
    width, height = pages.size_of(page)
    made.add_blank_page(page_size=(width, height))
    across, down = _pixels(drawn)
    image = pikepdf.Stream(made, drawn)
    image.stream_dict.update(
        pikepdf.Dictionary(
            Type=pikepdf.Name.XObject, Subtype=pikepdf.Name.Image, Width=across, Height=down, BitsPerComponent=8,
            ColorSpace=pikepdf.Name.DeviceRGB, Filter=pikepdf.Name.DCTDecode,
        )
    )  # fmt: skip
    target = made.pages[-1].obj
    target.Resources = pikepdf.Dictionary(XObject=pikepdf.Dictionary(Page=image))
    target.Contents = pikepdf.Stream(made, f"q {width:.3f} 0 0 {height:.3f} 0 0 cm /Page Do Q".encode())


def _pixels(drawn: bytes) -> tuple[int, int]:
    from PIL import Image

    return Image.open(io.BytesIO(drawn)).size


def _add_face(made: pikepdf.Pdf, source: pikepdf.Pdf, page: pikepdf.Page) -> None:
    face = pikepdf.Dictionary(Type=pikepdf.Name.Page)
    for key in FACE:
        value = _inherited(page.obj, key)
        if value is not None:
            face[key] = value
    page.contents_coalesce()
    if "/Contents" in page.obj:
        face["/Contents"] = page.obj["/Contents"]
    made.pages.append(pikepdf.Page(made.copy_foreign(source.make_indirect(face))))


def _inherited(node: Any, key: str) -> Any:
    for _ in range(DEEPEST):
        if key in node:
            return node[key]
        if "/Parent" not in node:
            return None
        node = node["/Parent"]
    return None


def _strip(made: pikepdf.Pdf) -> None:
    for one in made.objects:
        if residue.is_picture(one) and residue.filters(one) == ["/DCTDecode"]:
            parms: Any = one.stream_dict.get("/DecodeParms")
            one.write(images.bare(bytes(one.read_raw_bytes())), filter=pikepdf.Name.DCTDecode, decode_parms=parms)
        for held in _dictionaries(one, 0):
            for key in residue.behind(held) & set(held.keys()):
                del held[key]


def _dictionaries(one: Any, depth: int) -> Iterator[Any]:
    """The object and what is written inside it."""
    if isinstance(one, pikepdf.Stream):
        one = one.stream_dict
    if depth > DEEPEST or not isinstance(one, pikepdf.Dictionary | pikepdf.Array):
        return
    if isinstance(one, pikepdf.Dictionary):
        yield one
    parts = list(one.values()) if isinstance(one, pikepdf.Dictionary) else list(one)  # type: ignore[call-overload]
    for part in parts:
        if isinstance(part, pikepdf.Object) and not part.is_indirect:
            yield from _dictionaries(part, depth + 1)
