"""The secret address at which a calendar outside fetches the days that somebody here has to keep (ADR 28)."""

from __future__ import annotations

from django.db import models
from django.db.models.functions import Now

from access.models.base import Membership
from bureaus.tenancy import TenantModel


class CalendarLink(TenantModel):
    """One of a member at most; of the address only the hash, and taken back it is gone."""

    membership = models.ForeignKey(Membership, on_delete=models.PROTECT, related_name="+")
    token_hash = models.CharField("SHA-256 of the token", max_length=64)
    made_at = models.DateTimeField(db_default=Now())
    fetched_on = models.DateField("last fetched", null=True, blank=True)

    class Meta(TenantModel.Meta):
        constraints = (
            models.UniqueConstraint(fields=("bureau", "membership"), name="access_calendar_once"),
            models.UniqueConstraint(fields=("bureau", "token_hash"), name="access_calendar_token"),
        )
