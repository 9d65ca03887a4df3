from __future__ import annotations

from django.urls import path

from consent import agreement_views as views

ALL = "registers/verwerkersovereenkomsten/"
ONE = f"{ALL}<uuid:processor_id>/"
urlpatterns = [
    path(ALL, views.agreements, name="agreements"),
    path(f"{ALL}nieuw/", views.new, name="agreement_new"),
    path(ONE, views.agreement, name="agreement"),
    path(f"{ONE}verlengen/", views.renew, name="agreement_renew"),
    path(f"{ONE}beeindigen/", views.end, name="agreement_end"),
    path(f"{ONE}papier/", views.scan, name="agreement_scan"),
]
