"""That a client was given the reglement: which version, when, by whom, and how that shows."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from bureaus.tenancy import TenantManager, TenantModel, TenantQuerySet


class HandedHow(models.TextChoices):
    PORTAL = "portaal", "in het portaal"
    PAPER = "papier", "op papier"


class HandedOutQuerySet(TenantQuerySet["HandedOut"]):
    def proven(self) -> HandedOutQuerySet:
        """The client said so in the portal, or signed for it on paper."""
        return self.filter(Q(confirmed_at__isnull=False) | Q(how=HandedHow.PAPER))


class HandedOut(TenantModel):
    """One version of the reglement, given to one client (werkid 5, werklokaal 9b, javawest 10.2).

    The number and title of the version are copied: evidence says what was given, whatever comes after. Nothing of it
    changes but the client's own word that it came (a trigger holds that).
    """

    client = models.ForeignKey("clients.Client", on_delete=models.PROTECT, related_name="handed_out")
    version = models.PositiveIntegerField("versie van het reglement")
    title = models.CharField(max_length=200)
    complaint_rules = models.BooleanField("met de klachtenregeling", default=False)
    how = models.CharField(max_length=10, choices=HandedHow.choices)
    given_on = models.DateField("gegeven op")  # on paper: the day under the signature
    given_at = models.DateTimeField(db_default=Now())
    given_by_name = models.CharField(max_length=120)
    confirmed_at = models.DateTimeField(null=True, blank=True)
    confirmed_by_name = models.CharField(max_length=120, blank=True)
    # The paper with the signature: a sealed file under the client's key.
    scan_file = models.CharField(max_length=120, blank=True)
    scan_name = models.CharField(max_length=255, blank=True)
    scan_size = models.PositiveBigIntegerField(default=0)

    objects: ClassVar[TenantManager] = TenantManager.of(HandedOutQuerySet)

    class Meta(TenantModel.Meta):
        ordering = ("-given_on", "-given_at", "-id")
        constraints = (
            # A second click is the same act.
            models.UniqueConstraint(
                fields=("bureau", "client", "version", "how", "given_on"), name="consent_handed_once_a_day"
            ),
            models.CheckConstraint(
                condition=Q(how="portaal", scan_file="") | (Q(how="papier", confirmed_at=None) & ~Q(scan_file="")),
                name="consent_handed_paper_is_there",
            ),
            models.CheckConstraint(
                condition=Q(confirmed_at=None, confirmed_by_name="")
                | (Q(confirmed_at__isnull=False) & ~Q(confirmed_by_name="")),
                name="consent_handed_confirmed_by",
            ),
        )

    def __str__(self) -> str:
        return f"{self.title}, versie {self.version}"


class PayerHow(models.TextChoices):
    MAIL = "mail", "per e-mail"
    POST = "post", "per post"
    HAND = "hand", "in een gesprek"


class HandedToPayer(TenantModel):
    """One version of the reglement, given to an opdrachtgever that asked for it (werklokaal 9b). Never changes."""

    opdrachtgever = models.ForeignKey(
        "clients.Opdrachtgever", on_delete=models.PROTECT, related_name="handed_reglementen"
    )
    version = models.PositiveIntegerField("versie van het reglement")
    title = models.CharField(max_length=200)
    how = models.CharField(max_length=10, choices=PayerHow.choices)
    given_on = models.DateField("gegeven op")
    given_at = models.DateTimeField(db_default=Now())
    given_by_name = models.CharField(max_length=120)

    class Meta(TenantModel.Meta):
        ordering = ("-given_on", "-given_at", "-id")
        constraints = (
            # A second click is the same act.
            models.UniqueConstraint(
                fields=("bureau", "opdrachtgever", "version", "how", "given_on"), name="consent_payer_handed_once_a_day"
            ),
        )

    def __str__(self) -> str:
        return f"{self.title}, versie {self.version}"
