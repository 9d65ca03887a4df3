"""A picture without what is carried beside its face: JPG, PNG and WebP, without reading the face itself. Pure."""

from __future__ import annotations

import struct
from collections.abc import Iterator

PNG = b"\x89PNG\r\n\x1a\n"
_KEPT_PNG = {b"IHDR", b"PLTE", b"IDAT", b"IEND", b"tRNS", b"gAMA", b"cHRM", b"sRGB", b"pHYs", b"sBIT", b"bKGD",
             b"acTL", b"fcTL", b"fdAT"}  # fmt: skip
_KEPT_WEBP = {b"VP8 ", b"VP8L", b"VP8X", b"ALPH", b"ANIM", b"ANMF"}
# What a JPG says of its colours: without it the face is another.
_KEPT_JPG = {0xE0: b"JFIF\0", 0xE2: b"ICC_PROFILE\0", 0xEE: b"Adobe"}
_SOI, _EOI, _SOS, _COM = 0xD8, 0xD9, 0xDA, 0xFE
_ALONE = {0x01, *range(0xD0, 0xD8)}  # markers without a length
ORIENTATION = 0x0112


class NotRead(ValueError):
    """It is not built as its kind is: nobody knows what is beside its face."""


def bare(data: bytes, turned: int = 1) -> bytes:
    """Without metadata, remarks, small copies, and what stands behind its end. `turned`: how a JPG is to be shown, as
    its metadata said. Raises NotRead."""
    face = b"".join(part for kept, part in _parts(data) if kept)
    if data.startswith(PNG):
        return PNG + face
    if is_jpg(data):
        return b"\xff\xd8" + (_turning(turned) if turned != 1 else b"") + face
    return b"RIFF" + struct.pack("<I", len(face) + 4) + b"WEBP" + face


def beside(data: bytes) -> bytes:
    """What `bare` takes away, but for what stands behind its end. Raises NotRead."""
    return b"\n".join(part for kept, part in _parts(data) if not kept)


def is_jpg(data: bytes) -> bool:
    return data.startswith(b"\xff\xd8")


def is_known(data: bytes) -> bool:
    return is_jpg(data) or data.startswith(PNG) or (data.startswith(b"RIFF") and data[8:12] == b"WEBP")


def _parts(data: bytes) -> list[tuple[bool, bytes]]:
    """In order, and whether it is of the face."""
    if not is_known(data):
        raise NotRead
    read = _jpg if is_jpg(data) else _png if data.startswith(PNG) else _webp
    try:
        return list(read(data))
    except (IndexError, struct.error):
        raise NotRead from None


def _jpg(data: bytes) -> Iterator[tuple[bool, bytes]]:
    at = 2
    while True:
        if data[at] != 0xFF:
            raise NotRead
        marker = data[at + 1]
        if marker == 0xFF:  # filling
            at += 1
            continue
        if marker == _EOI:
            yield True, b"\xff\xd9"
            return
        end = at + 2 if marker in _ALONE else at + 2 + int(struct.unpack_from(">H", data, at + 2)[0])
        if end > len(data):
            raise NotRead
        yield _stays(marker, data[at + 4 : end]), data[at:end]
        at = end
        if marker == _SOS:
            end = _after_scan(data, at)
            yield True, data[at:end]
            at = end


def _stays(marker: int, body: bytes) -> bool:
    if 0xE0 <= marker <= 0xEF:
        return marker in _KEPT_JPG and body.startswith(_KEPT_JPG[marker])
    return marker != _COM


def _after_scan(data: bytes, at: int) -> int:
    """Where the next marker stands: in a scan 0xFF is followed by 0, or by a marker that is part of it."""
    while True:
        at = data.find(b"\xff", at)
        if at < 0 or at + 1 >= len(data):
            raise NotRead
        if data[at + 1] != 0 and data[at + 1] not in _ALONE:
            return at
        at += 2


def _turning(turned: int) -> bytes:
    """The least of EXIF that says how it is to be shown."""
    entry = struct.pack(">HHIHH", ORIENTATION, 3, 1, turned, 0)
    body = b"Exif\0\0MM\0*\0\0\0\x08\0\x01" + entry + b"\0\0\0\0"
    return b"\xff\xe1" + struct.pack(">H", len(body) + 2) + body


def _png(data: bytes) -> Iterator[tuple[bool, bytes]]:
    at, kind = len(PNG), b""
    while kind != b"IEND":
        length, kind = struct.unpack_from(">I4s", data, at)
        end = at + 12 + length
        if end > len(data):
            raise NotRead
        yield kind in _KEPT_PNG, data[at:end]
        at = end


def _webp(data: bytes) -> Iterator[tuple[bool, bytes]]:
    at, last = 12, min(len(data), 8 + int(struct.unpack_from("<I", data, 4)[0]))
    while at + 8 <= last:
        kind, length = struct.unpack_from("<4sI", data, at)
        end = at + 8 + length + length % 2
        if end > last + 1:
            raise NotRead
        part = data[at:end]
        if kind == b"VP8X":  # says that there is metadata, or a profile of colours: not any more
            part = part[:8] + bytes([part[8] & ~0x2C]) + part[9:]
        yield kind in _KEPT_WEBP, part
        at = end
