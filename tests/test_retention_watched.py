"""What the watchlist counts in SQL is what `terms.blocks` says row by row."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.utils import timezone

from bureaus.tenancy import in_bureau
from clients.models import Client, Phase, Traject
from dossiers.models import Dossier
from retention import actions, terms, watched
from retention.models import Hold, HoldKind
from tests.support.retention import ended_dossier

pytestmark = pytest.mark.django_db
LONG_AGO = date(2020, 1, 1)


@pytest.fixture
def plain(javawest, alice):
    return lambda **more: ended_dossier(javawest, ended=LONG_AGO, handler=alice, stukken=False, **more)


def held(dossier: Dossier, kind: str = HoldKind.LAWSUIT, **more) -> Hold:
    day = timezone.localdate() + timedelta(days=60)
    return actions.place_hold(dossier=dossier, by=None, kind=kind, reason="Loopt.", review_on=day, **more)


def nothing(dossier: Dossier) -> None:
    """Its term has passed, and that is all."""


def hold_with_an_end_to_come(dossier: Dossier) -> None:
    held(dossier, until=timezone.now() + timedelta(days=90))


def hold_past_its_end(dossier: Dossier) -> None:
    hold = held(dossier, until=timezone.now() + timedelta(days=90))
    Hold.objects.filter(pk=hold.pk).update(until=timezone.now() - timedelta(seconds=1))


def lifted_hold(dossier: Dossier) -> None:
    actions.lift_hold(hold=held(dossier), by=None, reason="Voorbij.")


def lifted_hold_and_a_living_one(dossier: Dossier) -> None:
    lifted_hold(dossier)
    held(dossier, HoldKind.COMPLAINT)


def hold_to_look_at_again(dossier: Dossier) -> None:
    Hold.objects.filter(pk=held(dossier).pk).update(review_on=LONG_AGO)


def own_traject(dossier: Dossier) -> None:
    Traject.objects.filter(pk=dossier.traject_id).update(phase=Phase.COACHING)


def other_traject(dossier: Dossier, *, phase: str = Phase.COACHING, client: Client | None = None) -> None:
    own = Traject.objects.get(pk=dossier.traject_id)
    own.pk, own.phase, own.client = None, phase, client or own.client
    own._state.adding = True
    own.save()


def other_traject_that_ended(dossier: Dossier) -> None:
    other_traject(dossier, phase=Phase.ENDED)


def traject_of_somebody_else(dossier: Dossier) -> None:
    other_traject(dossier, client=Client.objects.create(first_name="Een", last_name="Ander"))


def everything(dossier: Dossier) -> None:
    held(dossier)
    other_traject(dossier)
    own_traject(dossier)


CASES = {
    nothing: [],
    hold_with_an_end_to_come: ["rechtszaak"],
    hold_past_its_end: [],
    lifted_hold: [],
    lifted_hold_and_a_living_one: ["klacht"],
    hold_to_look_at_again: ["rechtszaak"],
    own_traject: [terms.OWN_TRAJECT],
    other_traject: [terms.OTHER_TRAJECT],
    other_traject_that_ended: [],
    traject_of_somebody_else: [],
    everything: ["rechtszaak", terms.OWN_TRAJECT, terms.OTHER_TRAJECT],
}


def both(ids) -> tuple[set, dict[object, list[str]]]:
    counted = set(watched._watched().filter(kept=True).values_list("dossier_id", flat=True))
    return counted, {key: [one.kind for one in found] for key, found in terms.blocks(ids).items()}


def test_what_the_watchlist_counts_as_kept_is_what_blocks_says_for_every_kind_of_block(javawest, plain):
    made = {case: plain() for case in CASES}
    with in_bureau(javawest):
        for case, dossier in made.items():
            case(dossier)
        actions.refresh_whole_bureau(javawest.pk)
        counted, blocked = both([one.pk for one in made.values()])
        assert watched._watched().count() == len(made)
    assert {case.__name__: blocked.get(made[case].pk, []) for case in CASES} == {
        case.__name__: kinds for case, kinds in CASES.items()
    }
    assert counted == set(blocked)


@pytest.mark.parametrize("kind", HoldKind.values)
def test_a_hold_of_each_kind_is_counted(javawest, plain, kind):
    one, _ = plain(), plain()
    with in_bureau(javawest):
        held(one, kind)
        counted, blocked = both(Dossier.objects.values_list("pk", flat=True))
    assert counted == set(blocked) == {one.pk}


def test_of_two_dossiers_of_one_client_the_running_one_keeps_the_other(javawest, plain):
    first = plain()
    second = plain(client=first.client)
    with in_bureau(javawest):
        own_traject(second)
        counted, blocked = both([first.pk, second.pk])
    assert blocked == {first.pk: [terms.OTHER_TRAJECT], second.pk: [terms.OWN_TRAJECT]}
    assert counted == set(blocked)
