"""Making, destroying and rewrapping keys."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from functools import partial
from typing import TYPE_CHECKING

from django.db import IntegrityError, connection, transaction

from bureaus import tenancy
from journal.actions import record
from vault import bureau_keys, cipher, keys, mirror
from vault.errors import KeyExists, VaultError
from vault.models import WrappedKey

if TYPE_CHECKING:
    from bureaus.models import Bureau

BATCH = 2_000  # keys rewrapped per statement


def create_key(*, subject_id: uuid.UUID) -> None:
    """Make the key of a new dossier or client. Raises KeyExists where it has one."""
    create_keys(subject_ids=[subject_id])


@transaction.atomic
def create_keys(*, subject_ids: Iterable[uuid.UUID]) -> None:
    """Make the keys of many new subjects at once. Raises KeyExists, and makes none, where one has a key."""
    _lock_generation(shared=True)
    bureau_id = tenancy.current_bureau_id()
    generation = bureau_keys.newest_generation(bureau_id)
    wrapping = bureau_keys.get(bureau_id, generation)
    rows = [_wrapped_row(bureau_id, subject_id, generation, wrapping) for subject_id in subject_ids]
    try:
        with transaction.atomic():
            WrappedKey.objects.bulk_create(rows, batch_size=BATCH)
    except IntegrityError:
        raise KeyExists("a dossier or client has a key already") from None
    for row in rows:
        keys.forget(row.subject_id)


@transaction.atomic
def adopt_key(*, subject_id: uuid.UUID, key: bytes) -> None:
    """Give a subject a key that it had before a backup was put back; nothing happens where it has one."""
    _lock_generation(shared=True)
    bureau_id = tenancy.current_bureau_id()
    generation = bureau_keys.newest_generation(bureau_id)
    wrapped = _wrap(bureau_id, subject_id, key, generation, bureau_keys.get(bureau_id, generation))
    WrappedKey.objects.get_or_create(
        subject_id=subject_id, defaults={"generation": generation, "wrapped": wrapped, "bureau_id": bureau_id}
    )
    keys.forget(subject_id)


@transaction.atomic
def destroy_key(*, subject_id: uuid.UUID) -> bool:
    """Delete the key of a dossier or client; whether there was one.

    The row is gone with this transaction; copies in dumps and in the database's own files are dead after the
    `rotate_bureau_key` that ends each destruction run.
    """
    _lock_generation(shared=True)
    deleted, _ = WrappedKey.objects.filter(subject_id=subject_id).delete()
    keys.forget(subject_id)
    return bool(deleted)


def rotate_bureau_key(*, bureau: Bureau | int) -> int:
    """Make a new generation of the bureau's key, rewrap all its keys, destroy the older ones; the new number.

    Give it a transaction of its own, after the destructions have committed: it waits for everybody who is
    making or destroying keys. Safe to kill at any line. The new generation is durable before a row names it,
    the old ones go after the commit; what a killed run left is cleaned up by the next, or by
    `destroy_old_generations`. Raises KeyGone or Tampered, and changes nothing, where a key can't be unwrapped.
    """
    with tenancy.in_bureau(bureau) as context:
        _lock_generation(shared=False)
        generation = bureau_keys.add_generation(context.bureau_id)
        rewrapped = 0
        while batch := _rewrap_batch(context.bureau_id, generation):
            rewrapped += batch
        record(act="sleutel.vervangen", facts={"generation": generation, "keys": rewrapped})
        transaction.on_commit(partial(destroy_old_generations, bureau=context.bureau_id))
    return generation


def destroy_old_generations(*, bureau: Bureau | int) -> list[int]:
    """Destroy the older generations of a bureau's key that no row names any more; their numbers.

    The keys as they are wrapped now are in the mirror first: every older copy of them dies here.
    """
    with tenancy.in_bureau(bureau) as context:
        _lock_generation(shared=False)
        older = bureau_keys.generations(context.bureau_id)[:-1]
        done = [one for one in older if not WrappedKey.objects.filter(generation=one).exists()]
        if done:
            mirror.write(context.bureau_id)
        for generation in done:
            bureau_keys.destroy_generation(context.bureau_id, generation)
    return done


def _lock_generation(*, shared: bool) -> None:
    """Hold off rotation (shared), or everybody who makes or destroys keys, until this transaction ends."""
    function = "pg_advisory_xact_lock_shared" if shared else "pg_advisory_xact_lock"
    with connection.cursor() as cursor:
        name = f"vault generation {tenancy.current_bureau_id()}"
        cursor.execute(f"SELECT {function}(hashtextextended(%s, 0))", [name])


def _wrapped_row(bureau_id: int, subject_id: uuid.UUID, generation: int, wrapping: bytes) -> WrappedKey:
    wrapped = _wrap(bureau_id, subject_id, cipher.new_key(), generation, wrapping)
    return WrappedKey(subject_id=subject_id, generation=generation, wrapped=wrapped)


def _wrap(bureau_id: int, subject_id: uuid.UUID, key: bytes, generation: int, wrapping: bytes) -> bytes:
    bound_to = keys.bound_to_wrapping(bureau_id, subject_id)
    return cipher.seal(wrapping, key, generation=generation, bound_to=bound_to)


def _rewrap_batch(bureau_id: int, generation: int) -> int:
    """Rewrap up to BATCH keys that are under an older generation; how many."""
    rows = list(WrappedKey.objects.filter(generation__lt=generation)[:BATCH])
    rewrapped = _rewrapped(bureau_id, generation, rows)
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE vault_wrappedkey SET wrapped = new.wrapped, generation = %s"
            " FROM unnest(%s::uuid[], %s::bytea[]) AS new (id, wrapped)"
            " WHERE vault_wrappedkey.bureau_id = %s AND vault_wrappedkey.id = new.id",
            [generation, [row.id for row in rows], rewrapped, bureau_id],
        )
        if cursor.rowcount != len(rows):
            raise VaultError(f"{len(rows) - cursor.rowcount} keys could not be rewrapped; nothing was changed")
    return len(rows)


def _rewrapped(bureau_id: int, generation: int, rows: list[WrappedKey]) -> list[bytes]:
    numbers = {generation, *(row.generation for row in rows)}
    wrapping = {number: bureau_keys.get(bureau_id, number) for number in numbers}
    done = []
    for row in rows:
        bound_to = keys.bound_to_wrapping(bureau_id, row.subject_id)
        key = cipher.unseal(wrapping[row.generation], bytes(row.wrapped), bound_to=bound_to)
        done.append(_wrap(bureau_id, row.subject_id, key, generation, wrapping[generation]))
    return done
