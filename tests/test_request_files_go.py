"""Files and keys that rows of requests name go when those rows go: scans, letters and copies."""

from __future__ import annotations

import pytest
from django.apps import apps

from access.reach import as_system
from bureaus import registry
from bureaus.tenancy import in_bureau
from requests.models import Bundle, Letter, Verzoek
from retention import erasing
from tests.support.people import make_bureau
from tests.support.portal import make_case
from tests.support.request_rows import request_rows
from vault.actions import create_key
from vault.errors import KeyGone
from vault.files import open_sealed
from vault.models import WrappedKey

pytestmark = pytest.mark.django_db
# Taken away by steps of their own, which look at each file again (retention.erasing, retention.actions).
BY_HAND = {
    "dossiers.StoredFile.storage_name", "retention.Transfer.file", "retention.ProcesVerbaal.file",
    "retention.ProcesVerbaal.annex_file", "retention.Certificate.file", "access.Declaration.file",
    "access.AccessReview.file",
}  # fmt: skip


@pytest.fixture
def case():
    made = make_case(make_bureau())
    with in_bureau(made.bureau):
        create_key(subject_id=made.client.pk)
        request_rows(made.dossier, made.coach)
    return made


def test_the_files_and_the_key_of_a_request_go_with_its_dossier(case):
    with in_bureau(case.bureau), as_system():
        bundle, letter, verzoek = Bundle.objects.get(), Letter.objects.get(), Verzoek.objects.get()
        case.dossier.refresh_from_db()
        erased = erasing.erase_dossier(case.dossier)
        assert {bundle.file, letter.file, verzoek.scan_file} <= set(erased.files)
        assert len(erased.files) == len(set(erased.files))
        assert erased.size == 12
        assert str(bundle.pk) in erased.gone[erasing.KEYS]
        assert not WrappedKey.objects.filter(subject_id=bundle.pk).exists()
        with pytest.raises(KeyGone):
            list(open_sealed(subject_id=bundle.pk, name=bundle.file))
        assert set(erasing.look([erased.gone], [case.dossier.number]).values()) == {0}


def test_a_request_about_all_dossiers_goes_with_the_last_of_the_client(case):
    with in_bureau(case.bureau), as_system():
        Verzoek.objects.update(dossier=None)
        bundle = Bundle.objects.get()
        erased = erasing.erase_dossier(case.dossier)
        assert bundle.file in erased.files and str(bundle.pk) in erased.gone[erasing.KEYS]
        assert not Verzoek.objects.exists()


def test_every_column_that_names_a_sealed_file_says_who_takes_it_away():
    named = {f"{label}.{name}" for label, one in registry.models().items() for name, _ in one.files}
    columns = {
        f"{model._meta.label}.{field.name}"
        for model in apps.get_models()
        for field in model._meta.local_fields
        if field.name in ("file", "storage_name") or field.name.endswith("_file")
    }
    assert columns == named | BY_HAND
