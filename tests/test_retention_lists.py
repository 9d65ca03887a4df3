"""Destruction lists: what is proposed and what is not, who may change and approve, and what can be taken back."""

from __future__ import annotations

import json
from datetime import date, timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.utils import timezone

from access.rules import RuleBroken
from bureaus.tenancy import in_bureau
from retention import manifest
from retention.actions import lists, refresh_whole_bureau
from retention.actions.execution import begin_ready
from retention.execution_tasks import run_bureau
from retention.models import DestructionList, ItemState, ListItem, ListKind
from tests.support.ages import silenced
from tests.support.lists import (
    LONG_AGO,
    again,
    approved,
    as_in_a_view,
    cool,
    excluded,
    hold,
    included,
    is_ready,
    items_of,
    journal,
    legal_record,
    night,
    overdue,
    people,
    proposed,
)
from tests.support.people import acting, log_in
from tests.support.retention import ended_dossier

pytestmark = pytest.mark.django_db
TODAY = timezone.localdate


@pytest.fixture
def house():
    return people()


# -- what is proposed --------------------------------------------------------------------------------------------------
@pytest.mark.article("javawest", "7")
def test_a_night_lists_what_is_due_with_why_and_how_much(house):
    (dossier,) = overdue(house, stukken=True)
    (row,) = night(house.bureau)
    (item,) = items_of(row)
    assert (row.kind, row.status, row.proposed_by_id, row.proposed_by_name) == (
        "termijn",
        "voorgesteld",
        None,
        "systeem",
    )
    assert (item.dossier_number, item.term, item.trigger, item.article) == (
        dossier.number, "P5Y", "traject_ended", "javawest 7",
    )  # fmt: skip
    assert item.counts["stukken"] == 2
    assert item.counts["files"] == 1
    assert item.counts["bytes"] > 0
    assert (row.four_eyes, row.cooling_off, row.reglement_version, row.number) == (True, "P7D", 1, 1)


@pytest.mark.article("javawest", "7")
def test_a_dossier_is_listed_on_the_very_day_that_its_term_has_passed(house):
    ended_dossier(house.bureau, ended=date(2021, 3, 1), stukken=False)
    assert night(house.bureau, date(2026, 2, 28)) == []
    assert len(night(house.bureau, date(2026, 3, 1))) == 1


def test_nothing_due_makes_no_list(house):
    ended_dossier(house.bureau, ended=TODAY() - timedelta(days=10), stukken=False)
    assert night(house.bureau) == []


def test_a_second_round_of_the_day_makes_no_second_list(house):
    overdue(house, 2)
    assert [len(items_of(row)) for row in night(house.bureau)] == [2]
    assert night(house.bureau) == []


def test_what_is_blocked_or_without_a_date_stays_off_the_list(house):
    held, _, free = overdue(house, 3)[0], *overdue(house, 1, traject_ended_on=TODAY()), *overdue(house)
    ended_dossier(house.bureau, ended=TODAY(), stukken=False, phase="begeleiding", end_reason="", traject_ended_on=None)
    hold(held, house.fleur)
    (row,) = night(house.bureau)
    numbers = {one.dossier_number for one in items_of(row)}
    assert held.number not in numbers
    assert free.number in numbers
    assert len(numbers) == 3


def test_a_running_traject_of_the_same_client_keeps_the_old_dossier(house):
    (old,) = overdue(house)
    ended_dossier(house.bureau, ended=TODAY(), client=old.client, stukken=False, phase="begeleiding", end_reason="",
                  traject_ended_on=None)  # fmt: skip
    assert night(house.bureau) == []


def test_what_the_law_kept_is_listed_by_its_own_term(house):
    with in_bureau(house.bureau):
        record = legal_record(due_on=TODAY() - timedelta(days=1))
        legal_record(due_on=TODAY() + timedelta(days=1))
    (row,) = night(house.bureau)
    (item,) = items_of(row)
    assert (item.record_id, item.data_class, item.dossier_number) == (record.pk, "legally_required", "D-OUD0001")
    assert (item.period_from, item.period_until) == (date(2010, 1, 1), date(2011, 1, 1))


