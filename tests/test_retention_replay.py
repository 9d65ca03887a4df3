"""Doing over what the ledger names, where the database put back holds more than the ledger knows."""

from __future__ import annotations

import uuid
from datetime import timedelta

import pytest
from django.utils import timezone

from access.models import Membership
from access.reach import database_now
from bureaus.tenancy import in_bureau
from clients.models import Client, Opdrachtgever, OpdrachtgeverContact
from dossiers.models import Dossier
from retention import ledger
from retention.actions import pv, replaying
from retention.actions.records import keep_by_law
from retention.actions.replaying import Incomplete, Replayed, StillThere, replay
from retention.backups.restoring import _why
from retention.management.commands.restore import _again
from retention.models import LegalRecord, ProcesVerbaal
from tests.support.ages import forgotten, silenced
from tests.support.destroyed import cooled, run
from tests.support.lists import night, overdue, people
from tests.support.people import make_bureau, make_member
from tests.support.portal import in_force_with
from tests.support.retention import ended_dossier
from vault.actions import create_key, destroy_key
from vault.files import exists_sealed
from vault.keyring import keyring
from vault.models import WrappedKey

pytestmark = pytest.mark.django_db


def noted(dossier: Dossier, **more: list[str]) -> None:
    """As a finished list left it in the ledger: this dossier went, and with it whoever `more` names."""
    keys = [str(dossier.pk), *(one for ids in more.values() for one in ids)]
    gone = {"dossiers.Dossier": [str(dossier.pk)], "clients.Traject": [str(dossier.traject_id)]}
    labels = {"client": "clients.Client", "payer": "clients.Opdrachtgever", "members": "access.Membership"}
    gone |= {labels[name]: ids for name, ids in more.items()} | {"vault.WrappedKey": keys}
    list_id = uuid.uuid4()
    item = {"dossier_id": dossier.pk, "dossier_number": dossier.number, "stuk_id": None, "record_id": None}
    told = {"list": list_id, "number": "2026-2", "noted_at": database_now(), "items": [item | {"gone": gone}]}
    ledger._put(f"gone-{dossier.bureau_id}-{list_id.hex}", told)


@pytest.fixture
def house():
    return people()


@pytest.fixture
def two(house):
    """Two dossiers of one client, who has an account, paid for by one particulier, who has one too."""
    vera, payer = make_member(house.bureau, "Vera", "client"), make_member(house.bureau, "Pim", "opdrachtgever")
    with in_bureau(house.bureau):
        client = Client.objects.create(first_name="Vera", last_name="Berg", membership=vera)
        create_key(subject_id=client.pk)
    found = [*overdue(house, 2, client=client, kind="particulier")]
    with in_bureau(house.bureau):
        paying = found[0].traject.opdrachtgever
        OpdrachtgeverContact.objects.create(opdrachtgever=paying, name="Pim", membership=payer)
    return *found, [str(client.pk)], [str(paying.pk)], [str(vera.pk), str(payer.pk)]


def left(house) -> dict[str, int]:
    with in_bureau(house.bureau):
        names = ("Vera", "Pim")
        return {
            "dossiers": Dossier.objects.count(),
            "people": Client.objects.count() + Opdrachtgever.objects.count(),
            "members": Membership.objects.filter(name__in=names).count(),
        }


def test_who_has_another_dossier_that_stands_again_stays_with_their_key(house, two):
    other, gone, client, payer, members = two
    with in_bureau(house.bureau):
        noted(gone, client=client, payer=payer, members=members)
    done = replay(house.bureau.pk)
    assert (done.dossiers, done.stay) == ([gone.number], 4)
    assert "gebleven: 4 personen of accounts" in _again("x", done)
    assert left(house) == {"dossiers": 1, "people": 2, "members": 2}
    with in_bureau(house.bureau):
        assert Dossier.objects.get().pk == other.pk
        keys = set(WrappedKey.objects.values_list("subject_id", flat=True))
        assert uuid.UUID(client[0]) in keys and other.pk in keys and gone.pk not in keys
    assert replay(house.bureau.pk).stay == 4, "a second time is no different"


def test_where_the_other_dossier_is_in_the_ledger_too_nobody_stays(house, two):
    other, gone, client, payer, members = two
    with in_bureau(house.bureau):
        noted(gone, client=client, payer=payer, members=members)
        noted(other)
    done = replay(house.bureau.pk)
    assert (sorted(done.dossiers), done.stay) == (sorted([gone.number, other.number]), 0)
    assert left(house) == {"dossiers": 0, "people": 0, "members": 0}
    with in_bureau(house.bureau):
        assert not WrappedKey.objects.filter(subject_id__in=[*client, gone.pk, other.pk]).exists()


