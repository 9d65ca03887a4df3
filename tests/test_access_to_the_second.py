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
# A page that takes longer than a second says little of the second that it was asked in: then another grant is tried.
GRANTS = 20


@pytest.fixture(autouse=True)
def _plain(settings):
    settings.MFA_REQUIRED = False


@pytest.mark.article("pluspunt", "4.1")
def test_a_grant_that_ends_at_t_opens_the_page_a_second_before_and_not_from_t_on(servers, live_url, no_worker):
    """A real gunicorn and the real clock; the moments are the database's, asked before and after each page."""
    bureau = make_bureau("pluspunt", "pluspunt")
    stranger, anna = (make_member(bureau, name, Role.COACH) for name in ("Stan", "Anna"))
    session = log_in(stranger).cookies["sessionid"].value
    with servers.admin(DATABASE) as clock:
        assert any(looked_closely(live_url, session, clock, stranger, anna) for _ in range(GRANTS)), (
            "nobody looked in the last second and in the one after"
        )


def looked_closely(site: LiveSite, session: str, clock: psycopg.Connection, stranger, anna) -> bool:
    """A dossier opens for a while, up to its end and not beyond; and whether somebody looked in the seconds around."""
    dossier = open_dossier_of(stranger.bureau, anna)
    visitor = Visitor(site, session, f"/dossiers/{dossier.pk}/")
    with closing(visitor.connection):
        assert visitor.status() == 404
        visitor.connection.close()  # the server would, of one that lies still for two seconds; the next look opens it
        ends = clock_of(clock) + timedelta(seconds=LASTS)
        with in_bureau(stranger.bureau):
            made = actions.grant(dossier=dossier, to=stranger, ground=Ground.CONSENT_OF_DIRECTIE, expires_at=ends)
        opened, closed = look_until_closed(visitor, clock, ends)
    # Each answer was decided between the two moments around it: the page was there up to the end and not beyond.
    assert opened is None or opened[0] < ends, "it opened after its end"
    assert closed[1] >= ends, "it closed before its end"
    with in_bureau(stranger.bureau):
        # Nothing put the row away meanwhile: it lies there, and opens nothing.
        assert not EndedGrant.objects.filter(grant_id=made[0].pk).exists()
    second = timedelta(seconds=1)
    return opened is not None and opened[1] >= ends - second and closed[0] <= ends + second


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


def look_until_closed(visitor: Visitor, clock: psycopg.Connection, ends: datetime) -> tuple[Moments | None, Moments]:
    """The moments around the last page that opened, if any did, and around the first that did not."""
    opened: Moments | None = None
    while True:
        before = clock_of(clock)
        status, after = visitor.status(), clock_of(clock)
        if status == 404:
            return opened, (before, after)
        assert status == 200
        assert before < ends + timedelta(seconds=5), "it never closed"
        opened = (before, after)


def clock_of(connection: psycopg.Connection) -> datetime:
    """The database's own time."""
    moment: datetime = connection.execute("SELECT statement_timestamp()").fetchone()[0]
    return moment
