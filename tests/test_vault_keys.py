"""Keys of dossiers: made, found again, destroyed, rewrapped; also when killed halfway."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import threading
import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from bureaus.models import Bureau
from bureaus.tenancy import NoBureau, in_bureau
from demo import programs
from journal.models import Line
from tests.support.servers import DATABASE, TestServers
from vault import actions, blind_index, bureau_keys, cipher, keys
from vault.errors import KeyExists, KeyGone, Tampered
from vault.keyring import DirectoryKeyring
from vault.models import WrappedKey

STEPS = [
    "before-put", "after-put", "before-commit", "before-mirror", "after-mirror", "before-destroy", "during-destroy",
    "after-destroy",
]  # fmt: skip


def make_bureau(slug: str) -> Bureau:
    bureau = Bureau.objects.create(legal_name=slug, slug=slug, host=f"{slug}.localhost")
    bureau_keys.start(bureau.pk)
    return bureau


@pytest.fixture(autouse=True)
def _own_keyring(tmp_path: Path, settings) -> None:
    settings.KEYRING = tmp_path / "keyring"


@pytest.fixture
def bureau(db: None) -> Bureau:
    return make_bureau("sleutels")


@pytest.fixture
def kept(transactional_db: None) -> Iterator[Bureau]:
    """A bureau whose rows are committed."""
    return make_bureau("sleutels")


def new_subject(bureau: Bureau) -> uuid.UUID:
    subject = uuid.uuid4()
    with in_bureau(bureau):
        actions.create_key(subject_id=subject)
    return subject


def key_of(bureau: Bureau, subject: uuid.UUID) -> bytes:
    with in_bureau(bureau):
        return keys.subject_key(subject).key


def test_a_key_is_found_again(bureau: Bureau) -> None:
    subject = new_subject(bureau)
    assert len(key_of(bureau, subject)) == 32
    assert key_of(bureau, subject) == key_of(bureau, subject) != key_of(bureau, new_subject(bureau))


def test_a_key_lies_wrapped_in_the_table(bureau: Bureau) -> None:
    subject = new_subject(bureau)
    with in_bureau(bureau):
        assert keys.subject_key(subject).key not in bytes(WrappedKey.objects.get().wrapped)


def test_a_key_does_not_show_itself_when_printed(bureau: Bureau) -> None:
    with in_bureau(bureau):
        actions.create_key(subject_id=(subject := uuid.uuid4()))
        assert "key=" not in repr(keys.subject_key(subject))


def test_a_subject_has_one_key(bureau: Bureau) -> None:
    subject = new_subject(bureau)
    key = key_of(bureau, subject)
    with in_bureau(bureau), pytest.raises(KeyExists):
        actions.create_keys(subject_ids=[uuid.uuid4(), subject])
    assert key_of(bureau, subject) == key
    with in_bureau(bureau):
        assert WrappedKey.objects.count() == 1


def test_without_a_bureau_there_are_no_keys(bureau: Bureau) -> None:
    for use in (lambda: keys.subject_key(uuid.uuid4()), lambda: actions.create_key(subject_id=uuid.uuid4())):
        with pytest.raises(NoBureau):
            use()


def test_another_bureau_does_not_reach_a_key(bureau: Bureau) -> None:
    subject = new_subject(bureau)
    with in_bureau(make_bureau("ander")), pytest.raises(KeyGone):
        keys.subject_key(subject)


def test_a_wrapped_key_does_not_open_for_another_subject(bureau: Bureau) -> None:
    one, other = new_subject(bureau), new_subject(bureau)
    with in_bureau(bureau):
        raw = WrappedKey.objects.get(subject_id=one).wrapped
        WrappedKey.objects.filter(subject_id=other).update(wrapped=raw)
        with pytest.raises(Tampered):
            keys.subject_key(other)


def test_a_destroyed_key_is_gone_at_once(bureau: Bureau) -> None:
    subject = new_subject(bureau)
    with in_bureau(bureau):
        keys.subject_key(subject)
        assert actions.destroy_key(subject_id=subject)
        with pytest.raises(KeyGone):
            keys.subject_key(subject)
        assert not actions.destroy_key(subject_id=subject)


def test_a_list_costs_one_query_for_all_its_keys(bureau: Bureau) -> None:
    subjects = [uuid.uuid4() for _ in range(50)]
    with in_bureau(bureau):
        actions.create_keys(subject_ids=subjects)
    with (
        in_bureau(bureau),
        CaptureQueriesContext(
            connection,
        ) as queries,
    ):
        keys.prefetch([*subjects, None])
        keys.prefetch(subjects)
        for subject in subjects:
            keys.subject_key(subject)
    assert sum("vault_wrappedkey" in query["sql"] for query in queries) == 1


def test_keys_live_no_longer_than_their_context(bureau: Bureau) -> None:
    subject = new_subject(bureau)
    with in_bureau(bureau):
        keys.subject_key(subject)
        shelf = keys._shelf.get()
        assert shelf is not None
        assert shelf.loaded
        assert shelf.bureau
    assert not shelf.loaded
    assert not shelf.bureau


def test_a_key_that_was_rolled_back_is_not_used_again(bureau: Bureau) -> None:
    """Sealing under it would lose the text."""
    subject = uuid.uuid4()
    with in_bureau(bureau):
        with pytest.raises(RuntimeError), transaction.atomic():
            actions.create_key(subject_id=subject)
            rolled_back = keys.subject_key(subject).key
            raise RuntimeError
        with pytest.raises(KeyGone):
            keys.subject_key(subject)
        actions.create_key(subject_id=subject)
        assert keys.subject_key(subject).key != rolled_back


def test_a_key_made_and_used_in_an_inner_block_stays_usable(bureau: Bureau) -> None:
    subject = uuid.uuid4()
    with in_bureau(bureau):
        with transaction.atomic():
            actions.create_key(subject_id=subject)
            key = keys.subject_key(subject).key
        assert keys.subject_key(subject).key == key


def test_the_blind_index_is_equal_for_equal_numbers_of_one_bureau_only(bureau: Bureau) -> None:
    with in_bureau(bureau):
        index = blind_index("123456782")
        assert blind_index(" 1234.56.782") == index != blind_index("111222333")
        assert len(index) == 32
    with in_bureau(make_bureau("ander")):
        assert blind_index("123456782") != index


def test_the_blind_index_survives_a_new_bureau_key(kept: Bureau) -> None:
    with in_bureau(kept):
        index = blind_index("123456782")
    actions.rotate_bureau_key(bureau=kept)
    with in_bureau(kept):
        assert blind_index("123456782") == index


def test_no_blind_index_of_what_is_no_bsn(bureau: Bureau) -> None:
    with in_bureau(bureau), pytest.raises(ValueError, match="eleven"):
        blind_index("123456789")


# -- rotation -----------------------------------------------------------------------------------------------------


def test_after_rotation_every_key_opens_and_the_old_generation_is_gone(kept: Bureau, monkeypatch) -> None:
    monkeypatch.setattr(actions, "BATCH", 7)
    subjects = [new_subject(kept) for _ in range(20)]
    before = {subject: key_of(kept, subject) for subject in subjects}
    assert actions.rotate_bureau_key(bureau=kept) == 2
    assert bureau_keys.generations(kept.pk) == [2]
    assert {subject: key_of(kept, subject) for subject in subjects} == before
    with in_bureau(kept):
        assert set(WrappedKey.objects.values_list("generation", flat=True)) == {2}


def test_rotation_leaves_other_bureaus_alone(kept: Bureau) -> None:
    other = make_bureau("ander")
    subject = new_subject(other)
    actions.rotate_bureau_key(bureau=kept)
    assert bureau_keys.generations(other.pk) == [1]
    key_of(other, subject)


def test_rotation_is_journaled_with_the_new_number_and_the_count_of_keys(kept: Bureau) -> None:
    for _ in range(3):
        new_subject(kept)
    actions.rotate_bureau_key(bureau=kept)
    with in_bureau(kept):
        line = Line.objects.get(act="sleutel.vervangen")
    assert line.facts == {"generation": 2, "keys": 3}


def test_a_rotation_that_is_rolled_back_destroys_nothing(kept: Bureau) -> None:
    subject = new_subject(kept)
    key = key_of(kept, subject)
    with pytest.raises(RuntimeError), transaction.atomic():
        actions.rotate_bureau_key(bureau=kept)
        raise RuntimeError
    assert bureau_keys.generations(kept.pk) == [1, 2]
    assert key_of(kept, subject) == key
    actions.rotate_bureau_key(bureau=kept)
    assert bureau_keys.generations(kept.pk) == [3]
    assert key_of(kept, subject) == key
    with in_bureau(kept):
        assert Line.objects.get(act="sleutel.vervangen").facts["generation"] == 3, "only what happened is journaled"


def test_one_key_that_does_not_open_stops_the_rotation(kept: Bureau) -> None:
    good, bad = new_subject(kept), new_subject(kept)
    with in_bureau(kept):
        WrappedKey.objects.filter(subject_id=bad).update(wrapped=os.urandom(65))
    key = key_of(kept, good)
    with pytest.raises(Tampered):
        actions.rotate_bureau_key(bureau=kept)
    assert key_of(kept, good) == key


def test_an_old_dump_is_dead_after_rotation_and_the_living_in_it_stay_readable(kept: Bureau) -> None:
    """Sealed values in the dump are not rewritten; the keys come from the latest-only copy."""
    living, doomed = new_subject(kept), new_subject(kept)
    place = ("stuk",)
    with in_bureau(kept):
        values = {
            subject: cipher.seal(keys.subject_key(subject).key, b"geheim", generation=1, bound_to=place)
            for subject in (living, doomed)
        }
        dump = list(WrappedKey.objects.values_list("subject_id", "generation", "wrapped"))
    with in_bureau(kept):
        actions.destroy_key(subject_id=doomed)
    actions.rotate_bureau_key(bureau=kept)

    assert cipher.unseal(key_of(kept, living), values[living], bound_to=place) == b"geheim"
    with in_bureau(kept):
        WrappedKey.objects.all().delete()
        for subject, generation, wrapped in dump:
            WrappedKey.objects.create(subject_id=subject, generation=generation, wrapped=wrapped)
    for subject in (living, doomed):
        with pytest.raises(KeyGone):
            key_of(kept, subject)


def test_a_restored_old_generation_number_does_not_revive_an_old_dump(kept: Bureau) -> None:
    """A new keyring under the old name: the old copies fail, they don't open."""
    subject = new_subject(kept)
    ring = DirectoryKeyring()
    ring.destroy(f"bureau-{kept.pk}-1")
    bureau_keys.start(kept.pk)
    with pytest.raises(Tampered):
        key_of(kept, subject)


