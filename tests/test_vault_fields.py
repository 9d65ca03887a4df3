"""Sealed fields, on a tenant's table of the tests' own beside the product's."""

from __future__ import annotations

import datetime as dt
import pickle
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.apps.registry import Apps
from django.core import serializers
from django.core.exceptions import FieldError
from django.db import connection, models, transaction
from django.db.migrations.writer import MigrationWriter
from django.forms import modelform_factory
from django.forms.models import model_to_dict
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from bureaus import rls
from bureaus.models import Bureau
from bureaus.tenancy import NoBureau, current_bureau_id, in_bureau
from tests.support.servers import DATABASE, TestServers
from vault import actions, bureau_keys, keys
from vault.errors import KeyGone, Tampered, Unsealable
from vault.fields import Sealed, SealedJSONField, SealedTextField

PLANTED = "Mevrouw Plantwoord slaapt slecht"


class Page(models.Model):
    """Stands in a registry of its own: the product's registry of models does not know it."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    bureau_id = models.BigIntegerField(default=current_bureau_id)
    dossier_id = models.UUIDField(null=True)
    number = models.IntegerField(default=0)
    text = SealedTextField(subject="dossier_id", null=True)
    note = SealedTextField(subject="dossier_id", null=True)
    facts = SealedJSONField(subject="dossier_id", null=True)
    own = SealedTextField(subject="id", null=True)

    class Meta:
        app_label = "vault_tests"
        apps = Apps()
        db_table = "vault_tests_page"


@pytest.fixture(scope="module")
def _page_table(servers: TestServers, django_db_setup: None) -> Iterator[None]:
    statements = [
        f"SET ROLE {rls.OWNER_ROLE}",
        "CREATE TABLE vault_tests_page (id uuid PRIMARY KEY, bureau_id bigint NOT NULL, dossier_id uuid,"
        " number integer NOT NULL, text bytea, note bytea, facts bytea, own bytea)",
        *rls._policies("vault_tests_page", "", ""),
    ]
    with servers.admin(DATABASE) as admin:
        for statement in statements:
            admin.execute(statement)
    yield
    with servers.admin(DATABASE) as admin:
        admin.execute("DROP TABLE vault_tests_page")


@pytest.fixture
def bureau(_page_table: None, db: None, tmp_path: Path, settings) -> Bureau:
    settings.KEYRING = tmp_path / "keyring"
    return make_bureau("velden")


def make_bureau(slug: str) -> Bureau:
    bureau = Bureau.objects.create(legal_name=slug, slug=slug, host=f"{slug}.localhost")
    bureau_keys.start(bureau.pk)
    return bureau


@pytest.fixture
def dossier(bureau: Bureau) -> Iterator[uuid.UUID]:
    """A dossier with a key, inside its bureau's context."""
    with in_bureau(bureau):
        yield new_dossier()


def new_dossier() -> uuid.UUID:
    dossier = uuid.uuid4()
    actions.create_key(subject_id=dossier)
    return dossier


def raw(page: Page, column: str = "text") -> bytes:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {column} FROM vault_tests_page WHERE id = %s", [page.id])
        return bytes(cursor.fetchone()[0])


def write_raw(page: Page, value: bytes, column: str = "text") -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"UPDATE vault_tests_page SET {column} = %s WHERE id = %s", [value, page.id])


def again(page: Page) -> Page:
    return Page.objects.get(pk=page.pk)


def test_text_and_json_come_back_as_they_were_written(dossier: uuid.UUID) -> None:
    page = Page.objects.create(dossier_id=dossier, text=PLANTED, facts={"uren": [1, 2.5], "ok": None})
    assert (page.text, page.facts) == (PLANTED, {"uren": [1, 2.5], "ok": None})
    assert (again(page).text, again(page).facts, again(page).note) == (PLANTED, page.facts, None)


def test_the_database_holds_no_plain_word(dossier: uuid.UUID) -> None:
    page = Page.objects.create(dossier_id=dossier, text=PLANTED, facts={"naam": PLANTED})
    for column in ("text", "facts"):
        assert b"Plantwoord" not in raw(page, column)
    with connection.cursor() as cursor:
        cursor.execute("SELECT string_agg(row_to_json(p)::text, '') FROM vault_tests_page p")
        dump = cursor.fetchone()[0]
    assert "Plantwoord" not in dump
    assert b"Plantwoord".hex() not in dump


