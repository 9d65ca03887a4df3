from __future__ import annotations

from django.urls import path

from portal import client_views, opdrachtgever_views

app_name = "portal"
urlpatterns = [
    path("mijn/", client_views.home, name="home"),
    path("mijn/dossier/", client_views.dossier, name="dossier"),
    path("mijn/stukken/<uuid:stuk_id>/", client_views.stuk, name="stuk"),
    path("mijn/bestanden/<uuid:file_id>/", client_views.file, name="file"),
    path("mijn/verhaal/", client_views.statements, name="statements"),
    path("mijn/verhaal/nieuw/", client_views.new_statement, name="new_statement"),
    path("mijn/mensen/", client_views.people, name="people"),
    path("opdracht/", opdrachtgever_views.trajecten, name="trajecten"),
    path("opdracht/<uuid:traject_id>/", opdrachtgever_views.traject, name="traject"),
    path("opdracht/stukken/<uuid:stuk_id>/", opdrachtgever_views.released, name="released"),
    path("opdracht/bestanden/<uuid:file_id>/", opdrachtgever_views.released_file, name="released_file"),
]
