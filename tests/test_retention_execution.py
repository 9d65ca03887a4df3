"""Carrying out a destruction list: what goes, what stays, and that every step tells the truth."""

from __future__ import annotations

import re
import time
from datetime import date, timedelta
from types import SimpleNamespace

import pytest
from django.core.exceptions import PermissionDenied
from django.utils import timezone

from access.models import EndedGrant, Invitation, Mail, Membership, User
from access.rules import RuleBroken
from bureaus import registry
from bureaus.registry import Keeping
from bureaus.reglement import in_force
from bureaus.schema import DataClass
from bureaus.tenancy import in_bureau
from clients.models import Client, Gemachtigde, Opdrachtgever, Traject
from dossiers.models import Dossier, StoredFile, Stuk, Tombstone
from journal.models import Line
from retention import erasing, pv_words, storage
from retention.actions import agree_term, execution, list_changes, lists
from retention.actions.holds import place_hold
from retention.models import (
    KEYS,
    Certificate,
    DestructionList,
    HoldKind,
    ItemResult,
    ItemState,
    LegalRecord,
    ListItem,
    ListStatus,
    PaperFile,
    ProcesVerbaal,
)
from tests.support.ages import silenced
from tests.support.destroyed import cooled, erased_only, item_of, run
from tests.support.faults import clock_ahead, files_at_most, store_that
from tests.support.people import acting, make_bureau, make_member
from tests.support.retention import ended_dossier
from vault.actions import create_key
from vault.files import exists_sealed
from vault.models import WrappedKey

pytestmark = pytest.mark.django_db
LONG_AGO = date(2016, 3, 1)  # past the seven years of what the law keeps, too
RECENT = date(timezone.localdate().year - 6, 3, 1)  # past five years, not past seven


def house_of(preset: str) -> SimpleNamespace:
    bureau = make_bureau(preset, preset)
    return SimpleNamespace(bureau=bureau, diana=make_member(bureau, "Diana", "directie"))


def states(row: DestructionList) -> dict[str, str]:
    with in_bureau(row.bureau_id):
        return dict(ListItem.objects.filter(destruction_list=row).values_list("dossier_number", "state"))


def words_of(row: DestructionList) -> dict[str, str]:
    """What its proces-verbaal says, by its labels."""
    with in_bureau(row.bureau_id):
        facts = ProcesVerbaal.objects.get(destruction_list=row).facts
    return {line[0]: line[1] for section in pv_words.sections(facts) for line in section.rows}


# -- what goes ---------------------------------------------------------------------------------------------------------
def test_every_table_that_hangs_on_a_dossier_or_its_client_is_taken_along():
    """One that comes later and that no foreign key ties to them fails here."""
    reached = {part.label for root in ("dossiers.Dossier", "clients.Traject", "clients.Client")
               for part in erasing.parts(root)}  # fmt: skip
    reached |= {"dossiers.Dossier", "clients.Traject", "clients.Client", KEYS}
    hanging = {label for label, one in registry.models().items() if one.keeping in erasing.HANGING}
    assert hanging == reached


def test_every_table_of_accounts_is_known_to_what_forgets_one():
    known = {
        "access.User", "access.User_groups", "access.User_user_permissions", "access.Membership", "access.Invitation",
        "access.Mail", "access.Declaration", "access.FactorReset", "account.EmailAddress", "account.EmailConfirmation",
        "mfa.Authenticator", "usersessions.UserSession", "access.CalendarLink", "guardian.UserObjectPermission",
        "clients.OpdrachtgeverContact",
    }  # fmt: skip
    assert {label for label, one in registry.models().items() if one.keeping == Keeping.ACCOUNT} == known


