"""The key of a dossier or a client, for as long as the tenancy context lasts and not a moment longer.

What is kept meanwhile are wrapped keys and the bureau's own; a subject's key is unwrapped at each use, which
costs a microsecond.
"""

from __future__ import annotations

import uuid
import weakref
from collections.abc import Callable, Iterable
from contextvars import ContextVar
from dataclasses import dataclass, field

from django.db import connection

from bureaus import tenancy
from vault import bureau_keys, cipher
from vault.errors import KeyGone
from vault.models import WrappedKey


@dataclass(frozen=True)
class SubjectKey:
    """A key of 32 bytes, and the generation of the bureau's key that wraps it now."""

    key: bytes = field(repr=False)
    generation: int


@dataclass(frozen=True)
class _Loaded:
    wrapped: bytes
    savepoints: tuple[str | None, ...]

    def still_true(self) -> bool:
        """Whether no savepoint has ended since that could have taken the key's row with it."""
        return tuple(connection.savepoint_ids[: len(self.savepoints)]) == self.savepoints


@dataclass
class _Shelf:
    """What one context has loaded. Emptied when that context is gone."""

    owner: weakref.ref[tenancy.Context]
    loaded: dict[uuid.UUID, _Loaded] = field(default_factory=dict, repr=False)
    bureau: dict[int, bytes] = field(default_factory=dict, repr=False)
    made_here: set[uuid.UUID] = field(default_factory=set)


_shelf: ContextVar[_Shelf | None] = ContextVar("vault_shelf", default=None)


def subject_key(subject_id: uuid.UUID) -> SubjectKey:
    """The key of a dossier or client; one query the first time.

    Raises KeyGone where it was destroyed, never made or out of reach, and NoBureau outside a context.
    """
    shelf = _current_shelf()
    try:
        return _unwrap(shelf, subject_id)
    except KeyGone:
        # A rotation may have ended between reading the row and reading the keyring: the row says more now.
        shelf.loaded.pop(subject_id, None)
        return _unwrap(shelf, subject_id)


def prefetch(subject_ids: Iterable[uuid.UUID | None]) -> None:
    """Load the wrapped keys of these subjects in one query; none where all are there already."""
    shelf = _current_shelf()
    wanted = {subject for subject in subject_ids if subject and not _has(shelf, subject)}
    if wanted:
        _load(shelf, wanted)


def shelve(subject_id: uuid.UUID, wrapped: bytes | None) -> None:
    """Keep a wrapped key that a query brought along with the row it opens; None is kept as nothing.

    For what has to cost one query less; a key made in this very transaction is loaded the ordinary way.
    """
    shelf = _current_shelf()
    if wrapped is not None and subject_id not in shelf.made_here:
        shelf.loaded[subject_id] = _Loaded(bytes(wrapped), ())


def forget(subject_id: uuid.UUID) -> None:
    """Drop what this context keeps of a subject whose key was just made or destroyed."""
    shelf = _current_shelf()
    shelf.loaded.pop(subject_id, None)
    shelf.made_here.add(subject_id)


def bound_to_wrapping(bureau_id: int, subject_id: uuid.UUID) -> tuple[cipher.Part, ...]:
    """What a wrapped key is bound to."""
    return ("subject key", bureau_id, subject_id)


def _unwrap(shelf: _Shelf, subject_id: uuid.UUID) -> SubjectKey:
    if not _has(shelf, subject_id):
        _load(shelf, {subject_id})
    if subject_id not in shelf.loaded:
        raise KeyGone("there is no key for this dossier or client")
    wrapped = shelf.loaded[subject_id].wrapped
    generation, bureau_id = cipher.generation_of(wrapped), tenancy.current_bureau_id()
    if generation not in shelf.bureau:
        shelf.bureau[generation] = bureau_keys.get(bureau_id, generation)
    key = cipher.unseal(shelf.bureau[generation], wrapped, bound_to=bound_to_wrapping(bureau_id, subject_id))
    return SubjectKey(key, generation)


def _has(shelf: _Shelf, subject_id: uuid.UUID) -> bool:
    known = shelf.loaded.get(subject_id)
    return known is not None and known.still_true()


def _load(shelf: _Shelf, subject_ids: set[uuid.UUID]) -> None:
    for subject_id in subject_ids:
        shelf.loaded.pop(subject_id, None)
    rows = WrappedKey.objects.filter(subject_id__in=subject_ids).values_list("subject_id", "wrapped")
    for subject_id, wrapped in rows:
        # A key made in this very transaction goes with the savepoint it was made in. Sealing under a key whose
        # row was rolled back would lose the text.
        savepoints = tuple(connection.savepoint_ids) if subject_id in shelf.made_here else ()
        shelf.loaded[subject_id] = _Loaded(bytes(wrapped), savepoints)


def _current_shelf() -> _Shelf:
    context = tenancy.current()
    shelf = _shelf.get()
    if shelf is None or shelf.owner() is not context:
        shelf = _new_shelf(context)
        _shelf.set(shelf)
    return shelf


def _new_shelf(context: tenancy.Context) -> _Shelf:
    shelf = _Shelf(weakref.ref(context))
    shelf.owner = weakref.ref(context, _emptier(shelf.loaded, shelf.bureau))
    return shelf


def _emptier(*contents: dict[uuid.UUID, _Loaded] | dict[int, bytes]) -> Callable[[object], None]:
    def empty(_: object) -> None:
        for content in contents:
            content.clear()

    return empty
