"""The proces-verbaal of a list that was carried out: made, sealed, fetched; its annex with names."""

from __future__ import annotations

import hashlib
import uuid
from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from access.models import Membership
from access.reach import as_system, database_now
from access.rules import RuleBroken
from bureaus import pdf
from bureaus.leases import one_at_a_time
from bureaus.reglement import in_force
from bureaus.schema import DataClass
from journal.actions import record
from retention import ledger, pv_facts, pv_paper, signing
from retention.clock import database_today
from retention.models import DestructionList, ListItem, ProcesVerbaal
from retention.rules import add_term, say
from vault import keys
from vault.actions import create_key, destroy_key
from vault.files import delete_sealed, open_sealed, save_with_transaction
from vault.models import WrappedKey

MADE_BY = "Dossierwacht"
ANNEX_TITLE = "Verzegelde bijlage met namen"


@transaction.atomic
def make_proces_verbaal(*, destruction_list: DestructionList) -> ProcesVerbaal:
    """The proces-verbaal of a list; again gives the one that is there. Within the reach of the system.

    Called while its list is locked, when all is gone and looked at. Whatever fails (a full disk, a font that is
    missing) undoes it whole: no number is used. 2,000 dossiers take about a minute (docs/measured.md).
    """
    there: ProcesVerbaal | None = ProcesVerbaal.objects.filter(destruction_list=destruction_list).first()
    if there is not None:
        return there
    made_at = database_now()
    row = ProcesVerbaal(
        destruction_list=destruction_list, kind=destruction_list.kind, made_at=made_at, made_by_name=MADE_BY,
        **_next_number(made_at),
    )  # fmt: skip
    facts = pv_facts.gather(destruction_list, number=f"{row.year}-{row.number:04}", made_at=made_at)
    row.facts, row.dossiers = pv_facts.plain(facts), facts["counts"]["dossiers"]
    row.backups_expire_on, row.keep_until = facts["backups_expire_on"], facts["keep_until"]
    _seal_paper(row)
    _seal_annex(row)
    row.save(force_insert=True)
    record(act="proces_verbaal.gemaakt", obj=row, facts=_told(row))
    return row


@transaction.atomic
def fetch_paper(*, proces_verbaal: ProcesVerbaal) -> Iterator[bytes]:
    """The sealed PDF, for who downloads it. Raises FileNotFoundError, vault.errors.VaultError."""
    chunks = open_sealed(subject_id=proces_verbaal.pk, name=proces_verbaal.file)
    record(act="proces_verbaal.opgehaald", obj=proces_verbaal, facts={"sha256": proces_verbaal.file_sha256})
    return chunks


@transaction.atomic
def fetch_annex(*, proces_verbaal: ProcesVerbaal, by: Membership) -> Iterator[bytes]:
    """The annex with names, while it is there. Raises RuleBroken once it is gone."""
    if not proces_verbaal.annex_file or proces_verbaal.annex_gone_at is not None:
        raise RuleBroken("De bijlage met namen is er niet meer.")
    with as_system():
        chunks = open_sealed(subject_id=_annex_subject(proces_verbaal), name=proces_verbaal.annex_file)
    record(act="proces_verbaal.bijlage_opgehaald", obj=proces_verbaal, facts={"by": str(by.pk)})
    return chunks


def note_annex_line(*, item: ListItem, dossier: Any) -> bool:
    """Before a dossier goes, where the reglement wants names in an annex: its line, set on the item and not yet saved.

    Whether `annex` has to be saved with it. Called in the transaction that erases the dossier.
    """
    if not in_force().retention.destruction.names_in_annex:
        return False
    _ensure_key(item.destruction_list_id)
    item.annex = annex_line(dossier)
    return True


def annex_line(dossier: Any) -> str:
    """Of whom the dossier was: 'Jan van den Berg, geboren 3 maart 1980'."""
    client = dossier.client
    return f"{client}, geboren {say(client.birth_date)}" if client.birth_date else str(client)


