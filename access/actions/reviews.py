"""The yearly access review: directie looks at what everyone can reach, keeps or withdraws it, and signs it off."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models.functions import Now
from django.urls import reverse
from django.utils import timezone

from access import review_paper, reviewed
from access import review_rules as rules
from access.actions import support
from access.actions.grants import revoke
from access.actions.mails import tell, with_role
from access.actions.memberships import change_roles, end_membership
from access.actions.refusals import journals_refusals
from access.models import AccessReview, DossierGrant, Membership, ReviewLine, Role
from access.reach import as_system, database_now, dossier_model
from access.reviewed import check_open
from access.rules import RuleBroken
from journal.actions import record
from vault.files import open_sealed

Verdict = ReviewLine.Verdict
BY_ITSELF, GONE = "vanzelf", "Het account was al beëindigd."
REASON = "controle van de toegang"


@transaction.atomic
def start(*, by: Membership) -> AccessReview:
    """Begin a review with a line for everybody who is looked at, as they reach now. The one that runs is the same.

    Raises PermissionDenied.
    """
    reviewed.check_run(by)
    with as_system():
        review = AccessReview(started_by=by, started_by_name=by.name)
        # One at a time: who comes second waits here, and finds the one of who came first.
        AccessReview.objects.bulk_create([review], ignore_conflicts=True)
        there: AccessReview = AccessReview.objects.get(closed_at=None)
        if there.pk != review.pk:
            return there
        people = reviewed.reached()
        ReviewLine.objects.bulk_create([_line(there, one) for one in people], batch_size=500)
        record(act="controle.begonnen", obj=there, facts={"lines": len(people)})
    return there


@journals_refusals("controle.regel_besloten", about="line")
@transaction.atomic
def decide(*, line: ReviewLine, verdict: str, note: str = "", by: Membership) -> ReviewLine:
    """Say of one person that their access stays or goes; the same verdict again, by whomever, changes nothing.

    `deels` ends at once what was let in by a decision of its own. `ingetrokken` ends the account here: what follows
    from traject and reglement would come back by itself. Of somebody who left meanwhile the line settles itself.
    Raises PermissionDenied, RuleBroken.
    """
    found = Verdict(verdict)
    with as_system():
        row = _locked(line)
        reviewed.check_decide(by, row)
        if not row.verdict and not _is_here(row):
            _settle(ReviewLine.objects.filter(pk=row.pk))
            row.refresh_from_db()
            return row
        if row.verdict:
            return _decided_already(row, found)
        return _decide(row, found, note.strip(), by)


@journals_refusals("controle.regel_heropend", about="line")
@transaction.atomic
def reopen(*, line: ReviewLine, by: Membership) -> ReviewLine:
    """Take back a verdict that a click gave in error, while the review runs; an account that was ended stays so.

    Raises PermissionDenied, RuleBroken.
    """
    with as_system():
        row = _locked(line)
        reviewed.check_decide(by, row)
        if not row.verdict:
            return row
        reviewed.check_reopen(by, row)
        before, row.verdict, row.note = row.verdict, "", ""
        row.decided_by, row.decided_by_name, row.decided_at = None, "", None
        row.save()
        record(act="controle.regel_heropend", obj=row, facts={"before": before, "membership": str(row.membership_id)})
    return row


@journals_refusals("controle.afgesloten", about="review")
@transaction.atomic
def close(*, review: AccessReview, by: Membership) -> AccessReview:
    """Sign the review off with its report, sealed, whose hash stands beside it; again changes nothing.

    About 12 ms of work for each line: half a second for twenty people, 40 s for three thousand. Raises
    PermissionDenied, RuleBroken before each line is decided.
    """
    reviewed.check_run(by)
    with as_system():
        row: AccessReview = AccessReview.objects.select_for_update(of=("self",)).get(pk=review.pk)
        if row.closed_at is not None:
            return row
        _settle(reviewed.departed(row.lines))
        _check_done(row)
        row.closed_by, row.closed_by_name, row.closed_at = by, by.name, database_now()
        paper = review_paper.seal(row)
        row.file, row.file_size, row.file_sha256 = paper.file, paper.size, paper.sha256
        row.save()
        facts = {"lines": row.lines.count(), "sha256": row.file_sha256, "verdicts": review_paper.tally(row)}
        record(act="controle.afgesloten", obj=row, facts=facts)
    return row


@transaction.atomic
def fetch_paper(*, review: AccessReview) -> Iterator[bytes]:
    """The sealed report, for who downloads it. Raises FileNotFoundError, vault.errors.VaultError."""
    chunks = open_sealed(subject_id=review.pk, name=review.file)
    record(act="controle.opgehaald", obj=review, facts={"sha256": review.file_sha256})
    return chunks


@transaction.atomic
def settle_departed(*, membership: Membership) -> int:
    """An account was ended: its line in the review that runs needs no verdict any more. How many lines."""
    return _settle(ReviewLine.objects.filter(membership=membership, verdict="", review__closed_at=None))


@transaction.atomic
def remind(*, now: datetime | None = None) -> int:
    """Mail directie thirty days before a review is due, on the day itself, and weekly after; how many mails."""
    with as_system():
        due = reviewed.due_on()
        stage = rules.stage(due, timezone.localdate(now))
        if not stage:
            return 0
        return tell(
            with_role(Role.DIRECTIE), kind="controle_toegang", once=f"{due}:{stage}", path=reverse("access:reviews"),
            due=f"{due.day}-{due.month}-{due.year}", late=stage not in ("vooraf", "week 0"),
            running=reviewed.running() is not None,
        )  # fmt: skip


# -- starting --------------------------------------------------------------------------------------------------------
def _line(review: AccessReview, one: reviewed.Reached) -> ReviewLine:
    return ReviewLine(
        review=review, membership_id=one.membership_id, name=one.name[:120], roles=one.roles, dossiers=one.dossiers,
        grounds=dict(one.grounds),
    )  # fmt: skip


# -- deciding --------------------------------------------------------------------------------------------------------
def _locked(line: ReviewLine) -> ReviewLine:
    """The review, the account and the line, in this order: as ending an account from elsewhere meets them."""
    review: AccessReview = AccessReview.objects.select_for_update(of=("self",)).get(pk=line.review_id)
    check_open(review)
    Membership.objects.select_for_update(of=("self",)).filter(pk=line.membership_id).values_list("pk").get()
    rows = ReviewLine.objects.select_for_update(of=("self",)).select_related("membership__user", "review")
    row: ReviewLine = rows.get(pk=line.pk)
    return row


def _is_here(row: ReviewLine) -> bool:
    return bool(Membership.objects.all().active().filter(pk=row.membership_id).exists())


def _decided_already(row: ReviewLine, found: str) -> ReviewLine:
    if row.verdict == found:
        return row
    raise RuleBroken(f"{row.decided_by_name or 'Iemand'} besloot hier al over: {row.get_verdict_display()}.")


def _decide(row: ReviewLine, found: Verdict, note: str, by: Membership) -> ReviewLine:
    row.verdict, row.note = found, note[:300]
    row.decided_by, row.decided_by_name, row.decided_at = by, by.name, database_now()
    row.save()
    ended = 0
    if found == Verdict.PARTLY:
        ended = _end_loose(row.membership, by)
    elif found == Verdict.WITHDRAWN:
        _end(row, note, by)
    facts = {"verdict": str(found), "membership": str(row.membership_id), "grants_ended": ended}
    record(act="controle.regel_besloten", obj=row, reason=note, facts=facts)
    return row


def _end_loose(member: Membership, by: Membership) -> int:
    """The grants that were somebody's own decision, each journaled with its dossier; how many dossiers."""
    rows = DossierGrant.objects.all().living().filter(group_id=member.private_group_id, ground__in=rules.LOOSE)
    held = list(rows.order_by("content_object_id", "ground").values_list("content_object_id", "ground"))
    if not held:
        raise RuleBroken("Er is geen losse toegang meer om in te trekken.")
    dossiers = dossier_model().objects.in_bulk({dossier_id for dossier_id, _ in held})
    for dossier_id, ground in dict.fromkeys(held):
        revoke(dossier=dossiers[dossier_id], to=member, ground=ground, by=by, reason=REASON)
    return len(dossiers)


def _end(row: ReviewLine, note: str, by: Membership) -> None:
    """End the account here; of who is a client as well, only that they act for another."""
    if not note:
        raise RuleBroken("Schrijf op waarom u de toegang intrekt.", "note")
    reviewed.check_end(by, row)
    member, why = row.membership, f"{REASON}: {note}"
    if Role.SUPPORT in member.roles:
        for visit in support.living().filter(asker=member):
            support.end_support(request=visit, by=by)
    elif Role.CLIENT in member.roles:
        change_roles(membership=member, roles=[Role.CLIENT], by=by)
    else:
        end_membership(membership=member, by=by, reason=why)


def _settle(rows: Any) -> int:
    """Lines of who left while the review ran: decided by nobody."""
    return int(
        rows.filter(verdict="").update(
            verdict=Verdict.WITHDRAWN, note=GONE, decided_by_name=BY_ITSELF, decided_at=Now()
        )
    )


# -- closing ---------------------------------------------------------------------------------------------------------
def _check_done(row: AccessReview) -> None:
    left = reviewed.undecided(row.lines).count()
    if left:
        people = "1 regel" if left == 1 else f"{left} regels"
        raise RuleBroken(f"Er is over {people} nog niet besloten. Daarna kunt u afsluiten.")
