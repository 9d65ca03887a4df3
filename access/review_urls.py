from __future__ import annotations

from django.urls import path

from access import review_views as views

urlpatterns = [
    path("beheer/toegangscontrole/", views.reviews, name="reviews"),
    path("beheer/toegangscontrole/beginnen/", views.start, name="review_start"),
    path("beheer/toegangscontrole/<uuid:review_id>/", views.review, name="review"),
    path("beheer/toegangscontrole/<uuid:review_id>/afsluiten/", views.close, name="review_close"),
    path("beheer/toegangscontrole/<uuid:review_id>/verslag/", views.paper, name="review_paper"),
    path("beheer/toegangscontrole/regels/<uuid:reviewed_id>/", views.line, name="review_line"),
    path("beheer/toegangscontrole/regels/<uuid:reviewed_id>/intrekken/", views.withdraw, name="review_withdraw"),
    path("beheer/toegangscontrole/regels/<uuid:reviewed_id>/heropenen/", views.reopen, name="review_reopen"),
]
