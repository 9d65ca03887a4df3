"""A disclosure is prepared, chosen from the dossier, looked at and sent; or taken back (javawest 8, werkid 12).

Each act locks the consent first, where there is one, then the disclosure, then its stukken: a consent that is withdrawn
at the same moment comes before or after it, and the other sees it (docs/adr/0029-disclosures.md).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from django.core.files import File
from django.db import transaction
from django.http import Http404
from django.utils import timezone

from access.actions.forgetting import forget_mails
from access.actions.mails import tell, with_role
from access.actions.refusals import refusals_noted
from access.models import Membership, Role
from access.reach import as_system, database_now
from access.rules import RuleBroken
from bureaus.leases import one_at_a_time
from bureaus.schema import Ground
from consent import disclosing, grounds
from consent import disclosure_rules as rules
from consent.actions.numbers import next_number
from consent.models import (
    Authority,
    Consent,
    DisclosedStuk,
    Disclosure,
    DisclosurePackage,
    DisclosureState,
    Means,
    ReceiverKind,
    StopReason,
)
from consent.signals import handed
from dossiers.actions import scans
from dossiers.models import Dossier, Stuk
from journal.actions import record
from journal.models import Line, Result
from vault.actions import destroy_key
from vault.files import delete_sealed

PREPARED, SENT = "verstrekking.begonnen", "verstrekking.verstuurd"
THROWN_AWAY, TAKEN_BACK = "verstrekking.weggegooid", "verstrekking.ingetrokken"
STOPPED, HANDED = "verstrekking.gestopt", "verstrekking.meegegeven"
PRINTED = "verstrekking.afgedrukt"
LONGEST = 4_000
State = DisclosureState
KNOWN_BY_NOW = (
    "Deze ontvanger is in een traject bekend als werkgever. Vul opnieuw in wie het krijgt, en kies opnieuw wat."
)
CHANGED = "Er is intussen iets veranderd. Bekijk het opnieuw; er is nog niets verstuurd."
CHOOSE_AGAIN = "Er is intussen iets veranderd in deze stukken. Kies opnieuw wat er gaat; er is nog niets verstuurd."


def prepare(*, dossier: Dossier, by: Membership, ground: str, facts: Mapping[str, Any], consent: Consent | None = None,
            paper: File[bytes] | None = None, row: Disclosure | None = None) -> Disclosure:  # fmt: skip
    """To whom, why, on which ground, and how it was seen that the receiver may have it. Nothing leaves yet.

    `facts`: words, why, receiver, receiver_kind, address, authority, authority_words, means. `row`: what was prepared
    before, and is changed now. Raises Http404, PermissionDenied, RuleBroken with its field.
    """
    disclosing.check_disclose(by, dossier)
    with refusals_noted(PREPARED, about=dossier, dossier=dossier):
        made = _locked_preparation(row) if row else Disclosure(dossier=dossier, made_by=by, made_by_name=by.name)
        offered = disclosing.offered()
        said = str(facts.get("words") or "").strip()
        needs = rules.check_ground(ground, offered=ground in offered, consent=consent is not None, words=said,
                                   paper=bool(paper or made.paper_file))  # fmt: skip
        made.consent = consent if needs.consent else None
        disclosing.check_consent(made.consent, dossier)
        made.ground, made.article = ground, offered[Ground(ground)][:120]
        made.words = said[:LONGEST] or None
        _fill(made, facts)
        if paper is not None and needs.paper:
            _keep_paper(made, paper)
        made.save()
        record(act=PREPARED, obj=made, dossier=dossier, ground=ground)
    return made


def choose(*, disclosure: Disclosure, stukken: Iterable[Any], by: Membership) -> Disclosure:
    """These stukken, by id, go; with the own statements about them. Raises Http404, PermissionDenied, RuleBroken."""
    disclosing.check_disclose(by, disclosure.dossier)
    with refusals_noted(PREPARED, about=disclosure, dossier=disclosure.dossier):
        row = _locked_preparation(disclosure)
        wanted = {str(one) for one in stukken}
        chosen = [one for one in disclosing.choices(by, row) if str(one.stuk.pk) in wanted]
        if not chosen:
            raise RuleBroken("Kies ten minste één stuk.", "stukken")
        for one in chosen:
            if one.why_not:
                raise RuleBroken(f"Stuk {one.number or 'zonder nummer'} gaat niet mee: {one.why_not}.", "stukken")
        row.stukken.all().delete()
        _note_stukken(row, [one.stuk for one in chosen])
        record(act=PREPARED, obj=row, dossier=row.dossier, ground=row.ground, facts={"stukken": len(chosen)})
    return row


def send(*, disclosure: Disclosure, seen: str, by: Membership) -> Disclosure:
    """It goes: everything is asked again here, with the consent held. A double click is one.

    `seen` is the fingerprint of what was previewed. Raises Http404, PermissionDenied, RuleBroken.
    """
    disclosing.check_disclose(by, disclosure.dossier)
    with refusals_noted(SENT, about=disclosure, dossier=disclosure.dossier):
        consent = grounds.locked(disclosure.consent_id) if disclosure.consent_id else None
        row = locked(disclosure)
        if row.state != State.PREPARED:
            return row
        _check_still(row, consent)
        _check_stukken(row, by, seen)
        one_at_a_time("verstrekking")
        row.number, row.sent_by_name, row.sent_at = next_number(Disclosure, "VS", act=SENT), by.name, database_now()
        row.state = State.PACKING
        row.save()
        DisclosurePackage.objects.create(disclosure=row)
        many = row.stukken.count()
        record(act=SENT, obj=row, dossier=row.dossier, ground=row.ground, facts=facts_of(row) | {"stukken": many})
        _tell_directie(row)
        ring()
    return row


@transaction.atomic
def throw_away(*, disclosure: Disclosure, by: Membership) -> None:
    """What was prepared and not sent, with the paper that lay beside it. Raises Http404, PermissionDenied."""
    disclosing.check_disclose(by, disclosure.dossier)
    row = locked(disclosure)
    if row.state != State.PREPARED:
        raise RuleBroken("Deze verstrekking is al verstuurd.")
    clear(row)
    record(act=THROWN_AWAY, obj=disclosure, dossier=disclosure.dossier)


def take_back(*, disclosure: Disclosure, by: Membership) -> Disclosure:
    """Until somebody has it. Again changes nothing. Raises Http404, PermissionDenied, RuleBroken."""
    disclosing.check_disclose(by, disclosure.dossier)
    with refusals_noted(TAKEN_BACK, about=disclosure, dossier=disclosure.dossier):
        row = locked(disclosure)
        if row.state == State.STOPPED:
            return row
        check_take_back(row)
        drop_package(row)
        _stop(row, StopReason.TAKEN_BACK, by)
        record(act=TAKEN_BACK, obj=row, dossier=row.dossier, facts=facts_of(row))
    return row


def check_take_back(row: Disclosure) -> None:
    """Raises RuleBroken."""
    if row.fetched_at is not None or row.handed_on is not None:
        raise RuleBroken("De ontvanger heeft het al. Terugnemen kan niet meer.")
    if row.state not in (State.PACKING, State.READY, State.FAILED):
        raise RuleBroken(f"Terugnemen kan niet: {row.get_state_display()}.")


def hand_over(*, disclosure: Disclosure, on: date, words: str, by: Membership) -> Disclosure:
    """It was given or posted on paper: the day, and to whom; also where the package ended here since, so that who has
    it is in the overview (AVG 15.1c, 19). Again changes nothing.

    Raises Http404, PermissionDenied, RuleBroken (fields `on` and `words`).
    """
    disclosing.check_disclose(by, disclosure.dossier)
    with refusals_noted(HANDED, about=disclosure, dossier=disclosure.dossier):
        consent = grounds.locked(disclosure.consent_id) if disclosure.consent_id else None
        row = locked(disclosure)
        if row.handed_on is not None:
            return row
        check_hand_over(row)
        _check_handed_on(row, on)
        if row.state == State.READY:
            disclosing.check_consent(consent, row.dossier, on=on)
        said = words.strip()[:LONGEST]
        if not said:
            raise RuleBroken("Schrijf op aan wie u het gaf of stuurde.", "words")
        row.handed_on, row.handed_by_name, row.handed_words, row.state = on, by.name, said, State.DONE
        row.save()
        drop_package(row)
        record(act=HANDED, obj=row, dossier=row.dossier, ground=row.ground, facts=facts_of(row))
        handed.send(Disclosure, disclosure=row)
    return row


def check_hand_over(row: Disclosure) -> None:
    """What lies ready on paper; or did, and was printed before its days were over or something stopped it. Who took it
    back said that nobody has it. Raises RuleBroken."""
    ended = row.state == State.EXPIRED or (row.state == State.STOPPED and row.stopped_because != StopReason.TAKEN_BACK)
    if row.means != Means.PAPER or not (row.state == State.READY or (ended and _was_printed(row))):
        raise RuleBroken("Er ligt niets klaar om op papier te geven.")


def _was_printed(row: Disclosure) -> bool:
    with as_system():
        lines = Line.objects.filter(dossier_id=row.dossier_id, act=PRINTED, object_id=str(row.pk), result=Result.OK)
        return bool(lines.exists())


def _check_handed_on(row: Disclosure, on: date) -> None:
    """Between sending and today; nothing is given of what is gone. Raises RuleBroken."""
    gone_at = DisclosurePackage.objects.filter(disclosure=row).values_list("gone_at", flat=True).first()
    last = timezone.localdate(gone_at) if gone_at else disclosing.today()
    if on > last or (row.sent_at and on < timezone.localdate(row.sent_at)):
        until = f"{last:%d-%m-%Y}, toen het pakket hier verdween" if gone_at else "vandaag"
        raise RuleBroken(f"Vul een dag in tussen het versturen en {until}.", "on")


# -- what ends a package -----------------------------------------------------------------------------------------------
def stop_for(*, consent: Consent) -> int:
    """The consent was withdrawn, within that act's own transaction: what the receiver has not got yet, it gets no more;
    how many. What is still being prepared is refused when it is sent."""
    rows = Disclosure.objects.filter(consent=consent, state__in=(State.PACKING, State.READY, State.DONE, State.FAILED))
    return sum(stop(row, StopReason.CONSENT) for row in _held_in_order(rows))


def end_packages(*, client_id: Any) -> int:
    """Something of this client was destroyed: no package that holds it stays, fetched or not; how many."""
    rows = Disclosure.objects.filter(dossier__client_id=client_id, package__gone_at=None, package__isnull=False)
    return sum(stop(row, StopReason.CONTENT) for row in _held_in_order(rows))


def stop(row: Disclosure, why: StopReason) -> bool:
    """By itself; the caller holds the row. Whoever has it keeps it; the package goes either way."""
    there = drop_package(row)
    if row.fetched_at is not None or row.handed_on is not None:
        return there
    if row.state not in (State.PACKING, State.READY, State.FAILED):
        return there
    _stop(row, why, None)
    record(act=STOPPED, obj=row, dossier=row.dossier, facts=facts_of(row) | {"why": why})
    tell([row.made_by], kind="verstrekking_gestopt", once=row.pk, path=page_of(row), number=row.number)
    return True


def _stop(row: Disclosure, why: StopReason, by: Membership | None) -> None:
    row.state, row.stopped_at, row.stopped_because = State.STOPPED, database_now(), why
    row.stopped_by_name = by.name if by else ""
    row.save(update_fields=["state", "stopped_at", "stopped_because", "stopped_by_name"])


def drop_package(row: Disclosure) -> bool:
    """File, key and link; the file once this stands. Whether there was one."""
    package = DisclosurePackage.objects.select_for_update(of=("self",)).filter(disclosure=row, gone_at=None).first()
    if package is None:
        return False
    if package.file:
        delete_sealed(package.file)
    destroy_key(subject_id=package.pk)
    forget_mails(about=mail_key(row))
    package.file, package.code_hash, package.leased_until, package.gone_at = "", "", None, database_now()
    package.save()
    return True


# -- what they share ---------------------------------------------------------------------------------------------------
def ring() -> None:
    """Wake a worker once this transaction stands; the sweep finds it too."""
    from consent.disclosure_tasks import pack_disclosures

    transaction.on_commit(pack_disclosures.delay, robust=True)


def locked(disclosure: Disclosure) -> Disclosure:
    """The row, held until this transaction ends. Raises Http404 where it is gone."""
    rows = Disclosure.objects.select_for_update(of=("self",)).select_related("dossier__client", "made_by__user")
    row: Disclosure | None = rows.filter(pk=disclosure.pk).first()
    if row is None:
        raise Http404
    return row


def facts_of(row: Disclosure) -> dict[str, Any]:
    """What every line of the log says: no name, and no word of the dossier."""
    number = row.consent.number if row.consent is not None else ""
    return {"number": row.number, "ground": row.ground, "means": row.means} | ({"consent": number} if number else {})


def mail_key(row: Disclosure) -> str:
    """How the mail with the link is known: with it stands the receiver's address."""
    return f"verstrekking:{row.dossier_id}:{row.pk}"


