"""Until when a dossier is kept, as it follows from the tables: four levels, four trigger dates, and what blocks."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection, connections
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from access.models import Role
from bureaus.actions import Adopter, adopt_reglement
from bureaus.reglement import version_in_force
from bureaus.schema import Trigger, dump
from bureaus.tenancy import Reach, in_bureau
from clients import actions as clients
from clients.models import Contract, Traject
from dossiers.models import Dossier
from retention import actions, terms
from retention.actions.due_dates import STEP
from retention.models import DueDate, TermAgreement
from retention.rules import Level, Refused
from retention.tasks import follow_terms
from tests.support.clients import registered
from tests.support.dossiers import many_dossiers
from tests.support.people import acting, make_bureau, make_member
from tests.support.retention import ended_dossier, many_ended
from tests.support.waiting import somebody_works_in, until_somebody_waits

pytestmark = pytest.mark.django_db
LONG_AGO = date(2021, 3, 3)


def standing(bureau, dossier) -> terms.Standing:
    with in_bureau(bureau):
        return terms.standing(dossier)


def agree(by, dossier, **more) -> TermAgreement:
    facts = {"data_class": "dossier", "term": "P3Y", "trigger": "traject_ended", "action": "destroy_pv",
             "basis": "brief van 3 mei"} | more  # fmt: skip
    if "contract" not in more:
        facts["traject"] = dossier.traject
    with acting(by):
        return actions.agree_term(by=by, **facts)


def due_of(bureau, dossier) -> DueDate:
    with in_bureau(bureau):
        return DueDate.objects.get(dossier_id=dossier.pk)


def contract_of(bureau, *dossiers, ends_on=None) -> Contract:
    with in_bureau(bureau):
        payer = dossiers[0].traject.opdrachtgever
        row = Contract.objects.create(opdrachtgever=payer, number="C-1", starts_on="2019-01-01", ends_on=ends_on)
        Traject.objects.filter(dossier__in=dossiers).update(contract=row, contract_ended_on=None)
        return row


# -- the five reglementen ---------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("preset", "dates", "due", "legal"),
    [
        pytest.param("javawest", {}, date(2026, 3, 3), date(2028, 3, 3), marks=pytest.mark.article("javawest", "7")),
        pytest.param("werkid", {"service_closed_on": date(2021, 4, 1)}, date(2026, 4, 1), date(2028, 4, 1),
                     marks=pytest.mark.article("werkid", "13.2")),
        pytest.param("pluspunt", {"service_closed_on": date(2021, 4, 1)}, date(2026, 4, 1), date(2028, 4, 1),
                     marks=pytest.mark.article("pluspunt", "3.5")),
        pytest.param("jmwerkt", {"contract_ended_on": date(2026, 1, 1)}, date(2028, 1, 1), date(2036, 1, 1),
                     marks=pytest.mark.article("jmwerkt", "8.1.2")),
    ],
)  # fmt: skip
def test_a_bureau_keeps_a_dossier_as_long_as_its_reglement_says(preset, dates, due, legal):
    bureau = make_bureau(preset, preset)
    dossier = ended_dossier(bureau, ended=LONG_AGO, stukken=False, **dates)
    found = standing(bureau, dossier)
    assert (found.due.on, found.legal.on) == (due, legal)
    assert due_of(bureau, dossier).due_on == due


@pytest.mark.article("werklokaal", "7")
def test_werklokaal_hands_over_and_keeps_its_copy_until_the_receipt():
    bureau = make_bureau("werklokaal", "werklokaal")
    dossier = ended_dossier(bureau, ended=LONG_AGO, stukken=False)
    found = standing(bureau, dossier)
    assert (found.due.on, found.transfer_from) == (None, LONG_AGO)
    assert due_of(bureau, dossier).missing == Trigger.TRANSFER_RECEIVED
    with in_bureau(bureau):
        Traject.objects.filter(pk=dossier.traject_id).update(transfer_received_on=date(2021, 5, 1))
        assert actions.refresh_due_dates([dossier.pk]) == 1
    assert due_of(bureau, dossier).due_on == date(2021, 5, 1)


@pytest.mark.article("javawest", "7")
def test_a_dossier_says_until_when_and_why(javawest):
    found = standing(javawest, ended_dossier(javawest, ended=LONG_AGO, stukken=False))
    assert found.due.explanation == "5 jaar na einde traject op 3 maart 2021 (javawest 7)"


# -- the trigger dates ------------------------------------------------------------------------------------------------
@pytest.mark.article("jmwerkt", "8.1.2")
def test_the_end_of_the_contract_counts_where_the_traject_has_none():
    bureau = make_bureau("jmwerkt", "jmwerkt")
    dossier = ended_dossier(bureau, ended=LONG_AGO, stukken=False)
    contract = contract_of(bureau, dossier)
    assert standing(bureau, dossier).due.missing == (Trigger.CONTRACT_ENDED,)
    with in_bureau(bureau):
        Contract.objects.filter(pk=contract.pk).update(ends_on=date(2026, 1, 1))
    assert standing(bureau, dossier).due.on == date(2028, 1, 1)


@pytest.mark.article("jmwerkt", "8.1.2")
def test_the_end_of_a_contract_moves_every_dossier_of_it():
    bureau = make_bureau("jmwerkt", "jmwerkt")
    boss = make_member(bureau, "Diana", Role.DIRECTIE)
    made = [ended_dossier(bureau, ended=LONG_AGO, stukken=False) for _ in range(2)]
    contract = contract_of(bureau, *made)
    with acting(boss):
        clients.save_contract(
            opdrachtgever=contract.opdrachtgever, by=boss, contract=contract, number="C-1",
            starts_on=date(2019, 1, 1), ends_on=date(2026, 1, 1),
        )  # fmt: skip
    assert [due_of(bureau, one).due_on for one in made] == [date(2028, 1, 1)] * 2


def test_a_new_dossier_has_a_row_that_says_which_date_is_awaited(javawest, alice):
    traject = registered(alice)
    with in_bureau(javawest):
        row = DueDate.objects.get(dossier__traject=traject)
    assert (row.due_on, row.missing) == (None, "traject_ended")


def test_ending_and_correcting_a_traject_moves_its_date(javawest, alice):
    traject = registered(alice)
    facts = {"by": alice, "reason": "doel", "result": "werk"}
    with acting(alice):
        clients.end_traject(traject=traject, ended_on=date(2026, 2, 28), **facts)
        assert DueDate.objects.get().due_on == date(2031, 2, 28)
        clients.correct_end(traject=traject, ended_on=date(2026, 3, 31), **facts)
        assert DueDate.objects.get().due_on == date(2031, 3, 31)


def test_a_date_past_the_calendar_is_one_to_solve_and_stops_nobody_else(javawest):
    bad = ended_dossier(javawest, ended=LONG_AGO, stukken=False, traject_ended_on=date(9998, 1, 1))
    good = ended_dossier(javawest, ended=LONG_AGO, stukken=False)
    assert "kan niet kloppen" in due_of(javawest, bad).explanation
    assert due_of(javawest, bad).due_on is None
    assert due_of(javawest, good).due_on == date(2026, 3, 3)


# -- the four levels --------------------------------------------------------------------------------------------------
def test_the_most_specific_of_reglement_contract_and_traject_holds(javawest, diana):
    dossier = ended_dossier(javawest, ended=LONG_AGO, stukken=False)
    contract = contract_of(javawest, dossier)
    assert standing(javawest, dossier).chosen.level == Level.REGLEMENT
    agree(diana, dossier, contract=contract, term="P4Y", basis="contract C-1, artikel 4")
    found = standing(javawest, dossier)
    assert (found.chosen.level, found.due.on) == (Level.CONTRACT, date(2025, 3, 3))
    assert found.due.explanation == "4 jaar na einde traject op 3 maart 2021 (afgesproken in het contract)"
    own = agree(diana, dossier, term="P6Y")
    assert due_of(javawest, dossier).due_on == date(2027, 3, 3)
    with acting(diana):
        actions.end_agreement(agreement=own, by=diana)
        actions.end_agreement(agreement=own, by=diana)
    assert due_of(javawest, dossier).due_on == date(2025, 3, 3)


def test_the_kind_of_traject_goes_before_the_reglement_and_a_new_reglement_moves_every_date(javawest):
    dossier = ended_dossier(javawest, ended=LONG_AGO, stukken=False)
    with in_bureau(javawest):
        rules = dump(version_in_force().rules)
        own = dict(rules["retention"]["rules"]["dossier"], term="P2Y", article="eigen regel")
        rules["retention"]["per_traject_kind"] = {"werkfit": {"dossier": own}}
        today = timezone.localdate()
        adopt_reglement(
            bureau=javawest, parameters=rules, adopted_on=today, in_force_from=today, by=Adopter(name="Test")
        )
        assert terms.standing(dossier).chosen.level == Level.TRAJECT_KIND
    assert follow_terms(javawest.pk) == 1
    assert follow_terms(javawest.pk) == 0
    assert due_of(javawest, dossier).due_on == date(2023, 3, 3)


def test_the_same_agreement_twice_is_one_and_another_replaces_it(javawest, diana):
    dossier = ended_dossier(javawest, ended=LONG_AGO, stukken=False)
    assert agree(diana, dossier).pk == agree(diana, dossier).pk
    agree(diana, dossier, term="P1Y")
    with in_bureau(javawest):
        assert TermAgreement.objects.count() == 2
        assert TermAgreement.objects.get(ended_at=None).term == "P1Y"


@pytest.mark.article("pluspunt", "3.5")
def test_an_agreement_never_goes_past_the_maximum_of_pluspunt():
    bureau = make_bureau("pluspunt", "pluspunt")
    boss = make_member(bureau, "Diana", Role.DIRECTIE)
    dossier = ended_dossier(bureau, ended=LONG_AGO, stukken=False)
    with pytest.raises(Refused, match="ten hoogste 5 jaar"):
        agree(boss, dossier, term="P6Y", trigger="service_closed")
    agree(boss, dossier, term="P1Y", trigger="service_closed")
    assert due_of(bureau, dossier).due_on == date(2022, 3, 3)


@pytest.mark.parametrize(
    "wrong", [{"term": "P0Y"}, {"term": "5 jaar"}, {"trigger": "recorded"}, {"action": "erase"}, {"basis": "  "},
              {"data_class": "concept"}, {"basis": "x" * 81}, {"action": "transfer"},
              {"data_class": "legally_required", "term": "transfer", "trigger": "transfer_received",
               "action": "transfer"}],
)  # fmt: skip
def test_an_agreement_that_can_not_be_is_refused_in_words(javawest, diana, wrong):
    dossier = ended_dossier(javawest, ended=LONG_AGO, stukken=False)
    with pytest.raises(Refused):
        agree(diana, dossier, **wrong)


def test_a_coach_agrees_no_other_term(javawest, alice):
    dossier = ended_dossier(javawest, ended=LONG_AGO, handler=alice, stukken=False)
    with pytest.raises(PermissionDenied):
        agree(alice, dossier)


# -- what blocks ------------------------------------------------------------------------------------------------------
def test_a_traject_that_runs_keeps_every_dossier_of_the_same_person(javawest, alice):
    first = ended_dossier(javawest, ended=LONG_AGO, stukken=False)
    with in_bureau(javawest):
        traject = Traject.objects.create(
            client=first.client, opdrachtgever=first.traject.opdrachtgever, kind="werkfit", handler=alice,
            registered_on="2026-01-05",
        )  # fmt: skip
        second = Dossier.objects.create(number="D-TWEE", client=first.client, traject=traject)
        found = terms.blocks([first.pk, second.pk])
        kinds = {key: [one.kind for one in value] for key, value in found.items()}
        assert kinds == {first.pk: [terms.OTHER_TRAJECT], second.pk: [terms.OWN_TRAJECT]}
        Traject.objects.filter(pk=traject.pk).update(
            phase="beeindigd", end_reason="doel", traject_ended_on=timezone.localdate()
        )
        assert terms.blocks([first.pk, second.pk]) == {}


def test_a_client_is_told_what_the_bureau_computes_and_not_less(javawest, diana, charlie):
    """Agreements are out of a client's reach; the date that follows from them is not."""
    dossier = ended_dossier(javawest, ended=LONG_AGO, stukken=False)
    agree(diana, dossier, term="P7Y")
    with in_bureau(javawest, reach=Reach.CLIENT):
        with in_bureau(javawest):
            wide = terms.standing(dossier)
        assert terms.standings([dossier.pk])[dossier.pk] == wide


