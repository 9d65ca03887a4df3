"""Destruction lists: what is proposed, who approved exactly that, and what became of each dossier on it."""

from __future__ import annotations

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now

from bureaus.schema import Action, DataClass, Trigger
from bureaus.tenancy import TenantManager, TenantModel, TenantQuerySet
from retention.models.terms import HoldKind
from vault.fields import SealedTextField

# Where something of a dossier stands besides the tables, by which `ItemResult.store` and `ListItem.gone` call it.
FILES, KEYS, SEARCH, SESSIONS = "storages.sealed", "vault.WrappedKey", "zoeken", "sessions"


class ListKind(models.TextChoices):
    """The basis of a destruction (DOMAIN 6)."""

    TERM = "termijn", "de bewaartermijn is voorbij"
    REQUEST = "verzoek", "op verzoek van wie het dossier over gaat"
    TRANSFER = "overdracht", "overgedragen aan de opdrachtgever"
    CORRECTION = "correctie", "een stuk verwijderd op verzoek"


class ListStatus(models.TextChoices):
    PROPOSED = "voorgesteld", "wacht op goedkeuring"
    APPROVED = "goedgekeurd", "goedgekeurd, bedenktijd loopt"
    RUNNING = "loopt", "wordt uitgevoerd"
    # Everything digital is gone; the recognised company has yet to destroy the paper (pluspunt 3.5).
    PAPER = "papier", "wacht op het certificaat voor het papier"
    DONE = "afgerond", "vernietigd, met proces-verbaal"
    CANCELLED = "ingetrokken", "ingetrokken"


class DestructionListQuerySet(TenantQuerySet["DestructionList"]):
    def ready(self) -> DestructionListQuerySet:
        """Approved, and the cooling-off period has passed by the database's clock; or under way."""
        cooled = Q(status=ListStatus.APPROVED, starts_after__lte=Now())
        return self.filter(cooled | Q(status=ListStatus.RUNNING))


