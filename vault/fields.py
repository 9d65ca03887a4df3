"""Model fields whose column is ciphertext, bound to bureau, subject, table, column and row.

    text = SealedTextField(subject="dossier_id")

Attributes read and write plain text or JSON; opening happens at the first read, sealing at the save. The row
needs its id and its subject by then, and the subject its key (`vault.actions.create_key`). Lists call
`vault.keys.prefetch` first. A table or column with sealed values can't just be renamed: the values are bound to
the name, so a migration has to seal them anew.
"""

from __future__ import annotations

import json
import uuid
from typing import TYPE_CHECKING, Any, NoReturn

from django.core import checks
from django.core.exceptions import FieldError
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models.query_utils import DeferredAttribute

from bureaus import tenancy
from vault import cipher, keys
from vault.errors import Tampered, Unsealable

if TYPE_CHECKING:
    _Field = models.Field[Any, Any]
else:
    _Field = models.Field


class Sealed(bytes):
    """Ciphertext as it lies in the column: what `values()` gives. Printing it shows its length only."""

    __slots__ = ()

    def __repr__(self) -> str:
        return f"<verzegeld, {len(self)} bytes>"

    __str__ = __repr__


class SealedAttribute(DeferredAttribute):
    """Holds Sealed until the first read, and plain from then on."""

    field: SealedField

    def __get__(self, instance: models.Model | None, cls: Any = None) -> Any:
        if instance is None:
            return self
        held = instance.__dict__
        name = self.field.attname
        if name not in held:
            held[name] = _fetch_deferred(instance, name)
        if isinstance(held[name], Sealed):
            held[name] = self.field.open(instance, held[name])
        return held[name]

    def __set__(self, instance: models.Model, value: Any) -> None:
        instance.__dict__[self.field.attname] = value


