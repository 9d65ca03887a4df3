"""Views that go wrong in every way there is; used as the URLconf by tests/test_walls_leaks.py only."""

from __future__ import annotations

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.urls import include, path

from access.decorators import member_page
from access.models import Mail
from bureaus.models import Bureau
from bureaus.tenancy import current, in_bureau


@member_page
def whose(request: HttpRequest) -> HttpResponse:
    """Which bureau this request is in, by the context, by the database and by the rows that it sees."""
    rows = set(Mail.objects.values_list("bureau_id", flat=True)) | {current().bureau_id}
    return HttpResponse(" ".join(str(number) for number in sorted(rows)))


@member_page
def boom(request: HttpRequest) -> HttpResponse:
    _write()
    raise RuntimeError("halfway")


@member_page
def missing(request: HttpRequest) -> HttpResponse:
    _write()
    raise Http404


@member_page
def forbidden(request: HttpRequest) -> HttpResponse:
    _write()
    raise PermissionDenied


@member_page
def nested(request: HttpRequest) -> HttpResponse:
    """Another bureau's context inside this one, left by an error."""
    other = Bureau.objects.exclude(pk=current().bureau_id).first()
    try:
        with in_bureau(other), transaction.atomic():
            _write()
            raise RuntimeError("inside")
    except RuntimeError:
        return whose(request)


@member_page
def broken_query(request: HttpRequest) -> HttpResponse:
    """The connection's transaction is beyond use when the answer is made."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SELECT 1 / 0")
    return HttpResponse()


@member_page
def streamed(request: HttpRequest) -> StreamingHttpResponse:
    """Read after the context has ended: it finds nothing, loudly."""
    return StreamingHttpResponse(str(mail.pk) for mail in Mail.objects.all().iterator())


def _write() -> None:
    Mail.objects.create(to="half@werk.test", kind="x", once_key=str(current().bureau_id) + "half")


urlpatterns = [
    path("account/", include("access.account_urls")),
    path("whose/", whose),
    path("boom/", boom),
    path("missing/", missing),
    path("forbidden/", forbidden),
    path("nested/", nested),
    path("broken/", broken_query),
    path("streamed/", streamed),
    path("", whose, name="home"),
    path("bureau.css", whose, name="bureau_css"),
    path("access/", include("access.urls")),
]
handler404 = "config.views.not_found"
