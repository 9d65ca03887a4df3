"""Handing dossiers over: what waits, one transfer, beginning it and taking it back. Dossiers by number alone."""

from __future__ import annotations

import uuid
from datetime import date
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from access.checks import demand, member_of
from access.decorators import staff_page
from access.models import Membership
from access.reach import as_system
from access.rules import RuleBroken
from bureaus.terms import parse_term
from bureaus.words import capitalised
from dossiers.models import Dossier
from journal.actions import record
from retention import access, handed, handing, listed, terms
from retention.actions import transfers as acts
from retention.clock import database_today
from retention.models import Transfer
from retention.tabs import chosen

PER_PAGE, ENTRIES = 25, 50
Status = Transfer.Status
TONES = {
    Status.PACKING: "busy", Status.READY: "warn", Status.RECEIVED: "good", Status.CANCELLED: "neutral",
    Status.FAILED: "bad",
}  # fmt: skip


@require_safe
@staff_page(*handed.MAY_LOOK)
def transfers(request: HttpRequest) -> HttpResponse:
    """What is to be handed over, and how far each is."""
    today = database_today()
    tabs = handed.tabs(today)
    tab = chosen(tabs, request.GET.get("toon", ""))
    paginator = Paginator(tab.rows, PER_PAGE)
    paginator.count = tab.count  # known already
    page = paginator.get_page(request.GET.get("pagina"))
    member, found = member_of(request), list(page)
    seen = access.seen_of(member, [one.dossier_id for one in found])
    to_do = tab.key == "klaarzetten"
    rows = _to_do(found, seen) if to_do else [_shown(one, one.dossier_id in seen, today) for one in found]
    may_start = member.has_role(*handed.MAY_START)
    context = {"tabs": tabs, "tab": tab, "page": page, "rows": rows, "may_start": may_start}
    return render(request, "retention/transfers.html", context)


@require_safe
@staff_page
def transfer(request: HttpRequest, transfer_id: uuid.UUID) -> HttpResponse:
    """One transfer: what is in it, what stayed out, who fetched it and signed."""
    member = member_of(request)
    row = handed.one_for(member, transfer_id)
    record(act="overdracht.bekeken", obj=row, dossier=listed.named(row))
    entries = Paginator(row.manifest, ENTRIES).get_page(request.GET.get("pagina"))
    context = {
        **_shown(row, _seen(row), database_today()), "page": entries, "reasons": handing.reasons(row.left_out),
        "may_withdraw": _may_withdraw(member, row), "may_start": _may_start(member, row),
        "may_look": access.is_keeper(member), "keeps": _term(row.receiver_keeps),
        "there": Dossier.objects.filter(pk=row.dossier_id).exists(),
    }  # fmt: skip
    return render(request, "retention/transfer.html", context)


@require_http_methods(["GET", "POST"])
@staff_page
def start(request: HttpRequest, dossier_id: uuid.UUID) -> HttpResponse:
    """What will go, what will not and why, to whom; and then it is packed."""
    member = member_of(request)
    row = access.kept_dossier(member, dossier_id)
    demand(handed.check_start, member, row)
    there = handed.open_of(row.pk)
    if there is not None and there.status != Status.FAILED:
        return redirect("retention:transfer", there.pk)
    if request.method == "POST":
        try:
            made = acts.start_transfer(dossier=row, by=member)
        except RuleBroken as refusal:
            messages.error(request, str(refusal))
            return redirect("retention:transfer_start", row.pk)
        messages.success(request, f"Dossier {row.number} wordt ingepakt.")
        return redirect("retention:transfer", made.pk)
    record(act="bewaring.ingezien", obj=row, dossier=row, grant_id=row.grant_id)  # type: ignore[attr-defined]
    return render(request, "retention/transfer_start.html", _before(row))