@pytest.mark.article("javawest", "7")
def test_a_dossier_whose_term_has_passed_goes_whole_and_the_proces_verbaal_is_there(javawest, diana):
    dossier = ended_dossier(javawest, ended=LONG_AGO)
    with in_bureau(javawest):
        names = list(StoredFile.objects.filter(dossier=dossier).values_list("storage_name", flat=True))
        assert names and all(exists_sealed(name) for name in names)
    row = run(cooled(javawest, diana))
    assert (row.status, row.error) == (ListStatus.DONE, "")
    item = item_of(dossier)
    assert (item.state, item.files, item.gone) == (ItemState.DESTROYED, [], {})
    with in_bureau(javawest):
        assert not Dossier.objects.exists() and not Stuk.objects.exists() and not Traject.objects.exists()
        assert not Client.objects.exists()
        assert not any(exists_sealed(name) for name in names)
        assert not WrappedKey.objects.filter(subject_id__in=[dossier.pk, dossier.client_id]).exists()
        assert ProcesVerbaal.objects.get().destruction_list == row
        results = {one.store: (one.removed, one.left) for one in ItemResult.objects.all()}
        assert results["dossiers.Stuk"] == (2, 0)
        assert results["storages.sealed"] == (len(names), 0)
        assert results["vault.WrappedKey"][0] >= 1
        assert results["zoeken"] == (0, 0)
        assert not LegalRecord.objects.exists()
        assert Line.objects.filter(act="dossier.vernietigd", dossier_number=dossier.number).count() == 1
        # Who could see it is accounted for; by what was typed it is not.
        assert EndedGrant.objects.filter(dossier_id=dossier.pk).exists()
        assert set(EndedGrant.objects.values_list("reason", "end_reason")) == {("", "")}


def test_the_client_goes_with_the_last_dossier_and_not_before(javawest, diana, charlie):
    with in_bureau(javawest):
        client = Client.objects.create(first_name="Charlie", last_name="Weg", membership=charlie, email="c@thuis.test")
        gerda = make_member(javawest, "Gerda", "gemachtigde")
        Gemachtigde.objects.create(client=client, name="Gerda", scope="alles", valid_from=LONG_AGO, membership=gerda)
        Mail.objects.create(to="C@thuis.test", kind="x", once_key="x")
        Invitation.objects.create(
            email="c@thuis.test", name="Charlie", roles=["client"], subject_id=client.pk, token_hash="x",
            expires_at=timezone.now(),
        )  # fmt: skip
    first = ended_dossier(javawest, ended=LONG_AGO, client=client, stukken=False)
    second = ended_dossier(javawest, ended=timezone.localdate() - timedelta(days=30), client=client, stukken=False)
    run(cooled(javawest, diana))
    with in_bureau(javawest):
        assert not Dossier.objects.filter(pk=first.pk).exists()
        assert Client.objects.get().membership_id == charlie.pk
        Traject.objects.filter(pk=second.traject_id).update(traject_ended_on=LONG_AGO)
        from retention.actions import refresh_whole_bureau

        refresh_whole_bureau(javawest.pk)
        with silenced():
            DestructionList.objects.update(reference_date=LONG_AGO)
    row = run(cooled(javawest, diana))
    assert states(row) == {second.number: ItemState.DESTROYED}
    with in_bureau(javawest):
        assert not Client.objects.exists() and not Gemachtigde.objects.exists() and not Invitation.objects.exists()
        assert not Membership.objects.filter(pk__in=[charlie.pk, gerda.pk]).exists()
        assert not Mail.objects.filter(to__iexact="c@thuis.test").exists()
    assert not User.objects.filter(pk__in=[charlie.user_id, gerda.user_id]).exists()
    assert User.objects.filter(pk=diana.user_id).exists()


def test_a_login_that_another_bureau_has_too_stays_there(javawest, diana, charlie):
    other = make_bureau("werkid", "werkid")
    there = make_member(other, "Charlie", "client", email=charlie.user.email)
    with in_bureau(javawest):
        client = Client.objects.create(first_name="Charlie", last_name="Weg", membership=charlie)
    ended_dossier(javawest, ended=LONG_AGO, client=client, stukken=False)
    run(cooled(javawest, diana))
    with in_bureau(javawest):
        assert not Membership.objects.filter(user_id=charlie.user_id).exists()
    with in_bureau(other):
        assert Membership.objects.get(pk=there.pk).user.email == charlie.user.email


