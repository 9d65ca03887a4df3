"""Under the names of `requests`: what the client asks, in the portal."""

from __future__ import annotations

from django.urls import path

from portal import request_views

MINE = "mijn/verzoeken/"
urlpatterns = [
    path(MINE, request_views.mine, name="mine"),
    path(f"{MINE}nieuw/", request_views.ask, name="ask"),
    path(f"{MINE}<uuid:verzoek_id>/", request_views.my_request, name="my_request"),
    path(f"{MINE}<uuid:verzoek_id>/intrekken/", request_views.my_withdraw, name="my_withdraw"),
]
