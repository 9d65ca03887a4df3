"""Emergency access (overmacht): reason first, open at once, to read, for a few hours; judged afterwards by another.

What was refused is journaled too: the refusal is raised outside the transaction that failed.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import models, transaction
from django.db.models.functions import Now
from django.urls import reverse
from django.utils import timezone

from access import reach, rules
from access.actions import finding
from access.actions.grants import end_rows, grant
from access.actions.mails import tell, with_role
from access.actions.refusals import journals_refusals
from access.actions.sealing import seal_anew
from access.checks import allowed, person
from access.models import AccessRequest, DossierGrant, Ground, Membership, Role
from access.reach import as_system
from access.rules import RuleBroken
from bureaus import reglement
from bureaus.words import word
from journal.actions import record
from journal.models import Line, Result

# Whose work can need it. Not the beheerder, who has no work in dossiers; not the FG, who guards; never support.
MAY_OPEN = (Role.COACH, Role.ADMINISTRATIE, Role.DIRECTIE)
MAY_REVIEW = (Role.DIRECTIE, Role.FG)
DAY = timedelta(hours=24)
OPENED = "noodtoegang.geopend"
# Floors higher: addresses, not names of urls.
DOSSIERS, PORTAL = "/dossiers/", "/mijn/"


class AlreadyVisible(RuleBroken):
    """The dossier is in reach by another ground, so that there is no emergency."""

    def __init__(self, dossier: Any) -> None:
        super().__init__("U kunt dit dossier al openen. Daar is geen noodtoegang voor nodig.", "number")
        self.dossier = dossier


class TooOften(RuleBroken):
    """So many a day is no longer an emergency."""


def check_may_open(member: Membership) -> None:
    """Raises PermissionDenied."""
    if not member.has_role(*MAY_OPEN):
        raise PermissionDenied("Noodtoegang is niet voor uw rol.")


def check_may_review(member: Membership, request: AccessRequest) -> None:
    """Another than who opened it, of directie or the FG. Raises PermissionDenied."""
    if not member.has_role(*MAY_REVIEW):
        raise PermissionDenied(f"Noodtoegang wordt beoordeeld door {word('directie', article=True)} of de FG.")
    if request.asker_id == member.pk:
        raise PermissionDenied("U beoordeelt niet uw eigen noodtoegang. Een ander doet dat.")


def may_review(member: Membership, request: AccessRequest) -> bool:
    return allowed(check_may_review, member, request)


def waiting(member: Membership) -> models.QuerySet[AccessRequest] | None:
    """What this member still has to judge; None for whom there is nothing to judge ever."""
    return unjudged().exclude(asker=member) if member.has_role(*MAY_REVIEW) else None


def unjudged() -> models.QuerySet[AccessRequest]:
    rows: models.QuerySet[Any] = AccessRequest.objects.filter(kind=AccessRequest.Kind.EMERGENCY, verdict="")
    return rows.order_by("asked_at", "id")


def open_in_emergency(*, number: str, reason: str, by: Membership) -> AccessRequest:
    """Open the dossier with this number for `by`, to read, for as long as the reglement says; again is the same.

    Directie and FG are told, the handler and, by the reglement, the client. Raises PermissionDenied, RuleBroken for a
    reason that is no sentence or a number that is not there, AlreadyVisible, TooOften; these are journaled, so the
    caller catches them inside its transaction.
    """
    check_may_open(by)
    text = rules.check_sentence(reason, "reason", what="Schrijf in een hele zin waarom het niet kan wachten.")
    dossier = finding.by_number(number=number, by=by, act=OPENED)
    try:
        with transaction.atomic():
            return _open(dossier, text, by)
    except TooOften:
        _refused(by, "te vaak")
        _tell_too_often(by)
        raise


@journals_refusals("noodtoegang.beoordeeld", about="request")
@transaction.atomic
def review(*, request: AccessRequest, verdict: str, text: str, by: Membership) -> AccessRequest:
    """Judge an emergency access, once and for good; the same verdict by the same person again changes nothing.

    'Niet terecht' ends what is still open and tells the FG. Raises PermissionDenied, RuleBroken.
    """
    check_may_review(by, request)
    found = AccessRequest.Verdict(verdict)
    words = rules.check_sentence(text, "text", what="Schrijf in een hele zin hoe u tot dit oordeel komt.")
    with as_system():
        row: AccessRequest = AccessRequest.objects.select_for_update(of=("self",)).get(pk=request.pk)
        if row.verdict:
            return _judged_already(row, found, by)
        if found == AccessRequest.Verdict.RIGHT and is_living(row):
            raise RuleBroken(
                "De toegang loopt nog: er kan nog meer worden bekeken. Oordeel daarna, of beëindig haar als niet"
                " terecht.", "verdict",
            )  # fmt: skip
        _judge(row, found, words, by)
        if found == AccessRequest.Verdict.WRONG:
            _end(row, by)
            _tell_wrong(row, by)
        asker = [row.asker] if row.asker else []
        tell(asker, kind="noodtoegang_beoordeeld", once=row.pk, path=reverse("access:emergency"))
    return row


def is_living(request: AccessRequest) -> bool:
    """Whether it opens the dossier at this moment, by the database's clock."""
    return bool(DossierGrant.objects.all().living().filter(pk=request.grant_id).exists())


