"""Who was only let in to a dossier for a while prints no copy of it and opens no file of it by way of a request."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.utils import timezone

from access.actions import grant, revoke
from access.models import Ground, Role, RoleGroup
from bureaus.tenancy import in_bureau
from requests import collecting
from requests.actions import bundles, marking
from requests.actions.handling import grounds_of_copy
from requests.copy_shown import copy_context
from requests.models import Kind, State, Verzoek
from tests.support.people import acting, log_in, make_bureau, make_member
from tests.support.portal import add_traject, make_case, write
from tests.support.verzoeken_handled import marked_ids
from tests.test_bundles import fetched, granted, made, now_of

pytestmark = pytest.mark.django_db
LET_IN = [Ground.EMERGENCY, Ground.CONSENT_OF_DIRECTIE]


@pytest.fixture
def case():
    return make_case(make_bureau())


def let_in(case, role, ground):
    """Somebody who reaches the dossier by this grant alone."""
    bob = make_member(case.bureau, "Bob", role)
    with in_bureau(case.bureau):
        for group in RoleGroup.objects.filter(role=Role.DIRECTIE):
            revoke(dossier=case.dossier, to=group, reason="het reglement laat directie er niet in")
        until = timezone.now() + timedelta(hours=1)
        grant(dossier=case.dossier, to=bob, ground=ground, reason="spoed", expires_at=until)
    return bob


@pytest.mark.article("pluspunt", "4.1")
@pytest.mark.parametrize("ground", LET_IN)
@pytest.mark.parametrize("role", [Role.COACH, Role.DIRECTIE])
def test_who_was_let_in_reads_the_stukken_and_prints_no_copy(case, role, ground):
    bob = let_in(case, role, ground)
    stuk = write(case, "Thuis", "Schulden")
    row = made(case, granted(case))
    with in_bureau(case.bureau):
        Verzoek.objects.filter(pk=row.verzoek_id).update(handler=bob)
    row = now_of(case, row)
    with acting(bob):
        assert collecting.readable(bob, [stuk]) == {stuk.pk}
        assert not copy_context(row.verzoek, bob, may=True)["may_print"]
        with pytest.raises(PermissionDenied):
            bundles.fetch_bundle(bundle=row, by=bob)


def test_nobody_prints_the_copy_of_a_dossier_that_is_closed_to_them_and_holds_no_stuk(case):
    """There is more in a copy than stukken: the number of the person, the traject, who got what."""
    other = make_member(case.bureau, "Tweede", Role.COACH)
    add_traject(case.bureau, case.client, other, case.contact)
    row = made(case, granted(case, dossier=None))
    with acting(case.coach), pytest.raises(PermissionDenied):
        bundles.fetch_bundle(bundle=row, by=case.coach)


def test_where_directie_is_only_let_in_the_client_fetches_it_and_who_belongs_there_prints(case):
    bob = let_in(case, Role.DIRECTIE, Ground.EMERGENCY)
    row = made(case, granted(case))
    with acting(bob):
        shown = copy_context(row.verzoek, bob, may=True)
        assert shown["may_hand"] and not shown["may_print"]
    assert fetched(case.coach, row) and fetched(case.member, row)
    with acting(bob):
        assert bundles.hand_over(bundle=row, words="Aan Vera zelf, afgedrukt door de coach.", by=bob).handed_on


@pytest.mark.article("pluspunt", "4.1")
@pytest.mark.parametrize("ground", LET_IN)
def test_who_was_let_in_marks_nothing_and_no_pdf_is_searched_for_them(case, ground):
    ids = marked_ids(case)
    bob = let_in(case, Role.COACH, ground)
    with in_bureau(case.bureau):
        Verzoek.objects.filter(pk=ids["verzoek_id"]).update(handler=bob)
        row = Verzoek.objects.get(pk=ids["verzoek_id"])
        stuk = collecting.stukken_of(row).get(pk=ids["stuk_id"])
        assert (row.kind, row.state) == (Kind.AFSCHRIFT, State.OPEN)
    here, page = f"/verzoeken/{row.pk}/stukken/{stuk.pk}/", log_in(bob)
    shown = page.get(here)
    assert shown.status_code == 200 and f"{here}lakken/" not in shown.content.decode()
    words = {"wat": "woorden", "woorden-words": "Karel"}
    assert f"{here}lakken/" not in page.get(f"/verzoeken/{row.pk}/stukken/").content.decode()
    assert f"{here}lakken/" in log_in(case.coach).get(f"/verzoeken/{row.pk}/stukken/").content.decode()
    for answer in (page.get(f"{here}lakken/"), page.post(f"{here}lakken/", words)):
        assert answer.status_code == 403
    with acting(bob), pytest.raises(PermissionDenied):
        code = grounds_of_copy(row)[0]
        marking.mark_words(verzoek=row, stuk=stuk, words="buurman", reason_code=code, by=bob)
