"""Asking a consent, in the words of the reglement in force, and taking the question back."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass

from django.db import transaction

from access.actions.mails import tell
from access.models import Ground, Membership
from access.reach import as_system, held_by
from access.rules import RuleBroken
from bureaus import reglement
from bureaus.leases import one_at_a_time
from bureaus.schema.consents import ConsentRule
from bureaus.validators import clean_line
from clients.models import Client
from consent import access, grounds, rules, starter_access
from consent.actions.numbers import next_number
from consent.actions.rows import facts_of, held, leave
from consent.models import Consent, ConsentText, How, State
from consent.places import own_page
from dossiers.models import Dossier
from journal.actions import record
from vault import keys
from vault.actions import create_key
from vault.errors import KeyExists

ASKED = "toestemming.gevraagd"
LONGEST_PARTY, LONGEST_SCOPE = 200, 2000
NOT_ASKED = "Uw reglement vraagt deze toestemming niet, of niet meer."
FROM_THE_REGISTER = "Wie achter een voorbeeld zit, vraagt u in het startersregister."


@dataclass(frozen=True)
class Question:
    """What is about to be asked."""

    client: Client
    purpose: str
    rule: ConsentRule
    party: str
    scope: str
    dossier: Dossier | None


@transaction.atomic
def ask_consent(
    *, client: Client, purpose: str, by: Membership, party: str = "", scope: str = "", dossier: Dossier | None = None
) -> Consent:
    """Ask it; the client is told without a word of it. The same that waits already is the answer, `already` set.

    A question that waits in older words is taken back for this one. Raises Http404, PermissionDenied, RuleBroken.
    """
    access.check_ask(by, client)
    if purpose == starter_access.PURPOSE:
        raise RuleBroken(FROM_THE_REGISTER, "purpose")
    asked = _checked(client, purpose, party, scope, dossier)
    with as_system():
        one_at_a_time("toestemming")
        with suppress(KeyExists):
            create_key(subject_id=client.pk)
        text = current_text(purpose, asked.rule)
        there = _same_waiting(asked)
        if there is not None and there.text_id == text.pk:
            there.already = True  # type: ignore[attr-defined]
            return there
        _check_not_given(asked, text)
        if there is not None:
            leave(there, by=by, how=How.REPLACED)
        return _made(asked, text, by)


@transaction.atomic
def ask_unseen(*, client: Client, purpose: str, party: str, scope: str, by: Membership) -> Consent:
    """Ask it of somebody whom who asks may not know (javawest 8): each a question of its own, though in the same words.

    The caller has asked whether it may, and holds what keeps it from being asked twice. Raises RuleBroken.
    """
    asked = _checked(client, purpose, party, scope, None)
    with as_system():
        one_at_a_time("toestemming")
        with suppress(KeyExists):
            create_key(subject_id=client.pk)
        return _made(asked, current_text(purpose, asked.rule), by)


@transaction.atomic
def take_back(*, consent: Consent, by: Membership) -> Consent:
    """Asked by mistake: the client need not answer any more. Again changes nothing. Raises RuleBroken."""
    access.check_ask(by, consent.client)
    with as_system():
        row = held(consent)
        if row.state == State.WITHDRAWN and row.answered_at is None:
            return row
        if row.state != State.ASKED:
            raise RuleBroken(f"Deze vraag is al beantwoord: {row.get_state_display()}. Terugnemen kan niet meer.")
        leave(row, by=by, how=How.DESK)
    return row


def current_text(purpose: str, rule: ConsentRule) -> ConsentText:
    """The newest version, made where the reglement words it otherwise by now. Inside `ask_consent`'s lock."""
    words = rules.text_hash(rule)
    last: ConsentText | None = newest_text(purpose)
    if last is not None and last.sha256 == words:
        return last
    made: ConsentText = ConsentText.objects.create(
        purpose=purpose, version=last.version + 1 if last else 1, title=rule.title, text=rule.text,
        directions=[str(one) for one in rule.direction], names_party=rule.names_party, signed=rule.signed,
        stukken=rule.stukken, valid_for=rule.valid_for or "", article=rule.article, sha256=words,
    )  # fmt: skip
    return made


def newest_text(purpose: str) -> ConsentText | None:
    found: ConsentText | None = ConsentText.objects.filter(purpose=purpose).order_by("-version").first()
    return found


def _checked(client: Client, purpose: str, party: str, scope: str, dossier: Dossier | None) -> Question:
    """Raises RuleBroken with its field."""
    rule = reglement.in_force().consents.asked_now().get(purpose)
    if rule is None:
        raise RuleBroken(NOT_ASKED, "purpose")
    party, scope = clean_line(party) if party else "", scope.strip()
    if rule.names_party and not party:
        raise RuleBroken("Vul in om welke persoon of organisatie het gaat.", "party")
    if party and not rule.names_party:
        raise RuleBroken("Bij deze toestemming hoort geen persoon of organisatie.", "party")
    if rules.needs_scope(rule) and not scope:
        raise RuleBroken("Schrijf op waar het precies om gaat. De tekst verwijst ernaar.", "scope")
    if len(party) > LONGEST_PARTY or len(scope) > LONGEST_SCOPE:
        field = "party" if len(party) > LONGEST_PARTY else "scope"
        raise RuleBroken("Dit is te lang. Maak het korter.", field)
    if dossier is not None and dossier.client_id != client.pk:
        raise RuleBroken("Dit dossier is van iemand anders.", "dossier")
    return Question(client, purpose, rule, party, scope, dossier)


def _same_waiting(asked: Question) -> Consent | None:
    """The question that waits already, held; of what names a party the one about the same."""
    rows = Consent.objects.all().waiting().filter(client=asked.client, purpose=asked.purpose)
    keys.prefetch([asked.client.pk])
    for one in rows.select_for_update(of=("self",)).select_related("text", "client", "dossier").order_by("id"):
        if _is_about(one, asked):
            found: Consent = one
            return found
    return None


def _check_not_given(asked: Question, text: ConsentText) -> None:
    """What was given in these very words and still holds is not asked again. Raises RuleBroken."""
    for one in grounds.valid_consents(client=asked.client).filter(text=text):
        if _is_about(one, asked):
            raise RuleBroken(f"Deze toestemming is er al: {one.number}. Zij is niet ingetrokken.", "purpose")


def _is_about(row: Consent, asked: Question) -> bool:
    """However it was typed, as where an answer takes the place of an earlier one."""
    return not asked.rule.names_party or rules.same_question(row, asked, also_other_scope=False)


def _made(asked: Question, text: ConsentText, by: Membership) -> Consent:
    row = Consent(
        number=next_number(Consent, "T", act=ASKED), client=asked.client, dossier=asked.dossier, text=text,
        purpose=asked.purpose, asked_by_name=by.name,
    )  # fmt: skip
    row.party, row.scope = asked.party or None, asked.scope or None
    row.save(force_insert=True)
    record(act=ASKED, obj=row, dossier=row.dossier, facts=facts_of(row))
    tell(_who_answers(asked.client), kind="toestemming_gevraagd", once=row.pk.hex, path=own_page(row))
    return row


def _who_answers(client: Client) -> list[Membership]:
    """The client's account; where there is none, that of whoever acts for them."""
    dossiers = list(Dossier.objects.filter(client=client))
    found = {one.pk: one for dossier in dossiers for one in held_by(dossier, (Ground.CLIENT, Ground.GEMACHTIGDE))}
    own = [one for one in found.values() if one.pk == client.membership_id]
    return own or list(found.values())
