"""After a run nothing is left of a destroyed dossier but its number: in a dump, in storage, in Redis or in the log.

A word that occurs nowhere else is planted in every column in which a person can type, of every table that hangs on the
dossier, its traject and its client (by the registry: a table that comes later has to be furnished here too).
"""

from __future__ import annotations

import time
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import models
from django.utils import timezone

from access.models import AccessRequest, EndedGrant, Invitation, Mail, Membership, User
from access.reach import as_system
from bureaus.tenancy import in_bureau
from bureaus.words import word
from clients.actions.accounts import bind
from clients.models import (
    Appointment,
    Client,
    ContactPerson,
    Gemachtigde,
    Opdrachtgever,
    OpdrachtgeverContact,
    Traject,
    TrajectPhase,
)
from dossiers.models import Dossier, Draft, ReadMark, Release, StoredFile, Stuk, StukVersion, Tombstone
from journal.models import Line
from overviews.models import Signal
from retention import erasing
from retention.execution_tasks import run_lists
from retention.models import DestructionList, Hold, ListStatus, PaperFile, PaperMove, ProcesVerbaal, TermAgreement
from tests.support.ages import silenced
from tests.support.consent_rows import consent_rows
from tests.support.destroyed import cooled
from tests.support.disclosure_rows import call_row, disclosure_rows
from tests.support.exported import export_rows
from tests.support.handed_out import portal_row
from tests.support.people import log_in, make_member
from tests.support.questions import question_row
from tests.support.request_rows import request_rows
from tests.support.retention import ended_dossier
from tests.support.starters import starter_rows
from tests.test_no_plain_words import found, places
from vault.actions import create_key
from vault.fields import SealedField, SealedJSONField
from vault.models import WrappedKey

LONG_AGO = date(2016, 3, 1)
MOMENT = timezone.now() - timedelta(days=4000)
# Filled by the product itself, in a form of its own; what they hold is in the other columns of the row.
FORMED = {
    "storage_name", "sha256", "number", "term", "content_type", "bsn", "origin", "trigger", "sort_name", "search_name",
    "file", "scan_file", "paper_file", "letter_file",
}  # fmt: skip
# What stays by design: who let somebody in (staff by name, a client by the bureau's word; test_journal), and in which
# cupboard the paper stood, which the company that destroys it and the proces-verbaal have to know.
STAYS = {"access.DossierGrant.granted_by_name", "retention.PaperFile.place"}


class Words:
    """Each word once; `all` are those that were planted."""

    def __init__(self) -> None:
        self.all: list[str] = []

    def new(self) -> str:
        self.all.append(f"zq{len(self.all):04}wx")
        return self.all[-1]

    def value(self, field: models.Field[Any, Any]) -> Any:
        if isinstance(field, SealedJSONField):
            return {"title": self.new(), "sections": [{"label": self.new(), "text": self.new()}]}
        return f"{self.new()}@thuis.test" if isinstance(field, models.EmailField) else self.new()


def typed(model: type[models.Model]) -> list[Any]:
    """The columns of a table that hold words of a person."""
    kinds = (models.CharField, models.TextField, SealedField)
    fields = [one for one in model._meta.local_fields if isinstance(one, kinds) and not one.choices]
    named = [one for one in fields if one.name not in FORMED]
    return [one for one in named if f"{model._meta.label}.{one.name}" not in STAYS]


def plant(words: Words, rows: Any) -> None:
    for row in rows:
        for field in typed(type(row)):
            setattr(row, field.attname, words.value(field))
        row.save()


def plant_versions(words: Words, dossier: Dossier) -> None:
    """A text that is vastgesteld can't be changed: it is made with its words."""
    for stuk in Stuk.objects.filter(dossier=dossier):
        content = words.value(StukVersion._meta.get_field("content"))
        StukVersion.objects.create(
            stuk=stuk, dossier=dossier, number=90, content=content, made_by=stuk.author, made_by_name=words.new()
        )


