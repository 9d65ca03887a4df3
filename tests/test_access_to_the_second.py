"""What is allowed for a while ends to the second, with nothing that works in the background (pluspunt 4.1)."""

from __future__ import annotations

import http.client
from contextlib import closing
from datetime import datetime, timedelta

import psycopg
import pytest

from access import actions
from access.models import EndedGrant, Ground, Role
from bureaus.tenancy import in_bureau
from tests.support.dossiers import open_dossier_of
from tests.support.live import LiveSite
from tests.support.people import log_in, make_bureau, make_member
from tests.support.servers import DATABASE

LASTS = 4  # seconds


@pytest.fixture(autouse=True)
def _plain(settings):
    settings.MFA_REQUIRED = False


@pytest.mark.article("pluspunt", "4.1")
def test_a_grant_that_ends_at_t_opens_the_page_a_second_before_and_not_from_t_on(servers, live_url, no_worker):
    """A real gunicorn and the real clock; the moments are the database's, asked before and after each page."""
    bureau = make_bureau("pluspunt", "pluspunt")
    stranger = make_member(bureau, "Stan", Role.COACH)
    dossier = open_dossier_of(bureau, make_member(bureau, "Anna", Role.COACH))
    visitor = Visitor(live_url, log_in(stranger).cookies["sessionid"].value, f"/dossiers/{dossier.pk}/")
    assert visitor.status() == 404
    with closing(visitor.connection), servers.admin(DATABASE) as clock:
        ends = clock_of(clock) + timedelta(seconds=LASTS)
        with in_bureau(bureau):
            made = actions.grant(dossier=dossier, to=stranger, ground=Ground.CONSENT_OF_DIRECTIE, expires_at=ends)
        opened, closed = look_until_closed(visitor, clock, ends)
    # Each answer was decided between the two moments around it: the page was there up to the end and not beyond.
    assert opened[0] < ends, "it opened after its end"
    assert closed[1] >= ends, "it closed before its end"
    assert opened[1] >= ends - timedelta(seconds=1), "nobody looked in the last second"
    assert closed[0] <= ends + timedelta(seconds=1), "nobody looked in the second after"
    with in_bureau(bureau):
        # Nothing put the row away meanwhile: it lies there, and opens nothing.
        assert not EndedGrant.objects.filter(grant_id=made[0].pk).exists()


class Visitor:
    """Somebody's browser at one page, on a connection of its own that stays open."""

    def __init__(self, site: LiveSite, session: str, path: str) -> None:
        self.connection = http.client.HTTPConnection("127.0.0.1", site.port, timeout=30)
        self.path, self.headers = path, {"Host": f"pluspunt.localhost:{site.port}", "Cookie": f"sessionid={session}"}

    def status(self) -> int:
        self.connection.request("GET", self.path, headers=self.headers)
        answer = self.connection.getresponse()
        answer.read()
        return answer.status


Moments = tuple[datetime, datetime]


def look_until_closed(visitor: Visitor, clock: psycopg.Connection, ends: datetime) -> tuple[Moments, Moments]:
    """The moments around the last page that opened, and around the first that did not."""
    opened: Moments | None = None
    while True:
        before = clock_of(clock)
        status, after = visitor.status(), clock_of(clock)
        if status == 404:
            assert opened is not None, "it never opened"
            return opened, (before, after)
        assert status == 200
        assert before < ends + timedelta(seconds=5), "it never closed"
        opened = (before, after)


def clock_of(connection: psycopg.Connection) -> datetime:
    """The database's own time."""
    moment: datetime = connection.execute("SELECT statement_timestamp()").fetchone()[0]
    return moment