def forget_receivers(*, dossier_id: Any) -> int:
    """The dossier is destroyed: no address of who got something of it stays in the outbox."""
    return forget_mails(about=f"verstrekking:{dossier_id}:")


def page_of(row: Disclosure) -> str:
    return f"/verstrekkingen/{row.pk}/"


def _locked_preparation(disclosure: Disclosure) -> Disclosure:
    row = locked(disclosure)
    if row.state != State.PREPARED:
        raise RuleBroken("Deze verstrekking is al verstuurd. Begin een nieuwe.")
    return row


def _held_in_order(rows: Any) -> list[Disclosure]:
    found = rows.select_for_update(of=("self",)).select_related("dossier", "made_by__user", "consent")
    return list(found.order_by("pk"))


def _fill(row: Disclosure, facts: Mapping[str, Any]) -> None:
    """Raises RuleBroken with its field."""
    for name, kinds, words in (
        ("receiver_kind", ReceiverKind, "Kies wat voor ontvanger dit is."),
        ("authority", Authority, "Kies hoe u zag dat deze ontvanger dit mag hebben."),
        ("means", Means, "Kies hoe het gaat."),
    ):  # fmt: skip
        if facts.get(name) not in kinds:
            raise RuleBroken(words, name)
        setattr(row, name, facts[name])
    row.why = str(facts.get("why") or "").strip()[:LONGEST]
    if not row.why:
        raise RuleBroken("Schrijf op waarvoor de ontvanger dit nodig heeft.", "why")
    named = row.consent is not None and row.consent.text.names_party
    party = str(row.consent.party or "") if row.consent is not None else ""
    row.receiver = rules.receiver_by(party, names_party=named, typed=str(facts.get("receiver") or ""))
    row.address = str(facts.get("address") or "").strip()[:LONGEST] or None
    row.receiver_kind = disclosing.receiver_kind(row)
    if row.means == Means.LINK and not row.address:
        raise RuleBroken("Vul het e-mailadres in waar de link naartoe gaat.", "address")
    row.authority_words = str(facts.get("authority_words") or "").strip()[:LONGEST] or None


