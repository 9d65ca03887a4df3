"""What was handed over to its opdrachtgever years ago, where the reglement does that (werklokaal 7): the record of it.

Its package has gone, as a sealed package of those days would have.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta

from access.models import Membership
from bureaus.schema import DataClass, Rules
from bureaus.terms import parse_term
from demo.people.story import AMSTERDAM
from dossiers.models import Dossier
from retention.models import Transfer

PACKED, FETCHED = timedelta(days=9), timedelta(days=2)  # before it was signed for


def handed(home: Dossier, rules: Rules, handler: Membership) -> Iterator[Transfer]:
    """One, where the traject says that it was received and its rule hands over."""
    row, received = home.traject, home.traject.transfer_received_on
    rule = rules.retention.rule(DataClass.DOSSIER, row.kind)
    if received is None or not rule.is_transfer:
        return
    keeps, who = rule.receiver_keeps or "", (row.contact or row.opdrachtgever).name
    yield Transfer(
        dossier_id=home.pk, dossier_number=home.number, traject_id=row.pk, opdrachtgever=row.opdrachtgever,
        status=Transfer.Status.RECEIVED, started_by=handler, started_by_name=handler.name,
        started_at=_at(received - PACKED, 10), ready_at=_at(received - PACKED, 11),
        fetched_at=_at(received - FETCHED, 14), fetched_by_name=who,
        received_at=_at(received, 9), received_by_name=who, package_gone_at=_at(received, 9),
        receiver_keeps=keeps, receiver_until=parse_term(keeps).after(received) if keeps else None,
        article=rule.article[:60],
    )  # fmt: skip


def _at(day: date, hour: int) -> datetime:
    return datetime(day.year, day.month, day.day, hour, tzinfo=AMSTERDAM)
