"""The bureau's own texts of letters: what there are, one of them with its example, and how it was before."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from access.checks import member_of
from access.decorators import staff_page
from access.downloads import attachment
from access.fields import add_refusal
from access.rules import RuleBroken
from requests import access, letter_texts
from requests.actions import letters
from requests.letter_forms import LetterTextForm
from requests.models import LetterTemplate

VERSIONS = 20
LARGEST = 2**31 - 1


@require_safe
@staff_page(*access.WRITERS)
def texts(request: HttpRequest) -> HttpResponse:
    """Every kind of letter, with whose text it is and since when."""
    newest = {row.kind: row for row in LetterTemplate.objects.order_by("kind", "version")}
    rows = [(kind, label, newest.get(kind)) for kind, label in LetterTemplate.Kind.choices]
    return render(request, "requests/letter_texts.html", {"rows": rows})


@require_http_methods(["GET", "POST"])
@staff_page(*access.WRITERS)
def text(request: HttpRequest, kind: str) -> HttpResponseBase:
    """Write it, look at it as PDF, keep it as a next version; an older one can be taken up again."""
    if kind not in LetterTemplate.Kind.values:
        raise Http404
    now = letters.text_of(kind)
    form = LetterTextForm(request.POST or None, kind=kind, initial=_initial(request, kind, now))
    if request.method == "POST" and form.is_valid():
        answer = _example(form) if "voorbeeld" in request.POST else _saved(request, form)
        if answer is not None:
            return answer
    versions = Paginator(LetterTemplate.objects.filter(kind=kind).order_by("-version"), VERSIONS)
    context = {
        "form": form, "kind": kind, "label": LetterTemplate.Kind(kind).label, "fields": letter_texts.FIELDS.items(),
        "required": letter_texts.REQUIRED[LetterTemplate.Kind(kind)],
        "page": versions.get_page(request.GET.get("pagina")), "shown": _earlier(request, now),
    }  # fmt: skip
    return render(request, "requests/letter_text.html", context)


def _initial(request: HttpRequest, kind: str, now: letter_texts.Text) -> dict[str, Any]:
    """The newest text, or the one of `?versie=`: it is changed from the newest all the same. Raises Http404."""
    asked = _asked(request)
    shown = now if asked is None else letter_texts.HOUSE[LetterTemplate.Kind(kind)]
    if asked:
        shown = letters.text_of(kind, asked)
        if shown.version != asked:
            raise Http404
    return {"subject": shown.subject, "body": shown.body, "seen": now.version}


def _earlier(request: HttpRequest, now: letter_texts.Text) -> int | None:
    """The version that is looked at, where that is not the one in force."""
    asked = _asked(request)
    return None if asked == now.version else asked


def _asked(request: HttpRequest) -> int | None:
    """The version of the address; 0 is the house's own text. Raises Http404 for what is no number."""
    number = request.GET.get("versie", "")
    if not number:
        return None
    if not (number.isascii() and number.isdigit() and int(number) <= LARGEST):
        raise Http404
    return int(number)


def _example(form: LetterTextForm) -> HttpResponseBase:
    given = {name: form.cleaned_data[name] for name in ("subject", "body")}
    paper = letters.preview(kind=form.kind, **given)
    return attachment([paper], f"voorbeeld-{form.kind}.pdf", "application/pdf", size=len(paper))


def _saved(request: HttpRequest, form: LetterTextForm) -> HttpResponse | None:
    try:
        kept = letters.save_text(kind=form.kind, by=member_of(request), **form.cleaned_data)
    except RuleBroken as refusal:
        add_refusal(form, refusal)
        return None
    messages.success(request, f"Bewaard als versie {kept.version}. Brieven die al gemaakt zijn, veranderen niet.")
    return redirect("requests:letter_texts")
