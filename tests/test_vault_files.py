"""Sealed files: streamed, bound to name and dossier, whole or refused."""

from __future__ import annotations

import hashlib
import json
import subprocess
import sys
import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.core.files.storage import storages
from django.db import transaction
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from access.downloads import attachment
from bureaus.models import Bureau
from bureaus.tenancy import NoBureau, in_bureau
from demo import programs
from tests.support.servers import DATABASE, TestServers
from vault import actions, bureau_keys, files
from vault.errors import KeyGone, Tampered
from vault.files import CHUNK_BYTES

HEADER, SEALED_CHUNK = 21, CHUNK_BYTES + 16


@pytest.fixture
def media(tmp_path: Path, settings) -> Path:
    settings.KEYRING = tmp_path / "keyring"
    options = settings.STORAGES["sealed"]["OPTIONS"] | {"location": tmp_path / "media"}
    settings.STORAGES = settings.STORAGES | {"sealed": settings.STORAGES["sealed"] | {"OPTIONS": options}}
    return tmp_path / "media"


@pytest.fixture
def bureau(db: None, media: Path) -> Bureau:
    return make_bureau("bestanden")


def make_bureau(slug: str) -> Bureau:
    bureau = Bureau.objects.create(legal_name=slug, slug=slug, host=f"{slug}.localhost")
    bureau_keys.start(bureau.pk)
    return bureau


@pytest.fixture
def dossier(bureau: Bureau) -> Iterator[uuid.UUID]:
    with in_bureau(bureau):
        yield new_dossier()


def new_dossier() -> uuid.UUID:
    dossier = uuid.uuid4()
    actions.create_key(subject_id=dossier)
    return dossier


def save(dossier: uuid.UUID, content: bytes) -> str:
    return files.save_sealed(subject_id=dossier, chunks=[content]).name


def read(dossier: uuid.UUID, name: str) -> bytes:
    return b"".join(files.open_sealed(subject_id=dossier, name=name))


def stored(media: Path) -> list[Path]:
    return [path for path in media.rglob("*") if path.is_file()]


