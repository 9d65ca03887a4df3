"""A consent is withdrawn while something is sent or fetched on it: one of the two comes first, never half of both."""

from __future__ import annotations

import threading
from collections.abc import Callable

import pytest
from django.db import connections, transaction

from access.rules import RuleBroken
from bureaus.schema import StukKind
from bureaus.tenancy import in_bureau
from consent import grounds
from consent.actions import disclosures, packages
from consent.models import Consent, Disclosure, DisclosurePackage
from consent.signals import withdrawn as gone
from journal.models import Line
from tests.support.consent_rows import withdrawn
from tests.support.disclosing import agreed, chosen, code_of, fetched, link_of, looked_at, now, prepared, ready
from tests.support.people import acting, make_bureau
from tests.support.portal import Case, make_case, write
from vault.files import exists_sealed

ROUNDS = 4
pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def case(transactional_db) -> Case:
    return make_case(make_bureau())


def withdraw(case: Case, consent: Consent) -> None:
    """As the act does: the consent held first, and what hangs on it told within the same transaction."""
    with acting(case.coach), transaction.atomic():
        row = grounds.locked(consent.pk)
        assert row is not None
        withdrawn(row)
        gone.send(sender=Consent, consent=row, by=case.coach)


def together(*acts: Callable[[], object]) -> list[object]:
    """What each came to, begun at the same moment; a refusal is an outcome."""
    start, came = threading.Barrier(len(acts)), [None] * len(acts)

    def one(at: int) -> None:
        try:
            start.wait(30)
            came[at] = acts[at]()
        except (RuleBroken, packages.LinkGone) as refusal:
            came[at] = refusal
        finally:
            connections.close_all()

    threads = [threading.Thread(target=one, args=(at,)) for at in range(len(acts))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    return came


@pytest.mark.article("javawest", "8")
@pytest.mark.article("werkid", "12")
def test_a_consent_withdrawn_while_it_is_sent_ends_in_one_of_two_clean_states(case):
    letter = write(case, "Brief", "Tekst.", kind=StukKind.CORRESPONDENTIE)
    for at in range(ROUNDS):
        consent = agreed(case, f"T2026-{at + 1:04}")
        row = chosen(case, prepared(case, consent=consent), letter)
        with acting(case.coach):
            seen = looked_at(case.coach, row)

        def send(row: Disclosure = row, seen: str = seen) -> object:
            with acting(case.coach):
                return disclosures.send(disclosure=row, seen=seen, by=case.coach)

        outcome, _ = together(send, lambda consent=consent: withdraw(case, consent))
        done = now(row)
        with in_bureau(case.bureau):
            sent = Line.objects.filter(act=disclosures.SENT, object_id=str(row.pk), result="ok").exists()
            package = DisclosurePackage.objects.filter(disclosure=row).first()
        if isinstance(outcome, RuleBroken):
            assert (done.state, done.number, sent, package) == ("opzet", "", False, None)
        else:
            assert package is not None
            assert (done.state, done.stopped_because, bool(done.number), sent) == ("gestopt", "toestemming", True, True)
            assert package.gone_at is not None


def test_a_consent_withdrawn_while_it_is_fetched_is_fetched_whole_or_not_at_all(case):
    letter = write(case, "Brief", "Tekst.", kind=StukKind.CORRESPONDENTIE)
    for at in range(2):
        consent = agreed(case, f"T2026-{at + 1:04}")
        row = ready(case, letter, consent=consent)
        token, code = link_of(row), code_of(case, row)
        file = now(row).package.file
        outcome, _ = together(
            lambda row=row, token=token, code=code: fetched(row, token, code),
            lambda consent=consent: withdraw(case, consent),
        )
        done = now(row)
        assert (done.package.gone_at is not None, done.package.file) == (True, "")
        with in_bureau(case.bureau):
            assert not exists_sealed(file)
        if isinstance(outcome, packages.LinkGone):
            assert (done.state, done.fetched_at) == ("gestopt", None)
        else:
            assert isinstance(outcome, bytes)
            assert (done.state, done.stopped_because) == ("verstrekt", "")


def test_what_cannot_be_packed_and_is_taken_back_at_once_ends_in_one_of_two_clean_states(case):
    """Both hold the disclosure first and its package after: no deadlock, whoever comes first."""
    letter = write(case, "Brief", "Tekst", kind=StukKind.CORRESPONDENTIE)
    consent = agreed(case)
    for _ in range(ROUNDS):
        row = send_one(case, letter, consent)
        with in_bureau(case.bureau):
            package = packages.take_package()
        assert package is not None

        def fail(package: DisclosurePackage = package) -> None:
            with in_bureau(case.bureau):
                packages.fail_package(package, OSError("vol"))

        def back(row: Disclosure = row) -> None:
            with acting(case.coach):
                disclosures.take_back(disclosure=row, by=case.coach)

        assert together(fail, back) == [None, None]
        assert (now(row).state, now(row).package.leased_until) == ("gestopt", None)


def send_one(case: Case, letter: object, consent: Consent) -> Disclosure:
    row = chosen(case, prepared(case, consent=consent), letter)
    with acting(case.coach):
        return disclosures.send(disclosure=row, seen=looked_at(case.coach, row), by=case.coach)


def test_two_clicks_send_once(case):
    letter = write(case, "Brief", "Tekst.", kind=StukKind.CORRESPONDENTIE)
    row = chosen(case, prepared(case), letter)
    with acting(case.coach):
        seen = looked_at(case.coach, row)

    def send() -> object:
        with acting(case.coach):
            return disclosures.send(disclosure=row, seen=seen, by=case.coach)

    first, second = together(send, send)
    assert isinstance(first, Disclosure)
    assert isinstance(second, Disclosure)
    assert first.number == second.number
    with in_bureau(case.bureau):
        assert Line.objects.filter(act=disclosures.SENT).count() == 1
        assert DisclosurePackage.objects.count() == 1
