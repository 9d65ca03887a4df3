"""The package of a disclosure: packed by a worker, fetched with a link and a code, and gone after some days.

The receiver needs no account. Of the link only a hash is kept, of the code too; the link comes by mail and the code
another way. Each fetch asks again whether the ground still holds (docs/adr/0029-disclosures.md).
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Iterator
from datetime import timedelta

from django.contrib.auth.hashers import check_password, make_password
from django.db import transaction
from django.db.models.functions import Now

from access.actions.mails import queue_mail, tell
from access.actions.refusals import refusals_noted
from access.asking_rules import ALPHABET
from access.models import Membership
from access.reach import as_system, database_now
from access.rules import RuleBroken
from bureaus.leases import held, take
from consent import disclosing, grounds
from consent import disclosure_rules as rules
from consent.actions.disclosures import (
    PRINTED,
    THROWN_AWAY,
    clear,
    drop_package,
    facts_of,
    locked,
    mail_key,
    page_of,
    ring,
    stop,
)
from consent.disclosure_package import Parcel, parcel, still_there
from consent.models import DisclosedStuk, Disclosure, DisclosurePackage, DisclosureState, Means, StopReason
from dossiers.packing import why_not
from journal.actions import record
from journal.models import Result
from vault.actions import create_key, destroy_key
from vault.files import SealedFileInfo, open_sealed

PACKED, FAILED, AGAIN = "verstrekking.ingepakt", "verstrekking.inpakken_gestopt", "verstrekking.opnieuw_ingepakt"
CODE_GIVEN, FETCHED = "verstrekking.code_gemaakt", "verstrekking.opgehaald"
EXPIRED = "verstrekking.verlopen"
LEASE = timedelta(minutes=35)  # longer than a worker may take (disclosure_tasks.TIME_LIMIT)
FORGOTTEN = timedelta(days=14)  # a preparation that nobody sent
NOT_THERE = "Er ligt niets klaar."
State = DisclosureState


class LinkGone(Exception):
    """Never given out, late, taken back, or tried too often: which of these is not told."""


# -- by a worker -------------------------------------------------------------------------------------------------------
@transaction.atomic
def take_package() -> DisclosurePackage | None:
    """The next to pack that nobody works at, leased to the caller, under a key of its own, new each time."""
    waiting = DisclosurePackage.objects.filter(disclosure__state=State.PACKING, gone_at=None)
    row: DisclosurePackage | None = take(waiting.order_by("id"), LEASE)
    if row is None:
        return None
    destroy_key(subject_id=row.pk)
    create_key(subject_id=row.pk)
    return row


def open_parcel(row: DisclosurePackage) -> Parcel:
    """What is to be packed. Raises RuleBroken where something may go no more."""
    shown = ("dossier__client", "consent")
    disclosure = Disclosure.objects.select_related(*shown).prefetch_related("stukken").get(pk=row.disclosure_id)
    return parcel(row, disclosure, database_now())


@transaction.atomic
def finish_package(row: DisclosurePackage, made: Parcel, info: SealedFileInfo) -> bool:
    """It stands ready and its receiver is mailed; False where another has it now, or it was stopped meanwhile.

    Then the caller removes what it stored.
    """
    disclosure = locked(made.disclosure)
    ours: DisclosurePackage | None = held(row).select_for_update(of=("self",)).first()
    if ours is None or disclosure.state != State.PACKING or ours.gone_at is not None:
        return False
    still_there(disclosure, disclosure.stukken.all())
    ours.manifest = made.archive.manifest
    ours.file, ours.file_size, ours.file_sha256 = info.name, info.size, made.archive.sha256
    ours.leased_until, ours.error, ours.ready_at = None, "", database_now()
    ours.expires_at = ours.ready_at + timedelta(days=rules.DAYS)
    token = secrets.token_urlsafe(32)
    ours.token_hash = hash_of(token) if disclosure.means == Means.LINK else ""
    ours.save()
    for pk, sha256 in made.of_stuk.items():
        DisclosedStuk.objects.filter(disclosure=disclosure, stuk_id=pk).update(sha256=sha256)
    disclosure.state = State.READY
    disclosure.save(update_fields=["state"])
    facts = {"files": len(ours.manifest), "bytes": ours.file_size, "sha256": ours.file_sha256}
    record(act=PACKED, obj=disclosure, dossier=disclosure.dossier, facts=facts_of(disclosure) | facts)
    _tell(disclosure, ours, token)
    return True


@transaction.atomic
def fail_package(row: DisclosurePackage, error: Exception) -> None:
    """It stands there with why, until somebody here takes it back or has it packed again."""
    # The disclosure first, as everywhere: who takes it back at this moment waits, or has done so.
    rows = Disclosure.objects.select_for_update(of=("self",)).select_related("dossier")
    disclosure = rows.filter(pk=row.disclosure_id).first()
    if disclosure is not None and held(row).update(error=why_not(error), leased_until=None):
        destroy_key(subject_id=row.pk)
        disclosure.state = State.FAILED
        disclosure.save(update_fields=["state"])
        record(act=FAILED, obj=disclosure, dossier=disclosure.dossier, facts={"error": type(error).__name__})


@transaction.atomic
def expire_packages() -> int:
    """Key and file of each package whose days are over, by the database's clock; and preparations that nobody sent."""
    rows = Disclosure.objects.filter(package__expires_at__lte=Now(), package__gone_at=None)
    found = list(rows.select_for_update(of=("self",), skip_locked=True).select_related("dossier", "consent"))
    for row in found:
        drop_package(row)
        if row.state == State.READY:
            row.state = State.EXPIRED
            row.save(update_fields=["state"])
        record(act=EXPIRED, obj=row, dossier=row.dossier, facts=facts_of(row))
    old = Disclosure.objects.filter(state=State.PREPARED, made_at__lte=Now() - FORGOTTEN)
    for row in old.select_for_update(of=("self",), skip_locked=True).select_related("dossier"):
        record(act=THROWN_AWAY, obj=row, dossier=row.dossier)
        clear(row)
    return len(found)


