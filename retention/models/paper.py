"""The dossier on paper: where it stands and who has it (pluspunt 2.1, 3.5)."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from bureaus.tenancy import TenantModel


class PaperFile(TenantModel):
    """The paper part of a dossier. `holder` has it out; None while it stands in its place."""

    dossier = models.OneToOneField("dossiers.Dossier", on_delete=models.PROTECT, related_name="paper")
    place = models.CharField("plaats", max_length=120)
    parts = models.PositiveSmallIntegerField("aantal mappen", default=1)
    holder = models.ForeignKey("access.Membership", null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    holder_name = models.CharField("wie heeft het", max_length=120, blank=True)
    out_since = models.DateTimeField(null=True, blank=True)
    noted_by_name = models.CharField(max_length=120)
    noted_at = models.DateTimeField(db_default=Now())

    class Meta(TenantModel.Meta):
        ordering = ("place", "id")
        constraints = (
            models.CheckConstraint(
                condition=Q(holder=None, holder_name="", out_since=None)
                | (Q(holder__isnull=False, out_since__isnull=False) & ~Q(holder_name="")),
                name="retention_paper_out_by",
            ),
            models.CheckConstraint(condition=Q(parts__gte=1), name="retention_paper_parts"),
        )
        indexes = (models.Index(fields=("bureau", "holder"), name="retention_paper_holder"),)


class PaperMove(TenantModel):
    """Taking it out, bringing it back, or another place: recorded each time (pluspunt 2.1)."""

    class Kind(models.TextChoices):
        NOTED = "opgenomen", "opgenomen"
        OUT = "meegenomen", "meegenomen"
        BACK = "teruggebracht", "teruggebracht"
        MOVED = "verplaatst", "verplaatst"

    paper = models.ForeignKey(PaperFile, on_delete=models.CASCADE, related_name="moves")
    kind = models.CharField(max_length=14, choices=Kind.choices)
    place = models.CharField(max_length=120)
    by_name = models.CharField(max_length=120)
    at = models.DateTimeField(db_default=Now())

    class Meta(TenantModel.Meta):
        ordering = ("-at", "id")
        indexes = (models.Index(fields=("bureau", "paper"), name="retention_papermove_paper"),)
