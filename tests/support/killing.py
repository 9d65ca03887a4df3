"""Runs over many dossiers, in which everything that works at them is killed at any moment."""

from __future__ import annotations

import os
import random
import signal
import time
from collections.abc import Iterable
from contextlib import suppress
from datetime import date, timedelta
from pathlib import Path

import redis
from django.db import DatabaseError, connection
from django.db.models.functions import Now

from access.models import Membership
from bureaus.models import Bureau
from bureaus.schema import StukKind
from bureaus.tenancy import in_bureau
from demo import process
from dossiers.models import Dossier, State, StoredFile, Stuk, StukVersion
from retention.execution_tasks import run_lists
from retention.models import DestructionList, ListItem, ListStatus
from tests.support.live import Program
from tests.support.retention import many_ended
from tests.support.servers import MANY, TestServers, analyze
from vault.actions import create_keys
from vault.files import save_sealed

LONG_AGO = date(2019, 3, 1)
CONTENT = {"title": "Gesprek", "sections": [{"label": "Verslag", "text": "Een woord dat weg moet"}]}


def dossiers_with_files(bureau: Bureau, handler: Membership, count: int) -> list[Dossier]:
    """So many due dossiers, each with a key, one stuk and one file in storage."""
    made = many_ended(bureau, handler, count, ended=LONG_AGO)
    with in_bureau(bureau):
        create_keys(subject_ids=[one.pk for one in made])
        stukken = [_stuk(one, handler) for one in made]
        Stuk.objects.bulk_create(stukken)
        StukVersion.objects.bulk_create(
            StukVersion(stuk=one, dossier=one.dossier, number=1, content=CONTENT, made_by=handler, made_by_name="x")
            for one in stukken
        )
        StoredFile.objects.bulk_create(_file(one) for one in stukken)
        if count >= MANY:
            analyze()
    return made


def _stuk(dossier: Dossier, handler: Membership) -> Stuk:
    moment = "2019-02-01T10:00:00Z"
    return Stuk(
        dossier=dossier, kind=StukKind.GESPREKSVERSLAG, state=State.VASTGESTELD, purpose="begeleiding",
        herkomst="medewerker", date=LONG_AGO, author=handler, author_name=handler.name, vastgesteld_at=moment,
        version=1,
    )  # fmt: skip


def _file(stuk: Stuk) -> StoredFile:
    info = save_sealed(subject_id=stuk.dossier_id, chunks=[b"Een bestand dat weg moet"])
    return StoredFile(
        stuk=stuk, dossier=stuk.dossier, filename="brief.txt", content_type="text/plain", size=info.size,
        storage_name=info.name, sha256=info.sha256, added_by_name="x",
    )  # fmt: skip


def workers_of(worker: Program) -> list[int]:
    """The processes that do the work: the children of the Celery program."""
    found = []
    for entry in Path("/proc").glob("[0-9]*"):
        with suppress(OSError, IndexError):
            if int((entry / "stat").read_text().rsplit(")", 1)[1].split()[1]) == worker.pid:
                found.append(int(entry.name))
    return [pid for pid in found if process.alive(pid)]


class Killer:
    """Kills, and rings again as the sweep would; counts what it did."""

    def __init__(self, bureau: Bureau, worker: Program, servers: TestServers, seed: int) -> None:
        self.bureau, self.worker, self.servers = bureau, worker, servers
        self.chance = random.Random(seed)
        self.kills = 0

    def wait(self, most: float = 0.25) -> None:
        time.sleep(self.chance.uniform(0.0, most))

    def kill_worker(self) -> None:
        """One process of the worker by SIGKILL; once in a while the program with all of them."""
        if self.chance.random() < 0.02:
            self.worker.kill()
            self.kills += 1
            self.worker.ensure()
            self.worker.wait_for(" ready.", 120)
            return
        pids = workers_of(self.worker)
        if pids:
            with suppress(ProcessLookupError):
                os.kill(self.chance.choice(pids), signal.SIGKILL)
                self.kills += 1

    def kill_database(self) -> None:
        """The server itself, with every session in it; what was committed is there again after its recovery."""
        connection.close()
        if pid := self.servers.postgres.pid():
            os.kill(pid, signal.SIGKILL)
            assert process.gone_within(pid, 60)
            self.servers.postgres.start()
        self.kills += 1

    def flush_redis(self) -> None:
        with redis.Redis.from_url(self.servers.redis.url) as client:
            client.flushall()

    def sweep(self, *, leases: bool = True) -> None:
        """As beat does each minute; with `leases` those of everybody have passed, of who lives too."""
        for _ in range(20):
            try:
                if leases:
                    with in_bureau(self.bureau):
                        rows = ListItem.objects.filter(leased_until__gt=Now())
                        rows.update(leased_until=Now() - timedelta(seconds=1))
                        lists = DestructionList.objects.filter(leased_until__gt=Now())
                        lists.update(leased_until=Now() - timedelta(seconds=1))
                run_lists.delay()
                return
            except (DatabaseError, redis.RedisError, OSError):
                connection.close()
                time.sleep(0.2)

    def states(self, rows: Iterable[DestructionList]) -> set[str]:
        with in_bureau(self.bureau):
            found = DestructionList.objects.filter(pk__in=[one.pk for one in rows])
            return set(found.values_list("status", flat=True))

    def until_done(self, row: DestructionList, seconds: float) -> None:
        """Only sweeping from here on."""
        until = time.monotonic() + seconds
        self.sweep()
        while self.states([row]) != {ListStatus.DONE}:
            if time.monotonic() > until:
                raise AssertionError(self.report(row))
            time.sleep(2.0)
            self.sweep(leases=False)

    def report(self, row: DestructionList) -> str:
        with in_bureau(self.bureau):
            items = ListItem.objects.filter(destruction_list=row)
            states = sorted((one.state, one.error) for one in items)[:5]
            status = DestructionList.objects.get(pk=row.pk)
        return f"{status.status} {status.error} {states}\n{process.tail(self.worker.log, 60)}"
