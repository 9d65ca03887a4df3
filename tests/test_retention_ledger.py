"""The ledger of what was destroyed: outside the database, sealed, and enough to do it over."""

from __future__ import annotations

import uuid
from datetime import date, timedelta

import pytest

from access.reach import database_now
from bureaus.tenancy import in_bureau
from dossiers.models import Dossier
from retention import ledger
from retention.actions.pv import _next_number
from retention.actions.replaying import Replayed, replay
from retention.execution_tasks import run_bureau
from retention.models import DestructionList, ItemResult, ListItem, ListStatus, ProcesVerbaal
from tests.support.ages import forgotten, silenced
from tests.support.destroyed import cooled, run
from tests.support.retention import ended_dossier
from vault.actions import destroy_key
from vault.errors import Tampered
from vault.keyring import keyring

pytestmark = pytest.mark.django_db
LONG_AGO = date(2019, 3, 1)


@pytest.fixture
def destroyed(javawest, diana) -> tuple[Dossier, ProcesVerbaal]:
    dossier = ended_dossier(javawest, ended=LONG_AGO)
    row = run(cooled(javawest, diana))
    assert row.status == ListStatus.DONE
    with in_bureau(javawest):
        return dossier, ProcesVerbaal.objects.select_related("destruction_list").get(destruction_list=row)


def test_a_number_that_its_worker_did_not_live_to_note_is_noted_by_the_next(javawest, diana, monkeypatch):
    ended_dossier(javawest, ended=LONG_AGO, stukken=False)
    row = cooled(javawest, diana)

    def killed(_names) -> None:
        if ProcesVerbaal.objects.exists():
            raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(ledger, "_write_evidence", killed)
        with pytest.raises(KeyboardInterrupt):
            run_bureau(javawest.pk)
    with in_bureau(javawest):
        made = ProcesVerbaal.objects.get()
        rows = DestructionList.objects.filter(pk=row.pk)
        assert (rows.get().status, ledger.last_number(made.year)) == (ListStatus.DONE, 0)
        rows.update(leased_until=database_now() - timedelta(seconds=1))
    run_bureau(javawest.pk)
    with in_bureau(javawest):
        assert (rows.get().leased_until, ledger.last_number(made.year)) == (None, made.number)
        assert [one.number for one in ledger.evidence(javawest.pk)] == [f"{made.year}-{made.number:04}"]


def forget_evidence(servers, bureau) -> None:
    """As a database of the day before knows nothing of it."""
    with in_bureau(bureau):
        for paper in ProcesVerbaal.objects.all():
            destroy_key(subject_id=paper.pk)
    forgotten(servers, bureau, ProcesVerbaal, ItemResult, ListItem, DestructionList)


def test_a_list_that_was_carried_out_is_in_the_ledger_with_where_to_look(javawest, destroyed):
    dossier, paper = destroyed
    with in_bureau(javawest):
        (entry,) = ledger.entries(javawest.pk)
    assert (entry.list_id, entry.number) == (paper.destruction_list.pk, str(paper.destruction_list))
    (item,) = entry.items
    assert (item.dossier_id, item.dossier_number, item.is_whole) == (dossier.pk, dossier.number, True)
    assert item.gone["clients.Client"] == [str(dossier.client_id)]
    assert str(dossier.pk) in item.gone["vault.WrappedKey"]
    assert item.gone["storages.sealed"]


def test_no_name_and_no_number_of_it_can_be_read_in_the_keyring(javawest, destroyed):
    dossier, paper = destroyed
    ours = (f"gone-{javawest.pk}-", f"pv-{javawest.pk}-")
    notes = [keyring().get(name) for name in keyring().names() if name.startswith(ours)]
    assert len(notes) == 2
    for note in notes:
        for word in (dossier.number, str(dossier.pk), dossier.client.last_name, paper.file_sha256):
            assert word.encode() not in note


def test_writing_it_again_keeps_what_was_noted_first(javawest, destroyed):
    _, paper = destroyed
    with in_bureau(javawest):
        before = ledger.entries(javawest.pk)
        ledger.write(paper.destruction_list)
        assert ledger.entries(javawest.pk) == before
        assert before[0].items[0].gone


def test_where_nothing_came_back_nothing_is_done(javawest, destroyed):
    assert replay(javawest.pk) == Replayed()


@pytest.mark.django_db(transaction=True)
def test_lists_and_processen_verbaal_that_were_forgotten_come_back_as_they_were(servers, javawest, destroyed):
    _, paper = destroyed
    forget_evidence(servers, javawest)
    with in_bureau(javawest):
        assert _next_number(database_now())["number"] == paper.number + 1, "a number on paper is not given again"
    with silenced():  # a restore is the owner's, and writes evidence as it was
        assert replay(javawest.pk).papers == [f"{paper.year}-{paper.number:04}"]
    with in_bureau(javawest):
        there = ProcesVerbaal.objects.select_related("destruction_list").get()
        assert there.pk == paper.pk and there.facts == paper.facts
        assert there.made_at == paper.made_at
        assert there.destruction_list.finished_at == paper.destruction_list.finished_at
        assert there.destruction_list.manifest == paper.destruction_list.manifest
        assert ItemResult.objects.filter(left=0).exists()
    assert replay(javawest.pk) == Replayed()


@pytest.mark.django_db(transaction=True)
def test_where_its_approver_is_not_known_the_number_alone_stays_taken(servers, javawest, destroyed):
    _, paper = destroyed
    with in_bureau(javawest):
        name = ledger._pv_name(javawest.pk, paper.year, paper.number)
        noted = ledger._get(name)
        noted["rows"]["retention.DestructionList"][0]["approved_by_id"] = str(uuid.uuid4())
        ledger._put(name, noted)
    forget_evidence(servers, javawest)
    done = replay(javawest.pk)
    assert (done.papers, done.lost) == ([], [f"{paper.year}-{paper.number:04}"])
    with in_bureau(javawest):
        assert not DestructionList.objects.exists() and not ProcesVerbaal.objects.exists()
        assert ledger.last_number(paper.year) == paper.number
        assert ledger.last_number(paper.year - 1) == 0


def test_a_note_of_another_list_under_its_name_is_refused(javawest, destroyed):
    _, paper = destroyed
    name = ledger._pv_name(javawest.pk, paper.year, paper.number)
    keyring().replace(ledger._pv_name(javawest.pk, paper.year, paper.number + 1), keyring().get(name))
    with pytest.raises(Tampered):
        replay(javawest.pk)


def test_what_a_killed_worker_left_unnoted_is_noted_with_the_next_list(javawest, diana, destroyed):
    _, paper = destroyed
    name = ledger._pv_name(javawest.pk, paper.year, paper.number)
    keyring().destroy(name)
    ended_dossier(javawest, ended=LONG_AGO)
    run(cooled(javawest, diana))
    assert name in keyring().names()
