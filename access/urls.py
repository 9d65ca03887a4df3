from django.urls import path

from access import views

app_name = "access"
urlpatterns = [
    path("account/", views.account, name="account"),
    path("account/tweede-stap-nodig/", views.mfa_needed, name="mfa_needed"),
    path("uitnodiging/<str:token>/", views.accept, name="accept"),
    path("beheer/medewerkers/", views.people, name="people"),
    path("beheer/medewerkers/uitnodigen/", views.invite, name="invite"),
    path("beheer/medewerkers/<uuid:membership_id>/", views.person, name="person"),
    path("beheer/medewerkers/<uuid:membership_id>/beeindigen/", views.end, name="end"),
    path("beheer/uitnodigingen/<uuid:invitation_id>/intrekken/", views.withdraw, name="withdraw"),
]
