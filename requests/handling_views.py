"""Handling a request: what its page shows of it, and a page for each act. What a rule refuses stands in words."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from access.checks import allowed, demand, member_of, one_of, person
from access.decorators import staff_page
from access.fields import add_refusal
from access.models import Membership
from access.reach import check_not_view_only
from access.rules import RuleBroken
from bureaus import reglement
from dossiers import reading
from journal.actions import record
from requests import access, carried, clocks, collecting, deciding, stages
from requests.actions import corrections, handling, outcome
from requests.actions.rows import facts_of
from requests.handling_forms import AssignForm, DecideForm, DoneForm, JudgeForm, ReturnForm
from requests.models import FollowUp, Kind, State, Verzoek
from requests.rules import reglement_deadline
from vault import keys

PER_PAGE = 25
Act = Callable[..., Any]


def context(member: Membership, verzoek: Verzoek) -> dict[str, Any]:
    """For its part of the page of one request."""
    tasks = list(FollowUp.objects.filter(verzoek=verzoek).select_related("opdrachtgever"))
    waiting = stages.waiting_of(verzoek)
    handled = verzoek.state not in (State.WITHDRAWN, State.JOINED)
    may = stages.is_running(verzoek) and access.may_handle(member, verzoek)
    return {
        "stages": stages.stages(verzoek, tasks, waiting) if handled else [],
        "next": stages.next_step(verzoek, member, tasks, waiting, may=may),
        "told": stages.told(verzoek, tasks, may=may),
        "may_hand_over": may,
        "statements": stages.second_statement(verzoek),
        "proposed": verzoek.state == State.SECOND_LOOK,
        "answered": verzoek.decided_at is not None,
    }


# -- who ---------------------------------------------------------------------------------------------------------------
@require_http_methods(["GET", "POST"])
@staff_page(*access.READERS)
def assign(request: HttpRequest, verzoek_id: uuid.UUID) -> HttpResponse:
    """Somebody else handles it from now on."""
    member, row = _found(request, verzoek_id)
    demand(access.check_handle, member, row)
    form = AssignForm(request.POST or None, verzoek=row)
    if _sent(request, form, lambda **given: handling.assign(verzoek=row, by=member, **given)):
        return _back(request, row, "Het verzoek is overgedragen.", member)
    words = {"title": f"Verzoek {row.number} overdragen", "submit_label": "Overdragen"}
    return _act_page(request, row, form, words)


# -- what goes along ---------------------------------------------------------------------------------------------------
@require_http_methods(["GET", "POST"])
@staff_page(*access.READERS)
def collect(request: HttpRequest, verzoek_id: uuid.UUID) -> HttpResponse:
    """Everything that belongs to it, each with what was said of it; sending says that the rest goes along."""
    member, row = _found(request, verzoek_id)
    demand(handling.check_judge, member, row)
    if request.method == "POST":
        many = handling.judge_rest(verzoek=row, by=member)
        messages.success(request, f"{many} {'stuk gaat' if many == 1 else 'stukken gaan'} mee.")
        return redirect("requests:verzoek", row.pk)
    record(act="verzoek.stukken_ingezien", obj=row, dossier=row.dossier, facts={"number": row.number})
    page = Paginator(collecting.stukken_of(row), PER_PAGE).get_page(request.GET.get("pagina"))
    shown = {
        "verzoek": row, "page": page, "pieces": collecting.pieces(row, member, page),
        "waiting": collecting.not_judged(row).count(), "left_out": collecting.left_out(row),
    }  # fmt: skip
    return render(request, "requests/collect.html", shown)


@require_http_methods(["GET", "POST"])
@staff_page(*access.READERS)
def judge(request: HttpRequest, verzoek_id: uuid.UUID, stuk_id: uuid.UUID) -> HttpResponse:
    """One stuk, read, and whether it goes along."""
    member, row = _found(request, verzoek_id)
    demand(handling.check_judge, member, row)
    stuk = one_of(collecting.stukken_of(row).filter(pk=stuk_id))
    if stuk.pk not in collecting.readable(member, [stuk]):
        raise Http404
    there = row.judgements.filter(stuk_id=stuk.pk).first()
    initial = {name: getattr(there, name, "") or "" for name in ("verdict", "reason_code", "reason")}
    form = JudgeForm(request.POST or None, verzoek=row, initial=initial)
    if _sent(request, form, lambda **given: handling.judge(verzoek=row, stuk=stuk, by=member, **given)):
        messages.success(request, "Vastgelegd.")
        return redirect("requests:collect", row.pk)
    record(act="stuk.ingezien", obj=stuk, dossier=stuk.dossier, facts={"request": row.number})
    marks = row.marks.filter(stuk_id=stuk.pk).count()
    may_mark = allowed(check_not_view_only, person(member), stuk.dossier)
    shown = {"verzoek": row, "stuk": stuk, "form": form, "reading": reading.read(stuk), "marks": marks}
    return render(request, "requests/judge.html", shown | {"kind": reading.kind_label(stuk), "may_mark": may_mark})


# -- the decision ------------------------------------------------------------------------------------------------------
@require_http_methods(["GET", "POST"])
@staff_page(*access.READERS)
def decide(request: HttpRequest, verzoek_id: uuid.UUID) -> HttpResponse:
    """What is answered, and why."""
    member, row = _found(request, verzoek_id)
    demand(access.check_handle, member, row)
    if row.state != State.OPEN and request.method == "GET":
        return _stands(request, row, deciding.check_open)
    form = DecideForm(request.POST or None, verzoek=row)
    if _sent(request, form, lambda **given: handling.decide(verzoek=row, by=member, **given)):
        done = handling.submitted(row)
        return _back(request, row, done, member)
    shown = {"verzoek": row, "form": form, "asks_look": handling.may_ask_look(row, member), **_sides(member, row)}
    return render(request, "requests/decide.html", shown)


@require_http_methods(["GET", "POST"])
@staff_page(*access.READERS)
def second_look(request: HttpRequest, verzoek_id: uuid.UUID) -> HttpResponse:
    """Directie agrees with what was proposed, or sends it back."""
    member, row = _found(request, verzoek_id)
    try:
        handling.check_look(member, row)
    except RuleBroken as refusal:
        messages.info(request, str(refusal))
        return redirect("requests:verzoek", row.pk)
    answer = request.POST.get("besluit", "")
    returns = answer == "terug"
    form = ReturnForm(request.POST if returns else None)
    if returns and _sent(request, form, lambda **given: handling.send_back(verzoek=row, by=member, **given)):
        return _back(request, row, "Teruggegeven, met wat er anders moet.", member)
    if answer == "akkoord":
        return _do(request, row, "Besloten. De brief is gemaakt.", handling.agree, by=member)
    shown = {"verzoek": row, "form": form, **_sides(member, row)}
    return render(request, "requests/second_look.html", shown)


# -- carrying out ------------------------------------------------------------------------------------------------------
@require_POST
@staff_page(*access.READERS)
def write(request: HttpRequest, verzoek_id: uuid.UUID) -> HttpResponse:
    """To the editor, where the text that was proposed stands ready."""
    member, row = _found(request, verzoek_id)
    try:
        draft = corrections.write(verzoek=row, by=member)
    except RuleBroken as refusal:
        messages.error(request, str(refusal))
        return redirect("requests:verzoek", row.pk)
    return redirect("dossiers:edit", draft.stuk_id)


@require_POST
@staff_page(*access.READERS)
def delete(request: HttpRequest, verzoek_id: uuid.UUID) -> HttpResponse:
    member, row = _found(request, verzoek_id)
    done = "Het stuk staat op een vernietigingslijst. Een ander keurt die goed."
    return _do(request, row, done, corrections.propose_deletion, by=member)


@require_POST
@staff_page(*access.READERS)
def shield(request: HttpRequest, verzoek_id: uuid.UUID) -> HttpResponse:
    member, row = _found(request, verzoek_id)
    return _do(request, row, "Het stuk is afgeschermd.", corrections.shield, by=member)


@require_http_methods(["GET", "POST"])
@staff_page(*access.READERS)
def carried_out(request: HttpRequest, verzoek_id: uuid.UUID) -> HttpResponse:
    """That it is done; where nothing here shows that, in words."""
    member, row = _found(request, verzoek_id)
    demand(access.check_handle, member, row)
    if row.state != State.DECIDED:
        messages.info(request, outcome.NOTHING)
        return redirect("requests:verzoek", row.pk)
    said = carried.progress(row).said
    if request.method == "POST" and not said:
        return _do(request, row, "Vastgelegd dat het is uitgevoerd.", handling.carry_out, by=member)
    form = DoneForm(request.POST or None) if said else None
    if form and _sent(request, form, lambda **given: handling.carry_out(verzoek=row, by=member, **given)):
        return _back(request, row, "Vastgelegd dat het is uitgevoerd.", member)
    words = {"title": f"Verzoek {row.number}: uitgevoerd", "submit_label": "Vastleggen"}
    return _act_page(request, row, form, words)


@require_POST
@staff_page(*access.READERS)
def told(request: HttpRequest, follow_up_id: uuid.UUID) -> HttpResponse:
    """This receiver was told."""
    member = member_of(request)
    task = one_of(FollowUp.objects.filter(pk=follow_up_id, kind=FollowUp.Kind.TELL).select_related("verzoek__dossier"))
    row = access.request_of(member, task.verzoek_id)
    return _do(request, row, "Vastgelegd dat deze ontvanger is ingelicht.", _tells(task), by=member)


@require_POST
@staff_page(*access.READERS)
def close(request: HttpRequest, verzoek_id: uuid.UUID) -> HttpResponse:
    member, row = _found(request, verzoek_id)
    return _do(request, row, "Het verzoek is afgesloten.", handling.close, by=member)


# -- shared ------------------------------------------------------------------------------------------------------------
def _found(request: HttpRequest, verzoek_id: uuid.UUID) -> tuple[Membership, Verzoek]:
    member = member_of(request)
    row = access.request_of(member, verzoek_id)
    keys.prefetch([row.client_id])
    return member, row


def _tells(task: FollowUp) -> Act:
    return lambda *, verzoek, by: handling.tell_recipient(follow_up=task, by=by)  # noqa: ARG005


def _sent(request: HttpRequest, form: Any, act: Act) -> bool:
    """Whether it was sent and done; what is refused stands beside its field."""
    if request.method != "POST" or not form.is_valid():
        return False
    try:
        act(**form.cleaned_data)
    except RuleBroken as refusal:
        add_refusal(form, refusal)
        return False
    return True


def _do(request: HttpRequest, row: Verzoek, done: str, act: Act, *, by: Membership) -> HttpResponse:
    """An act without a form: what is refused is said above the page."""
    try:
        act(verzoek=row, by=by)
    except RuleBroken as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, done)
    return redirect("requests:verzoek", row.pk)


def _back(request: HttpRequest, row: Verzoek, done: str, member: Membership) -> HttpResponse:
    """To the request, where who acted still sees it."""
    messages.success(request, done)
    seen = access.visible(member).filter(pk=row.pk).exists()
    return redirect("requests:verzoek", row.pk) if seen else redirect("overviews:worklist")


def _stands(request: HttpRequest, row: Verzoek, check: Callable[[str], None]) -> HttpResponse:
    try:
        check(row.state)
    except RuleBroken as refusal:
        messages.info(request, str(refusal))
    return redirect("requests:verzoek", row.pk)


def _act_page(request: HttpRequest, row: Verzoek, form: Any, words: dict[str, Any]) -> HttpResponse:
    shown = {"verzoek": row, "form": form, "cancel_url": reverse("requests:verzoek", args=[row.pk]), **words}
    return render(request, "requests/act.html", shown)


def _sides(member: Membership, row: Verzoek) -> dict[str, Any]:
    """The text as it stands beside the text as it was proposed, for who may read the stuk; and what is held back.

    The page shows what was asked in the client's own words: the log says who saw them.
    """
    record(act="verzoek.ingezien", obj=row, dossier=row.dossier, facts=facts_of(row))
    sides: dict[str, Any] = {"last_day": _last_day(row), "withheld": 0}
    if row.kind in deciding.COPIES:
        whole, partly = collecting.held_back(row)
        sides |= {"withheld": whole, "partly": partly, "left_out": collecting.left_out(row)}
    stuk = collecting.stuk_of_request(row)
    if stuk is not None and stuk.pk in collecting.readable(member, [stuk]):
        record(act="stuk.ingezien", obj=stuk, dossier=stuk.dossier, facts={"request": row.number})
        sides["reading"] = reading.read(stuk)
    return sides


def _last_day(row: Verzoek) -> Any:
    """Until when a complaint can be not taken up."""
    if row.kind != Kind.KLACHT:
        return None
    last = reglement_deadline(row.received_on, reglement.in_force().requests.complaint.not_admissible)
    return last if clocks.today() <= last else None