def test_a_particulier_who_paid_goes_with_the_last_traject_that_they_paid_for(javawest, diana):
    ended_dossier(javawest, ended=LONG_AGO, kind="particulier", stukken=False)
    ended_dossier(javawest, ended=LONG_AGO, kind="uwv", stukken=False)
    run(cooled(javawest, diana))
    with in_bureau(javawest):
        assert list(Opdrachtgever.objects.values_list("kind", flat=True)) == ["uwv"]


# -- what the law keeps ------------------------------------------------------------------------------------------------
def test_what_the_law_keeps_stays_as_a_few_fields_and_goes_by_its_own_list(javawest, diana):
    dossier = ended_dossier(javawest, ended=RECENT, ordernummer="O-77")
    run(cooled(javawest, diana))
    with in_bureau(javawest):
        record = LegalRecord.objects.get(dossier_id=dossier.pk)
        assert set(record.content) == {"opdrachtgever", "ordernummer", "kind", "registered_on", "ended_on", "hours"}
        assert record.content["ordernummer"] == "O-77"
        assert record.due_on == RECENT.replace(year=RECENT.year + 7)
        assert item_of(dossier).retained[0]["until"] == record.due_on.isoformat()
        with silenced():
            LegalRecord.objects.update(due_on=LONG_AGO)
            DestructionList.objects.update(reference_date=LONG_AGO)
    row = run(cooled(javawest, diana))
    assert row.status == ListStatus.DONE
    with in_bureau(javawest):
        assert not LegalRecord.objects.exists()
        assert not WrappedKey.objects.filter(subject_id=record.pk).exists()


@pytest.mark.article("jmwerkt", "8.1.2")
def test_two_years_for_the_dossier_and_ten_for_what_the_law_asks():
    house = house_of("jmwerkt")
    ended = date(timezone.localdate().year - 3, 1, 1)
    dossier = ended_dossier(house.bureau, ended=ended, contract_ended_on=ended)
    run(cooled(house.bureau, house.diana))
    with in_bureau(house.bureau):
        assert not Dossier.objects.filter(pk=dossier.pk).exists()
        assert LegalRecord.objects.get(dossier_id=dossier.pk).due_on == date(ended.year + 10, 1, 1)


@pytest.mark.article("jmwerkt", "6.1.4")
def test_one_stuk_goes_and_it_stands_there_that_it_was_deleted_at_the_persons_request():
    house = house_of("jmwerkt")
    today = timezone.localdate()
    dossier = ended_dossier(house.bureau, ended=today)
    with in_bureau(house.bureau):
        stuk, other = Stuk.objects.filter(dossier=dossier).order_by("kind")
        names = list(StoredFile.objects.filter(stuk=stuk).values_list("storage_name", flat=True))
    with acting(house.diana):
        made = lists.propose_stuk(stuk=stuk, by=house.diana, source="verzoek 1")
    ella = make_member(house.bureau, "Ella", "directie")
    row = run(cooled(house.bureau, ella, made))
    assert row.status == ListStatus.DONE, row.error
    with in_bureau(house.bureau):
        assert [one.pk for one in Stuk.objects.filter(dossier=dossier)] == [other.pk]
        tombstone = Tombstone.objects.get(dossier=dossier)
        assert (tombstone.stuk_id, timezone.localdate(tombstone.removed_at)) == (stuk.pk, today)
        assert not any(exists_sealed(name) for name in names)
        assert WrappedKey.objects.filter(subject_id=dossier.pk).exists(), "the dossier lives on"
    assert row.generation is None
    said = words_of(row)
    assert "geen sleutel vernietigd: het dossier blijft, en zijn sleutel ook" in said["Werkwijze"]
    assert "de sleutel van ieder dossier" not in said["Werkwijze"] and "generatie" not in said["Werkwijze"]
    assert "Tot die dag is het stuk daarin nog te lezen" in said["Reservekopieën"]
    assert "niet meer te lezen" not in said["Reservekopieën"]
    assert said["Sleutels"] == "0"


