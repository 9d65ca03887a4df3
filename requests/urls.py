from __future__ import annotations

from django.urls import include, path

app_name = "requests"
urlpatterns = [
    path("", include("requests.list_urls")),
    path("", include("requests.intake_urls")),
    path("", include("requests.handling_urls")),
    path("", include("requests.answer_urls")),
    path("", include("portal.request_urls")),
    path("", include("requests.register_urls")),
]
