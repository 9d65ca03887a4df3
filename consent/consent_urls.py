from __future__ import annotations

from django.urls import path

from consent import consent_views as views

OF_CLIENT = "clienten/<uuid:client_id>/toestemmingen/"
ONE = "toestemmingen/<uuid:consent_id>/"
urlpatterns = [
    path(OF_CLIENT, views.of_client, name="list"),
    path(f"{OF_CLIENT}nieuw/", views.ask, name="ask"),
    path(ONE, views.detail, name="detail"),
    path(f"{ONE}antwoord/", views.answer, name="answer"),
    path(f"{ONE}intrekken/", views.leave, name="leave"),
    path(f"{ONE}formulier.pdf", views.form_paper, name="form"),
    path(f"{ONE}scan/", views.scan, name="scan"),
]
