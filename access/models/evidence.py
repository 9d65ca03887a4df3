"""What a bureau can show: who signed what, whose second step was reset by whom, and who looked at everyone's access."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now

from access.models.base import Membership
from bureaus.tenancy import TenantModel


class Declaration(TenantModel):
    """A declaration that a member signed (javawest 10.3, werkid 7.5): its text by hash, its paper as a sealed PDF."""

    membership = models.ForeignKey(Membership, on_delete=models.PROTECT, related_name="declarations")
    key = models.CharField(max_length=40)  # of the reglement's declarations.asked
    title = models.CharField(max_length=200)
    reglement_version = models.PositiveIntegerField()
    text_sha256 = models.CharField(max_length=64)
    signed_at = models.DateTimeField(db_default=Now())
    valid_until = models.DateTimeField(null=True, blank=True)
    # How they showed who they are, just before.
    shown_by = models.CharField(max_length=40)
    file = models.CharField(max_length=120)  # the sealed PDF; its subject is the membership
    file_size = models.PositiveIntegerField()
    file_sha256 = models.CharField("SHA-256 of the PDF itself", max_length=64)

    class Meta(TenantModel.Meta):
        ordering = ("-signed_at", "id")
        indexes = (models.Index(fields=("bureau", "membership", "key"), name="access_declaration_of"),)


class FactorReset(TenantModel):
    """Taking away somebody's second step because it is lost: asked by one, confirmed by another, used by its owner."""

    class State(models.TextChoices):
        OPEN = "open", "wacht op een tweede persoon"
        CONFIRMED = "bevestigd", "bevestigd; de link is verstuurd"
        REFUSED = "geweigerd", "geweigerd"
        USED = "gebruikt", "gebruikt"

    person = models.ForeignKey(Membership, on_delete=models.PROTECT, related_name="+")
    reason = models.CharField(max_length=300)
    state = models.CharField(max_length=10, choices=State.choices, default=State.OPEN)
    asked_by = models.ForeignKey(Membership, on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField(db_default=Now())
    decided_by = models.ForeignKey(Membership, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    decided_at = models.DateTimeField(null=True, blank=True)
    # Of the link that goes to the person's own address; only its hash is kept.
    token_hash = models.CharField(max_length=64, blank=True)
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True, blank=True)

    class Meta(TenantModel.Meta):
        ordering = ("-asked_at", "id")
        constraints = (
            models.CheckConstraint(
                condition=~Q(asked_by=F("person")) & (Q(decided_by=None) | ~Q(decided_by=F("person"))),
                name="access_reset_not_oneself",
            ),
            models.CheckConstraint(
                condition=Q(decided_by=None) | ~Q(decided_by=F("asked_by")), name="access_reset_two_persons"
            ),
            models.UniqueConstraint(
                fields=("bureau", "person"), condition=Q(state="open"), name="access_reset_open_once"
            ),
        )


class AccessReview(TenantModel):
    """Directie's look at what everyone can reach, once in every period that the reglement says (pluspunt 3.1)."""

    started_by = models.ForeignKey(Membership, on_delete=models.PROTECT, related_name="+")
    started_by_name = models.CharField(max_length=120)
    started_at = models.DateTimeField(db_default=Now())
    closed_by = models.ForeignKey(Membership, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    closed_by_name = models.CharField(max_length=120, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)
    file = models.CharField(max_length=120, blank=True)  # the sealed report; its subject is this review
    file_size = models.PositiveIntegerField(default=0)
    file_sha256 = models.CharField("SHA-256 of the PDF itself", max_length=64, blank=True)

    class Meta(TenantModel.Meta):
        ordering = ("-started_at", "id")
        constraints = (
            models.UniqueConstraint(
                fields=("bureau",), condition=Q(closed_at=None), name="access_review_one_at_a_time"
            ),
        )


class ReviewLine(TenantModel):
    """One member in a review: what they could reach then, and what directie decided about it."""

    class Verdict(models.TextChoices):
        KEPT = "behouden", "behouden"
        # The account stays, and what follows from traject and reglement; what was let in besides has ended.
        PARTLY = "deels", "losse toegang ingetrokken"
        WITHDRAWN = "ingetrokken", "ingetrokken"

    review = models.ForeignKey(AccessReview, on_delete=models.PROTECT, related_name="lines")
    membership = models.ForeignKey(Membership, on_delete=models.PROTECT, related_name="+")
    name = models.CharField(max_length=120)
    roles = ArrayField(models.CharField(max_length=20))
    dossiers = models.PositiveIntegerField(default=0)
    grounds = models.JSONField(default=dict)  # ground → how many dossiers
    verdict = models.CharField(max_length=12, choices=Verdict.choices, blank=True)
    note = models.CharField(max_length=300, blank=True)
    decided_by = models.ForeignKey(Membership, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    decided_by_name = models.CharField(max_length=120, blank=True)
    decided_at = models.DateTimeField(null=True, blank=True)

    class Meta(TenantModel.Meta):
        ordering = ("name", "id")
        constraints = (
            models.UniqueConstraint(fields=("bureau", "review", "membership"), name="access_review_line_once"),
            # One's own access is looked at by another.
            models.CheckConstraint(
                condition=Q(decided_by=None) | ~Q(decided_by=F("membership")), name="access_review_other_decides"
            ),
        )
