"""How long one dossier is kept: until when and why, what blocks, and what was agreed."""

from __future__ import annotations

import uuid
from datetime import date, datetime, time, timedelta
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from access.checks import demand, member_of
from access.decorators import staff_page
from access.fields import add_refusal
from access.models import Membership
from access.reach import database_now
from access.rules import RuleBroken
from bureaus.schema import Trigger
from dossiers.models import Dossier
from journal.actions import record
from retention import access, actions, handed, on_request, papers_held, terms
from retention.clock import database_today
from retention.models import Hold, PaperFile, TermAgreement
from retention.term_forms import AgreeForm, HoldForm, LiftForm, ReviewForm
from vault import keys

TRIGGERS = (Trigger.TRAJECT_ENDED, Trigger.SERVICE_CLOSED, Trigger.CONTRACT_ENDED, Trigger.TRANSFER_RECEIVED)


@require_safe
@staff_page
def dossier(request: HttpRequest, dossier_id: uuid.UUID) -> HttpResponse:
    """Until when and why, what keeps it longer, and which terms were agreed."""
    member = member_of(request)
    row = access.kept_dossier(member, dossier_id)
    record(act="bewaring.ingezien", obj=row, dossier=row, grant_id=row.grant_id)  # type: ignore[attr-defined]
    (standing, blocks), now = terms.whole(row), database_now()
    context = {
        "dossier": row,
        "standing": standing,
        "due": standing.due.is_due(timezone.localdate(now)),
        "dates": [(one.label, standing.trigger_dates[one], one == standing.chosen.rule.trigger) for one in TRIGGERS],
        "blocks": blocks,
        "may_hold": access.may_hold(member, row),
        "may_agree": access.may_agree(member),
        "may_request": on_request.may_request(member),
        "transfer": handed.open_of(row.pk),
        "may_transfer": standing.chosen.rule.is_transfer and handed.may_start(member, row),
        **_on_paper(member, row),
        **_holds(member, row, now),
        **_agreements(row),
    }
    return render(request, "retention/dossier.html", context)


@require_http_methods(["GET", "POST"])
@staff_page
def place(request: HttpRequest, dossier_id: uuid.UUID) -> HttpResponse:
    """Keep a dossier longer: why, until when, and when somebody looks again."""
    member = member_of(request)
    row = access.kept_dossier(member, dossier_id)
    demand(access.check_hold, member, row)
    in_half_a_year = {"review_on": database_today() + timedelta(days=182)}
    form = HoldForm(request.POST or None, initial=in_half_a_year)
    if request.method == "POST" and form.is_valid() and _placed(form, row, member):
        messages.success(request, f"Dossier {row.number} blijft bewaard zolang deze blokkade er is.")
        return redirect("retention:dossier", row.pk)
    return render(request, "retention/hold.html", {"dossier": row, "form": form})


@require_http_methods(["GET", "POST"])
@staff_page
def review(request: HttpRequest, hold_id: uuid.UUID) -> HttpResponse:
    """It is still right; somebody looks again on another day."""
    member = member_of(request)
    hold = access.hold_of(member, hold_id)
    form = ReviewForm(request.POST or None, initial={"review_on": database_today() + timedelta(days=182)})
    words = {"title": "Blokkade opnieuw bekijken", "submit_label": "Blokkade laten staan"}
    return _about(request, member, hold, form, actions.review_hold, "De blokkade blijft staan.", words)


@require_http_methods(["GET", "POST"])
@staff_page
def lift(request: HttpRequest, hold_id: uuid.UUID) -> HttpResponse:
    """The dossier need not be kept for this any more."""
    member = member_of(request)
    hold = access.hold_of(member, hold_id)
    words = {"title": "Blokkade opheffen", "submit_label": "Blokkade opheffen", "lifting": True}
    return _about(
        request, member, hold, LiftForm(request.POST or None), actions.lift_hold, "De blokkade is opgeheven.", words
    )


