"""Which bureau a request is for: its host name says so."""

from __future__ import annotations

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from bureaus.models import Bureau
from bureaus.tenancy import Reach, in_bureau


class BureauByHost:
    """Opens the bureau's context around the view; who acts is filled in later (access.middleware).

    The bare host (settings.PLATFORM_HOSTS) has no bureau: every tenant query there fails. An unknown host is a 404.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        host = request.get_host().rsplit(":", 1)[0].lower()
        request.bureau = None  # type: ignore[attr-defined]
        if host in settings.PLATFORM_HOSTS:
            return self.get_response(request)
        bureau = Bureau.objects.filter(host=host).first()
        if bureau is None:
            return HttpResponse("Deze pagina bestaat niet.", status=404, content_type="text/plain; charset=utf-8")
        request.bureau = bureau  # type: ignore[attr-defined]
        with in_bureau(bureau, reach=Reach.NONE, origin=request.META.get("REMOTE_ADDR", ""), actor_label="onbekend"):
            return self.get_response(request)