def test_equal_texts_are_sealed_differently(dossier: uuid.UUID) -> None:
    one, other = (Page.objects.create(dossier_id=dossier, text=PLANTED) for _ in range(2))
    assert raw(one) != raw(other)


@hypothesis_settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.text(),
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(),
        lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    ),
)
def test_any_text_and_any_json_make_the_round_trip(dossier: uuid.UUID, text: str, facts: Any) -> None:
    page = Page.objects.create(dossier_id=dossier, text=text, facts=facts)
    assert again(page).text == text
    assert again(page).facts == facts


@pytest.mark.parametrize("text", ["", "\x00", "\u202egnilliw", "e\u0301 é", "👩🏽‍🦽", "\ufeff\u200b", "x" * 3_000_000])
def test_odd_texts_make_the_round_trip(dossier: uuid.UUID, text: str) -> None:
    assert again(Page.objects.create(dossier_id=dossier, text=text)).text == text


def test_dates_in_json_come_back_as_text(dossier: uuid.UUID) -> None:
    page = Page.objects.create(dossier_id=dossier, facts={"op": dt.date(2026, 3, 5)})
    assert again(page).facts == {"op": "2026-03-05"}


@pytest.mark.parametrize(
    "wrong", [{"text": 5}, {"text": b"x"}, {"text": "\ud800 Plantwoord"}, {"facts": {"x": object()}}, {"facts": {1, 2}}]
)
def test_what_can_not_be_sealed_is_refused_without_being_shown(dossier: uuid.UUID, wrong: dict[str, Any]) -> None:
    with pytest.raises(Unsealable) as refused, transaction.atomic():
        Page.objects.create(dossier_id=dossier, **wrong)
    assert "Plantwoord" not in str(refused.value)
    assert refused.value.__cause__ is None


def test_a_row_s_own_id_may_be_the_subject(dossier: uuid.UUID) -> None:
    client = Page(own="123456782")
    actions.create_key(subject_id=client.id)
    client.save()
    assert again(client).own == "123456782"


# -- bound to its place --------------------------------------------------------------------------------------------


def test_ciphertext_moved_to_another_row_does_not_open(dossier: uuid.UUID) -> None:
    one, other = (Page.objects.create(dossier_id=dossier, text=text) for text in ("een", "twee"))
    write_raw(other, raw(one))
    with pytest.raises(Tampered):
        _ = again(other).text


def test_ciphertext_moved_to_another_field_does_not_open(dossier: uuid.UUID) -> None:
    page = Page.objects.create(dossier_id=dossier, text="een", note="twee")
    write_raw(page, raw(page), "note")
    assert again(page).text == "een"
    with pytest.raises(Tampered):
        _ = again(page).note


def test_a_row_moved_to_another_dossier_does_not_open(dossier: uuid.UUID) -> None:
    page = Page.objects.create(dossier_id=dossier, text="een")
    Page.objects.filter(pk=page.pk).update(dossier_id=new_dossier())
    with pytest.raises(Tampered):
        _ = again(page).text


def test_a_row_carried_to_another_bureau_does_not_open_even_with_its_wrapped_key(
    bureau: Bureau, servers: TestServers
) -> None:
    with in_bureau(bureau):
        page = Page.objects.create(dossier_id=new_dossier(), text="een")
        wrapped = keys.WrappedKey.objects.get(subject_id=page.dossier_id).wrapped
        sealed = raw(page)
    with in_bureau(make_bureau("ander")):
        copy = Page.objects.create(dossier_id=page.dossier_id)
        write_raw(copy, sealed)
        with pytest.raises(KeyGone):
            _ = again(copy).text
        keys.WrappedKey.objects.create(subject_id=page.dossier_id, generation=1, wrapped=wrapped)
        with pytest.raises(Tampered):
            _ = again(copy).text


def test_a_changed_bit_in_the_column_is_noticed(dossier: uuid.UUID) -> None:
    page = Page.objects.create(dossier_id=dossier, text="een")
    sealed = bytearray(raw(page))
    sealed[-1] ^= 1
    write_raw(page, bytes(sealed))
    with pytest.raises(Tampered):
        _ = again(page).text


