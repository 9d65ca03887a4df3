"""Verwerkersovereenkomsten: with whom, what for, and until when (pluspunt 2.2, AVG 28.3)."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now

from bureaus.tenancy import TenantModel


class ProcessorAgreement(TenantModel):
    """One signed agreement. Renewed means that another took its place; what is over keeps its row as evidence."""

    # With an opdrachtgever, or with another party by its name.
    opdrachtgever = models.ForeignKey(
        "clients.Opdrachtgever", null=True, blank=True, on_delete=models.PROTECT, related_name="processor_agreements"
    )
    party = models.CharField("andere partij", max_length=150, blank=True)
    purpose = models.CharField("waarvoor", max_length=300)
    signed_on = models.DateField("getekend op")
    ends_on = models.DateField("loopt tot en met", null=True, blank=True)
    # The signed paper: a sealed file under the row's own key.
    scan_file = models.CharField(max_length=120, blank=True)
    scan_name = models.CharField(max_length=255, blank=True)
    scan_size = models.PositiveBigIntegerField(default=0)
    made_by_name = models.CharField(max_length=120)
    made_at = models.DateTimeField(db_default=Now())
    # The end that directie was warned of; another end is warned of again.
    warned_for = models.DateField(null=True, blank=True)
    renews = models.OneToOneField("self", null=True, blank=True, on_delete=models.SET_NULL, related_name="renewal")
    closed_at = models.DateTimeField(null=True, blank=True)  # ended or renewed
    closed_by_name = models.CharField(max_length=120, blank=True)
    end_reason = models.CharField("waarom", max_length=300, blank=True)

    class Meta(TenantModel.Meta):
        ordering = ("ends_on", "id")
        constraints = (
            models.CheckConstraint(
                condition=Q(opdrachtgever=None) & ~Q(party="") | Q(opdrachtgever__isnull=False, party=""),
                name="consent_agreement_with_one",
            ),
            models.CheckConstraint(
                condition=Q(ends_on=None) | Q(ends_on__gte=F("signed_on")), name="consent_agreement_forward"
            ),
            models.CheckConstraint(
                condition=Q(closed_at=None, closed_by_name="") | Q(closed_at__isnull=False) & ~Q(closed_by_name=""),
                name="consent_agreement_closed_by",
            ),
        )
        indexes = (
            models.Index(fields=("bureau", "ends_on"), condition=Q(closed_at=None), name="consent_agreement_ends"),
        )

    def __str__(self) -> str:
        return f"{self.with_whom}, {self.purpose}"

    @property
    def with_whom(self) -> str:
        return self.opdrachtgever.name if self.opdrachtgever else self.party
