"""What may come in as a request: what has to be said, of when, and after what. Reads only."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import TypeVar

from django.db.models import Min, Q
from django.utils import timezone

from access import texts
from access.models import Membership
from access.reach import as_system
from access.rules import RuleBroken
from bureaus import reglement
from bureaus.schema.requests import Correction
from clients.models import Appointment, AppointmentKind, Attendance, Client, Traject
from dossiers.models import Dossier, ReadMark, Stuk
from requests.models import ANSWERED, GRANTING, Change, Channel, Kind, Verzoek

Choice = TypeVar("Choice", Kind, Channel, Change)
# A request of longer ago is no longer one that somebody waits for: it is asked anew.
OLDEST = timedelta(days=2 * 365 + 1)
LONGEST = 20_000
# What can be done with somebody's data outside a stuk; shielding is of a stuk.
DATA_CHANGES = (Change.IMPROVE, Change.ADD, Change.DELETE)
# Of these the kind says it all.
WITHOUT_WORDS = (Kind.INZAGE, Kind.AFSCHRIFT, Kind.OVERDRACHT, Kind.VERNIETIGING)


@dataclass(frozen=True)
class Asked:
    """A request as it came in, before it has a number. `words` and `proposed` are cleaned."""

    client: Client
    kind: Kind
    channel: Channel
    received_on: date
    words: str
    dossier: Dossier | None = None
    change: str = ""
    stuk: Stuk | None = None
    proposed: str = ""
    about_member: Membership | None = None
    asked_by: Membership | None = None
    # A correctie of the data that the bureau keeps of them (a date of birth, an address) and of no stuk.
    of_data: bool = False


def asked(
    *, client: Client, kind: str, channel: str, received_on: date, words: str, dossier: Dossier | None, change: str,
    stuk: Stuk | None, proposed: str, about_member: Membership | None, asked_by: Membership | None = None,
    of_data: bool = False,
) -> Asked:  # fmt: skip
    """The same, with each part what it has to be; what is of another kind is left out. Raises RuleBroken."""
    of_kind = _one_of(Kind, kind, "kind")
    corrects = of_kind is Kind.CORRECTIE
    of_data = of_data and corrects
    stuk = stuk if corrects and not of_data else None
    return Asked(
        client=client,
        kind=of_kind,
        channel=_one_of(Channel, channel, "channel"),
        received_on=received_on,
        words=_cleaned(words, "words"),
        dossier=stuk.dossier if stuk else None if of_data else dossier,
        change=str(_one_of(Change, change, "change")) if corrects else "",
        stuk=stuk,
        proposed=_cleaned(proposed, "proposed") if corrects else "",
        about_member=about_member if of_kind is Kind.KLACHT else None,
        asked_by=asked_by,
        of_data=of_data,
    )


def check(one: Asked, by: Membership, today: date) -> None:
    """All that is refused at receipt, each beside its field. Raises RuleBroken."""
    _check_day(one, today)
    _check_own(one)
    _check_words(one)
    if one.kind is Kind.CORRECTIE:
        _check_correction(one, reglement.in_force().requests.correction)
    if one.about_member is not None:
        _check_about(one.about_member, by)


def _check_day(one: Asked, today: date) -> None:
    if one.received_on > today:
        raise RuleBroken("Deze datum ligt in de toekomst. Wanneer kwam het binnen?", "received_on")
    if one.received_on < today - OLDEST:
        raise RuleBroken("Dat is meer dan twee jaar geleden. Klopt het jaar?", "received_on")
    if one.received_on < _known_since(one.client):
        raise RuleBroken("Toen was deze persoon hier nog niet aangemeld. Klopt de dag?", "received_on")


def _known_since(client: Client) -> date:
    """The day of the first aanmelding, or that on which the client was written down, whichever is earlier."""
    with as_system():
        first: date | None = Traject.objects.filter(client=client).aggregate(day=Min("registered_on"))["day"]
    here = timezone.localdate(client.created_at)
    return min(first, here) if first else here


def _check_own(one: Asked) -> None:
    """The dossier and the stuk are of whoever asks. What is no part of the dossier can't be asked about."""
    if one.dossier is not None and one.dossier.client_id != one.client.pk:
        raise RuleBroken("Dit dossier is niet van deze persoon.", "dossier")
    if one.stuk is not None and (one.stuk.is_concept or one.stuk.is_worknote):
        raise RuleBroken("Dit stuk hoort niet bij het dossier.", "stuk")


def _check_words(one: Asked) -> None:
    if not one.words and one.kind not in WITHOUT_WORDS:
        wanted = {
            Kind.CORRECTIE: "Schrijf op wat er niet klopt.",
            Kind.KLACHT: "Schrijf op waar de klacht over gaat.",
        }
        raise RuleBroken(wanted.get(one.kind, "Schrijf op wat er wordt gevraagd."), "words")


def _check_correction(one: Asked, rules: Correction) -> None:
    """werkid 11.1: it comes after inzage, and holds the changes that are asked."""
    if one.stuk is None and not one.of_data:
        raise RuleBroken("Kies het stuk waar het om gaat.", "stuk")
    if one.of_data and one.change not in DATA_CHANGES:
        raise RuleBroken("Gegevens worden verbeterd, aangevuld of verwijderd. Afschermen gaat per stuk.", "change")
    if one.change in (Change.IMPROVE, Change.ADD) and not one.proposed:
        raise RuleBroken("Schrijf op wat er zou moeten staan.", "proposed")
    if rules.only_after_inzage and not _had_inzage(one.client, one.stuk):
        source = rules.source("only_after_inzage") or rules.article
        article = f" ({source})" if source else ""
        raise RuleBroken(f"Eerst inzage, dan pas een verzoek om iets te veranderen{article}.", "kind")


def _had_inzage(client: Client, stuk: Stuk | None) -> bool:
    """Whether the client was given the dossier to read, came to read it, or read this stuk in the portal.

    About data outside a stuk: any dossier, and any stuk.
    """
    with as_system():
        of_dossier = Q(dossier=None) | Q(dossier=stuk.dossier_id) if stuk else Q()
        read = Q(stuk=stuk) if stuk else Q(dossier__client=client)
        given = Verzoek.objects.filter(of_dossier, client=client, kind__in=(Kind.INZAGE, Kind.AFSCHRIFT))
        came = Appointment.objects.filter(traject__client=client, kind=AppointmentKind.INZAGE)
        return bool(
            given.filter(state__in=ANSWERED, decision__in=GRANTING).exists()
            or came.filter(attendance=Attendance.PRESENT).exists()
            or ReadMark.objects.filter(read).filter(_of_client(client)).exists()
        )


def _of_client(client: Client) -> Q:
    return Q(membership=client.membership_id) | Q(membership__machtigingen__client=client)


def _check_about(about: Membership, by: Membership) -> None:
    if about.pk == by.pk:
        raise RuleBroken("Een klacht over uzelf neemt een ander aan.", "about_member")
    if not about.is_staff_member:
        raise RuleBroken("Kies iemand die hier werkt.", "about_member")


def _cleaned(text: str, field: str) -> str:
    cleaned = texts.clean_text(text).strip()
    if len(cleaned) > LONGEST:
        raise RuleBroken(f"Gebruik ten hoogste {LONGEST} tekens.", field)
    return "" if texts.is_blank(cleaned) else cleaned


def _one_of(choices: type[Choice], value: str, field: str) -> Choice:
    try:
        return choices(value)
    except ValueError:
        raise RuleBroken("Kies uit de lijst.", field) from None