def test_without_its_key_a_text_is_gone(dossier: uuid.UUID) -> None:
    page = Page.objects.create(dossier_id=dossier, text=PLANTED)
    actions.destroy_key(subject_id=dossier)
    assert again(page).number == 0
    with pytest.raises(KeyGone):
        _ = again(page).text


def test_saving_without_a_key_is_refused(dossier: uuid.UUID) -> None:
    with pytest.raises(KeyGone), transaction.atomic():
        Page.objects.create(dossier_id=uuid.uuid4(), text="een")


@pytest.mark.parametrize("lacking", [{"dossier_id": None}, {"dossier_id": "x"}, {"pk": None}])
def test_a_row_without_id_or_subject_says_so(dossier: uuid.UUID, lacking: dict[str, Any]) -> None:
    page = Page(**{"dossier_id": dossier, "text": "een"} | lacking)
    with pytest.raises(Unsealable, match="needs the row's id, and a UUID in dossier_id"):
        Page._meta.get_field("text").pre_save(page, True)


def test_a_text_is_not_opened_outside_its_bureau(bureau: Bureau) -> None:
    with in_bureau(bureau):
        page = again(Page.objects.create(dossier_id=new_dossier(), text="een"))
    with pytest.raises(NoBureau):
        _ = page.text


# -- what Django does with fields ----------------------------------------------------------------------------------


def test_reading_a_row_opens_nothing_until_the_field_is_read(dossier: uuid.UUID) -> None:
    page = again(Page.objects.create(dossier_id=dossier, text="een"))
    assert isinstance(page.__dict__["text"], Sealed)
    assert page.text == "een"


def test_an_assigned_value_is_sealed_at_the_save(dossier: uuid.UUID) -> None:
    page = again(Page.objects.create(dossier_id=dossier, text="een"))
    page.text = "twee"
    assert (page.text, again(page).text) == ("twee", "een")
    page.save()
    assert again(page).text == "twee"


def test_json_changed_in_place_is_saved(dossier: uuid.UUID) -> None:
    page = again(Page.objects.create(dossier_id=dossier, facts={"uren": [1]}))
    page.facts["uren"].append(2)
    page.save(update_fields=["facts"])
    assert again(page).facts == {"uren": [1, 2]}


def test_a_field_can_be_emptied(dossier: uuid.UUID) -> None:
    page = again(Page.objects.create(dossier_id=dossier, text="een"))
    page.text = None
    page.save()
    assert again(page).text is None
    assert list(Page.objects.filter(text__isnull=True)) == [page]


def test_saving_an_unread_field_keeps_its_ciphertext(dossier: uuid.UUID) -> None:
    page = Page.objects.create(dossier_id=dossier, text="een")
    sealed = raw(page)
    unread = again(page)
    unread.number = 2
    unread.save()
    assert raw(page) == sealed


def test_moving_an_unread_row_is_refused_and_a_read_one_is_sealed_anew(dossier: uuid.UUID) -> None:
    page, other = Page.objects.create(dossier_id=dossier, text="een"), new_dossier()
    unread = again(page)
    unread.dossier_id = other
    with pytest.raises(Tampered, match="read it before moving"), transaction.atomic():
        unread.save()
    read = again(page)
    assert read.text == "een"
    read.dossier_id = other
    read.save()
    assert again(page).text == "een"


def test_bulk_create_seals_each_row(dossier: uuid.UUID) -> None:
    pages = Page.objects.bulk_create(Page(dossier_id=dossier, text=f"tekst {n}", number=n) for n in range(20))
    assert [page.text for page in Page.objects.order_by("number")] == [page.text for page in pages]


def test_update_or_create_seals_both_ways(dossier: uuid.UUID) -> None:
    for text in ("een", "twee"):
        page, _ = Page.objects.update_or_create(number=7, defaults={"dossier_id": dossier, "text": text})
    assert Page.objects.get().text == again(page).text == "twee"


def test_refresh_from_db_forgets_what_was_assigned(dossier: uuid.UUID) -> None:
    page = Page.objects.create(dossier_id=dossier, text="een")
    for fields in (None, ["text"]):
        page.text = "anders"
        page.refresh_from_db(fields=fields)
        assert page.text == "een"


