"""Letting something out of a dossier: ground and receiver, the stukken, a look at exactly what leaves, and sending."""

from __future__ import annotations

import logging
import uuid
from collections.abc import Callable, Iterable
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from access.checks import member_of
from access.decorators import fresh, staff_page
from access.downloads import attachment
from access.fields import add_refusal
from access.models import Membership
from access.rules import RuleBroken
from bureaus.schema import Ground
from consent import disclosing
from consent import disclosure_rules as rules
from consent.actions import disclosures as acts
from consent.actions import packages
from consent.disclosure_forms import DiscloseForm, HandedForm
from consent.disclosure_package import cover
from consent.models import Disclosure, DisclosureState, Means
from dossiers import reading
from dossiers.models import Dossier
from journal.actions import record
from vault.archives import CONTENT_TYPE
from vault.errors import VaultError
from vault.files import open_sealed

log = logging.getLogger(__name__)
UNREADABLE = "Het gaat niet open. Er is niets verloren; neem contact op met de beheerder."
TONES = {
    DisclosureState.PREPARED: "neutral", DisclosureState.PACKING: "busy", DisclosureState.READY: "warn",
    DisclosureState.DONE: "good", DisclosureState.STOPPED: "neutral", DisclosureState.EXPIRED: "neutral",
    DisclosureState.FAILED: "bad",
}  # fmt: skip


@require_http_methods(["GET", "POST"])
@staff_page(*disclosing.READERS)
def disclose(request: HttpRequest, dossier_id: uuid.UUID) -> HttpResponse:
    """First the ground, then what that ground asks."""
    dossier = disclosing.dossier_of(member_of(request), dossier_id)
    ground = _ground(request)
    if ground is None:
        return render(request, "consent/disclose.html", {"dossier": dossier, "grounds": _grounds()})
    return _filled_in(request, dossier, ground, None)


@require_http_methods(["GET", "POST"])
@staff_page(*disclosing.READERS)
def edit(request: HttpRequest, disclosure_id: uuid.UUID) -> HttpResponse:
    """What was filled in, while nothing was sent."""
    row = _preparation(request, disclosure_id)
    if row.state != DisclosureState.PREPARED:
        return redirect("consent:disclosure", row.pk)
    return _filled_in(request, row.dossier, Ground(row.ground), row)


@require_http_methods(["GET", "POST"])
@staff_page(*disclosing.READERS)
def stukken(request: HttpRequest, disclosure_id: uuid.UUID) -> HttpResponse:
    """Which of the dossier's stukken go; of the others it says why not."""
    row = _preparation(request, disclosure_id)
    if row.state != DisclosureState.PREPARED:
        return redirect("consent:disclosure", row.pk)
    refused = ""
    if request.method == "POST":
        try:
            acts.choose(disclosure=row, stukken=request.POST.getlist("stukken"), by=member_of(request))
            return redirect("consent:disclosure_send", row.pk)
        except RuleBroken as refusal:
            refused = str(refusal)
    _looked_at(row)
    choices = disclosing.choices(member_of(request), row)
    context = {"row": row, "dossier": row.dossier, "refused": refused, "scope": _scope(row),
               "goes": [one for one in choices if not one.why_not],
               "stays": [one for one in choices if one.why_not]}  # fmt: skip
    return render(request, "consent/disclosure_stukken.html", context)


@require_http_methods(["GET", "POST"])
@staff_page(*disclosing.READERS)
@fresh
def send(request: HttpRequest, disclosure_id: uuid.UUID) -> HttpResponse:
    """Exactly what leaves, to whom and why; and the one button."""
    row = _preparation(request, disclosure_id)
    if row.state != DisclosureState.PREPARED:
        return redirect("consent:disclosure", row.pk)
    if request.method == "POST":
        try:
            done = acts.send(disclosure=row, seen=request.POST.get("seen", ""), by=member_of(request))
        except RuleBroken as refusal:
            messages.error(request, str(refusal))
            again = refusal.field == "stukken"  # what was chosen is not there any more as it was
            return redirect("consent:disclosure_stukken" if again else "consent:disclosure_send", row.pk)
        messages.success(request, f"Verstrekking {done.number} wordt ingepakt.")
        return redirect("consent:disclosure", row.pk)
    if not row.stukken.all():
        return redirect("consent:disclosure_stukken", row.pk)
    _looked_at(row)
    return render(request, "consent/disclosure_send.html", _preview(request, row))


@require_safe
@staff_page(*disclosing.READERS)
def detail(request: HttpRequest, disclosure_id: uuid.UUID) -> HttpResponse:
    """One line of the register, and what is still to be done with it."""
    member = member_of(request)
    row = disclosing.disclosure_of(member, disclosure_id)
    _looked_at(row)
    return render(request, "consent/disclosure.html", shown(row) | _buttons(member, row))


