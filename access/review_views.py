"""The yearly access review: who can reach what and why; keep it or withdraw it, person by person, and sign it off."""

from __future__ import annotations

import uuid
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from access import review_rules, reviewed
from access.actions import reviews as acts
from access.checks import demand, member_of, one_of
from access.decorators import fresh, staff_page
from access.downloads import attachment, opens_sealed
from access.fields import add_refusal
from access.models import AccessReview, Membership, ReviewLine, Role, role_label
from access.review_forms import DecideForm, EndForm
from access.rules import RuleBroken
from journal.actions import record

PER_PAGE, GRANTS_PER_PAGE = 25, 50
# What the list can be narrowed to; the first is what directie has to do.
SHOWN = {"open": "Nog te besluiten", "alles": "Iedereen", "ingetrokken": "Ingetrokken"}
SETTLED = "Dit account was al beëindigd. De regel is vanzelf afgehandeld."


@require_safe
@staff_page(*reviewed.MAY_LOOK)
def reviews(request: HttpRequest) -> HttpResponse:
    """When the next one is due, the one that runs, and the reports of those before."""
    member = member_of(request)
    page = Paginator(reviewed.closed(), PER_PAGE).get_page(request.GET.get("pagina"))
    running, due = reviewed.running(), reviewed.due_on()
    context: dict[str, Any] = {"page": page, "running": running, "due": due, "may_run": reviewed.may_run(member)}
    context |= {"every": review_rules.EVERY[reviewed.every()], "late": due < timezone.localdate()}
    context["soon"] = due - review_rules.TOLD_AHEAD <= timezone.localdate()
    return render(request, "access/reviews/list.html", context | (_progress(running) if running else {}))


@require_POST
@staff_page(Role.DIRECTIE)
def start(request: HttpRequest) -> HttpResponse:
    return redirect("access:review", acts.start(by=member_of(request)).pk)


@require_safe
@staff_page(*reviewed.MAY_LOOK)
def review(request: HttpRequest, review_id: uuid.UUID) -> HttpResponse:
    """Person by person what they can reach; of one that was closed, what was decided."""
    member, row = member_of(request), _review(review_id)
    shown = _shown(request, row)
    page = Paginator(_lines(row, shown), PER_PAGE).get_page(request.GET.get("pagina"))
    context: dict[str, Any] = {
        "review": row,
        "page": page,
        "rows": _rows(row, page.object_list, member),
        "shown": shown,
    }
    context |= {"choices": SHOWN, "may_run": reviewed.may_run(member), **_progress(row)}
    context["place"] = {**shown, "pagina": page.number}
    context["stuck"] = reviewed.is_stuck(row, member, context["left"])
    return render(request, "access/reviews/review.html", context)


@require_http_methods(["GET", "POST"])
@staff_page(*reviewed.MAY_LOOK)
def line(request: HttpRequest, reviewed_id: uuid.UUID) -> HttpResponse:
    """One person: the dossiers by number, why, since when and until when. One click here or in the list decides."""
    member, row = member_of(request), _line(reviewed_id)
    form = DecideForm(request.POST or None)
    if request.method == "POST":
        reviewed.check_decide(member, row)
        if form.is_valid() and _decide(request, row, form, member):
            return _back(request, row)
    page = Paginator(reviewed.grants_of(row), GRANTS_PER_PAGE).get_page(request.GET.get("pagina"))
    facts = {"person": str(row.membership_id), "page": page.number, "dossiers": page.paginator.count}
    record(act="controle.ingezien", obj=row, facts=facts)
    context = {"line": row, "review": row.review, "form": form, "page": page, "grants": list(map(_grant, page))}
    context["may_reopen"] = reviewed.may_reopen(member, row)
    return render(request, "access/reviews/line.html", context | _rows(row.review, [row], member)[0])


@require_http_methods(["GET", "POST"])
@staff_page(*reviewed.MAY_LOOK)
@fresh
def withdraw(request: HttpRequest, reviewed_id: uuid.UUID) -> HttpResponse:
    """A page of its own: what ends can't be undone, only begun again."""
    member, row = member_of(request), _line(reviewed_id)
    if row.verdict:
        messages.info(request, f"Over {row.name} is al besloten: {row.get_verdict_display()}.")
        return redirect("access:review_line", row.pk)
    demand(reviewed.check_end, member, row)
    form = EndForm(request.POST or None)
    if request.method == "POST" and form.is_valid() and _withdraw(request, row, form, member):
        return redirect("access:review", row.review_id)
    return render(request, "access/reviews/withdraw.html", {"line": row, "form": form} | _person(row))


@require_POST
@staff_page(*reviewed.MAY_LOOK)
def reopen(request: HttpRequest, reviewed_id: uuid.UUID) -> HttpResponse:
    row = _line(reviewed_id)
    try:
        acts.reopen(line=row, by=member_of(request))
    except RuleBroken as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, f"U kunt opnieuw besluiten over {row.name}.")
    return redirect("access:review_line", row.pk)


