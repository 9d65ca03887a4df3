"""The pages of allauth that this house uses: no sign-up, no other addresses than the one that was invited."""

from allauth.account import views
from django.urls import include, path, re_path

from access import session_views
from access.mfa_views import codes
from access.views import login, reset, reset_from_key

urlpatterns = [
    path("inloggen/", login, name="account_login"),
    path("uitloggen/", views.logout, name="account_logout"),
    path("bevestigen/", views.reauthenticate, name="account_reauthenticate"),
    path("wachtwoord/", views.password_change, name="account_change_password"),
    path("wachtwoord/vergeten/", reset, name="account_reset_password"),
    path("wachtwoord/vergeten/verstuurd/", views.password_reset_done, name="account_reset_password_done"),
    re_path(
        r"^wachtwoord/nieuw/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>.+)/$",
        reset_from_key,
        name="account_reset_password_from_key",
    ),
    path(
        "wachtwoord/nieuw/klaar/",
        views.password_reset_from_key_done,
        name="account_reset_password_from_key_done",
    ),
    # In the place of allauth's own page, which shows the codes once and not until they are kept.
    path("tweede-stap/recovery-codes/", codes, name="mfa_view_recovery_codes"),
    path("tweede-stap/", include("allauth.mfa.urls")),
    # In the place of allauth's own page, which ends all other sessions at once or none.
    path("sessies/", session_views.mine, name="usersessions_list"),
]
