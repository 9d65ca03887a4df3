"""What is left out of a stuk in the copy, because it is of somebody else (werkid 10.2)."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from bureaus.tenancy import TenantModel
from requests.models.verzoek import Verzoek
from vault.fields import SealedTextField


class Mark(TenantModel):
    """Words wherever they stand in a stuk, a place on a page of a PDF, or a file as a whole; with its reason.

    The stuk itself is never touched. Made while the request is open, and fixed once it is decided.
    """

    class Kind(models.TextChoices):
        WORDS = "woorden", "woorden"
        AREA = "vlak", "een vlak op een bladzijde"
        FILE = "bestand", "een heel bestand"

    verzoek = models.ForeignKey(Verzoek, on_delete=models.CASCADE, related_name="marks")
    stuk_id = models.UUIDField()
    kind = models.CharField(max_length=10, choices=Kind.choices)
    words = SealedTextField(subject="client_id", null=True, blank=True)
    file_id = models.UUIDField(null=True, blank=True)
    page = models.PositiveSmallIntegerField(null=True, blank=True)  # from 1
    # Left, top, right and bottom, in thousandths of the page as it is shown.
    area = models.JSONField(null=True, blank=True)
    reason_code = models.CharField(max_length=80)
    reason = SealedTextField(subject="client_id", null=True, blank=True)  # for the bureau alone
    client_id = models.UUIDField(editable=False)
    made_by_name = models.CharField(max_length=120)
    made_at = models.DateTimeField(db_default=Now())

    class Meta(TenantModel.Meta):
        ordering = ("made_at", "id")
        indexes = (models.Index(fields=("bureau", "verzoek", "stuk_id"), name="requests_mark_stuk"),)
        constraints = (
            models.CheckConstraint(condition=~Q(reason_code=""), name="requests_mark_reasoned"),
            models.CheckConstraint(
                condition=Q(kind="woorden", words__isnull=False, file_id=None, page=None, area__isnull=True)
                | Q(kind="vlak", words__isnull=True, file_id__isnull=False, page__gte=1, area__isnull=False)
                | Q(kind="bestand", words__isnull=True, file_id__isnull=False, page=None, area__isnull=True),
                name="requests_mark_says_what",
            ),
        )
