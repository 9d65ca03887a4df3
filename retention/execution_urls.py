from __future__ import annotations

from django.urls import path

from retention import execution_views as views

urlpatterns = [
    path("bewaren/lijsten/<uuid:list_id>/opnieuw/", views.retry_all, name="list_retry_all"),
    path("bewaren/lijsten/<uuid:list_id>/regels/<uuid:item_id>/opnieuw/", views.retry, name="list_retry"),
    path("bewaren/lijsten/<uuid:list_id>/regels/<uuid:item_id>/laten-staan/", views.let_stand, name="list_let_stand"),
]
