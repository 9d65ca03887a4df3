from __future__ import annotations

from django.urls import path

from requests import handling_views as views
from requests import marking_views as marks

urlpatterns = [
    path("verzoeken/<uuid:verzoek_id>/overdragen/", views.assign, name="assign"),
    path("verzoeken/<uuid:verzoek_id>/stukken/", views.collect, name="collect"),
    path("verzoeken/<uuid:verzoek_id>/stukken/<uuid:stuk_id>/", views.judge, name="judge"),
    path("verzoeken/<uuid:verzoek_id>/stukken/<uuid:stuk_id>/lakken/", marks.redact, name="redact"),
    path(
        "verzoeken/<uuid:verzoek_id>/stukken/<uuid:stuk_id>/bladzijde/<uuid:file_id>/<int:page>/",
        marks.redact_page,
        name="redact_page",
    ),
    path("verzoeken/weglaten/<uuid:mark_id>/weg/", marks.unmark, name="unmark"),
    path("verzoeken/<uuid:verzoek_id>/besluit/", views.decide, name="decide"),
    path("verzoeken/<uuid:verzoek_id>/tweede-blik/", views.second_look, name="second_look"),
    path("verzoeken/<uuid:verzoek_id>/aanvulling/", views.write, name="write"),
    path("verzoeken/<uuid:verzoek_id>/verwijderen/", views.delete, name="delete"),
    path("verzoeken/<uuid:verzoek_id>/afschermen/", views.shield, name="shield"),
    path("verzoeken/<uuid:verzoek_id>/uitgevoerd/", views.carried_out, name="carried_out"),
    path("verzoeken/<uuid:verzoek_id>/afsluiten/", views.close, name="close"),
    path("verzoeken/ingelicht/<uuid:follow_up_id>/", views.told, name="told"),
]
