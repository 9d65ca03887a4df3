"""What a client or gemachtigde finds in the portal: own dossiers, what is new in them, who looked."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import F, OuterRef, Q, Subquery
from django.db.models.functions import Now
from django.http import Http404, HttpRequest
from django.urls import reverse

from access.checks import member_of, one_of
from access.models import Membership, Role
from access.reach import who_can_see
from bureaus.schema import StukKind
from clients.models import Appointment, Attendance, Client, Phase
from dossiers import reading
from dossiers.models import Dossier, ReadMark, Release, StoredFile, Stuk, StukVersion
from portal import plain

PER_PAGE = 10


@dataclass(frozen=True)
class Own:
    """The dossiers that this person may read, newest first, and the one that is looked at now."""

    member: Membership
    dossiers: list[Dossier] = field(default_factory=list)
    chosen: Dossier | None = None

    @property
    def names(self) -> list[tuple[str, str]]:
        """Number and name of each dossier, for the choice of one."""
        several = len({one.client_id for one in self.dossiers}) > 1
        return [(one.number, self._name(one, several)) for one in self.dossiers]

    @property
    def looks_along(self) -> Client | None:
        """For whom a gemachtigde looks; None for the client itself."""
        if self.chosen is None or not self.member.has_role(Role.GEMACHTIGDE):
            return None
        client: Client = self.chosen.client
        return None if client.membership_id == self.member.pk else client

    def need(self) -> Dossier:
        """The dossier that is looked at. Raises Http404 where there is none."""
        if self.chosen is None:
            raise Http404
        return self.chosen

    def _name(self, dossier: Dossier, several: bool) -> str:
        name = f"{plain.traject_name(dossier.traject)}, {dossier.traject.registered_on.year}"
        return f"{dossier.client}: {name}" if several else name


def of_request(request: HttpRequest) -> Own:
    """The dossiers of who asks; `?dossier=NUMBER` chooses, else the running one. Raises Http404 for another's."""
    member = member_of(request)
    found = Dossier.objects.visible_to(request.user).select_related(
        "client", "traject__handler", "traject__second_coach"
    )
    dossiers = list(found.order_by("-traject__registered_on", "-id"))
    if not dossiers and member.has_role(Role.GEMACHTIGDE) and not _is_home(request):
        raise Http404  # the machtiging has ended: nothing of the dossier is left to say
    return Own(member, dossiers, _choose(dossiers, request.GET.get("dossier", "")))


def of_client(request: HttpRequest, client_id: uuid.UUID) -> Own:
    """The dossiers of this one client that who asks may read, on a page about that client; the newest is chosen."""
    dossiers = Dossier.objects.visible_to(request.user).filter(client_id=client_id)
    found = list(dossiers.select_related("client", "traject").order_by("-traject__registered_on", "-id"))
    return Own(member_of(request), found, found[0] if found else None)


def _is_home(request: HttpRequest) -> bool:
    return request.resolver_match is not None and request.resolver_match.view_name == "portal:home"


def _choose(dossiers: Sequence[Dossier], number: str) -> Dossier | None:
    if number:
        asked = next((one for one in dossiers if one.number == number), None)
        if asked is None:
            raise Http404
        return asked
    running = (one for one in dossiers if one.traject.phase != Phase.ENDED)
    return next(running, dossiers[0] if dossiers else None)


def stukken_of(request: HttpRequest) -> Any:
    """Every stuk that this person may read, with the version up to which they did, and when it last changed."""
    member = member_of(request)
    marks = ReadMark.objects.filter(stuk_id=OuterRef("pk"), membership_id=member.pk)
    last = StukVersion.objects.filter(stuk_id=OuterRef("pk")).order_by("-number")
    return (
        Stuk.objects.visible_to(request.user)
        .vastgesteld()
        .annotate(read_version=Subquery(marks.values("version")[:1]), changed_at=Subquery(last.values("made_at")[:1]))
    )


def unread(stukken: Any, member: Membership) -> Any:
    """What was vastgesteld or aangevuld and not read since; one's own statements are no news."""
    news = Q(read_version=None) | Q(read_version__lt=F("version"))
    return stukken.filter(news).exclude(author_id=member.pk)


def one_stuk(request: HttpRequest, stuk_id: uuid.UUID) -> Stuk:
    """Raises Http404 for what is out of reach, a concept or a werkaantekening, as for what does not exist."""
    rows = stukken_of(request).select_related("dossier__client", "dossier__traject")
    found: Stuk = one_of(rows.filter(pk=stuk_id))
    return found