@pytest.mark.parametrize(
    "rows", [Page.objects.defer("text"), Page.objects.only("number"), Page.objects.only("id", "dossier_id")]
)
def test_a_deferred_field_is_fetched_when_it_is_read(dossier: uuid.UUID, rows: models.QuerySet[Page]) -> None:
    page = Page.objects.create(dossier_id=dossier, text="een", note="twee")
    deferred = rows.all().get(pk=page.pk)
    assert "text" in deferred.get_deferred_fields()
    deferred.number = 3
    deferred.save()
    assert (deferred.text, again(page).text, again(page).note) == ("een", "een", "twee")


def test_a_deferred_field_costs_one_query(dossier: uuid.UUID) -> None:
    page = Page.objects.defer("text").get(pk=Page.objects.create(dossier_id=dossier, text="een").pk)
    keys.prefetch([dossier])
    with CaptureQueriesContext(connection) as queries:
        assert page.text == "een"
    assert len(queries) == 1


def test_a_copied_deferred_row_is_refused_rather_than_emptied(dossier: uuid.UUID) -> None:
    page = Page.objects.defer("text").get(pk=Page.objects.create(dossier_id=dossier, text="een").pk)
    page.pk = uuid.uuid4()
    with pytest.raises((Page.DoesNotExist, Tampered)), transaction.atomic():
        page.save(force_insert=True)


@pytest.mark.parametrize(
    "lookup", ["text", "text__contains", "text__in", "text__exact", "text__startswith", "facts__uren"]
)
def test_the_database_is_not_asked_to_compare_ciphertext(dossier: uuid.UUID, lookup: str) -> None:
    for ask in (Page.objects.filter, Page.objects.exclude, Page.objects.get):
        with pytest.raises(FieldError, match="sealed"):
            ask(**{lookup: "een"})


def test_update_and_bulk_update_refuse_plain_text(dossier: uuid.UUID) -> None:
    page = Page.objects.create(dossier_id=dossier, text="een")
    for write in (lambda: Page.objects.update(text="twee"), lambda: Page.objects.bulk_update([page], ["text"])):
        with pytest.raises(Unsealable, match="save the row"), transaction.atomic():
            write()
    Page.objects.update(text=None)
    assert again(page).text is None


def test_values_give_ciphertext_that_does_not_show_itself(dossier: uuid.UUID) -> None:
    page = Page.objects.create(dossier_id=dossier, text=PLANTED)
    (value,) = Page.objects.values_list("text", flat=True)
    assert value == raw(page)
    assert f"{value}" == repr(value) == f"<verzegeld, {len(value)} bytes>"


def test_nothing_that_walks_over_fields_shows_plain_text(dossier: uuid.UUID) -> None:
    page = Page.objects.create(dossier_id=dossier, text=PLANTED, facts=[5, PLANTED])
    shown = [
        serializers.serialize("json", [page]),
        str(model_to_dict(page)),
        repr([field.value_from_object(page) for field in Page._meta.fields]),
        repr([field.value_to_string(page) for field in Page._meta.fields]),
        modelform_factory(Page, fields="__all__")(instance=page).as_p(),
        repr(page),
    ]
    assert not any("Plantwoord" in one for one in shown)


def test_a_row_taken_apart_unread_holds_ciphertext(dossier: uuid.UUID) -> None:
    page = again(Page.objects.create(dossier_id=dossier, text=PLANTED))
    assert b"Plantwoord" not in pickle.dumps(page.__dict__)


def test_a_migration_can_write_the_field_down() -> None:
    field = SealedTextField("tekst", subject="dossier_id", null=True)
    written, _ = MigrationWriter.serialize(field)
    assert written == "vault.fields.SealedTextField(null=True, subject='dossier_id', verbose_name='tekst')"
    assert field.clone().deconstruct()[1:] == field.deconstruct()[1:]
    assert field.db_type(connection) == "bytea"


def test_a_field_without_a_subject_or_with_an_index_fails_the_checks() -> None:
    class Wrong(models.Model):
        text = SealedTextField(subject="nothing", db_index=True)

        class Meta:
            app_label = "vault_tests"
            apps = Apps()

    found = {error.id for error in Wrong._meta.get_field("text").check()}
    assert {"vault.E001", "vault.E002"} <= found
    assert Page._meta.get_field("text").check() == []
