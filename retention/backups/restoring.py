"""Putting a backup back: checked first, loaded while nobody gets in, brought up to today, and only then opened."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from django.core.management import call_command
from django.db import connection, transaction

from bureaus.rounds import bureau_ids
from bureaus.tenancy import in_bureau
from journal.actions import record
from retention.actions.replaying import ORIGIN, Incomplete, Replayed, StillThere, replay
from retention.backups import Refused, files, folder, gate, programs
from retention.backups.folder import DUMP, FILES, MANIFEST, SUMS, Folder
from retention.backups.making import FORM
from retention.storage import NotAnswering
from vault import bureau_keys, mirror
from vault.errors import KeyGone, Tampered, VaultError
from vault.keyring import keyring
from vault.mirror import Wrapped, that_open

PUT_BACK = "reservekopie.teruggezet"
_PUT_KEYS = """INSERT INTO vault_wrappedkey (id, bureau_id, subject_id, generation, wrapped, created_at)
SELECT uuidv7(), one.bureau_id, one.subject_id, one.generation, one.wrapped, now()
FROM unnest(%s::bigint[], %s::uuid[], %s::int[], %s::bytea[]) AS one (bureau_id, subject_id, generation, wrapped)
WHERE EXISTS (SELECT FROM bureaus_bureau WHERE bureaus_bureau.id = one.bureau_id)
ON CONFLICT (bureau_id, subject_id) DO NOTHING"""
_WITHOUT_KEY = """SELECT b.slug, d.number FROM dossiers_dossier d JOIN bureaus_bureau b ON b.id = d.bureau_id
WHERE NOT EXISTS (SELECT FROM vault_wrappedkey k WHERE k.bureau_id = d.bureau_id AND k.subject_id = d.id)
ORDER BY b.slug, d.number"""


@dataclass
class Restored:
    """What was put back: from which backup, how many files and keys, what was destroyed again, what can't be read."""

    name: str
    made_at: str
    files: int = 0
    keys: int = 0
    replayed: dict[str, Replayed] = field(default_factory=dict)  # by the bureau's short name
    without_key: list[tuple[str, str]] = field(default_factory=list)  # short name, dossier number


def put_back(directory: str | Path, name: str = "", *, say: Callable[[str], object]) -> Restored:
    """Put a backup back into the owner's database, which is empty.

    Raises Refused; then the database is shut, or as it was.
    Shut it stays until everything that was destroyed since has been destroyed again. A restore that stopped can be
    begun again from the start.
    """
    come_from = Folder(directory)
    come_from.check()
    with come_from.held():
        chosen = come_from.chosen(name)
        say(f"Reservekopie {chosen.name} wordt nagekeken.")
        manifest, sums = check(come_from, chosen)
        keys = _keys(come_from)
        gate.become_owner()
        gate.check_empty()
        gate.shut()
        done = Restored(chosen.name, manifest["made_at"])
        say("De database is dicht: niemand kan inloggen tot alles klaar is.")
        try:
            _fill(come_from, chosen, keys, sums, done, say)
        except (StillThere, NotAnswering, VaultError, OSError) as error:
            raise Refused(f"Het terugzetten is gestopt en de database blijft dicht: {_why(error)}") from error
        gate.open_again()
    return done


def check(come_from: Folder, chosen: Path) -> tuple[dict[str, Any], dict[str, str]]:
    """The manifest and the names of the files, after every byte was looked at. Raises Refused."""
    own = folder.read_sums(chosen / SUMS)
    if set(own) != {DUMP, FILES, MANIFEST}:
        raise Refused(f"{SUMS} van {chosen.name} is beschadigd.")
    files.check(chosen, own)
    manifest: dict[str, Any] = json.loads((chosen / MANIFEST).read_text())
    if manifest["form"] != FORM:
        raise Refused(f"Reservekopie {chosen.name} is van een andere versie van dit programma.")
    sums = folder.read_sums(chosen / FILES)
    files.check(come_from.files, sums)
    return manifest, sums


