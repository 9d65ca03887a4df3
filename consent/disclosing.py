"""Who lets something out of a dossier, who reads the register, and what of a dossier may go on which ground.

The coaches of the dossier and directie who reaches it; never who was let in for a while. Directie and the FG read the
bureau's whole register, a client's name only where they see the dossier.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db.models import Prefetch, Q
from django.http import Http404
from django.utils import timezone

from access import reach
from access.checks import allowed, one_of, person
from access.models import Ground as GrantGround
from access.models import Membership, Role
from access.reach import database_now, visible_filter
from bureaus import reglement
from bureaus.schema import Direction, Ground, StukKind
from bureaus.words import word
from clients.models import Client, Opdrachtgever, OpdrachtgeverKind
from consent import disclosure_rules as rules
from consent import grounds
from consent.models import Consent, DisclosedStuk, Disclosure, DisclosureState, ReceiverKind
from dossiers import reading, releasing
from dossiers.models import Dossier, State, Stuk

COACHES = (GrantGround.HANDLER, GrantGround.SECOND_COACH)
# Who opens these pages at all; who reads all of the register.
READERS = (Role.COACH, Role.DIRECTIE, Role.ADMINISTRATIE, Role.FG)
OVERSEERS = (Role.DIRECTIE, Role.FG)


@dataclass(frozen=True)
class Choice:
    """A stuk of the dossier: whether it goes, and if it can't why not."""

    stuk: Stuk
    number: int
    title: str
    kind: str
    why_not: str
    statements: int
    chosen: bool


# -- who ---------------------------------------------------------------------------------------------------------------
def check_disclose(member: Membership, dossier: Dossier) -> None:
    """The coaches of this dossier, and directie who sees it. Raises Http404 out of reach, PermissionDenied."""
    if getattr(dossier, "reached_by", None) == member.pk:  # dossiers.access brought it along
        coaches, view_only = dossier.restricted_too, dossier.view_only  # type: ignore[attr-defined]
    else:
        grants = reach.grants_of(person(member), dossier).filter(permission_id=reach.permission_id(reach.VIEW))
        held = set(grants.values_list("ground", flat=True))
        if not held:
            raise Http404
        coaches, view_only = bool(held & set(COACHES)), held <= set(reach.VIEW_ONLY)
    if view_only:
        raise PermissionDenied(reach.READ_ONLY)
    if not (coaches or member.has_role(Role.DIRECTIE)):
        boss = word("directie", article=True)
        raise PermissionDenied(f"Gegevens verstrekken doet alleen wie het dossier behandelt, of {boss}.")


def may_disclose(member: Membership, dossier: Dossier) -> bool:
    return allowed(check_disclose, member, dossier)


def check_paper(member: Membership, row: Disclosure) -> None:
    """What lies beside it is for who reads its dossier, by more than being let in. Raises PermissionDenied."""
    if not row.seen:  # type: ignore[attr-defined]
        raise PermissionDenied("Het papier is voor wie het dossier leest.")
    reach.check_not_view_only(person(member), row.dossier)


def may_see_paper(member: Membership, row: Disclosure) -> bool:
    return allowed(check_paper, member, row)


def visible(member: Membership) -> Any:
    """The disclosures that this member reads, each with `seen`: whether they see its dossier; a queryset.

    What is still being prepared is for who may send it.
    """
    seen = visible_filter(person(member), outer="dossier_id")
    rows = Disclosure.objects.all().annotate(seen=seen)
    # Who has declarations to sign first acts without principals, and reads nothing of the register (javawest 2).
    if member.has_role(*OVERSEERS) and reach.principals(person(member)):
        return rows.filter(Q(seen=True) | ~Q(state=DisclosureState.PREPARED))
    return rows.filter(seen=True)


def disclosure_of(member: Membership, pk: uuid.UUID) -> Disclosure:
    """One of them, with dossier, client, consent, package, stukken, and `may`: whether they act on it.

    Raises Http404: what is still being prepared is nobody's who may not send it.
    """
    shown = ("dossier__client", "dossier__traject__opdrachtgever", "consent__text", "package", "made_by")
    stukken = Prefetch("stukken", DisclosedStuk.objects.order_by("number", "id"))
    row: Disclosure = one_of(visible(member).filter(pk=pk).select_related(*shown).prefetch_related(stukken))
    row.may = may_disclose(member, row.dossier)  # type: ignore[attr-defined]
    if row.state == DisclosureState.PREPARED and not row.may:  # type: ignore[attr-defined]
        raise Http404
    return row


def dossier_of(member: Membership, pk: uuid.UUID) -> Dossier:
    """A dossier from which this member may let something out. Raises Http404, PermissionDenied."""
    rows = Dossier.objects.all().visible_to(person(member)).filter(pk=pk)
    row: Dossier = one_of(rows.select_related("client", "traject__opdrachtgever"))
    check_disclose(member, row)
    return row


def register(member: Membership) -> Any:
    """What was sent, the newest first."""
    return visible(member).sent().select_related("dossier__client").order_by("-sent_at", "-id")


def client_of(member: Membership, pk: uuid.UUID) -> Client:
    """A client of whom this member sees a dossier. Raises Http404."""
    seen = Dossier.objects.all().visible_to(person(member)).filter(client_id=pk)
    row: Client = one_of(Client.objects.filter(pk__in=seen.values("client_id")))
    return row


# -- on what -----------------------------------------------------------------------------------------------------------
def offered() -> dict[Ground, str]:
    """The grounds of the reglement in force with their article, in its order."""
    named = reglement.in_force().disclosure.grounds
    return {Ground(name): article for name, article in named.items()}