def lines_of(request: AccessRequest) -> models.QuerySet[Line]:
    """What was looked at under this access: the journal's lines with its grant, oldest first."""
    lines: models.QuerySet[Line] = Line.objects.filter(grant_id=request.grant_id, membership_id=request.asker_id)
    return lines.exclude(act__startswith="toegang.").exclude(act=OPENED).order_by("seq")


def left_lying(request: AccessRequest) -> int:
    """How many earlier ones of the same person still wait after a fortnight; the reviewer is told."""
    before = Now() - timedelta(days=rules.LEFT_LYING.days)
    earlier = unjudged().filter(asker=request.asker_id, asked_at__lt=before).exclude(pk=request.pk)
    return int(earlier.count())


@transaction.atomic
def escalate() -> int:
    """Mail whoever may judge what waits too long, once a day; how many mails were queued."""
    day = timezone.localdate().isoformat()
    late = unjudged().filter(asked_at__lt=Now() - rules.REVIEW_WITHIN)
    with as_system():
        return sum(
            tell(_guards(but=row.asker_id), kind="noodtoegang_wacht", once=f"{row.pk}:{day}", path=_page(row))
            for row in late
        )


# -- opening -----------------------------------------------------------------------------------------------------------
def _open(dossier: Any, text: str, by: Membership) -> AccessRequest:
    with as_system():
        # One after the other for one person: a double click is one, and the day's number is counted right.
        Membership.objects.select_for_update(of=("self",), no_key=True).get(pk=by.pk)
        there = _living_of(dossier, by)
        if there is not None:
            return there
        if reach.may_see(person(by), dossier):
            raise AlreadyVisible(dossier)
        if _of_last_day(by) >= rules.EMERGENCIES_A_DAY:
            boss = word("directie", article=True)
            raise TooOften(f"U opende in 24 uur al {rules.EMERGENCIES_A_DAY} dossiers met noodtoegang. Bel {boss}.")
        row = _let_in(dossier, text, by)
        _tell(row, dossier, by)
    return row


def _living_of(dossier: Any, by: Membership) -> AccessRequest | None:
    grants = DossierGrant.objects.all().living().filter(content_object=dossier, ground=Ground.EMERGENCY)
    mine = grants.filter(group_id=by.private_group_id).values("pk")
    found: AccessRequest | None = AccessRequest.objects.filter(asker=by, grant_id__in=mine).first()
    return found


def _of_last_day(by: Membership) -> int:
    rows = AccessRequest.objects.filter(kind=AccessRequest.Kind.EMERGENCY, asker=by, asked_at__gt=Now() - DAY)
    return int(rows.count())