@pytest.mark.article("werklokaal", "7")
def test_an_own_copy_stands_on_a_list_of_its_own_once_the_opdrachtgever_signed():
    house = people("werklokaal")
    ended = TODAY() - timedelta(days=400)
    ended_dossier(house.bureau, ended=ended, stukken=False)
    received = ended_dossier(house.bureau, ended=ended, stukken=False, transfer_received_on=ended + timedelta(days=30))
    (row,) = night(house.bureau)
    assert row.kind == ListKind.TRANSFER
    assert [one.dossier_number for one in items_of(row)] == [received.number]


def test_numbers_have_no_gaps_and_begin_anew_each_year(house):
    for wanted in (1, 2, 3):
        overdue(house)
        (row,) = night(house.bureau, TODAY() + timedelta(days=wanted))
        assert row.number == wanted
    with in_bureau(house.bureau), silenced():
        DestructionList.objects.update(year=2025)
    overdue(house)
    assert night(house.bureau)[0].number == 1


def test_another_day_moves_only_what_is_proposed(house):
    ended_dossier(house.bureau, ended=TODAY() - timedelta(days=365), stukken=False)
    (row,) = night(house.bureau, TODAY() + timedelta(days=365 * 5))
    approved(row, house.dirk)
    found = again(row)
    assert found.starts_after - found.approved_at == timedelta(days=7)
    assert not is_ready(row)
    assert found.year == TODAY().year


def test_what_the_manifest_says_is_what_the_rows_say_without_a_name(house):
    (dossier,) = overdue(house)
    (row,) = night(house.bureau)
    said = json.loads(row.manifest)
    assert manifest.sha256(row.manifest) == row.manifest_sha256
    assert [one["dossier_number"] for one in said["items"]] == [dossier.number]
    for name in ("Geweest", "Test", house.carl.name, "systeem", "Opdrachtgever"):
        assert name not in row.manifest
    assert said["items"][0]["retained"] == []


def test_what_the_law_keeps_longer_is_said_on_the_list(house):
    ended_dossier(house.bureau, ended=TODAY() - timedelta(days=365 * 6), stukken=False)
    (row,) = night(house.bureau)
    (kept,) = items_of(row)[0].retained
    assert (kept["term"], kept["ground"]) == ("P7Y", "AWR 52")


# -- by hand -----------------------------------------------------------------------------------------------------------
def test_by_hand_the_list_is_of_who_made_it(house):
    one, two = overdue(house, 2)
    row = proposed(house, one.number.lower(), f" {two.number} ", one.number, by=house.anna)
    assert (row.proposed_by_id, len(items_of(row))) == (house.anna.pk, 2)
    assert night(house.bureau) == []


def test_a_double_click_by_hand_is_one_list(house):
    (one,) = overdue(house)
    assert proposed(house, one.number, by=house.anna) == proposed(house, one.number, by=house.anna)
    with pytest.raises(RuleBroken, match="staat al op lijst"):
        proposed(house, one.number, by=house.dirk)