def pattern(size: int) -> bytes:
    return (b"Plantwoord" * (size // 10 + 1))[:size]


@pytest.mark.parametrize(
    "size", [0, 1, CHUNK_BYTES - 1, CHUNK_BYTES, CHUNK_BYTES + 1, 2 * CHUNK_BYTES, 3 * CHUNK_BYTES + 5]
)
def test_a_file_of_any_size_comes_back(dossier: uuid.UUID, media: Path, size: int) -> None:
    content = pattern(size)
    info = files.save_sealed(subject_id=dossier, chunks=[content])
    on_disk = (media / info.name).read_bytes()
    assert read(dossier, info.name) == content
    assert info.size == size
    assert info.sha256 == hashlib.sha256(on_disk).hexdigest()
    assert b"Plantwoord" not in on_disk


@hypothesis_settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(
        st.one_of(st.binary(max_size=50), st.sampled_from([b"x" * 700_000, b"y" * (CHUNK_BYTES * 2 + 3)])), max_size=6
    )
)
def test_it_does_not_matter_in_which_pieces_a_file_comes(dossier: uuid.UUID, pieces: list[bytes]) -> None:
    info = files.save_sealed(subject_id=dossier, chunks=iter(pieces))
    assert read(dossier, info.name) == b"".join(pieces)


def test_a_stored_name_tells_nothing_and_is_for_its_owner_alone(
    dossier: uuid.UUID, media: Path, bureau: Bureau
) -> None:
    name = save(dossier, b"x")
    first, second, rest = name.split("/")
    assert (first, len(second), len(rest)) == (str(bureau.pk), 2, 30)
    assert (media / name).stat().st_mode & 0o777 == 0o600
    folders = [media, *(path for path in media.rglob("*") if path.is_dir())]
    assert {path.stat().st_mode & 0o777 for path in folders} == {0o700}
    assert name != save(dossier, b"x")


def test_a_file_is_read_after_the_context_has_ended_as_a_streaming_response_does(bureau: Bureau) -> None:
    with in_bureau(bureau):
        dossier = new_dossier()
        chunks = files.open_sealed(subject_id=dossier, name=save(dossier, pattern(3 * CHUNK_BYTES)))
    assert b"".join(chunks) == pattern(3 * CHUNK_BYTES)


@pytest.mark.parametrize("read", [0, 1])
def test_a_file_that_is_not_read_to_its_end_is_closed_with_the_response(dossier: uuid.UUID, read: int) -> None:
    opened = files.open_sealed(subject_id=dossier, name=save(dossier, pattern(3 * CHUNK_BYTES)))
    answer = attachment(opened, "brief.pdf")
    for _ in range(read):
        next(iter(answer))
    for close in answer._resource_closers:  # not close(): that ends the test's own connection
        close()
    with pytest.raises(ValueError, match="closed"):
        list(opened)


@pytest.mark.parametrize("size", [0, 5, CHUNK_BYTES, 3 * CHUNK_BYTES])
def test_a_file_cut_short_anywhere_is_noticed(dossier: uuid.UUID, media: Path, size: int) -> None:
    name = save(dossier, pattern(size))
    whole = (media / name).read_bytes()
    ends = {0, 1, HEADER - 1, HEADER, HEADER + 1, len(whole) - 1, *range(HEADER, len(whole), SEALED_CHUNK)}
    for end in sorted(ends):
        (media / name).write_bytes(whole[:end])
        with pytest.raises(Tampered):
            read(dossier, name)


def test_a_file_with_something_behind_it_is_noticed(dossier: uuid.UUID, media: Path) -> None:
    for size in (0, 5, CHUNK_BYTES):
        name = save(dossier, pattern(size))
        whole = (media / name).read_bytes()
        for extra in (b"x", whole[HEADER:]):
            (media / name).write_bytes(whole + extra)
            with pytest.raises(Tampered):
                read(dossier, name)


def test_chunks_in_another_order_are_noticed(dossier: uuid.UUID, media: Path) -> None:
    name = save(dossier, pattern(3 * CHUNK_BYTES))
    whole = (media / name).read_bytes()
    parts = [whole[HEADER + n * SEALED_CHUNK : HEADER + (n + 1) * SEALED_CHUNK] for n in range(3)]
    for order in ([1, 0, 2], [0, 2, 1], [0, 0, 2], [0, 2], [1, 2], [2]):
        (media / name).write_bytes(whole[:HEADER] + b"".join(parts[n] for n in order))
        with pytest.raises(Tampered):
            read(dossier, name)


def test_a_chunk_of_another_file_of_the_same_dossier_is_noticed(dossier: uuid.UUID, media: Path) -> None:
    one, other = (save(dossier, pattern(2 * CHUNK_BYTES)) for _ in range(2))
    first, second = (media / one).read_bytes(), (media / other).read_bytes()
    (media / one).write_bytes(first[: HEADER + SEALED_CHUNK] + second[HEADER + SEALED_CHUNK :])
    with pytest.raises(Tampered):
        read(dossier, one)


def test_a_file_does_not_pass_for_another(dossier: uuid.UUID, media: Path) -> None:
    one, other = save(dossier, b"een"), save(dossier, b"twee")
    (media / one).write_bytes((media / other).read_bytes())
    with pytest.raises(Tampered):
        read(dossier, one)


@pytest.mark.parametrize("place", [0, 1, 4, 5, 20, 21, 30, -1])
def test_one_changed_bit_is_noticed(dossier: uuid.UUID, media: Path, place: int) -> None:
    name = save(dossier, b"een")
    changed = bytearray((media / name).read_bytes())
    changed[place] ^= 1
    (media / name).write_bytes(changed)
    with pytest.raises(Tampered):
        read(dossier, name)


def test_trouble_is_told_before_the_first_byte_goes_out(dossier: uuid.UUID) -> None:
    name = save(dossier, b"een")
    with pytest.raises(Tampered):
        files.open_sealed(subject_id=new_dossier(), name=name)
    with pytest.raises(FileNotFoundError):
        files.open_sealed(subject_id=dossier, name=name[:-1] + ("0" if name[-1] != "0" else "1"))
    actions.destroy_key(subject_id=dossier)
    with pytest.raises(KeyGone):
        files.open_sealed(subject_id=dossier, name=name)


def test_a_file_of_another_bureau_does_not_exist_from_here(dossier: uuid.UUID, media: Path) -> None:
    name = save(dossier, b"een")
    with in_bureau(make_bureau("ander")):
        for use in (
            lambda: files.open_sealed(subject_id=dossier, name=name),
            lambda: files.delete_sealed(name),
            lambda: files.delete_sealed_now(name),
            lambda: files.exists_sealed(name),
        ):
            with pytest.raises(KeyGone):
                use()
    assert read(dossier, name) == b"een"


@pytest.mark.parametrize("name", ["", "../../etc/passwd", "1/ab/../../x", "/etc/passwd", "1/ab/" + "g" * 30])
def test_a_name_that_is_not_ours_is_refused(dossier: uuid.UUID, name: str) -> None:
    for use in (lambda: files.open_sealed(subject_id=dossier, name=name), lambda: files.delete_sealed_now(name)):
        with pytest.raises(ValueError, match="not the name"):
            use()


def test_without_a_bureau_there_are_no_files(media: Path) -> None:
    with pytest.raises(NoBureau):
        files.save_sealed(subject_id=uuid.uuid4(), chunks=[b"x"])


def test_a_source_that_fails_halfway_leaves_nothing(dossier: uuid.UUID, media: Path) -> None:
    def failing() -> Iterator[bytes]:
        yield pattern(3 * CHUNK_BYTES)
        raise ConnectionResetError

    with pytest.raises(ConnectionResetError):
        files.save_sealed(subject_id=dossier, chunks=failing())
    assert stored(media) == []


def test_a_full_disk_leaves_nothing(dossier: uuid.UUID, media: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.fsync", full)
    with pytest.raises(OSError, match="No space"):
        files.save_sealed(subject_id=dossier, chunks=[b"x"])
    assert stored(media) == []


def test_a_file_goes_when_the_transaction_commits_and_not_before(
    dossier: uuid.UUID, django_capture_on_commit_callbacks
) -> None:
    name = save(dossier, b"een")
    with pytest.raises(RuntimeError), transaction.atomic():
        files.delete_sealed(name)
        raise RuntimeError
    assert files.exists_sealed(name)
    with django_capture_on_commit_callbacks(execute=True):
        files.delete_sealed(name)
        assert files.exists_sealed(name)
    assert not files.exists_sealed(name)


def test_deleting_twice_is_no_trouble(dossier: uuid.UUID) -> None:
    name = save(dossier, b"een")
    for _ in range(2):
        files.delete_sealed_now(name)
    assert not files.exists_sealed(name)


MEMORY = """
import json, os, sys, uuid
os.environ["DJANGO_SETTINGS_MODULE"] = "config.settings"
import django
django.setup()
from bureaus.tenancy import in_bureau
from vault import actions, files

def peak():
    # Not getrusage: its maximum survives exec and would be that of the test run.
    lines = open("/proc/self/status").read().splitlines()
    return next(int(line.split()[1]) * 1024 for line in lines if line.startswith("VmHWM:"))

def source(size):
    for _ in range(size // 65536):
        yield os.urandom(65536)

def there_and_back(size):
    info = files.save_sealed(subject_id=dossier, chunks=source(size))
    after_save = peak()
    read = sum(len(chunk) for chunk in files.open_sealed(subject_id=dossier, name=info.name))
    files.delete_sealed_now(info.name)
    return after_save, peak(), read

with in_bureau(int(sys.argv[1])):
    dossier = uuid.uuid4()
    actions.create_key(subject_id=dossier)
    there_and_back(65536)
    before = peak()
    saved, opened, read = there_and_back(200 * 1024 * 1024)
print(json.dumps({"saving": saved - before, "opening": opened - before, "read": read}))
"""


def test_200_megabytes_cost_at_most_16_of_memory(
    transactional_db: None, media: Path, servers: TestServers, settings
) -> None:
    """Measured as growth of the peak resident set (VmHWM) of a process of its own, after a small file warmed it up."""
    bureau = make_bureau("bestanden")
    environment = servers.environment(DATABASE) | {"KEYRING": str(settings.KEYRING), "MEDIA_ROOT": str(media)}
    done = subprocess.run(
        [sys.executable, "-c", MEMORY, str(bureau.pk)],
        env=programs.child_environment(environment), cwd=settings.BASE_DIR, capture_output=True, text=True, timeout=200,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    grown = json.loads(done.stdout)
    assert grown["read"] == 200 * 1024 * 1024
    assert 0 < max(grown["saving"], grown["opening"]) <= 16 * 1024 * 1024, grown


def test_the_storage_is_the_one_of_the_settings(media: Path) -> None:
    assert Path(storages["sealed"].location) == media
