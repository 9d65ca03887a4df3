"""Finding a BSN that is sealed: the index knows equal numbers, and nothing else.

Whoever holds the index key finds any BSN in minutes (there are some 9 × 10⁷), so it never lies in the database.
"""

from __future__ import annotations

import hashlib
import hmac

from bureaus import tenancy
from vault import bureau_keys
from vault.rules import normalise_bsn


def blind_index(bsn: str) -> bytes:
    """32 bytes that are equal for equal BSNs of one bureau, and differ between bureaus.

    Raises ValueError where this is no BSN, and NoBureau outside a context.
    """
    digits = normalise_bsn(bsn).encode()
    return hmac.new(bureau_keys.index_key(tenancy.current_bureau_id(), "bsn"), digits, hashlib.sha256).digest()
