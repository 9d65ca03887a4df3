"""The pages of a PDF as PDFium reads and shows them. Runs apart (`requests.blackout.child`): the bytes may be hostile.

Boxes are thousandths of the page as it is shown, from its upper left corner: (left, top, right, bottom).
"""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import pypdfium2 as pdfium
import pypdfium2.raw as raw
from PIL import Image, ImageChops, ImageDraw

from requests.blackout import finding

DPI = 150
SCREEN_DPI = 96
LARGEST = 3_600  # pixels on a side, whatever the page says of itself
SMALLEST_SIDE = 3.0  # points
PAD = 1  # thousandths around what was found
SAME_LINE = 6
QUALITY = 85
MARKED, EDGE = "#f7dd8a", "#5c4400"
Box = tuple[float, float, float, float]


@dataclass(frozen=True)
class Page:
    """What can be read on one page. `readable`: whether there is text on it that a program reads."""

    readable: bool
    boxes: list[list[Box]]  # per sought words
    hidden: bool  # they stand in its text and nowhere on its face

    @property
    def hit(self) -> bool:
        return self.hidden or any(self.boxes)


def open_document(data: bytes) -> Any:
    """Raises pypdfium2.PdfiumError."""
    return pdfium.PdfDocument(data)


def read(document: Any, sought: Sequence[str]) -> Iterator[Page]:
    for number in range(len(document)):
        yield read_page(document[number], sought)


def read_page(page: Any, sought: Sequence[str]) -> Page:
    text_page = page.get_textpage()
    text = text_of(text_page)
    folded = finding.squeezed(text)
    known = [char for char in text if not char.isspace()]
    unknown = sum(1 for char in known if char in "\ufffd\x00" or "\ue000" <= char <= "\uf8ff")
    boxes, hidden = [], False
    for one in sought:
        here = finding.spans_in(text, folded, one)
        found = [box for begin, end in here for box in _boxes(page, text_page, begin, end)]
        hidden = hidden or (bool(here) and not found)
        boxes.append(found)
    return Page(bool(known) and unknown * 5 < len(known), boxes, hidden)


def text_of(text_page: Any) -> str:
    """Each character at the place by which PDFium counts it, so that its box can be asked."""
    codes = (raw.FPDFText_GetUnicode(text_page, at) for at in range(text_page.count_chars()))
    return "".join(chr(one) if 0 < one < 0x110000 else "\x00" for one in codes)


def picture(page: Any, boxes: Iterable[Box] = ()) -> bytes:
    """The page as a JPG, with these boxes filled."""
    image = _rendered(page, DPI)
    for box in boxes:
        ImageDraw.Draw(image).rectangle(_pixels(image, box), fill="black")
    return _jpeg(image)


def shown(page: Any, sought: Sequence[str], areas: Iterable[Box]) -> bytes:
    """The page for who judges it: what goes lies under a light colour, with a dark edge."""
    found = [box for boxes in read_page(page, sought).boxes for box in boxes]
    image = _rendered(page, SCREEN_DPI)
    veil = Image.new("RGB", image.size, MARKED)
    for box in (*found, *areas):
        at = _pixels(image, box)
        if at[2] > at[0] and at[3] > at[1]:
            image.paste(ImageChops.multiply(image.crop(at), veil.crop(at)), at)
            ImageDraw.Draw(image).rectangle(at, outline=EDGE, width=2)
    return _jpeg(image)


def size_of(page: Any) -> tuple[float, float]:
    """In points, as it is shown, within what a picture of it can be."""
    width, height = page.get_size()
    return max(width, SMALLEST_SIDE), max(height, SMALLEST_SIDE)


def _rendered(page: Any, dpi: int) -> Image.Image:
    width, height = size_of(page)
    scale = min(dpi / 72, LARGEST / max(width, height))
    bitmap = page.render(scale=scale, may_draw_forms=False, fill_color=(255, 255, 255, 255))
    shown: Image.Image = bitmap.to_pil().convert("RGB")
    return shown


def _pixels(image: Image.Image, box: Box) -> tuple[int, int, int, int]:
    """Outwards, and never beyond the page."""
    left, top = max(0, int(box[0] * image.width / 1000)), max(0, int(box[1] * image.height / 1000))
    right = min(image.width - 1, int(box[2] * image.width / 1000) + 1)
    bottom = min(image.height - 1, int(box[3] * image.height / 1000) + 1)
    return left, top, max(left, right), max(top, bottom)


def _jpeg(image: Image.Image) -> bytes:
    out = io.BytesIO()
    image.save(out, "JPEG", quality=QUALITY)
    return out.getvalue()


def _boxes(page: Any, text_page: Any, begin: int, end: int) -> list[Box]:
    """Where these characters stand, those beside each other together."""
    out: list[Box] = []
    for at in range(begin, end):
        box = _shown(page, text_page.get_charbox(at, loose=True))
        if box is None:
            continue
        last = out[-1] if out else None
        if last and abs(last[1] - box[1]) < SAME_LINE and abs(last[3] - box[3]) < SAME_LINE:
            out[-1] = (min(last[0], box[0]), min(last[1], box[1]), max(last[2], box[2]), max(last[3], box[3]))
        else:
            out.append(box)
    return out


def _shown(page: Any, box: tuple[float, float, float, float]) -> Box | None:
    """A box in the space of the page, as thousandths of the page as it is shown; None where it has no size."""
    left, bottom, right, top = box
    if right - left <= 0 or top - bottom <= 0:
        return None
    corners = [_to_device(page, x, y) for x, y in ((left, bottom), (right, top), (left, top), (right, bottom))]
    across, down = [one[0] for one in corners], [one[1] for one in corners]
    shown = (min(across) - PAD, min(down) - PAD, max(across) + PAD, max(down) + PAD)
    inside = shown[2] > 0 and shown[3] > 0 and shown[0] < 1000 and shown[1] < 1000
    return shown if inside else None


def _to_device(page: Any, x: float, y: float) -> tuple[float, float]:
    from ctypes import byref, c_int

    across, down = c_int(), c_int()
    raw.FPDF_PageToDevice(page, 0, 0, 100_000, 100_000, 0, x, y, byref(across), byref(down))
    return across.value / 100, down.value / 100
