"""The client asks something about their data, and follows it; a gemachtigde does the same for the client.

The addresses are named with those of `requests`; the pages stand in the portal's own frame.
"""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models.functions import Now
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from access.checks import demand, member_of, one_of
from access.decorators import client_page
from access.fields import add_refusal
from access.models import Membership
from access.reach import who_can_see
from access.rules import RuleBroken
from bureaus.words import word
from dossiers import reading
from dossiers.access import may_state
from dossiers.models import Dossier, Stuk
from journal.actions import record
from portal import plain_requests as plain
from portal.own import Own, as_uuid, of_client, of_request, one_stuk, page_of, stukken_of
from portal.request_forms import AskForm
from requests import access, clocks, my_answer_views
from requests.actions import corrections
from requests.actions.receiving import ask as receive
from requests.actions.receiving import withdraw
from requests.intake_forms import OF_DATA
from requests.models import Channel, Kind, Step, Verzoek
from requests.receipt import asked, check
from vault import keys

PER_PAGE = 10


@require_safe
@client_page
def mine(request: HttpRequest) -> HttpResponse:
    """What was asked before, the newest first, and how long each still takes."""
    own = of_request(request)
    rows = access.own(own.member).with_pause().order_by("-received_on", "-number")
    page = Paginator(rows, PER_PAGE).get_page(request.GET.get("pagina"))
    today = clocks.today()
    shown = [
        {"row": one, "title": plain.title_of(one.kind), "standing": clocks.standing(one, today, one.paused_on)}
        for one in page
    ]
    for one in shown:
        one["left"] = plain.left(one["standing"]) if one["standing"].runs else _stands(one["row"])
    return _page(request, "portal/requests.html", own, page=page, rows=shown)


@dataclass(frozen=True)
class Asking:
    """What is being asked: by whom, about which stuk, and what there is to choose from."""

    own: Own
    kind: str
    stuk: Stuk | None
    people: list[Membership]
    of_data: bool = False

    @property
    def dossiers(self) -> list[Dossier]:
        """Of the client whose dossier is looked at now; a gemachtigde may act for more than one."""
        client_id = self.own.need().client_id
        return [one for one in self.own.dossiers if one.client_id == client_id]

    def form(self, data: Any = None) -> AskForm:
        numbers = {one.number for one in self.dossiers}
        names = [pair for pair in self.own.names if pair[0] in numbers]
        return AskForm(data, kind=self.kind, dossiers=names, people=self.people, of_data=self.of_data)

    def whole(self, form: AskForm) -> dict[str, Any]:
        said = form.asked(self.dossiers, self.people)
        asked_of = {"client": self.own.need().client, "kind": self.kind, "stuk": self.stuk, "of_data": self.of_data}
        return asked_of | said