@require_POST
@staff_page(*disclosing.READERS)
@fresh
def code(request: HttpRequest, disclosure_id: uuid.UUID) -> HttpResponse:
    """A code to read out or write down; on this page once, and never again."""
    row = _preparation(request, disclosure_id)
    try:
        made = packages.new_code(disclosure=row, by=member_of(request))
    except RuleBroken as refusal:
        messages.error(request, str(refusal))
        return redirect("consent:disclosure", row.pk)
    answer = render(request, "consent/disclosure_code.html", {"row": row, "code": made, "tries": rules.TRIES})
    answer["Cache-Control"] = "no-store"
    return answer


@require_POST
@staff_page(*disclosing.READERS)
@fresh
def package(request: HttpRequest, disclosure_id: uuid.UUID) -> HttpResponseBase:
    """The package, to print from and hand over."""
    row = _preparation(request, disclosure_id)
    try:
        found, chunks = packages.fetch_to_print(disclosure=row, by=member_of(request))
    except RuleBroken as refusal:
        messages.error(request, str(refusal))
        return redirect("consent:disclosure", row.pk)
    except (VaultError, FileNotFoundError):
        log.exception("the package of disclosure %s does not open", row.pk)
        messages.error(request, UNREADABLE)
        return redirect("consent:disclosure", row.pk)
    return streamed(row, found.file_size, chunks)


@require_http_methods(["GET", "POST"])
@staff_page(*disclosing.READERS)
def handed(request: HttpRequest, disclosure_id: uuid.UUID) -> HttpResponse:
    """It was given or posted on paper: noted."""
    row = _preparation(request, disclosure_id)
    form = HandedForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            acts.hand_over(disclosure=row, by=member_of(request), **form.cleaned_data)
        except RuleBroken as refusal:
            add_refusal(form, refusal)
        else:
            messages.success(request, "Genoteerd. Het pakket hier is vernietigd.")
            return redirect("consent:disclosure", row.pk)
    lies = row.state == DisclosureState.READY
    goes = "Het pakket dat hier klaarligt, wordt vernietigd." if lies else "Het pakket hier is al vernietigd."
    context = {
        "title": f"Verstrekking {row.number} op papier gegeven", "form": form, "submit_label": "Vastleggen",
        "consequences": [f"{goes} De stukken zelf blijven in het dossier."],
        "cancel_url": reverse("consent:disclosure", args=[row.pk]), "shell": "staff.html",
    }  # fmt: skip
    return render(request, "confirm.html", context)


@require_http_methods(["GET", "POST"])
@staff_page(*disclosing.READERS)
def take_back(request: HttpRequest, disclosure_id: uuid.UUID) -> HttpResponse:
    """What was prepared is thrown away; what was sent is taken back, until somebody has it."""
    row = _preparation(request, disclosure_id)
    prepared = row.state == DisclosureState.PREPARED
    if request.method == "POST":
        try:
            (acts.throw_away if prepared else acts.take_back)(disclosure=row, by=member_of(request))
        except RuleBroken as refusal:
            messages.error(request, str(refusal))
            return redirect("consent:disclosure", row.pk)
        messages.success(request, "Weggegooid. Er is niets verstuurd." if prepared else "Teruggenomen.")
        return redirect("dossiers:detail", row.dossier_id)
    return render(request, "confirm.html", _taking_back(row, prepared))


@require_POST
@staff_page(*disclosing.READERS)
def again(request: HttpRequest, disclosure_id: uuid.UUID) -> HttpResponse:
    """What could not be packed is packed again."""
    row = _preparation(request, disclosure_id)
    try:
        packages.pack_again(disclosure=row, by=member_of(request))
    except RuleBroken as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, "Het wordt opnieuw ingepakt.")
    return redirect("consent:disclosure", row.pk)


@require_safe
@staff_page(*disclosing.READERS)
def paper(request: HttpRequest, disclosure_id: uuid.UUID) -> HttpResponseBase:
    """The signed statement or the order that lies beside it."""
    row = disclosing.disclosure_of(member_of(request), disclosure_id)
    disclosing.check_paper(member_of(request), row)
    if not row.paper_file:
        messages.error(request, "Er ligt geen papier bij.")
        return redirect("consent:disclosure", row.pk)
    try:
        chunks = open_sealed(subject_id=row.dossier_id, name=row.paper_file)
    except (VaultError, FileNotFoundError):
        log.exception("the paper of disclosure %s does not open", row.pk)
        messages.error(request, UNREADABLE)
        return redirect("consent:disclosure", row.pk)
    record(act="verstrekking.bewijs_opgehaald", obj=row, dossier=row.dossier)
    return attachment(chunks, row.paper_name, size=row.paper_size)


# -- what they share ---------------------------------------------------------------------------------------------------
def streamed(row: Disclosure, size: int, chunks: Iterable[bytes]) -> HttpResponseBase:
    """The package, to be saved."""
    return attachment(chunks, f"verstrekking-{row.number}.zip", CONTENT_TYPE, size=size)


def shown(row: Disclosure) -> dict[str, Any]:
    """A line with its words."""
    return {
        "row": row, "dossier": row.dossier, "ground": Ground(row.ground).label,
        "tone": TONES[DisclosureState(row.state)], "stukken": [(one, _kind(one)) for one in row.stukken.all()],
        "seen": row.seen, "package": getattr(row, "package", None),  # type: ignore[attr-defined]
        "words_label": rules.NEEDS[Ground(row.ground)].words,
    }  # fmt: skip


