"""What goes by a short term of its own, each night, without a list."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import DatabaseError, connection, transaction
from django.utils import timezone

from access.models import Declaration, Membership, User
from bureaus.schema import StukKind
from bureaus.tenancy import in_bureau
from dossiers import actions
from dossiers.models import Draft, Stuk
from journal.models import Line
from retention.actions.holds import place_hold
from retention.actions.short_terms import run_short_terms
from retention.models import HoldKind
from tests.support.dossiers import open_dossier_of
from tests.support.people import acting, make_member

pytestmark = pytest.mark.django_db
TODAY = timezone.localdate


def night(bureau, days: int = 0) -> dict[str, int]:
    with in_bureau(bureau, origin="werker"):
        return run_short_terms(TODAY() + timedelta(days=days))


def written(dossier, coach, kind) -> Stuk:
    with acting(coach):
        stuk = actions.start_stuk(dossier=dossier, by=coach, kind=kind)
        content = {"title": "", "sections": [{"label": "Tekst", "text": "Nog niet af"}]}
        actions.save_draft(stuk=stuk, by=coach, version=Draft.objects.get(stuk=stuk).version, content=content)
    return stuk


@pytest.mark.article("werkid", "10.4")
def test_a_note_and_a_concept_that_was_left_go_after_their_own_term(javawest, alice):
    dossier = open_dossier_of(javawest, alice)
    for kind in (StukKind.WERKAANTEKENING, StukKind.GESPREKSVERSLAG):
        written(dossier, alice, kind)
    assert night(javawest, days=60) == {"werkaantekening": 0, "concept": 0, "sealed_annex": 0, "accounts": 0}
    found = night(javawest, days=100)
    assert (found["werkaantekening"], found["concept"]) == (1, 1)
    with in_bureau(javawest):
        assert not Stuk.objects.exists() and not Draft.objects.exists()
        assert Line.objects.get(act="bewaartermijnen.gewist").facts == {"werkaantekening": 1, "concept": 1}
    assert not any(night(javawest, days=100).values())


def test_what_is_kept_for_a_lawsuit_keeps_its_notes(javawest, alice):
    dossier = open_dossier_of(javawest, alice)
    written(dossier, alice, StukKind.WERKAANTEKENING)
    with in_bureau(javawest):
        soon = TODAY() + timedelta(days=30)
        place_hold(dossier=dossier, by=None, kind=HoldKind.LAWSUIT, reason="zaak", source="x", review_on=soon)
    assert night(javawest, days=100)["werkaantekening"] == 0


def test_who_left_long_ago_can_log_in_nowhere_and_is_still_named(javawest, alice):
    bob = make_member(javawest, "Bob", "coach")
    with in_bureau(javawest):
        Membership.objects.filter(pk=bob.pk).update(
            active_from=timezone.now() - timedelta(days=900), active_until=timezone.now() - timedelta(days=400)
        )
        assert Declaration.objects.filter(membership=bob).exists()
    assert night(javawest)["accounts"] == 1
    user = User.objects.get(pk=bob.user_id)
    assert "bob" not in user.email
    assert (user.is_active, user.has_usable_password()) == (False, False)
    with in_bureau(javawest):
        assert Membership.objects.get(pk=bob.pk).name == "Bob"
        assert not Declaration.objects.filter(membership=bob).exists()
    assert night(javawest)["accounts"] == 0
    assert User.objects.get(pk=alice.user_id).email == "alice@javawest.test"


def test_a_login_that_another_bureau_needs_stays_as_it_is(javawest, alice):
    from tests.support.people import make_bureau

    bob = make_member(javawest, "Bob", "coach", email="bob@elders.test")
    other = make_bureau("werkid", "werkid")
    make_member(other, "Bob", "coach", email="bob@elders.test")
    with in_bureau(javawest):
        Membership.objects.filter(pk=bob.pk).update(
            active_from=timezone.now() - timedelta(days=900), active_until=timezone.now() - timedelta(days=400)
        )
    night(javawest)
    assert User.objects.get(pk=bob.user_id).email == "bob@elders.test"


@pytest.mark.parametrize("call", ["access_forget_account(%s, 1)", "access_blank_account(%s, now())"])
def test_nobody_but_a_worker_blanks_or_forgets_an_account(javawest, alice, call):
    refused = pytest.raises(DatabaseError, match="worker alone")
    with acting(alice), connection.cursor() as cursor, refused, transaction.atomic():
        cursor.execute(f"SELECT {call}", [alice.user_id])