def furnish(dossier: Dossier, member: Membership, staff: Membership) -> None:
    """One row at least in each table that hangs on the dossier, its traject or its client."""
    traject, client = dossier.traject, dossier.client
    stuk = Stuk.objects.filter(dossier=dossier).first()
    gerda = make_member(dossier.bureau, "Gerda", "gemachtigde")
    ContactPerson.objects.create(client=client, name="x", relation="x")
    Gemachtigde.objects.create(client=client, name="x", scope="x", valid_from=LONG_AGO, membership=gerda)
    TrajectPhase.objects.create(traject=traject, phase="nazorg", order=9)
    Appointment.objects.create(traject=traject, kind="inzage", starts_at=MOMENT, coach=staff)
    Draft.objects.create(stuk=stuk, dossier=dossier, author=staff, content={})
    Release.objects.create(
        stuk=stuk, dossier=dossier, opdrachtgever=traject.opdrachtgever, version=1, released_by=staff,
        withdrawn_at=timezone.now() + timedelta(days=1),
    )  # fmt: skip
    ReadMark.objects.create(stuk=stuk, dossier=dossier, membership=member, version=1)
    Tombstone.objects.create(dossier=dossier, stuk_id=dossier.pk)
    lifted = {"lifted_at": MOMENT, "lift_reason": "x"}
    Hold.objects.create(dossier=dossier, kind="anders", reason="x", review_on=LONG_AGO, **lifted)
    out = {"holder": staff, "holder_name": "x", "out_since": MOMENT}
    paper = PaperFile.objects.create(dossier=dossier, place="x", **out)
    PaperMove.objects.create(paper=paper, kind="opgenomen", place="x", by_name="x")
    TermAgreement.objects.create(
        traject=traject, data_class="dossier", term="P1Y", trigger="traject_ended", action="destroy_pv", basis="x",
        made_by=staff, ended_at=MOMENT,
    )  # fmt: skip
    if not WrappedKey.objects.filter(subject_id=client.pk).exists():
        create_key(subject_id=client.pk)
    request_rows(dossier, staff)
    agreed: Any = consent_rows(dossier)["consent"]
    disclosure_rows(dossier, staff, consent=agreed)
    call_row(dossier)
    question_row(dossier, staff, agreed)
    portal_row(client, confirmed_at=MOMENT, confirmed_by_name="x")
    export_rows(client, staff)
    with as_system():
        starter_rows(client)


def furnish_payer(words: Words, dossier: Dossier) -> Membership:
    """A particulier who pays for it and follows it with an account; each of their words planted."""
    name = words.new()
    payer = make_member(dossier.bureau, name, "opdrachtgever", email=f"{words.new()}@thuis.test")
    with in_bureau(dossier.bureau):
        contact = OpdrachtgeverContact(opdrachtgever=dossier.traject.opdrachtgever)
        plant(words, [contact, Opdrachtgever.objects.get(pk=dossier.traject.opdrachtgever_id)])
        Traject.objects.filter(pk=dossier.traject_id).update(contact=contact)
        bind(contact, payer, by=None)
        payer.refresh_from_db()
    return payer


def around(words: Words, dossier: Dossier, member: Membership) -> None:
    """What outlives a dossier, or hangs on an account: words there too."""
    about = {"dossier_id": dossier.pk, "dossier_number": dossier.number}
    AccessRequest.objects.create(
        kind="inzage", asker_name="Bob", sealed_under=dossier.pk, reason=words.new(), hours=1, state="geweigerd",
        answer=words.new(), **about,
    )  # fmt: skip
    EndedGrant.objects.create(
        grant_id=dossier.pk, group_id=1, permission="view_dossier", ground="rol", reason=words.new(), granted_at=MOMENT,
        granted_by_name="Alice", starts_at=MOMENT, ended_at=MOMENT, ended_by_name="Alice", end_reason=words.new(),
        **about,
    )  # fmt: skip
    for at, kind in enumerate(("naam", "nacht")):
        actor = words.new() if kind == "naam" else "Alice"
        Signal.objects.create(
            kind=kind, membership_id=dossier.pk, actor=actor, first_at=MOMENT, once_key=str(at), note=words.new(),
            **about,
        )  # fmt: skip
    Mail.objects.create(to=dossier.client.email, kind="x", once_key="een")
    Mail.objects.create(to=member.user.email, kind="x", once_key="twee")
    Invitation.objects.create(
        email=f"{words.new()}@elders.test", name=words.new(), roles=["client"], subject_id=dossier.client_id,
        token_hash="x", expires_at=MOMENT,
    )  # fmt: skip


