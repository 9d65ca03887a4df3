"""The dossier and what lies in it."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.db.models.functions import Now

from access.models import Ground, Membership, User
from access.reach import grants_of_many, visible_filter
from bureaus import reglement
from bureaus.schema import Herkomst, StukKind
from bureaus.tenancy import TenantManager, TenantModel, TenantQuerySet, current
from vault.fields import SealedJSONField, SealedTextField

# Grants by which someone also reads what is restricted to the coaches of the dossier, and the client (DOMAIN 5).
SEES_RESTRICTED = (Ground.HANDLER, Ground.SECOND_COACH, Ground.CLIENT, Ground.GEMACHTIGDE)
# Whose own dossier it is: what was shielded at their request stays theirs to read.
OWN = (Ground.CLIENT, Ground.GEMACHTIGDE)


class DossierQuerySet(TenantQuerySet["Dossier"]):
    def visible_to(self, user: User) -> DossierQuerySet:
        """Dossiers on which this person holds a living grant (ADR 0003); lists, details and counts start here."""
        return self.filter(visible_filter(user))


class Dossier(TenantModel):
    """What the bureau keeps about one traject. Its number says nothing about the person.

    Everything in it is sealed with its own key; when that is gone, so is the text (ADR 0004).
    """

    number = models.CharField("dossiernummer", max_length=20, editable=False)
    client = models.ForeignKey("clients.Client", on_delete=models.PROTECT, related_name="dossiers")
    traject = models.OneToOneField("clients.Traject", on_delete=models.PROTECT, related_name="dossier")
    opened_at = models.DateTimeField("geopend op", db_default=Now())
    # werkid 13.1: an archived dossier is read, not written.
    archived_at = models.DateTimeField("gearchiveerd op", null=True, blank=True)

    objects: ClassVar[TenantManager] = TenantManager.of(DossierQuerySet)

    class Meta(TenantModel.Meta):
        ordering = ("-opened_at", "id")
        constraints = (models.UniqueConstraint("bureau", "number", name="dossiers_dossier_number"),)
        indexes = (models.Index(fields=("bureau", "client"), name="dossiers_dossier_client"),)

    def __str__(self) -> str:
        return self.number

    @property
    def is_archived(self) -> bool:
        return self.archived_at is not None


class State(models.TextChoices):
    CONCEPT = "concept", "concept"
    VASTGESTELD = "vastgesteld", "vastgesteld"
    AANGEVULD = "aangevuld", "aangevuld"


class StukQuerySet(TenantQuerySet["Stuk"]):
    def visible_to(self, user: User) -> StukQuerySet:
        """Stukken of visible dossiers; restricted ones only for the coaches of the dossier and the client, and for the
        opdrachtgever to whom they were let out. One that was shielded on request for nobody but the client and who the
        reglement names.

        Concepts and werkaantekeningen are their author's alone (werkid 10.4); the database holds that as well.
        """
        seen = self.filter(visible_filter(user, outer="dossier_id"))
        inside = Exists(grants_of_many(user, "dossier_id", SEES_RESTRICTED))
        outside = Exists(grants_of_many(user, "dossier_id", (Ground.OPDRACHTGEVER,)))
        unrestricted = Q(restricted=False) | Q(inside) | (Q(outside) & let_out())
        return seen.filter(unrestricted).filter(unshielded(user)).filter(own_or_public())

    def vastgesteld(self) -> StukQuerySet:
        """What belongs to the dossier (werkid 10.4): no concepts, no werkaantekeningen."""
        return self.exclude(state=State.CONCEPT).exclude(kind=StukKind.WERKAANTEKENING)

    def released(self) -> StukQuerySet:
        """What the opdrachtgever may read now, with the own statements that go along with it (javawest 6.2)."""
        return self.vastgesteld().filter(let_out())


def let_out() -> Q:
    """A stuk with a living release, and an own statement about one."""
    live = Release.objects.filter(withdrawn_at=None)
    itself = Exists(live.filter(stuk_id=OuterRef("pk")))
    along = Exists(live.filter(stuk_id=OuterRef("about_id")))
    return Q(itself) | Q(along, kind=StukKind.EIGEN_VERKLARING)


def unshielded(user: User) -> Q:
    """Not shielded on request (pluspunt 4.3), or the client's own, or somebody whom the reglement lets see it."""
    roles = [role.value for role in reglement.in_force().requests.correction.shielded_seen_by]
    named = Membership.objects.all().active().filter(user_id=user.pk, roles__overlap=roles)
    return Q(shielded_at=None) | Exists(grants_of_many(user, "dossier_id", OWN)) | Exists(named)


