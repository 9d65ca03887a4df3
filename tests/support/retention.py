"""Dossiers whose traject is over: what terms, lists and destruction are tried on."""

from __future__ import annotations

import itertools
from datetime import date, timedelta
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile

from access.models import Membership, Role
from bureaus.models import Bureau
from bureaus.schema import StukKind
from bureaus.tenancy import in_bureau
from clients.models import Client, EndReason, Opdrachtgever, OpdrachtgeverKind, Phase, Result, Traject
from dossiers import actions
from dossiers.models import Dossier, Draft
from retention.actions import refresh_due_dates, refresh_whole_bureau
from tests.support.documents import picture
from tests.support.dossiers import many_dossiers
from tests.support.people import acting, make_member
from tests.support.servers import MANY, analyze

WORDS = "Zeldzaamwoord in een gespreksverslag."
_numbers = itertools.count(1)


def ended_dossier(
    bureau: Bureau,
    *,
    ended: date,
    kind: str = OpdrachtgeverKind.UWV,
    client: Client | None = None,
    handler: Membership | None = None,
    stukken: bool = True,
    words: str = WORDS,
    **traject: Any,
) -> Dossier:
    """A dossier with key and grants whose traject, service and contract ended on this day, with its due date computed.

    With a gespreksverslag (`words`) and a document with one file, unless `stukken` is False. `kind` is the kind of
    opdrachtgever; `traject` are other facts of the traject, such as contract_ended_on=None.
    """
    number = next(_numbers)
    coach = handler or make_member(bureau, f"Coach-van-{number}", Role.COACH)
    with in_bureau(bureau):
        payer, _ = Opdrachtgever.objects.get_or_create(kind=kind, name=f"Opdrachtgever {kind}")
        person = client or Client.objects.create(first_name="Test", last_name=f"Geweest{number}")
        facts = {"kind": "werkfit", "registered_on": ended - timedelta(days=200)} | traject
        begun = {name: value for name, value in facts.items() if name not in _ends(ended)}
        row = Traject.objects.create(client=person, opdrachtgever=payer, handler=coach, **begun)
        dossier = actions.open_dossier(traject=row, by=coach)
    if stukken:
        fill(dossier, coach, words=words)
    with in_bureau(bureau):
        Traject.objects.filter(pk=row.pk).update(**(_ends(ended) | traject))
        refresh_due_dates([dossier.pk])
        return Dossier.objects.select_related("traject", "client").get(pk=dossier.pk)


def fill(dossier: Dossier, coach: Membership, *, words: str = WORDS) -> None:
    """A gespreksverslag and a document with one file."""
    with acting(coach):
        stuk = actions.start_stuk(dossier=dossier, by=coach, kind=StukKind.GESPREKSVERSLAG)
        content = {"title": "Gesprek", "sections": [{"label": "Besproken", "text": words}]}
        actions.save_draft(stuk=stuk, by=coach, version=Draft.objects.get(stuk=stuk).version, content=content)
        actions.vaststellen(stuk=stuk, by=coach, herkomst="medewerker")
        actions.add_document(
            dossier=dossier, by=coach, kind=StukKind.DOCUMENT, herkomst="client", date=date(2026, 1, 5),
            title="Foto", upload=SimpleUploadedFile("foto.jpg", picture()),
        )  # fmt: skip


def many_ended(bureau: Bureau, handler: Membership, count: int, *, ended: date) -> list[Dossier]:
    """So many dossiers that ended on this day, in bulk: no key, no grants, no stukken; their due dates are computed."""
    made = many_dossiers(bureau, handler, count)
    with in_bureau(bureau):
        Traject.objects.filter(dossier__in=made).update(**_ends(ended))
        refresh_whole_bureau(bureau.pk)
        if count >= MANY:
            analyze()
    return made


def _ends(ended: date) -> dict[str, Any]:
    return {
        "phase": Phase.ENDED, "end_reason": EndReason.GOAL, "result": Result.JOB,
        "traject_ended_on": ended, "service_closed_on": ended, "contract_ended_on": ended,
    }  # fmt: skip
