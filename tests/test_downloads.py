"""A sealed file that storage lost or somebody changed there: a page that says so, wherever it is handed out."""

from __future__ import annotations

import pytest

from access.models import Role
from bureaus.tenancy import in_bureau
from journal.models import Line
from tests.support.carried_out import carried_out, pv_of
from tests.support.handed_out import agreement_row, paper_row
from tests.support.people import log_in, make_member
from tests.support.request_rows import request_rows
from vault.files import delete_sealed_now

pytestmark = pytest.mark.django_db


def refused(member, path: str) -> None:
    answer = log_in(member).get(path)
    assert answer.status_code == 503
    assert "Dit bestand gaat niet open" in answer.content.decode()


def acts(bureau) -> set[str]:
    with in_bureau(bureau):
        return set(Line.objects.filter(act__endswith="opgehaald").values_list("act", flat=True))


def test_a_scan_that_does_not_open_is_a_page_that_says_so(javawest, vera):
    boss = make_member(javawest, "Dirk", Role.DIRECTIE)
    with in_bureau(javawest):
        given, agreed = paper_row(vera.client), agreement_row(party="Softwarehuis")
        asked = request_rows(vera.dossier, vera.coach)["verzoek"]
        for row in (given, agreed, asked):
            delete_sealed_now(row.scan_file)
    refused(boss, f"/uitgereikt/{given.pk}/papier/")
    refused(boss, f"/registers/verwerkersovereenkomsten/{agreed.pk}/papier/")
    refused(boss, f"/verzoeken/{asked.pk}/brief/")
    assert acts(javawest) == set()


def test_a_proces_verbaal_that_does_not_open_is_a_page_that_says_so(javawest):
    boss = make_member(javawest, "Dirk", Role.DIRECTIE)
    made = pv_of(javawest, carried_out(javawest, 1, by=boss))
    with in_bureau(javawest):
        delete_sealed_now(made.file)
    refused(boss, f"/bewaren/processen-verbaal/{made.pk}/pdf/")
    assert acts(javawest) == set()
