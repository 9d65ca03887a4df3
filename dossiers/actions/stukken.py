"""The life of a stuk: begun, vastgesteld, aangevuld; never overwritten."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from datetime import date
from typing import Any

from django.db import transaction
from django.utils import timezone

from access.models import Membership
from bureaus import reglement
from bureaus.leases import one_at_a_time
from bureaus.schema import Herkomst, KindRule, StukKind
from clients.models import Appointment
from dossiers import access, rules, signals
from dossiers.actions.drafts import Conflict
from dossiers.actions.notices import tell_the_client
from dossiers.actions.releases import end_barred_release
from dossiers.actions.shielding import shield_before
from dossiers.models import Dossier, Draft, State, Stuk, StukVersion, VerslagTemplate
from journal.actions import record

REPLACES_FIRST = (
    "U schrijft bij dit stuk aan een tekst die in de plaats komt van wat er staat. Stel die eerst vast of gooi hem weg."
)
MORE_STANDS = (
    "Bij dit stuk is iets gekomen nadat u aan deze tekst begon. Lees het hieronder terug. Ga daarna vanaf het verzoek"
    " verder met schrijven. Uw tekst is bewaard."
)
# What is settled at the moment that a concept becomes part of the dossier.
FILLED = ("herkomst", "date", "health", "origin", "appointment")


@transaction.atomic
def start_stuk(
    *,
    dossier: Dossier,
    by: Membership,
    kind: StukKind | str,
    template: VerslagTemplate | None = None,
    appointment: Appointment | None = None,
    day: date | None = None,
) -> Stuk:
    """Begin a concept (or a werkaantekening) with an empty draft. `day` is by default the appointment's, or today.

    An own concept of this kind in which nothing was written yet is used again: a double click is one act.
    Raises Http404, PermissionDenied, rules.Refused.
    """
    rule = access.check_start(by, dossier, kind)
    one_at_a_time("stuk", dossier.pk, by.pk)
    if appointment is not None and appointment.traject_id != dossier.traject_id:
        raise rules.Refused("Deze afspraak hoort bij een ander traject.", "appointment")
    content = rules.blank_content(_first_title(kind), template.sections if template else [])
    stuk = _untouched(dossier, by, kind, appointment)
    if stuk is not None:
        _draft_anew(stuk, by, content)
        return stuk
    stuk = new_stuk(dossier=dossier, by=by, kind=kind, rule=rule, appointment=appointment, day=day)
    stuk.save(force_insert=True)
    _draft_anew(stuk, by, content)
    record(act="stuk.begonnen", obj=stuk, dossier=dossier, facts={"kind": str(kind)})
    return stuk


@transaction.atomic
def vaststellen(
    *,
    stuk: Stuk,
    by: Membership,
    herkomst: str | None = None,
    day: date | None = None,
    health: bool | None = None,
    version: int | None = None,
) -> Stuk:
    """Make a concept part of the dossier: its text becomes version 1 and never changes again. Again is one act.

    What is not given comes from the draft. `version` is the draft's that the writer saw: another one raises
    drafts.Conflict. Raises Http404, PermissionDenied, rules.Refused.
    """
    draft = own_draft(stuk=stuk, by=by)
    locked = _locked(stuk)
    if locked.author_id == by.pk and not locked.is_concept:
        return locked
    access.check_vaststellen(by, locked)
    draft = check_seen(draft, version)
    content, fields = rules.clean_content(draft.content), draft.content.get("fields", {})
    rules.check_text(content)
    _fill(locked, fields, herkomst, day, health)
    _finish(locked, by, content, draft)
    tell_the_client(dossier=locked.dossier, by=by)
    return locked


@transaction.atomic
def start_aanvulling(*, stuk: Stuk, by: Membership, source: str = "", replaces: bool = False) -> Draft:
    """Begin an aanvulling that will stand below the stuk; the one that `by` has begun already, if any.

    `source` names the request that it is written for; with `replaces` it takes the place of what stands. A text that
    does so is never gone on with as an aanvulling. Raises Http404, PermissionDenied, rules.Refused.
    """
    access.check_change(by, stuk.dossier)  # before the lock: a session that may only read finds no row to lock
    locked = _locked(stuk)
    access.check_supplement(by, locked)
    there: Draft | None = Draft.objects.filter(stuk=locked, author=by).first()
    if there is not None and there.replaces and not replaces:
        raise rules.Refused(REPLACES_FIRST)
    if there is not None:
        return _look_again(there, locked, source)
    draft = Draft(
        stuk=locked, dossier=locked.dossier, author=by, content=rules.blank_content("Aanvulling", []),
        source=source, replaces=locked.version if replaces else 0,
    )  # fmt: skip
    draft.save(force_insert=True)
    record(act="aanvulling.begonnen", obj=locked, dossier=locked.dossier)
    return draft


@transaction.atomic
def aanvullen(*, stuk: Stuk, by: Membership, version: int | None = None, health: bool = False) -> Stuk:
    """Put one's aanvulling below the stuk as its next version; what stood there stays as it was. Again is one act.

    `health` adds the mark where it was not there; it is never taken away. Raises drafts.Conflict, Http404,
    PermissionDenied, rules.Refused.
    """
    draft = own_draft(stuk=stuk, by=by)
    locked = _locked(stuk)
    access.check_supplement(by, locked)
    if draft is None:
        return locked
    check_seen(draft, version)
    content = rules.clean_content(draft.content)
    rules.check_text(content)
    if draft.replaces:
        _check_replaces(draft, locked)
    locked.health = locked.health or health or draft.content.get("fields", {}).get("health") == "on"
    locked.state, locked.version = State.AANGEVULD, locked.version + 1
    freeze(stuk=locked, by=by, content=content)
    locked.save(update_fields=["state", "version", "health"])
    end_barred_release(stuk=locked, by=by)
    draft.delete()
    record(act="stuk.aangevuld", obj=locked, dossier=locked.dossier, facts={"version": locked.version})
    if draft.replaces:
        shield_before(stuk=locked, by=by, reason=draft.source)
    if draft.source:
        signals.supplemented.send(sender=Stuk, stuk=locked, source=draft.source, by=by)
    tell_the_client(dossier=locked.dossier, by=by)
    return locked


def _look_again(draft: Draft, stuk: Stuk, source: str) -> Draft:
    """Who goes on from the request itself has before them what stands now."""
    if draft.replaces and draft.source == source and draft.replaces != stuk.version:
        draft.replaces = stuk.version
        draft.save(update_fields=["replaces"])
    return draft


def _check_replaces(draft: Draft, stuk: Stuk) -> None:
    """Nothing goes out of sight that the writer did not see, and not for a request that is done. Raises Refused."""
    signals.replacing.send(sender=Stuk, stuk=stuk, source=draft.source)
    if draft.replaces != stuk.version:
        raise rules.Refused(MORE_STANDS)


def new_stuk(
    *,
    dossier: Dossier,
    by: Membership,
    kind: StukKind | str,
    rule: KindRule,
    appointment: Appointment | None = None,
    day: date | None = None,
) -> Stuk:
    """A stuk that is not saved yet, with what the kind's rule says of it today (javawest 4.1)."""
    held_on = timezone.localdate(appointment.starts_at) if appointment else None
    return Stuk(
        dossier=dossier,
        kind=str(kind),
        purpose=rule.purpose,
        health=rule.health,
        restricted=rule.restricted,
        appointment=appointment,
        author=by,
        author_name=by.name,
        date=day or held_on or timezone.localdate(),
    )


