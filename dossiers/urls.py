from django.urls import include, path

from dossiers import editor_views, template_views, views

app_name = "dossiers"
urlpatterns = [
    path("dossiers/<uuid:dossier_id>/", views.detail, name="detail"),
    path("dossiers/<uuid:dossier_id>/nieuw/", views.new_stuk, name="new_stuk"),
    path("dossiers/<uuid:dossier_id>/archiveren/", views.archive, name="archive"),
    path("dossiers/<uuid:dossier_id>/heropenen/", views.reopen, name="reopen"),
    path("stukken/<uuid:stuk_id>/", views.stuk, name="stuk"),
    path("stukken/<uuid:stuk_id>/schrijven/", editor_views.edit, name="edit"),
    path("stukken/<uuid:stuk_id>/bewaren/", editor_views.autosave, name="autosave"),
    path("stukken/<uuid:stuk_id>/vaststellen/", editor_views.finish, name="finish"),
    path("stukken/<uuid:stuk_id>/aanvullen/", editor_views.supplement, name="supplement"),
    path("stukken/<uuid:stuk_id>/weggooien/", editor_views.discard, name="discard"),
    path("beheer/sjablonen/", template_views.templates, name="templates"),
    path("beheer/sjablonen/nieuw/", template_views.new_template, name="new_template"),
    path("beheer/sjablonen/<uuid:template_id>/", template_views.template, name="template"),
    path("beheer/sjablonen/<uuid:template_id>/gebruik/", template_views.switch_template, name="switch_template"),
    path("", include("dossiers.document_urls")),
    path("", include("dossiers.release_urls")),
]
