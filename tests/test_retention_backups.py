"""Backup and restore, with a second database server: what was destroyed stays so, what lives stays."""

from __future__ import annotations

import io
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import psycopg
import pytest
from django.conf import settings
from django.core.management import CommandError, call_command

from access.models import Role
from bureaus.actions import Adopter, create_bureau
from bureaus.tenancy import in_bureau
from demo import programs, roles
from demo.embedded import Servers
from demo.places import BASE_DIR
from dossiers.models import StoredFile, StukVersion
from retention.backups.folder import DUMP, Folder
from retention.models import ProcesVerbaal
from tests.support.destroyed import cooled, run
from tests.support.people import make_member
from tests.support.retention import WORDS, ended_dossier
from tests.support.servers import DATABASE, TestServers, drop
from tests.support.spoiling import spoil
from vault import bureau_keys, cipher, keys, mirror
from vault.errors import KeyGone, Tampered
from vault.models import WrappedKey

# Two servers, and up to a dozen commands as processes of their own.
pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.timeout(900)]
LONG_AGO, LATELY = date(2019, 3, 1), date(2026, 3, 1)


class World:
    """One bureau with a dossier that is due and one that lives, and a place for backups of it."""

    def __init__(self, servers: TestServers, tmp_path: Path) -> None:
        self.servers, self.tmp, self.backups = servers, tmp_path, tmp_path / "backups"
        self.bureau = create_bureau(slug="javawest", preset="javawest", by=Adopter("platform"))
        self.directie = make_member(self.bureau, "Diana", Role.DIRECTIE)
        self.doomed = ended_dossier(self.bureau, ended=LONG_AGO)
        self.living = ended_dossier(self.bureau, ended=LATELY)
        with in_bureau(self.bureau):
            files = StoredFile.objects.filter(dossier=self.doomed)
            self.doomed_files = list(files.values_list("storage_name", flat=True))
            self.sealed = {one: raw_content(one.pk) for one in (self.doomed, self.living)}

    def environment(self, **more: str) -> dict[str, str]:
        here = {"KEYRING": str(settings.KEYRING), "MEDIA_ROOT": str(settings.MEDIA_ROOT)}
        return self.servers.environment(DATABASE) | here | more

    def backup(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """As `manage.py backup`, in this process: to start another takes longer than the backup."""
        out, command = io.StringIO(), ["backup", str(self.backups), *arguments]
        try:
            call_command(*command, stdout=out)
        except CommandError as refused:
            return subprocess.CompletedProcess(command, 1, out.getvalue(), str(refused))
        return subprocess.CompletedProcess(command, 0, out.getvalue(), "")

    def destroy(self) -> None:
        row = run(cooled(self.bureau, self.directie))
        assert row.error == ""
        with in_bureau(self.bureau):
            self.paper = ProcesVerbaal.objects.select_related("destruction_list").get(destruction_list=row)

    def newest(self) -> Path:
        return Folder(self.backups).chosen()


def raw_content(dossier_id: Any) -> tuple[str, bytes]:
    """A sealed column as it lies in the database, and the row it is bound to."""
    row = StukVersion.objects.filter(stuk__dossier_id=dossier_id).values_list("pk", "content").first()
    return str(row[0]), bytes(row[1])


def manage(*arguments: str, environment: dict[str, str], limit: str = "") -> subprocess.CompletedProcess[str]:
    command = programs.manage(*arguments)
    if limit:
        command = ["bash", "-c", f'{limit}; exec "$@"', "-", *command]
        # Half a compiled module would stay for those who come later.
        environment = {**environment, "PYTHONDONTWRITEBYTECODE": "1"}
    return subprocess.run(
        command, cwd=BASE_DIR, capture_output=True, text=True, timeout=240,
        env=programs.child_environment(environment),
    )  # fmt: skip


@pytest.fixture
def world(servers: TestServers, tmp_path: Path, settings) -> World:
    settings.KEYRING, settings.MEDIA_ROOT = tmp_path / "keyring", tmp_path / "media"
    settings.BACKUP_DATABASE_URL = servers.environment(DATABASE)["BACKUP_DATABASE_URL"]
    store = settings.STORAGES["sealed"] | {"OPTIONS": settings.STORAGES["sealed"]["OPTIONS"] | {
        "location": settings.MEDIA_ROOT}}  # fmt: skip
    settings.STORAGES = settings.STORAGES | {"sealed": store, "default": store}
    return World(servers, tmp_path)


class Second:
    """Another server, with the keyring of the first as it is when it is asked for, and no files."""

    def __init__(self, world: World, servers: Servers) -> None:
        self.world, self.servers = world, servers
        with servers.admin("postgres") as admin:
            drop(admin, roles.DATABASE)
        servers.prepare_database()
        self.keyring, self.media = world.tmp / "second-keyring", world.tmp / "second-media"

    def environment(self) -> dict[str, str]:
        return self.servers.environment() | {"KEYRING": str(self.keyring), "MEDIA_ROOT": str(self.media)}

    def take_keyring(self) -> None:
        shutil.rmtree(self.keyring, ignore_errors=True)
        shutil.copytree(settings.KEYRING, self.keyring)

    def restore(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        # What the suite adds to its database goes along in the dump; the product wipes its own alone.
        with self.servers.admin(roles.DATABASE) as admin:
            admin.execute("DROP SCHEMA IF EXISTS testing CASCADE")
        return manage("restore", str(self.world.backups), *arguments, environment=self.environment())

    def ask(self, query: str, *params: Any) -> list[tuple[Any, ...]]:
        with self.servers.admin(roles.DATABASE) as connection:
            return connection.execute(query, params).fetchall()

    def can_log_in(self) -> bool:
        try:
            psycopg.connect(self.servers.environment()["DATABASE_URL"]).close()
        except psycopg.OperationalError:
            return False
        return True

    def is_empty(self) -> bool:
        return self.ask("SELECT count(*) FROM pg_tables WHERE schemaname = 'public'") == [(0,)]

    def dossiers(self) -> set[str]:
        return {row[0] for row in self.ask("SELECT number FROM dossiers_dossier")}

    def page(self, path: str) -> str:
        """What a web process that points here answers: its status and its text."""
        script = (
            "import django; django.setup(); from django.test import Client;"
            f"answer = Client().get({path!r}, headers={{'host': 'localhost'}});"
            "print(answer.status_code, answer.content.decode())"
        )
        environment = programs.child_environment(self.environment())
        done = subprocess.run(
            [sys.executable, "-c", script], cwd=BASE_DIR, env=environment, capture_output=True, text=True,
            timeout=120,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr
        return done.stdout


@pytest.fixture(scope="module")
def other_server(tmp_path_factory) -> Iterator[Servers]:
    servers = Servers(tmp_path_factory.mktemp("second"), durable=False, say=lambda _: None)
    servers.start()
    yield servers
    servers.destroy()


@pytest.fixture
def second(world: World, other_server: Servers) -> Second:
    return Second(world, other_server)


def readable(second: Second, world: World, dossier: Any) -> bool:
    """Whether a text of this dossier opens with what lies in the second database and the keyring of after."""
    found = second.ask(
        "SELECT generation, wrapped FROM vault_wrappedkey WHERE bureau_id = %s AND subject_id = %s",
        world.bureau.pk, dossier.pk,
    )  # fmt: skip
    return any(opens(world, dossier, generation, wrapped) for generation, wrapped in found)


def opens(world: World, dossier: Any, generation: int, wrapped: bytes) -> bool:
    row, sealed = world.sealed[dossier]
    bound_to = keys.bound_to_wrapping(world.bureau.pk, dossier.pk)
    try:
        key = cipher.unseal(bureau_keys.get(world.bureau.pk, generation), wrapped, bound_to=bound_to)
    except (KeyGone, Tampered):
        return False
    place = cipher.Place(world.bureau.pk, dossier.pk, "dossiers_stukversion", "content", row)
    return WORDS.encode() in cipher.unseal(key, sealed, bound_to=place.parts())


# -- the whole way -----------------------------------------------------------------------------------------------------
@pytest.mark.article("javawest", "7")
def test_what_was_destroyed_after_a_backup_is_gone_before_anyone_can_log_in_again(world: World, second: Second) -> None:
    made = manage("backup", str(world.backups), environment=world.environment())
    assert made.returncode == 0, made.stderr
    assert "sleutelbos zit hier NIET in" in made.stdout
    old_keys = mirror.unpack(Folder(world.backups).keys.read_bytes())
    assert {one.subject_id for one in old_keys} >= {world.doomed.pk, world.living.pk}
    assert all(opens(world, one, 1, key_in(old_keys, one)) for one in (world.doomed, world.living))
    world.destroy()

    # The old dump and the old copy of the keys, with the keyring of after: dead, both of them.
    assert not any(opens(world, one, 1, key_in(old_keys, one)) for one in (world.doomed, world.living))
    second.take_keyring()
    ledger = next(second.keyring.glob("gone-*"))
    spoil(ledger, 60)
    stopped = second.restore()
    assert stopped.returncode != 0
    assert "de database blijft dicht" in stopped.stderr
    # As it is before the replay: the rows are there, nobody gets in, and only the living one opens.
    assert second.dossiers() == {world.doomed.number, world.living.number}
    assert not readable(second, world, world.doomed)
    assert readable(second, world, world.living), "by the mirror beside the keyring"
    assert not second.can_log_in()
    assert second.page("/").startswith("503 ") and "Even niet bereikbaar" in second.page("/")
    assert second.page("/readyz").startswith("503 ")
    assert second.page("/healthz").startswith("200 ")

    spoil(ledger, 60)
    done = second.restore()
    assert done.returncode == 0, done.stderr
    assert "opnieuw vernietigd: 1 dossiers" in done.stdout
    assert second.dossiers() == {world.living.number}
    assert second.can_log_in()
    assert readable(second, world, world.living)
    assert second.ask("SELECT count(*) FROM clients_client") == [(1,)]
    assert not any((second.media / name).exists() for name in world.doomed_files)
    assert len([path for path in second.media.rglob("*") if path.is_file()]) == 1, "the living one's file"
    acts = [row[0] for row in second.ask("SELECT act FROM journal_line ORDER BY seq")]
    assert acts.count("vernietiging.herhaald") == 1
    assert acts[-1] == "reservekopie.teruggezet"


def key_in(rows: list[mirror.Wrapped], dossier: Any) -> bytes:
    return next(one.wrapped for one in rows if one.subject_id == dossier.pk)


def test_the_proces_verbaal_made_since_comes_back_under_its_number_and_the_next_gets_the_next(
    world: World, second: Second
) -> None:
    assert world.backup().returncode == 0
    world.destroy()
    second.take_keyring()
    shutil.copytree(settings.MEDIA_ROOT, second.media)  # the store of files outlived the database
    done = second.restore()
    assert done.returncode == 0, done.stderr
    paper = world.paper
    there = second.ask("SELECT id, year, number, file, file_sha256, facts FROM retention_procesverbaal")
    assert there == [(paper.pk, paper.year, paper.number, paper.file, paper.file_sha256, paper.facts)]
    assert second.ask("SELECT status, manifest_sha256 FROM retention_destructionlist") == [
        ("afgerond", paper.destruction_list.manifest_sha256)
    ]
    assert second.ask("SELECT state, dossier_number FROM retention_listitem") == [("vernietigd", world.doomed.number)]
    assert second.ask("SELECT count(*) FROM vault_wrappedkey WHERE subject_id = %s", paper.pk) == [(1,)]
    script = (
        "import django; django.setup()\n"
        "from bureaus.tenancy import in_bureau; from retention.models import ProcesVerbaal\n"
        "from retention.actions.pv import fetch_paper, _next_number; from access.reach import database_now\n"
        "import hashlib\n"
        f"with in_bureau({world.bureau.pk}):\n"
        "    row = ProcesVerbaal.objects.get()\n"
        "    assert hashlib.sha256(b''.join(fetch_paper(proces_verbaal=row))).hexdigest() == row.file_sha256\n"
        "    print(_next_number(database_now())['number'])\n"
    )
    environment = programs.child_environment(second.environment())
    command = [sys.executable, "-c", script]
    asked = subprocess.run(command, cwd=BASE_DIR, env=environment, capture_output=True, text=True, timeout=120)
    assert (asked.stdout.strip(), asked.returncode) == (str(paper.number + 1), 0), asked.stderr


def test_a_second_backup_copies_only_what_is_new_and_keeps_the_latest_keys_alone(world: World) -> None:
    assert world.backup().returncode == 0
    first, folder = world.newest(), Folder(world.backups)
    copied = {path: path.stat().st_mtime_ns for path in folder.files.rglob("*") if path.is_file()}
    assert len(copied) == 2
    world.destroy()
    new = ended_dossier(world.bureau, ended=LATELY)
    assert world.backup().returncode == 0
    assert world.newest() != first
    now = {path: path.stat().st_mtime_ns for path in folder.files.rglob("*") if path.is_file()}
    assert copied.items() <= now.items()
    assert len(now) == 4, "the new one's, and the proces-verbaal"
    kept = mirror.unpack(folder.keys.read_bytes())
    assert new.pk in {one.subject_id for one in kept} and world.doomed.pk not in {one.subject_id for one in kept}
    assert mirror.that_open(kept) == sorted(kept, key=lambda one: one.generation, reverse=True)
    assert [path.name for path in folder.keys.parent.iterdir()] == ["wrapped-keys"]


def test_a_backup_past_the_term_of_the_reglement_goes_with_the_files_that_only_it_names(world: World) -> None:
    assert world.backup().returncode == 0
    old = world.newest().rename(world.backups / "sets" / "20260101T000000Z")
    world.destroy()
    again = world.backup()
    assert "20260101T000000Z" in again.stdout
    assert not old.exists()
    for name in world.doomed_files:
        assert not (world.backups / "files" / name).exists()
    assert len(Folder(world.backups).known()) == 1


def test_nothing_in_a_backup_is_for_others_and_no_word_of_a_dossier_is_in_it(world: World) -> None:
    assert manage("backup", str(world.backups), environment=world.environment(), limit="umask 0").returncode == 0
    everything = [world.backups, *world.backups.rglob("*")]
    assert [path for path in everything if path.stat().st_mode & 0o077] == []
    for path in everything:
        if path.is_file():
            assert WORDS.encode() not in path.read_bytes()
    listed = subprocess.run(
        ["sha256sum", "-c", "SHA256SUMS"], cwd=world.newest(), capture_output=True, text=True, check=True
    )
    assert listed.stdout.count("OK") == 3


def test_the_dump_has_no_row_of_the_keys(world: World, second: Second) -> None:
    assert world.backup().returncode == 0
    raw = (world.newest() / DUMP).read_bytes()
    with in_bureau(world.bureau):
        wrapped = [bytes(one) for one in WrappedKey.objects.values_list("wrapped", flat=True)]
    assert wrapped
    assert not any(one in raw or one.hex().encode() in raw for one in wrapped)


def test_the_keyring_is_copied_only_where_it_is_asked_and_never_beside_the_data(world: World) -> None:
    aside = world.tmp / "other-disk"
    assert world.backup("--keyring-to", str(aside)).returncode == 0
    assert {path.name for path in aside.iterdir()} == {path.name for path in Path(settings.KEYRING).iterdir()}
    world.destroy()
    assert world.backup("--keyring-to", str(aside)).returncode == 0
    assert not (aside / f"bureau-{world.bureau.pk}-1").exists(), "what was destroyed goes from the copy too"
    assert {path.name for path in aside.iterdir()} == {path.name for path in Path(settings.KEYRING).iterdir()}
    refused = world.backup("--keyring-to", str(world.backups / "keyring"))
    assert refused.returncode != 0
    assert "andere plaats" in refused.stderr


# -- bad input, making -------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("where", ["keyring/x", "media", ".", "media/x/y"])
def test_a_folder_in_or_around_files_or_keys_is_refused(world: World, where: str) -> None:
    world.backups = world.tmp / where
    refused = world.backup()
    assert (refused.returncode, "Kies een map op een andere plaats" in refused.stderr) == (1, True)


def test_a_folder_that_others_can_read_or_with_other_things_in_it_is_refused(world: World) -> None:
    world.backups.mkdir(mode=0o755)
    refused = world.backup()
    assert (refused.returncode, "chmod go=" in refused.stderr) == (1, True)
    world.backups.chmod(0o700)
    (world.backups / "vakantie.jpg").touch()
    refused = world.backup()
    assert (refused.returncode, "is niet leeg" in refused.stderr) == (1, True)
    assert [path.name for path in world.backups.iterdir()] == ["vakantie.jpg"]


def test_a_role_that_the_walls_bind_or_none_at_all_makes_no_backup(world: World, settings) -> None:
    given_and_said = {
        world.environment()["DATABASE_URL"]: "niet alles kan lezen",
        "": "niet ingesteld",
        "postgresql:///x?host=/nergens": "niet bereikbaar",
    }
    for given, said in given_and_said.items():
        settings.BACKUP_DATABASE_URL = given
        refused = world.backup()
        assert (refused.returncode, said in refused.stderr) == (1, True), refused.stderr
    assert Folder(world.backups).known() == []


def test_a_full_disk_leaves_no_set_and_the_earlier_ones_whole(world: World) -> None:
    assert world.backup().returncode == 0
    first = world.newest()
    stopped = manage("backup", str(world.backups), environment=world.environment(), limit="ulimit -f 8")
    assert stopped.returncode == 1
    assert "pg_dump lukte niet" in stopped.stderr
    assert os.listdir(world.backups / "sets") == [first.name]
    assert not list(world.backups.rglob("*.part"))
    assert world.backup().returncode == 0


def test_one_backup_at_a_time(world: World) -> None:
    assert world.backup().returncode == 0
    with Folder(world.backups).held():
        refused = world.backup()
    assert (refused.returncode, "al een reservekopie bezig" in refused.stderr) == (1, True)


# -- bad input, putting back -------------------------------------------------------------------------------------------
def test_a_backup_that_is_not_whole_is_told_and_nothing_is_begun(world: World, second: Second) -> None:
    assert world.backup().returncode == 0
    second.take_keyring()
    whole = world.tmp / "whole"
    shutil.copytree(world.backups, whole)
    dump, stored = world.newest() / DUMP, next(path for path in (world.backups / "files").rglob("*") if path.is_file())
    faults = {
        "veranderd of afgekapt: database.dump": lambda: os.truncate(dump, dump.stat().st_size // 2),
        "zijn veranderd of afgekapt: database.dump": lambda: spoil(dump, 3000),
        "bestanden zijn veranderd": lambda: spoil(stored, 100),
        "bestanden ontbreken": stored.unlink,
        "files.txt": (world.newest() / "files.txt").unlink,
        "SHA256SUMS van": (world.newest() / "SHA256SUMS").unlink,
        "(keys/wrapped-keys) is veranderd": lambda: spoil(world.backups / "keys" / "wrapped-keys", 100),
        "(keys/wrapped-keys) ontbreekt": (world.backups / "keys" / "wrapped-keys").unlink,
        "geen map met reservekopieën": lambda: shutil.rmtree(world.backups / "sets"),
    }
    for said, fault in faults.items():
        fault()
        refused = second.restore()
        assert (refused.returncode, said in refused.stderr) == (1, True), (said, refused.stderr)
        shutil.rmtree(world.backups)
        shutil.copytree(whole, world.backups)
    assert second.is_empty() and second.can_log_in()


def test_a_dump_that_pg_restore_can_not_read_leaves_the_database_empty_and_shut(world: World, second: Second) -> None:
    """Its checksum is right, so it was made so: only loading it tells."""
    assert world.backup().returncode == 0
    second.take_keyring()
    one = world.newest()
    os.truncate(one / DUMP, (one / DUMP).stat().st_size - 2000)
    sums = "".join(
        subprocess.run(["sha256sum", name], cwd=one, capture_output=True, text=True, check=True).stdout
        for name in ("database.dump", "files.txt", "manifest.json")
    )
    (one / "SHA256SUMS").write_text(sums)
    refused = second.restore()
    assert (refused.returncode, "blijft leeg en dicht" in refused.stderr) == (1, True), refused.stderr
    assert second.is_empty() and not second.can_log_in()


def test_only_an_empty_database_is_restored_into(world: World, second: Second) -> None:
    assert world.backup().returncode == 0
    second.take_keyring()
    environment = second.environment()
    owner = environment | {"DATABASE_URL": environment["OWNER_DATABASE_URL"]}
    assert manage("migrate", "--verbosity", "0", environment=owner).returncode == 0
    made = manage("create_bureau", "pluspunt", "--preset", "pluspunt", environment=environment)
    assert made.returncode == 0, made.stderr
    refused = second.restore()
    assert (refused.returncode, "is niet leeg" in refused.stderr) == (1, True), refused.stderr
    assert second.ask("SELECT slug FROM bureaus_bureau") == [("pluspunt",)]
    assert second.can_log_in()


def test_a_database_that_was_only_migrated_is_empty_but_not_while_somebody_is_in_it(
    world: World, second: Second
) -> None:
    assert world.backup().returncode == 0
    second.take_keyring()
    environment = second.environment()
    owner = environment | {"DATABASE_URL": environment["OWNER_DATABASE_URL"]}
    assert manage("migrate", "--verbosity", "0", environment=owner).returncode == 0
    with psycopg.connect(environment["DATABASE_URL"]):
        refused = second.restore()
    assert (refused.returncode, "Stop eerst web" in refused.stderr) == (1, True), refused.stderr
    assert second.can_log_in()
    done = second.restore()
    assert done.returncode == 0, done.stderr
    assert second.dossiers() == {world.doomed.number, world.living.number}
    assert manage("check_tenancy", environment=environment).returncode == 0
    assert manage("verify_journal", environment=environment).returncode == 0
    migrated = manage("migrate", "--check", environment=owner)
    assert migrated.returncode == 0, migrated.stdout


def test_without_the_keyring_or_with_another_one_nothing_is_begun(world: World, second: Second) -> None:
    assert world.backup().returncode == 0
    refused = second.restore()
    assert (refused.returncode, "sleutelbos past niet" in refused.stderr) == (1, True), refused.stderr
    second.take_keyring()
    spoil(second.keyring / "master", 3)
    refused = second.restore()
    assert (refused.returncode, "sleutelbos past niet" in refused.stderr) == (1, True), refused.stderr
    assert second.is_empty() and second.can_log_in()


def test_a_dossier_whose_key_is_nowhere_is_reported(world: World, second: Second) -> None:
    assert world.backup().returncode == 0
    kept = mirror.unpack(Folder(world.backups).keys.read_bytes())
    rest = [one for one in kept if one.subject_id != world.living.pk]
    Folder(world.backups).keys.write_bytes(mirror.pack(rest))
    second.take_keyring()
    done = second.restore()
    assert done.returncode == 0, done.stderr
    assert f"niet te lezen: javawest {world.living.number}." in done.stdout


def test_an_unknown_set_and_another_role_than_the_owner_are_refused(world: World, second: Second) -> None:
    assert world.backup().returncode == 0
    second.take_keyring()
    refused = second.restore("--set", "20200101T000000Z")
    assert (refused.returncode, "Er zijn: " in refused.stderr) == (1, True)
    environment = second.environment()
    environment["OWNER_DATABASE_URL"] = environment["DATABASE_URL"]
    refused = manage("restore", str(world.backups), environment=environment)
    assert (refused.returncode, "niet de eigenaar" in refused.stderr) == (1, True), refused.stderr