# -- by who works here -------------------------------------------------------------------------------------------------
def pack_again(*, disclosure: Disclosure, by: Membership) -> Disclosure:
    """What could not be packed. Raises Http404, PermissionDenied, RuleBroken."""
    disclosing.check_disclose(by, disclosure.dossier)
    with refusals_noted(AGAIN, about=disclosure, dossier=disclosure.dossier):
        consent = grounds.locked(disclosure.consent_id) if disclosure.consent_id else None
        row = locked(disclosure)
        if row.state == State.PACKING:
            return row
        if row.state != State.FAILED:
            raise RuleBroken(f"Opnieuw inpakken kan niet: {row.get_state_display()}.")
        disclosing.check_consent(consent, row.dossier)
        row.state = State.PACKING
        row.save(update_fields=["state"])
        record(act=AGAIN, obj=row, dossier=row.dossier, facts=facts_of(row))
        ring()
    return row


def new_code(*, disclosure: Disclosure, by: Membership) -> str:
    """A code to give another way than the link, to be shown once; the one before works no more.

    Raises Http404, PermissionDenied, RuleBroken.
    """
    disclosing.check_disclose(by, disclosure.dossier)
    with refusals_noted(CODE_GIVEN, about=disclosure, dossier=disclosure.dossier):
        row = locked(disclosure)
        package = _lying(row)
        if package is None or row.means != Means.LINK:
            raise RuleBroken("Er ligt niets klaar waar een code bij hoort.")
        code = "".join(secrets.choice(ALPHABET) for _ in range(rules.CODE_LENGTH))
        package.code_hash, package.tries = make_password(code), 0
        package.save(update_fields=["code_hash", "tries"])
        record(act=CODE_GIVEN, obj=row, dossier=row.dossier, facts=facts_of(row))
    return rules.shown_code(code)


def fetch_to_print(*, disclosure: Disclosure, by: Membership) -> tuple[DisclosurePackage, Iterator[bytes]]:
    """The package, for who prints it and hands it over. Raises as `fetch`, Http404 and PermissionDenied."""
    disclosing.check_disclose(by, disclosure.dossier)
    with refusals_noted(PRINTED, about=disclosure, dossier=disclosure.dossier):
        row = _asked_again(disclosure)
        package = _lying(row) if row.means == Means.PAPER else None
        if package is None:
            raise RuleBroken(NOT_THERE)
        chunks = open_sealed(subject_id=package.pk, name=package.file)
        facts = {"bytes": package.file_size, "sha256": package.file_sha256}
        record(act=PRINTED, obj=row, dossier=row.dossier, facts=facts_of(row) | facts)
    return package, chunks


# -- by the receiver, who has no account -------------------------------------------------------------------------------
def find(token: str) -> Disclosure:
    """What stands ready behind this link. Raises LinkGone."""
    with as_system():
        rows = DisclosurePackage.objects.filter(token_hash=hash_of(token), gone_at=None, expires_at__gt=Now())
        package = rows.select_related("disclosure__dossier__client", "disclosure__consent").first()
        if package is None or package.tries >= rules.TRIES:
            raise LinkGone
        found: Disclosure = package.disclosure
        return found