def _fill(
    come_from: Folder, chosen: Path, keys: list[Wrapped], sums: dict[str, str], done: Restored,
    say: Callable[[str], object],
) -> None:  # fmt: skip
    _load(chosen / DUMP)
    call_command("migrate", verbosity=0, interactive=False)
    done.keys = _put_keys(keys)
    say(f"{done.keys} sleutels passen op de sleutelbos.")
    done.files = files.copy_back(come_from.files, sums)
    say(f"{done.files} bestanden teruggezet.")
    for bureau_id in bureau_ids():
        slug, again = _bring_up_to_today(bureau_id, done)
        done.replayed[slug] = again
    with connection.cursor() as cursor:
        cursor.execute(_WITHOUT_KEY)
        done.without_key = cursor.fetchall()


def _load(dump: Path) -> None:
    """All of it or nothing: a dump that can't be read to its end leaves the database empty. Raises Refused."""
    gate.wipe()
    program = programs.find("pg_restore", gate.server_version())
    options = ["--no-owner", "--single-transaction", "--exit-on-error", f"--dbname={connection.settings_dict['NAME']}"]
    connection.close()
    try:
        programs.run(program, [*options, str(dump)], gate.url())
    except Refused as refused:
        raise Refused(f"{refused} De database blijft leeg en dicht.") from None


def _bring_up_to_today(bureau_id: int, done: Restored) -> tuple[str, Replayed]:
    again = replay(bureau_id)
    with in_bureau(bureau_id, origin=ORIGIN):
        facts = {"backup": done.name, "made_at": done.made_at, "dossiers": len(again.dossiers)}
        record(act=PUT_BACK, facts=facts)
    with connection.cursor() as cursor:
        cursor.execute("SELECT slug FROM bureaus_bureau WHERE id = %s", [bureau_id])
        return cursor.fetchone()[0], again


# -- keys --------------------------------------------------------------------------------------------------------------
def _keys(come_from: Folder) -> list[Wrapped]:
    """Of each subject the newest wrapped key that opens: of the backup, or of the mirror beside the keyring.

    Raises Refused where the keyring is not there, or not the one of this backup.
    """
    try:
        names = keyring().names()
        rows = _kept(come_from.keys)
        mirrored = [int(name.removeprefix("mirror-")) for name in names if name.startswith("mirror-")]
        candidates = [*rows, *(row for bureau_id in mirrored for row in mirror.read(bureau_id))]
        usable = that_open(candidates)
        _check_bureaus({row.bureau_id for row in candidates})
    except VaultError as error:
        raise Refused(f"De sleutelbos past niet bij deze reservekopie: {_why(error)}") from error
    if candidates and not usable:
        raise Refused("Geen enkele sleutel van deze reservekopie past op de sleutelbos. Er is niets veranderd.")
    return usable


def _kept(path: Path) -> list[Wrapped]:
    try:
        return mirror.unpack(path.read_bytes())
    except FileNotFoundError:
        raise Refused("De kopie van de sleutels (keys/wrapped-keys) ontbreekt in deze map.") from None
    except Tampered:
        raise Refused("De kopie van de sleutels (keys/wrapped-keys) is veranderd of afgekapt.") from None


def _check_bureaus(bureau_ids: Iterable[int]) -> None:
    for bureau_id in bureau_ids:
        bureau_keys.get(bureau_id, bureau_keys.newest_generation(bureau_id))


@transaction.atomic
def _put_keys(rows: list[Wrapped]) -> int:
    columns = [[getattr(row, name) for row in rows] for name in Wrapped._fields]
    with connection.cursor() as cursor:
        cursor.execute(_PUT_KEYS, columns)
        return int(cursor.rowcount)


def _why(error: Exception) -> str:
    if isinstance(error, Incomplete):
        return f"{error}. Zet de sleutelbos terug van de plaats waar hij geheel is, en begin opnieuw"
    if isinstance(error, StillThere):
        return f"wat vernietigd was, staat er nog ({error})"
    if isinstance(error, KeyGone):
        return f"er ontbreekt een sleutel ({error})"
    if isinstance(error, Tampered):
        return f"een sleutel of aantekening is veranderd of van een andere sleutelbos ({error})"
    if isinstance(error, OSError):
        return f"{error.strerror or error}"
    return str(error)