def own_or_public() -> Q:
    """A concept and a werkaantekening are of their author alone."""
    public = ~Q(state=State.CONCEPT) & ~Q(kind=StukKind.WERKAANTEKENING)
    return public | Q(author_id=current().membership_id)


class Stuk(TenantModel):
    """A dossierstuk: what it is, where it comes from, why it is kept. Its text is in its versions and draft.

    concept → vastgesteld → aangevuld; never overwritten.
    """

    dossier = models.ForeignKey(Dossier, on_delete=models.PROTECT, related_name="stukken")
    kind = models.CharField("soort", max_length=40, choices=[(kind.value, kind.label) for kind in StukKind])
    state = models.CharField("staat", max_length=12, choices=State.choices, default=State.CONCEPT)
    # javawest 4.1: what this kind was kept for by the reglement of that day.
    purpose = models.CharField("doel", max_length=400)
    # javawest 5.1: required from the moment it is vastgesteld.
    herkomst = models.CharField(
        "herkomst", max_length=20, choices=[(one.value, one.label) for one in Herkomst], blank=True
    )
    # jmwerkt 4.1.2-3: data of this opdrachtgever (SUWI where it is UWV) serve this traject only.
    origin = models.CharField("gegevens van", max_length=20, blank=True)
    date = models.DateField("datum")
    author = models.ForeignKey("access.Membership", on_delete=models.PROTECT, related_name="+")
    author_name = models.CharField("auteur", max_length=120)
    health = models.BooleanField("gaat over gezondheid", default=False)
    # Of a kind that only the coaches of the dossier and the client read.
    restricted = models.BooleanField("afgeschermd", default=False)
    # Shielded at the person's request (werkid 11.1, pluspunt 4.3): since when. Who still reads it, the reglement says.
    shielded_at = models.DateTimeField("afgeschermd op verzoek", null=True, blank=True)
    # The versions up to this one were put out of sight when a better text took their place (AVG 16); 0: none.
    shielded_upto = models.PositiveSmallIntegerField("oude tekst afgeschermd tot en met", default=0)
    appointment = models.ForeignKey(
        "clients.Appointment", null=True, blank=True, on_delete=models.SET_NULL, related_name="stukken"
    )
    # An own statement may speak of one stuk; then it goes along wherever that stuk goes (javawest 6.2).
    about = models.ForeignKey("self", null=True, blank=True, on_delete=models.PROTECT, related_name="statements")
    created_at = models.DateTimeField(db_default=Now())
    vastgesteld_at = models.DateTimeField(null=True, blank=True)
    # One for each version; 0 while there is none.
    version = models.PositiveSmallIntegerField(default=0)

    objects: ClassVar[TenantManager] = TenantManager.of(StukQuerySet)

    class Meta(TenantModel.Meta):
        ordering = ("-date", "-id")
        constraints = (
            models.CheckConstraint(condition=Q(state="concept") | ~Q(herkomst=""), name="dossiers_stuk_herkomst"),
            models.CheckConstraint(condition=~Q(purpose=""), name="dossiers_stuk_purpose"),
            models.CheckConstraint(
                condition=Q(state="concept", vastgesteld_at=None, version=0)
                | Q(~Q(state="concept"), vastgesteld_at__isnull=False, version__gte=1),
                name="dossiers_stuk_state",
            ),
            # The newest text is always to be read.
            models.CheckConstraint(
                condition=Q(shielded_upto=0) | Q(shielded_upto__lt=F("version")), name="dossiers_stuk_newest_shown"
            ),
        )
        indexes = (
            models.Index(fields=("bureau", "dossier", "-date"), name="dossiers_stuk_timeline"),
            models.Index(fields=("bureau", "author", "state"), name="dossiers_stuk_author"),
            models.Index(fields=("bureau", "appointment"), name="dossiers_stuk_appt"),
            models.Index(fields=("bureau", "about"), name="dossiers_stuk_about"),
        )

    @property
    def is_concept(self) -> bool:
        return self.state == State.CONCEPT

    @property
    def is_worknote(self) -> bool:
        return self.kind == StukKind.WERKAANTEKENING


