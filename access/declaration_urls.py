from __future__ import annotations

from django.urls import path

from access import declaration_views as views

urlpatterns = [
    path("account/verklaringen/", views.mine, name="declarations"),
    path("account/verklaringen/<uuid:declaration_id>/pdf/", views.paper, name="declaration_file"),
    path("account/verklaringen/<slug:key>/", views.sign, name="declaration"),
    path("beheer/verklaringen/", views.everyone, name="declarations_of_all"),
    path("beheer/verklaringen/herinneren/", views.remind, name="declarations_remind"),
    path("beheer/verklaringen/ophalen/", views.export, name="declarations_export"),
]
