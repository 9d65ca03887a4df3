from django.urls import include, path

from access import bureau_views, session_views, views

app_name = "access"
urlpatterns = [
    path("", include("access.asking_urls")),
    path("", include("access.declaration_urls")),
    path("", include("access.emergency_urls")),
    path("", include("access.review_urls")),
    path("", include("access.reset_urls")),
    path("account/", views.account, name="account"),
    path("account/sessies/<int:session>/uitloggen/", session_views.end, name="end_session"),
    path("account/sessie/", views.session, name="session"),
    path("account/tweede-stap-nodig/", views.mfa_needed, name="mfa_needed"),
    path("uitnodiging/<str:token>/", views.accept, name="accept"),
    path("beheer/bureau/", bureau_views.bureau, name="bureau"),
    path("beheer/medewerkers/", views.people, name="people"),
    path("beheer/medewerkers/uitnodigen/", views.invite, name="invite"),
    path("beheer/medewerkers/<uuid:membership_id>/", views.person, name="person"),
    path("beheer/medewerkers/<uuid:membership_id>/beeindigen/", views.end, name="end"),
    path("beheer/uitnodigingen/<uuid:invitation_id>/intrekken/", views.withdraw, name="withdraw"),
]
