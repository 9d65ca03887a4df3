"""Handing a dossier over (werklokaal 7): what is packed, who fetches it, and that only a receipt makes our copy due."""

from __future__ import annotations

import hashlib
import io
import json
import os
import subprocess
from datetime import timedelta
from pathlib import Path

import pikepdf
import pytest
from django.core import mail
from django.core.exceptions import PermissionDenied
from django.core.files.storage import storages
from django.db import IntegrityError, transaction
from django.db.models import F
from django.http import Http404
from django.utils import timezone

from access.actions.mails import send_next
from access.models import Mail
from access.rules import RuleBroken
from bureaus import reglement
from bureaus.tenancy import in_bureau
from clients.models import Client, Opdrachtgever, OpdrachtgeverContact, Traject
from dossiers import actions as dossiers
from dossiers.models import Dossier, StoredFile, Stuk
from journal.models import Line
from retention import ledger
from retention.actions import lists, place_hold, transfers
from retention.actions.replaying import StillThere, replay
from retention.execution_tasks import run_bureau
from retention.models import DestructionList, DueDate, ItemResult, KeptBecause, ListKind, ProcesVerbaal, Transfer
from retention.rules import add_term
from retention.transfer_tasks import PACKER
from tests.support.lists import approved, as_in_a_view, cool, night
from tests.support.packed import pack_bureau
from tests.support.people import acting, make_bureau, make_member
from tests.support.portal import add_traject, make_case, state, write
from tests.support.transfers import (
    CIRCUMSTANCE,
    DRAFT,
    LETTER,
    LIMITS,
    NOTE,
    TALK,
    begun,
    dossier_of,
    end,
    fetched,
    handed_over,
    now,
    opened,
    over,
    packed,
    received,
    werklokaal,
)
from tests.test_following import new_version
from vault.errors import KeyGone, Tampered
from vault.files import exists_sealed, open_sealed, save_sealed

pytestmark = pytest.mark.django_db
Status = Transfer.Status


@pytest.fixture
def bureau():
    return werklokaal()


@pytest.fixture
def case(bureau):
    return over(bureau)


def text_of(pdf: bytes) -> str:
    return subprocess.run(
        ["pdftotext", "-layout", "-", "-"], input=pdf, capture_output=True, check=True
    ).stdout.decode()


# -- what is packed ----------------------------------------------------------------------------------------------------
@pytest.mark.article("werklokaal", "7")
def test_the_package_holds_what_may_go_to_read_and_to_process(case):
    row = packed(case)
    assert row.status == Status.READY
    archive = opened(row)
    told = json.loads(archive.read("dossier.json"))
    assert (told["schema"], told["schema_version"]) == ("dossierwacht.overdracht", 1)
    titles = {one["versions"][0]["title"] for one in told["stukken"]}
    assert titles == {"Brief", "Mijn kant", "Voortgang", "Diploma’s"}
    letter = next(one for one in told["stukken"] if one["versions"][0]["title"] == "Brief")
    assert [one["sections"][0]["text"] for one in letter["versions"]] == [LETTER, "Later erbij gekomen."]
    said = next(one for one in told["stukken"] if one["versions"][0]["title"] == "Mijn kant")
    assert said["about"] == letter["number"]
    assert told["client"]["name"] == str(case.client)
    with pikepdf.open(io.BytesIO(archive.read("dossier.pdf"))) as paper:
        assert len(paper.pages) >= 2


@pytest.mark.article("werkid", "10.4")
@pytest.mark.article("werklokaal", "7")
def test_concepts_worknotes_and_what_the_law_keeps_from_a_payer_are_not_in_it(case):
    row = packed(case)
    archive = opened(row)
    whole = archive.read("dossier.json").decode()
    for words in (CIRCUMSTANCE, TALK, LIMITS, NOTE, DRAFT, "Dat gaat niemand aan.", "Over thuis"):
        assert words not in whole
    told = json.loads(whole)
    reasons = ["gespreksverslag", "gezondheid", "omstandigheden", "verklaring"]
    assert sorted(one["reason"] for one in row.left_out) == reasons
    # The receiver is told that, and by which number, but not what it was.
    assert [one["number"] for one in told["left_out"]] == [one["number"] for one in row.left_out]
    assert {one["reason"] for one in told["left_out"]} == {"mag niet worden overgedragen"}