@pytest.mark.parametrize(
    ("numbers", "said"),
    [
        ([], "ten minste één"),
        (["D-BESTAAT"], "bestaat niet: D-BESTAAT"),
        (["niet-due"], "loopt nog tot"),
        (["geen-datum"], "nog geen datum"),
        (["vast"], "er loopt een klacht"),
        ([f"N{at}" for at in range(501)], "ten hoogste 500"),
        (["\x00<script>"], "bestaat niet"),
    ],
)
def test_by_hand_no_dossier_is_listed_before_its_date_or_under_a_hold(house, numbers, said):
    known = {
        "niet-due": lambda: ended_dossier(house.bureau, ended=TODAY(), stukken=False),
        "geen-datum": lambda: ended_dossier(
            house.bureau, ended=TODAY(), stukken=False, phase="begeleiding", end_reason="", traject_ended_on=None
        ),
        "vast": lambda: hold(overdue(house)[0], house.fleur).dossier,
    }
    asked = [known[name]().number if name in known else name for name in numbers]
    with pytest.raises(RuleBroken, match=said) as refused:
        proposed(house, *asked, by=house.anna)
    assert refused.value.field == "numbers"
    with in_bureau(house.bureau):
        assert not DestructionList.objects.exists()


def test_what_was_typed_and_is_no_number_stays_out_of_the_log(house):
    with pytest.raises(RuleBroken):
        proposed(house, "Jansen", by=house.anna)
    assert journal(house.bureau, lists.PROPOSED) == []


def test_who_neither_leads_nor_administers_makes_no_list(house):
    (one,) = overdue(house)
    for member in (house.fleur, house.carl):
        with pytest.raises(PermissionDenied):
            proposed(house, one.number, by=member)


# -- leaving out -------------------------------------------------------------------------------------------------------
def test_leaving_one_out_makes_the_list_of_who_did_and_voids_the_approval(house):
    overdue(house, 2)
    (row,) = night(house.bureau)
    approved(row, house.dirk)
    before = again(row).manifest_sha256
    excluded(items_of(row)[0], house.anna)
    found = again(row)
    assert (found.status, found.approved_by, found.starts_after) == ("voorgesteld", None, None)
    assert (found.proposed_by_id, found.proposed_by_name) == (house.anna.pk, "Anna")
    assert found.manifest_sha256 != before
    line = journal(house.bureau, "vernietiging.uitgezonderd")[-1]
    assert (line.facts["approval_fell"], line.facts["reason"]) == (True, "belang")
    assert "Er loopt nog iets" not in json.dumps(line.facts) + line.reason + found.manifest


def test_the_words_of_an_exclusion_are_sealed(house):
    overdue(house)
    (row,) = night(house.bureau)
    item = excluded(items_of(row)[0], house.anna, text="Een zeldzaamwoord hierover")
    with in_bureau(house.bureau), connection.cursor() as cursor:
        cursor.execute("SELECT excluded_text FROM retention_listitem WHERE id = %s", [item.pk])
        assert b"zeldzaamwoord" not in bytes(cursor.fetchone()[0])
        assert ListItem.objects.get(pk=item.pk).excluded_text == "Een zeldzaamwoord hierover"


def test_what_is_left_out_comes_back_on_its_day_and_not_before(house):
    (one,) = overdue(house)
    (row,) = night(house.bureau)
    until = TODAY() + timedelta(days=90)
    excluded(items_of(row)[0], house.anna, until=until)
    assert night(house.bureau, until - timedelta(days=1)) == []
    (later,) = night(house.bureau, until)
    assert [item.dossier_number for item in items_of(later)] == [one.number]
    with pytest.raises(RuleBroken, match=f"staat nu op lijst {later}"):
        included(items_of(row)[0], house.anna)


def test_the_same_exclusion_twice_is_one_change(house):
    overdue(house)
    (row,) = night(house.bureau)
    item = items_of(row)[0]
    for _ in range(2):
        excluded(item, house.anna)
    assert len(journal(house.bureau, "vernietiging.uitgezonderd")) == 1
    excluded(item, house.anna, reason="wet")
    assert len(journal(house.bureau, "vernietiging.uitgezonderd")) == 2


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"reason": "zomaar"}, "reason"),
        ({"until": date(1, 1, 1)}, "until"),
        ({"until": date(9999, 12, 31)}, "until"),
        ({"text": "x" * 1001}, "text"),
    ],
)
def test_an_exclusion_without_sense_is_refused_beside_its_field(house, given, field):
    overdue(house)
    (row,) = night(house.bureau)
    with pytest.raises(RuleBroken) as refused:
        excluded(items_of(row)[0], house.anna, **given)
    assert refused.value.field == field
    assert items_of(row)[0].state == ItemState.OPEN


