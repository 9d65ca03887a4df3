"""What waits for whoever works here: shelves of a few rows, each within reach, each with a page of its own.

A shelf costs one query whatever lies on it, and one for the keys where a title is sealed.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import CharField, Exists, OuterRef, Q
from django.db.models.functions import Cast, Coalesce, JSONObject
from django.urls import reverse
from django.utils import formats, timezone

from access import asking_told, inbox
from access.checks import person
from access.models import Membership, Role
from access.reach import CHANGE, visible_filter
from bureaus import reglement
from bureaus.schema import StukKind
from bureaus.words import word
from clients.actions import appointments_without_verslag
from clients.models import Appointment, Attendance, Client, Traject
from consent import starter_access
from consent.agreement_access import agreements
from consent.agreement_rules import warned_until
from consent.models import RUNNING, Consent, ConsentText, InformationRequest, ProcessorAgreement
from dossiers.models import Dossier, Draft, Stuk
from journal.models import Line
from overviews.rules import end_words, missing_words, soon
from vault import keys

SHOWN = 6  # rows of a shelf on the work list itself
AHEAD = timedelta(days=7)
STATEMENTS_FOR = timedelta(days=14)
NAMED = ("first_name", "tussenvoegsel", "last_name")


@dataclass(frozen=True)
class Row:
    """One thing to do: whom it is about, where it is done, and what is the matter."""

    title: str
    url: str
    note: str = ""
    state: str = ""
    tone: str = "neutral"
    button: str = ""
    post_to: str = ""
    fields: dict[str, str] = field(default_factory=dict)


Find = Callable[[Membership], Any]
Show = Callable[[Sequence[Any]], list[Row]]


@dataclass(frozen=True)
class Shelf:
    """A kind of work: `find` gives the rows within this member's reach, `show` what is said of them."""

    slug: str
    title: str
    icon: str
    why: str
    roles: tuple[Role, ...]
    find: Find
    show: Show
    # Rows that come along with another query of the page: the expression, and what makes rows of it.
    along: tuple[Callable[[Any], Any], Callable[[Any], list[Any]]] | None = None

    @property
    def heading(self) -> str:
        """The title in the bureau's own words."""
        return self.title.format(clients=word("client", plural=True))

    @property
    def reason(self) -> str:
        """Why it is there, in the bureau's own words."""
        return self.why.format(directie=word("directie", article=True))


@dataclass(frozen=True)
class Filled:
    shelf: Shelf
    rows: list[Row]
    more: bool


def shelves_of(member: Membership) -> list[Shelf]:
    return [shelf for shelf in SHELVES if member.has_role(*shelf.roles)]


def shelf_of(member: Membership, slug: str) -> Shelf | None:
    return next((shelf for shelf in shelves_of(member) if shelf.slug == slug), None)


def along_of(member: Membership) -> dict[str, Any]:
    """What the page's query of the bureau's row brings for shelves: with one more for each it would cost too many."""
    return {one.slug: one.along[0](one.find(member)) for one in shelves_of(member) if one.along}


def filled(member: Membership, along: Mapping[str, Any]) -> list[Filled]:
    """The shelves on which something lies; `along` is what came of `along_of`."""
    found = []
    for shelf in shelves_of(member):
        brought = shelf.along
        rows = brought[1](along[shelf.slug]) if brought else list(shelf.find(member)[: SHOWN + 1])
        if rows:
            found.append(Filled(shelf, shelf.show(rows[:SHOWN]), more=len(rows) > SHOWN))
    return found


def agenda(member: Membership) -> list[Appointment]:
    """The appointments of this coach, from today on."""
    start = timezone.localtime().replace(hour=0, minute=0, second=0, microsecond=0)
    rows = Appointment.objects.all().visible_to(person(member))
    rows = rows.filter(coach=member, attendance=Attendance.PLANNED, starts_at__gte=start, starts_at__lt=start + AHEAD)
    return list(rows.select_related("traject__client").order_by("starts_at", "id")[:12])


# -- contacts without a verslag (javawest 4.2a) ----------------------------------------------------------------------
def _contacts(member: Membership) -> Any:
    may_write = visible_filter(person(member), outer="traject__dossier__pk", to=CHANGE)
    return appointments_without_verslag(member=member).annotate(writes=may_write)


def _show_contacts(rows: Sequence[Any]) -> list[Row]:
    return [_contact(row) for row in rows]


