"""Rows that go one by one by a class of the reglement, as the registry says of them (`Declared.since`).

What names people and is no part of a dossier: who was let in and asked to be, reviews, signals, mails, incidents. Each
batch in a transaction of its own; killed half way, the next night goes on.
"""

from __future__ import annotations

import time
from collections import Counter
from datetime import timedelta
from typing import Any

from django.apps import apps
from django.db import transaction
from django.db.models import DateField, DurationField, F, Func, Value
from django.db.models.functions import Cast

from access.reach import as_system, database_now
from bureaus import registry, reglement
from bureaus.registry import Declared, Keeping
from bureaus.schema import DataClass
from bureaus.schema.keeping import JOURNAL_AT_LEAST, PROCES_VERBAAL_AT_LEAST
from bureaus.tenancy import in_bureau
from bureaus.terms import parse_term
from journal.actions import record
from retention.clock import database_today
from vault.actions import destroy_key
from vault.files import delete_sealed

ACT = "bewaartermijnen.gewist"
BATCH = 1_000  # rows in one transaction
AT_MOST = 60.0  # seconds for one bureau in one night; the rest goes in more nights
AT_LEAST = {Keeping.JOURNAL: JOURNAL_AT_LEAST, Keeping.EVIDENCE: PROCES_VERBAAL_AT_LEAST}


def run_row_terms(bureau_id: int, origin: str) -> dict[str, int]:
    """Rows past their term, by the class of the reglement; how many. Again on the same day finds nothing."""
    done: Counter[str] = Counter()
    until = time.monotonic() + AT_MOST
    for declared in in_order():
        while time.monotonic() < until:
            with in_bureau(bureau_id, origin=origin), as_system():
                many = drop_rows(declared=declared)
            done[declared.keeping.value] += many
            if many < BATCH:
                break
    return dict(done)


def in_order() -> list[Declared]:
    """What counts from another row's day goes before that row does."""
    found = [one for one in registry.models().values() if one.since]
    return sorted(found, key=lambda one: (-one.since.count("__"), one.model))


@transaction.atomic
def drop_rows(*, declared: Declared) -> int:
    """A batch of one table, with the files and the key of each row; how many. Within the reach of the system."""
    rows: Any = apps.get_model(declared.model)._default_manager
    ids = list(_past(rows, declared).order_by("pk").values_list("pk", flat=True)[:BATCH])
    if not ids:
        return 0
    going = rows.filter(pk__in=ids)
    for name, _ in declared.files:
        for file in going.exclude(**{name: ""}).values_list(name, flat=True):
            delete_sealed(file)
    for pk in ids if declared.own_key else ():
        destroy_key(subject_id=pk)
    many = int(going._raw_delete(going.db))
    record(act=ACT, facts={declared.keeping.value: many})
    return many


def _past(rows: Any, declared: Declared) -> Any:
    """By the longest of the terms that were in force since. By the term in force alone would be quicker, so that goes
    first; four days off, for a month is no number of days."""
    data_class, today = DataClass(declared.keeping.value), database_today()
    term = parse_term(reglement.in_force().retention.rule(data_class).term)
    days = (term.after(today) - today).days - 4
    least = Cast(Value(AT_LEAST.get(declared.keeping, "P0D")), DurationField())
    kept = Func(
        Value(data_class.value), F(declared.since), least, function="bureaus_kept_until", output_field=DateField()
    )
    there = rows.filter(**{f"{declared.since}__lt": database_now() - timedelta(days=days)})
    return there.annotate(kept_until=kept).filter(kept_until__lte=today)