@pytest.mark.django_db(transaction=True)
def test_an_annex_with_names_that_came_back_goes_on_its_own_day(servers, house):
    in_force_with(house.bureau, retention={"destruction": {"names_in_annex": True}})
    overdue(house)
    run(cooled(house.bureau, house.ella, night(house.bureau)[0]))
    with in_bureau(house.bureau):
        before = ProcesVerbaal.objects.get()
        assert before.annex_file and exists_sealed(before.annex_file)
        # As a database of the day before knows nothing of it.
        destroy_key(subject_id=before.pk)
    forgotten(servers, house.bureau, ProcesVerbaal)
    with silenced():  # a restore is the owner's, and writes evidence as it was
        assert replay(house.bureau.pk).papers == [f"{before.year}-{before.number:04}"]
    with in_bureau(house.bureau):
        there = ProcesVerbaal.objects.get()
        assert (there.annex_subject, there.annex_file) == (before.annex_subject, before.annex_file)
        assert pv.drop_annexes() == 0
        with silenced():
            ProcesVerbaal.objects.update(annex_until=timezone.localdate())
        assert pv.drop_annexes() == 1
    with in_bureau(house.bureau):
        assert not WrappedKey.objects.filter(subject_id=before.annex_subject).exists()
        assert not exists_sealed(before.annex_file)


# -- what the law kept -------------------------------------------------------------------------------------------------
@pytest.fixture
def kept():
    """A dossier of a bureau where the law keeps something, as it stands before it goes."""
    ended = timezone.localdate() - timedelta(days=5 * 365)
    return ended_dossier(make_bureau("werkid", "werkid"), ended=ended, stukken=False)


def note_of_record(dossier: Dossier) -> None:
    """A list by which only went what the law had kept of this dossier."""
    record_id, list_id = uuid.uuid4(), uuid.uuid4()
    item = {"dossier_id": dossier.pk, "dossier_number": dossier.number, "stuk_id": None, "record_id": record_id}
    item["gone"] = {"retention.LegalRecord": [str(record_id)], "vault.WrappedKey": [str(record_id)]}
    told = {"list": list_id, "number": "2026-1", "noted_at": database_now(), "items": [item]}
    ledger._put(f"gone-{dossier.bureau_id}-{list_id.hex}", told)


def test_what_the_law_kept_goes_again_also_where_its_dossier_was_noted_later(kept):
    with in_bureau(kept.bureau):
        note_of_record(kept)
        noted(kept)
    with silenced():  # a restore is the owner's, for whom no day is asked
        done = replay(kept.bureau_id)
    assert (done.dossiers, done.records) == ([kept.number], 1)
    with in_bureau(kept.bureau):
        assert not LegalRecord.objects.exists()


def test_a_record_of_that_dossier_under_another_id_is_found(kept):
    with in_bureau(kept.bureau):
        keep_by_law(kept)
        note_of_record(kept)
        (entry,) = ledger.entries(kept.bureau_id)
    with pytest.raises(StillThere, match=r"1 in retention\.LegalRecord"):
        replaying._look(kept.bureau_id, entry, replaying.Stays())


# -- a ledger that is not whole ----------------------------------------------------------------------------------------
@pytest.fixture
def carried(house) -> list[ProcesVerbaal]:
    """Two lists that were carried out, each with its proces-verbaal."""
    for _ in range(2):
        overdue(house)
        run(cooled(house.bureau, house.ella, night(house.bureau)[0]))
    with in_bureau(house.bureau):
        return list(ProcesVerbaal.objects.order_by("number"))


def test_a_proces_verbaal_without_the_note_of_what_went_keeps_it_shut(house, carried):
    keyring().destroy(f"gone-{house.bureau.pk}-{carried[1].destruction_list_id.hex}")
    with pytest.raises(Incomplete, match=f"van proces-verbaal {carried[1].year}-0002 ontbreekt de aantekening"):
        replay(house.bureau.pk)


@pytest.mark.django_db(transaction=True)
def test_a_number_that_is_missing_in_between_keeps_it_shut(servers, house, carried):
    first = carried[0]
    keyring().destroy(f"pv-{house.bureau.pk}-{first.year}-1")
    assert replay(house.bureau.pk) == Replayed(), "the database itself still knows it"
    forgotten(servers, house.bureau, ProcesVerbaal, only=first.pk)
    with pytest.raises(Incomplete, match=f"proces-verbaal {first.year}-0001 ontbreekt"):
        replay(house.bureau.pk)
    assert "Zet de sleutelbos terug" in _why(Incomplete("x"))
