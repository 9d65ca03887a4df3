from __future__ import annotations

from django.urls import path

from portal import (
    client_views,
    consent_views,
    disclosed_views,
    opdrachtgever_views,
    optout_views,
    reglement_views,
    transfer_views,
    viewed_views,
)

app_name = "portal"
urlpatterns = [
    path("mijn/", client_views.home, name="home"),
    path("mijn/dossier/", client_views.dossier, name="dossier"),
    path("mijn/stukken/<uuid:stuk_id>/", client_views.stuk, name="stuk"),
    path("mijn/bestanden/<uuid:file_id>/", client_views.file, name="file"),
    path("mijn/verhaal/", client_views.statements, name="statements"),
    path("mijn/verhaal/nieuw/", client_views.new_statement, name="new_statement"),
    path("mijn/mensen/", client_views.people, name="people"),
    path("mijn/bekeken/", viewed_views.viewed, name="viewed"),
    path("mijn/verstrekkingen/", disclosed_views.disclosed, name="disclosed"),
    path("mijn/reglement/", reglement_views.my_reglement, name="reglement"),
    path("mijn/reglement/<uuid:handed_id>/gekregen/", reglement_views.received, name="reglement_received"),
    path("mijn/verzet/", optout_views.optouts, name="optouts"),
    path("mijn/toestemmingen/", consent_views.mine, name="consents"),
    path("mijn/toestemmingen/<uuid:consent_id>/", consent_views.one, name="consent"),
    path("opdracht/", opdrachtgever_views.trajecten, name="trajecten"),
    path("opdracht/<uuid:traject_id>/", opdrachtgever_views.traject, name="traject"),
    path("opdracht/<uuid:traject_id>/overdracht/", transfer_views.transfer, name="transfer"),
    path("opdracht/<uuid:traject_id>/overdracht/pakket/", transfer_views.package, name="transfer_package"),
    path("opdracht/stukken/<uuid:stuk_id>/", opdrachtgever_views.released, name="released"),
    path("opdracht/bestanden/<uuid:file_id>/", opdrachtgever_views.released_file, name="released_file"),
]
