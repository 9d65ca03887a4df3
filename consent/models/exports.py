"""Who wants to stand on no list, which lists left the bureau on which ground, and what research was decided on."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now

from bureaus.tenancy import TenantManager, TenantModel, TenantQuerySet
from consent.models.consents import How


class OptOutKind(models.TextChoices):
    NAW = "naw", "adressenlijsten"
    MARKETING = "aanbod", "post en mail met een aanbod"
    SURVEYS = "enquetes", "enquêtes"
    RESEARCH = "onderzoek", "onderzoek en statistiek"


class ExportKind(models.TextChoices):
    SURVEY = "blik_op_werk", "enquête van Blik op Werk"
    SATISFACTION = "tevredenheid", "onderzoek naar tevredenheid"
    NAW = "naw", "lijst met namen en adressen"
    RESEARCH = "onderzoek", "onderzoek zonder namen"


class ExportFormat(models.TextChoices):
    XLSX = "xlsx", "Excel (XLSX)"
    CSV = "csv", "CSV"


class OptOutQuerySet(TenantQuerySet["OptOut"]):
    def living(self) -> OptOutQuerySet:
        return self.filter(ended_at=None)


class OptOut(TenantModel):
    """Verzet: this client stands on no list of this kind, from this moment until it is taken back."""

    client = models.ForeignKey("clients.Client", on_delete=models.PROTECT, related_name="opt_outs")
    kind = models.CharField("waartegen", max_length=12, choices=OptOutKind.choices)
    how = models.CharField("hoe het kwam", max_length=10, choices=How.choices)
    made_at = models.DateTimeField(db_default=Now())
    made_by_name = models.CharField(max_length=120)
    ended_at = models.DateTimeField("teruggenomen op", null=True, blank=True)
    ended_how = models.CharField(max_length=10, choices=How.choices, blank=True)
    ended_by_name = models.CharField(max_length=120, blank=True)

    objects: ClassVar[TenantManager] = TenantManager.of(OptOutQuerySet)

    class Meta(TenantModel.Meta):
        ordering = ("-made_at", "-id")
        constraints = (
            models.UniqueConstraint(
                fields=("bureau", "client", "kind"), condition=Q(ended_at=None), name="consent_opt_out_once"
            ),
            models.CheckConstraint(
                condition=Q(ended_at=None, ended_how="", ended_by_name="")
                | Q(ended_at__isnull=False, ended_at__gte=F("made_at")) & ~Q(ended_how="") & ~Q(ended_by_name=""),
                name="consent_opt_out_ended_by",
            ),
        )

    def __str__(self) -> str:
        return self.get_kind_display()


class ResearchAsk(TenantModel):
    """Somebody here asks data without names for one research; directie decides, never who asked (werkid 9)."""

    title = models.CharField("welk onderzoek", max_length=300)
    receiver = models.CharField("wie het onderzoek doet", max_length=200)
    starts_on = models.DateField("trajecten geëindigd vanaf")
    ends_on = models.DateField("tot en met")
    asked_by = models.ForeignKey("access.Membership", on_delete=models.PROTECT, related_name="+")
    asked_by_name = models.CharField(max_length=120)
    asked_at = models.DateTimeField(db_default=Now())
    # Asked, or the last list made of it: it goes no sooner than its lists.
    used_at = models.DateTimeField(db_default=Now())
    allowed = models.BooleanField("toegestaan", null=True, blank=True)
    decided_by = models.ForeignKey(
        "access.Membership", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    decided_by_name = models.CharField(max_length=120, blank=True)
    decided_at = models.DateTimeField(null=True, blank=True)
    reason = models.CharField("waarom", max_length=300, blank=True)

    class Meta(TenantModel.Meta):
        ordering = ("-asked_at", "-id")
        constraints = (
            models.CheckConstraint(condition=Q(ends_on__gte=F("starts_on")), name="consent_research_forward"),
            # Four eyes.
            models.CheckConstraint(
                condition=Q(decided_by=None) | ~Q(decided_by=F("asked_by")), name="consent_research_four_eyes"
            ),
            models.CheckConstraint(
                condition=Q(allowed=None, decided_by=None, decided_at=None)
                | Q(allowed__isnull=False, decided_by__isnull=False, decided_at__isnull=False),
                name="consent_research_decided_by",
            ),
        )

    def __str__(self) -> str:
        return self.title


class ConsentExport(TenantModel):
    """One list that was made and given to whoever made it. The file is not kept: its hash is. Never changes."""

    kind = models.CharField("soort lijst", max_length=12, choices=ExportKind.choices)
    starts_on = models.DateField("vanaf")
    ends_on = models.DateField("tot en met")
    format = models.CharField(max_length=4, choices=ExportFormat.choices)
    receiver = models.CharField("voor wie", max_length=200)
    article = models.CharField("grond", max_length=80)
    reglement_version = models.PositiveIntegerField()
    count = models.PositiveIntegerField("regels")
    sha256 = models.CharField(max_length=64)
    research = models.ForeignKey(ResearchAsk, null=True, blank=True, on_delete=models.PROTECT, related_name="exports")
    again = models.BooleanField("nog een keer", default=False)
    made_by_name = models.CharField(max_length=120)
    made_at = models.DateTimeField(db_default=Now())

    class Meta(TenantModel.Meta):
        ordering = ("-made_at", "-id")
        constraints = (
            models.CheckConstraint(
                condition=Q(ends_on__gte=F("starts_on")) & Q(count__gte=1), name="consent_export_of_somebody"
            ),
            models.CheckConstraint(
                condition=Q(kind="onderzoek", research__isnull=False) | ~Q(kind="onderzoek") & Q(research=None),
                name="consent_export_research_decided",
            ),
        )
        indexes = (models.Index(fields=("bureau", "kind", "-made_at"), name="consent_export_kind"),)

    def __str__(self) -> str:
        return self.get_kind_display()


class ExportedClient(TenantModel):
    """That this client stood on one list: what the client reads of it (AVG 15.1c), and goes with the client.

    Of the list itself only its id: the two go by different terms. Never changes.
    """

    client = models.ForeignKey("clients.Client", on_delete=models.PROTECT, related_name="exported")
    export = models.UUIDField()
    kind = models.CharField("soort lijst", max_length=12, choices=ExportKind.choices)
    receiver = models.CharField("aan wie", max_length=200)
    article = models.CharField("grond", max_length=80)
    sent_at = models.DateTimeField("wanneer")

    class Meta(TenantModel.Meta):
        ordering = ("-sent_at", "-id")
        constraints = (models.UniqueConstraint(fields=("bureau", "export", "client"), name="consent_exported_once"),)

    def __str__(self) -> str:
        return f"{self.get_kind_display()}, {self.receiver}"
