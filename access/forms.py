"""Forms of people and accounts; each refuses in plain Dutch, beside the field."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from access.fields import LineField
from access.models import STAFF_ROLES, Membership, Role, role_label
from access.rules import RuleBroken, check_roles, may_give
from bureaus import presets, validators
from bureaus.models import Bureau
from bureaus.words import word


def _role_help() -> str:
    boss = word("directie", capital=True)
    given = word("directie", article=True)
    return f"{boss}, functionaris gegevensbescherming en beheerder worden alleen door {given} gegeven."


class RolesField(forms.MultipleChoiceField):
    widget = forms.CheckboxSelectMultiple

    def __init__(self, by: Membership | None = None) -> None:
        given = [role for role in Role if role in STAFF_ROLES and (by is None or may_give(by.roles, [role]))]
        super().__init__(
            label="Rollen",
            choices=[(role.value, role_label(role)) for role in given],
            help_text=_role_help(),
            error_messages={
                "required": "Kies ten minste één rol.",
                "invalid_choice": "Deze rol kunt u niet geven.",
            },
        )

    def clean(self, value: Any) -> list[str]:
        try:
            return check_roles(super().clean(value))
        except RuleBroken as refusal:
            raise ValidationError(str(refusal)) from None


class NameField(LineField):
    def __init__(self, label: str = "Naam", **options: Any) -> None:
        super().__init__(label, 120, **options)


class InviteForm(forms.Form):
    """Who is invited to work here."""

    email = forms.EmailField(label="E-mailadres", help_text="De uitnodiging gaat naar dit adres.")
    name = NameField(help_text="Zo ziet iedereen in het bureau deze persoon.")
    hired = forms.BooleanField(label="Ingehuurd", required=False, help_text="Niet in dienst, maar werkt wel mee.")

    def __init__(self, *args: Any, by: Membership, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["roles"] = RolesField(by)
        self.order_fields(["email", "name", "roles", "hired"])


class RolesForm(forms.Form):
    def __init__(self, *args: Any, by: Membership, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["roles"] = RolesField(by)


class EndForm(forms.Form):
    """Ending a membership asks for a reason, which goes into the journal."""

    reason = NameField("Reden", help_text="Bijvoorbeeld: uit dienst per 1 mei. Komt in het logboek.")


class NameForm(forms.Form):
    name = NameField(help_text="Zo zien anderen u.")


class AcceptForm(forms.Form):
    """The password that the account has, or the one that it gets now."""

    password = forms.CharField(label="Wachtwoord", strip=False, max_length=128)

    def __init__(self, *args: Any, known: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["password"]
        field.widget = forms.PasswordInput(
            attrs={"autocomplete": "current-password" if known else "new-password", "maxlength": 128}
        )
        field.label = "Uw wachtwoord" if known else "Kies een wachtwoord"
        field.help_text = "" if known else "Ten minste 12 tekens. Een zin van een paar woorden is goed te onthouden."


class BureauForm(forms.Form):
    """A new bureau: its own facts, the reglement it starts from, and who leads it."""

    legal_name = NameField("Statutaire naam")
    slug = forms.CharField(
        label="Korte naam", max_length=40, validators=[validators.slug], help_text="Komt in het webadres."
    )
    preset = forms.ChoiceField(
        label="Reglement om mee te beginnen",
        choices=lambda: [(name, presets.load(name).title) for name in presets.NAMES],
    )
    name = NameField("Naam van de eerste directie")
    email = forms.EmailField(label="E-mailadres van de eerste directie", help_text="Krijgt een uitnodiging.")

    def clean_slug(self) -> str:
        slug = str(self.cleaned_data["slug"])
        if Bureau.objects.filter(slug=slug).exists():
            raise ValidationError("Er is al een bureau met deze korte naam.")
        return slug
