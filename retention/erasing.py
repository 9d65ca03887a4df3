"""What hangs on a dossier, its traject and its client, and taking all of it away.

Which tables those are follows from the registry (bureaus.registry) and from the models' foreign keys, so that a table
that comes later goes along without a word here; a test holds that none is left out. Nothing here decides whether
something may go: that is retention.actions.execution, which holds the locks.
"""

from __future__ import annotations

import uuid
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from django.apps import apps
from django.db import models
from django.db.models.functions import Now

from access.actions.forgetting import Forgotten, forget_addresses, forget_member
from access.actions.grants import end_rows
from access.models import DossierGrant, Membership
from bureaus import registry
from bureaus.registry import Keeping
from clients.models import Client, Gemachtigde, Opdrachtgever, OpdrachtgeverContact, OpdrachtgeverKind, Traject
from dossiers.models import Dossier, StoredFile, Stuk, Tombstone
from retention import signals
from retention.access import NOBODY
from retention.models import FILES, KEYS, SEARCH, SESSIONS, LegalRecord, Transfer
from vault.actions import destroy_key

# What goes with what it hangs on.
HANGING = frozenset({Keeping.DOSSIER, Keeping.CLIENT, Keeping.WORKNOTE, Keeping.CONCEPT})
# Of a particulier who pays also what of an organisation stays with the bureau: it is a person, often the client.
OF_A_PERSON = HANGING | {Keeping.BUREAU, Keeping.ACCOUNT}
CONTACTS = "clients.OpdrachtgeverContact"
NAMELESS = "particulier"


@dataclass(frozen=True)
class Part:
    """A table, and the lookup by which its rows hang on their root."""

    model: type[models.Model]
    lookup: str
    depth: int

    @property
    def label(self) -> str:
        return str(self.model._meta.label)

    def of(self, root_ids: Iterable[Any]) -> Any:
        rows: Any = self.model._default_manager
        return rows.filter(**{f"{self.lookup}__in": list(root_ids)})


@dataclass
class Erased:
    """What went: rows by the label of their table; where to look afterwards; and what is still to be taken away."""

    removed: Counter[str] = field(default_factory=Counter)
    gone: dict[str, list[str]] = field(default_factory=dict)
    files: list[str] = field(default_factory=list)
    size: int = 0  # bytes of those files
    sessions: list[str] = field(default_factory=list)

    def went(self, label: str, ids: Iterable[Any], rows: int) -> None:
        self.gone.setdefault(label, []).extend(str(one) for one in ids)
        self.removed[label] += rows

    def drop_key(self, subject_id: uuid.UUID) -> None:
        self.went(KEYS, [subject_id], int(destroy_key(subject_id=subject_id)))

    def add(self, other: Forgotten) -> None:
        self.removed += other.removed
        self.went(KEYS, other.keys, len(other.keys))
        self.files += other.files
        self.sessions += other.sessions


@cache
def parts(root: str, keepings: frozenset[Keeping] = HANGING) -> tuple[Part, ...]:
    """The tables that hang on this one, by foreign keys of any length; what hangs furthest first."""
    found: dict[type[models.Model], Part] = {}
    waiting: list[Part] = [Part(_model(root), "", 0)]
    while waiting:
        at = waiting.pop(0)
        for model, name in _pointing_at(at.model, keepings):
            if model in found or model is _model(root) or model._meta.label in _ROOTS:
                continue
            found[model] = Part(model, f"{name}__{at.lookup}" if at.lookup else name, at.depth + 1)
            waiting.append(found[model])
    return tuple(sorted(found.values(), key=lambda one: (-one.depth, one.label)))


# Each is taken away by a step of its own: a client and a payer only with their last dossier.
_ROOTS = frozenset({"dossiers.Dossier", "clients.Traject", "clients.Client", "clients.Opdrachtgever"})


def _pointing_at(model: type[models.Model], keepings: frozenset[Keeping]) -> list[tuple[Any, str]]:
    """Tables that belong to a row of this one. A pointer that may fall away (SET_NULL) is a mention, no belonging."""
    declared = registry.models()
    found = []
    for relation in model._meta.related_objects:
        belongs = not relation.many_to_many and relation.on_delete is not models.SET_NULL
        if belongs and declared[relation.related_model._meta.label].keeping in keepings:
            found.append((relation.related_model, relation.field.name))
    return sorted(found, key=lambda one: str(one[0]._meta.label))


def _model(label: str) -> type[models.Model]:
    return apps.get_model(label)


