"""The wrapped keys of dossiers and clients: the one table that backups keep apart and latest-only."""

from __future__ import annotations

from django.db import models

from bureaus.tenancy import TenantModel


class WrappedKey(TenantModel):
    """The key of one subject (a dossier, or a client), wrapped under a generation of its bureau's key.

    No foreign key to the subject: this table is dumped and restored apart from the rest.
    """

    subject_id = models.UUIDField(editable=False)
    generation = models.PositiveIntegerField(editable=False)
    wrapped = models.BinaryField()
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta(TenantModel.Meta):
        constraints = [models.UniqueConstraint(fields=["bureau", "subject_id"], name="vault_one_key_per_subject")]
        indexes = [models.Index(fields=["bureau", "generation"], name="vault_by_generation")]