def _contact(row: Any) -> Row:
    dossier = row.traject.dossier
    writes = row.writes and not dossier.is_archived
    return Row(
        title=str(row.traject.client),
        url=reverse("clients:traject", args=[row.traject_id]),
        note=f"{row.get_kind_display().capitalize()}, {_day(row.starts_at)}",
        state=_days_ago(row.starts_at),
        tone="warn",
        button="Verslag schrijven" if writes else "",
        post_to=reverse("dossiers:new_stuk", args=[dossier.pk]) if writes else "",
        fields={"kind": StukKind.GESPREKSVERSLAG.value, "appointment": str(row.pk)},
    )


# -- what one is writing ---------------------------------------------------------------------------------------------
def _drafts(member: Membership) -> Any:
    """Own concepts and aanvullingen; a werkaantekening is never finished, so that it does not wait either."""
    seen = Stuk.objects.all().visible_to(person(member)).exclude(kind=StukKind.WERKAANTEKENING)
    rows = Draft.objects.filter(author=member, stuk__in=seen, dossier__archived_at=None)
    return rows.select_related("stuk", "dossier__client").order_by("-saved_at", "id")


def _show_drafts(rows: Sequence[Draft]) -> list[Row]:
    keys.prefetch({row.dossier_id for row in rows})
    label = reglement.in_force().dossier.label
    return [_draft(row, label(row.stuk.kind)) for row in rows]


def _draft(row: Draft, kind: str) -> Row:
    held: Any = row.content
    more = "betere tekst voor" if row.replaces else "aanvulling op"
    what = kind if row.stuk.is_concept else f"{more} {kind}"
    return Row(
        title=held["title"] or what[:1].upper() + what[1:],
        url=reverse("dossiers:edit" if row.stuk.is_concept else "dossiers:stuk", args=[row.stuk_id]),
        note=f"{row.dossier.client}, {what}, bewaard {_day(row.saved_at)}",
    )


# -- the client's own words ------------------------------------------------------------------------------------------
def _statements(member: Membership) -> Any:
    """Own statements of the last two weeks, in one's own trajecten, that one has not opened yet."""
    opened = Line.objects.filter(act="stuk.ingezien", membership_id=member.pk, at__gte=timezone.now() - STATEMENTS_FOR)
    rows = Stuk.objects.all().visible_to(person(member)).vastgesteld()
    rows = rows.filter(kind=StukKind.EIGEN_VERKLARING, vastgesteld_at__gte=timezone.now() - STATEMENTS_FOR)
    rows = rows.filter(Q(dossier__traject__handler=member) | Q(dossier__traject__second_coach=member))
    rows = rows.annotate(as_text=Cast("pk", CharField()))
    rows = rows.filter(~Exists(opened.filter(object_id=OuterRef("as_text"))))
    return rows.select_related("dossier__client", "about").order_by("-vastgesteld_at", "id")


def _show_statements(rows: Sequence[Stuk]) -> list[Row]:
    return [
        Row(
            title=str(row.dossier.client),
            url=reverse("dossiers:stuk", args=[row.pk]),
            note=f"{'Bij een stuk in het dossier' if row.about_id else 'Over het dossier'}, {_day(row.vastgesteld_at)}",
            state="nieuw",
            tone="busy",
        )
        for row in rows
    ]


# -- colleagues who were let in (pluspunt 4.1) -------------------------------------------------------------------------
def _visitors(member: Membership) -> Any:
    """Who may read in one's own dossiers, and until a week after they could."""
    own = Dossier.objects.all().visible_to(person(member))
    own = own.filter(Q(traject__handler=member) | Q(traject__second_coach=member))
    return asking_told.let_in(own.values("pk"))


def _show_visitors(rows: Sequence[Any]) -> list[Row]:
    dossiers = Dossier.objects.select_related("client").in_bulk([row.dossier_id for row in rows])
    return [_visitor(row, dossiers[row.dossier_id]) for row in rows if row.dossier_id in dossiers]


def _visitor(row: Any, dossier: Dossier) -> Row:
    until = formats.date_format(timezone.localtime(row.opens_until), "j F H:i")
    verb = "leest mee" if row.living else "mocht meelezen"
    return Row(
        title=str(dossier.client),
        url=reverse("dossiers:detail", args=[dossier.pk]),
        note=f"{row.asker_name} {verb} in uw dossier, tot {until}; toegestaan door {row.decided_by_name}",
        state="leest mee" if row.living else "voorbij",
        tone="busy" if row.living else "neutral",
    )


