"""The reglement for everyone: the versions that held or hold, and a paper of each that is made once."""

from __future__ import annotations

import hashlib

from django.core.cache import cache
from django.http import Http404
from django.template.loader import render_to_string
from django.utils import timezone

from bureaus import pdf
from bureaus.leases import one_at_a_time
from bureaus.models import Reglement
from bureaus.reglement import NoReglement, version_in_force
from bureaus.tenancy import current_bureau_id
from overviews.reglement_texts import cards

TEMPLATE = "papers/reglement.html"
KEPT_SECONDS = 30 * 24 * 3600


def now(*, inside: bool) -> Reglement:
    """The version in force. Raises Http404 where there is none, and for who is not `inside` where the reglement has no
    public page."""
    try:
        found = version_in_force()
    except NoReglement:
        raise Http404 from None
    if not inside and not found.rules.handout.public_page:
        raise Http404
    return found


def one(number: int, *, inside: bool) -> Reglement:
    """A version that held or holds: what is to come may still change. Raises Http404 as `now`."""
    now(inside=inside)
    held = Reglement.objects.filter(version=number, in_force_from__lte=timezone.localdate())
    found: Reglement | None = held.first()
    if found is None:
        raise Http404
    return found


def versions() -> list[Reglement]:
    """Those that held or hold, the newest first, without their parameters."""
    held = Reglement.objects.filter(in_force_from__lte=timezone.localdate()).defer("parameters")
    return list(held.order_by("-in_force_from", "-version")[:200])


def paper(version: Reglement) -> bytes:
    """The PDF. Made once for these words on this letterhead; who asks at the same moment waits for that one.

    It takes a fifth of a second: without this everybody could keep the machine busy.
    """
    words = {"version": version, "cards": cards(version.rules)}
    key = _key(version, words)
    held: bytes | None = cache.get(key)
    if held is None:
        one_at_a_time(key)
        held = cache.get(key)
    if held is None:
        held = pdf.render(TEMPLATE, words, title=version.title)
        cache.set(key, held, timeout=KEPT_SECONDS)
    return held


def _key(version: Reglement, words: dict[str, object]) -> str:
    """Another one for other words, another name or address, another logo or colour."""
    press = pdf.Press.of_bureau(version.title)
    head = (press.bureau.colour, press.bureau.logo_version)
    said = render_to_string(TEMPLATE, {**words, "bureau": press.bureau, "title": press.title})
    digest = hashlib.sha256("\0".join((*head, said)).encode()).hexdigest()
    return f"reglement:{current_bureau_id()}:{version.version}:{digest}"