def _keep_paper(row: Disclosure, paper: File[bytes]) -> None:
    """Raises RuleBroken beside the field `paper`: empty, too large, of a kind that we do not keep."""
    looked_at = scans.look_at(paper, only=scans.PAPER_KINDS, field="paper")
    if row.paper_file:
        delete_sealed(row.paper_file)
    info = scans.keep(looked_at, subject_id=row.dossier_id)
    # Its own name may be the client's: we give it another.
    row.paper_file, row.paper_size = info.name, info.size
    row.paper_name = f"bewijs.{looked_at.kind.extensions[0]}"


def _note_stukken(row: Disclosure, stukken: list[Stuk]) -> None:
    numbers, said = disclosing.numbered(row.dossier), disclosing.statements(stukken)
    along = [one for of_stuk in said.values() for one in of_stuk]
    known = {one.pk for one in stukken}
    DisclosedStuk.objects.bulk_create(
        DisclosedStuk(
            disclosure=row, stuk_id=one.pk, number=numbers[one.pk], kind=one.kind, date=one.date, version=one.version,
            along=one.pk not in known,
        )
        for one in (*stukken, *along)
    )  # fmt: skip


def _check_still(row: Disclosure, consent: Consent | None) -> None:
    """What was true when it was prepared, is asked again at this moment. Raises RuleBroken."""
    offered = disclosing.offered()
    rules.check_ground(row.ground, offered=row.ground in offered, consent=consent is not None,
                       words=row.words or "", paper=bool(row.paper_file))  # fmt: skip
    disclosing.check_consent(consent, row.dossier)
    if disclosing.receiver_kind(row) != row.receiver_kind:
        raise RuleBroken(KNOWN_BY_NOW)
    if not row.stukken.exists():
        raise RuleBroken("Kies eerst wat er gaat.")