def _let_in(dossier: Any, text: str, by: Membership) -> AccessRequest:
    hours = reglement.in_force().access.emergency_hours
    now = reach.database_now()
    until = now + timedelta(hours=hours)
    given = grant(
        dossier=dossier, to=by, ground=Ground.EMERGENCY, by=by, reason="noodtoegang", starts_at=now, expires_at=until
    )[0]
    row: AccessRequest = AccessRequest.objects.create(
        kind=AccessRequest.Kind.EMERGENCY, state=AccessRequest.State.GRANTED, dossier_id=dossier.pk,
        dossier_number=dossier.number, asker=by, asker_name=by.name, sealed_under=dossier.pk, reason=text, hours=hours,
        grant_id=given.pk, opens_until=until,
    )  # fmt: skip
    facts = {"until": until.isoformat()}
    record(
        act=OPENED, obj=row, dossier=dossier, result=Result.EMERGENCY, ground=Ground.EMERGENCY, grant_id=given.pk,
        facts=facts,
    )  # fmt: skip
    return row


# -- judging -----------------------------------------------------------------------------------------------------------
def _judged_already(row: AccessRequest, found: str, by: Membership) -> AccessRequest:
    if (row.verdict, row.reviewed_by_id) == (found, by.pk):
        return row
    raise RuleBroken(f"{row.reviewed_by_name} heeft dit al beoordeeld: {row.get_verdict_display()}.")


def _judge(row: AccessRequest, found: AccessRequest.Verdict, words: str, by: Membership) -> None:
    seal_anew(row)
    row.verdict, row.review = found, words
    row.reviewed_by, row.reviewed_by_name, row.reviewed_at = by, by.name, timezone.now()
    row.save()
    dossier = _dossier_of(row)
    record(
        act="noodtoegang.beoordeeld", obj=row, dossier=dossier, ground=Ground.EMERGENCY, grant_id=row.grant_id,
        facts={"verdict": str(found), "views": lines_of(row).count()},
    )  # fmt: skip


def _end(row: AccessRequest, by: Membership) -> None:
    ended = end_rows(DossierGrant.objects.filter(pk=row.grant_id), by_name=by.name, reason="niet terecht")
    if ended:
        record(
            act="toegang.ingetrokken", obj=ended[0], dossier=_dossier_of(row), ground=Ground.EMERGENCY,
            grant_id=row.grant_id, reason="noodtoegang niet terecht",
        )  # fmt: skip


def _dossier_of(row: AccessRequest) -> Any:
    """None where the dossier has gone meanwhile."""
    return reach.dossier_model().objects.filter(pk=row.dossier_id).first()


# -- telling -----------------------------------------------------------------------------------------------------------
def _guards(*, but: Any) -> list[Membership]:
    return with_role(*MAY_REVIEW, but=but)


def _tell(row: AccessRequest, dossier: Any, by: Membership) -> None:
    guards = _guards(but=by.pk)
    tell(guards, kind="noodtoegang", once=row.pk, path=_page(row))
    told = {one.pk for one in guards} | {by.pk}
    coaches = [one for one in reach.held_by(dossier, (Ground.HANDLER,)) if one.pk not in told]
    tell(coaches, kind="noodtoegang_behandelaar", once=row.pk, path=f"{DOSSIERS}{dossier.pk}/")
    if reglement.in_force().access.asking.tell_client:
        people = reach.held_by(dossier, (Ground.CLIENT, Ground.GEMACHTIGDE))
        tell(people, kind="inzage_in_uw_dossier", once=row.pk, path=PORTAL)


def _tell_wrong(row: AccessRequest, by: Membership) -> None:
    """To the FG: access without a good ground may be a breach (DOMAIN 4)."""
    fgs = [one for one in with_role(Role.FG, but=by.pk) if one.pk != row.asker_id]
    tell(fgs, kind="noodtoegang_onterecht", once=row.pk, path=_page(row))


def _tell_too_often(by: Membership) -> None:
    once = f"{by.pk}:{timezone.localdate().isoformat()}"
    with as_system():
        directie = with_role(Role.DIRECTIE, but=by.pk)
        tell(directie, kind="noodtoegang_vaak", once=once, path=reverse("access:emergencies"))


def _page(row: AccessRequest) -> str:
    return reverse("access:emergency_review", args=[row.pk])


def _refused(by: Membership, why: str) -> None:
    record(act=OPENED, obj=by, result=Result.REFUSED, ground=Ground.EMERGENCY, facts={"why": why})
