"""After a backup was put back: what was destroyed since is destroyed again, and its evidence put back (ADR 0022).

By retention.ledger, which lies outside the database. Only `manage.py restore` calls this, while nobody can get in; each
step is done again without harm.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.apps import apps
from django.db import IntegrityError, transaction
from django.db.models import Q

from access.actions.forgetting import forget_member
from access.actions.sessions import drop_sessions
from access.models import Declaration, Membership
from bureaus.tenancy import in_bureau
from clients.models import Client, Opdrachtgever, OpdrachtgeverContact
from dossiers.models import Dossier, Stuk
from journal.actions import record
from retention import erasing, ledger
from retention.actions.records import Undated, keep_by_law
from retention.erasing import CONTACTS, Erased
from retention.ledger import Entry, Evidence, GoneItem
from retention.models import FILES, KEYS, SESSIONS, DestructionList, LegalRecord, ListStatus, ProcesVerbaal
from retention.storage import is_there, remove
from vault.actions import adopt_key, destroy_key

AGAIN, PUT_BACK = "vernietiging.herhaald", "proces_verbaal.teruggezet"
ORIGIN = "herstel"
_IN_ORDER = (
    "retention.DestructionList", "retention.ListItem", "retention.ItemResult", "retention.Certificate",
    "retention.ProcesVerbaal",
)  # fmt: skip


class StillThere(Exception):
    """Something that was destroyed stands in the database again and would not go."""


class Incomplete(StillThere):
    """The ledger has lost a note: what else was destroyed is not known, so nobody is let in."""


@dataclass
class Replayed:
    """What was done over in one bureau."""

    dossiers: list[str] = field(default_factory=list)
    stukken: int = 0
    records: int = 0
    files: int = 0
    # Clients, payers, contacts and accounts that went with a dossier and around whom another stands again, of an
    # unfinished list.
    stay: int = 0
    papers: list[str] = field(default_factory=list)  # processen-verbaal that were put back
    lost: list[str] = field(default_factory=list)  # and those of which only the note is left


def replay(bureau_id: int) -> Replayed:
    """Destroy again what the ledger names and stands here, and put back its evidence; what that was.

    Outside a transaction: each item has one of its own. Raises StillThere, Incomplete, NotAnswering, Tampered and
    KeyGone; nobody may be let in then.
    """
    done = Replayed()
    with in_bureau(bureau_id, origin=ORIGIN):
        known, papers = ledger.entries(bureau_id), list(ledger.evidence(bureau_id))
        _check_whole(known, papers)
    # What the law kept goes last: a dossier of a list that was noted later makes its record anew.
    for records in (False, True):
        for entry in known:
            for item in entry.items:
                if bool(item.record_id) is records:
                    _again(bureau_id, entry, item, done)
    stays = _stays(bureau_id, known)
    done.stay = len(stays.ids)
    for entry in known:
        for item in entry.items:
            _drop_the_rest(bureau_id, item, stays, done)
    for entry in known:
        _look(bureau_id, entry, stays)
    for paper in papers:
        if not paper.is_past:
            _put_back(bureau_id, paper, done)
    return done


def _check_whole(known: Sequence[Entry], papers: Sequence[Evidence]) -> None:
    """Each proces-verbaal has the note of what went by it, and none is missing in between. Raises Incomplete."""
    lists = {str(entry.list_id) for entry in known}
    for paper in papers:
        if paper.is_past:
            continue
        if not {one["id"] for one in paper.rows["retention.DestructionList"]} <= lists:
            raise Incomplete(f"van proces-verbaal {paper.number} ontbreekt de aantekening van wat er vernietigd is")
    numbers = {(one.year, one.sequence) for one in papers} | set(ProcesVerbaal.objects.values_list("year", "number"))
    for year in {year for year, _ in numbers}:
        of_year = {number for at, number in numbers if at == year}
        missing = set(range(1, max(of_year))) - of_year
        if missing:
            raise Incomplete(f"de aantekening van proces-verbaal {year}-{min(missing):04} ontbreekt")


# -- destroying again ------------------------------------------------------------------------------------------------
def _again(bureau_id: int, entry: Entry, item: GoneItem, done: Replayed) -> None:
    with in_bureau(bureau_id, origin=ORIGIN):
        erased = _erase(entry, item, done)
    with in_bureau(bureau_id, origin=ORIGIN):
        drop_sessions(erased.sessions)
        _remove(erased.files, done)


def _erase(entry: Entry, item: GoneItem, done: Replayed) -> Erased:
    if item.record_id:
        return _erase_record(entry, item, done)
    if item.stuk_id:
        return _erase_stuk(entry, item, done)
    erased = Erased()
    dossier = Dossier.objects.select_for_update(of=("self",)).filter(pk=item.dossier_id).first()
    if dossier is not None:
        _keep_by_law(dossier)
        record(act=AGAIN, dossier=dossier, facts={"list": entry.number})
        erased = erasing.erase_dossier(dossier)
        done.dossiers.append(item.dossier_number)
    return erased


def _erase_stuk(entry: Entry, item: GoneItem, done: Replayed) -> Erased:
    stuk = Stuk.objects.select_for_update(of=("self",)).filter(pk=item.stuk_id).first()
    if stuk is None:
        return Erased()
    done.stukken += 1
    record(act=AGAIN, obj=stuk, dossier=Dossier.objects.get(pk=stuk.dossier_id), facts={"list": entry.number})
    return erasing.erase_stuk(stuk)


def _erase_record(entry: Entry, item: GoneItem, done: Replayed) -> Erased:
    """By its dossier: a record that this very replay made anew has another id than the one that went."""
    row = LegalRecord.objects.select_for_update(of=("self",)).filter(dossier_id=item.dossier_id).first()
    if row is None:
        return Erased()
    done.records += 1
    record(act=AGAIN, obj=row, facts={"list": entry.number, "number": item.dossier_number})
    return erasing.erase_record(row)


def _keep_by_law(dossier: Dossier) -> None:
    """What the law keeps was noted when the dossier went, and is not in an older backup: noted again from its rows."""
    if LegalRecord.objects.filter(dossier_id=dossier.pk).exists():
        return
    try:
        keep_by_law(dossier)
    except Undated:
        return  # in the backup its date was not filled in yet; the dossier goes all the same


@dataclass(frozen=True)
class Stays:
    """What went with a dossier and may not go now: another dossier or traject hangs on it (by id), and their files."""

    ids: frozenset[str] = frozenset()
    files: frozenset[str] = frozenset()

    def without(self, gone: dict[str, list[str]]) -> dict[str, list[str]]:
        """What has to be gone all the same; of who stays, the key too."""
        kept = self.ids | self.files
        return {label: [one for one in ids if one not in kept] for label, ids in gone.items()}


def _stays(bureau_id: int, known: Sequence[Entry]) -> Stays:
    """A list that was under way at the disaster is not in the ledger, and what it had destroyed stands here again: so
    does the client of its dossiers, although a later list, which was finished, took that client away."""
    with in_bureau(bureau_id, origin=ORIGIN):
        clients = Client.objects.filter(pk__in=_gone(known, "clients.Client"))
        clients = clients.filter(Q(dossiers__isnull=False) | Q(trajecten__isnull=False))
        payers = Opdrachtgever.objects.filter(pk__in=_gone(known, "clients.Opdrachtgever"), trajecten__isnull=False)
        # A payer whose row stayed for what was handed over, went by its contacts alone.
        contacts = OpdrachtgeverContact.objects.filter(pk__in=_gone(known, CONTACTS))
        contacts = contacts.filter(opdrachtgever__trajecten__isnull=False)
        members = Membership.objects.filter(pk__in=_gone(known, "access.Membership"))
        around = Q(client__isnull=False) | Q(machtigingen__isnull=False) | Q(opdrachtgever_contact__isnull=False)
        found = {str(one.pk) for rows in (clients, payers, contacts, members.filter(around)) for one in rows}
        files = Declaration.objects.filter(membership_id__in=found).exclude(file="").values_list("file", flat=True)
        return Stays(frozenset(found), frozenset(files))


def _gone(known: Sequence[Entry], label: str) -> set[str]:
    return {one for entry in known for item in entry.items for one in item.gone.get(label, [])}


def _drop_the_rest(bureau_id: int, item: GoneItem, stays: Stays, done: Replayed) -> None:
    """Keys, accounts, sessions and files that went with it and that the backup knew by another road."""
    gone = stays.without(item.gone)
    with in_bureau(bureau_id, origin=ORIGIN):
        for subject in gone.get(KEYS, []) if item.is_whole else ():
            destroy_key(subject_id=subject)  # type: ignore[arg-type]  # the text of an id
        for member in Membership.objects.filter(pk__in=gone.get("access.Membership", [])) if item.is_whole else ():
            with transaction.atomic():
                forget_member(membership=member)
    with in_bureau(bureau_id, origin=ORIGIN):
        drop_sessions(gone.get(SESSIONS, []))
        _remove(gone.get(FILES, []), done)


def _remove(files: Iterable[str], done: Replayed) -> None:
    for name in set(files):
        done.files += is_there(name)
        remove(name)


def _look(bureau_id: int, entry: Entry, stays: Stays) -> None:
    with in_bureau(bureau_id, origin=ORIGIN):
        items = [stays.without(one.gone) for one in entry.items]
        gone = [{label: ids for label, ids in one.items() if _is_table(label)} for one in items]
        left = Counter(erasing.look(gone, [one.dossier_number for one in entry.items if one.is_whole]))
        # By its dossier: one that this very replay made anew has another id than the one that went.
        records = [one.dossier_id for one in entry.items if one.record_id]
        left["retention.LegalRecord"] = LegalRecord.objects.filter(dossier_id__in=records).count()
        left[FILES] += sum(is_there(name) for one in items for name in one.get(FILES, []))
    found = {store: many for store, many in left.items() if many}
    if found:
        raise StillThere(f"lijst {entry.number}: {', '.join(f'{many} in {store}' for store, many in found.items())}")


def _is_table(label: str) -> bool:
    """A table that a newer version of the program has dropped holds nothing any more."""
    if label in (FILES, SESSIONS):
        return True
    try:
        apps.get_model(label)
    except LookupError:
        return False
    return True


# -- putting evidence back -------------------------------------------------------------------------------------------
def _put_back(bureau_id: int, paper: Evidence, done: Replayed) -> None:
    """The list as it ended, and its proces-verbaal under the number it has on paper."""
    with in_bureau(bureau_id, origin=ORIGIN):
        pv = paper.rows["retention.ProcesVerbaal"][0]
        if ProcesVerbaal.objects.filter(pk=pv["id"]).exists():
            return
        try:
            with transaction.atomic():
                _save(paper)
        except (IntegrityError, Unknown):
            # Its approver became a member after the backup. The number stays taken (ledger.last_number).
            done.lost.append(paper.number)
            return
        facts = {"number": paper.number, "sha256": pv["file_sha256"]}
        record(act=PUT_BACK, obj=ProcesVerbaal.objects.get(pk=pv["id"]), facts=facts)
        done.papers.append(paper.number)


class Unknown(Exception):
    """Who approved it is not in this backup."""


def _save(paper: Evidence) -> None:
    ended: dict[Any, str] = {}
    for label in _IN_ORDER:
        model = apps.get_model(label)
        for values in paper.rows.get(label, []):
            row: Any = ledger.row_of(model, values)
            if isinstance(row, DestructionList):
                _check_people(row)
                ended[row.pk], row.status = row.status, ListStatus.PROPOSED  # its items lie fast after that
            there = model._default_manager.filter(pk=row.pk).exists()
            row.save(force_update=there, force_insert=not there)
    for pk, status in ended.items():
        DestructionList.objects.filter(pk=pk).update(status=status)
    for subject_id, key in paper.keys.items():
        adopt_key(subject_id=subject_id, key=key)
    # A deferred foreign key has to fail here, and not when this bureau's part is over.
    transaction.get_connection().check_constraints()


def _check_people(row: DestructionList) -> None:
    members = Membership.objects.all()
    if row.approved_by_id and not members.filter(pk=row.approved_by_id).exists():
        raise Unknown
    if row.proposed_by_id and not members.filter(pk=row.proposed_by_id).exists():
        row.proposed_by_id = None
