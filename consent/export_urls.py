from __future__ import annotations

from django.urls import path

from consent import export_research_views as research
from consent import export_views as views
from consent import optout_views

RESEARCH = "registers/onderzoek/"
ONE = f"{RESEARCH}<uuid:research_id>/"
urlpatterns = [
    path("clienten/<uuid:client_id>/verzet/", optout_views.optouts, name="optouts"),
    path("registers/uitvoer/", views.exports, name="exports"),
    path("registers/uitvoer/<slug:export_kind>/", views.export, name="export"),
    path(RESEARCH, research.researches, name="researches"),
    path(f"{RESEARCH}nieuw/", research.research_new, name="research_new"),
    path(ONE, research.research, name="research"),
    path(f"{ONE}besluit/", research.research_decide, name="research_decide"),
    path(f"{ONE}lijst/", research.research_export, name="research_export"),
]
