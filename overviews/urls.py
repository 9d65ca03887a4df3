from __future__ import annotations

from django.urls import path

from overviews import journal_views, signals_views, views

app_name = "overviews"
urlpatterns = [
    path("werkvoorraad/", views.worklist, name="worklist"),
    path("werkvoorraad/<slug:slug>/", views.shelf, name="shelf"),
    path("logboek/", journal_views.journal, name="journal"),
    path("logboek/exporteren/", journal_views.journal_export, name="journal_export"),
    path("logboek/<uuid:line_id>/", journal_views.journal_line, name="journal_line"),
    path("signalen/", signals_views.signals, name="signals"),
    path("signalen/<uuid:signal_id>/", signals_views.signal, name="signal"),
]
