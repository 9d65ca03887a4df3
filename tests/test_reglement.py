"""Bureaus and the versions of their reglement, against the real database under the app role."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.core.management import CommandError, call_command
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.template import Context as TemplateContext
from django.template import Template
from django.test import Client, RequestFactory
from django.utils import timezone

from bureaus import colour, presets, reglement, schema, signals
from bureaus.actions import Adopter, adopt_reglement, change_reglement, create_bureau
from bureaus.context_processors import bureau as bureau_processor
from bureaus.models import Bureau, Reglement
from bureaus.tenancy import NoBureau, Reach, in_bureau
from bureaus.words import word
from tests.support.ages import adopted

BY = Adopter("Directie van het bureau")
pytestmark = pytest.mark.django_db


@pytest.fixture
def javawest() -> Bureau:
    return create_bureau(slug="javawest", preset="javawest", by=BY)


@pytest.fixture
def inside(javawest: Bureau) -> Iterator[Bureau]:
    with in_bureau(javawest):
        yield javawest


def today() -> date:
    return timezone.localdate()


def other(**changes: Any) -> dict[str, Any]:
    """Javawest's parameters with another number of days for the aanmelder."""
    parameters = dict(presets.load("javawest").parameters)
    parameters["access"] = parameters["access"] | ({"aanmelder_days": 7} | changes)
    return parameters


def adopt(bureau: Bureau, in_days: int = 0, **more: Any) -> Reglement:
    start = today() + timedelta(days=in_days)
    given = {"parameters": other(), "adopted_on": today(), "in_force_from": start, "by": BY} | more
    return adopt_reglement(bureau=bureau, **given)


@pytest.mark.parametrize("name", presets.NAMES)
def test_each_preset_makes_a_bureau_that_knows_its_rules(name: str) -> None:
    bureau = create_bureau(slug=name, preset=name, by=BY)
    assert bureau.host == f"{name}.localhost"
    with in_bureau(bureau):
        assert reglement.in_force() == presets.load(name).rules
        version = reglement.version_in_force()
    assert (version.version, version.adopted_by_name) == (1, BY.name)


def test_own_facts_go_before_those_of_the_preset() -> None:
    bureau = create_bureau(slug="noord", preset="javawest", by=BY, host="noord.example", legal_name="Noord B.V.")
    assert (bureau.legal_name, bureau.host, bureau.city) == ("Noord B.V.", "noord.example", "Veendam")


@pytest.mark.parametrize(
    ("field", "value", "said"),
    [
        ("slug", "Java West", "kleine letters"),
        ("slug", "", "leeg"),
        ("kvk", "1234", "acht cijfers"),
        ("postcode", "0000", "1234 AB"),
        ("host", "http://javawest", "zonder http://"),
        ("colour", "rood", "#1f4e79"),
        ("colour", "#ffcc00", "te licht: witte letters zijn er niet goed op te lezen. Neem bijvoorbeeld #"),
        ("email", "geen adres", "e-mailadres"),
    ],
)
def test_a_wrong_fact_is_refused_beside_its_field(field: str, value: str, said: str) -> None:
    facts = {"slug": "noord", "host": "noord.example"} | {field: value}
    with pytest.raises(ValidationError) as refused:
        create_bureau(preset="javawest", by=BY, **facts)
    assert said in " ".join(refused.value.message_dict[field])
    assert not Bureau.objects.filter(legal_name__contains="Javawest").exists()


def test_a_slug_or_host_is_used_once(javawest: Bureau) -> None:
    with pytest.raises(ValidationError) as refused:
        create_bureau(slug="javawest", preset="werkid", by=BY)
    assert set(refused.value.message_dict) == {"slug", "host"}


@pytest.mark.parametrize("light", ["#ffffff", "#ffcc00", "#00ff00", "#7fb2ff"])
def test_a_colour_that_is_too_light_gets_a_shade_that_carries_white_text(light: str) -> None:
    assert not colour.dark_enough(light)
    assert colour.dark_enough(colour.darkened(light))


def test_contrast_is_counted_as_wcag_does() -> None:
    assert colour.contrast_with_white("#000000") == pytest.approx(21)
    assert colour.contrast_with_white("#ffffff") == pytest.approx(1)
    assert colour.contrast_with_white("#767676") == pytest.approx(4.54, abs=0.01)


