"""The register of processen-verbaal van vernietiging, and one of them. Dossiers by number alone."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator
from typing import Any

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.views.decorators.http import require_safe

from access.checks import member_of, one_of
from access.decorators import fresh, staff_page
from access.downloads import attachment, opens_sealed
from access.rules import RuleBroken
from dossiers.documents.kinds import BY_CONTENT_TYPE, content_type_to_serve
from journal.actions import record
from retention import pv_register, pv_words
from retention.actions import certificates, pv
from retention.models import Certificate, KeptBecause, ListKind, ProcesVerbaal

PER_PAGE, ITEMS_PER_PAGE = 25, 100


@require_safe
@staff_page(*pv_register.MAY_LOOK)
def register(request: HttpRequest) -> HttpResponse:
    """Every proces-verbaal, the newest first; found by its own number or by that of a dossier."""
    wanted = pv_register.asked(request.GET.dict())
    page = Paginator(pv_register.found(wanted), PER_PAGE).get_page(request.GET.get("pagina"))
    context = {
        "page": page,
        "wanted": wanted,
        "narrowed": any(wanted.values()),
        "years": pv_register.years(),
        "kinds": ListKind.choices,
    }
    return render(request, "retention/pv_register.html", context)


@require_safe
@staff_page(*pv_register.MAY_LOOK)
def one(request: HttpRequest, pv_id: uuid.UUID) -> HttpResponse:
    """What its paper says, and the dossiers that went."""
    row = _pv(pv_id)
    text = pv_register.asked(request.GET.dict())["q"]
    page = Paginator(pv_register.items(row, text), ITEMS_PER_PAGE).get_page(request.GET.get("pagina"))
    record(act="proces_verbaal.ingezien", obj=row, facts={"number": row.facts["number"], "page": page.number})
    context: dict[str, Any] = {
        "pv": row, "page": page, "q": text, "sections": pv_words.sections(row.facts),
        "kept": [(one["number"], KeptBecause.words(one["because"])) for one in row.facts["kept"]],
        "excluded": [(one["number"], one["reason"], pv_words.day(one["until"])) for one in row.facts["excluded"]],
        "may_see_names": member_of(request).has_role(*pv_register.MAY_SEE_NAMES),
        "certificate": Certificate.objects.filter(destruction_list_id=row.destruction_list_id).first(),
    }  # fmt: skip
    return render(request, "retention/pv.html", context)


@require_safe
@staff_page(*pv_register.MAY_LOOK)
@opens_sealed
def paper(request: HttpRequest, pv_id: uuid.UUID) -> HttpResponseBase:  # noqa: ARG001
    """The PDF as it was sealed, byte for byte."""
    row = _pv(pv_id)
    name = f"proces-verbaal-{row.facts['number']}.pdf"
    return attachment(pv.fetch_paper(proces_verbaal=row), name, "application/pdf", size=row.file_size)


@require_safe
@staff_page(*pv_register.MAY_SEE_NAMES)
@fresh
@opens_sealed
def annex(request: HttpRequest, pv_id: uuid.UUID) -> HttpResponseBase:
    """The names, while the annex is there; who asks shows first who they are."""
    row = _pv(pv_id)
    chunks = _or_404(lambda: pv.fetch_annex(proces_verbaal=row, by=member_of(request)))
    return attachment(chunks, f"proces-verbaal-{row.facts['number']}-namen.pdf", "application/pdf")


@require_safe
@staff_page(*pv_register.MAY_LOOK)
@opens_sealed
def certificate(request: HttpRequest, pv_id: uuid.UUID) -> HttpResponseBase:  # noqa: ARG001
    """The certificate of the company that destroyed the paper."""
    row = _pv(pv_id)
    found: Certificate = one_of(Certificate.objects.filter(destruction_list_id=row.destruction_list_id))
    kind = BY_CONTENT_TYPE.get(found.content_type)
    name = f"certificaat-{row.facts['number']}.{kind.extensions[0] if kind else 'bin'}"
    chunks = certificates.fetch_certificate(certificate=found)
    return attachment(chunks, name, content_type_to_serve(found.content_type), size=found.file_size)


def _pv(pv_id: uuid.UUID) -> ProcesVerbaal:
    rows = ProcesVerbaal.objects.select_related("destruction_list").defer("destruction_list__manifest")
    found: ProcesVerbaal = one_of(rows.filter(pk=pv_id))
    return found


def _or_404(fetch: Callable[[], Iterator[bytes]]) -> Iterator[bytes]:
    try:
        return fetch()
    except RuleBroken:
        raise Http404 from None