def test_a_werkgever_gets_no_talk_and_nothing_about_health(bureau):
    case = over(bureau, kind="werkgever", full=False)
    write(case, "Gesprek", TALK)
    report = write(case, "Rapport", "Kan niet tillen.", kind="voortgangsrapportage")
    write(case, "Uren", "Twaalf uur.", kind="voortgangsrapportage")
    with in_bureau(bureau):
        Stuk.objects.filter(pk=report.pk).update(health=True)
    row = packed(case)
    told = json.loads(opened(row).read("dossier.json"))
    assert [one["versions"][0]["title"] for one in told["stukken"]] == ["Uren"]
    assert sorted(one["reason"] for one in row.left_out) == ["gespreksverslag", "gezondheid"]


@pytest.mark.article("werklokaal", "7")
def test_a_talk_goes_where_the_reglement_lets_it_out_and_a_new_reglement_packs_anew(case):
    first = packed(case)
    assert "gespreksverslag" in {one["reason"] for one in first.left_out}
    with in_bureau(case.bureau):
        uwv = reglement.in_force().opdrachtgever_view.uwv.model_dump(mode="json")
    new_version(case.bureau, view={"uwv": uwv | {"stukken": [*uwv["stukken"], "gespreksverslag"]}})
    with acting(case.payer):
        assert transfers.fetch_package(transfer=first, by=case.payer) is None
    assert pack_bureau(case.bureau.pk) == 1
    row = now(first)
    assert "gespreksverslag" not in {one["reason"] for one in row.left_out}
    assert TALK in opened(row).read("dossier.json").decode()


def test_every_entry_has_its_hash_and_the_package_its_own(case):
    row = packed(case)
    archive = opened(row)
    listed = json.loads(archive.read("manifest.json"))["entries"]
    assert listed == row.manifest
    for one in listed:
        content = archive.read(one["name"])
        assert (hashlib.sha256(content).hexdigest(), len(content)) == (one["sha256"], one["size"])
    assert hashlib.sha256(archive.read("manifest.json")).hexdigest() == row.manifest_sha256
    whole = fetched(case, row)
    assert (hashlib.sha256(whole).hexdigest(), len(whole)) == (row.file_sha256, row.file_size)
    with in_bureau(case.bureau):
        file = StoredFile.objects.get()
        photo = b"".join(open_sealed(subject_id=file.dossier_id, name=file.storage_name))
    told = json.loads(archive.read("dossier.json"))
    (held,) = [row for stuk in told["stukken"] for row in stuk["files"]]
    assert held["name"] == "diploma lasser.jpg"
    assert archive.read(held["entry"]) == photo
    assert "diploma" not in held["entry"]
    assert archive.testzip() is None


def test_the_paper_reads_in_the_order_of_the_dossier_with_statements_below_what_they_speak_of(case):
    text = text_of(opened(packed(case)).read("dossier.pdf"))
    assert text.index("Later erbij gekomen.") < text.index("Zo was het niet.")
    assert "Wat niet is overgedragen" in text
    assert CIRCUMSTANCE not in text


def test_the_package_is_sealed_under_a_key_of_its_own(case):
    row = packed(case)
    with in_bureau(case.bureau), pytest.raises(Tampered):
        list(open_sealed(subject_id=case.dossier.pk, name=row.file))


