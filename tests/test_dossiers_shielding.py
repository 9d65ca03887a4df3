"""A stuk that is shielded at the client's request (werkid 11.1, pluspunt 4.3)."""

from __future__ import annotations

import pytest
from django.db import connection

from access.models import Role
from bureaus.tenancy import in_bureau
from dossiers import actions
from dossiers.models import Release, Stuk
from journal.models import Line
from retention import handing
from tests.support.people import acting, log_in, make_bureau, make_member
from tests.support.portal import in_force_with, make_case, release, write

pytestmark = pytest.mark.django_db


@pytest.fixture
def case():
    return make_case(make_bureau())


def shielded(case):
    stuk = write(case, "Over thuis", "Dit is van mij.")
    with acting(case.coach):
        return actions.shield(stuk=stuk, by=case.coach, reason="verzoek V2026-0001")


def status(member, stuk, page="/stukken/"):
    return log_in(member).get(f"{page}{stuk.pk}/").status_code


@pytest.mark.article("werkid", "11.1")
@pytest.mark.article("pluspunt", "4.3")
def test_only_the_client_and_who_the_reglement_names_read_it(case):
    boss, office = make_member(case.bureau, "Dora", Role.DIRECTIE), make_member(case.bureau, "Ada", Role.ADMINISTRATIE)
    stuk = shielded(case)
    assert status(case.member, stuk, "/mijn/stukken/") == 200
    assert status(boss, stuk) == 200
    assert status(office, stuk) == 404
    assert status(case.coach, stuk) == 404
    page = log_in(case.coach).get(f"/dossiers/{case.dossier.pk}/").content.decode()
    assert "Over thuis" not in page


def test_the_reglement_in_force_says_who_reads_it(case):
    boss, office = make_member(case.bureau, "Dora", Role.DIRECTIE), make_member(case.bureau, "Ada", Role.ADMINISTRATIE)
    in_force_with(case.bureau, requests={"correction": {"shielded_seen_by": ["administratie"]}})
    stuk = shielded(case)
    assert (status(boss, stuk), status(office, stuk)) == (404, 200)


def test_what_was_let_out_is_taken_back_and_goes_out_no_more(case):
    stuk = write(case, "Verslag", "Zo ging het.", kind="voortgangsrapportage")
    release(case, stuk)
    with acting(case.coach):
        actions.shield(stuk=stuk, by=case.coach, reason="verzoek V2026-0001")
        assert not Release.objects.filter(stuk=stuk, withdrawn_at=None).exists()
        with pytest.raises(actions.stukken.rules.Refused, match="afgeschermd"):
            actions.release(stuk=Stuk.objects.get(pk=stuk.pk), by=case.coach)
        assert not handing.belonging(case.dossier).filter(pk=stuk.pk).exists()
    assert log_in(case.payer).get(f"/opdracht/stukken/{stuk.pk}/").status_code == 404


def test_shielding_again_is_one_act(case):
    stuk = shielded(case)
    with acting(case.coach):
        again = actions.shield(stuk=stuk, by=case.coach, reason="verzoek V2026-0001")
    assert again.shielded_at == stuk.shielded_at
    with in_bureau(case.bureau):
        assert Line.objects.filter(act="stuk.afgeschermd").count() == 1


def test_by_raw_sql_the_opdrachtgever_reads_none_of_it(case):
    stuk = write(case, "Verslag", "Zo ging het.", kind="voortgangsrapportage")
    release(case, stuk)
    with in_bureau(case.bureau):
        Stuk.objects.filter(pk=stuk.pk).update(shielded_at="2026-11-01T10:00:00Z")
    with acting(case.payer), connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM dossiers_stuk WHERE id = %s", [stuk.pk])
        assert cursor.fetchone()[0] == 0
        cursor.execute("SELECT count(*) FROM dossiers_stukversion WHERE stuk_id = %s", [stuk.pk])
        assert cursor.fetchone()[0] == 0
