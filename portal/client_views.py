"""The client's own screens; a gemachtigde sees the same ones."""

from __future__ import annotations

import uuid
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from access.asking_told import told_to_client
from access.checks import member_of
from access.decorators import client_page
from access.rules import RuleBroken
from bureaus import reglement
from consent import access as consents
from dossiers import actions as dossiers
from dossiers import reading
from dossiers.access import may_state
from dossiers.documents.serve import serve
from dossiers.models import Dossier, Stuk, Tombstone
from journal.actions import record
from portal import plain
from portal.forms import StatementForm
from portal.own import (
    Own,
    as_uuid,
    is_statement,
    news_of,
    next_appointment,
    of_request,
    one_file,
    one_stuk,
    opened,
    page_of,
    people_of,
    releases_of,
    rows_of_releases,
    statements_of,
    stukken_of,
    unread,
)
from portal.viewed import looks_at
from retention import said

PER_PAGE = 15
LOOKS_SHOWN = 3  # the others are on the page of their own


@require_safe
@client_page
def home(request: HttpRequest) -> HttpResponse:
    """What is new, when the next appointment is, and where the traject stands (javawest 6.2)."""
    own = of_request(request)
    news = unread(stukken_of(request), own.member).order_by("-changed_at", "-id")
    page, rows = page_of(news, own.member, request.GET.get("pagina"))
    record(act="portaal.ingezien", facts={"new": page.paginator.count})
    words = {
        "visitors": told_to_client([one.pk for one in own.dossiers]),
        "greeting": plain.greeting(timezone.localtime().hour),
        "page": page,
        "rows": rows,
        "appointment": next_appointment(own.dossiers),
        "phase": plain.phase_sentence(own.chosen.traject.phase) if own.chosen else "",
        "traject_name": plain.traject_name(own.chosen.traject) if own.chosen else "",
        "consents": list(consents.own(own.member).waiting().select_related("text").order_by("asked_at", "id")[:5]),
    }
    return _page(request, "portal/home.html", own, **words)


@require_safe
@client_page
def dossier(request: HttpRequest) -> HttpResponse:
    """Everything that is in the dossier, the newest first."""
    own = of_request(request)
    if own.chosen is None:
        return _page(request, "portal/dossier.html", own)
    stukken = stukken_of(request).filter(dossier=own.chosen).order_by("-date", "-id")
    page, rows = page_of(stukken, own.member, request.GET.get("pagina"))
    record(act="dossier.ingezien", obj=own.chosen, dossier=own.chosen, facts={"shown": len(rows)})
    words = {
        "page": page,
        "rows": rows,
        "keeping": said.for_client(own.chosen),
        # jmwerkt 6.1.4: the data themselves say that something was deleted at the person's request.
        "removed": list(Tombstone.objects.filter(dossier=own.chosen)),
    }
    return _page(request, "portal/dossier.html", own, **words)


@require_safe
@client_page
def stuk(request: HttpRequest, stuk_id: uuid.UUID) -> HttpResponse:
    """One stuk, in the order in which it grew. To open it is to have read it."""
    found = one_stuk(request, stuk_id)
    own = _of_stuk(request, found)
    news = news_of(found, own.member)
    if news:
        dossiers.mark_read(stuk=found, by=own.member)
    record(act="stuk.ingezien", obj=found, dossier=found.dossier, facts={"version": found.version})
    words = {
        "stuk": found,
        "opened": opened(reading.read(found), "portal:file"),
        "kind": reading.kind_label(found),
        "herkomst": plain.herkomst_words(found.herkomst),
        "news": news,
        "may_state": not is_statement(found) and may_state(own.member, found.dossier),
        "may_correct": not is_statement(found),
    }
    return _page(request, "portal/stuk.html", own, **words)


@require_safe
@client_page
def file(request: HttpRequest, file_id: uuid.UUID) -> HttpResponseBase:
    return serve(one_file(request, file_id))


@require_safe
@client_page
def statements(request: HttpRequest) -> HttpResponse:
    """What the client wrote in the dossier (javawest 6.2, jmwerkt 6.1.1)."""
    own = of_request(request)
    if own.chosen is None:
        return _page(request, "portal/statements.html", own)
    page, rows = page_of(statements_of(stukken_of(request), own.chosen), own.member, request.GET.get("pagina"))
    record(act="dossier.ingezien", obj=own.chosen, dossier=own.chosen, facts={"shown": len(rows)})
    allowed = may_state(own.member, own.chosen)
    return _page(request, "portal/statements.html", own, page=page, rows=rows, may_state=allowed)


@require_http_methods(["GET", "HEAD", "POST"])
@client_page
def new_statement(request: HttpRequest) -> HttpResponse:
    """Write an own statement: about one stuk (`?over=`), or about the dossier."""
    about = _about(request)
    own = _of_stuk(request, about) if about else of_request(request)
    dossier_ = own.need()
    if not may_state(own.member, dossier_):
        raise PermissionDenied(_("In dit dossier kunt u nu niets toevoegen."))
    form = StatementForm(request.POST or None)
    if request.method == "POST" and form.is_valid() and _sent(form, own, dossier_, about):
        messages.success(request, _("Dank u wel. Uw verhaal staat in het dossier."))
        return redirect(f"{reverse('portal:statements')}?dossier={dossier_.number}")
    title = reading.titles([about])[about.pk] if about else ""
    return _page(request, "portal/new_statement.html", own, form=form, about=about, about_title=title)


@require_safe
@client_page
def people(request: HttpRequest) -> HttpResponse:
    """Who works on my dossier, who looked into it, what went to the opdrachtgever, and how to reach us (DOMAIN 8)."""
    own = of_request(request)
    if own.chosen is None:
        return _page(request, "portal/people.html", own)
    released = Paginator(releases_of(own.chosen), PER_PAGE).get_page(request.GET.get("gegeven"))
    shown = reglement.in_force().access.client.sees_who_viewed
    words: dict[str, Any] = {
        "shows_looks": shown,
        "people": people_of(own.chosen),
        "released": released,
        "releases": rows_of_releases(released.object_list),
    }
    if shown:
        words["looks"] = list(looks_at(own.chosen, own.member)[:LOOKS_SHOWN])
    record(act="toegang.bekeken", obj=own.chosen, dossier=own.chosen)
    return _page(request, "portal/people.html", own, **words)


def _about(request: HttpRequest) -> Stuk | None:
    """The stuk that a statement will be about. Raises Http404 for a number that is none, or not within reach."""
    asked = request.GET.get("over", "")
    about = one_stuk(request, as_uuid(asked)) if asked else None
    if about is not None and is_statement(about):
        raise Http404  # a statement speaks for itself; who wants to say more writes another
    return about


def _of_stuk(request: HttpRequest, found: Stuk) -> Own:
    return Own(member_of(request), [found.dossier], found.dossier)


def _sent(form: StatementForm, own: Own, dossier_: Dossier, about: Stuk | None) -> bool:
    """Whether the statement is in the dossier now; the same words sent twice are one."""
    try:
        dossiers.add_statement(dossier=dossier_, about=about, by=own.member, **form.cleaned_data)
    except RuleBroken as refusal:
        form.add_error(None, str(refusal))
        return False
    return True


def _page(request: HttpRequest, template: str, own: Own, **words: Any) -> HttpResponse:
    return render(request, template, {"own": own, **words})
