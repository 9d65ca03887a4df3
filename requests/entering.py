"""Taking in a request by staff: whose it is, and what there is to choose from."""

from __future__ import annotations

from functools import reduce
from operator import and_
from typing import Any

from django.db.models import Q

from access.checks import person
from access.models import Membership
from bureaus.words import word
from clients.forms.trajecten import kind_name
from clients.models import Client
from clients.rules import fold
from dossiers import reading
from dossiers.models import Dossier, Stuk
from requests import access
from requests.models import Kind
from retention.rules import say

SHORTEST = 2
AT_MOST = 20
STUKKEN = 300


def found(member: Membership, text: str) -> list[Client]:
    """The clients of `access.clients_of` by name or dossiernummer, the first twenty, each with `dossier_numbers`."""
    parts = fold(text).split()
    if len("".join(parts)) < SHORTEST:
        return []
    by_name = reduce(and_, (Q(search_name__contains=one) for one in parts), Q())
    numbered = Dossier.objects.filter(number=text.upper()).values("client_id")
    rows = access.clients_of(member).filter(by_name | Q(pk__in=numbered)).order_by("sort_name", "id")
    clients = list(rows.prefetch_related("dossiers")[: AT_MOST + 1])
    for one in clients:
        one.dossier_numbers = ", ".join(dossier.number for dossier in one.dossiers.all())  # type: ignore[attr-defined]
    return clients


def kinds() -> list[tuple[str, str, str]]:
    """Each kind, what it is called where one chooses, and in one line what it means."""
    client = word("client", article=True, capital=True)
    said = {
        Kind.INZAGE: ("Inzage", f"{client} wil lezen wat er in het dossier staat."),
        Kind.AFSCHRIFT: ("Afschrift", f"{client} wil een kopie van het dossier."),
        Kind.CORRECTIE: ("Correctie", "Er moet iets worden verbeterd, aangevuld, verwijderd of afgeschermd."),
        Kind.VERNIETIGING: ("Vernietiging", "Het dossier moet weg."),
        Kind.OVERDRACHT: ("Overdraagbaarheid", f"{client} wil de gegevens meenemen naar een ander."),
        Kind.BEPERKING: ("Beperking", "Gegevens mogen voorlopig niet worden gebruikt."),
        Kind.BEZWAAR: ("Bezwaar", f"{client} wil dat wij ergens mee stoppen."),
        Kind.KLACHT: ("Klacht", f"{client} is niet tevreden over wat wij deden."),
    }
    return [(kind.value, *said[kind]) for kind in Kind]


def dossiers_of(client: Client) -> list[tuple[str, str]]:
    """Their dossiers to choose from: by number and kind of traject."""
    rows = Dossier.objects.filter(client=client).select_related("traject").order_by("-opened_at", "id")
    return [(str(one.pk), f"{one.number}: {kind_name(one.traject.kind)}") for one in rows]


def stukken_of(member: Membership, client: Client) -> list[tuple[str, str]]:
    """What belongs to their dossiers and this member may read, the newest first."""
    rows = Stuk.objects.all().visible_to(person(member)).vastgesteld().filter(dossier__client=client)
    stukken = list(reading.with_titles(rows.select_related("dossier").order_by("-date", "-id"))[:STUKKEN])
    titles = reading.titles(stukken)
    return [(str(one.pk), f"{say(one.date)}: {titles[one.pk]} ({one.dossier.number})") for one in stukken]


def stuk_of(member: Membership, client: Client, stuk_id: str) -> Stuk | None:
    """The one that was chosen, within reach."""
    rows = Stuk.objects.all().visible_to(person(member)).filter(pk=stuk_id, dossier__client=client)
    row: Stuk | None = rows.select_related("dossier").first()
    return row


def people() -> Any:
    """Who works here, to complain about."""
    return Membership.objects.all().active().staff().order_by("name", "id")
