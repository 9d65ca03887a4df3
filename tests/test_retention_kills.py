"""Whatever is killed, and whenever: each dossier is whole, or gone with its line; none twice; numbers without gaps.

In the suite a share of the rounds; all of them by hand: DOSSIERWACHT_KILLS=200 DOSSIERWACHT_DOSSIERS=500 (see
docs/measured.md for the last time that was done).
"""

from __future__ import annotations

import os
import time
from collections import Counter
from datetime import timedelta
from pathlib import Path
from uuid import UUID

import pytest
from django.core.files.storage import storages
from django.utils import timezone

from bureaus.tenancy import in_bureau
from dossiers.models import Dossier, StoredFile, Stuk, StukVersion
from journal.models import Line
from retention.actions import execution
from retention.actions.holds import place_hold
from retention.models import DestructionList, HoldKind, ItemResult, ItemState, ListItem, ListStatus, ProcesVerbaal
from tests.support.destroyed import cooled
from tests.support.killing import CONTENT, Killer, dossiers_with_files
from tests.support.servers import DATABASE
from vault.files import exists_sealed, open_sealed
from vault.models import WrappedKey

KILLS = int(os.environ.get("DOSSIERWACHT_KILLS", "12"))
DOSSIERS = int(os.environ.get("DOSSIERWACHT_DOSSIERS", "60"))
A_RUN = 50  # kills in one run over that many dossiers; then a next run over others
HELD = 12  # one in so many gets a hold while the run goes on


@pytest.fixture
def durable(servers, transactional_db):
    """What is committed is written before anyone is told, as in production; the suite's database does not wait."""
    with servers.admin("postgres") as admin:
        admin.execute(f"ALTER DATABASE {DATABASE} SET synchronous_commit = on")
    yield
    with servers.admin("postgres") as admin:
        admin.execute(f"ALTER DATABASE {DATABASE} RESET synchronous_commit")


@pytest.mark.timeout(300 + 20 * KILLS)
@pytest.mark.django_db(transaction=True)
def test_each_dossier_is_whole_or_gone_with_its_line_whatever_is_killed(
    durable, javawest, alice, diana, servers, celery_worker_process, capsys
):
    celery_worker_process.kill()  # one that began before what is committed had to be durable
    celery_worker_process.ensure()
    celery_worker_process.wait_for(" ready.")
    killer, lists, left = Killer(javawest, celery_worker_process, servers, seed=20261121), [], KILLS
    files: dict[UUID, str] = {}  # what each dossier's file is called in storage, from before anything ran
    begun = time.monotonic()
    while left > 0:
        dossiers = dossiers_with_files(javawest, alice, DOSSIERS)
        files |= names_of_files(javawest, dossiers)
        row = cooled(javawest, diana)
        lists.append((row, dossiers, killed_in_between(killer, row, dossiers, min(left, A_RUN))))
        left = KILLS - killer.kills
        killer.until_done(row, 900)
        check_whole_or_gone(javawest, *lists[-1], files)
    check_numbers(javawest, [row for row, _, _ in lists])
    check_storage(javawest, files)
    with capsys.disabled():
        seconds = time.monotonic() - begun
        print(f"\n{killer.kills} kills over {DOSSIERS * len(lists)} dossiers in {len(lists)} runs, {seconds:.0f} s")


def killed_in_between(killer: Killer, row, dossiers, kills: int) -> set:
    """Kill workers at any moment, the database and the queue once; which dossiers got a hold meanwhile."""
    held, before, to_hold = set(), killer.kills, list(dossiers[::-HELD])
    killer.sweep()
    while killer.kills - before < kills and killer.states([row]) != {ListStatus.DONE}:
        killer.wait()
        at = killer.kills - before
        if at == kills // 2:
            killer.kill_database()
        elif at == kills // 3:
            killer.flush_redis()
            killer.kill_worker()
        else:
            killer.kill_worker()
        if to_hold:
            held |= hold(to_hold.pop())
        killer.sweep()
    return held


