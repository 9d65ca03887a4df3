"""What somebody has in the register of starters stands in the copy of their data."""

from __future__ import annotations

import json

import pytest

from requests.bundle_schema import CopyTold
from tests.support.people import make_bureau
from tests.support.portal import make_case
from tests.support.starters import LESSONS, entered
from tests.test_bundles import granted, made, opened, words_of

pytestmark = pytest.mark.django_db


@pytest.mark.article("pluspunt", "4.3")
def test_an_entry_is_in_the_copy_whole_and_nobody_elses(case):
    entered(case)
    entered(make_case(case.bureau, "Walter"), lessons="Van een ander.", business_name="Bakkerij Krokant")
    archive = opened(case, made(case, granted(case)))
    facts = json.loads(archive.read("gegevens.json"))["starter_entry"]
    said = {name: facts[name] for name in ("business_name", "kind", "region", "learned", "lessons", "kept_by")}
    assert said == {
        "business_name": "Kapsalon Knip", "kind": "iets maken of repareren", "region": "Groningen",
        "learned": ["klanten vinden"], "lessons": LESSONS, "kept_by": case.coach.name,
    }  # fmt: skip
    paper = words_of(archive.read("kopie.pdf"))
    for words in ("startersregister", "Kapsalon Knip", "iets maken of repareren", "klanten vinden", LESSONS):
        assert words in paper
    assert "Krokant" not in paper and "Krokant" not in str(facts)
    CopyTold.model_validate_json(archive.read("gegevens.json"))


def test_who_is_not_in_the_register_has_nothing_of_it_in_the_copy(case):
    archive = opened(case, made(case, granted(case)))
    assert json.loads(archive.read("gegevens.json"))["starter_entry"] is None
    assert "Uw voorbeeld in het startersregister" not in words_of(archive.read("kopie.pdf"))


@pytest.fixture
def case():
    return make_case(make_bureau())