@pytest.mark.article("javawest", "7")
def test_of_a_whole_dossier_the_words_claim_no_more_than_that_texts_and_files_cannot_be_read(javawest, diana):
    ended_dossier(javawest, ended=LONG_AGO)
    row = run(cooled(javawest, diana))
    said = words_of(row)
    assert "de sleutel van ieder dossier is vernietigd" in said["Werkwijze"]
    assert f"vervangen (generatie {row.generation})" in said["Werkwijze"]
    assert "zijn de teksten en bestanden daarin nu al niet meer te lezen" in said["Reservekopieën"]


# -- what keeps --------------------------------------------------------------------------------------------------------
def test_a_hold_placed_a_moment_before_keeps_the_dossier_whole(javawest, diana):
    kept, gone = (ended_dossier(javawest, ended=LONG_AGO) for _ in range(2))
    row = cooled(javawest, diana)
    with in_bureau(javawest):
        soon = timezone.localdate() + timedelta(days=30)
        place_hold(dossier=kept, by=None, kind=HoldKind.LAWSUIT, reason="zaak", source="x", review_on=soon)
    row = run(row)
    assert states(row) == {kept.number: ItemState.KEPT, gone.number: ItemState.DESTROYED}
    assert (row.status, item_of(kept).kept_because) == (ListStatus.DONE, "rechtszaak")
    with in_bureau(javawest):
        assert Stuk.objects.filter(dossier=kept).count() == 2
        assert WrappedKey.objects.filter(subject_id=kept.pk).exists()


def test_a_trigger_that_moved_back_keeps_it_and_a_list_of_which_nothing_went_makes_no_paper(javawest, diana):
    dossier = ended_dossier(javawest, ended=LONG_AGO, stukken=False)
    row = cooled(javawest, diana)
    with in_bureau(javawest):
        Traject.objects.filter(pk=dossier.traject_id).update(traject_ended_on=timezone.localdate())
    row = run(row)
    assert (item_of(dossier).state, item_of(dossier).kept_because) == (ItemState.KEPT, "datum")
    assert row.status == ListStatus.CANCELLED
    assert "niets vernietigd" in row.error
    with in_bureau(javawest):
        assert Dossier.objects.filter(pk=dossier.pk).exists()
        assert not ProcesVerbaal.objects.exists()


def test_before_the_cooling_off_period_has_passed_nothing_is_touched(javawest, diana):
    from tests.support.destroyed import approved, due_list

    dossier = ended_dossier(javawest, ended=LONG_AGO, stukken=False)
    row = run(approved(due_list(javawest), diana))
    assert (row.status, item_of(dossier).state) == (ListStatus.APPROVED, ItemState.OPEN)


# -- what goes wrong ---------------------------------------------------------------------------------------------------
def test_where_storage_does_not_answer_that_dossier_stops_whole_and_can_be_tried_again(javawest, diana):
    with_files, without = (
        ended_dossier(javawest, ended=LONG_AGO),
        ended_dossier(javawest, ended=LONG_AGO, stukken=False),
    )
    row = cooled(javawest, diana)
    with store_that(silent=True):
        row = run(row)
    assert states(row) == {with_files.number: ItemState.FAILED, without.number: ItemState.CLEARED}
    assert row.status == ListStatus.RUNNING
    failed = item_of(with_files)
    assert "opslag" in failed.error
    with in_bureau(javawest):
        assert Stuk.objects.filter(dossier=with_files).count() == 2
    with acting(diana):
        again = list_changes.retry_item(item=failed, by=diana)
        assert again.state == ItemState.OPEN
        assert list_changes.retry_item(item=failed, by=diana).state == ItemState.OPEN, "a double click is one act"
    row = run(row)
    assert (row.status, item_of(with_files).state) == (ListStatus.DONE, ItemState.DESTROYED)


