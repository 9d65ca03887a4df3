"""A directory of keys: for its owner alone, nothing overwritten, nothing left."""

from __future__ import annotations

import base64
import os
import stat
from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured

from vault import bureau_keys
from vault.errors import KeyExists, KeyGone, KeyringExposed, Tampered
from vault.keyring import DirectoryKeyring, keyring
from vault.platform import seal_text, unseal_text


@pytest.fixture
def ring(tmp_path: Path, settings) -> DirectoryKeyring:
    settings.KEYRING = tmp_path / "keyring"
    return DirectoryKeyring()


def test_the_setting_chooses_the_keyring(ring: DirectoryKeyring) -> None:
    assert isinstance(keyring(), DirectoryKeyring)


def test_a_secret_comes_back_as_it_was_put(ring: DirectoryKeyring) -> None:
    ring.put("bureau-1-1", b"secret")
    assert ring.get("bureau-1-1") == b"secret"
    assert ring.names() == {"bureau-1-1"}


def test_directory_and_files_are_for_their_owner_alone(ring: DirectoryKeyring) -> None:
    before = os.umask(0)
    try:
        ring.put("bureau-1-1", b"secret")
    finally:
        os.umask(before)
    assert stat.S_IMODE(ring.directory.stat().st_mode) == 0o700
    assert [stat.S_IMODE(path.stat().st_mode) for path in ring.directory.iterdir()] == [0o600]


@pytest.mark.parametrize("mode", [0o701, 0o710, 0o750, 0o704, 0o777])
def test_a_directory_that_others_can_get_at_is_refused(ring: DirectoryKeyring, mode: int) -> None:
    ring.put("bureau-1-1", b"secret")
    ring.directory.chmod(mode)
    for use in (ring.names, lambda: ring.get("bureau-1-1"), lambda: ring.put("x", b"y"), lambda: ring.destroy("x")):
        with pytest.raises(KeyringExposed):
            use()


def test_a_file_that_others_can_read_is_refused(ring: DirectoryKeyring) -> None:
    ring.put("bureau-1-1", b"secret")
    (ring.directory / "bureau-1-1").chmod(0o640)
    with pytest.raises(KeyringExposed):
        ring.get("bureau-1-1")


def test_a_secret_is_never_overwritten(ring: DirectoryKeyring) -> None:
    ring.put("bureau-1-1", b"first")
    with pytest.raises(KeyExists):
        ring.put("bureau-1-1", b"second")
    assert ring.get("bureau-1-1") == b"first"
    assert len(list(ring.directory.iterdir())) == 1


def test_a_destroyed_secret_is_overwritten_before_its_name_goes(ring: DirectoryKeyring, tmp_path: Path) -> None:
    ring.put("bureau-1-1", b"secret")
    (tmp_path / "copy").hardlink_to(ring.directory / "bureau-1-1")
    ring.destroy("bureau-1-1")
    assert (tmp_path / "copy").read_bytes() == b""
    assert ring.names() == frozenset()
    with pytest.raises(KeyGone):
        ring.get("bureau-1-1")


def test_destroying_what_is_not_there_does_nothing(ring: DirectoryKeyring) -> None:
    ring.destroy("bureau-1-1")
    assert ring.names() == frozenset()


def test_a_secret_whose_destruction_was_cut_short_counts_as_gone(ring: DirectoryKeyring) -> None:
    ring.put("bureau-1-1", b"secret")
    (ring.directory / "bureau-1-1").write_bytes(b"")
    with pytest.raises(KeyGone):
        ring.get("bureau-1-1")
    ring.destroy("bureau-1-1")
    assert ring.names() == frozenset()


@pytest.mark.parametrize("name", ["", "../etc", "a/b", "A", ".hidden", "a\n", "x" * 101])
def test_a_name_can_not_leave_the_directory(ring: DirectoryKeyring, name: str) -> None:
    with pytest.raises(ValueError, match="small letters"):
        ring.put(name, b"secret")


def test_keys_of_bureaus_lie_wrapped_in_the_keyring(ring: DirectoryKeyring) -> None:
    bureau_keys.start(7)
    assert ring.names() == {"master", "bureau-7-1", "index-7"}
    assert bureau_keys.get(7, 1) not in b"".join(path.read_bytes() for path in ring.directory.iterdir())


def test_starting_a_bureau_twice_keeps_its_key(ring: DirectoryKeyring) -> None:
    bureau_keys.start(7)
    key = bureau_keys.get(7, 1)
    bureau_keys.start(7)
    assert bureau_keys.get(7, 1) == key
    assert bureau_keys.generations(7) == [1]


def test_a_bureau_sees_its_own_generations_only(ring: DirectoryKeyring) -> None:
    bureau_keys.start(1)
    bureau_keys.start(11)
    for _ in range(10):
        bureau_keys.add_generation(1)
    assert bureau_keys.generations(1) == list(range(1, 12))
    assert bureau_keys.generations(11) == [1]
    assert bureau_keys.newest_generation(1) == 11


def test_the_key_of_one_bureau_does_not_pass_for_another_s(ring: DirectoryKeyring) -> None:
    bureau_keys.start(1)
    bureau_keys.start(2)
    raw = ring.get("bureau-1-1")
    ring.destroy("bureau-2-1")
    ring.put("bureau-2-1", raw)
    with pytest.raises(Tampered):
        bureau_keys.get(2, 1)


def test_a_keyring_that_lost_its_master_gets_no_other_in_silence(ring: DirectoryKeyring) -> None:
    bureau_keys.start(1)
    ring.destroy("master")
    with pytest.raises(KeyGone):
        bureau_keys.start(2)


def test_a_bureau_without_a_key_has_no_newest(ring: DirectoryKeyring) -> None:
    with pytest.raises(KeyGone):
        bureau_keys.newest_generation(1)


def test_the_master_may_come_from_a_secret_outside_the_keyring(ring: DirectoryKeyring, settings) -> None:
    settings.MASTER_KEY = base64.b64encode(os.urandom(32)).decode()
    bureau_keys.start(1)
    assert ring.names() == {"bureau-1-1", "index-1"}
    settings.MASTER_KEY = base64.b64encode(os.urandom(32)).decode()
    with pytest.raises(Tampered):
        bureau_keys.get(1, 1)


@pytest.mark.parametrize("given", ["x", "geen sleutel", base64.b64encode(b"short").decode()])
def test_a_malformed_master_is_refused(ring: DirectoryKeyring, settings, given: str) -> None:
    settings.MASTER_KEY = given
    with pytest.raises(ImproperlyConfigured):
        bureau_keys.start(1)


def test_a_second_factor_is_sealed_for_its_purpose(ring: DirectoryKeyring) -> None:
    sealed = seal_text("JBSWY3DPEHPK3PXP", purpose="mfa")
    assert "JBSWY3DPEHPK3PXP" not in sealed
    assert unseal_text(sealed, purpose="mfa") == "JBSWY3DPEHPK3PXP"
    for wrong in (lambda: unseal_text(sealed, purpose="other"), lambda: unseal_text("ë?", purpose="mfa")):
        with pytest.raises(Tampered):
            wrong()