def test_a_large_file_is_never_whole_in_memory(bureau):
    case = over(bureau, full=False)
    stuk = write(case, "Bijlage", "Zie het bestand.", kind="voortgangsrapportage")
    megabytes = 12
    with in_bureau(bureau):
        info = save_sealed(subject_id=case.dossier.pk, chunks=(os.urandom(1024 * 1024) for _ in range(megabytes)))
        row = StoredFile(
            stuk=stuk, dossier=case.dossier, filename="groot.pdf", content_type="application/pdf", size=info.size,
            storage_name=info.name, sha256=info.sha256, added_by_name="x",
        )  # fmt: skip
        row.save(force_insert=True)
    begun(case)
    with in_bureau(bureau, origin="werker"):
        package = transfers.open_package(transfers.take_transfer())
        sizes = [len(piece) for piece in package.chunks()]
    assert sum(sizes) == package.archive.size > megabytes * 1024 * 1024
    assert max(sizes) < 2 * 1024 * 1024


# -- beginning ---------------------------------------------------------------------------------------------------------
def test_a_double_click_is_one_transfer(case):
    assert begun(case).pk == begun(case).pk


@pytest.mark.parametrize("why", ["runs", "hold", "nobody", "rule"])
def test_it_is_not_begun_too_early_under_a_hold_or_without_a_receiver(bureau, why):
    if why == "rule":
        case = over(make_bureau(), full=False)
    else:
        case = make_case(bureau) if why == "runs" else over(bureau, full=False)
    if why == "hold":
        with acting(case.coach):
            day = timezone.localdate() + timedelta(days=9)
            place_hold(dossier=case.dossier, by=case.coach, kind="klacht", reason="Loopt.", review_on=day)
    if why == "nobody":
        with in_bureau(bureau):
            Traject.objects.filter(pk=case.traject.pk).update(contact=None)
            dossiers.sync_grants(dossier=case.dossier, by=None)
    with pytest.raises(RuleBroken):
        begun(case)
    with in_bureau(case.bureau):
        assert not Transfer.objects.exists()


def test_a_coach_of_another_dossier_can_not_begin_it(bureau, case):
    other = make_case(bureau)
    with pytest.raises(Http404):
        begun(case, by=other.coach)


def test_the_fg_looks_and_does_not_begin(bureau, case):
    fleur = make_member(bureau, "Fleur", "fg")
    with pytest.raises(PermissionDenied):
        begun(case, by=fleur)


# -- packing -----------------------------------------------------------------------------------------------------------
def test_what_can_not_be_packed_says_why_and_is_packed_again_when_asked(case):
    with in_bureau(case.bureau):
        name = StoredFile.objects.get().storage_name
        with storages["sealed"].open(name) as file:
            stored = file.read()
        storages["sealed"].delete(name)
    row = begun(case)
    assert pack_bureau(case.bureau.pk) == 0
    failed = now(row)
    assert failed.status == Status.FAILED
    assert failed.error == "Een bestand van het dossier gaat niet open. Er is niets ingepakt."
    with in_bureau(case.bureau):
        storages["sealed"].save(name, io.BytesIO(stored))
    again = packed(case)
    assert (again.pk, again.status, again.error) == (row.pk, Status.READY, "")


def test_a_worker_that_was_killed_is_followed_by_another_when_its_lease_is_over(case):
    row = begun(case)
    with in_bureau(case.bureau, origin="werker"):
        assert transfers.take_transfer() is not None
    assert pack_bureau(case.bureau.pk) == 0
    with in_bureau(case.bureau):
        Transfer.objects.update(leased_until=timezone.now() - timedelta(minutes=1))
    assert pack_bureau(case.bureau.pk) == 1
    assert now(row).status == Status.READY


def stored_files() -> list[Path]:
    return sorted(path for path in Path(storages["sealed"].location).rglob("*") if path.is_file())  # type: ignore