def fetch(*, token: str, code: str) -> tuple[Disclosure, DisclosurePackage, Iterator[bytes]] | None:
    """The package for whoever has both link and code; None where the code is wrong, which counts as a try.

    Asked again at this moment: the consent, held, and each stuk. Raises LinkGone, and what a file that does not open
    raises: FileNotFoundError, vault.errors.VaultError.
    """
    with as_system(), transaction.atomic():
        row, ended = _asked_at_the_door(find(token))
        package = None if ended else _lying(row)
        there = package is not None and package.token_hash == hash_of(token) and package.tries < rules.TRIES
        if package is not None and there:
            return _opened(row, package, code)
        _note_refused(row, "link")
        if ended:
            stop(row, ended)
    raise LinkGone


def _opened(
    row: Disclosure, package: DisclosurePackage, code: str
) -> tuple[Disclosure, DisclosurePackage, Iterator[bytes]] | None:
    if not package.code_hash or not check_password(rules.plain_code(code), package.code_hash):
        package.tries += 1
        package.save(update_fields=["tries"])
        _note_refused(row, "code")
        return None
    chunks = open_sealed(subject_id=package.pk, name=package.file)
    package.tries = 0
    package.save(update_fields=["tries"])
    _first_fetch(row)
    facts = {"bytes": package.file_size, "sha256": package.file_sha256}
    record(act=FETCHED, obj=row, dossier=row.dossier, ground=row.ground, facts=facts_of(row) | facts)
    return row, package, chunks


def note_gone(token: str) -> None:
    """In the journal: that a link was tried that works no more. One that was never given out is nobody's."""
    with as_system():
        package = DisclosurePackage.objects.filter(token_hash=hash_of(token)).select_related("disclosure").first()
        if token and package is not None:
            _note_refused(package.disclosure, "link")


def hash_of(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def _first_fetch(row: Disclosure) -> None:
    if row.fetched_at is None:
        row.fetched_at, row.state = database_now(), State.DONE
        row.save(update_fields=["fetched_at", "state"])
        tell([row.made_by], kind="verstrekking_opgehaald", once=row.pk, path=page_of(row), number=row.number)


def _asked_at_the_door(row: Disclosure) -> tuple[Disclosure, StopReason | None]:
    """The row, held after its consent, and why it may be fetched no more; None where it may."""
    consent = grounds.locked(row.consent_id) if row.consent_id else None
    fresh = locked(row)
    try:
        disclosing.check_consent(consent, fresh.dossier)
    except RuleBroken:
        return fresh, StopReason.CONSENT
    try:
        still_there(fresh, fresh.stukken.all())
    except RuleBroken:
        return fresh, StopReason.CONTENT
    return fresh, None


def _asked_again(disclosure: Disclosure) -> Disclosure:
    """Raises RuleBroken where it may not leave any more."""
    consent = grounds.locked(disclosure.consent_id) if disclosure.consent_id else None
    row = locked(disclosure)
    disclosing.check_consent(consent, row.dossier)
    still_there(row, row.stukken.all())
    return row


def _lying(row: Disclosure) -> DisclosurePackage | None:
    """The package, held, while it may be fetched."""
    rows = DisclosurePackage.objects.select_for_update(of=("self",)).exclude(file="")
    lying = rows.filter(disclosure=row, gone_at=None, expires_at__gt=Now())
    found: DisclosurePackage | None = lying.first() if row.state in (State.READY, State.DONE) else None
    return found


def _note_refused(row: Disclosure, why: str) -> None:
    record(act=FETCHED, obj=row, dossier=row.dossier, result=Result.REFUSED, reason=why, facts=facts_of(row))


def _tell(row: Disclosure, package: DisclosurePackage, token: str) -> None:
    """The link to the receiver, without a word of whom it is about; and who sent it gives the code."""
    once = f"{row.pk}:{package.ready_at:%Y%m%d%H%M%S}"
    if row.means == Means.LINK:
        facts, secret = {"number": row.number, "days": rules.DAYS}, {"path": f"/ophalen/{token}/"}
        queue_mail(
            to=str(row.address), kind="verstrekking", facts=facts, sealed=secret,
            once_key=f"{mail_key(row)}:{package.ready_at:%Y%m%d%H%M%S}",
        )  # fmt: skip
    kind = "verstrekking_code" if row.means == Means.LINK else "verstrekking_afdrukken"
    tell([row.made_by], kind=kind, once=once, path=page_of(row), number=row.number)
