"""allauth's forms of a second step, in our words (settings.MFA_FORMS)."""

from __future__ import annotations

from typing import Any

from allauth.mfa.adapter import get_adapter
from allauth.mfa.base.forms import AuthenticateForm, BaseAuthenticateForm, ReauthenticateForm
from allauth.mfa.totp.forms import ActivateTOTPForm
from allauth.mfa.webauthn.forms import (
    AddWebAuthnForm,
    AuthenticateWebAuthnForm,
    EditWebAuthnForm,
    LoginWebAuthnForm,
    ReauthenticateWebAuthnForm,
)
from django import forms

from access import texts
from access.fields import LineField
from bureaus.tenancy import has_context
from journal.actions import record
from journal.models import Result

NAME_LENGTH = 60
ANY_CODE = "Code uit de app, of een herstelcode"


class CodeField(forms.CharField):
    """A code of an app, or one of the codes for who lost it."""

    def __init__(self, label: str) -> None:
        widget = forms.TextInput(attrs={"autocomplete": "one-time-code", "autocapitalize": "off"})
        super().__init__(label=label, max_length=40, widget=widget)
        self.error_messages |= {"required": "Vul de code in.", "max_length": "Deze code is te lang."}


class _NotedForm(BaseAuthenticateForm):
    """Who knows a password and not the second step is worth a line: it may be somebody else's password."""

    def clean_code(self) -> str:
        try:
            code: str = super().clean_code()
        except forms.ValidationError:
            if has_context():
                record(act="inloggen.geweigerd", obj=self.user, result=Result.REFUSED, reason="tweede stap")
            raise
        return code


class CodeForm(_NotedForm, AuthenticateForm):
    code = CodeField(ANY_CODE)


class CodeAgainForm(_NotedForm, ReauthenticateForm):
    code = CodeField(ANY_CODE)


class _NotedPasskeyForm(AuthenticateWebAuthnForm):
    """A passkey that does not fit is worth a line too. Without a name: who it says to be is what anybody can send."""

    def clean_credential(self) -> Any:
        try:
            return super().clean_credential()
        # What is JSON and no answer of a passkey: fido2 asks it for keys that it does not have.
        except (forms.ValidationError, KeyError, TypeError, ValueError, AttributeError) as wrong:
            if has_context():
                record(act="inloggen.geweigerd", obj=self.user, result=Result.REFUSED, reason="passkey")
            if isinstance(wrong, forms.ValidationError):
                raise
            raise get_adapter().validation_error("incorrect_code") from wrong


class PasskeyForm(_NotedPasskeyForm):
    """As the second step, after a password."""


class PasskeyLoginForm(_NotedPasskeyForm, LoginWebAuthnForm):
    """In the place of a password."""


class PasskeyAgainForm(_NotedPasskeyForm, ReauthenticateWebAuthnForm):
    """To show once more who one is."""


class NewAppForm(ActivateTOTPForm):
    code = CodeField("Code uit de app")

    @property
    def secret_in_groups(self) -> str:
        """To type over: four signs at a time."""
        return " ".join(self.secret[at : at + 4] for at in range(0, len(self.secret), 4))


class NewPasskeyForm(AddWebAuthnForm):
    """Its name is mended rather than refused: by then the device has made the passkey."""

    name = forms.CharField(label="Naam", required=False, widget=forms.TextInput(attrs={"maxlength": NAME_LENGTH}))
    passwordless = forms.BooleanField(
        label="Inloggen zonder wachtwoord",
        required=False,
        help_text="Uw apparaat vraagt dan om uw vingerafdruk, uw gezicht of de pincode.",
    )

    def clean_name(self) -> str:
        given = texts.clean_text(self.cleaned_data["name"])
        self.cleaned_data["name"] = "" if texts.is_blank(given) else " ".join(given.split())[:NAME_LENGTH]
        name: str = super().clean_name()
        return name


class PasskeyNameForm(EditWebAuthnForm):
    name = LineField("Naam", NAME_LENGTH, error_messages={"required": "Geef de passkey een naam."})

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["name"].help_text = "Een naam die u herkent, zoals ‘Laptop werk’."


class KeptForm(forms.Form):
    kept = forms.BooleanField(
        label="Ik heb de codes bewaard",
        error_messages={"required": "Bewaar de codes eerst. Zet dan hier een vinkje."},
    )
