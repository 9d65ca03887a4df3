from __future__ import annotations

from django.urls import path

from dossiers import document_views

urlpatterns = [
    path("dossiers/<uuid:dossier_id>/document/", document_views.upload, name="upload"),
    path("bestanden/<uuid:file_id>/", document_views.file, name="file"),
]