def test_a_reader_that_meets_the_end_of_a_rotation_reads_on(kept: Bureau) -> None:
    """The row was read before, the keyring after: the row is read once more."""
    subject = new_subject(kept)
    key = key_of(kept, subject)
    with in_bureau(kept):
        keys.prefetch([subject])
        rotation = threading.Thread(target=rotate_in_thread, args=[kept])
        rotation.start()
        rotation.join(30)
        assert bureau_keys.generations(kept.pk) == [2]
        assert keys.subject_key(subject).key == key


def test_no_key_is_made_under_a_generation_that_is_about_to_go(kept: Bureau) -> None:
    with in_bureau(kept):
        actions.create_key(subject_id=(subject := uuid.uuid4()))
        rotation = threading.Thread(target=rotate_in_thread, args=[kept])
        rotation.start()
        rotation.join(0.5)
        assert rotation.is_alive(), "rotation waits for whoever is making keys"
        key = keys.subject_key(subject).key
    rotation.join(30)
    assert bureau_keys.generations(kept.pk) == [2]
    assert key_of(kept, subject) == key


def test_keys_made_during_rotations_all_open(kept: Bureau) -> None:
    subjects: list[uuid.UUID] = []

    def make() -> None:
        try:
            subjects.extend(new_subject(kept) for _ in range(40))
        finally:
            connection.close()

    makers = [threading.Thread(target=make) for _ in range(3)]
    for maker in makers:
        maker.start()
    while any(maker.is_alive() for maker in makers):
        actions.rotate_bureau_key(bureau=kept)
    actions.rotate_bureau_key(bureau=kept)
    assert len({key_of(kept, subject) for subject in subjects}) == 120
    assert len(bureau_keys.generations(kept.pk)) == 1


