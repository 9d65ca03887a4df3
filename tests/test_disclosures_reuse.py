"""What was got for one purpose serves another only on a ground of its own (jmwerkt 4.1.2)."""

from __future__ import annotations

import pytest
from django.utils import timezone

from access.rules import RuleBroken
from bureaus.schema import Ground, Herkomst
from consent import disclosing
from consent import disclosure_rules as rules
from dossiers.actions.documents import add_document
from dossiers.models import Stuk
from tests.support.disclosing import chosen, prepared, ready
from tests.support.documents import pdf, upload
from tests.support.people import acting, make_bureau
from tests.support.portal import Case, in_force_with, make_case

pytestmark = pytest.mark.django_db


def came(case: Case, herkomst: str) -> Stuk:
    """A letter that came from them."""
    with acting(case.coach):
        return add_document(
            dossier=case.dossier, by=case.coach, kind="document", herkomst=herkomst, date=timezone.localdate(),
            title="Brief", upload=upload(pdf(), "brief.pdf"),
        )  # fmt: skip


def whys(case: Case, row) -> set[str]:
    with acting(case.coach):
        return {one.why_not for one in disclosing.choices(case.coach, row)}


@pytest.mark.article("jmwerkt", "3.1.4")
@pytest.mark.article("jmwerkt", "4.1.2")
@pytest.mark.article("jmwerkt", "4.1.3")
@pytest.mark.parametrize("ground", list(Ground))
def test_a_ground_that_leans_on_why_we_got_it_lets_nothing_of_a_third_party_out(ground):
    kept = bool(rules.why_not_reused(Herkomst.DERDE, "", ground=ground, receiver_kind="zorg"))
    assert kept == (ground in rules.LEANING)
    assert not kept or ground not in (Ground.CONSENT, Ground.LAW)
    assert not rules.why_not_reused(Herkomst.MEDEWERKER, "", ground=ground, receiver_kind="zorg")
    assert not rules.why_not_reused(Herkomst.OPDRACHTGEVER, "uwv", ground=ground, receiver_kind="uwv")


@pytest.mark.article("jmwerkt", "4.1.2")
def test_what_came_of_a_third_party_goes_on_a_consent():
    case = make_case(make_bureau("jmwerkt", "jmwerkt"))
    assert ready(case, came(case, "derde")).state == "klaar"


def test_without_a_ground_of_its_own_it_stays_and_that_is_said():
    case = make_case(make_bureau("werkid", "werkid"))
    letter = came(case, "derde")
    row = prepared(case, ground="necessary_helper", words="De tolk, bij elk gesprek.")
    (why,) = whys(case, row)
    assert "kwam van een derde" in why
    with pytest.raises(RuleBroken, match="kwam van een derde"):
        chosen(case, row, letter)
    own = came(case, "medewerker")
    assert chosen(case, row, own).pk == row.pk


def test_where_the_reglement_does_not_ask_it_it_goes():
    case = make_case(make_bureau("werkid", "werkid"))
    in_force_with(case.bureau, disclosure={"reuse_asks_new_ground": False})
    letter = came(case, "derde")
    row = prepared(case, ground="necessary_helper", words="De tolk, bij elk gesprek.")
    assert whys(case, row) == {""}
    assert chosen(case, row, letter).pk == row.pk
