from __future__ import annotations

from django.urls import path

from requests import incident_views, register_views

INCIDENT = "registers/incidenten/<uuid:incident_id>/"
PROCESSING = "registers/verwerkingen"

urlpatterns = [
    path("registers/incidenten/", incident_views.incidents, name="incidents"),
    path("registers/incidenten/nieuw/", incident_views.incident_new, name="incident_new"),
    path("registers/incidenten/exporteren/", incident_views.incidents_export, name="incidents_export"),
    path(INCIDENT, incident_views.incident, name="incident"),
    path(f"{INCIDENT}bijwerken/", incident_views.incident_edit, name="incident_edit"),
    path(f"{INCIDENT}melding/", incident_views.incident_told, name="incident_told"),
    path(f"{INCIDENT}afsluiten/", incident_views.incident_close, name="incident_close"),
    path(f"{INCIDENT}heropenen/", incident_views.incident_reopen, name="incident_reopen"),
    path(f"{PROCESSING}/", register_views.processing_register, name="processing"),
    path(f"{PROCESSING}.pdf", register_views.processing_paper, name="processing_paper"),
    path(f"{PROCESSING}.csv", register_views.processing_table, name="processing_table"),
]
