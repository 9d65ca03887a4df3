"""What comes between a hand-over and its end: what is written while they sign, and what keeps the dossier here."""

from __future__ import annotations

import json
import threading
from datetime import timedelta

import pytest
from django.conf import settings
from django.db import connections
from django.utils import timezone

from access.models import Mail
from access.rules import RuleBroken
from bureaus.tenancy import in_bureau
from clients.models import Opdrachtgever
from consent.actions import packages
from consent.disclosure_tasks import pack_disclosures
from dossiers.actions import add_statement
from dossiers.models import Dossier
from journal.models import Line
from retention.actions import lift_hold, lists, transfers
from retention.execution_tasks import run_bureau
from retention.models import DestructionList, KeptBecause, Transfer
from retention.transfer_tasks import PACKER, pack_transfers
from tests.support.lists import approved, as_in_a_view, cool, hold, night
from tests.support.packed import pack_bureau
from tests.support.people import acting, log_in, make_member
from tests.support.portal import in_force_with
from tests.support.transfers import (
    begun,
    dossier_of,
    fetched,
    handed_over,
    now,
    opened,
    over,
    packed,
    received,
    werklokaal,
)
from vault.models import WrappedKey

Status = Transfer.Status


@pytest.fixture
def bureau(db):
    return werklokaal()


def carried_out(case) -> tuple[str, str]:
    """What became of its line on the list of the next night."""
    dirk = make_member(case.bureau, "Dirk", "directie")
    (proposed,) = night(case.bureau)
    cool(approved(proposed, dirk))
    run_bureau(case.bureau.pk)
    with in_bureau(case.bureau):
        (item,) = DestructionList.objects.get(pk=proposed.pk).items.all()
        return item.state, item.kept_because


@pytest.mark.django_db(transaction=True)
@pytest.mark.article("werklokaal", "7")
def test_what_the_client_was_writing_while_they_signed_keeps_our_copy(transactional_db):
    bureau = werklokaal()
    case = over(bureau, full=False)
    row = packed(case)
    fetched(case, row)
    wrote, signed = threading.Event(), threading.Event()

    def client() -> None:
        try:
            with acting(case.member):
                add_statement(dossier=case.dossier, by=case.member, title="Nog iets", text="Dit gaat niet mee.")
                wrote.set()
                signed.wait()
        finally:
            wrote.set()
            connections.close_all()

    writing = threading.Thread(target=client)
    writing.start()
    try:
        assert wrote.wait(60)
        assert received(case, now(row)).status == Status.RECEIVED
    finally:
        signed.set()
        writing.join(60)
    assert carried_out(case) == ("behouden", KeptBecause.ADDED)
    with in_bureau(bureau):
        assert Dossier.objects.filter(pk=case.dossier.pk).exists()


def test_of_what_kind_the_opdrachtgever_is_by_now_keeps_no_copy(bureau):
    case = over(bureau)
    handed_over(case)
    with in_bureau(bureau):
        Opdrachtgever.objects.filter(pk=case.traject.opdrachtgever_id).update(kind="gemeente")
    assert carried_out(case) == ("vernietigd", "")


def test_nothing_is_fetched_while_a_hold_keeps_the_dossier_here(bureau):
    case = over(bureau, full=False)
    row = packed(case)
    kept = hold(dossier_of(case), case.coach, kind="rechtszaak")
    with pytest.raises(RuleBroken, match="staat nu niet voor u klaar"):
        as_in_a_view(case.payer, lambda: transfers.fetch_package(transfer=row, by=case.payer))
    assert now(row).fetched_at is None
    with in_bureau(bureau):
        line = Line.objects.get(act=transfers.FETCHED)
    assert (line.result, line.reason) == ("geweigerd", transfers.HELD)
    answer = log_in(case.payer).post(f"/opdracht/{case.traject.pk}/overdracht/pakket/", follow=True)
    assert "staat nu niet voor u klaar" in answer.content.decode()
    assert "rechtszaak" not in answer.content.decode()
    with acting(case.coach):
        lift_hold(hold=kept, by=case.coach, reason="De zaak is voorbij.")
    assert fetched(case, row)


def test_nobody_is_reminded_of_what_they_can_not_fetch_now(bureau):
    case = over(bureau, full=False)
    row = packed(case)
    kept = hold(dossier_of(case), case.coach)
    with in_bureau(bureau):
        Mail.objects.all().delete()
        Transfer.objects.filter(pk=row.pk).update(ready_at=timezone.now() - timedelta(days=8))
        assert transfers.remind_receivers(timezone.localdate()) == 0
    with acting(case.coach):
        lift_hold(hold=kept, by=case.coach, reason="De klacht is voorbij.")
    with in_bureau(bureau):
        assert transfers.remind_receivers(timezone.localdate()) == 1


def test_a_reglement_that_lets_out_less_since_has_it_packed_anew(bureau):
    case = over(bureau, full=False)
    row = packed(case)
    assert ("naw" in row.told, row.told == ["naw"]) == (True, False)
    in_force_with(case.bureau, opdrachtgever_view={"uwv": {"fields": [one for one in row.told if one != "naw"]}})
    with acting(case.payer):
        assert transfers.fetch_package(transfer=row, by=case.payer) is None
    assert now(row).status == Status.PACKING
    assert pack_bureau(case.bureau.pk) == 1
    fresh = now(row)
    assert "naw" not in fresh.told
    assert json.loads(opened(fresh).read("dossier.json"))["client"] is None
    fetched(case, fresh)
    assert received(case, fresh).status == Status.RECEIVED


def test_a_dossier_that_goes_while_it_is_packed_takes_the_key_of_its_package_along(bureau):
    case = over(bureau, full=False)
    dirk, ella = make_member(bureau, "Dirk", "directie"), make_member(bureau, "Ella", "directie")
    begun(case)
    with in_bureau(bureau, origin="werker"):
        slow = transfers.take_transfer()
    with acting(dirk):
        day = timezone.localdate() + timedelta(days=30)
        asked = lists.propose_request(dossier=dossier_of(case), by=dirk, answer_by=day, source="verzoek 1")
    cool(approved(asked, ella))
    run_bureau(bureau.pk)
    assert now(slow).status == Status.CANCELLED
    with in_bureau(bureau):
        assert not WrappedKey.objects.filter(subject_id=slow.pk).exists()
    assert PACKER.one(bureau.pk, slow) is False
    assert (now(slow).status, now(slow).file) == (Status.CANCELLED, "")


@pytest.mark.parametrize(("task", "lease"), [(pack_transfers, transfers.LEASE), (pack_disclosures, packages.LEASE)])
def test_a_large_package_has_longer_than_a_task_elsewhere_and_its_worker_alone_works_at_it(task, lease):
    assert settings.CELERY_TASK_TIME_LIMIT < task.soft_time_limit < task.time_limit < lease.total_seconds()
