from __future__ import annotations

from django.urls import path

from overviews import views

app_name = "overviews"
urlpatterns = [
    path("werkvoorraad/", views.worklist, name="worklist"),
    path("werkvoorraad/<slug:slug>/", views.shelf, name="shelf"),
]
