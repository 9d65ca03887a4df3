"""Destruction lists: what is on them and why, leaving one out, approving and taking back. Dossiers by number alone."""

from __future__ import annotations

import uuid
from datetime import date
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from access.checks import demand, member_of, one_of
from access.decorators import fresh, staff_page
from access.fields import add_refusal
from access.models import Membership
from access.rules import RuleBroken
from bureaus.terms import parse_term
from journal.actions import record
from retention import listable, listed, papers_held, terms
from retention.actions import list_changes
from retention.actions import lists as acts
from retention.clock import database_today
from retention.list_forms import ApproveForm, ExcludeForm, ProposeForm
from retention.models import DestructionList, ItemState, KeptBecause, ListItem, ListStatus
from retention.terms import Block

PER_PAGE, ITEMS_PER_PAGE = 25, 100
READ = "vernietiging.toelichting_ingezien"
TONES = {
    ListStatus.PROPOSED: "warn", ListStatus.APPROVED: "busy", ListStatus.RUNNING: "busy", ListStatus.PAPER: "warn",
    ListStatus.DONE: "good", ListStatus.CANCELLED: "neutral",
}  # fmt: skip
ITEM_TONES = {
    ItemState.OPEN: "neutral", ItemState.EXCLUDED: "locked", ItemState.KEPT: "locked", ItemState.ERASED: "busy",
    ItemState.CLEARED: "busy", ItemState.DESTROYED: "good", ItemState.FAILED: "bad",
}  # fmt: skip
MOVED = "de termijn is niet meer voorbij"
RUNS = (ListStatus.RUNNING, ListStatus.PAPER)


@require_safe
@staff_page(*listed.MAY_LOOK)
def lists(request: HttpRequest) -> HttpResponse:
    """Every list, the newest first; what waits for approval is told by its state."""
    page = Paginator(listed.lists(), PER_PAGE).get_page(request.GET.get("pagina"))
    rows = [{"list": one, "tone": TONES[ListStatus(one.status)]} for one in page]
    context = {"page": page, "rows": rows, "may_propose": listed.may_propose(member_of(request))}
    return render(request, "retention/lists.html", context)


@require_http_methods(["GET", "POST"])
@staff_page(*listed.MAY_PROPOSE)
def propose(request: HttpRequest) -> HttpResponse:
    """By hand: chosen dossiers, such as the watchlist hands over."""
    chosen = "\n".join(request.GET.getlist("nummer")[: acts.BY_HAND])
    form = ProposeForm(request.POST or None, initial={"numbers": chosen})
    if request.method == "POST" and form.is_valid():
        try:
            made = acts.propose(numbers=form.given, by=member_of(request))
        except RuleBroken as refusal:
            add_refusal(form, refusal)
        else:
            messages.success(request, f"Lijst {made} is gemaakt. Een ander keurt hem goed.")
            return redirect("retention:list", made.pk)
    return render(request, "retention/list_propose.html", {"form": form})


@require_safe
@staff_page(*listed.MAY_LOOK)
def one_list(request: HttpRequest, list_id: uuid.UUID) -> HttpResponse:
    """One list with its dossiers; a script asks how far it is."""
    member, row = member_of(request), _list(list_id)
    facts = _facts(row) | {"may": _may(member, row)}
    if "HX-Request" in request.headers:
        return render(request, "retention/list_run.html", facts | {"is_part": True})
    pages = Paginator(row.items.all(), ITEMS_PER_PAGE)
    pages.count = facts["tally"].rows
    page = pages.get_page(request.GET.get("pagina"))
    context = {"page": page, "rows": _rows(row, page.object_list, member)}
    return render(request, "retention/list.html", facts | context)