def test_a_file_that_stays_stops_the_item_after_its_rows_and_it_goes_on_from_there(javawest, diana):
    dossier = ended_dossier(javawest, ended=LONG_AGO)
    row = cooled(javawest, diana)
    with store_that(keeps=True):
        row = run(row)
    failed = item_of(dossier)
    assert (failed.state, bool(failed.erased_at), len(failed.files)) == (ItemState.FAILED, True, 1)
    with in_bureau(javawest):
        assert not Dossier.objects.exists()
    with acting(diana):
        assert list_changes.retry_item(item=failed, by=diana).state == ItemState.ERASED
    assert run(row).status == ListStatus.DONE


def test_slow_storage_counts_as_none(javawest, monkeypatch):
    dossier = ended_dossier(javawest, ended=LONG_AGO)
    monkeypatch.setattr(storage, "SLOW", 0.05)
    with in_bureau(javawest), store_that(slow=0.1), pytest.raises(storage.NotAnswering, match="te traag"):
        storage.check_answers(StoredFile.objects.filter(dossier=dossier).values_list("storage_name", flat=True))


def test_a_clock_that_is_off_stops_the_run_and_the_list_says_so(javawest, diana, monkeypatch):
    dossier = ended_dossier(javawest, ended=LONG_AGO, stukken=False)
    row = cooled(javawest, diana)
    begun = time.monotonic()
    with clock_ahead(90, monkeypatch):
        row = run(row)
    took = time.monotonic() - begun
    assert (row.status, row.started_at, item_of(dossier).state) == (ListStatus.APPROVED, None, ItemState.OPEN)
    said = re.search(r"loopt (\d+) seconden voor", row.error)
    assert said and 89 - took <= int(said[1]) <= 90, row.error  # less what it took to ask the database for its time
    row = run(row)
    assert (row.status, row.error) == (ListStatus.DONE, "")


def test_a_clock_that_is_right_again_is_named_no_more_on_a_list_that_goes_on(javawest, diana, monkeypatch):
    ended_dossier(javawest, ended=LONG_AGO, stukken=False)
    row = cooled(javawest, diana)
    with in_bureau(javawest):
        execution.begin_ready()
        row.items.update(state=ItemState.FAILED)
    with clock_ahead(90, monkeypatch):
        assert run(row).error.startswith("De klok van deze machine loopt")
    row = run(row)
    assert (row.status, row.error) == (ListStatus.RUNNING, "")


def test_a_full_disk_at_the_paper_uses_no_number_and_is_tried_again(javawest, diana):
    dossier = ended_dossier(javawest, ended=LONG_AGO, stukken=False)
    row = cooled(javawest, diana)
    with files_at_most(8_192):
        row = run(row)
    assert (row.status, item_of(dossier).state) == (ListStatus.RUNNING, ItemState.CLEARED)
    assert "proces-verbaal kon niet worden geschreven" in row.error
    with in_bureau(javawest):
        assert not ProcesVerbaal.objects.exists()
        DestructionList.objects.update(leased_until=None)
    row = run(row)
    assert (row.status, row.error) == (ListStatus.DONE, "")
    with in_bureau(javawest):
        assert [one.number for one in ProcesVerbaal.objects.all()] == [1]


def test_what_is_found_when_looking_afterwards_is_no_destruction(javawest, diana):
    dossier = ended_dossier(javawest, ended=LONG_AGO, stukken=False)
    row = cooled(javawest, diana)
    erased_only(row)
    with in_bureau(javawest):
        create_key(subject_id=dossier.pk)
    row = run(row)
    assert row.status == ListStatus.RUNNING
    assert (item_of(dossier).state, "vault.WrappedKey" in item_of(dossier).error) == (ItemState.FAILED, True)


