from __future__ import annotations

from django.urls import path

from access import emergency_views, support_views

urlpatterns = [
    path("noodtoegang/", emergency_views.emergency, name="emergency"),
    path("noodtoegang/overzicht/", emergency_views.emergencies, name="emergencies"),
    path("noodtoegang/<uuid:request_id>/", emergency_views.review, name="emergency_review"),
    path("beheer/ondersteuning/", support_views.visits, name="support"),
    path("beheer/ondersteuning/<uuid:request_id>/", support_views.visit, name="support_visit"),
    path("beheer/ondersteuning/<uuid:request_id>/besluit/", support_views.decide, name="support_decide"),
    path("beheer/ondersteuning/<uuid:request_id>/beeindigen/", support_views.end, name="support_end"),
]