# -- asked of somebody outside, and no answer yet ----------------------------------------------------------------------
def _questions(member: Membership) -> Any:
    """In one's own trajecten, from the day on that was chosen to follow it up, a letter that was never made too; the
    longest ago first."""
    rows = InformationRequest.objects.filter(visible_filter(person(member), outer="dossier_id"))
    rows = rows.filter(Q(dossier__traject__handler=member) | Q(dossier__traject__second_coach=member))
    rows = rows.filter(state__in=RUNNING, follow_up_on__lte=timezone.localdate())
    return rows.select_related("dossier__client").order_by("follow_up_on", "id")


def _questions_along(rows: Any) -> ArraySubquery:
    who = {name: f"dossier__client__{name}" for name in NAMED}
    told = JSONObject(id="pk", number="number", asked_at="asked_at", follow_up_on="follow_up_on", **who)
    return ArraySubquery(rows.values(row=told)[: SHOWN + 1])


def _questions_brought(found: list[dict[str, str]]) -> list[InformationRequest]:
    return [
        InformationRequest(
            id=one["id"], number=one["number"],
            asked_at=datetime.fromisoformat(one["asked_at"]) if one["asked_at"] else None,
            follow_up_on=date.fromisoformat(one["follow_up_on"]), dossier=Dossier(client=_named(one)),
        )
        for one in found
    ]  # fmt: skip


def _named(told: dict[str, str]) -> Client:
    """Whose row came along, as far as a shelf says it."""
    return Client(**{name: told[name] for name in NAMED})


def _show_questions(rows: Sequence[InformationRequest]) -> list[Row]:
    return [
        Row(
            title=str(row.dossier.client),
            url=reverse("consent:information", args=[row.pk]),
            note=f"{row.number}, {f'gevraagd op {_day(row.asked_at)}' if row.asked_at else 'brief nog maken'}",
            state=f"opvolgen vanaf {_day(row.follow_up_on)}",
            tone="warn",
        )
        for row in rows
    ]


# -- trajecten -------------------------------------------------------------------------------------------------------
def _ending(member: Membership) -> Any:
    rows = Traject.objects.all().visible_to(person(member)).running()
    rows = rows.filter(Q(handler=member) | Q(second_coach=member), planned_end__lte=soon(timezone.localdate()))
    return rows.select_related("client", "opdrachtgever").order_by("planned_end", "id")


def _show_ending(rows: Sequence[Traject]) -> list[Row]:
    today = timezone.localdate()
    return [
        Row(
            title=str(row.client),
            url=reverse("clients:traject", args=[row.pk]),
            note=f"{row.opdrachtgever}, {row.get_phase_display()}, gepland einde {_day(row.planned_end)}",
            state=end_words(row.planned_end, today),
            tone="warn" if row.planned_end < today else "neutral",
        )
        for row in rows
        if row.planned_end is not None
    ]


def _incomplete(member: Membership) -> Any:
    """Running trajecten whose aanmelding still lacks something that the payer is asked for."""
    lacking = Q(agreed_start=None) | Q(contact=None) | Q(ordernummer="")
    rows = Traject.objects.all().visible_to(person(member)).running().filter(lacking)
    return rows.select_related("client", "opdrachtgever").order_by("registered_on", "id")


def _show_incomplete(rows: Sequence[Traject]) -> list[Row]:
    return [
        Row(
            title=str(row.client),
            url=reverse("clients:traject", args=[row.pk]),
            note=f"{row.opdrachtgever}, aangemeld {_day(row.registered_on)}",
            state=missing_words(
                start=row.agreed_start is None, contact=row.contact_id is None, order=not row.ordernummer
            ),
            tone="warn",
        )
        for row in rows
    ]


# -- verwerkersovereenkomsten that end (pluspunt 2.2) ----------------------------------------------------------------
def _agreements(member: Membership) -> Any:  # noqa: ARG001  (they are of the whole bureau)
    until = warned_until(timezone.localdate(), reglement.in_force().disclosure.agreement_warning_before)
    rows = agreements().filter(closed_at=None, ends_on__lte=until)
    return rows.order_by("ends_on", "id")


def _agreements_along(rows: Any) -> ArraySubquery:
    whom = Coalesce("opdrachtgever__name", "party")
    return ArraySubquery(
        rows.values(row=JSONObject(id="pk", party=whom, purpose="purpose", ends_on="ends_on"))[: SHOWN + 1]
    )


def _agreements_brought(found: list[dict[str, str]]) -> list[ProcessorAgreement]:
    return [ProcessorAgreement(**one | {"ends_on": date.fromisoformat(one["ends_on"])}) for one in found]