class StukVersion(TenantModel):
    """A text as it was vastgesteld; the app role may not update this table.

    `content` is {"title": text, "sections": [{"label": text, "text": text}]}. Version 1 is the stuk; each later one
    is an aanvulling that stands below it.
    """

    stuk = models.ForeignKey(Stuk, on_delete=models.PROTECT, related_name="versions")
    dossier = models.ForeignKey(Dossier, on_delete=models.PROTECT, related_name="+")
    number = models.PositiveSmallIntegerField()
    content = SealedJSONField(subject="dossier_id")
    made_by = models.ForeignKey("access.Membership", on_delete=models.PROTECT, related_name="+")
    made_by_name = models.CharField(max_length=120)
    made_at = models.DateTimeField(db_default=Now())

    class Meta(TenantModel.Meta):
        ordering = ("stuk", "number")
        constraints = (models.UniqueConstraint("bureau", "stuk", "number", name="dossiers_version_once"),)


class Draft(TenantModel):
    """The text in the editor: of a concept, or of an aanvulling to a stuk that is vastgesteld. Its author's alone.

    `version` is the optimistic lock: who saves names the version that they saw.
    """

    stuk = models.ForeignKey(Stuk, on_delete=models.CASCADE, related_name="drafts")
    dossier = models.ForeignKey(Dossier, on_delete=models.PROTECT, related_name="+")
    author = models.ForeignKey("access.Membership", on_delete=models.PROTECT, related_name="+")
    content = SealedJSONField(subject="dossier_id")
    version = models.PositiveIntegerField(default=1)
    # Of an aanvulling that is written on request: which one, and up to which version it takes the place of what stands
    # (0: it stands below). What came after that its writer did not see.
    source = models.CharField(max_length=60, blank=True)
    replaces = models.PositiveSmallIntegerField(default=0)
    saved_at = models.DateTimeField(db_default=Now())

    class Meta(TenantModel.Meta):
        constraints = (models.UniqueConstraint("bureau", "stuk", "author", name="dossiers_draft_once"),)


class StoredFile(TenantModel):
    """A file of a stuk, sealed in storage under a name that says nothing."""

    stuk = models.ForeignKey(Stuk, on_delete=models.PROTECT, related_name="files")
    dossier = models.ForeignKey(Dossier, on_delete=models.PROTECT, related_name="+")
    filename = SealedTextField(subject="dossier_id")
    content_type = models.CharField(max_length=100)
    size = models.PositiveBigIntegerField("grootte in bytes")
    storage_name = models.CharField(max_length=200, unique=True)
    # Of the ciphertext: says whether the store still holds what was put there, and nothing of the content.
    sha256 = models.CharField(max_length=64)
    added_by_name = models.CharField(max_length=120)
    added_at = models.DateTimeField(db_default=Now())

    class Meta(TenantModel.Meta):
        ordering = ("added_at",)
        indexes = (models.Index(fields=("bureau", "stuk"), name="dossiers_file_stuk"),)


