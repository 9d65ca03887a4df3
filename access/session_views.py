"""Where one is logged in, and ending it: one session, or every other one."""

from __future__ import annotations

from allauth.usersessions.models import UserSession
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from access import session_list
from access.actions.sessions import end_others, end_own
from access.checks import one_of
from access.decorators import member_page


@require_http_methods(["GET", "POST"])
@member_page
def mine(request: HttpRequest) -> HttpResponse:
    """The list; sent, every session but this one ends."""
    user, key = request.user, request.session.session_key
    if request.method == "POST":
        ended = end_others(user_id=int(user.pk or 0), but=key or "")
        messages.success(request, _said(ended))
        return redirect("usersessions_list")
    bureau_id = int(request.session.get("bureau", 0))
    found = session_list.shown(user, session_key=key, bureau_id=bureau_id)  # type: ignore[arg-type]
    return render(request, "usersessions/usersession_list.html", {"sessions": found})


@require_POST
@member_page
def end(request: HttpRequest, session: int) -> HttpResponse:
    """One of one's own sessions; who ends the one that asks is logged out as by the button for that."""
    row: UserSession = one_of(UserSession.objects.filter(pk=session, user_id=request.user.pk))
    if row.session_key == request.session.session_key:
        return redirect("account_logout")
    end_own(session=row)
    messages.success(request, f"{session_list.device_of(row.user_agent)} is uitgelogd.")
    return redirect("usersessions_list")


def _said(ended: int) -> str:
    if not ended:
        return "U was nergens anders ingelogd."
    return f"U bent elders uitgelogd: {ended} sessie{'s' if ended > 1 else ''} beëindigd."