def _show_agreements(rows: Sequence[ProcessorAgreement]) -> list[Row]:
    today = timezone.localdate()
    return [
        Row(
            title=row.with_whom,
            url=reverse("consent:agreement", args=[row.pk]),
            note=row.purpose,
            state=end_words(row.ends_on, today),
            tone="bad" if row.ends_on < today else "warn",
        )
        for row in rows
        if row.ends_on is not None
    ]


# -- who is behind an example: the answer may come on paper (javawest 8) -----------------------------------------------
def _starters_along(rows: Any) -> ArraySubquery:
    who = {name: f"client__{name}" for name in NAMED}
    told = JSONObject(id="pk", number="number", asked_at="asked_at", title="text__title", **who)
    return ArraySubquery(rows.values(row=told)[: SHOWN + 1])


def _starters_brought(found: list[dict[str, str]] | None) -> list[Consent]:
    """Where there is no register the query asks nothing, and brings nothing."""
    return [
        Consent(
            id=one["id"], number=one["number"], asked_at=datetime.fromisoformat(one["asked_at"]),
            text=ConsentText(title=one["title"]), client=_named(one),
        )
        for one in found or ()
    ]  # fmt: skip


def _show_starters(rows: Sequence[Consent]) -> list[Row]:
    return [
        Row(
            title=str(row.client),
            url=reverse("consent:detail", args=[row.pk]),
            note=f"{row.text.title}, {row.number}",
            state=f"gevraagd {_days_ago(row.asked_at)}",
        )
        for row in rows
    ]


# -- what waits for a decision ---------------------------------------------------------------------------------------
def decisions(waiting: Sequence[inbox.Waits]) -> list[Row]:
    """Of each kind of decision how many there are; a verdict on an emergency stays red until it is given."""
    return [
        Row(
            title=one.part.title,
            url=reverse(one.part.page),
            state=f"{one.count} open",
            tone="bad" if one.part.urgent else "warn",
        )
        for one in waiting
    ]


def _day(moment: date | datetime | None) -> str:
    if isinstance(moment, datetime):
        moment = timezone.localtime(moment)
    return formats.date_format(moment, "j F") if moment else ""


def _days_ago(moment: datetime) -> str:
    days = (timezone.localdate() - timezone.localtime(moment).date()).days
    return "vandaag" if days == 0 else "gisteren" if days == 1 else f"{days} dagen geleden"


COACH = (Role.COACH,)
SHELVES = (
    Shelf(
        "contacten", "Contacten zonder verslag", "calendar-due",
        "U sprak iemand en er is nog geen verslag van vastgesteld.", COACH, _contacts, _show_contacts,
    ),
    Shelf(
        "verklaringen", "Nieuw van uw {clients}", "message-2",
        "Eigen verklaringen van de laatste twee weken die u nog niet las.", COACH, _statements, _show_statements,
    ),
    Shelf(
        "concepten", "Uw concepten", "pencil",
        "Alleen u ziet een concept. Pas als u het vaststelt, hoort het bij het dossier.", COACH, _drafts, _show_drafts,
    ),
    Shelf(
        "meelezers", "Collega's die mogen meelezen", "eye",
        "Met toestemming van {directie} mag een collega tijdelijk lezen in een dossier van u.",
        COACH, _visitors, _show_visitors,
    ),
    Shelf(
        "opvragingen", "Opgevraagd bij een ander", "mail",
        "De dag om te kijken of er antwoord is, is er; of u wilde iets vragen en de brief is nog niet gemaakt.",
        COACH, _questions, _show_questions, (_questions_along, _questions_brought),
    ),
    Shelf(
        "einde", "Trajecten die bijna eindigen", "flag",
        "Het geplande einde is binnen zes weken of is al voorbij.", COACH, _ending, _show_ending,
    ),
    Shelf(
        "starters", "Vragen over een voorbeeld", "briefcase",
        "Iemand wil weten wie het is. U kunt helpen: met het portaal, of met het formulier op papier.", COACH,
        starter_access.waiting_for, _show_starters, (_starters_along, _starters_brought),
    ),
    Shelf(
        "aanmeldingen", "Aanmeldingen die nog niet compleet zijn", "clipboard-list",
        "Hier ontbreekt nog een gegeven van wie betaalt.", (Role.ADMINISTRATIE,), _incomplete, _show_incomplete,
    ),
    Shelf(
        "overeenkomsten", "Verwerkersovereenkomsten die eindigen", "file-certificate",
        "Verleng de overeenkomst, of leg vast dat zij is beëindigd.", (Role.DIRECTIE,), _agreements, _show_agreements,
        (_agreements_along, _agreements_brought),
    ),
)  # fmt: skip
