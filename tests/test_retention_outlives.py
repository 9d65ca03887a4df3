"""What was typed about a dossier stays with it: nothing of that is in what outlives it."""

from __future__ import annotations

import json

import pytest

from access.actions import invite
from access.actions.forgetting import forget_addresses
from access.models import Invitation, Mail
from bureaus.tenancy import in_bureau
from clients.models import Client
from retention.actions import agree_term
from retention.backups.second_place import _copy_secret
from retention.models import LegalRecord, ListItem, ProcesVerbaal
from tests.support.destroyed import cooled, run
from tests.support.lists import night, overdue, people
from tests.support.people import acting
from vault.keyring import keyring

pytestmark = pytest.mark.django_db


def test_where_an_agreement_stands_is_not_in_the_manifest_the_proces_verbaal_or_what_the_law_keeps():
    house = people()
    (dossier,) = overdue(house)
    words = {"dossier": ("P1Y", "brief aan Zeldzaam Naampje van 3 mei"), "legally_required": ("P20Y", "ook Naampje")}
    with acting(house.dirk):
        for data_class, (term, basis) in words.items():
            agree_term(
                by=house.dirk, data_class=data_class, term=term, trigger="traject_ended", action="destroy_pv",
                basis=basis, traject=dossier.traject,
            )  # fmt: skip
    (row,) = night(house.bureau)
    done = run(cooled(house.bureau, house.ella, row))
    with in_bureau(house.bureau):
        item, paper, record = ListItem.objects.get(), ProcesVerbaal.objects.get(), LegalRecord.objects.get()
        said = [item.article, record.article, item.retained[0]["ground"]]
        assert said == ["afgesproken voor dit traject"] * 3
        told = [done.manifest, json.dumps(paper.facts), json.dumps(item.retained)]
    assert not any("Naampje" in text for text in told)
    assert "afgesproken voor dit traject" in done.manifest


def test_an_invitation_of_somebody_else_at_the_same_address_stays(javawest, diana):
    """Two at one address, such as husband and wife: only who goes is forgotten."""
    with in_bureau(javawest):
        wife = Client.objects.create(first_name="x", last_name="x", email="samen@thuis.test")
        man = Client.objects.create(first_name="y", last_name="y", email="samen@thuis.test")
        for one in (wife, man):
            invite(email="Samen@thuis.test", name="x", roles=["client"], subject_id=one.pk, by=diana)
        left = forget_addresses(emails=[wife.email], subject_ids=[wife.pk])
        assert left["access.Invitation"] == 1
        assert Invitation.objects.get().subject_id == man.pk
        assert Mail.objects.filter(to__iexact="samen@thuis.test").exists()
        forget_addresses(emails=[man.email], subject_ids=[man.pk])
        assert not Invitation.objects.exists()
        assert not Mail.objects.filter(to__iexact="samen@thuis.test").exists()


def test_a_secret_that_went_while_the_keyring_was_copied_goes_from_the_copy(tmp_path):
    keyring().replace("pv-0-2020-1", b"geheim")
    assert _copy_secret("pv-0-2020-1", tmp_path)
    keyring().destroy("pv-0-2020-1")
    assert not _copy_secret("pv-0-2020-1", tmp_path)
    assert list(tmp_path.iterdir()) == []