class Release(TenantModel):
    """One stuk was let out to the opdrachtgever of its traject, by an act with a preview (DOMAIN 5)."""

    stuk = models.ForeignKey(Stuk, on_delete=models.PROTECT, related_name="releases")
    dossier = models.ForeignKey(Dossier, on_delete=models.PROTECT, related_name="releases")
    opdrachtgever = models.ForeignKey("clients.Opdrachtgever", on_delete=models.PROTECT, related_name="releases")
    # The versions up to this one; a later aanvulling is released anew.
    version = models.PositiveSmallIntegerField()
    released_by = models.ForeignKey("access.Membership", on_delete=models.PROTECT, related_name="+")
    released_by_name = models.CharField(max_length=120)
    released_at = models.DateTimeField(db_default=Now())
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    withdrawn_by_name = models.CharField(max_length=120, blank=True)

    class Meta(TenantModel.Meta):
        ordering = ("-released_at",)
        constraints = (
            models.UniqueConstraint(
                fields=("bureau", "stuk"), condition=Q(withdrawn_at=None), name="dossiers_release_live_once"
            ),
            models.CheckConstraint(
                condition=Q(withdrawn_at=None) | Q(withdrawn_at__gte=F("released_at")), name="dossiers_release_period"
            ),
        )
        indexes = (models.Index(fields=("bureau", "dossier"), name="dossiers_release_dossier"),)


class ReadMark(TenantModel):
    """Somebody outside the bureau has read a stuk, up to this version; what is later is new to them."""

    stuk = models.ForeignKey(Stuk, on_delete=models.CASCADE, related_name="read_marks")
    dossier = models.ForeignKey(Dossier, on_delete=models.PROTECT, related_name="+")
    membership = models.ForeignKey("access.Membership", on_delete=models.CASCADE, related_name="+")
    version = models.PositiveSmallIntegerField()
    read_at = models.DateTimeField(db_default=Now())

    class Meta(TenantModel.Meta):
        constraints = (models.UniqueConstraint("bureau", "stuk", "membership", name="dossiers_readmark_once"),)


class Tombstone(TenantModel):
    """What stands in the place of a stuk that was deleted at the person's request: that, and when (jmwerkt 6.1.4).

    Nothing of what it said, nor of what kind it was. Made by retention, once.
    """

    dossier = models.ForeignKey(Dossier, on_delete=models.PROTECT, related_name="tombstones")
    stuk_id = models.UUIDField()
    removed_at = models.DateTimeField(db_default=Now())

    class Meta(TenantModel.Meta):
        ordering = ("-removed_at", "id")
        constraints = (models.UniqueConstraint("bureau", "stuk_id", name="dossiers_tombstone_once"),)
        indexes = (models.Index(fields=("bureau", "dossier"), name="dossiers_tombstone_dossier"),)


class VerslagTemplate(TenantModel):
    """The headings of a new stuk of one kind, as the bureau wants them. Holds nobody's data."""

    name = models.CharField("naam", max_length=80)
    kind = models.CharField("soort", max_length=40, choices=[(kind.value, kind.label) for kind in StukKind])
    # [{"label": text, "help": text}], in order.
    sections = models.JSONField("kopjes")
    active = models.BooleanField("in gebruik", default=True)

    class Meta(TenantModel.Meta):
        ordering = ("name",)
        constraints = (models.UniqueConstraint("bureau", "name", name="dossiers_template_once"),)


class FollowRun(TenantModel):
    """Letting the grants of a whole bureau follow its reglement: work in steps, so that it can be watched and resumed.

    A worker takes it by a lease and goes through the dossiers in the order of their ids, from `after` on.
    """

    class Status(models.TextChoices):
        WAITING = "wacht", "wacht"
        RUNNING = "loopt", "loopt"
        DONE = "klaar", "klaar"
        FAILED = "mislukt", "mislukt"

    reglement = models.ForeignKey("bureaus.Reglement", on_delete=models.PROTECT, related_name="+")
    status = models.CharField(max_length=10, choices=Status.choices, default=Status.WAITING)
    total = models.PositiveIntegerField(default=0)
    done = models.PositiveIntegerField(default=0)
    gained = models.PositiveIntegerField(default=0)
    lost = models.PositiveIntegerField(default=0)
    after = models.UUIDField(null=True, blank=True)
    leased_until = models.DateTimeField(null=True, blank=True)
    error = models.CharField(max_length=200, blank=True)
    by_name = models.CharField(max_length=120, blank=True)
    created_at = models.DateTimeField(db_default=Now())
    finished_at = models.DateTimeField(null=True, blank=True)

    class Meta(TenantModel.Meta):
        ordering = ("-created_at", "id")
        constraints = (models.UniqueConstraint("bureau", "reglement", name="dossiers_followrun_once"),)
