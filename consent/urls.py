"""The addresses of this app, each part in a room of its own."""

from __future__ import annotations

from consent import (
    agreement_urls,
    call_urls,
    consent_urls,
    disclosure_urls,
    export_urls,
    handing_out_urls,
    information_urls,
    starter_urls,
)

app_name = "consent"
urlpatterns = [
    *consent_urls.urlpatterns,
    *disclosure_urls.urlpatterns,
    *call_urls.urlpatterns,
    *handing_out_urls.urlpatterns,
    *agreement_urls.urlpatterns,
    *information_urls.urlpatterns,
    *export_urls.urlpatterns,
    *starter_urls.urlpatterns,
]
