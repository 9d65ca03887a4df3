"""Handing a dossier over to its opdrachtgever, who keeps it from then on (werklokaal 7)."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from bureaus.tenancy import TenantModel


class Transfer(TenantModel):
    """One dossier packed for its opdrachtgever, fetched by them, and signed for. The record stays; the package goes.

    The package is sealed under the transfer's own id, so that it can be read by the receiver alone and dies apart from
    the dossier. No foreign key to what will be gone.
    """

    class Status(models.TextChoices):
        PACKING = "inpakken", "wordt ingepakt"
        READY = "klaar", "staat klaar voor de opdrachtgever"
        RECEIVED = "ontvangen", "ontvangen"
        CANCELLED = "ingetrokken", "ingetrokken"
        FAILED = "mislukt", "inpakken mislukt"

    dossier_id = models.UUIDField()
    dossier_number = models.CharField(max_length=20)
    traject_id = models.UUIDField()
    opdrachtgever = models.ForeignKey("clients.Opdrachtgever", on_delete=models.PROTECT, related_name="transfers")
    status = models.CharField(max_length=12, choices=Status.choices, default=Status.PACKING)
    started_by = models.ForeignKey("access.Membership", null=True, on_delete=models.PROTECT, related_name="+")
    started_by_name = models.CharField(max_length=120)
    started_at = models.DateTimeField(db_default=Now())
    leased_until = models.DateTimeField(null=True, blank=True)
    error = models.CharField(max_length=300, blank=True)
    # [{"name", "sha256", "size"}]: what is in it, by names that say nothing of content.
    manifest = models.JSONField(default=list)
    manifest_sha256 = models.CharField(max_length=64, blank=True)
    # What may not go to an opdrachtgever by law, by its number in the dossier: [{"number": 3, "reason": "gezondheid"}].
    left_out = models.JSONField(default=list)
    # Which facts of the traject and the person went (bureaus.schema.ViewField), by the reglement of that day.
    told = models.JSONField(default=list)
    # Which stukken, versions and files were packed; what comes later makes it another (retention.handing).
    contents_sha256 = models.CharField(max_length=64, blank=True)
    file = models.CharField(max_length=120, blank=True)
    file_size = models.PositiveBigIntegerField(default=0)
    file_sha256 = models.CharField(max_length=64, blank=True)
    ready_at = models.DateTimeField(null=True, blank=True)
    fetched_at = models.DateTimeField("last fetched", null=True, blank=True)
    fetched_by_name = models.CharField(max_length=120, blank=True)
    received_at = models.DateTimeField(null=True, blank=True)
    received_by_name = models.CharField(max_length=120, blank=True)
    # How long the opdrachtgever keeps it by the reglement, stated to them: a term and its day.
    receiver_keeps = models.CharField(max_length=20, blank=True)
    receiver_until = models.DateField(null=True, blank=True)
    article = models.CharField(max_length=60, blank=True)
    package_gone_at = models.DateTimeField(null=True, blank=True)
    cancelled_by_name = models.CharField(max_length=120, blank=True)
    cancelled_at = models.DateTimeField(null=True, blank=True)

    class Meta(TenantModel.Meta):
        ordering = ("-started_at", "id")
        constraints = (
            models.UniqueConstraint(
                fields=("bureau", "dossier_id"),
                condition=Q(status__in=("inpakken", "klaar", "ontvangen")),
                name="retention_transfer_once",
            ),
            # Nobody signs for what they did not fetch.
            models.CheckConstraint(
                condition=~Q(status="ontvangen")
                | (Q(fetched_at__isnull=False, received_at__isnull=False) & ~Q(received_by_name="")),
                name="retention_transfer_fetched_first",
            ),
            # What they have fetched can't be taken back from them.
            models.CheckConstraint(
                condition=Q(cancelled_by_name="") | Q(status="ingetrokken", fetched_at=None),
                name="retention_transfer_taken_back",
            ),
        )
        indexes = (
            models.Index(fields=("bureau", "status"), name="retention_transfer_status"),
            models.Index(fields=("bureau", "dossier_id"), name="retention_transfer_dossier"),
        )
