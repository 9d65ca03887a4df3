from __future__ import annotations

from django.urls import path

from retention import request_views as views

urlpatterns = [
    path("dossiers/<uuid:dossier_id>/bewaren/verzoek/", views.whole, name="request"),
    path("stukken/<uuid:stuk_id>/verwijderen/", views.one_stuk, name="request_stuk"),
]