def test_a_worker_that_lost_its_lease_leaves_nothing_behind(case):
    begun(case)
    with in_bureau(case.bureau, origin="werker"):
        slow = transfers.take_transfer()
        Transfer.objects.update(leased_until=timezone.now() - timedelta(minutes=1))
    assert pack_bureau(case.bureau.pk) == 1
    kept = now(slow).file
    before = stored_files()
    assert PACKER.one(case.bureau.pk, slow) is False
    assert stored_files() == before
    assert now(slow).file == kept
    with in_bureau(case.bureau):
        assert exists_sealed(kept)


# -- fetching and signing ----------------------------------------------------------------------------------------------
@pytest.mark.article("werklokaal", "7")
def test_signing_before_fetching_is_refused_by_the_action_and_by_the_database(case):
    row = packed(case)
    with pytest.raises(RuleBroken, match="Haal het dossier eerst op"):
        received(case, row)
    with in_bureau(case.bureau), pytest.raises(IntegrityError), transaction.atomic():
        Transfer.objects.update(status=Status.RECEIVED, received_at=timezone.now(), received_by_name="X")


@pytest.mark.article("werklokaal", "7")
def test_the_receipt_states_how_long_they_keep_it_and_makes_our_copy_due(case):
    row = handed_over(case)
    today = timezone.localdate()
    assert (row.status, row.received_by_name) == (Status.RECEIVED, "P. de Wit")
    assert (row.receiver_keeps, row.receiver_until) == ("P10Y", add_term(today, "P10Y"))
    with in_bureau(case.bureau):
        assert Traject.objects.get(pk=case.traject.pk).transfer_received_on == today
        assert DueDate.objects.get(dossier=case.dossier).due_on == today
        assert Dossier.objects.get(pk=case.dossier.pk).is_archived
        assert Line.objects.filter(act="ontvangst.getekend").count() == 1


def test_a_receipt_signed_twice_is_one(case):
    first = handed_over(case)
    again = received(case, first, name="Een ander")
    assert (again.received_at, again.received_by_name) == (first.received_at, "P. de Wit")


@pytest.mark.article("javawest", "6.2")
def test_what_the_client_adds_meanwhile_goes_along_after_all(case):
    row = packed(case)
    fetched(case, row)
    state(case, "Nog iets", "Dit wil ik erbij.")
    assert received(case, row).status == Status.PACKING
    with in_bureau(case.bureau):
        assert Traject.objects.get(pk=case.traject.pk).transfer_received_on is None
    assert pack_bureau(case.bureau.pk) == 1
    fresh = now(row)
    assert fresh.fetched_at is None
    assert "Dit wil ik erbij." in opened(fresh).read("dossier.json").decode()
    fetched(case, fresh)
    assert received(case, fresh).status == Status.RECEIVED


def test_only_a_contact_of_that_opdrachtgever_who_follows_it_fetches(bureau, case):
    row = packed(case)
    colleague, other = make_case(bureau), make_case(bureau, kind="gemeente")
    for member in (colleague.payer, other.payer, case.coach, case.member):
        with pytest.raises(PermissionDenied):
            fetched(case, row, by=member)


def test_it_is_taken_back_until_it_was_fetched(case):
    row = packed(case)
    with acting(case.coach):
        back = transfers.withdraw_transfer(transfer=row, by=case.coach)
        assert transfers.withdraw_transfer(transfer=row, by=case.coach).cancelled_at == back.cancelled_at
    assert (back.status, back.file, back.cancelled_by_name) == (Status.CANCELLED, "", case.coach.name)
    with in_bureau(case.bureau), pytest.raises(KeyGone):
        open_sealed(subject_id=row.pk, name=row.file)
    second = packed(case)
    assert second.pk != row.pk
    fetched(case, second)
    with acting(case.coach), pytest.raises(RuleBroken, match="al opgehaald"):
        transfers.withdraw_transfer(transfer=second, by=case.coach)
    with in_bureau(case.bureau), pytest.raises(IntegrityError), transaction.atomic():
        Transfer.objects.filter(pk=second.pk).update(status=Status.CANCELLED, cancelled_by_name="X")


