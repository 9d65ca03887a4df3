"""Pictures to make a logo of, and a bureau that has one."""

from __future__ import annotations

import io

from django.core.files.base import ContentFile
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from bureaus import actions, logos
from bureaus.actions import Adopter
from bureaus.models import Bureau

BY = Adopter(name="Test")


def picture(size=(80, 60), colour="#1f5f8b", kind="PNG", mode="RGB", **more) -> bytes:
    out = io.BytesIO()
    Image.new(mode, size, colour).save(out, kind, **more)
    return out.getvalue()


def logo(content: bytes = b"") -> logos.Logo:
    return logos.prepare(ContentFile(content or picture()))


def with_logo(bureau: Bureau, content: bytes = b"") -> Bureau:
    return actions.set_logo(bureau=bureau, by=BY, logo=logo(content))


def uploaded(content: bytes, name: str = "logo.png") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content, content_type="image/png")