class SealedField(_Field):
    """What both fields share. `subject` names the attribute that holds the UUID of the dossier or client."""

    descriptor_class = SealedAttribute

    def __init__(self, *args: Any, subject: str, **kwargs: Any) -> None:
        self.subject = subject
        # Out of serialisers, ModelForms and the admin, all of which would show the plain value unasked.
        kwargs |= {"editable": False, "serialize": False}
        super().__init__(*args, **kwargs)

    def deconstruct(self) -> Any:
        name, path, args, kwargs = super().deconstruct()
        del kwargs["editable"], kwargs["serialize"]
        return name, path, args, {**kwargs, "subject": self.subject}

    def get_internal_type(self) -> str:
        return "BinaryField"

    def check(self, **kwargs: Any) -> list[checks.CheckMessage]:
        return [*super().check(**kwargs), *self._check_subject(), *self._check_not_compared()]

    def encode(self, value: Any) -> bytes:
        """The bytes to seal. Raises Unsealable for a value of another type."""
        raise NotImplementedError

    def decode(self, plain: bytes) -> Any:
        raise NotImplementedError

    def open(self, instance: models.Model, sealed: Sealed) -> Any:
        """The plain value. Raises Tampered, KeyGone or NoBureau."""
        place = self._place(instance)
        return self.decode(cipher.unseal(keys.subject_key(place.subject).key, sealed, bound_to=place.parts()))

    def seal(self, instance: models.Model, value: Any) -> Sealed:
        """The ciphertext for this row. Raises Unsealable, KeyGone or NoBureau."""
        place, plain = self._place(instance), self.encode(value)
        key = keys.subject_key(place.subject)
        return Sealed(cipher.seal(key.key, plain, generation=key.generation, bound_to=place.parts()))

    def from_db_value(self, value: Any, *_: Any) -> Sealed | None:
        return None if value is None else Sealed(value)

    def pre_save(self, model_instance: models.Model, add: bool) -> Sealed | None:  # noqa: ARG002
        held = model_instance.__dict__
        value = held[self.attname] if self.attname in held else getattr(model_instance, self.attname)
        if value is None:
            return None
        if not isinstance(value, Sealed):
            return self.seal(model_instance, value)
        self._refuse_moved(model_instance, value)
        return value

    def get_db_prep_value(self, value: Any, connection: Any, prepared: bool = False) -> bytes | None:  # noqa: ARG002
        if value is None:
            return None
        if isinstance(value, Sealed):
            return bytes(value)
        raise Unsealable(f"{self} is sealed per row: save the row, update() and bulk_update() can't seal")

    def get_db_prep_save(self, value: Any, connection: Any) -> Any:
        return self.get_db_prep_value(value, connection)

    def value_from_object(self, obj: models.Model) -> Any:
        """For whoever walks over a row's fields: the ciphertext, whatever was read or assigned."""
        held = obj.__dict__.get(self.attname)
        return held if held is None or isinstance(held, Sealed) else self.seal(obj, held)

    def value_to_string(self, obj: models.Model) -> str:
        return repr(self.value_from_object(obj))

    def get_lookup(self, lookup_name: str) -> Any:
        return super().get_lookup(lookup_name) if lookup_name == "isnull" else self._refuse_lookup(lookup_name)

    def get_transform(self, lookup_name: str) -> Any:
        return self._refuse_lookup(lookup_name)

    def _refuse_lookup(self, lookup_name: str) -> NoReturn:
        raise FieldError(f"{self} is sealed: the database can't compare it ({lookup_name}), only __isnull works")

    def _place(self, instance: models.Model) -> cipher.Place:
        subject = getattr(instance, self.subject)
        if instance.pk is None or not isinstance(subject, uuid.UUID):
            raise Unsealable(f"{self} needs the row's id, and a UUID in {self.subject}, before it is sealed or opened")
        meta = self.model._meta
        row = str(meta.pk.to_python(instance.pk))
        return cipher.Place(tenancy.current_bureau_id(), subject, meta.db_table, self.attname, row)

    def _refuse_moved(self, instance: models.Model, held: Sealed) -> None:
        """Ciphertext that was never read is written back as it is, so it has to open where it is written."""
        try:
            self.open(instance, held)
        except Tampered:
            raise Tampered(f"{self} was sealed for another row or subject: read it before moving the row") from None

    def _check_subject(self) -> list[checks.CheckMessage]:
        names = {name for field in self.model._meta.fields for name in (field.name, field.attname)}
        if self.subject in names:
            return []
        return [checks.Error(f"subject {self.subject!r} is no column of this model", obj=self, id="vault.E001")]

    def _check_not_compared(self) -> list[checks.CheckMessage]:
        if not (self.unique or self.db_index):  # type: ignore[attr-defined]
            return []
        return [checks.Error("each sealing differs: no index or uniqueness on it", obj=self, id="vault.E002")]


class SealedTextField(SealedField):
    """Text, sealed. Any text that UTF-8 can write, NUL included."""

    def encode(self, value: Any) -> bytes:
        if not isinstance(value, str):
            raise Unsealable(f"{self} takes text, not {type(value).__name__}")
        try:
            return value.encode()
        except UnicodeEncodeError:  # its message would quote the text
            raise Unsealable(f"{self} was given half a character (a lone surrogate)") from None

    def decode(self, plain: bytes) -> str:
        return plain.decode()


class SealedJSONField(SealedField):
    """Anything JSON can write, sealed; dates and UUIDs come back as text. None is SQL's NULL."""

    empty_strings_allowed = False

    def encode(self, value: Any) -> bytes:
        try:
            return json.dumps(value, cls=DjangoJSONEncoder, ensure_ascii=False, separators=(",", ":")).encode()
        except (TypeError, ValueError):  # its message might quote the value
            raise Unsealable(f"{self} was given something that JSON can't write") from None

    def decode(self, plain: bytes) -> Any:
        return json.loads(plain)


def _fetch_deferred(instance: models.Model, name: str) -> Any:
    """One column of one row, as ciphertext. Raises DoesNotExist where the row has gone meanwhile."""
    rows = type(instance)._base_manager.using(instance._state.db).filter(pk=instance.pk)
    return rows.values_list(name, flat=True).get()
