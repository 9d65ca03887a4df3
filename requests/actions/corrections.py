"""Carrying out a correctie (werkid 11.1, pluspunt 4.3): written anew or below the stuk, deleted, or shielded."""

from __future__ import annotations

from django.core.exceptions import PermissionDenied
from django.db import transaction

from access.models import Membership
from access.rules import RuleBroken
from bureaus.words import word
from dossiers import actions as dossier_actions
from dossiers import reading
from dossiers.models import Draft, Stuk
from requests import access, carried, collecting
from requests.actions import outcome
from requests.actions.holding import source_of
from requests.actions.locking import locked
from requests.models import ANSWERED, GRANTING, Change, Decision, FollowUp, Kind, State, Verzoek
from retention.actions import lists
from retention.models import DestructionList

GONE = "Dit stuk is er niet meer."


def check_write(member: Membership, verzoek: Verzoek) -> None:
    """Who may see the request, and by dossiers' own rules may add to the stuk. Raises Http404, PermissionDenied,
    RuleBroken."""
    from dossiers import access as dossier_access

    access.request_of(member, verzoek.pk)
    _check_granted(verzoek, carried.WRITES)
    if not verzoek.follow_ups.filter(kind=FollowUp.Kind.EXECUTE, done_at=None).exists():
        raise RuleBroken("Dit verzoek is al uitgevoerd.")
    if verzoek.stuk_id is None:
        raise RuleBroken(GONE)
    dossier_access.check_supplement(member, dossier_access.stuk_of(member, verzoek.stuk_id))


@transaction.atomic
def write(*, verzoek: Verzoek, by: Membership) -> Draft:
    """Begin the coach's text with what was proposed; what they wrote in it already stays.

    Once it is vastgesteld it is carried out: an aanvulling stands below the stuk, a better text takes its place and
    the old one is shielded. An aanvulling of their own that was begun before comes first, and stays one. Raises as
    `check_write`.
    """
    row = locked(verzoek, by=by, check=check_write)
    stuk, better = _stuk(row), row.change == Change.IMPROVE
    draft = dossier_actions.start_aanvulling(stuk=stuk, by=by, source=source_of(row), replaces=better)
    if draft.version > 1 or draft.source != source_of(row):
        return draft
    label = f"Op verzoek van {word('client', article=True)} ({row.number})"
    content = {
        "title": reading.titles([stuk])[stuk.pk] if better else "Aanvulling op verzoek",
        "sections": [{"label": "" if better else label, "text": row.proposed or row.words}],
    }
    return dossier_actions.save_draft(stuk=stuk, by=by, version=draft.version, content=content)


@transaction.atomic
def propose_deletion(*, verzoek: Verzoek, by: Membership) -> DestructionList:
    """Put the stuk on a list of its own (jmwerkt 6.1.4); another approves it, and a tombstone stays. Again is one list.

    Raises Http404, PermissionDenied, RuleBroken.
    """
    row = locked(verzoek, by=by)
    _check_granted(row, (Change.DELETE,))
    return lists.propose_stuk(stuk=_stuk(row), by=by, source=source_of(row))


@transaction.atomic
def shield(*, verzoek: Verzoek, by: Membership) -> Verzoek:
    """From now on only the client and whom the reglement names read it; that is all there is to carry out.

    Raises Http404, PermissionDenied, RuleBroken.
    """
    row = locked(verzoek, by=by)
    _check_granted(row, (Change.SHIELD,))
    dossier_actions.shield(stuk=_stuk(row), by=by, reason=source_of(row))
    return outcome.carry_out(verzoek=row, by=by)


def may_state(verzoek: Verzoek) -> bool:
    """A correctie that was refused, whole or in part, of a stuk that still stands: the client's own words may stand at
    it, and travel with it (werkid 11.2, javawest 6.2)."""
    answered = verzoek.state in ANSWERED
    refused = verzoek.decision in (Decision.REFUSED, Decision.PARTLY)
    return bool(verzoek.kind == Kind.CORRECTIE and answered and refused and collecting.stuk_of_request(verzoek))


def _check_granted(verzoek: Verzoek, changes: tuple[Change, ...]) -> None:
    if verzoek.kind != Kind.CORRECTIE or verzoek.change not in changes:
        raise PermissionDenied("Dit hoort niet bij dit verzoek.")
    if verzoek.state != State.DECIDED or verzoek.decision not in GRANTING:
        raise RuleBroken("Dit is niet toegewezen.")


def _stuk(verzoek: Verzoek) -> Stuk:
    found = collecting.stuk_of_request(verzoek)
    if found is None:
        raise RuleBroken(GONE)
    return found
