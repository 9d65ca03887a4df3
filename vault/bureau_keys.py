"""The keys above the dossiers: one master, and per bureau its generations and the root of its blind index.

All of them lie in the keyring, wrapped under the master. The master lies there too, unless `settings.MASTER_KEY`
(base64 of 32 bytes, from a secret file) brings it from elsewhere.
"""

from __future__ import annotations

import base64
import binascii
import contextlib

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from vault import cipher
from vault.errors import KeyExists, KeyGone
from vault.keyring import keyring

_MASTER = "master"


def start(bureau_id: int) -> None:
    """Give a new bureau its first key and its index root; nothing happens where it has them."""
    _start_master()
    if not generations(bureau_id):
        _put(_generation_name(bureau_id, 1), bureau_id)
    _put(_index_name(bureau_id), bureau_id)


def generations(bureau_id: int) -> list[int]:
    """The generations of the bureau's key that still exist, oldest first."""
    prefix = f"bureau-{bureau_id}-"
    return sorted(int(name.removeprefix(prefix)) for name in keyring().names() if name.startswith(prefix))


def newest_generation(bureau_id: int) -> int:
    """The generation that wraps new keys. Raises KeyGone where the bureau has no key at all."""
    known = generations(bureau_id)
    if not known:
        raise KeyGone(f"the keyring has no key of bureau {bureau_id}")
    return known[-1]


def get(bureau_id: int, generation: int) -> bytes:
    """One generation of the bureau's key. Raises KeyGone, or Tampered where the master is another."""
    return _get(_generation_name(bureau_id, generation), bureau_id)


def add_generation(bureau_id: int) -> int:
    """Make the next generation, durable before this returns. Raises KeyGone where the bureau has none yet."""
    generation = newest_generation(bureau_id) + 1
    _put(_generation_name(bureau_id, generation), bureau_id)
    return generation


def destroy_generation(bureau_id: int, generation: int) -> None:
    """Destroy one generation: whatever is still wrapped under it, here or in a backup, is gone for good."""
    keyring().destroy(_generation_name(bureau_id, generation))


def index_key(bureau_id: int, purpose: str) -> bytes:
    """The key of one blind index of the bureau. It survives rotation, or the index would have to be rebuilt."""
    return cipher.derive(_get(_index_name(bureau_id), bureau_id), "blind index", purpose, bureau_id)


def lasting_key(bureau_id: int, purpose: str) -> bytes:
    """A key of the bureau that survives rotation, for notes that lie in the keyring itself."""
    return cipher.derive(_get(_index_name(bureau_id), bureau_id), "lasting", purpose, bureau_id)


def platform_key(purpose: str) -> bytes:
    """A key for what belongs to a person and to no bureau, such as the secret of a second factor."""
    _start_master()
    return cipher.derive(_master(), "platform", purpose)


def _generation_name(bureau_id: int, generation: int) -> str:
    return f"bureau-{bureau_id}-{generation}"


def _index_name(bureau_id: int) -> str:
    return f"index-{bureau_id}"


def _get(name: str, bureau_id: int) -> bytes:
    return cipher.unseal(_master(), keyring().get(name), bound_to=("keyring", bureau_id, name))


def _put(name: str, bureau_id: int) -> None:
    """A new random key under this name; another process that was first wins."""
    sealed = cipher.seal(_master(), cipher.new_key(), generation=1, bound_to=("keyring", bureau_id, name))
    with contextlib.suppress(KeyExists):
        keyring().put(name, sealed)


def _master() -> bytes:
    given = getattr(settings, "MASTER_KEY", "")
    return _decoded(given) if given else keyring().get(_MASTER)


def _start_master() -> None:
    """A master for an empty keyring only: a keyring that lost its master must not get another in silence."""
    if getattr(settings, "MASTER_KEY", "") or keyring().names():
        return
    with contextlib.suppress(KeyExists):
        keyring().put(_MASTER, cipher.new_key())


def _decoded(given: str) -> bytes:
    try:
        key = base64.b64decode(given, validate=True)
    except binascii.Error:
        key = b""
    if len(key) != cipher.KEY_BYTES:
        raise ImproperlyConfigured("MASTER_KEY must be the base64 of 32 random bytes")
    return key
