"""What the law keeps of a dossier that goes: a few fields without a name, under a key of their own (jmwerkt 8.1.2)."""

from __future__ import annotations

from typing import Any

from django.db.models import Sum

from bureaus.schema import DataClass
from clients.models import OpdrachtgeverKind, Traject
from dossiers.models import Dossier
from retention import terms
from retention.clock import database_today
from retention.erasing import NAMELESS
from retention.models import LegalRecord
from vault.actions import create_key


class Undated(Exception):
    """The law keeps it from a date that nobody filled in: until when is not known, so nothing goes."""


def keep_by_law(dossier: Dossier) -> list[dict[str, Any]]:
    """Make the record where the law's term still runs; what is retained, as a list's item tells it. Raises Undated.

    In the transaction in which the dossier goes.
    """
    standing = terms.standing(dossier)
    due, rule = standing.legal, standing.legal_chosen.rule
    begins = standing.trigger_dates.get(rule.trigger)
    if due.on is None or begins is None:
        raise Undated
    if due.on <= database_today():
        return []
    row = LegalRecord(
        dossier_id=dossier.pk,
        dossier_number=dossier.number,
        trigger=rule.trigger.value,
        trigger_on=begins,
        term=rule.term,
        due_on=due.on,
        article=rule.article[:60],
    )
    create_key(subject_id=row.pk)
    row.content = _content(dossier)
    row.save(force_insert=True)
    what = DataClass.LEGALLY_REQUIRED.label
    return [{"what": what, "term": rule.term, "until": due.on.isoformat(), "ground": rule.article}]


def _content(dossier: Dossier) -> dict[str, Any]:
    traject = Traject.objects.select_related("opdrachtgever").get(pk=dossier.traject_id)
    payer = traject.opdrachtgever
    hours = traject.appointments.aggregate(total=Sum("hours"))["total"]
    return {
        # A particulier is a person, as a rule the client.
        "opdrachtgever": NAMELESS if payer.kind == OpdrachtgeverKind.PARTICULIER else payer.name,
        "ordernummer": traject.ordernummer,
        "kind": traject.kind,
        "registered_on": traject.registered_on,
        "ended_on": traject.traject_ended_on or traject.service_closed_on,
        "hours": str(hours) if hours is not None else None,
    }
