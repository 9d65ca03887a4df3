"""What keeping does when something happens to a traject, a contract or the reglement: the due dates follow."""

from __future__ import annotations

from functools import partial
from typing import Any

from django.db import transaction
from django.dispatch import receiver

from access.reach import as_system
from bureaus.signals import reglement_adopted
from clients import signals
from dossiers.models import Dossier
from retention.actions import refresh_due_dates
from retention.clock import database_today
from retention.tasks import follow_terms


# Connected after dossiers, which opens the dossier of a new traject: apps are set up from the ground up.
@receiver(signals.traject_registered, dispatch_uid="retention.registered")
@receiver(signals.traject_ended, dispatch_uid="retention.ended")
@receiver(signals.traject_dates_changed, dispatch_uid="retention.dates_changed")
def follow_the_traject(sender: Any, traject: Any, **_: Any) -> None:  # noqa: ARG001
    _refresh(traject=traject)


@receiver(signals.contract_changed, dispatch_uid="retention.contract_changed")
def follow_the_contract(sender: Any, contract: Any, **_: Any) -> None:  # noqa: ARG001
    _refresh(traject__contract=contract)


@receiver(reglement_adopted, dispatch_uid="retention.reglement")
def follow_the_reglement(sender: Any, reglement: Any, **_: Any) -> None:  # noqa: ARG001
    """One that holds from today, by a worker: whoever adopts it waits for no dossier that somebody works in.

    One for later is followed by the nightly round on its day, as is this one where no worker heard.
    """
    if reglement.version > 1 and reglement.in_force_from <= database_today():
        bell = partial(follow_terms.delay, reglement.bureau_id)
        transaction.on_commit(bell, robust=True)


def _refresh(**which: Any) -> None:
    with as_system():
        found = list(Dossier.objects.filter(**which).order_by().values_list("pk", flat=True))
    refresh_due_dates(found)
