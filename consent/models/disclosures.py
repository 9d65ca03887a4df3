"""What left the bureau to somebody outside: on which ground, to whom, and how it went (javawest 8, werkid 12)."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from bureaus.schema import Ground
from bureaus.tenancy import TenantManager, TenantModel, TenantQuerySet
from vault.fields import SealedTextField


class ReceiverKind(models.TextChoices):
    CARE = "zorg", "arts of hulpverlener"
    EMPLOYER = "werkgever", "werkgever"
    INSURER = "verzekeraar", "verzekeraar"
    UWV = "uwv", "UWV"
    GEMEENTE = "gemeente", "gemeente"
    AUTHORITY = "overheid", "politie, justitie of een andere overheid"
    AGENT = "namens", "advocaat, bewindvoerder of een ander die namens iemand optreedt"
    OTHER = "anders", "een ander"


class Authority(models.TextChoices):
    """How it was seen that this receiver is who it says, and may have it."""

    CALLED_BACK = "teruggebeld", "Ik belde terug op een nummer dat ik zelf opzocht"
    KNOWN = "bekend", "Ik ken de ontvanger van eerder werk"
    SEEN = "gezien", "De ontvanger was hier en legitimeerde zich"
    LETTER = "brief", "De ontvanger vroeg het op eigen briefpapier, en ik zocht dat na"


class Means(models.TextChoices):
    LINK = "link", "Met een link per e-mail, en een code die u apart geeft"
    PAPER = "papier", "Op papier: u drukt het af en geeft of stuurt het"


class DisclosureState(models.TextChoices):
    PREPARED = "opzet", "wordt voorbereid"
    PACKING = "inpakken", "wordt ingepakt"
    READY = "klaar", "staat klaar"
    DONE = "verstrekt", "verstrekt"
    STOPPED = "gestopt", "gestopt"
    EXPIRED = "verlopen", "niet opgehaald"
    FAILED = "mislukt", "inpakken mislukt"


class StopReason(models.TextChoices):
    CONSENT = "toestemming", "de toestemming geldt niet meer"
    TAKEN_BACK = "teruggenomen", "teruggenomen"
    CONTENT = "inhoud", "een stuk is afgeschermd, verbeterd of verwijderd"


# Sent: on the register, and for the client to read.
SENT = (
    DisclosureState.PACKING, DisclosureState.READY, DisclosureState.DONE, DisclosureState.STOPPED,
    DisclosureState.EXPIRED, DisclosureState.FAILED,
)  # fmt: skip


class DisclosureQuerySet(TenantQuerySet["Disclosure"]):
    def sent(self) -> DisclosureQuerySet:
        """What stands on the register: it was decided to send it, whatever became of it."""
        return self.filter(state__in=SENT)

    def went_out(self) -> DisclosureQuerySet:
        """What somebody outside has got (AVG 15.1c, 19)."""
        return self.filter(Q(fetched_at__isnull=False) | Q(handed_on__isnull=False))


class Disclosure(TenantModel):
    """One verstrekking: stukken of one dossier, to one receiver, on one ground. Its words go with the dossier.

    The line stays while the dossier does; the package goes (DisclosurePackage).
    """

    number = models.CharField("nummer", max_length=20, blank=True)  # VS2026-0001, given when it is sent
    dossier = models.ForeignKey("dossiers.Dossier", on_delete=models.PROTECT, related_name="disclosures")
    state = models.CharField(max_length=12, choices=DisclosureState.choices, default=DisclosureState.PREPARED)
    ground = models.CharField("grond", max_length=20, choices=[(one.value, one.label) for one in Ground])
    article = models.CharField(max_length=120, blank=True)  # of the reglement, as it was that day
    consent = models.ForeignKey(
        "consent.Consent", null=True, blank=True, on_delete=models.PROTECT, related_name="disclosures"
    )
    # The law with its article, the helper and why, the text of overmacht: what the ground asks to be said.
    words = SealedTextField(subject="dossier_id", null=True, blank=True)
    # The signed statement, the order of the court: sealed under the dossier.
    paper_file = models.CharField(max_length=120, blank=True)
    paper_name = models.CharField(max_length=255, blank=True)
    paper_size = models.PositiveBigIntegerField(default=0)
    why = SealedTextField(subject="dossier_id")
    receiver_kind = models.CharField(max_length=12, choices=ReceiverKind.choices)
    receiver = SealedTextField(subject="dossier_id")
    # An e-mail address for a link, where it is handed or posted for paper.
    address = SealedTextField(subject="dossier_id", null=True, blank=True)
    authority = models.CharField(max_length=12, choices=Authority.choices)
    authority_words = SealedTextField(subject="dossier_id", null=True, blank=True)
    means = models.CharField(max_length=8, choices=Means.choices)
    made_by = models.ForeignKey("access.Membership", on_delete=models.PROTECT, related_name="+")
    made_by_name = models.CharField(max_length=120)
    made_at = models.DateTimeField(db_default=Now())
    sent_by_name = models.CharField(max_length=120, blank=True)
    sent_at = models.DateTimeField(null=True, blank=True)
    fetched_at = models.DateTimeField("first fetched", null=True, blank=True)
    handed_on = models.DateField(null=True, blank=True)
    handed_by_name = models.CharField(max_length=120, blank=True)
    handed_words = SealedTextField(subject="dossier_id", null=True, blank=True)
    stopped_at = models.DateTimeField(null=True, blank=True)
    stopped_because = models.CharField(max_length=14, choices=StopReason.choices, blank=True)
    stopped_by_name = models.CharField(max_length=120, blank=True)

    objects: ClassVar[TenantManager] = TenantManager.of(DisclosureQuerySet)

    class Meta(TenantModel.Meta):
        ordering = ("-sent_at", "-id")
        constraints = (
            models.UniqueConstraint(
                fields=("bureau", "number"), condition=~Q(number=""), name="consent_disclosure_number"
            ),
            models.CheckConstraint(
                condition=Q(state="opzet") | (~Q(number="") & Q(sent_at__isnull=False)),
                name="consent_disclosure_sent_numbered",
            ),
            # No ground, no disclosure (javawest 8): consent names which one.
            models.CheckConstraint(
                condition=~Q(ground="consent") | Q(consent__isnull=False), name="consent_disclosure_names_consent"
            ),
            models.CheckConstraint(
                condition=~Q(ground__in=("no_objection", "court_order")) | ~Q(paper_file=""),
                name="consent_disclosure_has_paper",
            ),
            models.CheckConstraint(
                condition=~Q(state="gestopt") | (Q(stopped_at__isnull=False) & ~Q(stopped_because="")),
                name="consent_disclosure_stopped_why",
            ),
        )
        indexes = (
            models.Index(fields=("bureau", "dossier"), name="consent_disclosure_dossier"),
            models.Index(fields=("bureau", "state", "-sent_at"), name="consent_disclosure_state"),
        )

    def __str__(self) -> str:
        return self.number or "opzet"


class DisclosedStuk(TenantModel):
    """A stuk that goes, up to a version; by its number in the dossier, without a key to the stuk, which may go."""

    disclosure = models.ForeignKey(Disclosure, on_delete=models.CASCADE, related_name="stukken")
    stuk_id = models.UUIDField()
    number = models.PositiveIntegerField()
    kind = models.CharField(max_length=40)
    date = models.DateField()
    version = models.PositiveSmallIntegerField()
    # An own statement that goes along with another (javawest 6.2).
    along = models.BooleanField(default=False)
    # Of what was packed of it, its files included.
    sha256 = models.CharField(max_length=64, blank=True)

    class Meta(TenantModel.Meta):
        ordering = ("number", "id")
        constraints = (
            models.UniqueConstraint(fields=("bureau", "disclosure", "stuk_id"), name="consent_disclosed_once"),
        )


class DisclosurePackage(TenantModel):
    """What lies ready for the receiver, sealed under its own id, and what opens it. For who works here alone."""

    disclosure = models.OneToOneField(Disclosure, on_delete=models.CASCADE, related_name="package")
    leased_until = models.DateTimeField(null=True, blank=True)
    error = models.CharField(max_length=300, blank=True)
    manifest = models.JSONField(default=list)
    file = models.CharField(max_length=120, blank=True)
    file_size = models.PositiveBigIntegerField(default=0)
    file_sha256 = models.CharField(max_length=64, blank=True)
    # Of the token in the link, and of the code that is given another way; neither is kept itself.
    token_hash = models.CharField(max_length=64, blank=True)
    code_hash = models.CharField(max_length=128, blank=True)
    tries = models.PositiveSmallIntegerField(default=0)
    ready_at = models.DateTimeField(null=True, blank=True)
    expires_at = models.DateTimeField(null=True, blank=True)
    gone_at = models.DateTimeField(null=True, blank=True)

    class Meta(TenantModel.Meta):
        indexes = (models.Index(fields=("bureau", "token_hash"), name="consent_package_token"),)
