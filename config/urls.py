"""Every address of the product."""

from __future__ import annotations

from django.urls import include, path

from config import health, views

urlpatterns = [
    path("", views.home, name="home"),
    path("bureau.css", views.bureau_css, name="bureau_css"),
    path("logo.png", views.bureau_logo, name="bureau_logo"),
    path("healthz", health.healthz, name="healthz"),
    path("readyz", health.readyz, name="readyz"),
    path("account/", include("access.account_urls")),
    path("platform/", include("access.platform_urls")),
    path("", include("access.urls")),
    path("", include("overviews.urls")),
    path("", include("overviews.reglement_urls")),
    path("", include("clients.urls")),
    path("", include("dossiers.urls")),
    path("", include("consent.urls")),
    path("", include("retention.urls")),
    path("", include("requests.urls")),
    path("", include("portal.urls")),
]

handler404 = "config.views.not_found"
