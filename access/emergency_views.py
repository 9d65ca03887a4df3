"""Opening a dossier in an emergency, and judging afterwards whether that was right."""

from __future__ import annotations

import uuid
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from access import rules
from access.actions import emergency as acts
from access.asked import text_of
from access.checks import member_of, one_of
from access.decorators import fresh, staff_page
from access.emergency_forms import EmergencyForm, ReviewForm
from access.fields import add_refusal
from access.models import AccessRequest, EndedGrant, Membership
from access.rules import RuleBroken
from bureaus import reglement
from journal.actions import record
from journal.labels import act_label

PER_PAGE = 25
OWN_SHOWN = 10


@require_http_methods(["GET", "POST"])
@staff_page(*acts.MAY_OPEN)
def emergency(request: HttpRequest) -> HttpResponse:
    """What will happen stands above the form; sending it opens the dossier."""
    by = member_of(request)
    form = EmergencyForm(request.POST or None)
    seen = None
    if request.method == "POST" and form.is_valid():
        try:
            opened = acts.open_in_emergency(by=by, **form.cleaned_data)
        except RuleBroken as refusal:
            add_refusal(form, refusal)
            seen = getattr(refusal, "dossier", None)
        else:
            messages.warning(request, "Een ander beoordeelt deze noodtoegang achteraf.")
            return redirect("dossiers:detail", opened.dossier_id)
    return render(request, "access/emergency/open.html", {"form": form, "seen": seen} | _about(by))


def _about(by: Membership) -> dict[str, Any]:
    access = reglement.in_force().access
    own = AccessRequest.objects.filter(kind=AccessRequest.Kind.EMERGENCY, asker=by)
    return {
        "hours": access.emergency_hours,
        "tells_client": access.asking.tell_client,
        "own": list(own.order_by("-asked_at", "id")[:OWN_SHOWN]),
        "reviews": by.has_role(*acts.MAY_REVIEW),
    }


@require_safe
@staff_page(*acts.MAY_REVIEW)
def emergencies(request: HttpRequest) -> HttpResponse:
    """Every emergency access: what still waits first, what waits longest on top."""
    rows = AccessRequest.objects.filter(kind=AccessRequest.Kind.EMERGENCY)
    done = Paginator(rows.exclude(verdict="").order_by("-asked_at", "id"), PER_PAGE)
    waiting = Paginator(acts.unjudged(), PER_PAGE).get_page(request.GET.get("open"))
    context = {"waiting": waiting, "page": done.get_page(request.GET.get("pagina")), "member": member_of(request)}
    return render(
        request, "access/emergency/list.html", context | {"late_before": timezone.now() - rules.REVIEW_WITHIN}
    )


@require_http_methods(["GET", "POST"])
@staff_page(*acts.MAY_REVIEW)
@fresh
def review(request: HttpRequest, request_id: uuid.UUID) -> HttpResponse:
    """The reason, what was looked at and for how long; and the verdict, by another than who opened it."""
    by = member_of(request)
    row = one_of(AccessRequest.objects.filter(pk=request_id, kind=AccessRequest.Kind.EMERGENCY))
    form = ReviewForm(request.POST or None)
    if request.method == "POST":
        acts.check_may_review(by, row)
        if form.is_valid() and _judge(request, row, form, by):
            return redirect("access:emergency_review", row.pk)
    record(act="noodtoegang.ingezien", obj=row, grant_id=None, facts={"number": row.dossier_number})
    return render(request, "access/emergency/review.html", {"form": form, "row": row} | _what(request, row, by))


def lines_page(request: HttpRequest, lines: Any) -> Any:
    """A page of the journal's lines, each with what was done in plain words."""
    page = Paginator(lines, PER_PAGE).get_page(request.GET.get("pagina"))
    for line in page.object_list:
        line.label = act_label(line.act)
    return page


def _judge(request: HttpRequest, row: AccessRequest, form: ReviewForm, by: Membership) -> bool:
    try:
        acts.review(request=row, by=by, **form.cleaned_data)
    except RuleBroken as refusal:
        add_refusal(form, refusal)
        return False
    messages.success(request, "Uw oordeel is vastgelegd.")
    return True


def _what(request: HttpRequest, row: AccessRequest, by: Membership) -> dict[str, Any]:
    lines = acts.lines_of(row)
    ended = EndedGrant.objects.filter(grant_id=row.grant_id).values_list("ended_at", flat=True).first()
    return {
        "lines": lines_page(request, lines),
        "first": lines.first(),
        "last": lines.last(),
        "living": acts.is_living(row),
        "until": ended or row.opens_until,
        "reason": text_of(row, "reason"),
        "judgement": text_of(row, "review"),
        "may_review": acts.may_review(by, row),
        "own": row.asker_id == by.pk,
        "left_lying": acts.left_lying(row),
    }