def test_taken_back_in_it_stands_there_as_before(house):
    overdue(house)
    (row,) = night(house.bureau)
    item = excluded(items_of(row)[0], house.anna)
    included(item, house.dirk)
    found = again(row)
    assert (found.manifest_sha256, found.proposed_by_id) == (row.manifest_sha256, house.dirk.pk)
    assert again(item).excluded_text is None


def test_what_got_a_hold_meanwhile_is_not_taken_back_in(house):
    (dossier,) = overdue(house)
    (row,) = night(house.bureau)
    item = excluded(items_of(row)[0], house.anna)
    hold(dossier, house.fleur)
    with pytest.raises(RuleBroken, match="er loopt een klacht"):
        included(item, house.dirk)
    (line,) = journal(house.bureau, "vernietiging.teruggezet")
    assert line.result == "geweigerd"


def test_a_legal_record_is_left_out_by_its_reason_alone(house):
    with in_bureau(house.bureau):
        legal_record(due_on=TODAY())
    (row,) = night(house.bureau)
    with pytest.raises(RuleBroken, match="geen dossier meer"):
        excluded(items_of(row)[0], house.anna)
    assert excluded(items_of(row)[0], house.anna, text="").state == ItemState.EXCLUDED


# -- on request, and one stuk ------------------------------------------------------------------------------------------
@pytest.mark.article("werkid", "14")
def test_on_request_a_dossier_is_listed_before_its_term_within_three_months():
    house = people("werkid")
    dossier = ended_dossier(house.bureau, ended=TODAY() - timedelta(days=20), handler=house.carl)
    answer_by = TODAY() + timedelta(days=90)
    with acting(house.carl):
        rows = [
            lists.propose_request(dossier=dossier, by=house.carl, answer_by=answer_by, source="verzoek 1")
            for _ in range(2)
        ]
    row = rows[0]
    assert rows[1] == row
    (item,) = items_of(row)
    assert (row.kind, row.answer_by, item.due_on, item.counts["stukken"]) == ("verzoek", answer_by, None, 2)
    assert item.article == "werkid 14.1"
    assert item.retained[0]["term"] == "P7Y"


@pytest.mark.article("werkid", "14")
def test_on_request_nothing_goes_where_another_has_a_considerable_interest():
    house = people("werkid")
    dossier = ended_dossier(house.bureau, ended=TODAY() - timedelta(days=20), handler=house.carl, stukken=False)
    hold(dossier, house.fleur, kind="belang")
    with pytest.raises(RuleBroken, match="aanmerkelijk belang"):
        as_in_a_view(
            house.carl,
            lambda: lists.propose_request(dossier=dossier, by=house.carl, answer_by=TODAY(), source="verzoek 1"),
        )
    (line,) = journal(house.bureau, lists.PROPOSED)
    assert (line.result, line.dossier_number) == ("geweigerd", dossier.number)


def test_the_request_itself_does_not_keep_what_it_asks_to_destroy():
    house = people("werkid")
    dossier = ended_dossier(house.bureau, ended=TODAY() - timedelta(days=20), handler=house.carl, stukken=False)
    hold(dossier, house.fleur, kind="verzoek", source="verzoek 1")
    with acting(house.carl):
        assert lists.propose_request(dossier=dossier, by=house.carl, answer_by=TODAY(), source="verzoek 1").pk


