"""What somebody with the password of the app's role tries, to have evidence of destructions fall before its term.

With that password one says oneself in which bureau one is and how far one reaches; so each of these is tried there.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from django.db import DatabaseError, transaction
from django.db.models import F, Value
from django.utils import timezone
from uuid_utils.compat import uuid7

from access.models import Role
from access.reach import database_now
from bureaus.models import Reglement
from bureaus.tenancy import in_bureau
from retention.actions import evidence_terms
from retention.models import (
    Certificate,
    DestructionList,
    ItemResult,
    ItemState,
    LegalRecord,
    ListItem,
    ListStatus,
    ProcesVerbaal,
    Transfer,
)
from tests.support.ages import silenced
from tests.support.carried_out import carried_out, proven, pv_of
from tests.support.lists import again, approved, items_of, legal_record, night, overdue, people
from tests.support.people import make_bureau, make_member
from tests.support.transfers import handed_over, over, werklokaal

pytestmark = pytest.mark.django_db
OLD = 11 * 366  # days


@pytest.fixture
def dirk():
    return make_member(make_bureau("javawest", "javawest"), "Dirk", Role.DIRECTIE)


@pytest.fixture
def case():
    """A dossier of werklokaal that was handed over today; of its destruction there is nothing yet."""
    found = over(werklokaal(), full=False)
    found.transfer = handed_over(found)
    found.dirk = make_member(found.bureau, "Dirk", Role.DIRECTIE)
    return found


def refused(row: Any, **values: Any) -> None:
    """That the database itself says no, and to this."""
    with in_bureau(row.bureau_id), pytest.raises(DatabaseError), transaction.atomic():
        assert type(row).objects.filter(pk=row.pk).update(**values) == 1, "nothing was tried"


def evening(bureau) -> int:
    return evidence_terms.drop_evidence(bureau.pk, "werker")


def old_paper(by, **item: Any) -> ProcesVerbaal:
    """Of a list that was carried out eleven years ago; one night later it is gone."""
    made = pv_of(by.bureau, carried_out(by.bureau, 1, by=by, status=ListStatus.DONE, **item))
    with in_bureau(by.bureau), silenced():
        moved = {name: F(name) - timedelta(days=OLD) for name in ("made_at", "keep_until", "backups_expire_on")}
        ProcesVerbaal.objects.filter(pk=made.pk).update(**moved)
    return made


def forged(bureau, **more: Any) -> DestructionList:
    """A list as anybody may write one, who can write here at all."""
    today = timezone.localdate()
    values = {
        "year": today.year, "number": 99, "kind": "termijn", "reference_date": today, "manifest": "{}",
        "manifest_sha256": "0" * 64, "reglement_version": 1, "cooling_off": "P7D", "proposed_by_name": "systeem",
        "proposed_at": database_now(),
    }  # fmt: skip
    return DestructionList.objects.create(**values | more)


def item_on(row: DestructionList, dossier_id: Any, **more: Any) -> ListItem:
    values = {"dossier_number": "D-1", "data_class": "dossier", "period_from": date(2020, 1, 1),
              "state": ItemState.DESTROYED, "erased_at": timezone.now()}  # fmt: skip
    return ListItem.objects.create(destruction_list=row, dossier_id=dossier_id, **values | more)


# -- by a list that never was ------------------------------------------------------------------------------------------
def test_nobody_writes_a_list_that_has_ended_already(dirk):
    moment = timezone.now() - timedelta(days=OLD)
    for more in (
        {"status": ListStatus.CANCELLED, "cancelled_at": moment}, {"status": ListStatus.DONE},
        {"proposed_at": moment}, {"finished_at": moment},
    ):  # fmt: skip
        with in_bureau(dirk.bureau), pytest.raises(DatabaseError), transaction.atomic():
            forged(dirk.bureau, **more)


def test_what_was_handed_over_does_not_go_by_an_item_moved_to_an_old_list(case):
    past = old_paper(case.dirk)
    with in_bureau(case.bureau):
        one = item_on(forged(case.bureau), case.dossier.pk)
    refused(one, destruction_list=past.destruction_list_id)
    assert evening(case.bureau) == 1
    with in_bureau(case.bureau):
        assert Transfer.objects.get() == case.transfer


def test_nor_by_an_item_added_to_an_old_list_that_is_opened_again(case):
    past = old_paper(case.dirk)
    row = again(past.destruction_list)
    for status in (ListStatus.PROPOSED, ListStatus.RUNNING, ListStatus.PAPER, ListStatus.CANCELLED):
        refused(row, status=status)
    with in_bureau(case.bureau), pytest.raises(DatabaseError), transaction.atomic():
        item_on(row, case.dossier.pk)


def test_nor_by_what_stood_on_an_old_list_and_was_kept(case):
    past = old_paper(case.dirk, dossier_id=case.dossier.pk)
    with in_bureau(case.bureau), silenced():
        ListItem.objects.update(state=ItemState.KEPT)
    (one,) = items_of(past.destruction_list)
    refused(one, state=ItemState.DESTROYED, erased_at=timezone.now())
    assert evening(case.bureau) == 1
    with in_bureau(case.bureau):
        assert Transfer.objects.get() == case.transfer


def test_nor_under_the_number_of_another_dossier(case):
    past = old_paper(case.dirk)
    other = items_of(past.destruction_list)[0].dossier_id
    for change in (
        {"dossier_id": other}, {"traject_id": other}, {"dossier_number": "D-1"}, {"status": "ingetrokken"},
        {"status": "klaar"}, {"received_at": timezone.now() - timedelta(days=OLD)}, {"received_by_name": "Iemand"},
        {"file_sha256": "0" * 64}, {"contents_sha256": ""}, {"manifest": []}, {"receiver_until": date(2027, 1, 1)},
    ):  # fmt: skip
        refused(case.transfer, **change)


def test_no_hand_over_begins_in_the_past_or_taken_back(case):
    past, other = timezone.now() - timedelta(days=OLD), uuid7()
    whole = {"dossier_id": other, "dossier_number": "D-1", "traject_id": other, "started_by_name": "x",
             "opdrachtgever_id": case.transfer.opdrachtgever_id}  # fmt: skip
    with in_bureau(case.bureau):
        for more in (
            {"status": "ingetrokken"}, {"status": "ingetrokken", "cancelled_at": past, "started_at": past},
            {"cancelled_at": past}, {"started_at": past}, {"status": "klaar", "started_at": past},
            {"received_at": past},
        ):  # fmt: skip
            with pytest.raises(DatabaseError, match="begins at this moment"), transaction.atomic():
                Transfer.objects.create(**whole | more)
        assert Transfer.objects.create(**whole).status == Transfer.Status.PACKING


# -- by a paper that never was -----------------------------------------------------------------------------------------
def test_an_old_paper_does_not_stand_for_a_young_list(dirk):
    past, young = old_paper(dirk), carried_out(dirk.bureau, 1, by=dirk, status=ListStatus.DONE, first=9)
    refused(past, destruction_list=young)
    assert evening(dirk.bureau) == 1
    with in_bureau(dirk.bureau):
        assert DestructionList.objects.get() == young


@pytest.mark.parametrize(
    "change",
    [{"year": 2015}, {"number": 77}, {"kind": "verzoek"}, {"facts": {}}, {"dossiers": 0}, {"file": ""},
     {"file_sha256": "0" * 64}, {"signed": True}, {"made_by_name": "Iemand"}, {"annex_until": date(2020, 1, 1)}],
    ids=lambda one: next(iter(one)),
)  # fmt: skip
def test_of_a_paper_nothing_changes(dirk, change):
    made = pv_of(dirk.bureau, carried_out(dirk.bureau, 1, by=dirk))
    refused(made, **change)


def test_but_that_its_annex_has_gone_on_its_day_and_once(dirk):
    with in_bureau(dirk.bureau):
        made, _ = proven(dirk)
    refused(made, annex_gone_at=timezone.now())
    with in_bureau(dirk.bureau):
        rows = ProcesVerbaal.objects.filter(pk=made.pk)
        with silenced():
            rows.update(annex_until=timezone.localdate())
        with pytest.raises(DatabaseError), transaction.atomic():
            rows.update(annex_gone_at=timezone.now() - timedelta(days=9))
        rows.update(annex_gone_at=database_now())
    refused(made, annex_gone_at=None)


def test_no_paper_is_dated_back_or_made_of_a_list_that_did_not_run(dirk):
    row = carried_out(dirk.bureau, 1, by=dirk)
    now = timezone.now()
    for status, more in (
        (ListStatus.RUNNING, {"made_at": now - timedelta(days=OLD), "year": 2015}),
        (ListStatus.RUNNING, {"made_at": now, "year": now.year - 1}),
        (ListStatus.CANCELLED, {"made_at": now}), (ListStatus.APPROVED, {"made_at": now}),
    ):  # fmt: skip
        with in_bureau(dirk.bureau), pytest.raises(DatabaseError), transaction.atomic():
            with silenced():
                DestructionList.objects.update(status=status)
            values = {"year": timezone.localdate().year, "number": 1, "kind": "termijn", "made_by_name": "x",
                      "facts": {}, "dossiers": 1, "file": "x", "file_size": 1, "file_sha256": "0" * 64,
                      "backups_expire_on": date(2015, 1, 1), "keep_until": date(2015, 1, 1)}  # fmt: skip
            ProcesVerbaal.objects.create(destruction_list=row, **values | more)


def test_the_certificate_and_what_was_found_afterwards_stay_as_they_were(dirk):
    with in_bureau(dirk.bureau):
        proven(dirk)
        one = ItemResult.objects.filter(item__destruction_list__status=ListStatus.DONE).first()
        proof = Certificate.objects.get()
    refused(proof, reference="P-2")
    for change in ({"removed": 99}, {"left": 3}, {"checked_at": None}):
        refused(one, **change)


def test_no_certificate_and_nothing_that_the_law_keeps_begins_in_the_past(dirk):
    row = carried_out(dirk.bureau, 1, by=dirk, status=ListStatus.PAPER)
    paper = {"company": "Papierwolf", "reference": "P-1", "destroyed_on": timezone.localdate(), "added_by_name": "x",
             "file": "1/a", "file_size": 1, "file_sha256": "0" * 64, "content_type": "application/pdf"}  # fmt: skip
    with in_bureau(dirk.bureau):
        for moment in (timezone.now() - timedelta(days=OLD), timezone.now() + timedelta(days=1)):
            with pytest.raises(DatabaseError, match="at this moment"), transaction.atomic():
                Certificate.objects.create(destruction_list=row, added_at=moment, **paper)
            with pytest.raises(DatabaseError, match="at this moment"), transaction.atomic():
                legal_record(due_on=timezone.localdate() + timedelta(days=9), kept_from=moment)
        assert Certificate.objects.create(destruction_list=row, **paper).added_at
        assert legal_record(due_on=timezone.localdate() + timedelta(days=9)).kept_from


# -- and by a list that goes back --------------------------------------------------------------------------------------
ALLOWED = {
    ("voorgesteld", "goedgekeurd"), ("voorgesteld", "ingetrokken"), ("goedgekeurd", "voorgesteld"),
    ("goedgekeurd", "loopt"), ("goedgekeurd", "ingetrokken"), ("loopt", "papier"), ("loopt", "afgerond"),
    ("loopt", "ingetrokken"), ("papier", "afgerond"), ("papier", "ingetrokken"),
}  # fmt: skip


@pytest.mark.parametrize("was", ListStatus.values)
def test_a_list_goes_along_its_own_edges_alone(dirk, was):
    row = carried_out(dirk.bureau, 1, by=dirk, status=was)
    for status in ListStatus.values:
        if (was, status) not in ALLOWED and was != status:
            refused(row, status=status)


def test_a_list_is_approved_begun_and_ended_at_the_moment_itself():
    house = people()
    overdue(house)
    (row,) = night(house.bureau)
    long_ago = timezone.now() - timedelta(days=30)
    whole = {"approved_by": house.dirk, "approved_by_name": "Dirk", "approved_sha256": row.manifest_sha256,
             "status": ListStatus.APPROVED}  # fmt: skip
    for approved_at, days in ((long_ago, 7), (timezone.now(), 0), (timezone.now(), 6)):
        refused(row, approved_at=approved_at, starts_after=approved_at + timedelta(days=days), **whole)
    row = approved(row, house.dirk)
    soon = {"status": ListStatus.RUNNING, "started_at": Value(row.starts_after)}
    refused(row, **soon)
    for change in (
        {"approved_at": long_ago}, {"starts_after": row.approved_at}, {"approved_by": house.ella}, {"manifest": "{}"},
        {"four_eyes": False}, {"cooling_off": "PT0S"}, {"year": 2015}, {"number": 77}, {"shaped_by": [uuid7()]},
        {"finished_at": timezone.now()}, {"cancelled_at": timezone.now()},
    ):  # fmt: skip
        refused(row, **change)
    assert again(row).status == ListStatus.APPROVED


def test_a_list_of_which_something_went_is_not_taken_back_nor_ended_without_its_paper(dirk):
    row = carried_out(dirk.bureau, 1, by=dirk)
    refused(row, status=ListStatus.CANCELLED, cancelled_at=timezone.now())
    refused(row, status=ListStatus.DONE, finished_at=timezone.now())


def test_what_the_law_keeps_goes_on_its_own_day(dirk):
    with in_bureau(dirk.bureau):
        row, past = (legal_record(due_on=timezone.localdate() + timedelta(days=days)) for days in (1, 0))
    refused(row, due_on=timezone.localdate())
    with in_bureau(dirk.bureau), pytest.raises(DatabaseError), transaction.atomic():
        LegalRecord.objects.filter(pk=row.pk).delete()
    with in_bureau(dirk.bureau):
        assert LegalRecord.objects.filter(pk=past.pk).delete()[0] == 1


def test_no_reglement_is_slipped_in_behind_the_day_of_a_paper(dirk):
    with in_bureau(dirk.bureau):
        first = Reglement.objects.get()
        with silenced():
            Reglement.objects.update(in_force_from=date(2010, 1, 1), adopted_on=date(2010, 1, 1))
        values = {"parameters": first.parameters, "title": first.title, "adopted_by_name": "x"}
        for version, day in ((2, date(2015, 1, 1)), (0, date(2015, 1, 1)), (2, date(2009, 1, 1))):
            with pytest.raises(DatabaseError, match="today at the earliest"), transaction.atomic():
                Reglement.objects.create(version=version, in_force_from=day, adopted_on=day, **values)
        today = timezone.localdate()
        later = today + timedelta(days=9)
        row = Reglement.objects.create(version=2, in_force_from=later, adopted_on=today, **values)
    refused(row, in_force_from=today - timedelta(days=1), adopted_on=today - timedelta(days=1))