def hold(dossier) -> set:
    """Somebody keeps it, unless it has just gone; who was first, won."""
    from clients.rules import Refused

    try:
        with in_bureau(dossier.bureau_id):
            place_hold(
                dossier=dossier, by=None, kind=HoldKind.LAWSUIT, reason="Er loopt een zaak", source="proef",
                review_on=timezone.localdate() + timedelta(days=30),
            )  # fmt: skip
    except (Refused, Dossier.DoesNotExist):
        return set()
    return {dossier.pk}


def check_whole_or_gone(bureau, row, dossiers, held, files) -> None:
    """Looked at from outside: rows, keys and files of every dossier, beside what its line says."""
    with in_bureau(bureau):
        items = {one.dossier_id: one for one in ListItem.objects.filter(destruction_list=row)}
        assert set(items) == {one.pk for one in dossiers}
        lines = Counter(Line.objects.filter(act=execution.ERASED).values_list("dossier_id", flat=True))
        for one in dossiers:
            if one.pk in held:
                check_whole(one)
                assert (items[one.pk].state, lines[one.pk]) == (ItemState.KEPT, 0)
            else:
                assert (items[one.pk].state, lines[one.pk]) == (ItemState.DESTROYED, 1), one.number
        gone = [one.pk for one in dossiers if one.pk not in held]
        for model in (Stuk, StukVersion, StoredFile):
            assert not model.objects.filter(dossier_id__in=gone).exists()
        assert not Dossier.objects.filter(pk__in=gone).exists()
        assert not WrappedKey.objects.filter(subject_id__in=gone).exists()
        results = ItemResult.objects.filter(item__destruction_list=row, item__state=ItemState.DESTROYED)
        assert set(results.values_list("left", flat=True)) == {0}
        paper = ProcesVerbaal.objects.get(destruction_list=row)
        assert paper.dossiers == len(gone)
    stored = stored_names(bureau)
    assert {one.pk for one in dossiers if files[one.pk] in stored} == held


def check_whole(dossier) -> None:
    file = StoredFile.objects.get(dossier=dossier)
    assert StukVersion.objects.get(dossier=dossier).content == CONTENT
    assert exists_sealed(file.storage_name)
    assert b"".join(open_sealed(subject_id=dossier.pk, name=file.storage_name)) == b"Een bestand dat weg moet"


def check_numbers(bureau, rows) -> None:
    with in_bureau(bureau):
        papers = list(ProcesVerbaal.objects.order_by("number").values_list("number", flat=True))
        assert papers == list(range(1, len(rows) + 1))
        assert DestructionList.objects.filter(status=ListStatus.DONE).count() == len(rows)


def check_storage(bureau, files: dict[UUID, str]) -> None:
    """What a row names lies in storage. What else lies there is a paper that was undone, never a dossier's file."""
    with in_bureau(bureau):
        living = dict(StoredFile.objects.values_list("dossier_id", "storage_name"))
        papers = set(ProcesVerbaal.objects.values_list("file", flat=True))
        papers |= set(ProcesVerbaal.objects.exclude(annex_file="").values_list("annex_file", flat=True))
    assert living.items() <= files.items()
    stored = stored_names(bureau)
    assert papers <= stored
    assert stored & set(files.values()) == set(living.values())


def names_of_files(bureau, dossiers) -> dict[UUID, str]:
    with in_bureau(bureau):
        rows = StoredFile.objects.filter(dossier__in=dossiers)
        found = dict(rows.values_list("dossier_id", "storage_name"))
    assert set(found) == {one.pk for one in dossiers}
    assert set(found.values()) <= stored_names(bureau)
    return found


def stored_names(bureau) -> set[str]:
    """Everything of this bureau that lies in storage, looked up on the disk itself."""
    root = Path(storages["sealed"].location)
    return {str(one.relative_to(root)) for one in (root / str(bureau.pk)).rglob("*") if one.is_file()}