def origin_of(dossier: Dossier, herkomst: str) -> str:
    """What came from the opdrachtgever serves this traject only and says so (jmwerkt 4.1.2-3)."""
    binds = reglement.in_force().dossier.origin_binds and herkomst == Herkomst.OPDRACHTGEVER
    return str(dossier.traject.opdrachtgever.kind) if binds else ""


def freeze(*, stuk: Stuk, by: Membership, content: Mapping[str, Any]) -> StukVersion:
    """Write the text of `stuk.version`; nobody can change it afterwards, the application's database role included."""
    row = StukVersion(
        stuk=stuk,
        dossier=stuk.dossier,
        number=stuk.version,
        content=rules.frozen_content(content, _first_title(stuk.kind)),
        made_by=by,
        made_by_name=by.name,
    )
    row.save(force_insert=True)
    return row


def own_draft(*, stuk: Stuk, by: Membership) -> Draft | None:
    """The draft of `by`, locked before the stuk is: saving takes them in that order too, and two orders deadlock."""
    found: Draft | None = Draft.objects.select_for_update(of=("self",)).filter(stuk=stuk, author=by).first()
    return found


def check_seen(draft: Draft | None, version: int | None) -> Draft:
    """The draft, if that is the version that the writer saw. Raises drafts.Conflict, rules.Refused."""
    if draft is None:
        raise rules.Refused("Er is van u geen concept meer bij dit stuk.")
    if version is not None and version != draft.version:
        raise Conflict(draft)
    return draft