# -- mails -------------------------------------------------------------------------------------------------------------
def test_the_contact_is_told_once_and_reminded_each_week_without_a_word_of_content(case):
    row = packed(case)
    with in_bureau(case.bureau):
        Transfer.objects.update(ready_at=F("ready_at") - timedelta(days=15))
    today = timezone.localdate()
    with in_bureau(case.bureau, origin="werker"):
        assert [transfers.remind_receivers(today) for _ in range(2)] == [1, 0]
        assert transfers.remind_receivers(today + timedelta(days=7)) == 1
        kinds = sorted(Mail.objects.filter(kind__startswith="overdracht").values_list("kind", flat=True))
        assert kinds == ["overdracht_klaar", "overdracht_ophalen", "overdracht_ophalen"]
        assert {one.to for one in Mail.objects.filter(kind__startswith="overdracht")} == {case.payer.user.email}
        while send_next():
            pass
    said = "".join(one.subject + one.body for one in mail.outbox if case.payer.user.email in one.to)
    assert case.client.last_name not in said
    assert f"/opdracht/{case.traject.pk}/" in said
    assert row.dossier_number not in said


# -- our own copy ------------------------------------------------------------------------------------------------------
@pytest.mark.article("werklokaal", "7")
def test_our_own_copy_can_not_go_before_the_receipt(bureau, case):
    dirk = make_member(bureau, "Dirk", "directie")
    row = packed(case)
    fetched(case, row)
    assert night(bureau, timezone.localdate() + timedelta(days=365 * 20)) == []
    with acting(dirk), pytest.raises(RuleBroken, match="nog geen datum"):
        lists.propose(numbers=[case.dossier.number], by=dirk)


@pytest.mark.article("werklokaal", "7")
def test_after_the_receipt_it_goes_with_a_proces_verbaal_and_the_record_of_the_transfer_stays(bureau, case):
    dirk = make_member(bureau, "Dirk", "directie")
    row = handed_over(case)
    (proposed,) = night(bureau)
    assert proposed.kind == ListKind.TRANSFER
    cool(approved(proposed, dirk))
    run_bureau(bureau.pk)
    with in_bureau(bureau):
        assert not Dossier.objects.filter(pk=case.dossier.pk).exists()
        assert ProcesVerbaal.objects.get().kind == ListKind.TRANSFER
        left = Transfer.objects.get(pk=row.pk)
        assert (left.status, left.file, bool(left.package_gone_at)) == (Status.RECEIVED, "", True)
        assert left.received_by_name == "P. de Wit"
        assert not exists_sealed(row.file)
        with pytest.raises(KeyGone):
            open_sealed(subject_id=row.pk, name=row.file)


def test_what_came_in_after_the_receipt_keeps_our_copy(bureau, case):
    dirk = make_member(bureau, "Dirk", "directie")
    handed_over(case)
    with in_bureau(bureau):
        Dossier.objects.filter(pk=case.dossier.pk).update(archived_at=None)
        dossiers.sync_grants(dossier=dossier_of(case), by=None)
    write(case, "Nagekomen", "Te laat.", kind="voortgangsrapportage")
    (proposed,) = night(bureau)
    cool(approved(proposed, dirk))
    run_bureau(bureau.pk)
    with in_bureau(bureau):
        assert Dossier.objects.filter(pk=case.dossier.pk).exists()
        (item,) = DestructionList.objects.get(pk=proposed.pk).items.all()
        assert (item.state, item.kept_because) == ("behouden", KeptBecause.ADDED)