def erase_dossier(dossier: Dossier) -> Erased:
    """Take away the dossier, its traject and, where it was the last, its client; in the transaction that is open.

    The caller holds the dossier's lock and the reach of the system. Files and sessions are named in the answer: those
    go after the commit. Locks client and payer in that order, so that of two last dossiers one sees the other gone.
    """
    traject = Traject.objects.get(pk=dossier.traject_id)
    client = Client.objects.select_for_update(of=("self",)).get(pk=dossier.client_id)
    erased = Erased()
    _note_files(erased, StoredFile.objects.filter(dossier=dossier))
    _note_packages(erased, dossier)
    end_rows(DossierGrant.objects.filter(content_object=dossier), by_name=NOBODY, reason="vernietigd")
    _take(erased, "dossiers.Dossier", [dossier.pk])
    _take(erased, "clients.Traject", [traject.pk])
    erased.drop_key(dossier.pk)
    _forget_words(dossier.pk)
    if not client.dossiers.exists() and not client.trajecten.exists():
        _erase_client(erased, client)
    _erase_payer(erased, traject.opdrachtgever_id)
    signals.dossier_erased.send(sender=Dossier, dossier_id=dossier.pk)
    signals.words_erased.send(sender=Dossier, client_id=client.pk)
    return erased


def erase_stuk(stuk: Stuk) -> Erased:
    """Take away one stuk; in its place stands that it was deleted at the person's request (jmwerkt 6.1.4)."""
    erased = Erased()
    _note_files(erased, StoredFile.objects.filter(stuk=stuk))
    # What the client said about it is the client's own and stays.
    Stuk.objects.filter(about=stuk).update(about=None)
    Tombstone.objects.create(dossier_id=stuk.dossier_id, stuk_id=stuk.pk)
    _take(erased, "dossiers.Stuk", [stuk.pk])
    signals.words_erased.send(sender=Stuk, client_id=stuk.dossier.client_id)
    return erased


def wipe_stukken(stuk_ids: Sequence[Any]) -> int:
    """Take away stukken that are no part of a dossier yet, with what hangs on them; how many. Their files are named by
    the caller."""
    erased = Erased()
    if stuk_ids:
        Stuk.objects.filter(about_id__in=list(stuk_ids)).update(about=None)
        _take(erased, "dossiers.Stuk", stuk_ids)
    return erased.removed["dossiers.Stuk"]


def erase_record(record: LegalRecord) -> Erased:
    """Take away what the law kept, now that it asks it no longer."""
    erased = Erased()
    erased.went("retention.LegalRecord", [record.pk], LegalRecord.objects.filter(pk=record.pk).delete()[0])
    erased.drop_key(record.pk)
    return erased


def look(gone: Sequence[dict[str, list[str]]], numbers: Sequence[str]) -> dict[str, int]:
    """What is still there of all these, by table and store; the files are looked for one by one elsewhere."""
    left: dict[str, int] = {}
    for root in {label for one in gone for label in one} - {FILES, KEYS, SESSIONS}:
        ids = [row for one in gone for row in one.get(root, [])]
        left[root] = left.get(root, 0) + _model(root)._default_manager.filter(pk__in=ids).count()
        for part in parts(root, _keepings(root)) if root in _ROOTS | {"dossiers.Stuk"} else ():
            left[part.label] = left.get(part.label, 0) + part.of(ids).count()
    subjects = [row for one in gone for row in one.get(KEYS, [])]
    left[KEYS] = _model(KEYS)._default_manager.filter(subject_id__in=subjects).count()
    left[SEARCH] = Dossier.objects.filter(number__in=list(numbers)).count()
    return left


def _keepings(root: str) -> frozenset[Keeping]:
    return OF_A_PERSON if root == "clients.Opdrachtgever" else HANGING


def _take(erased: Erased, root: str, ids: Sequence[Any], keepings: frozenset[Keeping] = HANGING) -> None:
    """The rows that hang on these, furthest first, and then themselves; one statement for each table."""
    for part in parts(root, keepings):
        _note_belongings(erased, part, ids)
        erased.removed[part.label] += _raw_delete(part.of(ids))
    erased.went(root, ids, _raw_delete(_model(root)._default_manager.filter(pk__in=list(ids))))


def _raw_delete(rows: Any) -> int:
    """Without Django's own walk over related tables: the database refuses at the commit where one still points here."""
    return int(rows._raw_delete(rows.db))


def _note_files(erased: Erased, files: Any) -> None:
    for name, size in files.values_list("storage_name", "size"):
        erased.files.append(name)
        erased.size += size


def _note_belongings(erased: Erased, part: Part, ids: Sequence[Any]) -> None:
    """The files that these rows name and the keys that are theirs alone, as their app declares (registry.Declared)."""
    declared = _declared(part.label)
    for name, size in declared.files:
        for file, many in part.of(ids).exclude(**{name: ""}).values_list(name, size):
            erased.files.append(file)
            erased.size += many
    if declared.own_key:
        for pk in part.of(ids).values_list("pk", flat=True):
            erased.drop_key(pk)


@cache
def _declared(label: str) -> registry.Declared:
    """Once for a process, as below."""
    return registry.models()[label]


