from __future__ import annotations

from django.urls import path

from consent import call_views as views

urlpatterns = [
    path("gebeld/", views.script, name="call_script"),
    path("dossiers/<uuid:dossier_id>/gebeld/", views.call, name="call"),
]