@require_http_methods(["GET", "POST"])
@staff_page(*listed.MAY_APPROVE)
@fresh
def approve(request: HttpRequest, list_id: uuid.UUID) -> HttpResponse:
    """A page of its own: what will happen, the number typed, and exactly the manifest that is shown."""
    member, row = member_of(request), _list(list_id)
    form, refused = ApproveForm(request.POST or None, initial={"sha256": row.manifest_sha256}), ""
    if request.method == "POST" and form.is_valid():
        try:
            approved = list_changes.approve(destruction_list=row, by=member, **form.cleaned_data)
        except RuleBroken as refusal:
            refused = "" if refusal.field else str(refusal)
            add_refusal(form, refusal)
        else:
            until = timezone.localtime(approved.starts_after)
            messages.success(request, f"Lijst {row} is goedgekeurd. Intrekken kan tot {until:%d-%m-%Y %H:%M}.")
            return redirect("retention:list", row.pk)
    row = _list(list_id)
    return render(request, "retention/list_approve.html", _facts(row) | _to_approve(row, member, form, refused))


@require_http_methods(["GET", "POST"])
@staff_page(*listed.MAY_CANCEL)
def cancel(request: HttpRequest, list_id: uuid.UUID) -> HttpResponse:
    """Nothing is destroyed by it; still a page that says what it does."""
    member, row = member_of(request), _list(list_id)
    refused = ""
    if request.method == "POST":
        try:
            list_changes.cancel(destruction_list=row, by=member)
        except RuleBroken as refusal:
            refused = str(refusal)
        else:
            messages.success(request, f"Lijst {row} is ingetrokken. Er is niets vernietigd.")
            return redirect("retention:list", row.pk)
    refused = refused or _refusal(listed.check_cancel, member, row)
    return render(request, "retention/list_cancel.html", _facts(row) | {"refused": refused})


@require_http_methods(["GET", "POST"])
@staff_page(*listed.MAY_PROPOSE)
def exclude(request: HttpRequest, list_id: uuid.UUID, item_id: uuid.UUID) -> HttpResponse:
    """Leave one out, with a reason and a day."""
    member, item = member_of(request), _item(list_id, item_id)
    demand(listed.check_change, member, item.destruction_list)
    reads = item.dossier_id in listed.visible(member, [item.dossier_id])
    form = ExcludeForm(request.POST or None, initial=_given(item, reads=reads), with_text=item.record_id is None)
    if request.method == "POST" and form.is_valid() and _exclude(request, item, form, reads=reads):
        return redirect("retention:list", item.destruction_list_id)
    context = {"item": item, "list": item.destruction_list, "form": form, "reads": reads}
    return render(request, "retention/list_exclude.html", context)


@require_POST
@staff_page(*listed.MAY_PROPOSE)
def include(request: HttpRequest, list_id: uuid.UUID, item_id: uuid.UUID) -> HttpResponse:
    item = _item(list_id, item_id)
    try:
        list_changes.include_again(item=item, by=member_of(request))
    except RuleBroken as refusal:
        messages.error(request, f"{item.dossier_number}: {refusal}")
    else:
        messages.success(request, f"{item.dossier_number} staat weer op de lijst.")
    return redirect("retention:list", item.destruction_list_id)


# -- what is shown -----------------------------------------------------------------------------------------------------
def _list(list_id: uuid.UUID) -> DestructionList:
    """Without what is as long as the list; who approves or cancels it locks and reads it anew."""
    rows = DestructionList.objects.select_related("proces_verbaal").defer("manifest", "proces_verbaal__facts")
    found: DestructionList = one_of(rows.filter(pk=list_id))
    return found


def _item(list_id: uuid.UUID, item_id: uuid.UUID) -> ListItem:
    rows = ListItem.objects.select_related("destruction_list").defer(listable.MANIFEST)
    found: ListItem = one_of(rows.filter(pk=item_id, destruction_list_id=list_id))
    return found


def _facts(row: DestructionList) -> dict[str, Any]:
    """What stands on top of every page about a list."""
    counted, paper = listed.tally(row), getattr(row, "proces_verbaal", None)
    return {
        "list": row, "tone": TONES[ListStatus(row.status)], "tally": counted, "many": counted.many,
        "cooling_off": parse_term(row.cooling_off), "runs": row.status in RUNS, "paper": paper,
    }  # fmt: skip