def _note_packages(erased: Erased, dossier: Dossier) -> None:
    """What was packed for the opdrachtgever is a copy of ours as well; one that is being packed has its key already."""
    packed = Transfer.objects.filter(dossier_id=dossier.pk, package_gone_at=None)
    for one in packed.select_for_update().values("id", "file", "file_size"):  # none is taken to be packed meanwhile
        if one["file"]:
            erased.files.append(one["file"])
            erased.size += one["file_size"]
        erased.drop_key(one["id"])
    packed.update(file="", package_gone_at=Now())
    # A dossier that goes for another reason is handed over no more.
    Transfer.objects.filter(dossier_id=dossier.pk).exclude(status=Transfer.Status.RECEIVED).update(
        status=Transfer.Status.CANCELLED, leased_until=None
    )


def _forget_words(dossier_id: uuid.UUID) -> None:
    """Typed words in rows that outlive a dossier (registry.Declared.forget)."""
    for label, columns in _forgetting():
        _model(label)._default_manager.filter(dossier_id=dossier_id).update(**dict.fromkeys(columns, ""))


@cache
def _forgetting() -> tuple[tuple[str, tuple[str, ...]], ...]:
    """Once for a process: looking for what every app declares takes longer than destroying a dossier."""
    return tuple((label, one.forget) for label, one in registry.models().items() if one.forget)


def _erase_client(erased: Erased, client: Client) -> None:
    """The client of whom no dossier is left, those around them, their accounts, and every mail to those addresses."""
    around = list(Gemachtigde.objects.filter(client=client))
    members = {client.membership_id, *(one.membership_id for one in around)} - {None}
    emails = [client.email, *(one.email for one in around)]
    emails += client.contact_persons.values_list("email", flat=True)
    subjects = [client.pk, *(one.pk for one in around)]
    _take(erased, "clients.Client", [client.pk])
    erased.drop_key(client.pk)
    _forget_people(erased, members)
    erased.removed += forget_addresses(emails=emails, subject_ids=subjects)


def _erase_payer(erased: Erased, payer_id: uuid.UUID) -> None:
    """A particulier who pays is a person, as a rule the client: goes with the last traject that they paid for."""
    rows = Opdrachtgever.objects.select_for_update(of=("self",)).filter(kind=OpdrachtgeverKind.PARTICULIER)
    payer = rows.filter(pk=payer_id).first()
    if payer is None or payer.trajecten.exists():
        return
    contacts = list(payer.contacts.all())
    members = {one.membership_id for one in contacts} - {None}
    handed_over = Transfer.objects.filter(opdrachtgever=payer)
    if handed_over.exists():
        handed_over.exclude(fetched_by_name="").update(fetched_by_name=NAMELESS)
        handed_over.exclude(received_by_name="").update(received_by_name=NAMELESS)
        _take(erased, CONTACTS, [one.pk for one in contacts], OF_A_PERSON)
        Opdrachtgever.objects.filter(pk=payer.pk).update(
            name=NAMELESS, sort_name=NAMELESS, kvk="", street="", postcode="", city=""
        )
    else:
        _take(erased, "clients.Opdrachtgever", [payer.pk], OF_A_PERSON)
    _forget_people(erased, members)
    emails, subjects = [one.email for one in contacts], [one.pk for one in contacts]
    erased.removed += forget_addresses(emails=emails, subject_ids=subjects)


def _forget_people(erased: Erased, member_ids: Iterable[Any]) -> None:
    """Their accounts here, but for who is also somebody else's gemachtigde, a client or a contact.

    Who wrote something in a dossier that stays, stays named there; the account itself ends.
    """
    for member in Membership.objects.select_related("user").filter(pk__in=list(member_ids)):
        used = [
            Client.objects.filter(membership=member),
            Gemachtigde.objects.filter(membership=member),
            OpdrachtgeverContact.objects.filter(membership=member),
        ]
        if member.is_staff_member or any(rows.exists() for rows in used):
            continue
        if _is_named(member):
            Membership.objects.filter(pk=member.pk, active_until=None, active_from__lte=Now()).update(
                active_until=Now()
            )
            continue
        erased.add(forget_member(membership=member))
        erased.gone.setdefault("access.Membership", []).append(str(member.pk))


def _is_named(member: Membership) -> bool:
    """Whether a row that stays can't do without them: written by them, or shared with them still."""
    held = DossierGrant.objects.filter(group_id=member.private_group_id)
    return held.exists() or any(
        model._default_manager.filter(**{name: member}).exists() for model, name in _naming_members()
    )


@cache
def _naming_members() -> tuple[tuple[Any, str], ...]:
    """Every column that names a member and keeps them: the database refuses to let those go."""
    relations: Any = Membership._meta.get_fields(include_hidden=True)
    return tuple(
        (one.related_model, one.field.name) for one in relations
        if one.auto_created and not one.concrete and getattr(one, "on_delete", None) is models.PROTECT
    )  # fmt: skip
