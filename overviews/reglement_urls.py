"""The reglement's own pages. They show no dossier: also for who did not sign the new version yet."""

from __future__ import annotations

from django.urls import path

from overviews import public_reglement_views as public
from overviews import reglement_views

app_name = "reglement"
urlpatterns = [
    path("reglement/", public.reglement, name="public"),
    path("reglement/<int:number>/", public.version, name="public_version"),
    path("reglement/<int:number>/pdf/", public.paper, name="public_paper"),
    path("beheer/reglement/", reglement_views.versions, name="versions"),
    path("beheer/reglement/nieuw/", reglement_views.new_version, name="new"),
    path("beheer/reglement/nieuw/gevolgen/", reglement_views.effects, name="effects"),
    path("beheer/reglement/nieuw/vaststellen/", reglement_views.adopt, name="adopt"),
    path("beheer/reglement/<uuid:version_id>/wijzigen/", reglement_views.change_version, name="change"),
    path("beheer/reglement/<uuid:version_id>/intrekken/", reglement_views.withdraw_version, name="withdraw"),
    path("beheer/reglement/<uuid:version_id>/", reglement_views.version, name="version"),
]
