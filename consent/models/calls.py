"""Somebody telephoned and asked about a person: that nothing was said, and to whom."""

from __future__ import annotations

from django.db import models
from django.db.models.functions import Now
from django.utils import timezone

from bureaus.tenancy import TenantModel
from vault.fields import SealedTextField


class RefusedCall(TenantModel):
    """One request by telephone that was refused; its words go with the dossier. Nothing of it changes (a trigger holds
    that)."""

    dossier = models.ForeignKey("dossiers.Dossier", on_delete=models.PROTECT, related_name="refused_calls")
    called_at = models.DateTimeField("wanneer")
    # Who they said to be: over a telephone nobody sees that.
    caller = SealedTextField(subject="dossier_id")
    organisation = SealedTextField(subject="dossier_id", null=True, blank=True)
    asked = SealedTextField(subject="dossier_id")
    noted_by_name = models.CharField(max_length=120)
    noted_at = models.DateTimeField(db_default=Now())

    class Meta(TenantModel.Meta):
        ordering = ("-called_at", "-id")
        indexes = (
            models.Index(fields=("bureau", "dossier"), name="consent_call_dossier"),
            models.Index(fields=("bureau", "-called_at"), name="consent_call_newest"),
        )

    def __str__(self) -> str:
        return f"geweigerd op {timezone.localdate(self.called_at):%d-%m-%Y}"
