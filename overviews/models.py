"""What stood out in the log, for the FG to look at."""

from __future__ import annotations

from django.db import models
from django.db.models.functions import Now

from bureaus.tenancy import TenantModel


class Signal(TenantModel):
    """Something in the log that someone has to look at; that it was looked at, by whom and what was found."""

    class Kind(models.TextChoices):
        MANY = "veel", "veel dossiers in een uur"
        OUTSIDE = "buiten", "buiten de eigen caseload"
        NIGHT = "nacht", "'s nachts"
        RELATIVE = "naam", "dezelfde achternaam"

    kind = models.CharField(max_length=10, choices=Kind.choices)
    # As in the log: no foreign keys, for the account of it outlives what it is about.
    membership_id = models.UUIDField()
    actor = models.CharField(max_length=120)
    dossier_id = models.UUIDField(null=True, blank=True)
    dossier_number = models.CharField(max_length=20, blank=True)
    first_at = models.DateTimeField()
    count = models.PositiveIntegerField(default=1)
    # One signal per kind, person and hour, day or dossier, however often the log is read.
    once_key = models.CharField(max_length=120)
    found_at = models.DateTimeField(db_default=Now())
    seen_by = models.ForeignKey("access.Membership", null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    seen_by_name = models.CharField(max_length=120, blank=True)
    seen_at = models.DateTimeField(null=True, blank=True)
    note = models.CharField(max_length=300, blank=True)

    class Meta(TenantModel.Meta):
        ordering = ("-first_at", "id")
        constraints = (models.UniqueConstraint("bureau", "once_key", name="overviews_signal_once"),)
        # How many are open stands in a menu.
        indexes = (
            models.Index(fields=("bureau", "first_at"), name="overviews_signal_open", condition=models.Q(seen_at=None)),
        )


class SignalMark(TenantModel):
    """Up to which line of the log a bureau's signals were looked for; its lock lets one worker look at a time."""

    upto = models.BigIntegerField(default=0)
    looked_at = models.DateTimeField(db_default=Now())

    class Meta(TenantModel.Meta):
        constraints = (models.UniqueConstraint("bureau", name="overviews_signal_mark_once"),)
