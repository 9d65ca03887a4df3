"""What a dossier does when something happens to its client, its traject or its bureau."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.db.models import Q
from django.dispatch import receiver
from django.utils import timezone

from access.reach import as_system
from access.signals import membership_changed
from bureaus.signals import bureau_created, reglement_adopted
from bureaus.words import word
from clients import signals
from dossiers import actions, tasks
from dossiers.models import Dossier, Release


@receiver(signals.traject_registered, dispatch_uid="dossiers.open")
def open_the_dossier(sender: Any, traject: Any, by: Any, **_: Any) -> None:  # noqa: ARG001
    actions.open_dossier(traject=traject, by=by)


@receiver(signals.traject_people_changed, dispatch_uid="dossiers.people_changed")
def follow_the_traject(sender: Any, traject: Any, by: Any, reason: str = "", **_: Any) -> None:  # noqa: ARG001
    _sync(by, reason or "andere begeleider of contactpersoon", traject=traject)


@receiver(signals.client_account_changed, dispatch_uid="dossiers.client_account")
def follow_the_client(sender: Any, client: Any, by: Any, **_: Any) -> None:  # noqa: ARG001
    _sync(by, f"account van {word('client', article=True)} of gemachtigde", client=client)


@receiver(signals.contact_account_changed, dispatch_uid="dossiers.contact_account")
def follow_the_contact(sender: Any, contact: Any, by: Any, **_: Any) -> None:  # noqa: ARG001
    _sync(by, "account van de contactpersoon", traject__contact=contact)


@receiver(signals.traject_ended, dispatch_uid="dossiers.traject_ended")
def follow_the_end(sender: Any, traject: Any, by: Any, **_: Any) -> None:  # noqa: ARG001
    """What directie allowed in a running traject alone ends with it (pluspunt 4.1)."""
    _sync(by, "het traject is beëindigd", traject=traject)


@receiver(membership_changed, dispatch_uid="dossiers.membership")
def follow_the_member(sender: Any, membership: Any, by: Any, reason: str = "", **_: Any) -> None:  # noqa: ARG001
    """Who came back, or is of another side now: the trajecten that name them let them in again, or no more."""
    named = Q(traject__handler=membership) | Q(traject__second_coach=membership) | Q(client__membership=membership)
    named |= Q(traject__contact__membership=membership) | Q(client__gemachtigden__membership=membership)
    with as_system():
        found = Dossier.objects.filter(named).order_by().values_list("pk", flat=True)
        actions.follow_dossiers(sorted(set(found)), by=by, reason=reason)


@receiver(signals.opdrachtgever_changed, dispatch_uid="dossiers.opdrachtgever")
def take_back_from(sender: Any, opdrachtgever: Any, by: Any, **_: Any) -> None:  # noqa: ARG001
    """A gemeente that turns out to be a werkgever reads less from this second (DOMAIN 5)."""
    with as_system():
        actions.end_barred_releases(Release.objects.filter(opdrachtgever=opdrachtgever), by=by)


@receiver(bureau_created, dispatch_uid="dossiers.templates")
def give_templates(sender: Any, **_: Any) -> None:  # noqa: ARG001
    actions.make_default_templates()


@receiver(reglement_adopted, dispatch_uid="dossiers.reglement")
def follow_the_reglement(sender: Any, reglement: Any, by: Any, **_: Any) -> None:  # noqa: ARG001
    """One that holds from today; one for later is found by the same task on its day."""
    if reglement.version > 1 and reglement.in_force_from == timezone.localdate():
        actions.begin_run(reglement, by_name=by.name)
        transaction.on_commit(tasks.follow_reglementen.delay, robust=True)


def _sync(by: Any, reason: str, **which: Any) -> None:
    """Found in the reach of the system: who acts may have just lost sight of the dossier."""
    with as_system():
        found = Dossier.objects.filter(**which).order_by("pk").values_list("pk", flat=True)
        actions.follow_dossiers(list(found), by=by, reason=reason)
