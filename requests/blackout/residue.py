"""Whether marked words are left anywhere in a PDF: in strings, in streams as they unpack, in what its pages say."""

from __future__ import annotations

import io
import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import pikepdf

from requests.blackout import finding, images, pages

DEEP = 200
MOST_TEXT = 4 * 1024 * 1024  # bytes: what is larger is no text, and would be found in by chance
# What may stand between two letters of words.
_BETWEEN = "[\x00-\x20\x7f\xa0\xad\u0300-\u036f\u200b-\u200f\u2010-\u2015-]{0,6}"
# The instructions that write text, or carry along what it means.
SAYING = "Tj TJ ' \" BDC DP BMC MP"
# Of a stream with one of these: it is a font, a profile of colours, a function, a shade, a list of letters, objects.
_NO_DRAWING = {"/Length1", "/N", "/FunctionType", "/ShadingType", "/CMapName", "/First"}
# What leads from a page to the rest of the file, and is not taken along.
LEFT = {"/Parent", "/Annots", "/B", "/P", "/Prev", "/Next"}
# What hangs on what is drawn and says more than what is seen: not taken along either.
BEHIND = {
    "/Metadata", "/PieceInfo", "/StructParent", "/StructParents", "/LastModified", "/Thumb", "/AA", "/A", "/AF",
    "/OPI", "/Alternates", "/Ref", "/Measure", "/PtData", "/ID",
}  # fmt: skip


def in_file(data: bytes, sought: Sequence[str]) -> bool:
    """Looks at every object that the file holds, at its trailer, and at the text of each page."""
    if in_bytes(data, sought):
        return True
    with pikepdf.open(io.BytesIO(data), suppress_warnings=True) as pdf:
        if in_object(pdf.trailer, sought) or any(in_object(one, sought) for one in pdf.objects):
            return True
        if any(in_instructions(page.obj, sought) for page in pdf.pages):
            return True
    document = pages.open_document(data)
    return any(one.hit for one in pages.read(document, sought))


def in_page(page: Any, sought: Sequence[str]) -> bool:
    """Everything that hangs on one page, without going up to the others."""
    return in_instructions(page, sought) or any(is_closed(one) or in_object(one, sought) for one in hanging(page))


def in_object(one: Any, sought: Sequence[str]) -> bool:
    """One object with what is written inside it, and what its stream unpacks to."""
    if isinstance(one, pikepdf.Stream):
        search = in_bytes if is_picture(one) else in_either
        return in_strings(_inside(one.stream_dict, 0), sought) or search(_unpacked(one), sought)
    return in_strings(_inside(one, 0), sought)


def in_strings(strings: Iterable[Any], sought: Sequence[str]) -> bool:
    """In strings in either encoding; and of long words in names, and in what the strings say when they are joined."""
    long = [one for one in sought if len(one) >= finding.WITHIN]
    texts, names = [], []
    for one in strings:
        if isinstance(one, pikepdf.Name):
            names.append(str(one)[1:])
        else:
            texts += [(bytes(one).decode("latin-1"), str(one))]
    plain, decoded = ("\n".join(said) for said in zip(*texts, strict=True)) if texts else ("", "")
    return any(
        finding.holds(said, words)
        for said, words in ((plain, sought), (decoded if decoded != plain else "", sought), ("/".join(names), long))
    )


def in_bytes(data: bytes, sought: Sequence[str]) -> bool:
    """As bytes in the encodings that occur; short words are found by chance in any picture, and are not sought here."""
    long = [one for one in sought if len(one) >= finding.WITHIN]
    if not long:
        return False
    lower = data.lower()
    return any(form in lower for one in long for form in _forms(one))


def in_either(data: bytes, sought: Sequence[str]) -> bool:
    """As bytes, and of what is no picture as the text that it may be: with spaces and accents between and on them."""
    return in_bytes(data, sought) or in_text(data, sought)


def in_text(data: bytes, sought: Sequence[str]) -> bool:
    """As text of one byte a letter, of two (of which one is nothing), or of UTF-8."""
    long = [one for one in sought if len(one) >= finding.WITHIN]
    if not long or len(data) > MOST_TEXT:
        return False
    pattern = re.compile("|".join(_BETWEEN.join(map(re.escape, one)) for one in long))
    texts = (data.decode(encoding, "ignore") for encoding in ("latin-1", "utf-8"))
    return any(pattern.search(unicodedata.normalize("NFKD", one).casefold()) for one in texts)


def is_picture(one: Any) -> bool:
    return isinstance(one, pikepdf.Stream) and one.stream_dict.get("/Subtype") == "/Image"


def filters(one: Any) -> list[str]:
    """By which a stream is packed."""
    held = one.stream_dict.get("/Filter")
    if held is None:
        return []
    return [str(each) for each in held] if isinstance(held, pikepdf.Array) else [str(held)]


