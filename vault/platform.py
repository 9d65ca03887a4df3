"""Sealing what belongs to a person and to no bureau, such as the secret of a second factor."""

from __future__ import annotations

import base64
import binascii

from vault import bureau_keys, cipher
from vault.errors import Tampered


def seal_text(text: str, *, purpose: str) -> str:
    """The text as base64 ciphertext under a key of the installation, bound to its purpose."""
    key = bureau_keys.platform_key(purpose)
    return base64.b64encode(cipher.seal(key, text.encode(), generation=1, bound_to=("platform", purpose))).decode()


def unseal_text(sealed: str, *, purpose: str) -> str:
    """The plain text again. Raises Tampered, and KeyGone where the master key is lost."""
    try:
        raw = base64.b64decode(sealed, validate=True)
    except (binascii.Error, ValueError):
        raise Tampered("this is no sealed text") from None
    return cipher.unseal(bureau_keys.platform_key(purpose), raw, bound_to=("platform", purpose)).decode()
