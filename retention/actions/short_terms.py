"""What goes by short terms of its own, without a list: the reglement's classes with the action 'wissen' (werkid 10.4).

Each night, journaled by counts. Nothing here belongs to a dossier's destruction: that has a list and a proces-verbaal.
"""

from __future__ import annotations

from datetime import date, datetime
from functools import partial
from typing import Any

from django.db import transaction
from django.db.models import Exists, Max, OuterRef, ProtectedError, Q
from django.db.models.functions import Coalesce
from django.utils import timezone

from access.actions.forgetting import blank_member, forget_member
from access.actions.sessions import drop_sessions
from access.models import Membership, Role
from access.reach import as_system, database_now
from bureaus import reglement
from bureaus.schema import DataClass, StukKind
from clients.models import Client, Gemachtigde, OpdrachtgeverContact
from dossiers.models import Draft, State, StoredFile, Stuk
from journal.actions import record
from retention import erasing
from retention.actions.pv import drop_annexes
from retention.models import Hold
from retention.rules import add_term
from vault.files import delete_sealed

ACT = "bewaartermijnen.gewist"


def run_short_terms(today: date) -> dict[str, int]:
    """Wipe what is past its short term on this day; how many of each class. A second time finds nothing."""
    rules = reglement.in_force().retention
    with as_system():
        done = {
            DataClass.WERKAANTEKENING.value: _worknotes(rules.rule(DataClass.WERKAANTEKENING).term, today),
            DataClass.CONCEPT.value: _concepts(rules.rule(DataClass.CONCEPT).term, today),
            DataClass.SEALED_ANNEX.value: drop_annexes(),
            DataClass.ACCOUNTS.value: _accounts(rules.rule(DataClass.ACCOUNTS).term, today),
        }
        if found := {name: many for name, many in done.items() if many}:
            with transaction.atomic():
                record(act=ACT, facts=found)
    return done


@transaction.atomic
def _worknotes(term: str, today: date) -> int:
    """Personal notes, from when they were last written in (werkid 10.4)."""
    return _wipe(_passed(_unheld().filter(kind=StukKind.WERKAANTEKENING), term, today))


@transaction.atomic
def _concepts(term: str, today: date) -> int:
    """What was begun and left: a stuk that never was vastgesteld, and a draft of an aanvulling beside one that was."""
    concepts = _unheld().filter(state=State.CONCEPT).exclude(kind=StukKind.WERKAANTEKENING)
    wiped = _wipe(_passed(concepts, term, today))
    drafts = Draft.objects.exclude(stuk__state=State.CONCEPT).exclude(stuk__kind=StukKind.WERKAANTEKENING)
    drafts = drafts.filter(~_held("dossier_id"))
    left = [pk for pk, at in drafts.values_list("pk", "saved_at") if _is_past(at, term, today)]
    return wiped + int(Draft.objects.filter(pk__in=left).delete()[0])


def _accounts(term: str, today: date) -> int:
    """Who has gone: their login data; the name stays on what they wrote. Of a contact at an opdrachtgever all of it."""
    limit = database_now()
    ended = Membership.objects.exclude(active_until=None).exclude(user__email__endswith="@invalid")
    ended = ended.exclude(_still_somebody()).select_related("user")
    past = [one for one in ended if one.active_until and _is_past(one.active_until, term, today)]
    return sum(_blank(one, limit) for one in past)


def _blank(member: Membership, limit: datetime) -> bool:
    if member.is_client_member and _forgotten(member):
        return True
    with transaction.atomic():
        contacts = OpdrachtgeverContact.objects.filter(membership=member).delete()[0]
        return blank_member(membership=member, ended_before=limit) or bool(contacts)


def _forgotten(member: Membership) -> bool:
    """Of whom no client is any more, no name stays either; unless a dossier that lives holds their own words."""
    try:
        with transaction.atomic():
            gone = forget_member(membership=member)
            for name in gone.files:
                delete_sealed(name)
            transaction.on_commit(partial(drop_sessions, gone.sessions))
    except ProtectedError:
        return False
    return True


def _still_somebody() -> Q:
    """A client and who acts for one go with the client's last dossier, not before."""
    is_client = Exists(Client.objects.filter(membership_id=OuterRef("pk")))
    acts = Exists(Gemachtigde.objects.filter(membership_id=OuterRef("pk")))
    return Q(is_client) | Q(acts) | Q(roles__contains=[Role.SUPPORT.value])


def _unheld() -> Any:
    """Of dossiers that nothing keeps: in a lawsuit a note may matter too."""
    return Stuk.objects.filter(~_held("dossier_id"))


def _held(dossier: str) -> Exists:
    return Exists(Hold.objects.living().filter(dossier_id=OuterRef(dossier)))


def _passed(stukken: Any, term: str, today: date) -> list[Any]:
    """The ids of those whose last writing lies a term ago."""
    rows = stukken.annotate(last=Coalesce(Max("drafts__saved_at"), Max("versions__made_at"), "created_at"))
    return [pk for pk, at in rows.order_by().values_list("pk", "last") if _is_past(at, term, today)]


def _is_past(at: datetime, term: str, today: date) -> bool:
    return add_term(timezone.localdate(at), term) <= today


def _wipe(stuk_ids: list[Any]) -> int:
    for name in StoredFile.objects.filter(stuk_id__in=stuk_ids).values_list("storage_name", flat=True):
        delete_sealed(name)
    return erasing.wipe_stukken(stuk_ids)
