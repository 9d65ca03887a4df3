"""What waits on the first day: a colleague who asks to read along, looks that the client finds in the portal, a list
of what is to be destroyed, requests that run, and what clients agreed to."""

from __future__ import annotations

from datetime import timedelta

from django.utils import timezone

from access.actions.asking import ask
from access.asked import may_ask
from access.reach import VIEW, permission_id, principals_of
from bureaus.tenancy import in_bureau
from clients.models import Client, Phase
from demo.people.accounts import acting_as
from demo.people.agreed import agree
from demo.people.house import House
from dossiers.models import Dossier
from journal.actions import record
from journal.models import Line
from requests.actions import receiving
from requests.models import Channel, Kind
from retention.actions import refresh_whole_bureau
from retention.actions.lists import propose_due

WHY = "Ik neem volgende week waar en wil weten welke afspraken er lopen, zodat het gesprek op dinsdag door kan gaan."
HOURS = 4
LOOK = "dossier.ingezien"
# Days ago, what was asked, how it came in, and in which words.
REQUESTS = (
    (24, Kind.AFSCHRIFT, Channel.LETTER, "Ik wil graag een kopie van alles wat u over mij bewaart."),
    (9, Kind.BEZWAAR, Channel.DESK, "Ik wil geen vragenlijsten meer krijgen over hoe tevreden ik ben."),
    (3, Kind.KLACHT, Channel.MAIL, "Mijn afspraak is drie keer verzet. Ik hoorde het pas toen ik er al was."),
)


def first_day(house: House) -> None:
    """Once, and whole: a second run finds what the first made, and nothing of one that was stopped half way."""
    with in_bureau(house.bureau, origin="demo"):
        if Line.objects.filter(act=LOOK).exists():
            return
        _look(house)
        _ask(house)
        _propose(house)
        _receive(house)
        agree(house)


def _look(house: House) -> None:
    """The coach read the client's dossier today."""
    with acting_as(house.bureau, house.staff.coach):
        for dossier in Dossier.objects.filter(client__membership=house.client, traject__handler=house.staff.coach)[:1]:
            grant = dossier.grants.filter(group_id=house.staff.coach.private_group_id).first()
            record(act=LOOK, obj=dossier, dossier=dossier, grant_id=grant.pk if grant else None)


def _ask(house: House) -> None:
    """Where the reglement lets colleagues ask, directie finds something to decide (pluspunt 4.1)."""
    asker = house.staff.coach2
    with acting_as(house.bureau, asker):
        running = Dossier.objects.filter(traject__handler=house.staff.coach).exclude(traject__phase=Phase.ENDED)
        mine = running.filter(grants__group_id__in=principals_of(asker), grants__permission_id=permission_id(VIEW))
        dossier = running.exclude(pk__in=mine.values("pk")).order_by("number").first()
        if dossier is not None and may_ask(asker):
            ask(number=dossier.number, reason=WHY, hours=HOURS, by=asker)


def _propose(house: House) -> None:
    """Directie finds a list ready of dossiers that ended long ago, as after any night."""
    refresh_whole_bureau(house.bureau.pk)
    with in_bureau(house.bureau, origin="demo"):
        propose_due(today=house.today)


def _receive(house: House) -> None:
    """Letters that are taken in at the desk, of clients who have been here for a while; the desk lives today, wherever
    the stories stand still."""
    with acting_as(house.bureau, house.staff.administratie):
        since = house.today - timedelta(days=60)
        here = Client.objects.filter(trajecten__handler=house.staff.coach, trajecten__registered_on__lt=since)
        running = here.exclude(trajecten__phase=Phase.ENDED).exclude(membership=house.client)
        for client, (days, kind, channel, words) in zip(running.order_by("id").distinct(), REQUESTS, strict=False):
            receiving.enter(
                client=client, kind=kind, channel=channel, words=words, by=house.staff.administratie,
                received_on=timezone.localdate() - timedelta(days=days),
            )  # fmt: skip