def consents_for(dossier: Dossier) -> list[Consent]:
    """Those that hold today and let something of this dossier out."""
    rows = grounds.valid_consents(client=dossier.client).filter(
        text__directions__contains=[str(Direction.SHARE)], text__stukken=True
    )
    return list(rows.filter(Q(dossier=None) | Q(dossier=dossier)).order_by("-answered_at", "-id"))


def check_consent(consent: Consent | None, dossier: Dossier, *, on: date | None = None) -> None:
    """Whether this one, as it was read, lets something of this dossier out: now, or on the day that it went. Raises
    RuleBroken."""
    if consent is None:
        return
    if consent.client_id != dossier.client_id:
        raise rules.RuleBroken("Deze toestemming is van iemand anders.", "consent")
    rules.check_consent(
        holds=grounds.holds(consent, on), given=consent.state == "gegeven", directions=consent.text.directions,
        stukken=consent.text.stukken, dossier_id=consent.dossier_id, wanted=dossier.pk,
    )  # fmt: skip


def receiver_kind(row: Disclosure) -> str:
    """What kind of receiver it is: who is known as werkgever in a traject of this client is one, whatever was chosen.
    One query."""
    rows = Opdrachtgever.objects.filter(trajecten__client_id=row.dossier.client_id, kind=OpdrachtgeverKind.WERKGEVER)
    known = rows.values_list("name", "contacts__name", "contacts__email").distinct()
    names = [one for names in known for one in names if one]
    return (
        str(ReceiverKind.EMPLOYER) if rules.is_known_as(names, row.receiver, row.address or "") else row.receiver_kind
    )


# -- what --------------------------------------------------------------------------------------------------------------
def numbered(dossier: Dossier) -> dict[uuid.UUID, int]:
    """What belongs to the dossier by its place in it, as a copy numbers it too."""
    rows = Stuk.objects.filter(dossier=dossier).vastgesteld().order_by("date", "vastgesteld_at", "id")
    return {pk: at for at, pk in enumerate(rows.values_list("pk", flat=True), start=1)}


def stukken_for(member: Membership, dossier: Dossier) -> list[Stuk]:
    """What this member sees of the dossier: nobody lets out what they may not read."""
    rows = Stuk.objects.all().visible_to(person(member)).filter(dossier=dossier)
    return list(reading.with_titles(rows.order_by("-date", "-id")))


def why_not(stuk: Stuk, row: Disclosure, said: Sequence[Stuk] = ()) -> str:
    """Why this stuk stays here; '' where it goes. `said`: the own statements about it, which go along (javawest 6.2):
    where one of those may not, neither goes."""
    along = bool(stuk.about_id) and stuk.kind == StukKind.EIGEN_VERKLARING
    own = rules.why_not(_piece(stuk, along=along), receiver_kind=row.receiver_kind)
    if not own and reglement.in_force().disclosure.reuse_asks_new_ground:
        own = rules.why_not_reused(stuk.herkomst, stuk.origin, ground=row.ground, receiver_kind=row.receiver_kind)
    if own or all(not rules.why_not(_piece(one), receiver_kind=row.receiver_kind) for one in said):
        return own
    return "de eigen verklaring bij dit stuk mag niet naar deze ontvanger"


def _piece(stuk: Stuk, *, along: bool = False) -> rules.Piece:
    return rules.Piece(
        kind=stuk.kind, concept=stuk.state == State.CONCEPT, shielded=stuk.shielded_at is not None,
        health=stuk.health, along=along,
    )  # fmt: skip


def choices(member: Membership, row: Disclosure) -> list[Choice]:
    """Every stuk that this member sees, what goes first; a constant number of queries."""
    stukken = stukken_for(member, row.dossier)
    titles, numbers, said = reading.titles(stukken), numbered(row.dossier), statements(stukken)
    chosen = {one.stuk_id for one in row.stukken.all()}
    found = [
        Choice(
            stuk=one, number=numbers.get(one.pk, 0), title=titles[one.pk], kind=reading.kind_label(one),
            why_not=why_not(one, row, said.get(one.pk, ())), statements=len(said.get(one.pk, ())),
            chosen=one.pk in chosen,
        )
        for one in stukken
    ]  # fmt: skip
    return sorted(found, key=lambda one: bool(one.why_not))


def statements(stukken: Iterable[Stuk]) -> dict[Any, list[Stuk]]:
    """The own statements about these, by the stuk that they speak of; one query."""
    rows = Stuk.objects.filter(about__in=[one.pk for one in stukken], kind=StukKind.EIGEN_VERKLARING).vastgesteld()
    found: dict[Any, list[Stuk]] = {}
    for one in rows.order_by("vastgesteld_at", "id"):
        found.setdefault(one.about_id, []).append(one)
    return found


def seen_of(stukken: Sequence[Stuk]) -> list[releasing.Seen]:
    """Each as its receiver will read it; three queries, however many there are."""
    opened = reading.read_all(stukken)
    return [releasing.seen(opened[one.pk]) for one in stukken]


def fingerprint_of(row: Disclosure, stukken: Iterable[Stuk]) -> str:
    """What was looked at, the texts, who gets them and why: anything that was changed later gives another."""
    parts = [
        f"{one.pk}:{one.version}:{one.shielded_upto}:{one.health}" for one in sorted(stukken, key=lambda one: one.pk)
    ]
    said = [
        row.pk, row.ground, row.consent_id, row.words, row.paper_file, row.why, row.receiver_kind, row.receiver,
        row.address, row.authority, row.authority_words, row.means,
    ]  # fmt: skip
    return rules.fingerprint([repr(str(one or "")) for one in said] + parts)


def today() -> Any:
    """By the database's clock."""
    return timezone.localdate(database_now())