@require_http_methods(["GET", "POST"])
@staff_page
def withdraw(request: HttpRequest, transfer_id: uuid.UUID) -> HttpResponse:
    """Begun by mistake, and not fetched yet."""
    member = member_of(request)
    row = handed.one_for(member, transfer_id)
    dossier = access.kept_dossier(member, row.dossier_id)
    demand(handed.check_start, member, dossier)
    if request.method == "POST":
        try:
            acts.withdraw_transfer(transfer=row, by=member)
        except RuleBroken as refusal:
            messages.error(request, str(refusal))
        else:
            messages.success(request, "De overdracht is ingetrokken.")
        return redirect("retention:transfer", row.pk)
    if not handed.may_withdraw(member, row, dossier):
        return redirect("retention:transfer", row.pk)
    payer = handed.payer_name(row.opdrachtgever, seen=_seen(row))
    context = {
        "title": f"Overdracht van dossier {row.dossier_number} intrekken",
        "consequences": [
            f"{capitalised(payer)} kan het dossier niet meer ophalen. Het pakket wordt vernietigd.",
            "Het dossier zelf blijft zoals het is. U kunt later opnieuw overdragen.",
        ],
        "submit_label": "Overdracht intrekken", "danger": True, "shell": "staff.html",
        "cancel_url": request.path.removesuffix("intrekken/"),
    }  # fmt: skip
    return render(request, "confirm.html", context)


def _before(row: Dossier) -> dict[str, Any]:
    """What the page says before anything is begun."""
    with as_system():
        found = handing.contents(row)
        amount = handing.amount(found)
        receivers, (standing, kept) = handed.receivers(row), terms.whole(row)
        refused = _refusal(standing=standing, kept=kept, receivers=receivers)
    rule, payer = standing.chosen.rule, row.traject.opdrachtgever
    return {
        "dossier": row, "payer": payer, "payer_name": handed.payer_name(payer, seen=_seen(row)),
        "by_name": handed.is_by_name(payer, seen=_seen(row)), "amount": amount, "receivers": receivers,
        "left_out": len(found.stays), "reasons": handing.reasons(found.left_out), "refused": refused,
        "article": rule.article, "keeps": _term(rule.receiver_keeps or ""),
    }  # fmt: skip


def _refusal(**known: Any) -> str:
    try:
        handed.check_startable(database_today(), **known)
    except RuleBroken as refusal:
        return str(refusal)
    return ""


def _seen(row: Any) -> bool:
    """By the annotation of `handed.one_for` and `access.kept_dossier`."""
    return bool(row.seen)


def _to_do(rows: list[Any], seen: set[uuid.UUID]) -> list[dict[str, Any]]:
    blocks = terms.blocks([one.dossier_id for one in rows])
    return [
        {
            "row": one,
            "payer": handed.payer_name(one.dossier.traject.opdrachtgever, seen=one.dossier_id in seen),
            "blocks": blocks.get(one.dossier_id, []),
        }
        for one in rows
    ]


def _shown(row: Transfer, seen: bool, today: date) -> dict[str, Any]:
    """A transfer with how it stands in words."""
    state = row.get_status_display()
    if row.status == Status.READY and row.fetched_at is not None:
        state = "opgehaald, nog niet getekend"
    return {
        "transfer": row, "payer": handed.payer_name(row.opdrachtgever, seen=seen),
        "by_name": handed.is_by_name(row.opdrachtgever, seen=seen),
        "state": state, "tone": TONES[Status(row.status)], "days": handed.days_waiting(row, today),
    }  # fmt: skip


def _may_withdraw(member: Membership, row: Transfer) -> bool:
    return handed.may_withdraw(member, row, Dossier(pk=row.dossier_id))


def _may_start(member: Membership, row: Transfer) -> bool:
    again = row.status in (Status.FAILED, Status.CANCELLED)
    return again and handed.may_start(member, Dossier(pk=row.dossier_id))


def _term(text: str) -> str:
    return str(parse_term(text)) if text else ""
