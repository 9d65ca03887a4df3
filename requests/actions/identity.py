"""Who asks: shown before anything leaves (jmwerkt 5.1.3). The clock stands still while it is asked (DOMAIN 4)."""

from __future__ import annotations

from django.db import transaction

from access import mfa, texts
from access.actions.mails import tell
from access.models import Membership
from access.reach import as_system, database_now
from access.rules import RuleBroken, check_sentence
from bureaus import reglement
from journal.actions import record
from requests import access, clocks
from requests.actions.rows import asker_of, facts_of, locked
from requests.actions.steps import note
from requests.models import LIVING, Identity, Kind, Pause, Step, Verzoek
from requests.places import own_page
from requests.rules import days_stood_still, extension_allowed
from retention.rules import say

AT_THE_DESK = (Identity.SEEN, Identity.KNOWN, Identity.MANDATE, Identity.SKIPPED)


@transaction.atomic
def ask_identity(*, verzoek: Verzoek, by: Membership) -> Verzoek:
    """It is not clear who asks: the clock stands still from today until that is shown. Again changes nothing.

    Raises Http404, PermissionDenied, RuleBroken.
    """
    access.check_desk(by, verzoek)
    with as_system():
        row = locked(verzoek)
        _check_askable(row)
        if Pause.objects.filter(verzoek=row, ended_on=None).exists():
            return row
        began = clocks.today()
        if began > row.due_on:
            raise RuleBroken("De termijn is al voorbij; de klok kan niet meer stilstaan. Beslis over dit verzoek.")
        Pause.objects.create(verzoek=row, began_on=began, by_name=by.name)
        note(row, Step.Kind.IDENTITY_ASKED, by=by)
        facts = facts_of(row) | {"on": began, "due_on": row.due_on}
        record(act="verzoek.identiteit_gevraagd", obj=row, dossier=row.dossier, facts=facts)
        _tell(row, "verzoek_identiteit", f"{row.pk.hex}:{began.isoformat()}")
    return row


@transaction.atomic
def show_identity(*, verzoek: Verzoek, how: Identity | str, by: Membership, reason: str = "") -> Verzoek:
    """It is clear who asks, and how that was seen; the clock goes on with the days that it had left.

    A copy or a number of a document is never kept. Skipping has a reason that is kept, and is not done where the
    reglement demands it (jmwerkt 5.1.3). Again changes nothing. Raises Http404, PermissionDenied, RuleBroken.
    """
    access.check_desk(by, verzoek)
    if how not in AT_THE_DESK:
        raise RuleBroken("Kies uit de lijst.", "how")
    skipped = how == Identity.SKIPPED
    if access.of_another(verzoek) and how != Identity.MANDATE:
        raise RuleBroken("Een gemachtigde vroeg dit. Bekijk de machtiging en het identiteitsbewijs.", "how")
    if skipped:
        reason = _checked_reason(reason)
    with as_system():
        row = locked(verzoek)
        if row.identity_at is None:
            _check_askable(row)
            _shown(row, Identity(how), reason if skipped else "", by)
    return row


@transaction.atomic
def extend(*, verzoek: Verzoek, reason: str, by: Membership) -> Verzoek:
    """Two more months of the AVG, with reasons that are told, within the first month, once (AVG 12.3).

    Not where the reglement's own term binds all the same. Again changes nothing. Raises Http404, PermissionDenied,
    RuleBroken.
    """
    access.check_handle(by, verzoek)
    with as_system():
        row = locked(verzoek)
        if row.extended_on is not None:
            return row
        row.extension_reason = _cleaned(check_sentence(reason, "reason"))
        _check_extendable(row)
        before, row.extended_on = row.due_on, clocks.today()
        row.due_on = clocks.recount(row)
        if row.due_on <= before:
            raise RuleBroken(f"Het reglement vraagt een antwoord op {say(before)}. Meer tijd kan daar niet bij.")
        row.save(update_fields=["extension_reason", "extended_on", "due_on"])
        note(row, Step.Kind.EXTENDED, by=by, words=row.extension_reason)
        facts = facts_of(row) | {"before": before, "due_on": row.due_on}
        record(act="verzoek.verlengd", obj=row, dossier=row.dossier, facts=facts)
        _tell(row, "verzoek_verlengd", row.pk.hex)
    return row


