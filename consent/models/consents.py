"""A consent of a client: one purpose, in the words that were asked, given, refused or withdrawn."""

from __future__ import annotations

from datetime import date
from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now

from bureaus.tenancy import TenantManager, TenantModel, TenantQuerySet
from vault.fields import SealedTextField


class State(models.TextChoices):
    ASKED = "gevraagd", "gevraagd"
    GIVEN = "gegeven", "gegeven"
    REFUSED = "geweigerd", "geweigerd"
    WITHDRAWN = "ingetrokken", "ingetrokken"


class How(models.TextChoices):
    PORTAL = "portaal", "in het portaal"
    PAPER = "papier", "op papier"
    DESK = "balie", "aan de balie"
    LETTER = "brief", "per brief"
    # A later answer to the same question took its place.
    REPLACED = "vervangen", "door een later antwoord"


# What still says something: it waits for an answer, or it was given. Whether what was given has ended: `valid`.
LIVING = (State.ASKED, State.GIVEN)


class ConsentText(TenantModel):
    """How the bureau words one purpose, from the day on that it was asked so. Never changes; another wording is a next
    version (jmwerkt 1.5: each purpose its own text)."""

    purpose = models.CharField("doel", max_length=60)  # a key of the reglement's consents.asked
    version = models.PositiveIntegerField()
    title = models.CharField(max_length=120)
    text = models.TextField()
    directions = ArrayField(models.CharField(max_length=10))  # bureaus.schema Direction
    names_party = models.BooleanField(default=False)
    signed = models.BooleanField(default=False)
    stukken = models.BooleanField("lets stukken out", default=False)
    valid_for = models.CharField("ISO 8601", max_length=20, blank=True)
    article = models.CharField(max_length=80, blank=True)
    sha256 = models.CharField(max_length=64)  # of all of the above but its number
    made_at = models.DateTimeField(db_default=Now())

    class Meta(TenantModel.Meta):
        ordering = ("purpose", "-version")
        constraints = (
            models.UniqueConstraint(fields=("bureau", "purpose", "version"), name="consent_text_version"),
            models.CheckConstraint(condition=Q(version__gte=1) & ~Q(text=""), name="consent_text_says"),
        )

    def __str__(self) -> str:
        return f"{self.title}, versie {self.version}"


class ConsentQuerySet(TenantQuerySet["Consent"]):
    def valid(self, day: date) -> ConsentQuerySet:
        """Given, not withdrawn, and not ended on this day."""
        return self.filter(Q(ends_on=None) | Q(ends_on__gt=day), state=State.GIVEN)

    def waiting(self) -> ConsentQuerySet:
        """Asked and not answered yet."""
        return self.filter(state=State.ASKED)


class Consent(TenantModel):
    """What one client was asked and answered. What was asked never changes, what was answered only by withdrawing; who
    says yes after a no answers another question (a trigger holds that)."""

    number = models.CharField("nummer", max_length=20)  # T2026-0007: per bureau and year, without gaps
    client = models.ForeignKey("clients.Client", on_delete=models.PROTECT, related_name="consents")
    # The one that it is about, where it is about one.
    dossier = models.ForeignKey(
        "dossiers.Dossier", null=True, blank=True, on_delete=models.PROTECT, related_name="consents"
    )
    text = models.ForeignKey(ConsentText, on_delete=models.PROTECT, related_name="consents")
    purpose = models.CharField("doel", max_length=60)
    # Who it is given to or asked of, where the text names one; null elsewhere.
    party = SealedTextField(subject="client_id", null=True, blank=True)
    # What exactly: which data, which photo, which research.
    scope = SealedTextField(subject="client_id", null=True, blank=True)
    state = models.CharField(max_length=12, choices=State.choices, default=State.ASKED)
    asked_by_name = models.CharField(max_length=120)
    asked_at = models.DateTimeField(db_default=Now())

    how = models.CharField("hoe het antwoord kwam", max_length=10, choices=How.choices, blank=True)
    answered_at = models.DateTimeField(null=True, blank=True)
    # In the portal who answered, of a paper who entered it.
    answered_by_name = models.CharField(max_length=120, blank=True)
    # The name under it: typed in the portal where the text asks a signature.
    signed_name = models.CharField(max_length=120, blank=True)
    signed_on = models.DateField("getekend op", null=True, blank=True)  # of a paper
    ends_on = models.DateField("geldt tot", null=True, blank=True)  # from this day on it holds no more
    scan_file = models.CharField(max_length=120, blank=True)  # sealed under the client's key
    scan_name = models.CharField(max_length=255, blank=True)
    scan_size = models.PositiveBigIntegerField(default=0)
    scan_sha256 = models.CharField(max_length=64, blank=True)

    withdrawn_at = models.DateTimeField(null=True, blank=True)
    withdrawn_by_name = models.CharField(max_length=120, blank=True)
    withdrawn_how = models.CharField(max_length=10, choices=How.choices, blank=True)

    objects: ClassVar[TenantManager] = TenantManager.of(ConsentQuerySet)

    class Meta(TenantModel.Meta):
        ordering = ("-asked_at", "-id")
        constraints = (
            models.UniqueConstraint(fields=("bureau", "number"), name="consent_consent_number"),
            # Where nobody is named there is one question and one consent for each purpose.
            models.UniqueConstraint(
                fields=("bureau", "client", "purpose", "state"),
                condition=Q(state__in=("gevraagd", "gegeven"), party__isnull=True),
                name="consent_one_living",
            ),
            models.CheckConstraint(
                condition=(
                    Q(state="gevraagd", answered_at=None, withdrawn_at=None)
                    | Q(state__in=("gegeven", "geweigerd"), answered_at__isnull=False, withdrawn_at=None)
                    | Q(state="ingetrokken", withdrawn_at__isnull=False)
                ),
                name="consent_state_says_when",
            ),
            models.CheckConstraint(
                condition=Q(answered_at=None, how="") | Q(answered_at__isnull=False) & ~Q(how=""),
                name="consent_answered_somehow",
            ),
            # javawest 2: on paper means that the paper is there.
            models.CheckConstraint(
                condition=~Q(how="papier") | Q(state="geweigerd") | Q(signed_on__isnull=False) & ~Q(scan_file=""),
                name="consent_paper_is_there",
            ),
            models.CheckConstraint(
                condition=Q(withdrawn_at=None) | Q(answered_at=None) | Q(withdrawn_at__gte=F("answered_at")),
                name="consent_withdrawn_after",
            ),
        )
        indexes = (models.Index(fields=("bureau", "client", "purpose"), name="consent_of_client"),)

    def __str__(self) -> str:
        return self.number
