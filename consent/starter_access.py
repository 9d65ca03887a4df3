"""Who uses the register of starters, where the reglement has one (javawest 8).

Coaches search it for their own clients. An entry is made, and 'who is this' asked, by who stands in a dossier of the
client whom it is about or for.
"""

from __future__ import annotations

import uuid
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db.models import Q
from django.http import Http404

from access.checks import one_of, person
from access.models import Membership, Role
from access.reach import principals, stands_filter
from bureaus import reglement
from bureaus.schema.consents import ConsentRule
from clients.models import Client, Traject
from consent import access
from consent.models import Consent, StarterAsk, StarterEntry
from dossiers.models import Dossier

READERS = (Role.COACH,)
PURPOSE = "starters"


def is_on() -> bool:
    return reglement.in_force().disclosure.starters_register


def asks_are_on() -> bool:
    """Whether the reglement words the question: without it nobody is ever shown."""
    rule = reglement.in_force().consents.asked_now().get(PURPOSE)
    return rule is not None and rule.names_party


def asked_elsewhere() -> dict[str, ConsentRule]:
    """What staff ask on the page of a client: who is behind an entry is asked from the register alone."""
    return {key: rule for key, rule in reglement.in_force().consents.asked_now().items() if key != PURPOSE}


def check_search(member: Membership) -> None:
    """Raises Http404 where there is no register, PermissionDenied for another role and who has declarations to sign."""
    if not is_on():
        raise Http404
    if not member.has_role(*READERS) or not principals(person(member)):
        raise PermissionDenied("Het startersregister is voor wie cliënten begeleidt.")


def entry_of(member: Membership, pk: uuid.UUID) -> StarterEntry:
    """One entry as it is shown. Raises Http404, PermissionDenied."""
    check_search(member)
    found: StarterEntry = one_of(StarterEntry.objects.all().shown().filter(pk=pk))
    return found


def clients_of(member: Membership) -> Any:
    """The clients of one's own: whoever stands in a dossier of theirs; a queryset."""
    own = Dossier.objects.filter(stands_filter(person(member))).order_by()
    return Client.objects.filter(pk__in=own.values("client_id")).order_by("sort_name", "id")


def client_of(member: Membership, pk: uuid.UUID) -> Client:
    """A client of one's own, of whom an entry is made. Raises Http404, PermissionDenied."""
    found = access.client_of(member, pk)
    access.check_ask(member, found)
    check_search(member)
    return found


def asks(member: Membership) -> Any:
    """What was asked for clients of one's own; a queryset."""
    return StarterAsk.objects.filter(for_client__in=clients_of(member)).select_related("for_client")


def ask_of(member: Membership, pk: uuid.UUID) -> StarterAsk:
    """Raises Http404, PermissionDenied."""
    check_search(member)
    found: StarterAsk = one_of(asks(member).filter(pk=pk))
    return found


def waiting_for(member: Membership) -> Any:
    """What was asked of the clients whom this member guides and waits for an answer; a queryset."""
    if not is_on():
        return Consent.objects.none()
    own = Traject.objects.all().visible_to(person(member)).filter(Q(handler=member) | Q(second_coach=member))
    rows = Consent.objects.all().waiting().filter(purpose=PURPOSE, client__in=own.order_by().values("client_id"))
    return rows.select_related("client", "text").order_by("asked_at", "id")
