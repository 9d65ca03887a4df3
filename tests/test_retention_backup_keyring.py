"""The second copy of the keyring: kept when the first is lost, and never put over something else."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from retention.backups import Refused
from retention.backups.second_place import copy_keyring
from tests.support.servers import DATABASE
from vault.keyring import keyring

HELD = {"master": b"m", "index-1": b"i", "bureau-1-1": b"one", "bureau-1-2": b"two", "mirror-1": b"k"}


class Places:
    """A keyring, its copy and a folder of backups; each on a disk of its own."""

    def __init__(self, root: Path) -> None:
        self.keyring, self.copy, self.backups = root / "keyring", root / "other" / "keyring", root / "backups"
        for name, secret in HELD.items():
            keyring().put(name, secret)

    def copy_it(self) -> int:
        return copy_keyring(self.copy, self.backups)

    def copied(self) -> dict[str, bytes]:
        return {path.name: path.read_bytes() for path in self.copy.iterdir()}


@pytest.fixture
def places(tmp_path: Path, settings) -> Places:
    settings.KEYRING, settings.MEDIA_ROOT, settings.MASTER_KEY = tmp_path / "keyring", tmp_path / "media", ""
    return Places(tmp_path)


def test_what_the_keyring_lost_goes_from_the_copy_and_what_a_killed_copy_left_too(places: Places) -> None:
    assert places.copy_it() == len(HELD)
    keyring().destroy("bureau-1-1")
    (places.copy / "bureau-1-2.part").write_bytes(b"tw")
    (places.copy / "lost+found").mkdir()
    assert places.copy_it() == len(HELD) - 1
    (places.copy / "lost+found").rmdir()
    assert places.copied() == {name: secret for name, secret in HELD.items() if name != "bureau-1-1"}


@pytest.mark.parametrize("lost", ["folder", "names"])
def test_a_keyring_that_was_lost_takes_nothing_from_its_copy(places: Places, lost: str) -> None:
    places.copy_it()
    shutil.rmtree(places.keyring)
    if lost == "names":
        places.keyring.mkdir(mode=0o700)
    with pytest.raises(Refused, match="leeg of niet te vinden"):
        places.copy_it()
    assert places.copied() == HELD


@pytest.mark.parametrize("name", ["master", "index-1"])
def test_a_keyring_that_began_anew_takes_nothing_from_its_copy(places: Places, name: str) -> None:
    places.copy_it()
    keyring().destroy(name)
    for _ in ("missing", "different"):
        with pytest.raises(Refused, match=f"{name} ontbreekt of is anders"):
            places.copy_it()
        keyring().replace(name, b"another")
    assert places.copied() == HELD


def test_a_master_that_moved_to_the_environment_leaves_the_copy(places: Places, settings) -> None:
    places.copy_it()
    keyring().destroy("master")
    settings.MASTER_KEY = "elsewhere"
    assert places.copy_it() == len(HELD) - 1
    assert "master" not in places.copied()


@pytest.mark.parametrize("name", [".bashrc", "foto.jpg", "notes"])
def test_a_folder_with_something_else_in_it_is_left_as_it_was(places: Places, name: str) -> None:
    places.copy.mkdir(mode=0o700, parents=True)
    (places.copy / name).write_text("van een ander")
    with pytest.raises(Refused, match="niet van de sleutelbos"):
        places.copy_it()
    assert [path.name for path in places.copy.iterdir()] == [name]


@pytest.mark.django_db(transaction=True)
def test_a_copy_that_could_not_be_written_is_not_told_as_a_backup_that_failed(
    places: Places, servers, settings, capsys
) -> None:
    settings.BACKUP_DATABASE_URL = servers.environment(DATABASE)["BACKUP_DATABASE_URL"]
    places.copy.parent.mkdir()
    places.copy.write_text("een bestand, geen map")
    with pytest.raises(CommandError, match="De reservekopie is er, maar de sleutelbos is niet gekopieerd"):
        call_command("backup", str(places.backups), keyring_to=str(places.copy))
    assert capsys.readouterr().out.startswith("Reservekopie ")
