"""A refusal is an act too: written outside the view's transaction, which has failed."""

from __future__ import annotations

import uuid
from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from bureaus.tenancy import has_context
from journal.actions import record
from journal.models import Result

REFUSED = (403, 404)


class Refusals:
    """Journals 403 and 404 on a page that exists, for whoever is logged in: tried, and not let in.

    An address that is no page of ours says nothing, and someone unknown is sent to the login page.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if response.status_code in REFUSED and has_context() and getattr(request, "membership", None):
            _note(request, response.status_code)
        return response


def _note(request: HttpRequest, status: int) -> None:
    match = request.resolver_match
    if match is None:
        return
    # Ids only: the address of an invitation or of a new password is itself the secret that lets in.
    asked = {name: str(value) for name, value in match.kwargs.items() if isinstance(value, uuid.UUID)}
    facts = {"page": match.view_name, "method": request.method, "status": status, "asked": asked}
    record(act="toegang.geweigerd", result=Result.REFUSED, facts=facts)