def _fill(stuk: Stuk, fields: Mapping[str, str], herkomst: str | None, day: date | None, health: bool | None) -> None:
    """Herkomst, date and health mark: given, or else as they stand in the draft. Kinds about health stay so."""
    stuk.herkomst = rules.check_herkomst(fields.get("herkomst", "") if herkomst is None else herkomst)
    stuk.date = rules.check_date(day or _day_of(fields) or stuk.date, timezone.localdate())
    stuk.health = stuk.health or (fields.get("health") == "on" if health is None else health)
    stuk.origin = origin_of(stuk.dossier, stuk.herkomst)
    stuk.appointment = _appointment_of(stuk, fields)


def settle(*, stuk: Stuk, fields: Mapping[str, str]) -> None:
    """Let a concept's date and appointment, by which lists show it, follow what its writer filled in."""
    day, appointment = _day_of(fields) or stuk.date, _appointment_of(stuk, fields)
    if stuk.is_concept and (day, appointment) != (stuk.date, stuk.appointment):
        stuk.date, stuk.appointment = day, appointment
        stuk.save(update_fields=["date", "appointment"])


def _appointment_of(stuk: Stuk, fields: Mapping[str, str]) -> Appointment | None:
    """The appointment that was chosen, of the same traject; what it was where nothing was asked."""
    if "appointment" not in fields:
        return stuk.appointment
    own = Appointment.objects.filter(traject_id=stuk.dossier.traject_id)
    found: Appointment | None = own.filter(pk=fields["appointment"]).first() if _is_id(fields["appointment"]) else None
    return found


def _is_id(text: str) -> bool:
    try:
        uuid.UUID(text)
    except ValueError:
        return False
    return True


def _finish(stuk: Stuk, by: Membership, content: Mapping[str, Any], draft: Draft) -> None:
    rules.check_step(stuk.state, State.VASTGESTELD)
    stuk.state, stuk.version, stuk.vastgesteld_at = State.VASTGESTELD, 1, timezone.now()
    stuk.save(update_fields=[*FILLED, "state", "version", "vastgesteld_at"])
    freeze(stuk=stuk, by=by, content=content)
    draft.delete()
    facts = {"kind": stuk.kind, "herkomst": stuk.herkomst, "health": stuk.health}
    record(act="stuk.vastgesteld", obj=stuk, dossier=stuk.dossier, facts=facts)


def _day_of(fields: Mapping[str, str]) -> date | None:
    try:
        return date.fromisoformat(fields.get("date", ""))
    except ValueError:
        return None


def _untouched(dossier: Dossier, by: Membership, kind: StukKind | str, appointment: Appointment | None) -> Stuk | None:
    own = Stuk.objects.filter(dossier=dossier, author=by, kind=str(kind), state=State.CONCEPT, appointment=appointment)
    if appointment is None:
        own = own.filter(drafts__version=1)
    found: Stuk | None = own.first()
    return found


def _draft_anew(stuk: Stuk, by: Membership, content: Mapping[str, Any]) -> None:
    """The first draft of a stuk; where something was written already it stays."""
    there = Draft.objects.filter(stuk=stuk, author=by).first()
    if there is None:
        Draft(stuk=stuk, dossier=stuk.dossier, author=by, content=dict(content)).save(force_insert=True)
    elif there.version == 1:
        there.content = dict(content)
        there.save(update_fields=["content"])


def _first_title(kind: StukKind | str) -> str:
    label = reglement.in_force().dossier.label(kind)
    return label[0].upper() + label[1:]


def _locked(stuk: Stuk) -> Stuk:
    rows = Stuk.objects.select_for_update(of=("self",))
    locked: Stuk = rows.select_related("appointment", "dossier__traject__opdrachtgever").get(pk=stuk.pk)
    return locked