def _rows(row: DestructionList, items: Any, member: Membership) -> list[dict[str, Any]]:
    """The dossiers of one page; what keeps one now stands beside it while it can still be changed."""
    found = list(items)
    ids = [one.dossier_id for one in found]
    known, change = listed.known(member, ids), listed.may_change(member, row)
    kept, today = (terms.blocks(ids) if row.status in listed.CHANGEABLE else {}), database_today()
    return [
        {
            "item": one, "tone": ITEM_TONES[ItemState(one.state)], "kept": KeptBecause.words(one.kept_because),
            "seen": one.dossier_id in known and known[one.dossier_id].seen,
            "blocks": _stays(row, one, known.get(one.dossier_id), kept.get(one.dossier_id, []), today),
            "size": one.counts.get("bytes", 0),
            "may_exclude": change and one.state == ItemState.OPEN,
            "may_change": change and one.state == ItemState.EXCLUDED,
            "may_retry": listed.may_retry_item(member, one), "may_let_stand": listed.may_let_stand(member, one),
        }
        for one in found
    ]  # fmt: skip


def _stays(
    row: DestructionList, one: ListItem, known: listed.Known | None, kept: list[Block], today: date
) -> list[str]:
    """Why this one would be kept if its turn came now."""
    if one.state != ItemState.OPEN or row.status not in listed.CHANGEABLE:
        return []
    why = [block.label for block in listable.counted(kept, row.kind, row.source)]
    moved = known is not None and not (known.due_on and known.due_on <= today)
    return [*why, MOVED] if moved and _by_term(row, one) and not why else why


def _by_term(row: DestructionList, one: ListItem) -> bool:
    return row.kind in listable.BY_TERM and one.record_id is None


def _may(member: Membership, row: DestructionList) -> dict[str, Any]:
    return {
        "approve": listed.may_approve(member, row),
        "cancel": listed.may_cancel(member, row),
        "retry": listed.may_retry(member),
        "certificate": papers_held.may_certificate(member, row),
        "own": listed.had_a_hand(member, row) and row.status == ListStatus.PROPOSED,
    }


def _to_approve(row: DestructionList, member: Membership, form: ApproveForm, refused: str) -> dict[str, Any]:
    """What the page says before it is approved; after a refusal the form is of the list as it is shown now."""
    shut = _refusal(listed.check_approve, member, row)
    ids = list(row.items.filter(state=ItemState.OPEN, record_id=None).values_list("dossier_id", flat=True))
    blocks = {} if shut else terms.blocks(ids)
    kept = {key for key, one in blocks.items() if listable.counted(one, row.kind, row.source)}
    if not shut and row.kind in listable.BY_TERM:
        kept |= listed.no_longer_due(ids, database_today())
    if refused:
        form = ApproveForm(initial={"sha256": row.manifest_sha256})
    sooner = set() if shut or row.kind not in listable.BY_TERM else terms.sooner_by_agreement(ids)
    return {"form": None if shut else form, "refused": refused or shut, "kept": len(kept), "sooner": len(sooner)}


def _refusal(check: Any, *what: Any) -> str:
    try:
        check(*what)
    except RuleBroken as refusal:
        return str(refusal)
    return ""


def _given(item: ListItem, *, reads: bool) -> dict[str, Any]:
    """What was chosen before, for who changes it; the words only for who may see the dossier, and that is noted."""
    if item.state != ItemState.EXCLUDED:
        return {}
    given = {"reason": item.excluded_reason, "until": item.excluded_until}
    if reads and item.excluded_text:
        record(act=READ, obj=item, dossier=listed.named(item))
        given["text"] = listed.text_of(item)
    return given


# -- what is done ------------------------------------------------------------------------------------------------------
def _exclude(request: HttpRequest, item: ListItem, form: ExcludeForm, *, reads: bool) -> bool:
    given = form.cleaned_data
    text = given.get("text", "")
    try:
        list_changes.exclude(
            item=item, reason=given["reason"], until=given["until"], by=member_of(request),
            text=text if text or reads else None,
        )  # fmt: skip
    except RuleBroken as refusal:
        add_refusal(form, refusal)
        return False
    messages.success(request, f"{item.dossier_number} is uitgezonderd.")
    return True