def test_the_signals_tell_the_floors_above_inside_the_bureau() -> None:
    told: list[str] = []

    def made(sender: Any, bureau: Bureau, **_: Any) -> None:
        told.append(f"made {bureau.slug} {reglement.version_in_force().version}")

    def adopted(sender: Any, facts: dict[str, Any], **_: Any) -> None:
        told.append(f"adopted {facts['version']} {facts['in_force_from']}")

    signals.bureau_created.connect(made)
    signals.reglement_adopted.connect(adopted)
    try:
        create_bureau(slug="noord", preset="javawest", by=BY)
    finally:
        signals.bureau_created.disconnect(made)
        signals.reglement_adopted.disconnect(adopted)
    assert told == [f"adopted 1 {today()}", "made noord 1"]


def test_a_listener_that_fails_leaves_no_bureau() -> None:
    def fails(**_: Any) -> None:
        raise RuntimeError("no key")

    signals.bureau_created.connect(fails)
    try:
        with pytest.raises(RuntimeError, match="no key"):
            create_bureau(slug="noord", preset="javawest", by=BY)
    finally:
        signals.bureau_created.disconnect(fails)
    assert not Bureau.objects.filter(slug="noord").exists()


@pytest.mark.article("javawest", "10.1")
def test_a_version_is_not_used_before_its_date(inside: Bureau) -> None:
    adopt(inside, in_days=10)
    assert reglement.in_force().access.aanmelder_days == 0
    assert reglement.in_force(today() + timedelta(days=9)).access.aanmelder_days == 0
    assert reglement.in_force(today() + timedelta(days=10)).access.aanmelder_days == 7


def test_before_the_first_version_there_is_no_reglement(inside: Bureau) -> None:
    with pytest.raises(reglement.NoReglement, match="geldt er voor dit bureau geen reglement"):
        reglement.in_force(today() - timedelta(days=1))


def test_outside_a_bureau_there_is_no_reglement(javawest: Bureau) -> None:
    with pytest.raises(NoBureau):
        reglement.in_force()


def test_a_version_that_holds_from_today_is_used_at_once(inside: Bureau) -> None:
    assert reglement.in_force().access.aanmelder_days == 0
    assert adopt(inside).version == 2
    assert reglement.in_force().access.aanmelder_days == 7


def test_the_reglement_is_read_once_in_a_context(inside: Bureau, django_assert_num_queries: Any) -> None:
    with django_assert_num_queries(1):
        for _ in range(5):
            reglement.in_force()
            word("client")


def test_another_bureau_gets_its_own_rules(javawest: Bureau) -> None:
    werklokaal = create_bureau(slug="werklokaal", preset="werklokaal", by=BY)
    with in_bureau(javawest):
        assert word("client") == "cliënt"
        with in_bureau(werklokaal):
            assert word("client") == "klant"
        assert word("client") == "cliënt"
        assert Reglement.objects.count() == 1


@pytest.mark.article("javawest", "10.1")
@pytest.mark.parametrize(
    ("adopted", "start", "field"),
    [(1, 1, "adopted_on"), (0, -1, "in_force_from"), (-5, -1, "in_force_from")],
)
def test_dates_that_cant_be_are_refused_beside_their_field(
    inside: Bureau, adopted: int, start: int, field: str
) -> None:
    with pytest.raises(ValidationError) as refused:
        adopt(inside, start, adopted_on=today() + timedelta(days=adopted))
    assert set(refused.value.message_dict) == {field}


def test_wrong_parameters_are_not_adopted(inside: Bureau) -> None:
    with pytest.raises(schema.ReglementInvalid, match="aanmelder_days: mag hoogstens 90 zijn"):
        adopt(inside, parameters=other(aanmelder_days=900))
    assert Reglement.objects.count() == 1


def test_a_lower_term_of_before_there_was_a_minimum_is_read_as_it_stands_and_not_adopted_anew(inside: Bureau) -> None:
    adopted(inside, "proces_verbaal", "P3Y")
    reglement.forget()
    held = reglement.in_force()
    assert held.retention.rule("proces_verbaal").term == "P3Y"
    page = Client().get("/", headers={"host": inside.host})
    assert page.status_code in (200, 302), page.status_code
    with pytest.raises(schema.ReglementInvalid, match="een proces-verbaal blijft ten minste 5 jaar bewaard"):
        adopt(inside, parameters=schema.dump(held))
    with pytest.raises(schema.ReglementInvalid, match="een proces-verbaal blijft ten minste 5 jaar bewaard"):
        schema.parse(schema.dump(held))


def test_a_version_that_is_not_yet_in_force_can_be_changed(inside: Bureau) -> None:
    version = adopt(inside, in_days=10)
    start = today() + timedelta(days=20)
    changed = change_reglement(version=version, parameters=other(aanmelder_days=3), in_force_from=start, by=BY)
    assert changed.version == 2
    assert reglement.in_force(start).access.aanmelder_days == 3
    assert reglement.in_force(start - timedelta(days=1)).access.aanmelder_days == 0