@require_http_methods(["GET", "HEAD", "POST"])
@client_page
def ask(request: HttpRequest) -> HttpResponse:
    """Step by step: what (`?soort=`), about which stuk (`?stuk=`), in one's own words, and then checked and sent."""
    own, kind = of_request(request), request.GET.get("soort", "")
    if own.chosen is None or plain.choice_of(kind) is None:
        return _page(request, "portal/request_kinds.html", own, kinds=plain.kinds())
    about = request.GET.get("stuk", "")
    of_data = kind == Kind.CORRECTIE and about == OF_DATA
    stuk = one_stuk(request, as_uuid(about)) if about and not of_data else None
    if kind == Kind.CORRECTIE and stuk is None and not of_data:
        return _pick_stuk(request, own)
    of_stuk = stuk if kind == Kind.CORRECTIE else None
    asking = Asking(_of_stuk(own, stuk), kind, of_stuk, _people(own, kind), of_data)
    form = asking.form(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid() and "aanpassen" not in request.POST:
        answer = _checked_or_sent(request, asking, form)
        if answer is not None:
            return answer
    return _form_page(request, "portal/request_ask.html", asking, form)


def _checked_or_sent(request: HttpRequest, asking: Asking, form: AskForm) -> HttpResponse | None:
    """The page to check what one is about to send, or the request itself; None where a rule refuses."""
    whole, member = asking.whole(form), asking.own.member
    try:
        if "versturen" not in request.POST:
            day = clocks.today()
            check(asked(**whole, channel=Channel.PORTAL, received_on=day, asked_by=member), member, day)
            return _form_page(request, "portal/request_check.html", asking, form, parts=_parts(form))
        row = receive(by=member, **whole)
    except RuleBroken as refusal:
        add_refusal(form, refusal)
        return None
    messages.success(request, _said(row))
    return redirect("requests:my_request", row.pk)


def _said(row: Verzoek) -> str:
    if getattr(row, "joined_now", False):
        return _("U vroeg dit al. Wij hebben uw woorden toegevoegd aan {number}.").format(number=row.number)
    return _("Wij hebben uw verzoek ontvangen. Het nummer is {number}.").format(number=row.number)


@require_safe
@client_page
def my_request(request: HttpRequest, verzoek_id: uuid.UUID) -> HttpResponse:
    """One request: by when, who answers, what happened with it."""
    own, row = _of_request(request, verzoek_id)
    record(act="verzoek.ingezien", obj=row, dossier=row.dossier, facts={"number": row.number})
    keys.prefetch([row.client_id])
    standing = clocks.standing(row, timezone.localdate(row.now), row.paused_on)  # type: ignore[attr-defined]
    words = {
        "verzoek": row, "title": plain.title_of(row.kind), "standing": standing, "left": plain.left(standing),
        "stands": _stands(row), "decided": plain.decided(row.decision) if row.decided_at else "",
        "change": dict(plain.changes()).get(row.change, ""), "stuk": _stuk_of(request, row),
        "steps": list(Step.objects.filter(verzoek=row).exclude(kind=Step.Kind.RETURNED)),
        "may_withdraw": access.may_withdraw(own.member, row), "states_at": _states_at(own.member, row),
        "handler": row.handler.name if row.handler else word("directie", article=True),
    }  # fmt: skip
    return _page(request, "portal/request.html", own, **words, **my_answer_views.context(own.member, row))


@require_http_methods(["GET", "HEAD", "POST"])
@client_page
def my_withdraw(request: HttpRequest, verzoek_id: uuid.UUID) -> HttpResponse:
    """Taking it back has a page of its own that says what happens."""
    own, row = _of_request(request, verzoek_id)
    demand(access.check_withdraw, own.member, row)
    here = reverse("requests:my_request", args=[row.pk])
    if request.method == "POST":
        try:
            withdraw(verzoek=row, by=own.member)
        except RuleBroken as refusal:
            messages.error(request, str(refusal))
        else:
            messages.success(request, _("U hebt {number} ingetrokken.").format(number=row.number))
        return redirect(here)
    lines = [
        _("Wij stoppen ermee. U krijgt geen antwoord meer op dit verzoek."),
        _("U kunt het later opnieuw vragen. De tijd begint dan ook opnieuw."),
    ]
    title = _("Verzoek {number} intrekken?").format(number=row.number)
    words = {
        "shell": "portal.html", "title": title, "consequences": lines, "submit_label": _("Ja, intrekken"),
        "cancel_url": here, "danger": True,
    }  # fmt: skip
    return render(request, "confirm.html", words)


def _of_request(request: HttpRequest, verzoek_id: uuid.UUID) -> tuple[Own, Verzoek]:
    """One's own, with who handles it and since when its clock stands still: one query. Raises Http404."""
    member = member_of(request)
    rows = access.own(member).filter(pk=verzoek_id).select_related("client", "dossier", "handler")
    row: Verzoek = one_of(rows.with_pause().annotate(now=Now()))
    return of_client(request, row.client_id), row


def _of_stuk(own: Own, stuk: Stuk | None) -> Own:
    return Own(own.member, own.dossiers, stuk.dossier) if stuk else own


def _pick_stuk(request: HttpRequest, own: Own) -> HttpResponse:
    stukken = stukken_of(request).filter(dossier__client_id=own.need().client_id).order_by("-date", "-id")
    page, rows = page_of(stukken, own.member, request.GET.get("pagina"))
    return _page(request, "portal/request_stuk.html", own, page=page, rows=rows)


def _people(own: Own, kind: str) -> list[Membership]:
    if kind != Kind.KLACHT:
        return []
    return [one for one in who_can_see(own.need()) if one.is_staff_member]


def _stuk_of(request: HttpRequest, row: Verzoek) -> dict[str, str] | None:
    """The stuk that it is about, while it is there."""
    if row.stuk_id is None:
        return None
    found = Stuk.objects.visible_to(request.user).filter(pk=row.stuk_id).first()
    if found is None:
        return {"title": _("Een stuk dat er niet meer is"), "url": ""}
    return {"title": reading.titles([found])[found.pk], "url": reverse("portal:stuk", args=[found.pk])}


def _states_at(member: Membership, row: Verzoek) -> uuid.UUID | None:
    """The stuk whose correctie was refused: one's own words may stand at it (werkid 11.2, javawest 6.2)."""
    if not corrections.may_state(row) or row.dossier is None or not may_state(member, row.dossier):
        return None
    return row.stuk_id


def _stands(row: Verzoek) -> str:
    return plain.stands(row.state, row.decision)


def _parts(form: AskForm) -> list[tuple[str, str]]:
    """What one is about to send, question and answer."""
    found = []
    for name, value in form.cleaned_data.items():
        field = form.fields[name]
        shown = dict(field.choices).get(value, "") if hasattr(field, "choices") else value
        if shown:
            found.append((str(field.label), str(shown)))
    return found


def _form_page(request: HttpRequest, template: str, asking: Asking, form: AskForm, **more: Any) -> HttpResponse:
    title = reading.titles([asking.stuk])[asking.stuk.pk] if asking.stuk else ""
    words = {
        "form": form, "choice": plain.choice_of(asking.kind), "stuk": asking.stuk, "stuk_title": title,
        "of_data": asking.of_data,
    }  # fmt: skip
    return _page(request, template, asking.own, **words, **more)


def _page(request: HttpRequest, template: str, own: Own, **words: Any) -> HttpResponse:
    return render(request, template, {"own": own, **words})
