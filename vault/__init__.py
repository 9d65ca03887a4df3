"""Keys, cipher, sealed fields and sealed files. Floor 1."""

from __future__ import annotations


def blind_index(bsn: str) -> bytes:
    """See `vault.bsn.blind_index`."""
    from vault import bsn as room  # models must be ready first

    return room.blind_index(bsn)
