"""The register of incidents: every breach is documented, notified or not (AVG 33.5)."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now

from bureaus.tenancy import TenantModel
from vault.fields import SealedTextField


class Incident(TenantModel):
    """A breach of personal data. 72 hours run from becoming aware; its words are sealed under its own id."""

    class Risk(models.TextChoices):
        UNKNOWN = "onbekend", "nog niet bekend"
        NONE = "geen", "geen risico"
        SOME = "risico", "risico: melden aan de toezichthouder"
        HIGH = "hoog", "hoog risico: ook melden aan de betrokkenen"

    number = models.CharField(max_length=20)  # I2026-003: per bureau and year, without gaps
    aware_at = models.DateTimeField("bekend sinds")
    happened_on = models.DateField("gebeurd op", null=True, blank=True)
    what = SealedTextField(subject="id")
    whose = SealedTextField(subject="id")
    consequences = SealedTextField(subject="id", null=True, blank=True)
    measures = SealedTextField(subject="id", null=True, blank=True)
    people = models.PositiveIntegerField("hoeveel personen", null=True, blank=True)
    risk = models.CharField(max_length=10, choices=Risk.choices, default=Risk.UNKNOWN)
    # Why it is not notified, where it is not (AVG 33.1).
    why_not = SealedTextField(subject="id", null=True, blank=True)
    notify_by = models.DateTimeField()  # 72 hours after `aware_at`
    notified_at = models.DateTimeField("gemeld bij de toezichthouder", null=True, blank=True)
    reference = models.CharField("kenmerk van de melding", max_length=60, blank=True)
    people_told_at = models.DateTimeField("betrokkenen ingelicht", null=True, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)
    made_by_name = models.CharField(max_length=120)
    made_at = models.DateTimeField(db_default=Now())

    class Meta(TenantModel.Meta):
        ordering = ("-aware_at", "id")
        constraints = (
            models.UniqueConstraint(fields=("bureau", "number"), name="requests_incident_number"),
            models.CheckConstraint(condition=Q(notify_by__gt=F("aware_at")), name="requests_incident_clock"),
        )
