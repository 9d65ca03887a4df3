"""What went on paper is noted also when its package ended here since; and what was added to is chosen again, not sent
in a circle (AVG 15.1c, 19)."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from django.utils import timezone

from access.rules import RuleBroken
from bureaus.schema import StukKind
from bureaus.tenancy import in_bureau
from consent.actions import disclosures, packages
from consent.actions.consents import withdraw
from consent.models import Disclosure, DisclosurePackage
from dossiers.models import Stuk
from journal.models import Line
from tests.support.consent_rows import given_row
from tests.support.disclosing import agreed, chosen, in_a_view, looked_at, now, prepared, ready, with_key
from tests.support.disclosure_rows import bare_disclosure
from tests.support.people import acting, log_in, make_bureau
from tests.support.portal import Case, make_case, state, supplement, write


@pytest.fixture
def case(db) -> Case:
    return make_case(make_bureau())


@pytest.fixture
def letter(case) -> Stuk:
    return write(case, "Brief", "Zij begint maandag.", kind=StukKind.CORRESPONDENTIE)


def on_paper(case: Case, letter: Stuk, **more: Any) -> Disclosure:
    return ready(case, letter, means="papier", address="", **more)


def printed(case: Case, row: Disclosure) -> Disclosure:
    with in_a_view(case.coach):
        _, chunks = packages.fetch_to_print(disclosure=row, by=case.coach)
        assert b"".join(chunks)
    return row


def expired(row: Disclosure) -> Disclosure:
    with in_bureau(row.bureau_id):
        DisclosurePackage.objects.filter(disclosure=row).update(expires_at=timezone.now() - timedelta(seconds=1))
        packages.expire_packages()
    return now(row)


def handed(case: Case, row: Disclosure, on: date | None = None) -> Disclosure:
    """Today, unless another day is given."""
    with in_a_view(case.coach):
        return disclosures.hand_over(disclosure=row, on=on or timezone.localdate(), words="Aan de balie", by=case.coach)


def went_out(case: Case) -> list[Disclosure]:
    with in_bureau(case.bureau):
        return list(Disclosure.objects.all().went_out())


# -- noted afterwards --------------------------------------------------------------------------------------------------
@pytest.mark.article("javawest", "8")
def test_what_was_given_before_its_package_expired_is_noted_after_it(case, letter):
    today, row = timezone.localdate(), expired(printed(case, on_paper(case, letter)))
    assert row.state == "verlopen"
    browser, page = log_in(case.coach), f"/verstrekkingen/{row.pk}/"
    assert f"{page}gegeven/" in browser.get(page).content.decode()
    answer = browser.post(f"{page}gegeven/", {"on": f"{today:%d-%m-%Y}", "words": "Aan de balie"})
    assert (answer.status_code, now(row).state, now(row).handed_on) == (302, "verstrekt", today)
    assert went_out(case) == [row]
    assert handed(case, row).handed_on == today
    with in_bureau(case.bureau):
        assert Line.objects.filter(act=disclosures.HANDED, result="ok").count() == 1


@pytest.mark.article("javawest", "8")
def test_what_was_given_before_a_withdrawal_or_a_better_text_is_noted_after_it(case, letter):
    consent = agreed(case)
    first, second = (printed(case, on_paper(case, letter, consent=consent)) for _ in range(2))
    with in_bureau(case.bureau):
        disclosures.stop(disclosures.locked(second), disclosures.StopReason.CONTENT)
    with acting(case.member):
        withdraw(consent=consent, by=case.member)
    assert [(now(one).state, now(one).stopped_because) for one in (first, second)] == [
        ("gestopt", "toestemming"), ("gestopt", "inhoud"),
    ]  # fmt: skip
    for one in (first, second):
        done = handed(case, one)
        assert (done.state, done.stopped_at is not None) == ("verstrekt", True)
    assert len(went_out(case)) == 2


def test_what_was_never_printed_or_was_taken_back_was_given_to_nobody(case, letter):
    consent = agreed(case)
    unprinted, back = expired(on_paper(case, letter, consent=consent)), on_paper(case, letter, consent=consent)
    with in_a_view(case.coach):
        disclosures.take_back(disclosure=printed(case, back), by=case.coach)
    by_link = expired(ready(case, letter, consent=consent))
    browser = log_in(case.coach)
    for row in (unprinted, back, by_link):
        page = f"/verstrekkingen/{row.pk}/"
        assert f"{page}gegeven/" not in browser.get(page).content.decode()
        with pytest.raises(RuleBroken, match="ligt niets klaar"):
            handed(case, row)
    assert went_out(case) == []


def test_nothing_is_given_of_a_package_that_is_gone(case, letter):
    row = expired(printed(case, on_paper(case, letter)))
    with in_bureau(case.bureau):
        earlier = timezone.now() - timedelta(days=2)
        DisclosurePackage.objects.filter(disclosure=row).update(gone_at=earlier)
    with pytest.raises(RuleBroken, match="toen het pakket hier verdween") as refused:
        handed(case, row)
    assert refused.value.field == "on"


def test_a_consent_is_asked_for_the_day_on_which_it_was_given(case):
    """On the last day of its term it went; the day after it is noted."""
    today = timezone.localdate()
    with in_bureau(case.bureau):
        consent = given_row(with_key(case.client), "T2026-0001", "third_party_share", ends_on=today)
        row = bare_disclosure(
            case.dossier, case.coach, "VS2026-0001", ground="consent", consent=consent, means="papier",
            sent_at=timezone.now() - timedelta(days=3), handed_words=None,
        )  # fmt: skip
        DisclosurePackage.objects.create(disclosure=row, ready_at=timezone.now())
    with pytest.raises(RuleBroken, match="verlopen"):
        handed(case, row, today)
    assert handed(case, row, today - timedelta(days=1)).state == "verstrekt"


# -- chosen again ------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("added", ["aanvulling", "eigen verklaring"])
def test_what_was_added_to_is_chosen_again_and_then_goes(case, letter, added):
    row = chosen(case, prepared(case), letter)
    if added == "aanvulling":
        supplement(case, letter, "Nog iets.")
    else:
        state(case, "Mijn kant", "Zo was het niet.", about=letter)
    browser, page = log_in(case.coach), f"/verstrekkingen/{row.pk}/"
    answer = browser.post(f"{page}versturen/", {"seen": seen_by(case, row)})
    assert (answer.status_code, answer["Location"]) == (302, f"{page}stukken/")
    told = browser.get(f"{page}stukken/").content.decode()
    assert "Kies opnieuw wat er gaat" in told
    assert f'value="{letter.pk}"' in told
    assert "checked" in told
    assert browser.post(f"{page}stukken/", {"stukken": [letter.pk]})["Location"] == f"{page}versturen/"
    assert browser.post(f"{page}versturen/", {"seen": seen_by(case, row)})["Location"] == page
    assert now(row).state == "inpakken"


def seen_by(case: Case, row: Disclosure) -> str:
    with acting(case.coach):
        return looked_at(case.coach, now(row))
