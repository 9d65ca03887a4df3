from __future__ import annotations

from django.urls import path

from requests import entering_views
from requests import intake_views as views

urlpatterns = [
    path("verzoeken/nieuw/", entering_views.enter, name="enter"),
    path("verzoeken/nieuw/<uuid:client_id>/", entering_views.enter_for, name="enter_for"),
    path("verzoeken/<uuid:verzoek_id>/", views.verzoek, name="verzoek"),
    path("verzoeken/<uuid:verzoek_id>/brief/", views.scan, name="scan"),
    path("verzoeken/<uuid:verzoek_id>/bevestigd/", views.acknowledge, name="acknowledge"),
    path("verzoeken/<uuid:verzoek_id>/wie-vraagt-het/", views.ask_identity, name="ask_identity"),
    path("verzoeken/<uuid:verzoek_id>/identiteit/", views.show_identity, name="show_identity"),
    path("verzoeken/<uuid:verzoek_id>/verlengen/", views.extend, name="extend"),
    path("verzoeken/<uuid:verzoek_id>/intrekken/", views.withdraw, name="withdraw"),
]