@require_http_methods(["GET", "POST"])
@staff_page(*access.AGREERS)
def agree(request: HttpRequest, dossier_id: uuid.UUID) -> HttpResponse:
    """Another term for this traject alone."""
    member = member_of(request)
    row = access.kept_dossier(member, dossier_id)
    agreed = actions.agreed_now(traject=row.traject)
    form = AgreeForm(request.POST or None, initial={"seen": agreed})
    if request.method == "POST" and form.is_valid():
        try:
            actions.agree_term(by=member, traject=row.traject, **form.agreed())
        except RuleBroken as refusal:
            add_refusal(form, refusal)
            form.saw(agreed)
        else:
            messages.success(request, "De termijn is vastgelegd. De datum hieronder is opnieuw berekend.")
            return redirect("retention:dossier", row.pk)
    context = {"dossier": row, "form": form, "now": terms.standing(row)}
    return render(request, "retention/agree.html", context)


def _placed(form: HoldForm, row: Dossier, member: Membership) -> bool:
    given = form.cleaned_data
    facts = {name: given[name] for name in ("kind", "reason", "review_on")}
    try:
        actions.place_hold(dossier=row, by=member, until=_end_of(given["until"]), **facts)
    except RuleBroken as refusal:
        add_refusal(form, refusal)
        return False
    return True


def _end_of(day: date | None) -> datetime | None:
    """'Tot en met' a day is until its last second, here."""
    return timezone.make_aware(datetime.combine(day, time(23, 59, 59))) if day else None


def _about(
    request: HttpRequest, member: Membership, hold: Hold, form: Any, act: Any, said: str, words: dict[str, Any]
) -> HttpResponse:
    """One hold and what is done with it; of two who do it at once, the second is sent back to the page."""
    demand(access.check_hold, member, hold.dossier)
    if hold.lifted_at is not None:
        messages.info(request, f"{hold.lifted_by_name} heeft deze blokkade al opgeheven.")
        return redirect("retention:dossier", hold.dossier_id)
    if request.method == "POST" and form.is_valid():
        try:
            act(hold=hold, by=member, **form.cleaned_data)
        except RuleBroken as refusal:
            add_refusal(form, refusal)
        else:
            messages.success(request, said)
            return redirect("retention:dossier", hold.dossier_id)
    shown = _shown(member, hold, database_today(), seen=hold.dossier.seen)  # type: ignore[attr-defined]
    return render(request, "retention/about_hold.html", {"hold": shown, "dossier": hold.dossier, "form": form, **words})


# -- what is shown ---------------------------------------------------------------------------------------------------
def _on_paper(member: Membership, row: Dossier) -> dict[str, Any]:
    """Where its paper stands, in a bureau that has paper (pluspunt 2.1)."""
    if not papers_held.is_used() or not (access.is_keeper(member) or papers_held.may_paper(member, row)):
        return {"has_paper": False}
    return {"has_paper": True, "paper": PaperFile.objects.filter(dossier=row).first()}


def _holds(member: Membership, row: Dossier, now: datetime) -> dict[str, Any]:
    keys.prefetch({row.pk})
    today = timezone.localdate(now)
    found = [_shown(member, one, today, seen=row.seen) for one in Hold.objects.filter(dossier=row)]  # type: ignore[attr-defined]
    living = [one for one in found if one["row"].lifted_at is None and not _is_over(one["row"], now)]
    return {"holds": living, "earlier": [one for one in found if one not in living]}


def _is_over(hold: Hold, now: datetime) -> bool:
    return hold.until is not None and hold.until < now


def _shown(member: Membership, hold: Hold, today: date, *, seen: bool) -> dict[str, Any]:
    """A hold; its words only for who may read them."""
    reads = access.may_read_reason(member, hold, seen=seen)
    late = hold.review_on <= today
    return {
        "row": hold,
        "reads": reads,
        "late": late,
        "reason": hold.reason if reads else "",
        "lift_reason": hold.lift_reason or "" if reads and hold.lifted_at else "",
    }


def _agreements(row: Dossier) -> dict[str, Any]:
    mine = TermAgreement.objects.filter(traject_id=row.traject_id)
    of_contract = TermAgreement.objects.filter(contract_id=row.traject.contract_id, contract__isnull=False)
    found = list((mine | of_contract).order_by("-made_at"))
    return {
        "agreements": [one for one in found if one.ended_at is None],
        "ended_agreements": [one for one in found if one.ended_at is not None],
    }