@pytest.mark.django_db
def test_every_table_that_can_hold_a_word_is_planted_in(javawest, diana):
    """Otherwise the other test would look for words in some tables alone."""
    member = make_member(javawest, "Charlie", "client")
    with in_bureau(javawest):
        client = Client.objects.create(first_name="x", last_name="x", membership=member)
    dossier = ended_dossier(javawest, ended=LONG_AGO, client=client)
    with in_bureau(javawest):
        furnish(dossier, member, diana)
        empty = [
            part.label for root, pk in roots(dossier) for part in erasing.parts(root) if not part.of([pk]).exists()
        ]
        assert empty == []


def roots(dossier: Dossier) -> list[tuple[str, Any]]:
    ids = {"dossiers.Dossier": dossier.pk, "clients.Traject": dossier.traject_id, "clients.Client": dossier.client_id}
    return list(ids.items())


@pytest.mark.django_db(transaction=True)
def test_nothing_is_left_of_a_destroyed_dossier_but_its_number(javawest, diana, celery_worker_process):
    words = Words()
    name, address = words.new(), words.new()
    member = make_member(javawest, name, "client", email=f"{address}@thuis.test")
    with in_bureau(javawest):
        client = Client.objects.create(first_name="x", last_name="x", membership=member)
    dossier = ended_dossier(javawest, ended=LONG_AGO, client=client, words=words.new(), kind="particulier")
    payer = furnish_payer(words, dossier)
    living = ended_dossier(javawest, ended=timezone.localdate(), words="blijft")
    with in_bureau(javawest):
        furnish(dossier, member, diana)
        for root, pk in roots(dossier):
            rows = [part.of([pk]) for part in erasing.parts(root) if part.model is not StukVersion]
            for one in rows:
                with silenced():  # what was asked and answered never changes
                    plant(words, one)
            plant(words, erasing._model(root)._default_manager.filter(pk=pk))
        plant_versions(words, dossier)
        dossier.client.refresh_from_db()
        around(words, dossier, member)
    browser = log_in(member)  # a session in Redis, and lines in the log
    for path in ("/mijn/", "/mijn/dossier/", "/mijn/mensen/"):
        assert browser.get(path).status_code == 200
    paying = log_in(payer)
    for path in ("/opdracht/", f"/opdracht/{dossier.traject_id}/"):
        assert paying.get(path).status_code == 200
    before = places()
    plain = found(words.all, before)
    assert len(plain) > 20, "many of these words lie in plain until the run: that is what makes this a test"
    row = cooled(javawest, diana)
    run_lists.delay()
    until = time.monotonic() + 120
    while status_of(row) != ListStatus.DONE:
        assert time.monotonic() < until, f"{status_of(row)}\n{celery_worker_process.text()[-3000:]}"
        time.sleep(0.3)
    after = places()
    left = [word for word, _ in found(words.all, after)]
    said = [line[:400] for line in after["database"].decode().splitlines() if any(one in line for one in left)]
    assert left == [], "\n".join(said)
    with in_bureau(javawest):
        lines = Line.objects.filter(dossier_id=dossier.pk)
        assert lines.exists()
        assert set(lines.filter(membership_id=member.pk).values_list("actor", flat=True)) == {"cliënt"}
        told = Line.objects.filter(membership_id=payer.pk)
        assert set(told.values_list("actor", flat=True)) == {word("opdrachtgever")}
        assert set(lines.values_list("dossier_number", flat=True)) == {dossier.number}
        assert ProcesVerbaal.objects.get().dossiers == 1
        assert StukVersion.objects.filter(dossier=living).exists()
        assert StoredFile.objects.filter(dossier=living).exists()
        assert list(Traject.objects.values_list("pk", flat=True)) == [living.traject_id]
    assert not User.objects.filter(email__contains=address).exists()
    assert dossier.number.encode() in after["database"]


def status_of(row: DestructionList) -> str:
    with in_bureau(row.bureau_id):
        return str(DestructionList.objects.get(pk=row.pk).status)