def one_file(request: HttpRequest, file_id: uuid.UUID) -> StoredFile:
    """Raises Http404 unless the file is of a stuk that this person may read."""
    readable = Stuk.objects.visible_to(request.user).vastgesteld()
    rows = StoredFile.objects.filter(pk=file_id, stuk__in=readable)
    found: StoredFile = one_of(rows.select_related("stuk", "dossier"))
    return found


@dataclass(frozen=True)
class Row:
    """One stuk in a list: its title and what is new about it."""

    stuk: Stuk
    title: str
    kind: str
    news: str  # 'nieuw', 'aangevuld' or nothing


def page_of(stukken: Any, member: Membership, number: str | None) -> tuple[Page[Any], list[Row]]:
    """One page of stukken, their titles opened."""
    page = Paginator(stukken, PER_PAGE).get_page(number)
    return page, rows_of(list(page.object_list), member)


def rows_of(stukken: Sequence[Any], member: Membership) -> list[Row]:
    titles = reading.titles(stukken)
    return [Row(one, titles[one.pk], reading.kind_label(one), news_of(one, member)) for one in stukken]


def news_of(stuk: Any, member: Membership) -> str:
    """'nieuw' where it was never read, 'aangevuld' where a later version was not."""
    if stuk.author_id == member.pk or (stuk.read_version or 0) >= stuk.version:
        return ""
    return "aangevuld" if stuk.read_version else "nieuw"


def next_appointment(dossiers: Iterable[Dossier]) -> Appointment | None:
    coming = Appointment.objects.filter(
        traject_id__in=[one.traject_id for one in dossiers], attendance=Attendance.PLANNED, starts_at__gte=Now()
    )
    found: Appointment | None = coming.select_related("coach").order_by("starts_at").first()
    return found


@dataclass(frozen=True)
class Person:
    name: str
    does: str


def people_of(dossier: Dossier) -> list[Person]:
    """Who of the bureau may see this dossier at this moment, the coaches of the traject first."""
    traject = dossier.traject
    mine = {traject.handler_id: plain.word("coach"), traject.second_coach_id: f"tweede {plain.word('coach')}"}
    staff = [one for one in who_can_see(dossier) if one.is_staff_member]
    staff.sort(key=lambda one: (one.pk != traject.handler_id, one.pk not in mine))
    return [Person(one.name, _does(one, mine.get(one.pk, ""))) for one in staff]


def _does(member: Membership, own: str) -> str:
    if own:
        return f"uw {own}"
    return member.function or plain.roles_sentence(member.roles)


def releases_of(dossier: Dossier) -> Any:
    """What was let out to the opdrachtgever, the latest first; withdrawn ones too."""
    return Release.objects.filter(dossier=dossier).select_related("opdrachtgever", "stuk").order_by("-released_at")


@dataclass(frozen=True)
class Opened:
    """A stuk on the page where it is read, with the addresses of its files."""

    reading: reading.Reading
    files: list[dict[str, Any]]
    statements: list[Opened]


def opened(found: reading.Reading, url_name: str) -> Opened:
    files = [
        {"url": reverse(url_name, args=[one.pk]), "name": one.filename, "size": one.size, "icon": "download"}
        for one in found.files
    ]
    return Opened(found, files, [opened(one, url_name) for one in found.statements])


@dataclass(frozen=True)
class Released:
    """A release with the title of what was let out."""

    release: Release
    title: str
    kind: str


def rows_of_releases(releases: Iterable[Release]) -> list[Released]:
    found = list(releases)
    titles = reading.titles([one.stuk for one in found])
    return [Released(one, titles[one.stuk_id], reading.kind_label(one.stuk)) for one in found]


def as_uuid(text: str) -> uuid.UUID:
    """Raises Http404 for what is no UUID: there can be nothing under it."""
    try:
        return uuid.UUID(text)
    except ValueError:
        raise Http404 from None


def statements_of(stukken: Any, dossier: Dossier) -> Any:
    return stukken.filter(dossier=dossier, kind=StukKind.EIGEN_VERKLARING).order_by("-vastgesteld_at", "-id")


def is_statement(stuk: Stuk) -> bool:
    return stuk.kind == StukKind.EIGEN_VERKLARING
