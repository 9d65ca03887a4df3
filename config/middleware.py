"""Headers that every answer carries."""

from __future__ import annotations

from collections.abc import Callable

from django.conf import settings
from django.db import OperationalError, connection
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string

from config.views import not_found


class SafeHeaders:
    """Nothing is cached on the way or on a shared computer, and no page gets a device it doesn't need."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        response.headers.setdefault("Cache-Control", "no-store")
        response.headers.setdefault("Permissions-Policy", "camera=(), microphone=(), geolocation=()")
        response.headers.setdefault("Cross-Origin-Resource-Policy", "same-origin")
        return response


class DatabaseOpen:
    """503 for everybody while the database lets nobody in: it is down, or a backup is being put back.

    `manage.py restore` shuts it for the app's role and opens it once everything that was destroyed since that backup
    has been destroyed again (ADR 0022); so no page, session or login of before that is served. Costs no query.
    """

    # Alive says that the process lives; ready tells by itself what is missing.
    WITHOUT = ("/healthz", "/readyz")

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.path not in self.WITHOUT:
            try:
                connection.ensure_connection()
            except OperationalError:
                page = render_to_string("503.html")  # without the request: what fills other pages asks the database
                return HttpResponse(page, status=503, headers={"Retry-After": "120"})
        return self.get_response(request)


class OwnNotFound:
    """The house's own 404 in the demo as well, where DEBUG would show a list of all addresses."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        # Without DEBUG it is the house's own already, and is not made twice.
        unknown = settings.DEBUG and response.status_code == 404 and request.resolver_match is None
        return not_found(request) if unknown else response

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        return not_found(request) if isinstance(exception, Http404) else None


class OwnNotAllowed:
    """A page of words where a browser asks for what only a button does: from its history, or after a new login."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if response.status_code != 405 or request.method != "GET" or response.content:
            return response
        page = render(request, "405.html", status=405)
        page.headers["Allow"] = response.headers["Allow"]
        return page
