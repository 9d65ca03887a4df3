"""Signing what the reglement asks, and for who keeps it: who signed what, and who has not."""

from __future__ import annotations

import uuid

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Prefetch
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme, urlencode
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from access import declaration_gate, declaration_rules, freshness
from access.actions import declarations as actions
from access.checks import member_of, one_of
from access.declaration_forms import SignForm
from access.declaration_rules import KEEPERS
from access.decorators import fresh, staff_page
from access.downloads import attachment, opens_sealed
from access.models import Declaration, Membership
from bureaus.reglement import version_in_force
from bureaus.schema import DeclarationRule

PER_PAGE = 50


@require_safe
@staff_page
def mine(request: HttpRequest) -> HttpResponse:
    """What I have to sign, and what I signed."""
    member = member_of(request)
    signed = Declaration.objects.filter(membership=member)
    context = {"waiting": member.must_sign, "signed": signed, "next": _next(request), "member": member}
    return render(request, "access/declarations/mine.html", context)


@require_http_methods(["GET", "POST"])
@staff_page
@fresh
def sign(request: HttpRequest, key: str) -> HttpResponse:
    """One declaration: the whole text, and the way to sign it."""
    member, version = member_of(request), version_in_force()
    rule = version.rules.declarations.asked_of(tuple(member.roles)).get(key)
    if rule is None:
        raise Http404
    text = declaration_rules.text_hash(rule)
    form = SignForm(request.POST or None, initial={"text_sha256": text})
    if request.method == "POST" and form.is_valid():
        if _sign(request, key, form.cleaned_data["text_sha256"]):
            return _onward(request, key, rule)
        form = _once_more(text)
    open_still = key in member.must_sign
    context = {"rule": rule, "version": version, "form": form, "open_still": open_still, "next": _next(request)}
    return render(request, "access/declarations/sign.html", context)


def _sign(request: HttpRequest, key: str, text: str) -> bool:
    """Whether it is signed; not where the text is another by now."""
    try:
        actions.sign(key=key, by=member_of(request), shown_by=freshness.shown_by(request), text_sha256=text)
    except actions.TextChanged:
        return False
    return True


def _once_more(text: str) -> SignForm:
    """Under the text of now, without the tick that was for another."""
    form = SignForm({"text_sha256": text})
    form.errors.clear()
    form.add_error(None, "De tekst is intussen gewijzigd. Lees de nieuwe tekst en onderteken die.")
    return form


def _onward(request: HttpRequest, key: str, rule: DeclarationRule) -> HttpResponse:
    """To the next declaration, or to where they were going."""
    messages.success(request, f"U hebt de {rule.title[0].lower()}{rule.title[1:]} ondertekend.")
    left = [one for one in member_of(request).must_sign if one != key]
    asked, then = _next(request), reverse("access:declarations")
    if left:
        return redirect(f"{then}?{urlencode({'next': asked})}" if asked else then)
    return redirect(asked or "/")


def _next(request: HttpRequest) -> str:
    """The page they came from: one of ours, by its path."""
    path = request.GET.get("next", "")
    return path if path.startswith("/") and url_has_allowed_host_and_scheme(path, allowed_hosts=None) else ""


@require_safe
@staff_page
@opens_sealed
def paper(request: HttpRequest, declaration_id: uuid.UUID) -> HttpResponseBase:
    """The signed PDF: one's own, and for who keeps them everyone's."""
    member = member_of(request)
    rows = Declaration.objects.select_related("membership").filter(pk=declaration_id).exclude(file="")
    if not member.has_role(*KEEPERS):
        rows = rows.filter(membership=member)
    row = one_of(rows)
    content = actions.fetch_paper(declaration=row, by=member)
    return attachment(content, actions.file_name(row), "application/pdf", size=row.file_size)


@require_safe
@staff_page(*KEEPERS)
def everyone(request: HttpRequest) -> HttpResponse:
    """Who signed what and when, and who has not (javawest 10.3)."""
    newest = Prefetch("declarations", Declaration.objects.order_by("-signed_at", "id"))
    people = Membership.objects.all().active().staff().select_related("user").order_by("name", "id")
    found = list(declaration_gate.with_declarations(people).prefetch_related(newest))
    for one in found:
        one.must_sign = declaration_gate.waiting(one)
    missing = [one for one in found if one.must_sign]
    only_open = request.GET.get("toon") == "open"
    page = Paginator(missing if only_open else found, PER_PAGE).get_page(request.GET.get("pagina"))
    context = {"page": page, "missing": len(missing), "people": len(found), "only_open": only_open}
    return render(request, "access/declarations/everyone.html", context)


@require_POST
@staff_page(*KEEPERS)
def remind(request: HttpRequest) -> HttpResponse:
    """A mail to everyone who has something to sign, or to one of them."""
    one = _colleague(request.POST.get("membership", ""))
    sent = actions.remind(by=member_of(request), member=one)
    if sent:
        messages.success(request, "De herinnering is onderweg." if sent == 1 else f"Er zijn {sent} mails onderweg.")
    else:
        messages.info(request, "Wie nog moet ondertekenen, kreeg vandaag al een mail.")
    return redirect("access:declarations_of_all")


@require_POST
@staff_page(*KEEPERS)
@fresh
def export(request: HttpRequest) -> HttpResponseBase:
    """All signed papers with their list, as a ZIP."""
    evidence = actions.export(by=member_of(request))
    return attachment(actions.as_zip(evidence), f"verklaringen-{timezone.localdate():%Y-%m-%d}.zip", "application/zip")


def _colleague(given: str) -> Membership | None:
    """Who was chosen; None for everyone. Raises Http404."""
    if not given:
        return None
    try:
        chosen = uuid.UUID(given)
    except ValueError:
        raise Http404 from None
    member: Membership = one_of(Membership.objects.all().active().staff().filter(pk=chosen))
    return member
