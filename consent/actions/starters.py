"""The register of starters: an entry that names nobody, the question who it is, and what is told on a yes."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.db.models import Exists, OuterRef
from django.http import Http404

from access.actions.refusals import journals_refusals
from access.models import Membership
from access.reach import as_system, database_now
from access.rules import RuleBroken
from bureaus.schema import Ground
from bureaus.words import listed, word
from clients.models import Client
from consent import access, grounds
from consent import starter_access as starters
from consent.actions.asking import ask_unseen
from consent.actions.rows import held, leave
from consent.models import Consent, How, StarterAsk, StarterEntry, StarterLink, State, Tells
from consent.starter_known import known_of
from consent.starter_words import found
from dossiers.models import Dossier
from journal.actions import record
from journal.models import Result
from vault.actions import create_key, destroy_key
from vault.errors import KeyExists

CHOICES = ("kind", "sector", "phase", "region", "turnover", "investment", "hours", "learned")
KEPT, REMOVED, ASKED, TOLD = "starter.vastgelegd", "starter.verwijderd", "starter.gevraagd", "starter.getoond"
NO_YES = "Er is geen ja. U ziet hier dus niets."


@dataclass(frozen=True)
class Entered:
    """What a coach chose and wrote; `business_name` is for the reveal alone, and to look for it in the text."""

    chosen: dict[str, Any]  # CHOICES
    lessons: str = ""
    business_name: str = ""


def keep_entry(*, client: Client, entered: Entered, by: Membership) -> StarterEntry:
    """Make the entry of this client, or replace what it says. Raises Http404, PermissionDenied, RuleBroken with its
    field."""
    starters.client_of(by, client.pk)
    _check_names_nobody(client, entered)
    with transaction.atomic(), as_system():
        Client.objects.select_for_update(of=("self",)).get(pk=client.pk)
        with suppress(KeyExists):
            create_key(subject_id=client.pk)
        link = StarterLink.objects.filter(client=client).first() or StarterLink(client=client)
        link.business_name, link.made_by_name = entered.business_name or None, by.name
        link.save()
        entry = _entry_of(link)
        for name in CHOICES:
            setattr(entry, name, entered.chosen[name])
        entry.lessons = entered.lessons or None
        entry.save()
        record(act=KEPT, obj=client)
    return entry


@transaction.atomic
def remove_entry(*, client: Client, by: Membership) -> None:
    """Take it out of the register. Again changes nothing. Raises Http404, PermissionDenied."""
    starters.client_of(by, client.pk)
    with as_system():
        link = StarterLink.objects.select_for_update(of=("self",)).filter(client=client).first()
        if link is None:
            return
        for entry in StarterEntry.objects.filter(behind=link):
            destroy_key(subject_id=entry.pk)
            entry.delete()
        link.delete()
        # Who is not in it is asked nothing about it.
        for row in Consent.objects.all().waiting().filter(client=client, purpose=starters.PURPOSE):
            leave(held(row), by=by, how=How.DESK)
        record(act=REMOVED, obj=client)


def own_entry(*, client: Client, by: Membership) -> tuple[StarterEntry, str] | None:
    """The entry of a client of one's own with the name of the business, to change it. Raises as `keep_entry`."""
    starters.client_of(by, client.pk)
    with as_system():
        link = StarterLink.objects.filter(client=client).select_related("entry").first()
        return None if link is None else (link.entry, link.business_name or "")


@journals_refusals(ASKED, about="entry")
def ask_who(*, entry: StarterEntry, client: Client, tells: Sequence[str], by: Membership) -> StarterAsk:
    """Ask whoever is behind it, for this client, who is named to nobody. The same asked again is the answer, `already`
    set. Raises Http404, PermissionDenied, RuleBroken with its field."""
    starters.entry_of(by, entry.pk)
    _check_own(by, client)
    wanted = [one.value for one in Tells if one.value in tells]
    if not wanted:
        raise RuleBroken("Kies wat u wilt weten.", "tells")
    if not starters.asks_are_on():
        raise RuleBroken("Uw reglement heeft voor deze vraag geen tekst.")
    with transaction.atomic(), as_system():
        behind = _behind(entry)
        if there := StarterAsk.objects.filter(for_client=client, entry_id=entry.pk).first():
            there.already = True
            return there  # type: ignore[no-any-return]
        if behind.pk == client.pk:
            raise RuleBroken("Dit voorbeeld is van deze persoon zelf.", "client")
        return _asked(entry, behind, client, wanted, by)


