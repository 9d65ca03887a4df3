"""Files in both portals: one's own, what was released, and nothing else."""

from __future__ import annotations

import pytest
from django.utils import timezone

from bureaus.schema import Herkomst, StukKind
from bureaus.tenancy import in_bureau
from dossiers import actions
from dossiers.models import StoredFile
from journal.models import Line
from tests.support.documents import pdf_form, upload
from tests.support.people import acting, log_in, make_bureau
from tests.support.portal import authorise, make_case, release, write

pytestmark = pytest.mark.django_db


@pytest.fixture
def vera():
    return make_case(make_bureau())


def add_cv(case):
    with acting(case.coach):
        return actions.add_document(
            dossier=case.dossier, by=case.coach, kind=StukKind.CV, herkomst=Herkomst.CLIENT.value, title="Cv",
            date=timezone.localdate(), upload=upload(pdf_form(), "cv.pdf"),
        )  # fmt: skip


def file_of(case, stuk):
    with in_bureau(case.bureau):
        return StoredFile.objects.get(stuk=stuk).pk


def test_a_client_fetches_a_file_of_the_own_dossier_and_that_is_journaled(vera):
    file = file_of(vera, add_cv(vera))
    for member in (vera.member, authorise(vera)):
        answer = log_in(member).get(f"/mijn/bestanden/{file}/")
        assert answer.status_code == 200
        assert b"".join(answer.streaming_content).startswith(b"%PDF-")
        assert answer.headers["Content-Disposition"].startswith("attachment")
        with in_bureau(vera.bureau):
            assert Line.objects.filter(act="document.opgehaald", membership_id=member.pk).count() == 1


def test_a_file_of_another_client_does_not_exist(vera):
    other = make_case(vera.bureau, "Willem")
    file = file_of(other, add_cv(other))
    assert log_in(vera.member).get(f"/mijn/bestanden/{file}/").status_code == 404


def test_an_opdrachtgever_fetches_files_of_what_was_released_and_no_others(vera):
    stuk = add_cv(vera)
    page = f"/opdracht/bestanden/{file_of(vera, stuk)}/"
    payer = log_in(vera.payer)
    write(vera, "Gesprek", "x")
    assert payer.get(page).status_code == 404
    given = release(vera, stuk)
    answer = payer.get(page)
    assert b"".join(answer.streaming_content).startswith(b"%PDF-")
    with acting(vera.coach):
        actions.withdraw_release(release=given, by=vera.coach)
    assert payer.get(page).status_code == 404


def test_each_portal_has_its_own_address_for_files(vera):
    stuk = add_cv(vera)
    release(vera, stuk)
    file = file_of(vera, stuk)
    assert log_in(vera.payer).get(f"/mijn/bestanden/{file}/").status_code == 404
    assert log_in(vera.member).get(f"/opdracht/bestanden/{file}/").status_code == 404
    assert log_in(vera.coach).get(f"/mijn/bestanden/{file}/").status_code == 404