def test_a_transfer_that_was_never_fetched_ends_with_a_dossier_that_goes_on_request(bureau, case):
    dirk, ella = make_member(bureau, "Dirk", "directie"), make_member(bureau, "Ella", "directie")
    row = packed(case)
    with acting(dirk):
        day = timezone.localdate() + timedelta(days=30)
        asked = lists.propose_request(dossier=dossier_of(case), by=dirk, answer_by=day, source="verzoek 1")
    cool(approved(asked, ella))
    run_bureau(bureau.pk)
    left = now(row)
    assert (left.status, left.file) == (Status.CANCELLED, "")
    with in_bureau(bureau):
        assert not Dossier.objects.filter(pk=case.dossier.pk).exists()


def gone_after_receipt(bureau):
    """Of a particulier, who stays as a row without a name for what was handed over; the list by which it went."""
    case = over(bureau, kind="particulier", full=False)
    dirk = make_member(bureau, "Dirk", "directie")
    row = handed_over(case)
    (proposed,) = night(bureau)
    cool(approved(proposed, dirk))
    run_bureau(bureau.pk)
    return case, row, proposed


def test_the_name_of_a_particulier_who_signed_goes_with_them(bureau):
    case, row, proposed = gone_after_receipt(bureau)
    left = now(row)
    assert (left.received_by_name, left.fetched_by_name, left.opdrachtgever.name) == ("particulier",) * 3
    with in_bureau(bureau):
        assert not OpdrachtgeverContact.objects.filter(pk=case.contact.pk).exists()
        result = ItemResult.objects.get(item__destruction_list=proposed, store="clients.OpdrachtgeverContact")
        assert (result.removed, result.left) == (1, 0)
        (entry,) = ledger.entries(bureau.pk)
    assert entry.items[0].gone["clients.OpdrachtgeverContact"] == [str(case.contact.pk)]


def test_a_contact_of_a_nameless_particulier_who_stands_again_is_found_at_the_replay(bureau):
    case, row, _ = gone_after_receipt(bureau)
    with in_bureau(bureau):
        payer = now(row).opdrachtgever
        OpdrachtgeverContact.objects.create(pk=case.contact.pk, opdrachtgever=payer, name="Zeldzaam Naampje")
    with pytest.raises(StillThere, match=r"1 in clients\.OpdrachtgeverContact"):
        replay(bureau.pk)


def test_a_contact_of_whom_another_traject_stands_again_stays_at_the_replay(bureau):
    case, row, _ = gone_after_receipt(bureau)
    with in_bureau(bureau):
        payer = now(row).opdrachtgever
        again = OpdrachtgeverContact.objects.create(pk=case.contact.pk, opdrachtgever=payer, name="Zeldzaam Naampje")
        client = Client.objects.create(first_name="Vera", last_name="Berg")
    add_traject(bureau, client, case.coach, again)
    assert replay(bureau.pk).stay == 1
    with in_bureau(bureau):
        assert OpdrachtgeverContact.objects.filter(pk=again.pk).exists()


def test_a_traject_that_was_mended_to_run_on_is_not_handed_over(bureau, case):
    end(case, timezone.localdate() + timedelta(days=30))
    with pytest.raises(RuleBroken, match="Overdragen kan pas"):
        begun(case)


def test_what_is_refused_of_a_particulier_stays_in_the_log_without_their_name(bureau):
    case = over(bureau, kind="particulier", full=False)
    with in_bureau(bureau):
        Opdrachtgever.objects.filter(pk=case.traject.opdrachtgever_id).update(name="Zeldzaam Naampje")
        OpdrachtgeverContact.objects.filter(pk=case.contact.pk).update(membership=None)
        dossiers.sync_grants(dossier=dossier_of(case), by=None)
    with pytest.raises(RuleBroken, match="Bij de opdrachtgever heeft nog niemand een account"):
        as_in_a_view(case.coach, lambda: transfers.start_transfer(dossier=dossier_of(case), by=case.coach))
    with in_bureau(bureau):
        refused = Line.objects.get(act=transfers.BEGUN, result="geweigerd")
    assert "heeft nog niemand een account" in refused.reason
    assert "Naampje" not in refused.reason
