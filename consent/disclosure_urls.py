from __future__ import annotations

from django.urls import path

from consent import disclosure_views as views
from consent import fetch_views, register_views

ONE = "verstrekkingen/<uuid:disclosure_id>/"
urlpatterns = [
    path("dossiers/<uuid:dossier_id>/verstrekken/", views.disclose, name="disclose"),
    path(ONE, views.detail, name="disclosure"),
    path(f"{ONE}gegevens/", views.edit, name="disclosure_edit"),
    path(f"{ONE}stukken/", views.stukken, name="disclosure_stukken"),
    path(f"{ONE}versturen/", views.send, name="disclosure_send"),
    path(f"{ONE}code/", views.code, name="disclosure_code"),
    path(f"{ONE}pakket/", views.package, name="disclosure_package"),
    path(f"{ONE}gegeven/", views.handed, name="disclosure_handed"),
    path(f"{ONE}terugnemen/", views.take_back, name="disclosure_take_back"),
    path(f"{ONE}opnieuw/", views.again, name="disclosure_again"),
    path(f"{ONE}bewijs/", views.paper, name="disclosure_paper"),
    path("registers/verstrekkingen/", register_views.register, name="disclosures"),
    path("clienten/<uuid:client_id>/verstrekkingen/", register_views.of_client, name="disclosures_of_client"),
    path("ophalen/<str:token>/", fetch_views.fetch, name="fetch"),
]
