"""A bureau, and the versions of its reglement."""

from __future__ import annotations

from datetime import date
from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.functional import cached_property

from bureaus import colour, logos, schema, validators
from bureaus.tenancy import TenantManager, TenantModel, TenantQuerySet


class Bureau(models.Model):
    """A tenant. Not a tenant's table itself: the host name is looked up before there is a context."""

    legal_name = models.CharField("statutaire naam", max_length=200)
    slug = models.CharField("korte naam", max_length=40, unique=True, validators=[validators.slug])
    kvk = models.CharField("KvK-nummer", max_length=8, blank=True, validators=[validators.kvk])
    address_1 = models.CharField("adres", max_length=120, blank=True)
    address_2 = models.CharField("adres, tweede regel", max_length=120, blank=True)
    postcode = models.CharField("postcode", max_length=7, blank=True, validators=[validators.postcode])
    city = models.CharField("plaats", max_length=80, blank=True)
    host = models.CharField("hostnaam", max_length=253, unique=True, validators=[validators.host])
    logo = models.CharField("bestandsnaam van het logo", max_length=200, blank=True)
    colour = models.CharField("kleur", max_length=7, default=colour.NEUTRAL, validators=[validators.colour])
    email = models.EmailField("e-mailadres", blank=True)
    phone = models.CharField("telefoon", max_length=20, blank=True)
    website = models.URLField("website", blank=True)
    created_at = models.DateTimeField("aangemaakt op", default=timezone.now, editable=False)

    class Meta:
        verbose_name = "bureau"
        verbose_name_plural = "bureaus"
        ordering = ["legal_name"]

    def __str__(self) -> str:
        return self.legal_name

    @property
    def logo_version(self) -> str:
        """Another one for another logo, so that a browser that kept the old one asks again; empty without."""
        return logos.digest_of(self.logo)


class ReglementQuerySet(TenantQuerySet["Reglement"]):
    def in_force(self, on: date) -> ReglementQuerySet:
        """Versions whose date has come on the day `on`, the one that counts first (javawest 10.1)."""
        return self.filter(in_force_from__lte=on).order_by("-in_force_from", "-version")


class Reglement(TenantModel):
    """One adopted version of a bureau's privacyreglement, as data. From its date on it never changes.

    `parameters` is what `bureaus.schema.Rules` says; write it through `bureaus.actions` only.
    """

    version = models.PositiveIntegerField("versie")
    title = models.CharField("titel", max_length=200)
    parameters = models.JSONField("parameters")
    adopted_on = models.DateField("vastgesteld op")
    adopted_by_name = models.CharField("vastgesteld door", max_length=200)
    adopted_by_membership = models.UUIDField("lidmaatschap van wie vaststelde", null=True, blank=True)
    in_force_from = models.DateField("geldt vanaf")
    created_at = models.DateTimeField("ingevoerd op", default=timezone.now, editable=False)

    objects: ClassVar[TenantManager] = TenantManager.of(ReglementQuerySet)

    class Meta(TenantModel.Meta):
        verbose_name = "reglement"
        verbose_name_plural = "reglementen"
        ordering = ["-version"]
        indexes = [models.Index(fields=["bureau", "-in_force_from"], name="reglement_by_date")]
        constraints = [
            models.UniqueConstraint(fields=["bureau", "version"], name="reglement_version_once"),
            models.CheckConstraint(condition=Q(version__gte=1), name="reglement_version_from_one"),
            models.CheckConstraint(
                condition=Q(in_force_from__gte=F("adopted_on")), name="reglement_not_before_adoption"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.title}, versie {self.version}"

    @cached_property
    def rules(self) -> schema.Rules:
        """The parameters as a typed object. Raises schema.ReglementInvalid."""
        return schema.parse(self.parameters, stored=True)
