"""What the client types in the portal."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from access.fields import LineField, TextField
from dossiers import rules


class StatementForm(forms.Form):
    """An own statement (javawest 6.2, jmwerkt 6.1.1)."""

    title = LineField(
        label=_("Waar gaat het over?"),
        max_length=rules.TITLE_LENGTH,
        help_text=_("Een paar woorden. Bijvoorbeeld: Het gesprek van 3 mei."),
        error_messages={
            "required": _("Schrijf in een paar woorden waar het over gaat."),
            "max_length": _(
                "Dit is te lang. Gebruik niet meer dan %(limit_value)d tekens. Het zijn er nu %(show_value)d."
            ),
        },
    )
    text = TextField(
        label=_("Uw verhaal"),
        max_length=rules.TEXT_LENGTH,
        rows=12,
        strip=True,
        help_text=_("Schrijf zoals u praat. Fouten maken mag."),
        error_messages={
            "required": _("Er staat nog niets. Schrijf eerst uw verhaal op."),
            "max_length": _(
                "Dit is te lang. Gebruik niet meer dan %(limit_value)d tekens. Het zijn er nu %(show_value)d."
            ),
        },
    )


class ReceiptForm(forms.Form):
    """'Wij hebben het ontvangen', signed with a name (werklokaal 7)."""

    complete = forms.BooleanField(
        label=_("Wij hebben het dossier ontvangen en nagekeken. Het is compleet en leesbaar."),
        error_messages={"required": _("Zet hier een vinkje als u het hebt nagekeken.")},
    )
    name = LineField(
        label=_("Uw naam"),
        max_length=120,
        help_text=_("Hiermee tekent u voor ontvangst, namens uw organisatie."),
        error_messages={"required": _("Vul uw naam in.")},
    )
