from __future__ import annotations

from django.urls import path

from access import reset_views

urlpatterns = [
    path("beheer/tweede-stap/", reset_views.ask, name="reset_ask"),
    path("goedkeuringen/tweede-stap/<uuid:reset_id>/", reset_views.decide, name="reset_decide"),
    path("account/herstel/<str:token>/", reset_views.use, name="reset_use"),
    path(
        "beheer/medewerkers/<uuid:membership_id>/uitloggen/",
        reset_views.log_out_everywhere,
        name="log_out_everywhere",
    ),
]
