"""Where allauth asks this house: who may log in, what is said, how mails go out, how second factors are kept."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from allauth.account.adapter import DefaultAccountAdapter
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from django.contrib import messages
from django.contrib.auth.base_user import AbstractBaseUser
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse

from access import freshness, mfa
from access.actions.mails import mail_account, mail_operator
from access.backends import who_may_enter
from bureaus.tenancy import has_context
from journal.actions import record
from vault.platform import seal_text, unseal_text

NOT_KNOWN = "Dit e-mailadres en wachtwoord horen niet bij een account van deze site."
TOO_OFTEN = "Te veel mislukte pogingen. Wacht vijf minuten en probeer het opnieuw."
# What a person is told happened to their account; any other notice of allauth gets the words of ELSE.
NOTICES = {
    "account/email/password_changed": "Uw wachtwoord is gewijzigd.",
    "account/email/password_reset": "Uw wachtwoord is gewijzigd.",
    "account/email/password_set": "Uw wachtwoord is ingesteld.",
    "mfa/email/totp_activated": "Inloggen met een code uit een app is aangezet.",
    "mfa/email/totp_deactivated": "Inloggen met een code uit een app is uitgezet.",
    "mfa/email/recovery_codes_generated": "Er zijn nieuwe herstelcodes gemaakt.",
    "mfa/email/webauthn_added": "Er is een passkey toegevoegd.",
    "mfa/email/webauthn_removed": "Er is een passkey verwijderd.",
}
ELSE = "Er is iets veranderd aan de beveiliging van uw account."


class AccountAdapter(DefaultAccountAdapter):
    error_messages = DefaultAccountAdapter.error_messages | {
        "email_password_mismatch": NOT_KNOWN,
        "invalid_login": NOT_KNOWN,
        "account_inactive": NOT_KNOWN,
        "too_many_login_attempts": TOO_OFTEN,
        "incorrect_password": "Dit wachtwoord klopt niet.",
        "enter_current_password": "Vul uw huidige wachtwoord in.",
        "incorrect_code": "Deze code klopt niet, of is al gebruikt. Wacht op de volgende code.",
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:  # noqa: ARG002
        """Accounts are made by an invitation alone."""
        return False

    def pre_login(self, request: HttpRequest, user: AbstractBaseUser, **hooks: Any) -> HttpResponse | None:
        """Passkeys, resets and invitations log in without our backend: the same door for them."""
        if not who_may_enter().filter(pk=user.pk).exists():
            messages.error(request, NOT_KNOWN)
            return HttpResponseRedirect(reverse("account_login"))
        answer: HttpResponse | None = super().pre_login(request, user, **hooks)
        return answer

    def is_reauthentication_required(self, *, app: str, **kwargs: Any) -> bool:
        """One rule for allauth's pages and ours: who showed who they are a short while ago is not asked again."""
        if self.request and freshness.is_fresh(self.request):
            return False
        return bool(super().is_reauthentication_required(app=app, **kwargs))

    def authentication_failed(self, request: HttpRequest, **credentials: Any) -> None:  # noqa: ARG002
        """Without the address: a mistyped one may be anybody's."""
        if has_context():
            record(act="inloggen.geweigerd", result="geweigerd", reason="wachtwoord")

    def get_login_redirect_url(self, request: HttpRequest) -> str:  # noqa: ARG002
        return "/" if has_context() else reverse("platform:bureaus")

    def get_password_change_redirect_url(self, request: HttpRequest) -> str:  # noqa: ARG002
        return reverse("access:account")

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Through the outbox, where people of this bureau are concerned; nothing to anyone else."""
        user = context.get("user")
        if user is not None and not who_may_enter().filter(pk=user.pk).exists():
            return
        kind, facts = "beveiliging", {"what": NOTICES.get(template_prefix, ELSE)}
        if template_prefix == "account/email/password_reset_key":
            kind, facts = "wachtwoord", {"path": urlsplit(context["password_reset_url"]).path}
        if has_context():
            mail_account(to=email, kind=kind, sealed=facts)
        else:
            mail_operator(to=email, kind=kind, facts=facts)


class MFAAdapter(DefaultMFAAdapter):
    """Secrets of second factors lie sealed in the database, under a key of the keyring."""

    error_messages = DefaultMFAAdapter.error_messages | {
        "incorrect_code": "Deze code klopt niet, of is al gebruikt. Wacht op de volgende code.",
        "cannot_delete_authenticator": "Dit is uw enige tweede stap bij het inloggen. Voeg eerst een andere toe.",
    }

    def encrypt(self, text: str) -> str:
        return seal_text(text, purpose="mfa")

    def decrypt(self, encrypted_text: str) -> str:
        return unseal_text(encrypted_text, purpose="mfa")

    def can_delete_authenticator(self, authenticator: Authenticator) -> bool:
        """Where a second factor is demanded, the last one stays."""
        if not mfa.demanded_of(authenticator.user):
            return True
        return mfa.factors(authenticator.user).exclude(pk=authenticator.pk).exists()

    def generate_authenticator_name(self, user: AbstractBaseUser, type: Any) -> str:  # noqa: A002
        """What a passkey is called that was given no name: `Passkey`, `Passkey 2`."""
        there = Authenticator.objects.filter(user=user, type=type).count()
        return f"Passkey {there + 1}" if there else "Passkey"

    def get_totp_issuer(self) -> str:
        """What the person's app shows beside the code: which bureau it is for."""
        bureau = getattr(self.request, "bureau", None) if hasattr(self, "request") else None
        return bureau.legal_name if bureau else str(super().get_totp_issuer())