def test_one_dossier_asked_whole_is_the_same_in_one_query(javawest, alice, diana, django_assert_num_queries):
    dossier = ended_dossier(javawest, ended=LONG_AGO, handler=alice, stukken=False)
    contract = contract_of(javawest, dossier)
    agree(diana, dossier, contract=contract, data_class="legally_required", term="P9Y")
    agree(diana, dossier, term="P7Y")
    today = timezone.localdate()
    with acting(alice):
        for kind, until in (("klacht", None), ("uren", timezone.now() + timedelta(days=300))):
            actions.place_hold(
                dossier=dossier, by=alice, kind=kind, reason="x", review_on=today + timedelta(days=9), until=until
            )
    with in_bureau(javawest):
        Traject.objects.filter(pk=dossier.traject_id).update(phase="nazorg")
        due = (terms.standing(dossier), terms.blocks([dossier.pk])[dossier.pk])
        assert [one.kind for one in due[1]] == ["klacht", "uren", terms.OWN_TRAJECT]
        with django_assert_num_queries(1):
            assert terms.whole(dossier) == due


# -- many -------------------------------------------------------------------------------------------------------------
def test_three_thousand_dossiers_take_as_many_queries_as_one_and_seconds(javawest, alice, django_assert_num_queries):
    made = many_ended(javawest, alice, 3_000, ended=date(2020, 1, 1))
    with in_bureau(javawest):
        terms.standings([made[0].pk])
        begun = time.monotonic()
        with django_assert_num_queries(2):
            assert len(terms.standings(one.pk for one in made)) == 3_000
        with django_assert_num_queries(2):
            assert terms.blocks(one.pk for one in made) == {}
        assert DueDate.objects.count() == 3_000
        assert actions.refresh_whole_bureau(javawest.pk) == 0
        Traject.objects.update(traject_ended_on=date(2020, 1, 1) + timedelta(days=1))
        with CaptureQueriesContext(connection) as asked:
            assert actions.refresh_whole_bureau(javawest.pk) == 3_000
        assert len(asked) <= 30, len(asked)
        assert time.monotonic() - begun < 30


@pytest.mark.django_db(transaction=True)
def test_while_it_waits_for_a_dossier_that_somebody_works_in_all_others_are_done_and_free(javawest, alice):
    made = [one.pk for one in many_dossiers(javawest, alice, STEP + 10)]
    busy, others = made[7], made[:7] + made[8:]

    def follow() -> int:
        try:
            return follow_terms(javawest.pk)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(1) as apart:
        with somebody_works_in(Dossier(pk=busy, bureau_id=javawest.pk)):
            changed = apart.submit(follow)
            until_somebody_waits()
            with in_bureau(javawest):
                free = Dossier.objects.select_for_update(of=("self",), skip_locked=True).order_by("pk")
                assert list(free.values_list("pk", flat=True)) == others
                assert set(DueDate.objects.values_list("dossier_id", flat=True)) == set(others)
        assert changed.result(60) == len(made)
    with in_bureau(javawest):
        assert DueDate.objects.filter(dossier_id=busy).exists()
