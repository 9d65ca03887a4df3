"""What leaves the bureau about a request: letters, and the copy of the data."""

from __future__ import annotations

from django.db import models
from django.db.models.functions import Now

from bureaus.tenancy import TenantModel
from requests.models.verzoek import Verzoek


class LetterTemplate(TenantModel):
    """A version of the bureau's own text of one kind of letter. The newest is used; none: the house's own text."""

    class Kind(models.TextChoices):
        ACKNOWLEDGE = "ontvangst", "ontvangstbevestiging"
        IDENTITY = "identiteit", "vraag naar identiteit"
        EXTEND = "verlenging", "verlenging"
        DECIDE = "besluit", "besluit"
        REFUSE = "afwijzing", "afwijzing"
        COMPLAINT_ACKNOWLEDGE = "klacht_ontvangst", "ontvangst van een klacht"
        COMPLAINT_DECIDE = "klacht_besluit", "uitkomst van een klacht"

    kind = models.CharField(max_length=18, choices=Kind.choices)
    version = models.PositiveIntegerField()
    subject = models.CharField("onderwerp", max_length=150)
    body = models.TextField("tekst")
    made_by_name = models.CharField(max_length=120)
    made_at = models.DateTimeField(db_default=Now())

    class Meta(TenantModel.Meta):
        ordering = ("kind", "-version")
        constraints = (
            models.UniqueConstraint(fields=("bureau", "kind", "version"), name="requests_letter_text_version"),
        )


class Letter(TenantModel):
    """A letter as it was made: a PDF sealed under the client's key."""

    verzoek = models.ForeignKey(Verzoek, on_delete=models.CASCADE, related_name="letters")
    kind = models.CharField(max_length=18, choices=LetterTemplate.Kind.choices)
    template_version = models.PositiveIntegerField(default=0)  # 0: the house's own text
    file = models.CharField(max_length=120)
    file_size = models.PositiveIntegerField()
    file_sha256 = models.CharField(max_length=64)
    made_by_name = models.CharField(max_length=120)
    made_at = models.DateTimeField(db_default=Now())
    # By post: the day somebody says it went; in the portal it is there at once.
    posted_on = models.DateField(null=True, blank=True)
    opened_at = models.DateTimeField(null=True, blank=True)

    class Meta(TenantModel.Meta):
        ordering = ("made_at", "id")


class Bundle(TenantModel):
    """The copy of the data: a PDF to read, the files, and JSON to process, in one sealed ZIP under a key of its own."""

    class State(models.TextChoices):
        MAKING = "maken", "wordt gemaakt"
        READY = "klaar", "staat klaar"
        FAILED = "mislukt", "niet gelukt"
        GONE = "vervallen", "vervallen"

    verzoek = models.ForeignKey(Verzoek, on_delete=models.CASCADE, related_name="bundles")
    state = models.CharField(max_length=10, choices=State.choices, default=State.MAKING)
    leased_until = models.DateTimeField(null=True, blank=True)
    error = models.CharField(max_length=300, blank=True)
    # How far it is, for the bar: stukken and files together.
    total = models.PositiveIntegerField(default=0)
    done = models.PositiveIntegerField(default=0)
    # What was left out, by counts: {"concepten": 2, "werkaantekeningen": 1, "achterhouden": 1} (for the FG too).
    left_out = models.JSONField(default=dict)
    manifest = models.JSONField(default=list)
    file = models.CharField(max_length=120, blank=True)
    file_size = models.PositiveBigIntegerField(default=0)
    file_sha256 = models.CharField(max_length=64, blank=True)
    asked_by_name = models.CharField(max_length=120)
    asked_at = models.DateTimeField(db_default=Now())
    ready_at = models.DateTimeField(null=True, blank=True)
    expires_on = models.DateField(null=True, blank=True)
    fetched_at = models.DateTimeField(null=True, blank=True)
    fetched_by_name = models.CharField(max_length=120, blank=True)
    # Given on paper: by whom and when, and how it was known to whom.
    handed_on = models.DateField(null=True, blank=True)
    handed_by_name = models.CharField(max_length=120, blank=True)

    class Meta(TenantModel.Meta):
        ordering = ("-asked_at", "id")
