from __future__ import annotations

from django.urls import path

from retention import paper_views, pv_views

PV, LIST, DOSSIER = (
    "bewaren/processen-verbaal/",
    "bewaren/lijsten/<uuid:list_id>/",
    "dossiers/<uuid:dossier_id>/papier/",
)
urlpatterns = [
    path(PV, pv_views.register, name="pv_register"),
    path(f"{PV}<uuid:pv_id>/", pv_views.one, name="pv"),
    path(f"{PV}<uuid:pv_id>/pdf/", pv_views.paper, name="pv_paper"),
    path(f"{PV}<uuid:pv_id>/namen/", pv_views.annex, name="pv_annex"),
    path(f"{PV}<uuid:pv_id>/certificaat/", pv_views.certificate, name="pv_certificate"),
    path(f"{LIST}certificaat/", paper_views.certificate, name="certificate"),
    path(f"{LIST}papier/", paper_views.to_collect, name="paper_list"),
    path(f"{LIST}papier.csv", paper_views.to_collect_table, name="paper_table"),
    path("bewaren/papier/", paper_views.overview, name="papers"),
    path(DOSSIER, paper_views.paper, name="paper"),
    path(f"{DOSSIER}meenemen/", paper_views.take_out, name="paper_out"),
    path(f"{DOSSIER}terug/", paper_views.bring_back, name="paper_back"),
]
