"""The latest wrapped keys beside the keyring: there before an older generation goes, and worth nothing without it."""

from __future__ import annotations

import time
import uuid
from pathlib import Path

import pytest

from bureaus.models import Bureau
from bureaus.tenancy import in_bureau
from tests.test_vault_keys import key_of, make_bureau, new_subject
from vault import actions, bureau_keys, cipher, keys, mirror
from vault.errors import KeyExists, KeyGone, Tampered
from vault.keyring import DirectoryKeyring
from vault.mirror import Wrapped
from vault.models import WrappedKey


@pytest.fixture(autouse=True)
def ring(tmp_path: Path, settings) -> DirectoryKeyring:
    settings.KEYRING = tmp_path / "keyring"
    return DirectoryKeyring()


@pytest.fixture
def kept(transactional_db: None) -> Bureau:
    return make_bureau("sleutels")


def rows_of(bureau: Bureau) -> list[Wrapped]:
    with in_bureau(bureau):
        columns = WrappedKey.objects.values_list("subject_id", "generation", "wrapped")
        return [Wrapped(bureau.pk, *row) for row in columns]


def opened(row: Wrapped) -> bytes:
    wrapping = bureau_keys.get(row.bureau_id, row.generation)
    return cipher.unseal(wrapping, row.wrapped, bound_to=keys.bound_to_wrapping(row.bureau_id, row.subject_id))


def test_after_a_rotation_the_mirror_opens_every_living_key_and_no_destroyed_one(kept: Bureau) -> None:
    living, doomed = new_subject(kept), new_subject(kept)
    key, before = key_of(kept, living), rows_of(kept)
    with in_bureau(kept):
        actions.destroy_key(subject_id=doomed)
    actions.rotate_bureau_key(bureau=kept)
    there = mirror.read(kept.pk)
    assert [(one.subject_id, one.generation, opened(one)) for one in there] == [(living, 2, key)]
    assert mirror.that_open(before) == [], "what was copied before the rotation opens no more"
    assert mirror.that_open([*before, *there]) == there


def test_only_the_latest_mirror_is_kept(kept: Bureau, ring: DirectoryKeyring) -> None:
    new_subject(kept)
    actions.rotate_bureau_key(bureau=kept)
    first = mirror.read(kept.pk)
    actions.rotate_bureau_key(bureau=kept)
    assert mirror.that_open(first) == []
    assert [name for name in ring.names() if name.startswith("mirror")] == [f"mirror-{kept.pk}"]


def test_a_mirror_that_can_not_be_written_keeps_the_old_generation(kept: Bureau, monkeypatch) -> None:
    subject = new_subject(kept)
    key = key_of(kept, subject)

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(DirectoryKeyring, "replace", full)
        with pytest.raises(OSError, match="No space"):
            actions.rotate_bureau_key(bureau=kept)
    assert bureau_keys.generations(kept.pk) == [1, 2]
    assert key_of(kept, subject) == key
    actions.rotate_bureau_key(bureau=kept)
    assert bureau_keys.generations(kept.pk) == [3]
    assert len(mirror.read(kept.pk)) == 1


def test_a_note_takes_the_place_of_an_earlier_one_and_is_for_its_owner_alone(ring: DirectoryKeyring) -> None:
    ring.replace("mirror-1", b"first")
    ring.replace("mirror-1", b"second")
    assert ring.get("mirror-1") == b"second"
    assert [(path.name, path.stat().st_mode & 0o777) for path in ring.directory.iterdir()] == [("mirror-1", 0o600)]
    with pytest.raises(KeyExists):
        ring.put("mirror-1", b"a key is never put over something")


@pytest.mark.parametrize("spoil", [
    lambda raw: raw[:-1],
    lambda raw: raw[:40],
    lambda raw: raw[:0],
    lambda raw: raw[:60] + bytes([raw[60] ^ 1]) + raw[61:],
    lambda raw: raw + b"x",
])  # fmt: skip
def test_a_copy_of_the_keys_that_was_changed_or_cut_short_is_refused(spoil) -> None:
    raw = mirror.pack([Wrapped(7, uuid.uuid4(), 3, b"w" * 65) for _ in range(3)])
    assert len(mirror.unpack(raw)) == 3
    with pytest.raises(Tampered):
        mirror.unpack(spoil(raw))


def test_a_key_comes_back_under_the_newest_generation_and_not_over_another(kept: Bureau) -> None:
    subject, key = uuid.uuid4(), cipher.new_key()
    actions.rotate_bureau_key(bureau=kept)
    for given in (key, cipher.new_key()):
        with in_bureau(kept):
            actions.adopt_key(subject_id=subject, key=given)
    assert key_of(kept, subject) == key
    assert [row.generation for row in rows_of(kept)] == [2]


def test_a_bureau_without_a_mirror_has_no_keys_in_it(kept: Bureau) -> None:
    assert mirror.read(kept.pk) == []
    with pytest.raises(KeyGone):
        bureau_keys.get(kept.pk, 2)


def test_a_hundred_thousand_keys_are_mirrored_within_seconds(kept: Bureau) -> None:
    """20,000 of them, by this process's own time: the machine may have other work."""
    with in_bureau(kept):
        actions.create_keys(subject_ids=[uuid.uuid4() for _ in range(20_000)])
        begun = time.process_time()
        assert mirror.write(kept.pk) == 20_000
        assert (time.process_time() - begun) * 5 < 2
