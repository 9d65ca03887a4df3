from __future__ import annotations

from django.urls import path

from access import asking_views, inbox_views

urlpatterns = [
    path("goedkeuringen/", inbox_views.index, name="inbox"),
    path("goedkeuringen/inzage/<uuid:asked_id>/", asking_views.decide, name="asked"),
    path("inzage/", asking_views.my_requests, name="my_requests"),
    path("inzage/vragen/", asking_views.ask, name="ask"),
    path("inzage/<uuid:asked_id>/intrekken/", asking_views.withdraw, name="withdraw_asking"),
    path("inzage/<uuid:asked_id>/beeindigen/", asking_views.stop, name="stop_asking"),
]
