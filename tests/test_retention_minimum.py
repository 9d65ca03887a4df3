"""What the law asks is kept as long as the reglement says; a shorter term that was agreed is told to who approves."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from bureaus.tenancy import in_bureau
from dossiers.models import Dossier
from retention import terms
from retention.actions import agree_term
from retention.models import LegalRecord, TermAgreement
from retention.rules import Level, Refused
from tests.support.destroyed import cooled, run
from tests.support.lists import night, overdue, people, proposed
from tests.support.people import acting, log_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def house():
    return people()


def agreed(house, dossier, *, data_class="dossier", term="P1D", trigger="traject_ended") -> TermAgreement:
    with acting(house.anna):
        return agree_term(
            by=house.anna, data_class=data_class, term=term, trigger=trigger, action="destroy_pv", basis="brief",
            traject=dossier.traject,
        )  # fmt: skip


@pytest.mark.article("jmwerkt", "8.1.2")
@pytest.mark.parametrize("wrong", [{"term": "P1D"}, {"term": "P83M"}, {"term": "P9Y", "trigger": "service_closed"}])
def test_nobody_agrees_a_shorter_term_for_what_the_law_asks(house, wrong):
    (dossier,) = overdue(house, ended=timezone.localdate() - timedelta(days=5))
    with pytest.raises(Refused, match="blijft ten minste 7 jaar na einde traject"):
        agreed(house, dossier, data_class="legally_required", **wrong)
    agreed(house, dossier, data_class="legally_required", term="P7Y")
    agreed(house, dossier, data_class="legally_required", term="P9Y")


@pytest.mark.article("jmwerkt", "8.1.2")
def test_one_that_was_agreed_before_is_passed_over(house):
    ended = timezone.localdate() - timedelta(days=5)
    (dossier,) = overdue(house, ended=ended)
    agreed(house, dossier)
    row = agreed(house, dossier, data_class="legally_required", term="P7Y")
    with in_bureau(house.bureau):
        TermAgreement.objects.filter(pk=row.pk).update(term="P1D")
        assert terms.standing(dossier).legal_chosen.level == Level.REGLEMENT
    run(cooled(house.bureau, house.ella, proposed(house, dossier.number, by=house.anna)))
    with in_bureau(house.bureau):
        assert not Dossier.objects.exists()
        assert LegalRecord.objects.get().term == "P7Y"


def test_who_approves_is_told_how_many_have_a_shorter_term_than_the_reglement(house):
    told = "kortere termijn dan het reglement"
    short, other = overdue(house, 2)
    agreed(house, other, term="P10Y")  # javawest keeps five years
    (row,) = night(house.bureau)
    page = f"/bewaren/lijsten/{row.pk}/goedkeuren/"
    assert told not in log_in(house.ella).get(page).content.decode()
    agreed(house, short, term="P1Y")
    text = " ".join(log_in(house.ella).get(page).content.decode().split())
    assert f"1 dossier heeft door een afspraak een {told}." in text