@transaction.atomic
def drop_annexes() -> int:
    """The nightly round of one bureau: annexes whose own short term has passed go, with their key; how many."""
    today = database_today()
    rows = ProcesVerbaal.objects.filter(annex_until__lte=today, annex_gone_at=None).exclude(annex_file="")
    with as_system():
        due = list(rows.select_for_update(of=("self",)).order_by("pk"))
        for row in due:
            _drop_annex(row)
    return len(due)


# -- numbers ---------------------------------------------------------------------------------------------------------
def _next_number(made_at: datetime) -> dict[str, int]:
    """The next of this bureau and year. The lock lasts as long as the transaction: no gap, and no number twice."""
    one_at_a_time("proces-verbaal")
    year = timezone.localtime(made_at).year
    last = ProcesVerbaal.objects.filter(year=year).aggregate(last=Max("number"))["last"]
    # A database that was put back to an earlier day has forgotten numbers that stand on paper.
    return {"year": year, "number": max(last or 0, ledger.last_number(year)) + 1}


# -- papers ----------------------------------------------------------------------------------------------------------
def _seal_paper(row: ProcesVerbaal) -> None:
    signer = signing.signer()
    lines = pv_facts.plain(list(pv_facts.lines(row.destruction_list)))
    paper = pv_paper.render(row.facts, lines, row.destruction_list.manifest, certificate=signer.name if signer else "")
    if signer is not None:
        paper, row.signed = signer.sign(paper), True
    create_key(subject_id=row.pk)
    info = save_with_transaction(subject_id=row.pk, chunks=[paper])
    row.file, row.file_size, row.file_sha256 = info.name, info.size, hashlib.sha256(paper).hexdigest()


def _seal_annex(row: ProcesVerbaal) -> None:
    """The names that were noted before the dossiers went, sealed under the key of their list."""
    subject = row.destruction_list_id
    items = ListItem.objects.filter(destruction_list_id=subject, state__in=pv_facts.GONE, annex__isnull=False)
    noted = list(items.order_by("dossier_number", "id"))
    if not noted:
        return
    keys.prefetch([subject])
    words = {"number": row.facts["number"], "rows": [(one.dossier_number, one.annex) for one in noted]}
    until = add_term(timezone.localdate(row.made_at), in_force().retention.rule(DataClass.SEALED_ANNEX).term)
    paper = pdf.render("papers/namen.html", words | {"until": say(until)}, title=ANNEX_TITLE)
    info = save_with_transaction(subject_id=subject, chunks=[paper])
    row.annex_subject, row.annex_file, row.annex_until = subject, info.name, until


def _drop_annex(row: ProcesVerbaal) -> None:
    delete_sealed(row.annex_file)
    destroy_key(subject_id=_annex_subject(row))
    ListItem.objects.filter(destruction_list_id=row.destruction_list_id).update(annex=None)
    row.annex_gone_at = database_now()
    row.save(update_fields=["annex_gone_at"])
    record(act="proces_verbaal.bijlage_vernietigd", obj=row, facts={"until": row.annex_until})


def _annex_subject(row: ProcesVerbaal) -> uuid.UUID:
    if row.annex_subject is None:
        raise RuleBroken("Bij dit proces-verbaal hoort geen bijlage met namen.")
    return row.annex_subject


def _ensure_key(subject_id: uuid.UUID) -> None:
    if not WrappedKey.objects.filter(subject_id=subject_id).exists():
        create_key(subject_id=subject_id)


def _told(row: ProcesVerbaal) -> dict[str, Any]:
    return {
        "number": row.facts["number"], "list": row.facts["list"]["number"], "dossiers": row.dossiers,
        "sha256": row.file_sha256, "manifest_sha256": row.facts["list"]["manifest_sha256"], "signed": row.signed,
    }  # fmt: skip
