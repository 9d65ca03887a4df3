"""Destruction lists decided on: approving exactly one manifest, taking back, and two at once."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone
from uuid_utils.compat import uuid7

from access.rules import RuleBroken
from bureaus.tenancy import in_bureau
from dossiers.models import Dossier
from retention import listed, manifest
from retention.actions import execution
from retention.execution_tasks import run_bureau
from retention.models import DestructionList, ListItem, ListStatus
from tests.support.ages import silenced
from tests.support.carried_out import loose
from tests.support.lists import (
    again,
    approved,
    at_once,
    cancelled,
    cool,
    excluded,
    included,
    is_ready,
    items_of,
    journal,
    night,
    overdue,
    people,
    proposed,
)
from tests.support.people import log_in

pytestmark = pytest.mark.django_db
TODAY = timezone.localdate


@pytest.fixture
def house():
    return people()


# -- approving ---------------------------------------------------------------------------------------------------------
def test_approved_the_cooling_off_period_runs_by_the_clock_of_the_database(house):
    overdue(house, 2)
    (row,) = night(house.bureau)
    found = approved(row, house.dirk)
    assert found.status == ListStatus.APPROVED
    assert not is_ready(row)
    cool(row)
    assert is_ready(row)
    (line,) = journal(house.bureau, "vernietiging.goedgekeurd")
    assert (line.facts["dossiers"], line.facts["sha256"], line.actor) == (2, row.manifest_sha256, "Dirk")


def test_nobody_approves_the_list_that_they_made_or_changed(house):
    one, _ = overdue(house, 2)
    by_hand = proposed(house, one.number, by=house.dirk)
    (nightly,) = night(house.bureau)
    for row in (by_hand, nightly):
        excluded(items_of(row)[0], house.dirk) and included(items_of(row)[0], house.dirk)
        with pytest.raises(RuleBroken, match="Een ander van"):
            approved(row, house.dirk)
        assert approved(row, house.ella).approved_by_id == house.ella.pk
    assert [one.result for one in journal(house.bureau, "vernietiging.goedgekeurd")] == ["geweigerd", "ok"] * 2


def test_who_proposed_a_list_does_not_approve_it_either_once_another_has_touched_it(house):
    one, other = overdue(house, 2)
    row = proposed(house, one.number, other.number, by=house.dirk)
    item = items_of(row)[0]
    excluded(item, house.anna)
    included(item, house.anna)
    assert again(row).shaped_by == [house.dirk.pk, house.anna.pk]
    with pytest.raises(RuleBroken, match="U stelde deze lijst zelf voor"):
        approved(row, house.dirk)
    with in_bureau(house.bureau):
        assert not listed.waiting(house.dirk).exists()
        assert listed.waiting(house.ella).get() == row
    assert approved(row, house.ella).approved_by_id == house.ella.pk


def test_who_changed_a_list_of_the_night_does_not_approve_it_after_another_changed_it(house):
    overdue(house, 2)
    (row,) = night(house.bureau)
    first, second = items_of(row)
    excluded(first, house.dirk)
    excluded(second, house.anna)
    included(second, house.anna)
    with pytest.raises(RuleBroken, match="Een ander van"):
        approved(row, house.dirk)
    assert approved(row, house.ella).status == ListStatus.APPROVED


def test_where_the_reglement_asks_no_four_eyes_one_pair_does(house):
    (one,) = overdue(house)
    row = proposed(house, one.number, by=house.dirk)
    with in_bureau(house.bureau), silenced():
        DestructionList.objects.update(four_eyes=False)
        text = manifest.write(again(row), ListItem.objects.all())
        DestructionList.objects.update(manifest=text, manifest_sha256=manifest.sha256(text))
    assert approved(row, house.dirk).status == ListStatus.APPROVED


def test_only_directie_approves(house):
    overdue(house)
    (row,) = night(house.bureau)
    for member in (house.anna, house.fleur, house.carl):
        with pytest.raises(PermissionDenied):
            approved(row, member)


@pytest.mark.parametrize("typed", ["", "2", "0", "één", "-1", "1e0", "9" * 400, "١", "\x00", "1.0"])
def test_a_number_typed_wrong_approves_nothing(house, typed):
    overdue(house)
    (row,) = night(house.bureau)
    with pytest.raises(RuleBroken) as refused:
        approved(row, house.dirk, number=typed)
    assert refused.value.field == "number"
    assert again(row).status == ListStatus.PROPOSED


def test_a_list_that_changed_since_the_page_opened_is_not_approved(house):
    overdue(house, 2)
    (row,) = night(house.bureau)
    excluded(items_of(row)[0], house.anna)
    with pytest.raises(RuleBroken, match="veranderd sinds"):
        approved(row, house.dirk, sha256=row.manifest_sha256, number="1")
    assert again(row).status == ListStatus.PROPOSED


def test_rows_that_were_tampered_with_are_not_approved(house):
    overdue(house, 2)
    (row,) = night(house.bureau)
    with in_bureau(house.bureau):
        ListItem.objects.filter(pk=items_of(row)[0].pk).update(dossier_number="D-ANDERS")
    with pytest.raises(RuleBroken, match="klopt niet"):
        approved(row, house.dirk)


def test_a_second_click_or_tab_changes_nothing_and_another_is_told_who_was_first(house):
    overdue(house)
    (row,) = night(house.bureau)
    first = approved(row, house.dirk)
    assert approved(row, house.dirk, number="1").approved_at == first.approved_at
    with pytest.raises(RuleBroken, match="Dirk keurde deze lijst al goed"):
        approved(row, house.ella, number="1")


def test_with_everything_left_out_there_is_nothing_to_approve(house):
    overdue(house)
    (row,) = night(house.bureau)
    excluded(items_of(row)[0], house.anna)
    with pytest.raises(RuleBroken, match="niets om goed te keuren"):
        approved(row, house.dirk)


def test_the_database_itself_holds_the_four_eyes(house):
    from django.db import IntegrityError

    (one,) = overdue(house)
    row = proposed(house, one.number, by=house.dirk)
    moment = timezone.now()
    values = {"approved_by": house.dirk, "approved_at": moment, "starts_after": moment + timedelta(days=7)}
    with in_bureau(house.bureau), pytest.raises(IntegrityError, match="four_eyes"), transaction.atomic():
        DestructionList.objects.filter(pk=row.pk).update(**values, approved_sha256=row.manifest_sha256)


def test_the_database_itself_keeps_whoever_had_a_hand_in_it_from_approving(house):
    from django.db import IntegrityError

    (one,) = overdue(house)
    row = proposed(house, one.number, by=house.dirk)
    excluded(items_of(row)[0], house.anna)
    moment = timezone.now()
    values = {"approved_by": house.dirk, "approved_at": moment, "starts_after": moment + timedelta(days=7)}
    with in_bureau(house.bureau):
        rows = DestructionList.objects.filter(pk=row.pk)
        for change, named in (
            (values | {"approved_sha256": again(row).manifest_sha256}, "other_hands"),
            ({"shaped_by": [house.anna.pk]}, "had a hand"),
        ):
            with pytest.raises(IntegrityError, match=named), transaction.atomic():
                rows.update(**change)


# -- what was approved lies fast ---------------------------------------------------------------------------------------
def test_the_database_lets_nobody_move_what_stands_on_an_approved_list(house):
    from django.db import IntegrityError, ProgrammingError

    one, other = overdue(house, 2)
    row = proposed(house, one.number, other.number, by=house.anna)
    out = next(item for item in items_of(row) if item.dossier_number == other.number)
    excluded(out, house.anna)
    approved(row, house.dirk)
    with in_bureau(house.bureau):
        rows = ListItem.objects.filter(destruction_list=row)
        for change in (
            {"dossier_id": uuid7()}, {"dossier_number": "D-ANDERS"}, {"data_class": "legally_required"},
            {"stuk_id": uuid7()}, {"record_id": uuid7()}, {"term": "P1D"}, {"action": "erase"},
            {"due_on": TODAY()}, {"trigger_on": TODAY()},
            {"excluded_until": TODAY()}, {"excluded_reason": "datum"}, {"state": "open"},
        ):  # fmt: skip
            with pytest.raises(IntegrityError, match="lies fast"), transaction.atomic():
                rows.filter(pk=out.pk).update(**change)
        with pytest.raises(ProgrammingError, match="permission denied"), transaction.atomic():
            rows.filter(pk=out.pk).delete()
        added = rows.exclude(pk=out.pk).get()
        added.pk, added.dossier_id, added._state.adding = uuid7(), uuid7(), True
        with pytest.raises(IntegrityError, match="lies fast"), transaction.atomic():
            added.save(force_insert=True)
        assert rows.exclude(pk=out.pk).update(state="behouden", paper="Kast 3 (1 map)", retained=[]) == 1


def test_a_list_whose_rows_are_not_what_was_approved_does_not_begin_and_says_so_once(house):
    one, other = overdue(house, 2)
    row = proposed(house, one.number, by=house.anna)
    approved(row, house.dirk)
    cool(row)
    with in_bureau(house.bureau), loose(row):
        added = items_of(row)[0]
        added.pk, added.dossier_id, added.dossier_number = uuid7(), other.pk, other.number
        added._state.adding = True
        added.save(force_insert=True)
    for _ in range(2):
        run_bureau(house.bureau.pk)
    assert (again(row).status, "niet meer wat er is goedgekeurd" in again(row).error) == (ListStatus.APPROVED, True)
    assert {item.state for item in items_of(row)} == {"open"}
    (line,) = journal(house.bureau, "vernietiging.gestopt")
    assert (line.result, line.facts["error"]) == ("geweigerd", "manifest")
    with in_bureau(house.bureau):
        assert Dossier.objects.count() == 2
    assert again(row).error in " ".join(log_in(house.ella).get(f"/bewaren/lijsten/{row.pk}/").content.decode().split())
    assert cancelled(row, house.ella).status == ListStatus.CANCELLED


@pytest.mark.parametrize("how", ["added", "taken back in"])
def test_at_its_turn_an_item_that_the_approved_manifest_does_not_name_fails(house, how):
    one, other = overdue(house, 2)
    row = proposed(house, one.number, other.number, by=house.anna)
    out = next(item for item in items_of(row) if item.dossier_number == other.number)
    excluded(out, house.anna)
    approved(row, house.dirk)
    cool(row)
    with in_bureau(house.bureau):
        execution.begin_ready()
        with loose(row):
            ListItem.objects.filter(pk=out.pk).update(state="open")
            if how == "added":
                third = overdue(house)[0]
                ListItem.objects.filter(pk=out.pk).update(dossier_id=third.pk, dossier_number=third.number)
    run_bureau(house.bureau.pk)
    failed = next(item for item in items_of(row) if item.pk == out.pk)
    assert (failed.state, "niet op de lijst zoals die is goedgekeurd" in failed.error) == ("mislukt", True)
    with in_bureau(house.bureau):
        assert not Dossier.objects.filter(pk=one.pk).exists()
        assert Dossier.objects.filter(number__in=[failed.dossier_number, other.number]).exists()


# -- taking back -------------------------------------------------------------------------------------------------------
def test_taken_back_nothing_happens_and_the_next_day_lists_anew(house):
    (dossier,) = overdue(house)
    (row,) = night(house.bureau)
    approved(row, house.dirk)
    cool(row)
    for _ in range(2):
        assert cancelled(row, house.fleur).status == ListStatus.CANCELLED
    assert not is_ready(row)
    assert len(journal(house.bureau, "vernietiging.ingetrokken")) == 1
    assert night(house.bureau) == []
    (later,) = night(house.bureau, TODAY() + timedelta(days=1))
    assert [one.dossier_number for one in items_of(later)] == [dossier.number]


def test_once_it_runs_it_can_not_be_changed_or_taken_back(house):
    overdue(house)
    (row,) = night(house.bureau)
    approved(row, house.dirk)
    with in_bureau(house.bureau), silenced():
        DestructionList.objects.update(status=ListStatus.RUNNING)
    for act in (lambda: cancelled(row, house.fleur), lambda: excluded(items_of(row)[0], house.anna)):
        with pytest.raises(RuleBroken, match="wordt uitgevoerd"):
            act()


def test_administratie_takes_no_list_back(house):
    overdue(house)
    (row,) = night(house.bureau)
    with pytest.raises(PermissionDenied):
        cancelled(row, house.anna)


# -- two at once -------------------------------------------------------------------------------------------------------
@pytest.mark.django_db(transaction=True)
def test_two_beats_at_once_make_one_list(house):
    overdue(house, 3)
    made = at_once(lambda: night(house.bureau), lambda: night(house.bureau))
    assert sorted(len(rows) for rows in made) == [0, 1]


@pytest.mark.django_db(transaction=True)
def test_of_two_approvers_at_once_one_approves(house):
    overdue(house)
    (row,) = night(house.bureau)
    found = at_once(lambda: approved(row, house.dirk, number="1"), lambda: approved(row, house.ella, number="1"))
    refused = [one for one in found if isinstance(one, RuleBroken)]
    assert len(refused) == 1
    assert again(row).status == ListStatus.APPROVED


@pytest.mark.django_db(transaction=True)
def test_approving_and_leaving_out_at_once_leaves_no_approval_of_another_manifest(house):
    overdue(house, 2)
    (row,) = night(house.bureau)
    at_once(lambda: approved(row, house.dirk, number="2"), lambda: excluded(items_of(row)[0], house.anna))
    found = again(row)
    assert found.status == ListStatus.PROPOSED
    assert found.approved_by_id is None
