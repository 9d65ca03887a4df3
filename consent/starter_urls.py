from __future__ import annotations

from django.urls import path

from consent import starter_views as views

ALL = "starters/"
ONE = f"{ALL}<uuid:entry_id>/"
ASKS = f"{ALL}vragen/"
OF_CLIENT = "clienten/<uuid:client_id>/startersvoorbeeld/"
urlpatterns = [
    path(ALL, views.starters, name="starters"),
    path(ASKS, views.asks, name="starter_asks"),
    path(f"{ASKS}<uuid:ask_id>/", views.asked, name="starter_asked"),
    path(ONE, views.starter, name="starter"),
    path(f"{ONE}wie-is-dit/", views.ask, name="starter_ask"),
    path(OF_CLIENT, views.entry, name="starter_entry"),
    path(f"{OF_CLIENT}verwijderen/", views.remove, name="starter_remove"),
]
