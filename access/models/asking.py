"""Who asked to see one dossier for a while: with directie's consent, in an emergency, or for support."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now

from access.models.base import Membership, User
from bureaus.tenancy import TenantModel
from vault.fields import SealedTextField


class AccessRequest(TenantModel):
    """One asking for access, what was decided, and what was thought of it afterwards.

    No foreign key to the dossier: that somebody was let in is still accounted for when the dossier is gone. What was
    written is sealed under the dossier's key (under a key of the request's own where it is about no dossier).
    """

    class Kind(models.TextChoices):
        ASKED = "inzage", "inzage met toestemming van de directie"
        EMERGENCY = "overmacht", "noodtoegang"
        SUPPORT = "support", "ondersteuning"

    class State(models.TextChoices):
        OPEN = "open", "wacht op een besluit"
        GRANTED = "toegestaan", "toegestaan"
        REFUSED = "geweigerd", "geweigerd"
        WITHDRAWN = "ingetrokken", "ingetrokken"
        LAPSED = "vervallen", "vervallen"

    class Verdict(models.TextChoices):
        RIGHT = "terecht", "terecht"
        WRONG = "onterecht", "niet terecht"

    kind = models.CharField(max_length=10, choices=Kind.choices)
    state = models.CharField(max_length=12, choices=State.choices, default=State.OPEN)
    dossier_id = models.UUIDField(null=True, blank=True)
    dossier_number = models.CharField(max_length=20, blank=True)
    # The platform's operator has a membership only once it was let in.
    asker = models.ForeignKey(Membership, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    asker_name = models.CharField(max_length=120)
    operator = models.ForeignKey(User, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    sealed_under = models.UUIDField(editable=False)
    reason = SealedTextField(subject="sealed_under")
    hours = models.PositiveSmallIntegerField("uren")
    asked_at = models.DateTimeField(db_default=Now())
    decided_by = models.ForeignKey(Membership, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    decided_by_name = models.CharField(max_length=120, blank=True)
    decided_at = models.DateTimeField(null=True, blank=True)
    # Why it was refused, or for which purpose it was allowed.
    answer = SealedTextField(subject="sealed_under", null=True, blank=True)
    grant_id = models.UUIDField(null=True, blank=True)
    opens_until = models.DateTimeField(null=True, blank=True)
    reviewed_by = models.ForeignKey(Membership, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    reviewed_by_name = models.CharField(max_length=120, blank=True)
    reviewed_at = models.DateTimeField(null=True, blank=True)
    verdict = models.CharField(max_length=10, choices=Verdict.choices, blank=True)
    review = SealedTextField(subject="sealed_under", null=True, blank=True)

    class Meta(TenantModel.Meta):
        ordering = ("-asked_at", "id")
        constraints = (
            # Two pairs of eyes, whatever code runs.
            models.CheckConstraint(
                condition=Q(decided_by=None) | Q(asker=None) | ~Q(decided_by=F("asker")),
                name="access_request_other_decides",
            ),
            models.CheckConstraint(
                condition=Q(reviewed_by=None) | Q(asker=None) | ~Q(reviewed_by=F("asker")),
                name="access_request_other_reviews",
            ),
            # A review is there whole, or not at all.
            models.CheckConstraint(
                condition=Q(reviewed_by=None, reviewed_at=None, verdict="", review__isnull=True)
                | Q(reviewed_by__isnull=False, reviewed_at__isnull=False, review__isnull=False) & ~Q(verdict=""),
                name="access_request_review_whole",
            ),
            models.CheckConstraint(condition=Q(hours__gte=1), name="access_request_hours"),
            models.UniqueConstraint(
                fields=("bureau", "kind", "asker", "dossier_id"),
                condition=Q(state="open"),
                name="access_request_open_once",
            ),
        )
        indexes = (
            models.Index(fields=("bureau", "state", "asked_at"), name="access_request_state"),
            models.Index(fields=("bureau", "dossier_id"), name="access_request_dossier"),
        )

    @property
    def is_emergency(self) -> bool:
        """Nobody allowed it beforehand: whoever came in did so by themselves, and another judges it afterwards."""
        return self.kind == self.Kind.EMERGENCY
