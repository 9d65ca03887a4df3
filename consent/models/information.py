"""What was asked of somebody outside with a machtiging, and what came of it (javawest 5.2, werklokaal 5b)."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from bureaus.tenancy import TenantManager, TenantModel, TenantQuerySet
from vault.fields import SealedTextField


class InformationState(models.TextChoices):
    PREPARED = "opzet", "nog geen brief gemaakt"
    ASKED = "gevraagd", "wacht op antwoord"
    ANSWERED = "beantwoord", "antwoord in het dossier"
    CLOSED = "gesloten", "gesloten zonder antwoord"
    WITHDRAWN = "ingetrokken", "gestopt: de machtiging is ingetrokken"


# What still waits for something: a withdrawn consent stops these.
RUNNING = (InformationState.PREPARED, InformationState.ASKED)


class InformationQuerySet(TenantQuerySet["InformationRequest"]):
    def running(self) -> InformationQuerySet:
        return self.filter(state__in=RUNNING)

    def asked(self) -> InformationQuerySet:
        """Of which a letter was made, whatever became of it: the client's to read."""
        return self.filter(asked_at__isnull=False)


class InformationRequest(TenantModel):
    """One question to one party about one dossier, on a consent that names that party. Its words go with the dossier.

    Who is asked is who the consent names: it is copied, so that the line says it whatever becomes of the consent.
    """

    number = models.CharField("nummer", max_length=20)  # IV2026-0001: per bureau and year
    dossier = models.ForeignKey("dossiers.Dossier", on_delete=models.PROTECT, related_name="information_requests")
    consent = models.ForeignKey("consent.Consent", on_delete=models.PROTECT, related_name="information_requests")
    party = SealedTextField(subject="dossier_id")
    address = SealedTextField(subject="dossier_id", null=True, blank=True)
    what = SealedTextField(subject="dossier_id")
    why = SealedTextField(subject="dossier_id")
    state = models.CharField(max_length=12, choices=InformationState.choices, default=InformationState.PREPARED)
    made_by = models.ForeignKey("access.Membership", on_delete=models.PROTECT, related_name="+")
    made_by_name = models.CharField(max_length=120)
    made_at = models.DateTimeField(db_default=Now())
    # The letter, as it was made: a sealed file under the dossier.
    letter_file = models.CharField(max_length=120, blank=True)
    letter_size = models.PositiveBigIntegerField(default=0)
    letter_sha256 = models.CharField(max_length=64, blank=True)
    asked_at = models.DateTimeField(null=True, blank=True)
    asked_by_name = models.CharField(max_length=120, blank=True)
    # From this day on it lies on the work list; the day that was reminded of, once.
    follow_up_on = models.DateField("opvolgen op")
    reminded_for = models.DateField(null=True, blank=True)
    # Answered, closed or stopped.
    ended_at = models.DateTimeField(null=True, blank=True)
    ended_by_name = models.CharField(max_length=120, blank=True)
    end_reason = SealedTextField(subject="dossier_id", null=True, blank=True)
    # The stuk that came, without a key to it: a stuk may go before its question does.
    stuk_id = models.UUIDField(null=True, blank=True)

    objects: ClassVar[TenantManager] = TenantManager.of(InformationQuerySet)

    class Meta(TenantModel.Meta):
        ordering = ("-made_at", "-id")
        constraints = (
            models.UniqueConstraint(fields=("bureau", "number"), name="consent_information_number"),
            models.CheckConstraint(
                condition=Q(state__in=("opzet", "gevraagd"), ended_at=None)
                | (~Q(state__in=("opzet", "gevraagd")) & Q(ended_at__isnull=False)),
                name="consent_information_ended_when",
            ),
            # Asked means that there is a letter, and an answer that something was asked.
            models.CheckConstraint(
                condition=Q(asked_at=None, letter_file="") | (Q(asked_at__isnull=False) & ~Q(letter_file="")),
                name="consent_information_has_letter",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=("gevraagd", "beantwoord")) | Q(asked_at__isnull=False),
                name="consent_information_was_asked",
            ),
            models.CheckConstraint(
                condition=(Q(state="beantwoord") & Q(stuk_id__isnull=False))
                | (~Q(state="beantwoord") & Q(stuk_id=None)),
                name="consent_information_answer_is_there",
            ),
            models.CheckConstraint(
                condition=~Q(state="gesloten") | Q(end_reason__isnull=False), name="consent_information_closed_why"
            ),
        )
        indexes = (
            models.Index(fields=("bureau", "dossier"), name="consent_information_dossier"),
            models.Index(
                fields=("bureau", "follow_up_on"),
                condition=Q(state__in=("opzet", "gevraagd")),
                name="consent_information_due",
            ),
        )

    def __str__(self) -> str:
        return self.number