def _check_stukken(row: Disclosure, by: Membership, seen: str) -> None:
    """Held, and as they were looked at; what the sender may not read is not sent.

    Raises RuleBroken, with the field `stukken` where looking again is not enough: they have to be chosen again.
    """
    picked = {one.stuk_id: one for one in row.stukken.all()}
    with as_system():
        held = Stuk.objects.filter(pk__in=picked).select_for_update(of=("self",)).order_by("pk")
        list(held.values_list("pk", flat=True))
    stukken = [one for one in disclosing.stukken_for(by, row.dossier) if one.pk in picked]
    said = disclosing.statements(stukken)
    own = [one for one in stukken if not picked[one.pk].along]
    along = {one.pk for of_stuk in (said.get(one.pk, ()) for one in own) for one in of_stuk}
    for one in own:
        why = disclosing.why_not(one, row, said.get(one.pk, ()))
        if why:
            raise RuleBroken(f"Stuk {picked[one.pk].number} gaat niet meer mee: {why}.", "stukken")
    same = {one.pk for one in own} | along == set(picked)
    if not same or any(one.version != picked[one.pk].version for one in stukken):
        raise RuleBroken(CHOOSE_AGAIN, "stukken")
    if seen != disclosing.fingerprint_of(row, stukken):
        raise RuleBroken(CHANGED)


def clear(row: Disclosure) -> None:
    """A preparation, and its paper once this stands."""
    if row.paper_file:
        delete_sealed(row.paper_file)
    row.delete()


def _tell_directie(row: Disclosure) -> None:
    """Overmacht and grave danger: directie hears of it at once (werkid 12.3)."""
    if rules.NEEDS[Ground(row.ground)].tells_directie:
        to = with_role(Role.DIRECTIE)
        ground = Ground(row.ground).label
        tell(to, kind="verstrekking_gemeld", once=row.pk, path=page_of(row), number=row.number, ground=ground)
