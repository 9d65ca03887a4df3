"""Opening a dossier: number, key and grants; and how grants follow the traject, the people and the reglement."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from access import reach
from access.actions import end_membership, grant
from access.models import DossierGrant, Ground, Role, RoleGroup
from bureaus.actions import Adopter, adopt_reglement
from bureaus.reglement import version_in_force
from bureaus.schema import dump
from bureaus.tenancy import in_bureau
from clients import signals
from clients.models import Client, Gemachtigde, Opdrachtgever, Traject
from dossiers import actions, rules
from dossiers.models import Dossier, VerslagTemplate
from dossiers.tasks import follow, follow_reglementen
from journal.models import Line
from tests.support.dossiers import open_dossier_of
from tests.support.people import acting, make_bureau, make_member
from vault import keys

pytestmark = pytest.mark.django_db


def new_traject(bureau, handler, **more):
    with in_bureau(bureau):
        payer, _ = Opdrachtgever.objects.get_or_create(kind="uwv", name="UWV")
        client = Client.objects.create(last_name="Persoon")
        return Traject.objects.create(
            client=client, opdrachtgever=payer, kind="werkfit", handler=handler, registered_on="2026-01-05", **more
        )


def grounds(dossier):
    """Who holds what: {(ground, holder): permissions}."""
    with in_bureau(dossier.bureau_id):
        roles = dict(RoleGroup.objects.values_list("group_id", "role"))
        found: dict[tuple[str, object], set[str]] = {}
        for row in DossierGrant.objects.filter(content_object=dossier).select_related("permission"):
            holder = roles.get(row.group_id, row.group_id)
            found.setdefault((row.ground, holder), set()).add(row.permission.codename)
        return found


def sync(dossier, by):
    with in_bureau(dossier.bureau_id):
        actions.sync_grants(dossier=dossier, by=by)


def test_a_dossier_has_a_number_that_says_nothing_and_a_key_of_its_own(javawest, alice):
    dossier = open_dossier_of(javawest, alice)
    assert dossier.number.startswith("D-")
    assert len(dossier.number) == 2 + rules.NUMBER_LENGTH
    with in_bureau(javawest):
        assert len(keys.subject_key(dossier.pk).key) == 32
        assert Line.objects.filter(act="dossier.geopend", dossier_id=dossier.pk).count() == 1


def test_a_traject_has_one_dossier_however_often_it_is_opened(javawest, alice):
    traject = new_traject(javawest, alice)
    with in_bureau(javawest):
        first = actions.open_dossier(traject=traject, by=alice)
        assert actions.open_dossier(traject=traject, by=alice).pk == first.pk
        assert Dossier.objects.filter(traject=traject).count() == 1


def test_a_number_that_is_taken_is_drawn_again(javawest, alice, monkeypatch):
    taken = open_dossier_of(javawest, alice).number
    drawn = iter([taken, taken, "D-NIEUW22"])
    monkeypatch.setattr(rules, "new_number", lambda: next(drawn))
    assert open_dossier_of(javawest, alice).number == "D-NIEUW22"


def test_registering_a_traject_opens_its_dossier(javawest, alice):
    traject = new_traject(javawest, alice)
    with in_bureau(javawest):
        signals.traject_registered.send(sender=Traject, traject=traject, by=alice)
        assert Dossier.objects.filter(traject=traject).exists()


@pytest.mark.article("javawest", "6.1")
def test_grants_are_what_traject_and_reglement_say(javawest, alice, bob):
    charlie = make_member(javawest, "Charlie", Role.CLIENT)
    carol = make_member(javawest, "Carol", Role.OPDRACHTGEVER)
    dossier = open_dossier_of(javawest, alice, second_coach=bob, client=charlie, contact=carol)
    both = {reach.VIEW, reach.CHANGE}
    held = grounds(dossier)
    assert held[Ground.HANDLER, alice.private_group_id] == both
    assert held[Ground.SECOND_COACH, bob.private_group_id] == both
    assert held[Ground.CLIENT, charlie.private_group_id] == {reach.VIEW}
    assert held[Ground.OPDRACHTGEVER, carol.private_group_id] == {reach.VIEW}
    roles = {holder for ground, holder in held if ground == Ground.ROLE}
    assert roles == {"directie", "administratie"}
    assert held[Ground.ROLE, "directie"] == {reach.VIEW}
    assert len(held) == 6


@pytest.mark.article("werkid", "4")
def test_where_the_reglement_gives_a_role_nothing_only_people_hold_grants(bob):
    werkid = make_bureau("werkid", "werkid")
    coach = make_member(werkid, "Coach", Role.COACH)
    assert set(grounds(open_dossier_of(werkid, coach))) == {(Ground.HANDLER, coach.private_group_id)}


def test_again_changes_nothing_and_journals_nothing(javawest, alice):
    dossier = open_dossier_of(javawest, alice, client=make_member(javawest, "Charlie", Role.CLIENT))
    with in_bureau(javawest):
        before = set(DossierGrant.objects.values_list("pk", flat=True)), Line.objects.count()
    sync(dossier, alice)
    with in_bureau(javawest):
        assert (set(DossierGrant.objects.values_list("pk", flat=True)), Line.objects.count()) == before


def test_another_handler_gets_in_and_the_former_one_is_out(javawest, alice, bob):
    dossier = open_dossier_of(javawest, alice)
    with in_bureau(javawest):
        traject = dossier.traject
        traject.handler = bob
        traject.save(update_fields=["handler"])
        signals.traject_people_changed.send(sender=Traject, traject=traject, by=bob, reason="verhuisd")
    with acting(alice):
        assert not reach.may_see(alice.user, dossier)
    with acting(bob):
        assert reach.may_write(bob.user, dossier)


def test_a_grant_that_somebody_decided_on_stays(javawest, alice, bob):
    dossier = open_dossier_of(javawest, alice)
    with in_bureau(javawest):
        until = timezone.now() + timedelta(hours=1)
        grant(dossier=dossier, to=bob, ground=Ground.EMERGENCY, by=alice, expires_at=until)
    sync(dossier, alice)
    assert (Ground.EMERGENCY, bob.private_group_id) in grounds(dossier)


def test_a_gemachtigde_reads_as_long_as_the_machtiging_says(javawest, alice):
    dossier = open_dossier_of(javawest, alice)
    grace = make_member(javawest, "Grace", Role.GEMACHTIGDE)
    today = timezone.localdate()
    with in_bureau(javawest):
        machtiging = Gemachtigde.objects.create(
            client=dossier.client, name="Grace", scope="alles", valid_from=today, valid_until=today, membership=grace
        )
        signals.client_account_changed.send(sender=Client, client=dossier.client, by=alice)
        row = DossierGrant.objects.get(ground=Ground.GEMACHTIGDE)
        assert timezone.localtime(row.expires_at).date() == today + timedelta(days=1)
        machtiging.valid_from = machtiging.valid_until = today - timedelta(days=1)
        machtiging.save()
    sync(dossier, alice)
    assert (Ground.GEMACHTIGDE, grace.private_group_id) not in grounds(dossier)


def test_a_machtiging_of_next_week_opens_nothing_yet(javawest, alice):
    dossier = open_dossier_of(javawest, alice)
    grace = make_member(javawest, "Grace", Role.GEMACHTIGDE)
    with in_bureau(javawest):
        next_week = timezone.localdate() + timedelta(days=7)
        Gemachtigde.objects.create(
            client=dossier.client, name="Grace", scope="alles", valid_from=next_week, membership=grace
        )
    sync(dossier, alice)
    sync(dossier, alice)
    with acting(grace):
        assert not reach.may_see(grace.user, dossier)
    with in_bureau(javawest):
        assert DossierGrant.objects.filter(ground=Ground.GEMACHTIGDE).count() == 1


def test_who_does_the_aanmelding_gets_in_for_as_long_as_the_reglement_says():
    werkid = make_bureau("werkid", "werkid")
    coach, desk = make_member(werkid, "Coach", Role.COACH), make_member(werkid, "Desk", Role.ADMINISTRATIE)
    traject = new_traject(werkid, coach)
    with in_bureau(werkid):
        actions.open_dossier(traject=traject, by=desk)
        row = DossierGrant.objects.filter(ground=Ground.REGISTRATION).first()
    assert timedelta(days=13) < row.expires_at - timezone.now() < timedelta(days=14)


def test_who_left_the_bureau_gets_nothing_back(javawest, alice, bob):
    dossier = open_dossier_of(javawest, alice, second_coach=bob)
    with in_bureau(javawest):
        end_membership(membership=bob, reason="uit dienst")
    sync(dossier, alice)
    assert (Ground.SECOND_COACH, bob.private_group_id) not in grounds(dossier)


def test_a_new_bureau_begins_with_templates_of_the_kinds_that_are_on(javawest):
    with in_bureau(javawest):
        names = set(VerslagTemplate.objects.values_list("name", flat=True))
        assert names == {
            "Gespreksverslag",
            "Intakegesprek",
            "Voortgangsrapportage",
            "Eindrapportage",
            "Plan van aanpak",
        }
        assert actions.make_default_templates() == 0


@pytest.mark.article("javawest", "10.1")
def test_a_new_reglement_is_followed_from_its_day(javawest, alice):
    dossier = open_dossier_of(javawest, alice)
    with in_bureau(javawest):
        parameters = dump(version_in_force().rules)
        parameters["access"]["standing"]["directie"] = "none"
        today = timezone.localdate()
        adopt_reglement(
            bureau=javawest, parameters=parameters, adopted_on=today, in_force_from=today, by=Adopter(name="Bestuur")
        )
    assert follow_reglementen() == 1
    assert follow_reglementen() == 0, "once it was followed there is nothing left to do"
    roles = {holder for ground, holder in grounds(dossier) if ground == Ground.ROLE}
    assert roles == {"administratie"}


@pytest.mark.article("javawest", "10.1")
def test_a_reglement_whose_day_the_workers_slept_through_is_followed_once_they_wake(javawest, alice):
    open_dossier_of(javawest, alice)
    today = timezone.localdate()
    with in_bureau(javawest):
        adopt_reglement(
            bureau=javawest, parameters=dump(version_in_force().rules), adopted_on=today,
            in_force_from=today + timedelta(days=1), by=Adopter(name="Bestuur"),
        )  # fmt: skip
    looked_at = [follow(javawest.pk, today + timedelta(days=days)) for days in (0, 40, 4, 4)]
    assert looked_at == [0, 0, 1, 0]
