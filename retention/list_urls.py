from __future__ import annotations

from django.urls import path

from retention import list_views as views

urlpatterns = [
    path("bewaren/lijsten/", views.lists, name="lists"),
    path("bewaren/lijsten/voorstellen/", views.propose, name="list_propose"),
    path("bewaren/lijsten/<uuid:list_id>/", views.one_list, name="list"),
    path("bewaren/lijsten/<uuid:list_id>/goedkeuren/", views.approve, name="list_approve"),
    path("bewaren/lijsten/<uuid:list_id>/intrekken/", views.cancel, name="list_cancel"),
    path("bewaren/lijsten/<uuid:list_id>/regels/<uuid:item_id>/uitzonderen/", views.exclude, name="list_exclude"),
    path("bewaren/lijsten/<uuid:list_id>/regels/<uuid:item_id>/terugzetten/", views.include, name="list_include"),
]
