"""Rows that name people and hang on no dossier: each goes by its class of the reglement, in the night."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.apps import apps
from django.utils import timezone
from uuid_utils.compat import uuid7

from access.models import (
    AccessRequest,
    AccessReview,
    EndedGrant,
    FactorReset,
    Invitation,
    Mail,
    Membership,
    ReviewLine,
    Role,
)
from bureaus.models import Reglement
from bureaus.tenancy import in_bureau
from clients.models import Opdrachtgever
from consent.models import ProcessorAgreement
from dossiers.models import FollowRun
from journal.models import Line
from overviews.models import Signal
from requests.models import Incident
from retention.actions import row_terms
from retention.rounds import go_round
from tests.support.ages import silenced
from tests.support.exported import list_rows
from tests.support.handed_out import agreement_row, payer_row
from tests.support.people import make_bureau, make_member
from vault.actions import create_key
from vault.files import exists_sealed, save_sealed
from vault.models import WrappedKey

pytestmark = pytest.mark.django_db
YEAR = 365.25
TERMS = {"journal": 5, "accounts": 0.5, "proces_verbaal": 10}  # years, of every preset


@pytest.fixture
def house():
    bureau = make_bureau("javawest", "javawest")
    return make_member(bureau, "Dirk", Role.DIRECTIE), make_member(bureau, "Ella", Role.DIRECTIE)


def furnished(dirk: Membership, ella: Membership) -> dict[str, Any]:
    """One row of each table that the registry gives a term of its own."""
    now = timezone.now()
    with in_bureau(dirk.bureau):
        request, incident, review = uuid7(), uuid7(), uuid7()
        for subject in (request, incident, review):
            create_key(subject_id=subject)
        file = save_sealed(subject_id=review, chunks=[b"wie waar bij kan"])
        AccessReview.objects.create(
            id=review, started_by=dirk, started_by_name="Dirk", closed_by=dirk, closed_by_name="Dirk", closed_at=now,
            file=file.name, file_size=file.size,
        )  # fmt: skip
        ReviewLine.objects.create(review_id=review, membership=ella, name="Ella", roles=["directie"])
        AccessRequest.objects.create(
            id=request, kind="inzage", asker=dirk, asker_name="Dirk", sealed_under=request, reason="x", hours=1
        )
        Incident.objects.create(
            id=incident, number="I2015-001", aware_at=now, notify_by=now + timedelta(hours=72), what="x", whose="y",
            made_by_name="Dirk", closed_at=now,
        )  # fmt: skip
        EndedGrant.objects.create(
            grant_id=uuid7(), dossier_id=uuid7(), dossier_number="D-1", group_id=1, permission="view", ground="rol",
            granted_by_name="x", granted_at=now, starts_at=now, ended_at=now, ended_by_name="x",
        )  # fmt: skip
        Signal.objects.create(kind="nacht", membership_id=dirk.pk, actor="Dirk", first_at=now, once_key="een")
        FollowRun.objects.create(reglement=Reglement.objects.get(), by_name="Dirk", finished_at=now)
        Mail.objects.create(to="dirk@javawest.test", kind="welkom", once_key="een", status=Mail.Status.SENT)
        Invitation.objects.create(
            email="x@y.test", name="X", roles=["coach"], token_hash=uuid7().hex, expires_at=now, invited_by=dirk
        )
        FactorReset.objects.create(person=ella, reason="kwijt", asked_by=dirk, expires_at=now)
        list_rows(dirk)
        payer_row(Opdrachtgever.objects.create(kind="uwv", name="UWV"))
        agreed = agreement_row(party="Postbedrijf", closed_at=now, closed_by_name="Dirk")
    return {"files": [file.name, agreed.scan_file], "keys": [request, incident, review, agreed.pk]}


def counts(bureau) -> dict[str, int]:
    with in_bureau(bureau):
        return {one.model: apps.get_model(one.model).objects.count() for one in row_terms.in_order()}


def passed(bureau, years: float) -> None:
    """So much time, for each of these and for the reglement."""
    back = timedelta(days=round(years * YEAR))
    with in_bureau(bureau), silenced():
        for one in row_terms.in_order():
            if "__" not in one.since:
                for row in apps.get_model(one.model).objects.all():
                    moved = {one.since: getattr(row, one.since) - back}
                    apps.get_model(one.model).objects.filter(pk=row.pk).update(**moved)
        for version in Reglement.objects.all():
            day = version.in_force_from - back
            Reglement.objects.filter(pk=version.pk).update(in_force_from=day, adopted_on=day)


def night(bureau) -> dict[str, int]:
    return {name: many for name, many in row_terms.run_row_terms(bureau.pk, "werker").items() if many}


def test_each_goes_when_the_term_of_its_class_has_passed_and_not_before(house, django_capture_on_commit_callbacks):
    dirk, ella = house
    bureau, made = dirk.bureau, furnished(dirk, ella)
    assert set(counts(bureau).values()) == {1}
    declared = {one.model: one.keeping.value for one in row_terms.in_order()}
    at = 0.0
    for name in ("accounts", "journal", "proces_verbaal"):
        passed(bureau, TERMS[name] - at - 0.02)
        assert night(bureau) == {}
        passed(bureau, 0.04)
        at = TERMS[name] + 0.02
        there = counts(bureau)
        with django_capture_on_commit_callbacks(execute=True):
            done = night(bureau)
        assert done == {name: sum(1 for label in declared if declared[label] == name and there[label])}
        assert {label for label, many in counts(bureau).items() if many} == {
            label for label, of in declared.items() if TERMS[of] > TERMS[name]
        }
        assert night(bureau) == {}
    with in_bureau(bureau):
        assert not WrappedKey.objects.filter(subject_id__in=made["keys"]).exists()
        assert not any(exists_sealed(name) for name in made["files"])
        told = [line.facts for line in Line.objects.filter(act=row_terms.ACT).order_by("seq")]
    assert {"proces_verbaal": 1} in told
    assert len(told) == len(declared)


def test_what_is_not_over_stays_and_another_bureau_keeps_its_own(house):
    dirk, ella = house
    other = make_member(make_bureau("werkid", "werkid"), "Wil", Role.DIRECTIE)
    furnished(dirk, ella)
    furnished(other, make_member(other.bureau, "Zus", Role.DIRECTIE))
    with in_bureau(dirk.bureau):
        AccessReview.objects.update(closed_at=None, closed_by=None)
        Incident.objects.update(closed_at=None)
        ProcessorAgreement.objects.update(closed_at=None, closed_by_name="")
    passed_but_open = {"access.AccessReview", "access.ReviewLine", "requests.Incident", "consent.ProcessorAgreement"}
    with in_bureau(dirk.bureau), silenced():
        for one in row_terms.in_order():
            if one.model not in passed_but_open:
                long_ago = timezone.now() - timedelta(days=11 * 366)
                apps.get_model(one.model).objects.update(**{one.since: long_ago})
        day = timezone.localdate() - timedelta(days=12 * 366)
        Reglement.objects.update(in_force_from=day, adopted_on=day)
    night(dirk.bureau)
    assert {label for label, many in counts(dirk.bureau).items() if many} == passed_but_open
    assert set(counts(other.bureau).values()) == {1}


def test_in_batches_and_the_round_of_the_night_counts_them(house, monkeypatch):
    dirk, _ = house
    monkeypatch.setattr(row_terms, "BATCH", 2)
    with in_bureau(dirk.bureau):
        for at in range(5):
            Mail.objects.create(to="dirk@javawest.test", kind="welkom", once_key=f"nr {at}", status=Mail.Status.SENT)
        Mail.objects.update(created_at=timezone.now() - timedelta(days=400))
    assert go_round(dirk.bureau.pk).wiped == 5
    with in_bureau(dirk.bureau):
        assert [line.facts["accounts"] for line in Line.objects.filter(act=row_terms.ACT).order_by("seq")] == [2, 2, 1]