@pytest.mark.parametrize("other", ["", "verzoek 2"])
def test_another_request_keeps_what_a_request_asks_to_destroy(other):
    house = people("werkid")
    dossier = ended_dossier(house.bureau, ended=TODAY() - timedelta(days=20), handler=house.carl, stukken=False)
    hold(dossier, house.fleur, kind="verzoek", source=other)
    ask = {"dossier": dossier, "by": house.carl, "answer_by": TODAY(), "source": "verzoek 1"}
    with pytest.raises(RuleBroken, match="er loopt een verzoek"):
        as_in_a_view(house.carl, lambda: lists.propose_request(**ask))


def test_another_request_that_came_after_the_list_keeps_the_dossier_at_its_turn():
    house = people("werkid")
    dossier = ended_dossier(house.bureau, ended=TODAY() - timedelta(days=20), handler=house.carl, stukken=False)
    with acting(house.carl):
        row = lists.propose_request(dossier=dossier, by=house.carl, answer_by=TODAY(), source="verzoek 1")
    approved(row, house.dirk)
    hold(dossier, house.fleur, kind="verzoek", source="verzoek 1")
    hold(dossier, house.fleur, kind="verzoek", source="verzoek 2")
    cool(row)
    run_bureau(house.bureau.pk)
    (item,) = items_of(row)
    assert (item.state, item.kept_because) == ("behouden", "verzoek")


@pytest.mark.article("jmwerkt", "6.1.4")
def test_one_stuk_is_listed_alone_while_its_dossier_lives_on():
    house = people("jmwerkt")
    dossier = ended_dossier(house.bureau, ended=TODAY() - timedelta(days=20), handler=house.carl)
    with acting(house.carl):
        stuk = dossier.stukken.get(kind="document")
        row = lists.propose_stuk(stuk=stuk, by=house.carl, source="verzoek 2")
        assert lists.propose_stuk(stuk=stuk, by=house.carl, source="verzoek 2") == row
        with pytest.raises(RuleBroken, match="staat al op lijst"):
            lists.propose_stuk(stuk=stuk, by=house.carl, source="verzoek 3")
    (item,) = items_of(row)
    assert (row.kind, item.stuk_id, item.counts["files"]) == ("correctie", stuk.pk, 1)


@pytest.fixture
def asked():
    """A bureau with a dossier of which one stuk stands on a list of corrections: people, the stuk, the list."""
    house = people("jmwerkt")
    dossier = ended_dossier(house.bureau, ended=TODAY() - LONG_AGO, handler=house.carl)
    with acting(house.carl):
        stuk = dossier.stukken.get(kind="document")
        return house, stuk, lists.propose_stuk(stuk=stuk, by=house.carl, source="verzoek 2")


@pytest.mark.parametrize("state", [ItemState.OPEN, ItemState.FAILED])
def test_a_stuk_on_a_list_that_runs_is_listed_no_second_time(asked, state):
    house, stuk, row = asked
    cool(approved(row, house.dirk))
    with in_bureau(house.bureau, origin="werker"):
        begin_ready()
        row.items.update(state=state)
    with pytest.raises(RuleBroken, match=f"staat al op lijst {row}"):
        as_in_a_view(house.carl, lambda: lists.propose_stuk(stuk=stuk, by=house.carl, source="verzoek 3"))


def test_a_stuk_that_was_left_out_is_offered_and_may_be_listed_again(asked):
    house, stuk, row = asked
    excluded(items_of(row)[0], house.anna)
    assert "Dit stuk staat al op" not in log_in(house.carl).get(f"/stukken/{stuk.pk}/verwijderen/").content.decode()
    with acting(house.carl):
        assert lists.propose_stuk(stuk=stuk, by=house.carl, source="verzoek 3") != row


def test_a_dossier_of_which_one_stuk_is_listed_can_be_put_on_a_list_itself(asked):
    house, stuk, row = asked
    refresh_whole_bureau(house.bureau.pk)
    text = log_in(house.dirk).get("/bewaren/?toon=voorbij").content.decode()
    assert f"Staat op lijst {row}" not in text
    assert f"?nummer={stuk.dossier.number}" in text