def rotate_in_thread(bureau: Bureau) -> None:
    try:
        actions.rotate_bureau_key(bureau=bureau)
    finally:
        connection.close()


@pytest.mark.parametrize("step", STEPS)
def test_a_rotation_killed_at_any_step_loses_nothing(kept: Bureau, servers: TestServers, step: str) -> None:
    subjects = [new_subject(kept) for _ in range(5)]
    before = {subject: key_of(kept, subject) for subject in subjects}
    assert killed_rotation(servers, step) == -signal.SIGKILL
    assert {subject: key_of(kept, subject) for subject in subjects} == before
    added = new_subject(kept)
    key = key_of(kept, added)
    call_command("rotate_keys", bureau="sleutels")
    assert len(bureau_keys.generations(kept.pk)) == 1
    assert {subject: key_of(kept, subject) for subject in subjects} == before
    assert key_of(kept, added) == key


def killed_rotation(servers: TestServers, step: str) -> int:
    """Run `rotate_keys` in a process of its own that kills itself at the step; its exit status."""
    environment = servers.environment(DATABASE) | {
        "KEYRING": str(settings.KEYRING),
        "KEYRING_CLASS": "tests.support.mortal.MortalKeyring",
        "DIE_AT": step,
    }
    script = "import sys; from tests.support.mortal import main; main()"
    done = subprocess.run(
        [sys.executable, "-c", script],
        env=programs.child_environment(environment),
        cwd=settings.BASE_DIR,
        capture_output=True,
        timeout=120,
    )
    return done.returncode


def test_rotate_keys_rotates_every_bureau(kept: Bureau, capsys: pytest.CaptureFixture[str]) -> None:
    make_bureau("ander")
    call_command("rotate_keys")
    assert capsys.readouterr().out == "ander: sleutel nummer 2\nsleutels: sleutel nummer 2\n"


def test_rotate_keys_says_which_bureau_it_does_not_know(kept: Bureau) -> None:
    with pytest.raises(CommandError, match="nergens"):
        call_command("rotate_keys", bureau="nergens")


def test_rotate_keys_says_which_bureau_has_lost_its_key(kept: Bureau) -> None:
    shutil.rmtree(settings.KEYRING)
    with pytest.raises(CommandError, match="sleutels: "):
        call_command("rotate_keys")
