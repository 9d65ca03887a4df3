from __future__ import annotations

from django.urls import path

from retention import transfer_views as views

ONE = "bewaren/overdrachten/<uuid:transfer_id>/"
urlpatterns = [
    path("bewaren/overdrachten/", views.transfers, name="transfers"),
    path(ONE, views.transfer, name="transfer"),
    path(f"{ONE}intrekken/", views.withdraw, name="transfer_withdraw"),
    path("dossiers/<uuid:dossier_id>/overdragen/", views.start, name="transfer_start"),
]