class DestructionList(TenantModel):
    """A list of dossiers to destroy, frozen in a manifest: who approves, approves that manifest and no other.

    `manifest` is canonical JSON without a name or a word of content (`retention.manifest`). Whoever changes a list
    becomes its proposer; an approval of what it was before falls. A list made by the nightly round has no proposer.
    Once it has left 'voorgesteld' the database lets nobody add, take away or change what stands on it (migration 0006).
    """

    year = models.PositiveSmallIntegerField()
    number = models.PositiveIntegerField()
    kind = models.CharField(max_length=12, choices=ListKind.choices)
    status = models.CharField(max_length=12, choices=ListStatus.choices, default=ListStatus.PROPOSED)
    # What had passed its term on this day was proposed.
    reference_date = models.DateField()
    manifest = models.TextField()
    manifest_sha256 = models.CharField(max_length=64)
    # From the reglement of the day it was proposed.
    reglement_version = models.PositiveIntegerField()
    four_eyes = models.BooleanField(default=True)
    cooling_off = models.CharField(max_length=20)
    # Of what asked for it, such as a client's request; '' for the term itself.
    source = models.CharField(max_length=80, blank=True)
    # werkid 14: by when an answer to the request is to be carried out.
    answer_by = models.DateField(null=True, blank=True)
    proposed_by = models.ForeignKey(
        "access.Membership", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    proposed_by_name = models.CharField(max_length=120)
    # Everybody who ever proposed or changed it, also where another changed it after them: only ever added to.
    shaped_by = ArrayField(models.UUIDField(), default=list, blank=True)
    proposed_at = models.DateTimeField(db_default=Now())
    approved_by = models.ForeignKey(
        "access.Membership", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    approved_by_name = models.CharField(max_length=120, blank=True)
    approved_at = models.DateTimeField(null=True, blank=True)
    approved_sha256 = models.CharField(max_length=64, blank=True)
    # The end of the cooling-off period; until then it can be taken back.
    starts_after = models.DateTimeField(null=True, blank=True)
    cancelled_by_name = models.CharField(max_length=120, blank=True)
    cancelled_at = models.DateTimeField(null=True, blank=True)
    started_at = models.DateTimeField(null=True, blank=True)
    # The bureau's key was replaced after the last dossier of this list had gone; its new generation.
    generation = models.PositiveIntegerField(null=True, blank=True)
    # All that went up to here lies under an older key and stands in the ledger; of what went later that is still to do.
    noted_until = models.DateTimeField(null=True, blank=True)
    # A worker's lease on the closing of the run: rotation, verification, proces-verbaal.
    leased_until = models.DateTimeField(null=True, blank=True)
    error = models.CharField(max_length=300, blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)

    objects: ClassVar[TenantManager] = TenantManager.of(DestructionListQuerySet)

    class Meta(TenantModel.Meta):
        ordering = ("-year", "-number")
        constraints = (
            models.UniqueConstraint(fields=("bureau", "year", "number"), name="retention_list_number"),
            # Four eyes, whatever code runs.
            models.CheckConstraint(
                condition=Q(four_eyes=False)
                | Q(approved_by=None)
                | Q(proposed_by=None)
                | ~Q(approved_by=F("proposed_by")),
                name="retention_list_four_eyes",
            ),
            # Nor whoever had a hand in it before somebody else changed it.
            models.CheckConstraint(
                condition=Q(four_eyes=False) | Q(approved_by=None) | ~Q(shaped_by__contains=[F("approved_by")]),
                name="retention_list_other_hands",
            ),
            # Approved is approved whole: by whom, when, and this very manifest.
            models.CheckConstraint(
                condition=Q(approved_by=None, approved_at=None, approved_sha256="", starts_after=None)
                | Q(
                    approved_by__isnull=False,
                    approved_at__isnull=False,
                    starts_after__gte=F("approved_at"),
                    approved_sha256=F("manifest_sha256"),
                ),
                name="retention_list_approved_whole",
            ),
            # Nothing runs that nobody approved.
            models.CheckConstraint(
                condition=Q(status__in=("voorgesteld", "ingetrokken")) | Q(approved_by__isnull=False),
                name="retention_list_runs_approved",
            ),
            models.CheckConstraint(
                condition=Q(started_at=None) | Q(started_at__gte=F("starts_after")), name="retention_list_cooled"
            ),
        )
        indexes = (models.Index(fields=("bureau", "status"), name="retention_list_status"),)

    def __str__(self) -> str:
        return f"{self.year}-{self.number}"


class ItemState(models.TextChoices):
    OPEN = "open", "staat op de lijst"
    EXCLUDED = "uitgezonderd", "uitgezonderd"
    # At its turn a hold or another date was found: it stays, whole.
    KEPT = "behouden", "behouden"
    # Rows and key have gone, in one transaction; its files are still to be removed from storage.
    ERASED = "gewist", "gewist, bestanden nog niet"
    CLEARED = "leeg", "leeg, wacht op het proces-verbaal"
    DESTROYED = "vernietigd", "vernietigd"
    FAILED = "mislukt", "niet gelukt"


# At their turn, or begun and still to be ended.
TO_DO = (ItemState.OPEN, ItemState.ERASED)
# The dossier can't be on another list meanwhile.
BUSY_ITEMS = (ItemState.OPEN, ItemState.FAILED, ItemState.ERASED, ItemState.CLEARED)


class ExclusionReason(models.TextChoices):
    """Why a dossier stays out; the proces-verbaal names the reason and never the words typed with it."""

    NEEDED = "nodig", "nog nodig voor de dienstverlening"
    REQUEST = "verzoek", "er loopt een verzoek of klacht"
    LAWSUIT = "rechtszaak", "er loopt een rechtszaak"
    INTEREST = "belang", "aanmerkelijk belang van een ander"
    LAW = "wet", "de wet vraagt het langer te bewaren"
    DATE = "datum", "de datum klopt niet"


class KeptBecause(models.TextChoices):
    """Why an item was kept at its turn, beside the kinds of a Hold."""

    OWN_TRAJECT = "loopt", "het traject loopt nog"
    OTHER_TRAJECT = "traject", "een ander traject van dezelfde persoon loopt nog"
    DATE = "datum", "de termijn is niet meer voorbij"
    LAW = "wet", "een datum voor de wettelijke bewaarplicht ontbreekt"
    ADDED = "bijgekomen", "na de overdracht is er iets in het dossier bij gekomen"
    PAPER = "papier", "het papier stond ergens anders dan op de lijst"
    NOTHING_LEFT = "weg", "was er niet meer"
    NOT_DONE = "mislukt", "het lukte niet, en iemand liet het staan"
    WITHDRAWN = "ingetrokken", "de lijst is ingetrokken"
    NOT_REACHED = "open", "niet aan de beurt gekomen"

    @staticmethod
    def words(codes: str) -> str:
        """Of codes with commas between them, as `ListItem.kept_because` holds them; of none ''."""
        known = dict(HoldKind.choices) | dict(KeptBecause.choices)
        return ", ".join(str(known.get(code, code)) for code in codes.split(",") if code)


class ListItem(TenantModel):
    """One dossier (or one stuk of it, or one legal record) on a list. No foreign key to what will be gone.

    Everything but `excluded_text`, `action` and the names of stored files stands in the manifest as well.
    """

    destruction_list = models.ForeignKey(DestructionList, on_delete=models.PROTECT, related_name="items")
    dossier_id = models.UUIDField()
    dossier_number = models.CharField(max_length=20)
    data_class = models.CharField(max_length=20, choices=[(one.value, one.label) for one in DataClass])
    # Of a correction: the one stuk that goes. Of the class of legal records: the record.
    stuk_id = models.UUIDField(null=True, blank=True)
    record_id = models.UUIDField(null=True, blank=True)
    period_from = models.DateField()
    period_until = models.DateField(null=True, blank=True)
    trigger = models.CharField(max_length=20, choices=[(one.value, one.label) for one in Trigger], blank=True)
    trigger_on = models.DateField(null=True, blank=True)
    term = models.CharField(max_length=20, blank=True)
    due_on = models.DateField(null=True, blank=True)
    article = models.CharField(max_length=60, blank=True)
    # How its own term ended when it was listed: whether its paper waits for a certificate. '' in lists of before it was
    # noted, which have no such line in their manifest either, and for a single stuk or record.
    action = models.CharField(max_length=30, choices=[(one.value, one.label) for one in Action], blank=True, default="")
    # How much there is of it when it was proposed: {"stukken": 12, "files": 3, "bytes": 81234}.
    counts = models.JSONField(default=dict)
    # Where the paper stands that belongs to it, without a name; '' where there is none (pluspunt 2.1).
    paper = models.CharField(max_length=200, blank=True)
    state = models.CharField(max_length=14, choices=ItemState.choices, default=ItemState.OPEN)
    excluded_reason = models.CharField(max_length=12, choices=ExclusionReason.choices, blank=True)
    excluded_text = SealedTextField(subject="dossier_id", null=True, blank=True)
    excluded_until = models.DateField(null=True, blank=True)
    excluded_by_name = models.CharField(max_length=120, blank=True)
    excluded_at = models.DateTimeField(null=True, blank=True)
    # Codes of KeptBecause and HoldKind with commas between them.
    kept_because = models.CharField(max_length=120, blank=True)
    # Names in storage that say nothing; emptied as they go.
    files = ArrayField(models.CharField(max_length=200), default=list, blank=True)
    # Where to look afterwards, until it is destroyed for good: ids by model, names in storage (retention.erasing).
    gone = models.JSONField(default=dict, blank=True)
    # The line of the annex with names, where the reglement wants one: written before the dossier goes, sealed under the
    # key of its list, and gone with that key (`retention.actions.pv.annex_line`).
    annex = SealedTextField(subject="destruction_list_id", null=True, blank=True)
    # What the law keeps of it: [{"what": …, "term": …, "until": …, "ground": …}].
    retained = models.JSONField(default=list, blank=True)
    holds_checked_at = models.DateTimeField(null=True, blank=True)
    leased_until = models.DateTimeField(null=True, blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    error = models.CharField(max_length=300, blank=True)
    started_at = models.DateTimeField(null=True, blank=True)
    erased_at = models.DateTimeField(null=True, blank=True)

    class Meta(TenantModel.Meta):
        ordering = ("dossier_number", "id")
        constraints = (
            # A dossier stands on one list at a time; its single stukken and records each on one.
            models.UniqueConstraint(
                fields=("bureau", "dossier_id", "data_class", "stuk_id", "record_id"),
                condition=Q(state__in=("open", "mislukt", "gewist", "leeg")),
                nulls_distinct=False,
                name="retention_item_one_list",
            ),
            models.CheckConstraint(
                condition=~Q(state="uitgezonderd") | (~Q(excluded_reason="") & Q(excluded_until__isnull=False)),
                name="retention_item_excluded_why",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=("leeg", "vernietigd")) | Q(files=[]), name="retention_item_files_gone"
            ),
            models.CheckConstraint(
                condition=~Q(state__in=("gewist", "leeg", "vernietigd")) | Q(erased_at__isnull=False),
                name="retention_item_erased_at",
            ),
        )
        indexes = (
            models.Index(fields=("bureau", "destruction_list", "state"), name="retention_item_state"),
            models.Index(fields=("bureau", "dossier_id"), name="retention_item_dossier"),
            models.Index(fields=("bureau", "dossier_number"), name="retention_item_number"),
        )


class ItemResult(TenantModel):
    """What was removed of one item from one store, and what was found there afterwards by looking.

    `store` is a model's label ('dossiers.Stuk'), or FILES, KEYS or SEARCH.
    """

    item = models.ForeignKey(ListItem, on_delete=models.PROTECT, related_name="results")
    store = models.CharField(max_length=60)
    removed = models.PositiveIntegerField(default=0)
    size = models.PositiveBigIntegerField("bytes removed", default=0)
    # None until somebody looked.
    left = models.PositiveIntegerField(null=True, blank=True)
    checked_at = models.DateTimeField(null=True, blank=True)

    class Meta(TenantModel.Meta):
        ordering = ("store",)
        constraints = (models.UniqueConstraint(fields=("bureau", "item", "store"), name="retention_result_once"),)
