"""What is judged per stuk, and what a decision asks of the bureau afterwards."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from bureaus.tenancy import TenantModel
from requests.models.verzoek import Verzoek
from vault.fields import SealedTextField


class Verdict(models.TextChoices):
    GIVE = "geven", "meegeven"
    REDACT = "weglakken", "meegeven, met delen weggelakt"
    WITHHOLD = "achterhouden", "niet meegeven"


class Judgement(TenantModel):
    """Whether one stuk goes along in a copy; not giving it has a reason (werkid 10.2, jmwerkt 5.1.4)."""

    verzoek = models.ForeignKey(Verzoek, on_delete=models.CASCADE, related_name="judgements")
    stuk_id = models.UUIDField()
    verdict = models.CharField(max_length=14, choices=Verdict.choices)
    reason_code = models.CharField(max_length=80, blank=True)
    reason = SealedTextField(subject="client_id", null=True, blank=True)
    client_id = models.UUIDField(editable=False)
    judged_by_name = models.CharField(max_length=120)
    judged_at = models.DateTimeField(db_default=Now())

    class Meta(TenantModel.Meta):
        constraints = (
            models.UniqueConstraint(fields=("bureau", "verzoek", "stuk_id"), name="requests_judged_once"),
            models.CheckConstraint(
                condition=Q(verdict="geven") | ~Q(reason_code=""), name="requests_judgement_reasoned"
            ),
        )


class FollowUp(TenantModel):
    """What is to be done after a decision (jmwerkt 6.1.3), such as telling who received it before (AVG 19)."""

    class Kind(models.TextChoices):
        EXECUTE = "uitvoeren", "uitvoeren wat is besloten"
        TELL = "inlichten", "een ontvanger inlichten"

    verzoek = models.ForeignKey(Verzoek, on_delete=models.CASCADE, related_name="follow_ups")
    kind = models.CharField(max_length=12, choices=Kind.choices)
    opdrachtgever = models.ForeignKey(
        "clients.Opdrachtgever", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    # Or who got it by a disclosure: its name, since the line of the disclosure may go before the request does.
    disclosure_id = models.UUIDField(null=True, blank=True)
    receiver = SealedTextField(subject="client_id", null=True, blank=True)
    client_id = models.UUIDField(null=True, editable=False)
    due_on = models.DateField()
    done_at = models.DateTimeField(null=True, blank=True)
    done_by_name = models.CharField(max_length=120, blank=True)

    class Meta(TenantModel.Meta):
        ordering = ("due_on", "id")
        constraints = (
            models.UniqueConstraint(
                fields=("bureau", "verzoek", "kind", "opdrachtgever", "disclosure_id"), nulls_distinct=False,
                name="requests_follow_up_once",
            ),
            models.CheckConstraint(
                condition=Q(disclosure_id=None) | Q(receiver__isnull=False, client_id__isnull=False),
                name="requests_follow_up_names_receiver",
            ),
        )  # fmt: skip

    @property
    def to_whom(self) -> str:
        """Who is to be told."""
        return self.opdrachtgever.name if self.opdrachtgever else str(self.receiver or "")