def _kind(one: Any) -> str:
    return reading.kind_label(one)


def _buttons(member: Membership, row: Disclosure) -> dict[str, Any]:
    may = bool(row.may)  # type: ignore[attr-defined]
    ready = row.state in (DisclosureState.READY, DisclosureState.DONE)
    there = ready and getattr(row, "package", None) is not None and row.package.gone_at is None
    return {
        "may": may, "may_code": may and there and row.means == Means.LINK,
        "may_print": may and there and row.means == Means.PAPER,
        "may_take_back": may and _stands(acts.check_take_back, row),
        "may_hand": may and _stands(acts.check_hand_over, row),
        "may_again": may and row.state == DisclosureState.FAILED,
        "may_see_paper": bool(row.paper_file) and disclosing.may_see_paper(member, row),
        "prepared": row.state == DisclosureState.PREPARED,
    }  # fmt: skip


def _stands(check: Callable[[Disclosure], None], row: Disclosure) -> bool:
    try:
        check(row)
    except RuleBroken:
        return False
    return True


def _filled_in(request: HttpRequest, dossier: Dossier, ground: Ground, row: Disclosure | None) -> HttpResponse:
    form = DiscloseForm(request.POST or None, request.FILES or None, ground=ground, dossier=dossier, row=row)
    if request.method == "POST" and form.is_valid():
        try:
            made = acts.prepare(dossier=dossier, by=member_of(request), row=row, **form.facts())
            return redirect("consent:disclosure_stukken", made.pk)
        except RuleBroken as refusal:
            add_refusal(form, refusal)
    if row is not None:
        _looked_at(row)
    needs = rules.NEEDS[ground]
    context = {"dossier": dossier, "form": form, "ground": ground, "needs": needs, "row": row,
               "article": disclosing.offered().get(ground, ""),
               "no_consent": needs.consent and not form.consents}  # fmt: skip
    return render(request, "consent/disclose_form.html", context)


def _grounds() -> list[dict[str, Any]]:
    offered = disclosing.offered().items()
    return [{"value": str(one), "label": one.label, "article": article, "needs": rules.NEEDS[one]}
            for one, article in offered]  # fmt: skip


def _ground(request: HttpRequest) -> Ground | None:
    """The ground of the address, where the reglement offers it and a stuk can go by it."""
    wanted = request.GET.get("grond", "")
    found = next((one for one in disclosing.offered() if one == wanted), None)
    return None if found is None or rules.NEEDS[found].nothing else found


def _preparation(request: HttpRequest, disclosure_id: uuid.UUID) -> Disclosure:
    """Raises Http404, PermissionDenied: of who watches over it and does not see its dossier, too."""
    row = disclosing.disclosure_of(member_of(request), disclosure_id)
    if not row.may:  # type: ignore[attr-defined]
        raise PermissionDenied("Hier kijkt u alleen. Wie het dossier behandelt, doet er iets in.")
    return row


def _looked_at(row: Disclosure) -> None:
    """Each page of it opens its words, or the titles of what it is chosen from."""
    record(act="verstrekking.bekeken", obj=row, dossier=row.dossier)


def _scope(row: Disclosure) -> str:
    return str(row.consent.scope or "") if row.consent is not None else ""


def _preview(request: HttpRequest, row: Disclosure) -> dict[str, Any]:
    picked = {one.stuk_id: one for one in row.stukken.all()}
    found = [one for one in disclosing.stukken_for(member_of(request), row.dossier) if one.pk in picked]
    own = sorted((one for one in found if not picked[one.pk].along), key=lambda one: picked[one.pk].number)
    return {
        "row": row, "dossier": row.dossier, "seen": disclosing.seen_of(own), "scope": _scope(row),
        "fingerprint": disclosing.fingerprint_of(row, found), "tells": rules.NEEDS[Ground(row.ground)].tells_directie,
        "by_link": row.means == Means.LINK, "days": rules.DAYS,
        **cover(row, request.bureau.legal_name),  # type: ignore[attr-defined]
    }  # fmt: skip


def _taking_back(row: Disclosure, prepared: bool) -> dict[str, Any]:
    back = reverse("consent:disclosure", args=[row.pk])
    if prepared:
        said = ["Wat u invulde en koos, wordt weggegooid. Er is niets verstuurd."]
        return {"title": "Verstrekking weggooien", "consequences": said, "submit_label": "Weggooien", "danger": True,
                "cancel_url": back, "shell": "staff.html"}  # fmt: skip
    said = ["De ontvanger kan het niet meer ophalen. Het pakket wordt vernietigd.",
            "De regel in het register blijft staan, met wie het terugnam."]  # fmt: skip
    return {"title": f"Verstrekking {row.number} terugnemen", "consequences": said, "submit_label": "Terugnemen",
            "danger": True, "cancel_url": back, "shell": "staff.html"}  # fmt: skip