@pytest.mark.article("pluspunt", "3.5")
def test_paper_waits_for_the_certificate_of_the_recognised_company():
    house = house_of("pluspunt")
    dossier = ended_dossier(house.bureau, ended=LONG_AGO, stukken=False)
    with in_bureau(house.bureau):
        PaperFile.objects.create(dossier=dossier, place="Kast 3", noted_by_name="x")
    row = run(cooled(house.bureau, house.diana))
    assert (row.status, item_of(dossier).state) == (ListStatus.PAPER, ItemState.CLEARED)
    assert run(row).status == ListStatus.PAPER
    with in_bureau(house.bureau):
        assert not ProcesVerbaal.objects.exists()
        Certificate.objects.create(
            destruction_list=row, company="Papierweg BV", reference="77", destroyed_on=timezone.localdate(), file="1/a",
            file_size=1, file_sha256="0" * 64, content_type="application/pdf", added_by_name="x",
        )  # fmt: skip
    row = run(row)
    assert (row.status, item_of(dossier).state) == (ListStatus.DONE, ItemState.DESTROYED)


def on_paper(house: SimpleNamespace, **agreed) -> DestructionList:
    """A list that was run, of a dossier on paper; of its traject something was agreed beforehand."""
    dossier = ended_dossier(house.bureau, ended=LONG_AGO, stukken=False)
    with in_bureau(house.bureau):
        PaperFile.objects.create(dossier=dossier, place="Kast 3", noted_by_name="x")
        traject, rule = Traject.objects.get(pk=dossier.traject_id), in_force().retention.rule(DataClass.DOSSIER)
    terms = {"data_class": "dossier", "term": "P2Y", "trigger": rule.trigger, "basis": "contract 12, artikel 4"}
    with acting(house.diana):
        agree_term(by=house.diana, traject=traject, **terms | agreed)
    return cooled(house.bureau, house.diana)


@pytest.mark.article("pluspunt", "3.5")
@pytest.mark.parametrize("preset", ["javawest", "pluspunt"])
@pytest.mark.parametrize(("action", "waits"), [("destroy_pv_certificate", True), ("destroy_pv", False)])
def test_paper_waits_for_a_certificate_by_what_was_agreed_for_that_dossier(preset, action, waits):
    row = on_paper(house_of(preset), action=action)
    assert run(row).status == (ListStatus.PAPER if waits else ListStatus.DONE)


@pytest.mark.parametrize(("preset", "waits"), [("javawest", False), ("pluspunt", True)])
def test_paper_on_a_list_of_before_its_end_was_noted_waits_by_the_reglement(preset, waits):
    row = on_paper(house_of(preset), action="destroy_pv")
    with in_bureau(row.bureau_id), silenced():
        row.items.update(action="")
    assert run(row).status == (ListStatus.PAPER if waits else ListStatus.DONE)


# -- trying again ------------------------------------------------------------------------------------------------------
def test_only_who_proposes_lists_tries_again_and_only_what_failed(javawest, diana, alice):
    dossier = ended_dossier(javawest, ended=LONG_AGO, stukken=False)
    row = run(cooled(javawest, diana))
    item = item_of(dossier)
    with acting(alice), pytest.raises(PermissionDenied):
        list_changes.retry_item(item=item, by=alice)
    with acting(diana), pytest.raises(RuleBroken, match="vernietigd"):
        list_changes.retry_item(item=item, by=diana)
    assert row.status == ListStatus.DONE


def test_two_workers_share_the_items_and_who_lost_a_lease_does_nothing_more(javawest, diana):
    for _ in range(2):
        ended_dossier(javawest, ended=LONG_AGO, stukken=False)
    cooled(javawest, diana)
    with in_bureau(javawest):
        execution.begin_ready()
        first, second = execution.take_item(), execution.take_item()
        assert first.pk != second.pk
        assert execution.take_item() is None
        ListItem.objects.filter(pk=first.pk).update(leased_until=timezone.now() - timedelta(seconds=1))
        again = execution.take_item()
        assert again.pk == first.pk
        assert execution.erase_item(first) is None
        assert execution.erase_item(again) == ItemState.ERASED
