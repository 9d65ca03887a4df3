"""What a load of the demo leaves: within each reglement, and found by its accounts. Each bureau is loaded once."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from functools import cache

import pytest
from django.conf import settings
from django.db import transaction
from django.test import override_settings
from django.utils import timezone

from access.models import DossierGrant, EndedGrant, Membership
from bureaus import reglement
from bureaus.models import Bureau
from bureaus.schema import StukKind
from clients.models import Appointment, Client, Traject
from consent.models import Consent, Disclosure, HandedOut, ProcessorAgreement, StarterEntry
from demo.people import load
from demo.people.accounts import PASSWORD
from demo.people.house import at_work
from demo.people.places import SLUGS
from dossiers.actions import sync_grants
from dossiers.models import Dossier, Draft, Release, State, Stuk, StukVersion
from journal.models import Line
from retention import watched
from retention.models import DestructionList, Transfer
from tests.support.people import acting
from vault.models import WrappedKey

TODAY = date(2026, 6, 15)


@pytest.fixture(scope="module")
def houses(servers, django_db_setup, django_db_blocker, tmp_path_factory) -> Iterator[Callable[[str], Bureau]]:
    """`houses("javawest")`: that bureau with forty clients, in a transaction that is taken back at the end."""
    folder = tmp_path_factory.mktemp("demo")
    sealed = {**settings.STORAGES["sealed"], "OPTIONS": {"location": folder / "media"}}
    demo = {"DEBUG": True, "DEMO": True, "KEYRING": folder / "keyring"}

    @cache
    def house(slug: str) -> Bureau:
        load.load_bureau(slug, seed=1, clients=40, today=TODAY, files=False)
        return Bureau.objects.get(slug=slug)

    with django_db_blocker.unblock(), override_settings(**demo, STORAGES={**settings.STORAGES, "sealed": sealed}):
        reglement.forget()
        with transaction.atomic():
            for slug in SLUGS:
                house(slug)
            yield house
            transaction.set_rollback(True)
        reglement.forget()


@pytest.fixture
def loaded(houses) -> Iterator[Callable[[str], Bureau]]:
    """The loaded bureaus; what the test writes besides is taken back at its end."""
    with transaction.atomic():
        yield houses
        transaction.set_rollback(True)


def member(bureau: Bureau, account: str) -> Membership:
    with at_work(bureau):
        return Membership.objects.select_related("user", "bureau").get(user__email=f"{account}@{bureau.slug}.test")


@pytest.mark.parametrize("slug", SLUGS)
def test_after_a_bulk_load_sync_grants_changes_nothing(loaded, slug):
    bureau = loaded(slug)
    with at_work(bureau):
        before = set(DossierGrant.objects.values_list("pk", flat=True))
        lines = Line.objects.count()
        for dossier in Dossier.objects.all():
            sync_grants(dossier=dossier, by=None)
        assert set(DossierGrant.objects.values_list("pk", flat=True)) == before
        assert not EndedGrant.objects.exists()
        assert Line.objects.count() == lines


@pytest.mark.parametrize("slug", SLUGS)
@pytest.mark.article("javawest", "4.1")
def test_only_kinds_that_the_reglement_has_on_are_loaded_each_with_its_purpose(loaded, slug):
    with at_work(loaded(slug)):
        rules = reglement.in_force()
        for stuk in Stuk.objects.all():
            rule = rules.dossier.kinds[stuk.kind]
            assert rule.on
            assert (stuk.purpose, stuk.restricted) == (rule.purpose, rule.restricted)
            assert stuk.health >= rule.health
        assert {each.kind for each in Traject.objects.all()} <= set(rules.dossier.trajects_on())


@pytest.mark.parametrize("slug", SLUGS)
def test_what_is_released_is_what_the_reglement_lets_out(loaded, slug):
    with at_work(loaded(slug)):
        view, found = reglement.in_force().opdrachtgever_view, Release.objects.select_related("stuk", "opdrachtgever")
        for release in found:
            stuk = release.stuk
            assert view.may_release(release.opdrachtgever.kind, stuk.kind, health=stuk.health)
            assert not stuk.is_concept
        assert found


def test_concepts_and_werkaantekeningen_are_drafts_of_their_author_alone(loaded):
    bureau = loaded("javawest")
    with at_work(bureau):
        concepts = Stuk.objects.filter(state=State.CONCEPT)
        kinds = Counter(concepts.values_list("kind", flat=True))
        assert kinds[StukKind.WERKAANTEKENING.value] and kinds[StukKind.GESPREKSVERSLAG.value]
        assert set(concepts.values_list("pk", "author_id")) == set(Draft.objects.values_list("stuk_id", "author_id"))
        assert not StukVersion.objects.filter(stuk__in=concepts).exists()
    with acting(member(bureau, "coach2")):
        assert set(Draft.objects.values_list("author_id", flat=True)) == {member(bureau, "coach2").pk}


def test_the_client_account_finds_its_own_dossier_and_nothing_else(loaded):
    bureau = loaded("javawest")
    with acting(member(bureau, "client")):
        me = member(bureau, "client")
        assert Dossier.objects.all().visible_to(me.user).count() == 1
        assert Client.objects.get().membership_id == me.pk
        unread = Stuk.objects.all().visible_to(me.user).vastgesteld().exclude(read_marks__membership=me)
        assert unread.exists()
        own = Stuk.objects.get(kind=StukKind.EIGEN_VERKLARING)
        assert own.author_id == me.pk
        assert own.about_id


def test_the_opdrachtgever_account_finds_the_clients_traject_with_a_released_stuk(loaded):
    bureau = loaded("javawest")
    with at_work(bureau):
        star = Traject.objects.get(client__membership__user__email="client@javawest.test", phase="begeleiding")
    me = member(bureau, "opdrachtgever")
    with acting(me):
        assert star in Traject.objects.all().visible_to(me.user)
        assert Stuk.objects.all().visible_to(me.user).released().filter(dossier__traject=star).exists()


def test_the_coach_has_a_contact_without_verslag_and_an_appointment_soon(loaded):
    bureau = loaded("javawest")
    coach = member(bureau, "coach")
    with acting(coach):
        star = Traject.objects.get(client__membership__user__email="client@javawest.test")
        assert star.handler_id == coach.pk
        mine = Appointment.objects.filter(coach=coach, traject=star)
        held = mine.filter(attendance="aanwezig", stukken=None, starts_at__date__lt=TODAY - timedelta(days=5))
        soon = mine.filter(attendance="gepland", starts_at__date__range=(TODAY, TODAY + timedelta(days=3)))
        assert held.exists()
        assert soon.exists()


def test_another_coach_of_the_bureau_does_not_see_the_demo_client(loaded):
    bureau = loaded("javawest")
    other = member(bureau, "coach2")
    with acting(other):
        found = Client.objects.all().visible_to(other.user)
        assert found.exists()
        assert not found.filter(membership__user__email="client@javawest.test").exists()


def test_each_dossier_has_its_key_and_its_lines_in_the_journal(loaded):
    with at_work(loaded("javawest")):
        homes = set(Dossier.objects.values_list("pk", flat=True))
        assert homes <= set(WrappedKey.objects.values_list("subject_id", flat=True))
        opened = Line.objects.filter(act="dossier.geopend").values_list("dossier_id", flat=True)
        assert set(opened) == homes
        acts = Counter(Line.objects.values_list("act", flat=True))
        own = Stuk.objects.filter(kind=StukKind.EIGEN_VERKLARING).count()
        assert acts["stuk.vastgesteld"] + own == Stuk.objects.all().vastgesteld().count()
        assert acts["stuk.vrijgegeven"] == Release.objects.count()


@pytest.mark.parametrize("account", ["directie", "coach", "fg", "client", "opdrachtgever"])
def test_the_accounts_have_the_published_password(loaded, account):
    assert member(loaded("javawest"), account).user.check_password(PASSWORD)


def test_the_client_can_find_the_bureau(loaded):
    bureau = loaded("javawest")
    assert bureau.phone.startswith("0598-00")
    assert bureau.email == "info@javawest.test"
    assert (bureau.postcode[:4], bureau.city) == ("9641", "Veendam")
    assert bureau.address_1


@pytest.mark.parametrize("slug", SLUGS)
def test_clients_agreed_to_things_something_left_and_papers_lie_there(loaded, slug):
    """By the acts themselves; what each bureau has follows from its reglement."""
    bureau = loaded(slug)
    with at_work(bureau):
        states = set(Consent.objects.values_list("state", flat=True))
        assert states == {"gevraagd", "gegeven", "geweigerd", "ingetrokken"}
        assert {"inpakken", "opzet"} <= set(Disclosure.objects.values_list("state", flat=True))
        given = HandedOut.objects.values_list("client_id", flat=True)
        assert given and Client.objects.exclude(pk__in=given).exists()
        soon = timezone.localdate() + timedelta(days=90)
        assert ProcessorAgreement.objects.filter(closed_at=None, ends_on__lte=soon).count() == 1
        has = reglement.in_force().disclosure.starters_register
        shown = StarterEntry.objects.all().shown().exclude(shown_region="")
        assert (StarterEntry.objects.exists(), shown.exists()) == (has, has)
        before = Consent.objects.count()
    load.load_bureau(slug, seed=1, clients=41, today=TODAY, files=False)
    with at_work(bureau):
        assert Consent.objects.count() == before


@pytest.mark.parametrize(
    ("slug", "kind"), [(slug, "overdracht" if slug == "werklokaal" else "termijn") for slug in SLUGS]
)
def test_directie_finds_a_list_of_what_is_to_be_destroyed_and_the_watchlist_is_not_empty(loaded, slug, kind):
    bureau = loaded(slug)
    with acting(member(bureau, "directie")):
        row = DestructionList.objects.get()
        assert (row.kind, row.status, row.proposed_by_id) == (kind, "voorgesteld", None)
        assert row.items.count() >= 1
        assert all(item.due_on <= TODAY for item in row.items.all())
        assert watched.counts(TODAY).overdue >= row.items.count()
    load.load_bureau(slug, seed=1, clients=40, today=TODAY, files=False)
    with at_work(bureau):
        assert DestructionList.objects.count() == 1


@pytest.mark.parametrize(("slug", "some"), [("werklokaal", True), ("javawest", False)])
@pytest.mark.article("werklokaal", "7")
def test_what_was_received_has_the_record_of_its_hand_over_where_the_reglement_hands_over(loaded, slug, some):
    with at_work(loaded(slug)):
        received = Traject.objects.exclude(transfer_received_on=None)
        days = dict(received.values_list("dossier__pk", "transfer_received_on"))
        rows = list(Transfer.objects.select_related("opdrachtgever"))
        assert bool(rows) is some
        assert {one.dossier_id: one.received_at.date() for one in rows} == (days if some else {})
        for one in rows:
            assert (one.status, one.file) == ("ontvangen", "")
            assert one.fetched_at < one.received_at and one.receiver_until > one.received_at.date()
