"""A whole bureau follows its reglement: in steps, by one worker at a time, resumed where a killed one stopped."""

from __future__ import annotations

import time
from datetime import timedelta

import pytest
from django.utils import timezone

from access.models import DossierGrant, EndedGrant
from bureaus.tenancy import in_bureau
from dossiers import actions
from dossiers.actions import runs
from dossiers.actions.following import Outcome
from dossiers.models import FollowRun
from dossiers.tasks import follow, follow_reglementen
from journal.models import Line
from tests.support.dossiers import many_dossiers
from tests.support.waiting import somebody_works_in
from tests.test_following import count, new_version

PAST = timedelta(minutes=-1)


def run_of(bureau) -> FollowRun:
    with in_bureau(bureau):
        return FollowRun.objects.select_related("reglement").latest("created_at")


def let_lease_pass(bureau) -> None:
    with in_bureau(bureau):
        FollowRun.objects.update(leased_until=timezone.now() + PAST)


@pytest.mark.django_db
def test_adopting_leaves_work_that_says_whose_it_is_and_how_much(javawest, alice):
    many_dossiers(javawest, alice, 3)
    new_version(javawest, standing={"fg": "view"})
    run = run_of(javawest)
    assert (run.status, run.total, run.done, run.by_name) == (FollowRun.Status.WAITING, 3, 0, "B")


@pytest.mark.django_db
def test_a_run_counts_what_it_did_and_the_journal_says_that_it_is_done(javawest, alice):
    ids = [one.pk for one in many_dossiers(javawest, alice, 3)]
    new_version(javawest, standing={"fg": "view", "directie": "none"})
    assert follow_reglementen() == 3
    run = run_of(javawest)
    assert (run.status, run.done, run.gained, run.lost) == (FollowRun.Status.DONE, 3, 9, 0)
    assert run.finished_at
    with in_bureau(javawest):
        line = Line.objects.get(act="reglement.gevolgd")
        assert (line.object_id, line.facts) == (str(run.reglement_id), {"dossiers": 3, "gained": 9, "lost": 0})
    before = count(javawest)
    assert follow_reglementen() == 0
    with in_bureau(javawest):
        assert actions.follow_dossiers(ids, by=None) == Outcome(0, 0)
        assert actions.take_back_releases(ids) == 0
    assert count(javawest) == before


@pytest.mark.django_db
def test_one_worker_has_a_run_until_its_lease_is_over(javawest, alice):
    many_dossiers(javawest, alice, 3)
    new_version(javawest, standing={"fg": "view"})
    with in_bureau(javawest):
        first = actions.take_run()
        assert actions.take_run() is None
        let_lease_pass(javawest)
        second = actions.take_run()
        assert second.pk == first.pk
        assert actions.step_run(first) is None, "who lost the lease does nothing more"
        assert actions.step_run(second).done == 3


@pytest.mark.django_db
def test_what_went_wrong_is_named_by_its_kind_and_tried_again_later(javawest, alice):
    many_dossiers(javawest, alice, 3)
    new_version(javawest, standing={"fg": "view"})
    with in_bureau(javawest):
        actions.fail_run(actions.take_run(), ValueError("Jan Jansen"))
    run = run_of(javawest)
    assert (run.status, run.error) == (FollowRun.Status.FAILED, "ValueError")
    assert follow_reglementen() == 0, "first a rest"
    let_lease_pass(javawest)
    assert follow_reglementen() == 3
    assert run_of(javawest).error == ""


@pytest.mark.django_db
def test_when_time_is_up_the_rest_is_for_the_next_worker(javawest, alice):
    many_dossiers(javawest, alice, 3)
    new_version(javawest, standing={"fg": "view"})
    assert follow(javawest.pk, timezone.localdate(), until=time.monotonic() - 1) == 0
    run = run_of(javawest)
    assert (run.status, run.leased_until) == (FollowRun.Status.RUNNING, None)
    assert follow_reglementen() == 3


@pytest.mark.django_db
def test_a_version_of_tomorrow_is_no_work_today(javawest, alice):
    many_dossiers(javawest, alice, 1)
    tomorrow = timezone.localdate() + timedelta(days=1)
    new_version(javawest, from_day=tomorrow, standing={"fg": "view"})
    with in_bureau(javawest):
        assert not FollowRun.objects.exists()
    assert [follow(javawest.pk, day) for day in (timezone.localdate(), tomorrow, tomorrow)] == [0, 1, 0]


def wait_for(bureau, seconds=90, **state) -> FollowRun:
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        run = run_of(bureau)
        if all(getattr(run, name) == value for name, value in state.items()):
            return run
        time.sleep(0.05)
    pytest.fail(f"the run did not come to {state}: {run.status} {run.done}/{run.total} {run.error}")


@pytest.mark.django_db(transaction=True)
def test_a_worker_that_is_killed_in_the_middle_is_followed_up_and_nothing_is_done_twice(
    javawest, alice, celery_worker_process
):
    dossiers = many_dossiers(javawest, alice, runs.STEP + 10)
    with somebody_works_in(dossiers[-1]):
        new_version(javawest, standing={"fg": "view"})
        wait_for(javawest, done=runs.STEP)
        time.sleep(0.3)  # it waits for the dossier now, in the middle of its second step
        celery_worker_process.kill()
    run = run_of(javawest)
    assert (run.status, run.done, run.after) == (FollowRun.Status.RUNNING, runs.STEP, dossiers[runs.STEP - 1].pk)
    celery_worker_process.ensure()
    celery_worker_process.wait_for(" ready.")
    let_lease_pass(javawest)
    follow_reglementen.delay()  # as the sweep does
    run = wait_for(javawest, status=FollowRun.Status.DONE)
    total = len(dossiers)
    assert (run.done, run.gained, run.lost) == (total, 4 * total, 0)
    with in_bureau(javawest):
        assert DossierGrant.objects.count() == 5 * total  # the handler writes as well
        assert Line.objects.filter(act="toegang.gegeven").count() == 4 * total
        assert Line.objects.filter(act="reglement.gevolgd").count() == 1
        assert not EndedGrant.objects.exists()
