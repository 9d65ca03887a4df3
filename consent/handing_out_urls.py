from __future__ import annotations

from django.urls import path

from consent import handing_out_views as views
from consent import handing_payer_views

CLIENT = "clienten/<uuid:client_id>/reglement/"
urlpatterns = [
    path("registers/uitgereikt/", views.handouts, name="handouts"),
    path(CLIENT, views.handed, name="handed"),
    path(f"{CLIENT}portaal/", views.hand_out, name="hand_out"),
    path(f"{CLIENT}papier/", views.hand_on_paper, name="hand_on_paper"),
    path("uitgereikt/<uuid:handed_id>/papier/", views.handed_scan, name="handed_scan"),
    path("registers/uitgereikt/opdrachtgevers/", handing_payer_views.to_payers, name="handed_payers"),
    path("opdrachtgevers/<uuid:opdrachtgever_id>/reglement/", handing_payer_views.of_payer, name="handed_payer"),
]