@journals_refusals(TOLD, about="ask")
def tell_who(*, ask: StarterAsk, by: Membership) -> list[tuple[str, str]]:
    """What was agreed to, and no more, while the yes holds and the entry is there: labels with what they say.

    The consent is held until the line is written, so that a withdrawal comes before it or after. Raises Http404,
    PermissionDenied, RuleBroken.
    """
    row = starters.ask_of(by, ask.pk)
    with transaction.atomic(), as_system():
        consent = grounds.locked(row.consent_id)
        if consent is None or not grounds.holds(consent) or consent.scope != scope_of(row.tells):
            raise RuleBroken(NO_YES)
        link = StarterLink.objects.filter(client=consent.client_id, entry__pk=row.entry_id).first()
        if link is None:
            raise RuleBroken(NO_YES)
        told = _told(consent.client, link.business_name or "", row.tells)
        if row.shown_at is None:
            StarterAsk.objects.filter(pk=row.pk, shown_at=None).update(shown_at=database_now())
        about = Dossier.objects.filter(client=consent.client_id).order_by("-opened_at", "-id").first()
        facts = {"number": consent.number, "count": len(told)}
        record(act=TOLD, obj=row, dossier=about, ground=Ground.CONSENT, facts=facts)
    return told


def take_back_unheard() -> int:
    """Whoever it was asked for is destroyed: the question is asked no more, for nobody hears the answer; how many. By
    itself, in the reach and the transaction of what destroys."""
    heard = Exists(StarterAsk.objects.filter(consent_id=OuterRef("pk")))
    rows = list(Consent.objects.all().waiting().filter(~heard, purpose=starters.PURPOSE).order_by("id"))
    for row in map(held, rows):
        # Answered meanwhile.
        if row.state == State.ASKED:
            leave(row, by=None, how=None)
    return len(rows)


def scope_of(tells: Sequence[str]) -> str:
    """What stands under the words of the question: 'uw naam en uw e-mailadres'."""
    said = [("de " if one is Tells.BUSINESS else "uw ") + str(one.label) for one in Tells if one.value in tells]
    said = [one.replace("de naam van het", "de naam van uw") for one in said]
    return listed(said).capitalize() + "."


def _check_names_nobody(client: Client, entered: Entered) -> None:
    """javawest 8.1. Raises RuleBroken beside the field, with the word as it was typed."""
    if hit := found(entered.lessons, known_of(client, entered.business_name)):
        # The log holds no word of it.
        record(act=KEPT, obj=client, result=Result.REFUSED, reason=f"in de tekst staat {hit.what}")
        raise RuleBroken(
            f"Hier staat {hit.what}: '{hit.word}'. Niemand mag kunnen zien wie het is. Schrijf het anders op.",
            "lessons",
        )


def _check_own(by: Membership, client: Client) -> None:
    if not starters.clients_of(by).filter(pk=client.pk).exists():
        raise Http404
    access.check_ask(by, client)


def _entry_of(link: StarterLink) -> StarterEntry:
    if there := StarterEntry.objects.filter(behind=link).first():
        return there  # type: ignore[no-any-return]
    entry = StarterEntry(behind=link)
    create_key(subject_id=entry.pk)
    return entry


def _behind(entry: StarterEntry) -> Client:
    """Held, so that of two clicks one is first. Raises Http404: it was taken out."""
    rows = StarterEntry.objects.select_for_update(of=("self",)).filter(pk=entry.pk)
    row = rows.select_related("behind__client").first()
    if row is None:
        raise Http404
    found: Client = row.behind.client
    return found


def _asked(entry: StarterEntry, behind: Client, client: Client, tells: list[str], by: Membership) -> StarterAsk:
    words = {"party": _someone(), "scope": scope_of(tells)}
    consent = ask_unseen(client=behind, purpose=starters.PURPOSE, by=by, **words)
    row: StarterAsk = StarterAsk.objects.create(
        for_client=client, entry_id=entry.pk, consent_id=consent.pk, tells=tells, asked_by_name=by.name
    )
    record(act=ASKED, obj=row, facts={"count": len(tells)})
    return row


def _someone() -> str:
    """Whom it is told to, named to nobody."""
    return f"Een andere {word('client')} van ons, die ook een bedrijf heeft of begint"


def _told(client: Client, business: str, tells: Sequence[str]) -> list[tuple[str, str]]:
    said = {Tells.NAME: str(client), Tells.EMAIL: client.email, Tells.PHONE: client.phone, Tells.BUSINESS: business}
    return [(str(one.label), said[one] or "niet bekend") for one in Tells if one.value in tells]
