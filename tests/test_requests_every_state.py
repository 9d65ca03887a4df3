"""Every address of a request, opened and sent empty in every state that a request can be in: no page breaks."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.db import transaction
from django.http import HttpResponse
from django.urls import get_resolver, reverse
from django.utils import timezone

from access.models import Membership, Role
from bureaus.tenancy import in_bureau
from requests.models import Change, Decision, FollowUp, Identity, Kind, State, Verzoek
from tests.support.people import log_in, make_bureau, make_member
from tests.support.portal import make_case, write
from tests.support.verzoeken import WORDS
from vault.actions import create_key

pytestmark = pytest.mark.django_db
DATA = "gegevens"
KINDS = [
    *((kind, "") for kind in Kind if kind != Kind.CORRECTIE),
    *((Kind.CORRECTIE, change) for change in Change),
    (Kind.CORRECTIE, DATA),
]
ANSWERS = {Kind.KLACHT: (Decision.FOUNDED, Decision.UNFOUNDED)}


def addresses() -> list[tuple[str, set[str]]]:
    """Those that name a request, each with what else it names."""
    found = []
    for key, ways in get_resolver("requests.urls").reverse_dict.lists():
        for (_, names), *_ in (way[0] for way in ways):
            if isinstance(key, str) and "verzoek_id" in names and set(names) <= {"verzoek_id", "stuk_id"}:
                found.append((key, set(names)))
    return sorted(found)


def stands(kind: str) -> Iterator[tuple[str, dict[str, Any]]]:
    """Every state, as its row holds it."""
    yes, no = ANSWERS.get(Kind(kind), (Decision.GRANTED, Decision.REFUSED))
    now = timezone.now()
    decided = {"decided_at": now, "decided_by_name": "Alice", "identity": Identity.SEEN, "identity_at": now}
    yield "nobody knows who asks", {"state": State.OPEN}
    yield "open", {"state": State.OPEN, "identity": Identity.SEEN, "identity_at": now}
    yield "second look", {"state": State.SECOND_LOOK, "decision": no, "identity_at": now}
    for answer in (yes, no):
        yield f"decided: {answer}", {"state": State.DECIDED, "decision": answer, **decided}
        yield f"closed: {answer}", {"state": State.CLOSED, "decision": answer, "closed_at": now, **decided}
    yield "withdrawn", {"state": State.WITHDRAWN, "closed_at": now}
    yield "joined", {"state": State.JOINED}


def row_of(case, kind: str, change: str, stuk, **more: Any) -> Verzoek:
    if more["state"] == State.JOINED:
        more["joined_to"] = row_of(case, kind, change, stuk, state=State.OPEN)
    today, number = timezone.localdate(), Verzoek.objects.count() + 1
    corrects = kind == Kind.CORRECTIE
    return Verzoek.objects.create(
        number=f"V2026-{number:04}", kind=kind, change=Change.IMPROVE if change == DATA else change,
        channel="brief", client=case.client, dossier=case.dossier, words=WORDS,
        proposed="Zo was het." if corrects else None, stuk_id=stuk.pk if corrects and change != DATA else None,
        received_on=today, acknowledge_by=today, due_on=today, entered_by_name="x", handler=case.coach, **more,
    )  # fmt: skip


def sent(browser, method: str, page: str) -> HttpResponse:
    """The answer; what it did is undone. The browser itself raises what the page raised."""
    with transaction.atomic():
        answer = getattr(browser, method)(page)
        transaction.set_rollback(True)
    return answer


def who_for(case, boss: Membership, name: str) -> Membership:
    """Who comes furthest at this address."""
    return case.member if name.startswith("my_") else boss if name == "second_look" else case.coach


@pytest.mark.parametrize(("kind", "change"), KINDS)
def test_no_address_breaks_in_any_state_of_a_request(kind, change):
    case, here = make_case(make_bureau()), addresses()
    assert {"decide", "carried_out", "redact", "my_request"} <= {name for name, _ in here}
    stuk, boss = write(case, "Gesprek", "Kwam te laat."), make_member(case.bureau, "Dirk", Role.DIRECTIE)
    browsers = {one: log_in(one) for one in (case.coach, boss, case.member)}
    with in_bureau(case.bureau):
        create_key(subject_id=case.client.pk)
        rows = [(state, row_of(case, kind, change, stuk, **more)) for state, more in stands(kind)]
        FollowUp.objects.bulk_create(
            FollowUp(verzoek=row, kind=FollowUp.Kind.EXECUTE, due_on=row.due_on, client_id=row.client_id)
            for _, row in rows
            if row.state == State.DECIDED and row.decision in (Decision.GRANTED, Decision.FOUNDED)
        )
    for state, row in rows:
        for name, names in here:
            known = {"verzoek_id": row.pk, "stuk_id": stuk.pk}
            page = reverse(f"requests:{name}", kwargs={one: known[one] for one in names})
            for method in ("get", "post"):
                answer = sent(browsers[who_for(case, boss, name)], method, page)
                assert answer.status_code in (200, 302, 403, 404, 405), (state, name, method)
