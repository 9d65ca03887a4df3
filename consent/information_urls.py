from __future__ import annotations

from django.urls import path

from consent import information_views as views

ONE = "opvragingen/<uuid:information_id>/"
urlpatterns = [
    path("dossiers/<uuid:dossier_id>/opvragen/", views.ask, name="information_ask"),
    path("clienten/<uuid:client_id>/opgevraagd/", views.of_client, name="information_of_client"),
    path(ONE, views.detail, name="information"),
    path(f"{ONE}brief/", views.letter, name="information_letter"),
    path(f"{ONE}brief.pdf", views.paper, name="information_paper"),
    path(f"{ONE}antwoord/", views.answer, name="information_answer"),
    path(f"{ONE}later/", views.later, name="information_later"),
    path(f"{ONE}sluiten/", views.close, name="information_close"),
]