def is_closed(one: Any) -> bool:
    """Whether what a picture carries beside its face can't be taken away."""
    packed = filters(one) if is_picture(one) else []
    if "/JPXDecode" in packed or ("/DCTDecode" in packed and len(packed) > 1):
        return True
    try:
        return "/DCTDecode" in packed and not images.bare(bytes(one.read_raw_bytes()))
    except images.NotRead:
        return True


def in_drawn(page: Any, sought: Sequence[str]) -> bool:
    """In what a page draws where no place of words can be told: tiles of a pattern, letters that are drawings."""
    return any(_written(stream, sought) for stream in _drawn(page))


def in_instructions(page: Any, sought: Sequence[str]) -> bool:
    """The strings that a page's instructions write, joined: what is set letter by letter, and what they carry along."""
    return any(_written(stream, sought) for stream in _instructions(page))


def hanging(page: Any) -> Iterator[Any]:
    """The page and all that it refers to, each once."""
    seen: set[tuple[int, int]] = set()
    waits = [page]
    while waits:
        one = waits.pop()
        if not isinstance(one, pikepdf.Object):
            continue
        if one.is_indirect:
            if one.objgen in seen:
                continue
            seen.add(one.objgen)
            yield one
        waits.extend(_parts(one))


def _parts(one: Any) -> list[Any]:
    if isinstance(one, pikepdf.Array):
        return list(one)  # type: ignore[call-overload]
    if isinstance(one, pikepdf.Stream):
        one = one.stream_dict
    if not isinstance(one, pikepdf.Dictionary):
        return []
    left = behind(one) | (LEFT if says_what(one) else set())
    return [value for key, value in one.items() if key not in left]


def says_what(one: Any) -> bool:
    """Whether its keys are those of the format: in lists of names, such as of fonts, a key may be called anything."""
    return "/Type" in one or "/Subtype" in one


def behind(one: Any) -> set[str]:
    """The keys of a dictionary that are not taken along. What is said of marked content has no type."""
    if says_what(one):
        return BEHIND
    return {key for key in ("/Metadata", "/PieceInfo") if key in one and not _is_face(one[key])}


def _is_face(one: Any) -> bool:
    """A font, form or picture that happens to be called so."""
    held = one.stream_dict if isinstance(one, pikepdf.Stream) else one
    if not isinstance(held, pikepdf.Dictionary):
        return False
    return held.get("/Type") == "/Font" or held.get("/Subtype") in ("/Form", "/Image")


def _drawn(page: Any) -> Iterator[Any]:
    """Streams that may hold instructions, and are neither the page's own nor a form, picture, font or function."""
    contents = page.get("/Contents")
    own = list(contents) if isinstance(contents, pikepdf.Array) else [contents]
    ids = {one.objgen for one in own if isinstance(one, pikepdf.Object)}
    for one in hanging(page):
        if isinstance(one, pikepdf.Stream) and one.objgen not in ids:
            held = one.stream_dict
            if "/Subtype" not in held and not _NO_DRAWING & set(held.keys()):
                yield one


def _instructions(page: Any) -> Iterator[Any]:
    """The page's own, and those of all that it draws."""
    yield page
    yield from _drawn(page)
    for one in hanging(page):
        if isinstance(one, pikepdf.Stream) and one.stream_dict.get("/Subtype") == "/Form":
            yield one


def _written(stream: Any, sought: Sequence[str]) -> bool:
    try:
        said = list(pikepdf.parse_content_stream(stream, operators=SAYING))
    except pikepdf.PdfError:
        return False
    operands = (operand for one in said for operand in getattr(one, "operands", ()))
    return in_strings((each for one in operands for each in _inside(one, 0)), sought)


def _inside(one: Any, depth: int) -> Iterator[Any]:
    """What is written in an object itself; what it refers to is an object of its own. Names too: they may say much."""
    if depth > DEEP:
        return
    if isinstance(one, pikepdf.String | pikepdf.Name):
        yield one
    for key, part in _written_parts(one):
        if key:
            yield pikepdf.Name(key) if len(key) > 1 else pikepdf.String("")
        if isinstance(part, pikepdf.Object) and not part.is_indirect:
            yield from _inside(part, depth + 1)


def _written_parts(one: Any) -> list[tuple[str, Any]]:
    if isinstance(one, pikepdf.Array):
        return [("", part) for part in one]  # type: ignore[attr-defined]
    return list(one.items()) if isinstance(one, pikepdf.Dictionary) else []


def _unpacked(one: Any) -> bytes:
    try:
        return bytes(one.read_bytes(pikepdf.StreamDecodeLevel.specialized))
    except pikepdf.PdfError:
        return bytes(one.read_raw_bytes())


def _forms(one: str) -> Iterator[bytes]:
    """The letters as they may lie in a file, in lower case."""
    for encoding in ("utf-8", "utf-16-be", "utf-16-le"):
        yield one.encode(encoding)
        yield one.encode(encoding).hex().encode()