def test_a_version_in_force_is_not_changed_by_the_action(inside: Bureau) -> None:
    with pytest.raises(ValidationError, match="geldt al en verandert niet meer"):
        change_reglement(version=Reglement.objects.get(), parameters=other(), in_force_from=today(), by=BY)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE bureaus_reglement SET title = 'anders'",
        "UPDATE bureaus_reglement SET in_force_from = in_force_from + 30",
        "DELETE FROM bureaus_reglement",
    ],
)
def test_a_version_in_force_is_not_changed_by_the_database_either(inside: Bureau, statement: str) -> None:
    with pytest.raises(DatabaseError, match="in force and stays"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)


def test_the_number_of_a_coming_version_is_not_changed(inside: Bureau) -> None:
    version = adopt(inside, in_days=10)
    with pytest.raises(IntegrityError, match="keeps its number"), transaction.atomic():
        Reglement.objects.filter(pk=version.pk).update(version=9)


def test_a_version_cant_hold_before_it_was_adopted_whatever_the_code_says(inside: Bureau) -> None:
    version = adopt(inside, in_days=10)
    with pytest.raises(IntegrityError, match="reglement_not_before_adoption"), transaction.atomic():
        Reglement.objects.filter(pk=version.pk).update(in_force_from=today() - timedelta(days=1))


@pytest.mark.parametrize("reach", [Reach.NONE, Reach.CLIENT, Reach.OPDRACHTGEVER])
def test_who_does_not_work_there_reads_the_reglement_and_writes_nothing(javawest: Bureau, reach: Reach) -> None:
    with in_bureau(javawest):
        adopt(javawest, in_days=10)
    with in_bureau(javawest, reach=reach):
        assert reglement.in_force().words
        with connection.cursor() as cursor:
            cursor.execute("DELETE FROM bureaus_reglement WHERE version = 2")
            assert cursor.rowcount == 0
            cursor.execute("UPDATE bureaus_bureau SET legal_name = 'gekaapt'")
            assert cursor.rowcount == 0
        coming = Reglement.objects.get(version=2)
        assert Reglement.objects.filter(version=2).update(title="anders") == 0
        coming.id, coming.version = uuid.uuid4(), 3
        with pytest.raises(DatabaseError, match="row-level security"), transaction.atomic():
            coming.save(force_insert=True)


def test_staff_change_their_own_bureau_and_no_other(javawest: Bureau) -> None:
    create_bureau(slug="werkid", preset="werkid", by=BY)
    with in_bureau(javawest, reach=Reach.STAFF), connection.cursor() as cursor:
        cursor.execute("UPDATE bureaus_bureau SET city = 'Assen'")
        assert cursor.rowcount == 1
        cursor.execute("DELETE FROM bureaus_bureau")
        assert cursor.rowcount == 0


@pytest.mark.parametrize(
    ("source", "said"),
    [
        ('{% load words %}{% word "client" %}', "cliënt"),
        ('{% load words %}{% word "opdrachtgever" plural=True capital=True %}', "Klanten"),
        ('{% load words %}{% word "coach" article=True capital=True %}', "De coach"),
    ],
)
def test_a_template_speaks_the_bureaus_words(inside: Bureau, source: str, said: str) -> None:
    assert Template(source).render(TemplateContext()) == said


def test_a_page_without_a_bureau_speaks_plain_words() -> None:
    assert word("client", plural=True, capital=True) == "Cliënten"
    with pytest.raises(KeyError, match="no word for 'baas'"):
        word("baas")


def test_every_template_knows_the_bureau_its_words_and_its_colour(inside: Bureau) -> None:
    request = RequestFactory().get("/")
    assert bureau_processor(request)["colour"] == colour.NEUTRAL
    request.bureau = inside  # type: ignore[attr-defined]
    known = bureau_processor(request)
    assert (known["bureau"], known["colour"]) == (inside, "#1f5f8b")
    assert known["words"].opdrachtgever_word.plural == "klanten"


def test_the_command_makes_a_bureau(capsys: pytest.CaptureFixture[str]) -> None:
    call_command("create_bureau", "noord", "--preset", "werkid", "--host", "noord.example", "--name", "Noord B.V.")
    assert capsys.readouterr().out == "Noord B.V. staat klaar op noord.example.\n"
    assert Bureau.objects.get(slug="noord").legal_name == "Noord B.V."


def test_the_command_says_what_is_wrong(javawest: Bureau) -> None:
    with pytest.raises(CommandError, match="slug: Er bestaat al"):
        call_command("create_bureau", "javawest", "--preset", "werkid")
