"""Loads the generated people in bulk: forty clients or a million, in the same memory.

A bureau is made in one transaction (house.open_house), then each batch of clients in one of its own: rows, keys,
grants and journal lines together, or none of them. A load that was killed is completed by the next one: it looks up
which BSNs of a batch are there already (by blind index) and makes the others. What a killed batch leaves are sealed
files that no row names; under a key that was rolled back nobody can open them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db import models

from access.models import DossierGrant, Membership
from bureaus import reglement
from bureaus.schema import Rules
from clients.models import Appointment, Client, ContactPerson, Gemachtigde, Traject, TrajectPhase
from demo.people import dossier_rows, grant_rows, handed_rows, journal_rows, rows, shapes
from demo.people.doors import first_day
from demo.people.files import contents
from demo.people.generate import case
from demo.people.house import House, at_work, open_house
from demo.people.numbers import bsn_of
from demo.people.places import SLUGS
from demo.people.scenarios import STAR
from dossiers.models import Dossier, Draft, ReadMark, Release, StoredFile, Stuk, StukVersion
from journal.models import Line
from retention.models import Transfer
from vault import keys
from vault.actions import create_keys
from vault.bsn import blind_index
from vault.files import delete_sealed_now, save_sealed

CLIENTS_PER_BATCH = 100
ROWS_PER_INSERT = 500
# In the order in which the one needs the other; what points the other way is checked at the commit.
ORDER: tuple[type[models.Model], ...] = (
    Client, ContactPerson, Gemachtigde, Traject, TrajectPhase, Appointment, Dossier, DossierGrant, Stuk, StukVersion,
    Draft, StoredFile, Release, ReadMark, Transfer, Line,
)  # fmt: skip


@dataclass
class Batch:
    """The rows of one transaction."""

    house: House
    rules: Rules
    rows: dict[type[models.Model], list[Any]] = field(default_factory=lambda: {model: [] for model in ORDER})
    files: list[tuple[Stuk, shapes.FileSpec]] = field(default_factory=list)

    def add(self, *made: models.Model) -> None:
        for row in made:
            self.rows[type(row)].append(row)


def load_bureau(slug: str, *, seed: int, clients: int, today: date, files: bool = True) -> int:
    """Load what of a bureau's first `clients` clients is not there yet; how many were made.

    Without `files` it takes a fifth of the time: laying out the PDFs costs most. Raises house.OtherDemo,
    accounts.DemoOnly.
    """
    house, made = open_house(slug, seed=seed, today=today, files=files), 0
    for start in range(0, clients, CLIENTS_PER_BATCH):
        with at_work(house.bureau):
            made += load_cases(house, _missing(house, range(start, min(start + CLIENTS_PER_BATCH, clients))))
    if clients:  # also where an earlier run was stopped between its last batch and this
        first_day(house)
    return made


def load_cases(house: House, cases: Iterable[shapes.Case]) -> int:
    """Insert these clients with all that hangs on them; in the bureau's context and a transaction that is open."""
    batch, count = Batch(house, reglement.in_force()), 0
    for each in cases:
        _add_client(batch, each)
        count += 1
    if count:
        _save(batch)
    return count


def _missing(house: House, indexes: range) -> Iterator[shapes.Case]:
    """The clients of this stretch that no earlier run has made."""
    place = SLUGS.index(house.slug)
    wanted = {blind_index(bsn_of(place, index)): index for index in indexes}
    there = {
        bytes(known) for known in Client.objects.filter(bsn_index__in=list(wanted)).values_list("bsn_index", flat=True)
    }
    for known, index in wanted.items():
        if known not in there:
            yield case(house.seed, house.slug, index, house.today, house.shapes)


def _add_client(batch: Batch, one: shapes.Case) -> None:
    row = rows.client(one.person)
    if one.person.index == STAR:
        row.membership = batch.house.client
        row.email = batch.house.client.user.email
    batch.add(row, *rows.around(row, one.person))
    for each in one.trajecten:
        _add_traject(batch, row, each, one.person.index)


def _add_traject(batch: Batch, client: Client, one: shapes.Traject, index: int) -> None:
    house = batch.house
    handler = rows.handler_of(one, house.staff)
    row = rows.traject(client, one, house.payers, handler)
    row.second_coach = rows.second_coach_of(one, house.staff, index)
    batch.add(row, *rows.phases(row, one))
    meetings = list(rows.appointments(row, one, handler))
    batch.add(*(meeting for _, meeting in meetings))
    home = dossier_rows.dossier(row, one, dossier_rows.number(house.seed, house.slug, one.key), house.today)
    cast = dossier_rows.Cast(house.staff, handler, client.membership, _contact_of(row))
    made = dossier_rows.written(home, one, cast, batch.rules, meetings)
    batch.add(home, *made.stukken.values(), *made.versions, *made.drafts, *made.releases, *made.marks)
    batch.add(*journal_rows.lines_of(home, made, handler), *handed_rows.handed(home, batch.rules, handler))
    batch.files += made.files if house.files else []
    for one_wanted in grant_rows.wanted(row, home, batch.rules, house.roles):
        given = grant_rows.grants(home, one_wanted, home.opened_at)
        batch.add(*given, journal_rows.line_of_grant(home, one_wanted, given, handler))


def _contact_of(row: Traject) -> Membership | None:
    return row.contact.membership if row.contact else None


def _save(batch: Batch) -> None:
    _free_numbers(batch)
    subjects = [row.pk for model in (Client, Dossier) for row in batch.rows[model]]
    create_keys(subject_ids=subjects)
    keys.prefetch(subjects)
    with _stored(batch) as files:
        batch.add(*files)
        for model in ORDER:
            model._base_manager.bulk_create(batch.rows[model], batch_size=ROWS_PER_INSERT)


def _free_numbers(batch: Batch) -> None:
    """Draw again, from the same seed, where a number is taken: among a million that happens."""
    homes: list[Dossier] = batch.rows[Dossier]
    taken = set(Dossier.objects.filter(number__in=[home.number for home in homes]).values_list("number", flat=True))
    for home in homes:
        attempt = 0
        while home.number in taken:
            attempt += 1
            home.number = dossier_rows.number(batch.house.seed, batch.house.slug, home.number, attempt)
        taken.add(home.number)


@contextmanager
def _stored(batch: Batch) -> Iterator[list[StoredFile]]:
    """The batch's files, sealed and stored; taken away again where the batch fails."""
    done: list[StoredFile] = []
    try:
        for (stuk, spec), plain in zip(batch.files, contents([spec for _, spec in batch.files]), strict=True):
            done.append(_seal(stuk, spec, plain))
        yield done
    except BaseException:
        for row in done:
            delete_sealed_now(row.storage_name)
        raise


def _seal(stuk: Stuk, spec: shapes.FileSpec, plain: bytes) -> StoredFile:
    info = save_sealed(subject_id=stuk.dossier_id, chunks=[plain])
    return StoredFile(
        stuk=stuk,
        dossier=stuk.dossier,
        filename=spec.name,
        content_type=spec.content_type,
        size=info.size,
        storage_name=info.name,
        sha256=info.sha256,
        added_by_name=stuk.author_name,
        added_at=stuk.created_at,
    )
