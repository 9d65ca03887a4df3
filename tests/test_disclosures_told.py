"""Who has something on paper from before a change is told of it, also where that is noted after the change (AVG 19)."""

from __future__ import annotations

import pytest

from bureaus.tenancy import in_bureau
from consent.models import Disclosure
from dossiers.models import Stuk
from requests.actions import corrections
from requests.models import Change, FollowUp, Verzoek
from tests.support.people import acting, make_bureau
from tests.support.portal import Case, make_case
from tests.support.verzoeken_handled import granted
from tests.test_disclosures_paper import handed, on_paper, printed

pytestmark = pytest.mark.django_db


@pytest.fixture
def case(db) -> Case:
    return make_case(make_bureau())


def told(case: Case, verzoek: Verzoek) -> list[str]:
    with in_bureau(case.bureau):
        rows = FollowUp.objects.filter(verzoek=verzoek, kind=FollowUp.Kind.TELL).exclude(disclosure_id=None)
        return [one.to_whom for one in rows]


def receiver(row: Disclosure) -> str:
    with in_bureau(row.bureau_id):
        return str(Disclosure.objects.get(pk=row.pk).receiver)


@pytest.mark.article("jmwerkt", "6.1.3")
def test_what_was_given_before_a_change_and_noted_after_it_has_its_receiver_told(case):
    verzoek = granted(case, Change.SHIELD)
    with in_bureau(case.bureau):
        stuk = Stuk.objects.get(pk=verzoek.stuk_id)
    row = printed(case, on_paper(case, stuk))
    with acting(case.coach):
        corrections.shield(verzoek=verzoek, by=case.coach)
    assert told(case, verzoek) == []
    handed(case, row)
    assert told(case, verzoek) == [receiver(row)]
    handed(case, row)
    assert told(case, verzoek) == [receiver(row)]


def test_what_was_given_before_it_changed_is_told_once(case):
    verzoek = granted(case, Change.SHIELD)
    with in_bureau(case.bureau):
        stuk = Stuk.objects.get(pk=verzoek.stuk_id)
    row = handed(case, printed(case, on_paper(case, stuk)))
    assert told(case, verzoek) == [receiver(row)]
    with acting(case.coach):
        corrections.shield(verzoek=verzoek, by=case.coach)
    assert told(case, verzoek) == [receiver(row)]
