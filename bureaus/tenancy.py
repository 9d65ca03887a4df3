"""The first wall between bureaus: no query outside a tenant context, and which context it is.

The second wall is row level security (`bureaus/rls.py`): it reads the transaction-local settings that
`in_bureau` writes. See docs/adr/0002-tenancy.md.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any, ClassVar, Self, TypeVar

from django.db import connection, models, transaction
from uuid_utils.compat import uuid7


class NoBureau(RuntimeError):
    """A tenant's table was touched outside a bureau's context."""


class Reach(StrEnum):
    """How far a session reaches inside its bureau; the database policies read it (the third wall)."""

    NONE = "none"  # not logged in: no row of any dossier
    CLIENT = "client"  # only dossiers it holds a grant on
    OPDRACHTGEVER = "opdrachtgever"  # likewise, and of those only what was released
    SUPPORT = "support"  # the platform's operator, let in by directie: only dossiers it holds a grant on, to read
    STAFF = "staff"
    SYSTEM = "system"  # workers and commands


@dataclass(frozen=True)
class Context:
    """Who acts, in which bureau. `principals` are the ids of the groups that the actor's grants may name."""

    bureau_id: int
    reach: Reach = Reach.SYSTEM
    user_id: int | None = None
    membership_id: uuid.UUID | None = None
    principals: tuple[int, ...] = ()
    origin: str = "systeem"
    actor_label: str = "systeem"
    roles: tuple[str, ...] = ()

    def settings(self) -> dict[str, str]:
        """The transaction-local settings that the policies read."""
        return {
            "app.bureau_id": str(self.bureau_id),
            "app.reach": self.reach.value,
            "app.user_id": str(self.user_id or 0),
            "app.membership_id": str(self.membership_id or uuid.UUID(int=0)),
            "app.principals": "{" + ",".join(str(group) for group in self.principals) + "}",
        }


_SETTINGS = ("app.bureau_id", "app.reach", "app.user_id", "app.membership_id", "app.principals")
_context: ContextVar[Context | None] = ContextVar("tenancy_context", default=None)


def current() -> Context:
    """The context in force. Raises NoBureau outside one."""
    context = _context.get()
    if context is None:
        raise NoBureau("this query needs a bureau: use tenancy.in_bureau()")
    return context


def current_bureau_id() -> int:
    """The bureau of the context in force; the default of every bureau column. Raises NoBureau."""
    return current().bureau_id


def has_context() -> bool:
    return _context.get() is not None


@contextmanager
def in_bureau(bureau: Any, **who: Any) -> Iterator[Context]:
    """Open a transaction in which this bureau, and no other, exists.

    `bureau` is a Bureau or its id; `who` fills the other fields of Context. The settings are local to the
    transaction, so that a pooled or failing connection can't carry them to the next user.
    """
    context = Context(bureau_id=getattr(bureau, "pk", bureau), **who)
    outer, outermost = _context.get(), not connection.in_atomic_block
    with transaction.atomic():
        _write(context)
        token = _context.set(context)
        try:
            yield context
        finally:
            _context.reset(token)
        # Reached only without an error: a rollback to the savepoint puts the old settings back by itself, and the
        # end of the transaction ends them all.
        if not outermost:
            _write(outer)


@contextmanager
def without_database(bureau: Any) -> Iterator[None]:
    """To write a query for `bureau`, and not to ask it: the database's walls stay as they are (bureaus.compiled)."""
    token = _context.set(Context(bureau_id=bureau))
    try:
        yield
    finally:
        _context.reset(token)


def narrow(**who: Any) -> Context:
    """Say who acts in the context that is open, once that is known; ends with that context.

    Used by the membership middleware. It can't change the bureau.
    """
    if "bureau_id" in who:
        raise NoBureau("a context can't move to another bureau")
    context = replace(current(), **who)
    _write(context)
    _context.set(context)
    return context


def _write(context: Context | None) -> None:
    values = context.settings() if context else dict.fromkeys(_SETTINGS, "")
    calls = ", ".join(["set_config(%s, %s, true)"] * len(values))
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {calls}", [part for item in values.items() for part in item])


_M = TypeVar("_M", bound=models.Model)


class TenantQuerySet(models.QuerySet[_M]):
    """Rows of one bureau. Made only inside a context."""


class TenantManager(models.Manager.from_queryset(TenantQuerySet)):  # type: ignore[misc]
    """Refuses a query outside a bureau's context and filters on that bureau inside one."""

    use_in_migrations = False

    @classmethod
    def of(cls, queryset: type[TenantQuerySet[Any]]) -> Self:
        """A tenant manager with the methods of a model's own queryset."""
        manager: Self = cls.from_queryset(queryset)()
        return manager

    def get_queryset(self) -> TenantQuerySet[Any]:
        return super().get_queryset().filter(bureau_id=current_bureau_id())


class TenantModel(models.Model):
    """A row of one bureau. Its id is a UUIDv7 made here: sealing binds a value to the id before the insert."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    bureau = models.ForeignKey(
        "bureaus.Bureau", on_delete=models.PROTECT, default=current_bureau_id, editable=False, related_name="+"
    )

    objects: ClassVar[TenantManager] = TenantManager()

    class Meta:
        abstract = True
        base_manager_name = "objects"
