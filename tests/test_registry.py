"""Every model and every store is declared, and what is declared is true (ADR 0013)."""

from __future__ import annotations

import pytest
from django.apps import apps
from django.conf import settings
from django.core.exceptions import FieldDoesNotExist
from django.db import models
from django.utils.module_loading import import_string

from bureaus import registry
from bureaus.registry import Inzage, Keeping
from bureaus.schema.keeping import DataClass
from vault.fields import SealedField

MODELS = {model._meta.label: model for model in apps.get_models(include_auto_created=True)}
DECLARED = registry.models()
# The classes that a person's data may never be in: they never end.
ENDLESS = {Keeping.PLATFORM, Keeping.BUREAU}
ABOUT = {"dossiers.Dossier", "clients.Client"}
# Shown to everyone, logged in or not: the logos of bureaus, and nothing else (tests/test_bureaus_logo.py).
OPEN_TO_ALL = {"storages.default"}
# Kept as long as the bureau, personal all the same: who decided on its reglement, and who pays.
STANDS_WITH_THE_BUREAU = {"bureaus.Reglement", "clients.Opdrachtgever"}


def columns(model: type[models.Model]) -> set[str]:
    return {field.name for field in model._meta.local_fields}


def test_every_model_is_declared_and_nothing_that_is_gone():
    assert set(DECLARED) == set(MODELS)


@pytest.mark.parametrize("label", sorted(MODELS))
def test_a_model_is_a_tenants_if_and_only_if_it_carries_the_bureau(label):
    assert DECLARED[label].tenant == ("bureau" in columns(MODELS[label]))


@pytest.mark.parametrize("label", sorted(MODELS))
def test_each_personal_column_exists(label):
    for name in DECLARED[label].personal:
        try:
            assert MODELS[label]._meta.get_field(name).concrete
        except FieldDoesNotExist:
            pytest.fail(f"{label} has no column {name}")


@pytest.mark.parametrize("label", sorted(MODELS))
def test_what_is_personal_ends_some_day(label):
    declared = DECLARED[label]
    if declared.personal and label not in STANDS_WITH_THE_BUREAU:
        assert declared.keeping not in ENDLESS


@pytest.mark.parametrize("label", sorted(MODELS))
def test_a_row_that_points_at_a_client_or_dossier_is_personal(label):
    pointers = {
        field.name
        for field in MODELS[label]._meta.local_fields
        if field.related_model is not None and field.related_model._meta.label in ABOUT
    }
    assert pointers <= set(DECLARED[label].personal)
    if pointers:
        assert DECLARED[label].keeping not in ENDLESS


@pytest.mark.parametrize("label", sorted(MODELS))
def test_what_is_sealed_or_names_an_account_is_personal(label):
    fields = MODELS[label]._meta.local_fields
    sealed = {field.name for field in fields if isinstance(field, SealedField)}
    people = {
        field.name
        for field in fields
        if field.related_model is not None and field.related_model._meta.label in {"access.User", "access.Membership"}
    }
    assert sealed | people <= set(DECLARED[label].personal)


@pytest.mark.parametrize("label", sorted(MODELS))
def test_a_copy_shows_nothing_of_a_model_without_personal_columns(label):
    if not DECLARED[label].personal:
        assert DECLARED[label].inzage == Inzage.NO


@pytest.mark.article("werkid", "10.4")
def test_a_draft_is_in_no_copy_and_has_a_term_of_its_own():
    assert DECLARED["dossiers.Draft"].inzage == Inzage.NO
    assert DECLARED["dossiers.Draft"].keeping == Keeping.CONCEPT


def test_a_keeping_is_a_class_of_the_reglement_or_ends_with_what_it_hangs_on():
    by_reglement = {DataClass(name) for name in ("dossier", "werkaantekening", "concept", "accounts", "journal")}
    assert by_reglement <= {DataClass(keeping) for keeping in Keeping if keeping in set(DataClass)}


@pytest.mark.parametrize("label", sorted(MODELS))
def test_what_has_a_term_of_its_own_says_from_when_or_by_what_it_goes(label):
    """Nothing that names people stays because nobody takes it away: each night, by `since`, or by what `goes` names."""
    declared = DECLARED[label]
    own = declared.keeping in {Keeping.ACCOUNT, Keeping.JOURNAL, Keeping.EVIDENCE, Keeping.CONCEPT, Keeping.WORKNOTE}
    assert bool(declared.since) + bool(declared.goes) == own
    if declared.goes:
        assert callable(import_string(declared.goes))
    if declared.since:
        assert declared.tenant and declared.keeping in set(DataClass)
        field = MODELS[label]
        for name in declared.since.split("__")[:-1]:
            field = field._meta.get_field(name).related_model
        assert isinstance(field._meta.get_field(declared.since.split("__")[-1]), models.DateTimeField)


def test_what_stays_as_long_as_the_bureau_and_names_people_is_named_here_with_why():
    personal = {label for label, one in DECLARED.items() if one.personal and one.keeping in ENDLESS}
    assert personal <= STANDS_WITH_THE_BUREAU


def test_every_store_that_the_settings_name_is_declared():
    used = {f"storages.{name}" for name in settings.STORAGES} - {"storages.staticfiles"}
    used |= {f"caches.{name}" for name in settings.CACHES}
    used |= {"keyring"} if settings.KEYRING else set()
    used |= {"broker"} if settings.CELERY_BROKER_URL else set()
    used |= {"mail"} if settings.EMAIL_FILE_PATH else set()
    used |= {"uploads"} if settings.FILE_UPLOAD_HANDLERS else set()
    used |= {"log"} if settings.LOGGING["handlers"] else set()
    assert set(registry.stores()) == used


def test_a_store_of_more_than_days_holds_only_what_is_sealed():
    assert {store.name for store in registry.stores().values() if not store.sealed} - OPEN_TO_ALL == {
        store.name for store in registry.stores().values() if store.keeping == Keeping.SHORT
    }


def test_no_file_of_a_model_lies_in_a_store_that_is_not_sealed():
    plain = [field for model in MODELS.values() for field in model._meta.fields if isinstance(field, models.FileField)]
    assert plain == []


def test_declaring_twice_is_refused():
    with pytest.raises(ValueError, match="declared twice"):
        registry.declare("dossiers.Dossier")


def test_the_session_engine_and_the_keyring_are_what_the_stores_say():
    assert settings.SESSION_ENGINE.endswith(".cache")
    assert import_string(settings.KEYRING_CLASS)
