"""The log: one line per act, and the seals that chain the lines of a bureau together."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from bureaus.tenancy import TenantModel


class Result(models.TextChoices):
    OK = "ok", "gelukt"
    REFUSED = "geweigerd", "geweigerd"
    EMERGENCY = "overmacht", "overmacht"


class Line(TenantModel):
    """One act: who, for whom, what, why, from where. No content, and no foreign key to anything that can go.

    Append-only: the app role may only insert and read, and a trigger refuses the rest to everyone.
    """

    # The order of writing within the database; seals name lines by it. It and the time are the trigger's, whatever
    # is written here.
    seq = models.BigIntegerField(unique=True, editable=False, db_default=0)
    at = models.DateTimeField(db_default=Now())
    act = models.CharField(max_length=60)
    result = models.CharField(max_length=10, choices=Result.choices, default=Result.OK)
    object_type = models.CharField(max_length=40, blank=True)
    object_id = models.CharField(max_length=40, blank=True)
    dossier_id = models.UUIDField(null=True)
    dossier_number = models.CharField(max_length=20, blank=True)
    user_id = models.BigIntegerField(null=True)
    membership_id = models.UUIDField(null=True)
    actor = models.CharField(max_length=120)
    roles = models.CharField(max_length=120, blank=True)
    on_behalf_of = models.CharField(max_length=120, blank=True)
    reason = models.CharField(max_length=500, blank=True)
    ground = models.CharField(max_length=60, blank=True)
    grant_id = models.UUIDField(null=True)
    origin = models.CharField(max_length=60)
    # Counts, hashes, kinds and dates; never a word of a dossier.
    facts = models.JSONField(default=dict)

    class Meta(TenantModel.Meta):
        ordering = ("seq",)
        indexes = (
            models.Index(fields=("bureau", "seq"), name="journal_line_order"),
            models.Index(fields=("bureau", "dossier_id", "at"), name="journal_line_dossier"),
            models.Index(fields=("bureau", "membership_id", "at"), name="journal_line_actor"),
            # What the log's pages ask, newest first: by time, by act, by what went otherwise and by ground.
            models.Index(fields=("bureau", "at", "seq"), name="journal_line_time"),
            models.Index(fields=("bureau", "act", "at"), name="journal_line_act"),
            models.Index(fields=("bureau", "result", "at"), name="journal_line_result", condition=~Q(result="ok")),
            models.Index(fields=("bureau", "ground", "at"), name="journal_line_ground", condition=~Q(ground="")),
            # A number stays findable when its dossier is gone.
            models.Index(
                fields=("bureau", "dossier_number", "at"), name="journal_line_number", condition=~Q(dossier_number="")
            ),
        )


class Seal(TenantModel):
    """A batch of lines, hashed together with the seal before it (SHA-256).

    When the term of its lines has passed they go, oldest seal first; the seal stays, so that the chain still closes.
    """

    number = models.PositiveIntegerField()
    first_seq = models.BigIntegerField()
    last_seq = models.BigIntegerField()
    lines = models.PositiveIntegerField()
    # 40 bytes for each line: its number and its SHA-256, so that the first broken line can be named.
    digests = models.BinaryField()
    previous_hash = models.CharField(max_length=64)
    hash = models.CharField(max_length=64)
    sealed_at = models.DateTimeField(db_default=Now())
    # Its lines went by their term; set once, by the owner's function alone (migration 0005).
    wiped_at = models.DateTimeField(null=True, editable=False)

    class Meta(TenantModel.Meta):
        ordering = ("number",)
        constraints = (
            models.UniqueConstraint("bureau", "number", name="journal_seal_number"),
            models.UniqueConstraint("bureau", "first_seq", name="journal_seal_first"),
        )
        indexes = (models.Index(fields=("bureau", "number"), name="journal_seal_there", condition=Q(wiped_at=None)),)
