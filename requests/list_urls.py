from __future__ import annotations

from django.urls import path

from requests import calendar_views, list_views

urlpatterns = [
    path("verzoeken/", list_views.overview, name="list"),
    path("verzoeken/cijfers/", list_views.figures, name="figures"),
    path("account/agenda/", calendar_views.mine, name="calendar"),
    path("account/agenda/maken/", calendar_views.make, name="calendar_make"),
    path("account/agenda/intrekken/", calendar_views.withdraw, name="calendar_withdraw"),
    path("agenda/<str:token>.ics", calendar_views.feed, name="calendar_feed"),
]
