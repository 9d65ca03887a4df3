"""What stays after a destruction: the proces-verbaal, the company's certificate, and what the law keeps."""

from __future__ import annotations

from django.db import models
from django.db.models.functions import Now

from bureaus.schema import Trigger
from bureaus.tenancy import TenantModel
from retention.models.lists import DestructionList, ListKind
from vault.fields import SealedJSONField


class ProcesVerbaal(TenantModel):
    """The proces-verbaal van vernietiging of one list (DOMAIN 6): numbered per bureau and year, without gaps.

    The paper is sealed under a key of its own (its id); the annex with names, where the reglement wants one, under
    another (`annex_subject`), which goes long before.
    """

    year = models.PositiveSmallIntegerField()
    number = models.PositiveIntegerField()
    destruction_list = models.OneToOneField(DestructionList, on_delete=models.PROTECT, related_name="proces_verbaal")
    kind = models.CharField(max_length=12, choices=ListKind.choices)
    made_at = models.DateTimeField(db_default=Now())
    made_by_name = models.CharField(max_length=120)
    # What stands in it, so that it can be found and shown without its paper; no name and no word of content.
    facts = models.JSONField()
    dossiers = models.PositiveIntegerField()
    file = models.CharField(max_length=120)
    file_size = models.PositiveIntegerField()
    file_sha256 = models.CharField("SHA-256 of the PDF itself", max_length=64)
    signed = models.BooleanField("carries a PAdES signature", default=False)
    backups_expire_on = models.DateField("no backup holds it from this day")
    keep_until = models.DateField()
    annex_subject = models.UUIDField(null=True, blank=True)
    annex_file = models.CharField(max_length=120, blank=True)
    annex_until = models.DateField(null=True, blank=True)
    annex_gone_at = models.DateTimeField(null=True, blank=True)

    class Meta(TenantModel.Meta):
        ordering = ("-year", "-number")
        constraints = (models.UniqueConstraint(fields=("bureau", "year", "number"), name="retention_pv_number"),)
        indexes = (models.Index(fields=("bureau", "made_at"), name="retention_pv_made"),)

    def __str__(self) -> str:
        return f"PV {self.year}-{self.number:04}"


class Certificate(TenantModel):
    """The recognised company's word that the paper of one list is destroyed (pluspunt 3.5); sealed under its own id."""

    destruction_list = models.OneToOneField(DestructionList, on_delete=models.PROTECT, related_name="certificate")
    company = models.CharField("bedrijf", max_length=120)
    reference = models.CharField("nummer van het certificaat", max_length=60)
    destroyed_on = models.DateField("vernietigd op")
    file = models.CharField(max_length=120)
    file_size = models.PositiveIntegerField()
    file_sha256 = models.CharField("SHA-256 of the file itself", max_length=64)
    content_type = models.CharField(max_length=100)
    added_by_name = models.CharField(max_length=120)
    added_at = models.DateTimeField(db_default=Now())


class LegalRecord(TenantModel):
    """What the law keeps of a dossier that is gone: a few fields, sealed under the record's own key, with its own term.

    `content` is {"opdrachtgever", "ordernummer", "kind", "registered_on", "ended_on", "hours"}; never the client's
    name, never a text.
    """

    dossier_id = models.UUIDField()
    dossier_number = models.CharField(max_length=20)
    content = SealedJSONField(subject="id")
    trigger = models.CharField(max_length=20, choices=[(one.value, one.label) for one in Trigger])
    trigger_on = models.DateField()
    term = models.CharField(max_length=20)
    due_on = models.DateField()
    article = models.CharField(max_length=60, blank=True)
    kept_from = models.DateTimeField(db_default=Now())

    class Meta(TenantModel.Meta):
        ordering = ("due_on", "id")
        constraints = (models.UniqueConstraint(fields=("bureau", "dossier_id"), name="retention_record_once"),)
        indexes = (models.Index(fields=("bureau", "due_on"), name="retention_record_due"),)