@require_http_methods(["GET", "POST"])
@staff_page(Role.DIRECTIE)
@fresh
def close(request: HttpRequest, review_id: uuid.UUID) -> HttpResponse:
    """What closing does stands above the button; before everything is decided it says what is left."""
    row = _review(review_id)
    refused = ""
    if row.closed_at is not None:
        return redirect("access:review", row.pk)
    if request.method == "POST":
        try:
            acts.close(review=row, by=member_of(request))
        except RuleBroken as refusal:
            refused = str(refusal)
        else:
            messages.success(request, "De controle is afgesloten. Het verslag is opgeslagen.")
            return redirect("access:review", row.pk)
    return render(request, "access/reviews/close.html", {"review": row, "refused": refused} | _progress(row))


@require_safe
@staff_page(*reviewed.MAY_LOOK)
@opens_sealed
def paper(request: HttpRequest, review_id: uuid.UUID) -> HttpResponseBase:  # noqa: ARG001
    """The report as it was sealed, byte for byte."""
    row = one_of(AccessReview.objects.exclude(closed_at=None).filter(pk=review_id))
    name = f"toegangscontrole-{timezone.localdate(row.closed_at).isoformat()}.pdf"
    return attachment(acts.fetch_paper(review=row), name, "application/pdf", size=row.file_size)


# -- what is shown ---------------------------------------------------------------------------------------------------
def _review(review_id: uuid.UUID) -> AccessReview:
    found: AccessReview = one_of(AccessReview.objects.filter(pk=review_id))
    return found


def _line(reviewed_id: uuid.UUID) -> ReviewLine:
    rows = ReviewLine.objects.select_related("review", "membership__user")
    found: ReviewLine = one_of(rows.filter(pk=reviewed_id))
    return found


def _shown(request: HttpRequest, row: AccessReview) -> dict[str, str]:
    """Which lines are asked for: of one that was closed, everybody."""
    asked = request.GET.get("toon", "")
    default = "alles" if row.closed_at else "open"
    text = request.GET.get("q", "").replace("\x00", "").strip()[:100]
    return {"toon": asked if asked in SHOWN else default, "q": text}


def _lines(row: AccessReview, shown: dict[str, str]) -> Any:
    lines = row.lines.select_related("membership__user").order_by("name", "id")
    if shown["q"]:
        lines = lines.filter(name__icontains=shown["q"])
    if shown["toon"] == "open":
        return reviewed.undecided(lines)
    wanted = (ReviewLine.Verdict.WITHDRAWN, ReviewLine.Verdict.PARTLY)
    return lines.filter(verdict__in=wanted) if shown["toon"] == "ingetrokken" else lines


def _rows(review: AccessReview, lines: Any, member: Membership) -> list[dict[str, Any]]:
    """What the list says of each person; what they can do now only while it runs."""
    rows = list(lines)
    facts = reviewed.facts_of(rows) if review.closed_at is None else {}
    return [
        {
            "line": line, "facts": facts.get(line.pk), **_person(line), "own": line.membership_id == member.pk,
            "may_decide": review.closed_at is None and not line.verdict and reviewed.may_decide(member, line),
            "may_end": reviewed.may_end(member, line),
        }
        for line in rows
    ]  # fmt: skip


def _person(line: ReviewLine) -> dict[str, Any]:
    return {
        "roles": ", ".join(role_label(role) for role in line.roles),
        "reach": review_rules.in_words(line.grounds, line.dossiers),
        "loose": review_rules.loose(line.grounds),
        "handles": line.grounds.get("behandelaar", 0),
        "works_here": bool(set(line.roles) & reviewed.WORKS_HERE),
        "acts_for_another": Role.GEMACHTIGDE in line.roles,
        "is_client_too": Role.CLIENT in line.roles,
        "here": line.membership.is_active,
    }


def _grant(row: dict[str, Any]) -> dict[str, Any]:
    key = review_rules.key_of(row["ground"], row["role"] or "")
    return {**row, "number": row["content_object__number"], "why": review_rules.why(key)}


def _progress(row: AccessReview) -> dict[str, int]:
    """How many of how many lines need no verdict any more."""
    total, left = reviewed.progress(row)
    return {"total": total, "left": left, "done": total - left}


# -- what is done ----------------------------------------------------------------------------------------------------
def _decide(request: HttpRequest, row: ReviewLine, form: DecideForm, by: Membership) -> bool:
    try:
        decided = acts.decide(line=row, by=by, **form.cleaned_data)
    except RuleBroken as refusal:
        add_refusal(form, refusal)
        return False
    _tell(request, decided)
    return True


def _withdraw(request: HttpRequest, row: ReviewLine, form: EndForm, by: Membership) -> bool:
    try:
        decided = acts.decide(line=row, verdict=ReviewLine.Verdict.WITHDRAWN, by=by, **form.cleaned_data)
    except RuleBroken as refusal:
        add_refusal(form, refusal)
        return False
    _tell(request, decided)
    return True


def _tell(request: HttpRequest, line: ReviewLine) -> None:
    text = f"{line.name}: {line.get_verdict_display()}." if line.decided_by_id else SETTLED
    messages.success(request, text)


def _back(request: HttpRequest, row: ReviewLine) -> HttpResponse:
    """To the same place in the list, where the next one stands."""
    kept = {name: request.POST.get(name, "").replace("\x00", "")[:100] for name in ("toon", "q", "pagina")}
    asked = urlencode({name: value for name, value in kept.items() if value})
    return redirect(f"{reverse('access:review', args=[row.review_id])}{'?' if asked else ''}{asked}#regels")
