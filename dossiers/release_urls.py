from __future__ import annotations

from django.urls import path

from dossiers import release_views

urlpatterns = [
    path("stukken/<uuid:stuk_id>/vrijgeven/", release_views.release, name="release"),
    path("stukken/<uuid:stuk_id>/vrijgeven/intrekken/", release_views.withdraw, name="withdraw"),
]
