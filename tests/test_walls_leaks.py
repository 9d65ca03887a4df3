"""Nothing of a bureau stays behind on a connection or in a thread, whatever went wrong there.

Threads keep their connection from one request to the next, as gunicorn's do.
"""

from __future__ import annotations

import random
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import DataError, connection

from access.models import Mail, Role
from bureaus.tenancy import NoBureau, current, has_context, in_bureau
from config.celery import app
from journal.models import Line
from tests.support.people import browser_of, log_in, make_bureau, make_member

pytestmark = pytest.mark.django_db(transaction=True)
SETTINGS = ("app.bureau_id", "app.reach", "app.user_id", "app.membership_id", "app.principals")
ANSWERS = {
    "/whose/": 200, "/boom/": 500, "/missing/": 404, "/forbidden/": 403, "/nested/": 200, "/broken/": 500,
}  # fmt: skip


@pytest.fixture
def members(settings):
    """A coach in each of two bureaus, each with a mail that the other may not see."""
    settings.ROOT_URLCONF = "tests.support.leak_urls"
    found = []
    for slug in ("javawest", "werkid"):
        bureau = make_bureau(slug, slug)
        found.append(make_member(bureau, "Coach", Role.COACH, email=f"coach@{slug}.test"))
        with in_bureau(bureau):
            Mail.objects.create(to="x@x.test", kind="x", once_key="x")
    return found


def left_behind() -> dict[str, str]:
    """What the database still knows of whoever was served last on this thread's connection."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {', '.join(['current_setting(%s, true)'] * len(SETTINGS))}", SETTINGS)
        return {name: value for name, value in zip(SETTINGS, cursor.fetchone(), strict=True) if value}


def check_clean() -> None:
    assert left_behind() == {}
    assert not has_context()
    with pytest.raises(NoBureau):
        current()
    with pytest.raises(NoBureau):
        Mail.objects.count()
    assert not connection.in_atomic_block


def serve(client, bureau_id: int, paths: list[str]) -> int:
    """One thread's work: requests of one person after another, the connection looked at in between."""
    client.raise_request_exception = False
    for path in paths:
        answer = client.get(path)
        assert answer.status_code == ANSWERS[path], path
        if answer.status_code == 200:
            assert answer.content.decode() == str(bureau_id)
        check_clean()
    return len(paths)


def test_threads_that_serve_two_bureaus_by_turns_and_fail_leave_nothing_behind(members, caplog):
    caplog.set_level("CRITICAL")
    people = [(member, log_in(member).cookies) for member in members]
    drawn = random.Random(1)

    def turn(number: int) -> int:
        member, cookies = people[number % 2]
        client = browser_of(member.bureau)
        client.cookies = cookies
        return serve(client, member.bureau_id, drawn.choices(list(ANSWERS), k=6))

    everyone = Barrier(4, timeout=20)

    def last(_: int) -> None:
        everyone.wait()  # so that each thread does this once
        check_clean()
        connection.close()

    # Fewer threads than turns: each connection serves both bureaus.
    with ThreadPoolExecutor(max_workers=4) as pool:
        assert sum(pool.map(turn, range(24))) == 144
        list(pool.map(last, range(4)))


@pytest.mark.parametrize("path", ["/boom/", "/missing/", "/forbidden/", "/nested/", "/broken/"])
def test_what_a_failed_request_had_written_is_gone_and_its_refusal_stays(members, path, caplog):
    caplog.set_level("CRITICAL")
    client = log_in(members[0])
    client.raise_request_exception = False
    assert client.get(path).status_code == ANSWERS[path]
    for member in members:
        with in_bureau(member.bureau):
            assert not Mail.objects.filter(to="half@werk.test").exists()
    with in_bureau(members[0].bureau):
        refused = Line.objects.filter(act="toegang.geweigerd").count()
    assert refused == (1 if ANSWERS[path] in (403, 404) else 0)


def test_an_answer_that_is_streamed_after_the_context_fails_closed(members):
    client = log_in(members[0])
    answer = client.get("/streamed/")
    with pytest.raises(DataError, match="bigint"):
        b"".join(answer.streaming_content)
    connection.rollback()
    check_clean()


def test_an_error_inside_a_context_inside_a_context_puts_the_outer_one_back(members):
    here, there = (member.bureau for member in members)
    with in_bureau(here):
        with pytest.raises(ZeroDivisionError), in_bureau(there):
            assert left_behind()["app.bureau_id"] == str(there.pk)
            raise ZeroDivisionError
        assert left_behind()["app.bureau_id"] == str(here.pk)
        assert current().bureau_id == here.pk
        assert set(Mail.objects.values_list("bureau_id", flat=True)) == {here.pk}
    check_clean()


def test_a_context_that_ended_well_inside_another_puts_the_outer_one_back(members):
    here, there = (member.bureau for member in members)
    with in_bureau(here):
        with in_bureau(there):
            pass
        assert left_behind()["app.bureau_id"] == str(here.pk)
        assert set(Mail.objects.values_list("bureau_id", flat=True)) == {here.pk}
    check_clean()


@app.task(name="tests.whose_mail")
def whose_mail(fail: bool = False) -> list[int]:
    found = list(Mail.objects.values_list("bureau_id", flat=True))
    if fail:
        raise RuntimeError("halfway")
    return found


def test_a_task_runs_in_the_bureau_of_its_header_and_in_no_other(members):
    """By turns, also where it fails: the same process runs the tasks of all bureaus."""
    for member in [*members, *members]:
        header = {"headers": {"bureau": member.bureau_id}}
        assert whose_mail.apply(**header).get() == [member.bureau_id]
        with pytest.raises(RuntimeError, match="halfway"):
            whose_mail.apply(kwargs={"fail": True}, **header).get()
        check_clean()


def test_a_task_without_a_bureau_finds_nothing_but_an_error(members):
    with pytest.raises(NoBureau):
        whose_mail.apply().get()
