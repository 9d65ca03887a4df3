from __future__ import annotations

from django.urls import path

from retention import keeping_views, term_views

DOSSIER, HOLD = "dossiers/<uuid:dossier_id>/bewaren/", "bewaren/blokkades/<uuid:hold_id>/"
urlpatterns = [
    path("bewaren/", term_views.watchlist, name="watchlist"),
    path(DOSSIER, keeping_views.dossier, name="dossier"),
    path(f"{DOSSIER}blokkade/", keeping_views.place, name="hold_place"),
    path(f"{DOSSIER}termijn/", keeping_views.agree, name="agree"),
    path(f"{HOLD}bekijken/", keeping_views.review, name="hold_review"),
    path(f"{HOLD}opheffen/", keeping_views.lift, name="hold_lift"),
    path("bewaren/contracten/<uuid:contract_id>/", term_views.contract, name="contract"),
    path("bewaren/termijnen/<uuid:agreement_id>/beeindigen/", term_views.end, name="agreement_end"),
]