def recognise(*, verzoek: Verzoek, by: Membership) -> bool:
    """In the portal a client who came in with a second step is known, where the reglement says that this counts.

    Called while the request is taken in, within the reach of the system. A gemachtigde shows a machtiging first.
    """
    counts = reglement.in_force().requests.identity.portal_with_mfa_counts
    own = verzoek.asked_by_id == by.pk == verzoek.client.membership_id
    if verzoek.kind == Kind.KLACHT or not (counts and own and mfa.has_factor(by.user)):
        return False
    _shown(verzoek, Identity.PORTAL, "", by)
    return True


def paused_since(verzoek: Verzoek) -> Pause | None:
    """The pause that is open, if any."""
    found: Pause | None = Pause.objects.filter(verzoek=verzoek, ended_on=None).first()
    return found


def _shown(row: Verzoek, how: Identity, reason: str, by: Membership) -> None:
    row.identity, row.identity_reason = how, reason or None
    row.identity_by_name, row.identity_at = by.name, database_now()
    stood = resume(row)
    row.save(update_fields=[
        "identity", "identity_reason", "identity_by_name", "identity_at", "paused_days", "due_on",
    ])  # fmt: skip
    note(row, Step.Kind.IDENTITY_SHOWN, by=by, words=how.label)
    facts = facts_of(row) | {"method": how.label}
    if stood is not None:
        facts |= {"days": stood, "due_on": row.due_on}
    record(act="verzoek.identiteit_getoond", obj=row, dossier=row.dossier, facts=facts)


def resume(row: Verzoek) -> int | None:
    """End the pause that is open; for how many days the clock stood still, or None where it ran."""
    pause = paused_since(row)
    if pause is None:
        return None
    # The database's day may have gone back over midnight between two machines, never by more than that.
    pause.ended_on = max(clocks.today(), pause.began_on)
    pause.save(update_fields=["ended_on"])
    stood = days_stood_still(pause.began_on, pause.ended_on)
    row.paused_days += stood
    row.due_on = clocks.recount(row)
    return stood


def _check_askable(row: Verzoek) -> None:
    if row.kind == Kind.KLACHT:
        raise RuleBroken("Bij een klacht hoeft niemand te laten zien wie hij is.")
    if row.state not in LIVING:
        raise RuleBroken(f"Dit verzoek is {row.get_state_display()}.")
    if row.identity_at is not None:
        raise RuleBroken("Het is al duidelijk wie dit vraagt.")


def _check_extendable(row: Verzoek) -> None:
    if row.state not in LIVING:
        raise RuleBroken(f"Dit verzoek is {row.get_state_display()}.")
    if row.month_due_on is None:
        raise RuleBroken("Een klacht heeft eigen termijnen; die worden niet verlengd.")
    if not extension_allowed(row.received_on, clocks.today(), _stood_until_now(row)):
        raise RuleBroken("De eerste maand is voorbij. Verlengen kon alleen daarin (AVG 12.3).")


def _stood_until_now(row: Verzoek) -> int:
    pause = paused_since(row)
    return row.paused_days + (days_stood_still(pause.began_on, max(clocks.today(), pause.began_on)) if pause else 0)


def _checked_reason(reason: str) -> str:
    if reglement.in_force().requests.identity.check == "required":
        raise RuleBroken("Het reglement vraagt altijd om te laten zien wie het is.", "how")
    return _cleaned(check_sentence(reason, "reason"))


def _cleaned(text: str) -> str:
    return texts.clean_text(text).strip()[:2_000]


def _tell(row: Verzoek, kind: str, once: str) -> None:
    tell(asker_of(row), kind=kind, once=once, path=own_page(row))
