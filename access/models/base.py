"""Accounts, memberships of a bureau, and the one table that says who may see a dossier."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, ClassVar

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager, Group, PermissionsMixin
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower, Now
from django.utils import timezone
from guardian.models import GroupObjectPermissionBase

from bureaus.tenancy import TenantManager, TenantModel, TenantQuerySet
from bureaus.words import word


class Role(models.TextChoices):
    COACH = "coach", "coach"
    ADMINISTRATIE = "administratie", "administratie"
    DIRECTIE = "directie", "directie"
    FG = "fg", "functionaris gegevensbescherming"
    BEHEERDER = "beheerder", "beheerder"
    # The platform's operator, for as long as directie lets it in (pluspunt 4.1).
    SUPPORT = "support", "ondersteuning van het platform"
    OPDRACHTGEVER = "opdrachtgever", "opdrachtgever"
    CLIENT = "client", "cliënt"
    GEMACHTIGDE = "gemachtigde", "gemachtigde"


STAFF_ROLES = frozenset({Role.COACH, Role.ADMINISTRATIE, Role.DIRECTIE, Role.FG, Role.BEHEERDER, Role.SUPPORT})
CLIENT_ROLES = frozenset({Role.CLIENT, Role.GEMACHTIGDE})
OPDRACHTGEVER_ROLES = frozenset({Role.OPDRACHTGEVER})
# One membership is of one side: who works at a bureau and is its client too has two accounts.
SIDES = (STAFF_ROLES, CLIENT_ROLES, OPDRACHTGEVER_ROLES)


def role_label(role: str) -> str:
    """What a role is called in the bureau's own words."""
    in_words = role in (Role.COACH, Role.DIRECTIE, Role.OPDRACHTGEVER, Role.CLIENT)
    return word(str(role)) if in_words else str(Role(role).label)


def _one_side() -> Q:
    condition = Q()
    for side in SIDES:
        condition |= Q(roles__contained_by=sorted(side))
    return condition & Q(roles__len__gt=0)


class UserManager(BaseUserManager["User"]):
    def create_user(self, email: str, password: str | None = None, **fields: Any) -> User:
        user = self.model(email=email.strip().lower(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def get_by_natural_key(self, email: str | None) -> User:
        return self.get(email=(email or "").strip().lower())


class User(AbstractBaseUser, PermissionsMixin):
    """A login. It says nothing about a bureau: what a person may do there is on the Membership.

    `groups` holds the private group of each of their memberships and the groups of their roles.
    """

    email = models.EmailField("e-mailadres", unique=True)
    is_active = models.BooleanField(default=True)
    # Makes bureaus; sees no content: has no membership, hence no grant and no context.
    is_platform_operator = models.BooleanField(default=False)
    date_joined = models.DateTimeField(auto_now_add=True)

    # Set by access.backends for whoever is logged in at a bureau.
    membership_here: Membership

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []
    objects: ClassVar[UserManager] = UserManager()

    class Meta:
        constraints = (
            # A superuser would pass guardian's checks unseen; nobody is one.
            models.CheckConstraint(condition=Q(is_superuser=False), name="access_user_no_superuser"),
            models.CheckConstraint(condition=Q(email=Lower("email")), name="access_user_email_lower"),
        )

    def __str__(self) -> str:
        return self.email


class MembershipQuerySet(TenantQuerySet["Membership"]):
    def active(self) -> MembershipQuerySet:
        return self.filter(Q(active_until=None) | Q(active_until__gt=Now()), active_from__lte=Now())

    def with_role(self, *roles: str) -> MembershipQuerySet:
        return self.filter(roles__overlap=list(roles))

    def staff(self) -> MembershipQuerySet:
        """Who works here; the platform's operator, let in for a while, does not (access.actions.support)."""
        return self.with_role(*STAFF_ROLES - {Role.SUPPORT})


class Membership(TenantModel):
    """One person in one bureau: name, roles, and the private group that their own grants name."""

    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="memberships")
    name = models.CharField("naam", max_length=120)
    function = models.CharField("functie", max_length=120, blank=True)
    roles = ArrayField(models.CharField(max_length=20, choices=Role.choices))
    private_group = models.OneToOneField(Group, on_delete=models.PROTECT, related_name="+")
    hired = models.BooleanField("ingehuurd", default=False)
    # A particulier who pays, as a rule the client: set by whoever binds the account (clients.actions.accounts).
    nameless = models.BooleanField(default=False)
    active_from = models.DateTimeField(db_default=Now())
    active_until = models.DateTimeField(null=True, blank=True)

    # Set by access.middleware for whoever acts: the declarations to sign first, by key.
    must_sign: Mapping[str, Any] = MappingProxyType({})

    objects: ClassVar[TenantManager] = TenantManager.of(MembershipQuerySet)

    class Meta(TenantModel.Meta):
        constraints = (
            models.UniqueConstraint("bureau", "user", name="access_membership_once"),
            models.CheckConstraint(
                condition=Q(active_until=None) | Q(active_until__gte=F("active_from")),
                name="access_membership_period",
            ),
            models.CheckConstraint(condition=_one_side(), name="access_membership_one_side"),
            models.CheckConstraint(
                condition=~Q(roles__contains=[Role.SUPPORT.value]) | Q(roles__len=1),
                name="access_membership_support_alone",
            ),
        )

    def __str__(self) -> str:
        return self.name

    def has_role(self, *roles: str) -> bool:
        return bool(set(roles) & set(self.roles))

    @property
    def is_staff_member(self) -> bool:
        return self.has_role(*STAFF_ROLES)

    @property
    def is_client_member(self) -> bool:
        return self.has_role(*CLIENT_ROLES)

    @property
    def is_opdrachtgever_member(self) -> bool:
        return self.has_role(*OPDRACHTGEVER_ROLES)

    @property
    def is_active(self) -> bool:
        """By this machine's clock; what decides about access asks the database (MembershipQuerySet.active)."""
        return self.active_from <= timezone.now() and (self.active_until is None or self.active_until > timezone.now())

    @property
    def log_name(self) -> str:
        """What the log and the account of access call them: by name, but a client, who acts for one, and a particulier
        who pays by the bureau's word. Those outlive the dossier, and a name of somebody whose dossier was destroyed
        must not."""
        if self.is_opdrachtgever_member and self.nameless:
            return role_label(Role.OPDRACHTGEVER)
        if not self.is_client_member:
            return self.name
        return role_label(Role.CLIENT if self.has_role(Role.CLIENT) else Role.GEMACHTIGDE)

    @property
    def roles_text(self) -> str:
        return ", ".join(role_label(role) for role in self.roles)


class RoleGroup(TenantModel):
    """The group of one role of staff in one bureau; a grant to it is a grant to everyone with that role."""

    role = models.CharField(max_length=20, choices=Role.choices)
    group = models.OneToOneField(Group, on_delete=models.PROTECT, related_name="+")

    class Meta(TenantModel.Meta):
        constraints = (models.UniqueConstraint("bureau", "role", name="access_rolegroup_once"),)


class Ground(models.TextChoices):
    """Why a grant exists."""

    HANDLER = "behandelaar", "behandelaar van het traject"
    SECOND_COACH = "tweede_coach", "tweede coach van het traject"
    ROLE = "rol", "rol volgens het reglement"
    REGISTRATION = "aanmelding", "heeft de aanmelding gedaan"
    CLIENT = "client", "eigen dossier"
    GEMACHTIGDE = "gemachtigde", "gemachtigd door de cliënt"
    OPDRACHTGEVER = "opdrachtgever", "opdrachtgever van het traject"
    CONSENT_OF_DIRECTIE = "directie", "toegelaten door de directie"
    EMERGENCY = "overmacht", "noodtoegang"
    SUPPORT = "support", "ondersteuning"


def ground_label(ground: str) -> str:
    """Why a grant exists, in the bureau's own words."""
    said: dict[str, str] = {
        Ground.SECOND_COACH: f"tweede {word('coach')} van het traject",
        Ground.GEMACHTIGDE: f"gemachtigd door {word('client', article=True)}",
        Ground.OPDRACHTGEVER: f"{word('opdrachtgever')} van het traject",
        Ground.CONSENT_OF_DIRECTIE: f"toegelaten door {word('directie', article=True)}",
    }
    return said.get(ground, str(Ground(ground).label))


class DossierGrantQuerySet(TenantQuerySet["DossierGrant"]):
    def living(self) -> DossierGrantQuerySet:
        """Grants in force at this moment by the database's clock."""
        return self.filter(Q(expires_at=None) | Q(expires_at__gt=Now()), starts_at__lte=Now())


class DossierGrantManager(TenantManager.from_queryset(DossierGrantQuerySet)):  # type: ignore[misc]
    """What guardian asks of the manager of a table with a direct foreign key; rows are made by access.actions."""

    @staticmethod
    def is_generic() -> bool:
        return False


class DossierGrant(TenantModel, GroupObjectPermissionBase):
    """One group may do one thing with one dossier, on a ground, for a time (ADR 0003).

    Row level security hides a row whose time has passed, so that guardian's own checks are right as well.
    """

    content_object = models.ForeignKey("dossiers.Dossier", on_delete=models.CASCADE, related_name="grants")
    ground = models.CharField(max_length=20, choices=Ground.choices)
    reason = models.CharField(max_length=500, blank=True)
    granted_by = models.UUIDField("membership that granted", null=True)
    granted_by_name = models.CharField(max_length=120)
    granted_at = models.DateTimeField(db_default=Now())
    starts_at = models.DateTimeField(db_default=Now())
    expires_at = models.DateTimeField(null=True, blank=True)

    objects: ClassVar[DossierGrantManager] = DossierGrantManager()

    class Meta(TenantModel.Meta):
        constraints = (
            models.UniqueConstraint(
                "bureau", "group", "permission", "content_object", "ground", "starts_at", name="access_grant_once"
            ),
            models.CheckConstraint(
                condition=Q(expires_at=None) | Q(expires_at__gt=F("starts_at")), name="access_grant_period"
            ),
        )
        indexes = (
            models.Index(fields=("group", "permission", "content_object"), name="access_grant_by_group"),
            models.Index(fields=("content_object", "group", "permission"), name="access_grant_by_dossier"),
        )


class EndedGrant(TenantModel):
    """What a grant was, after it ended; kept for the account to the client and the auditor."""

    grant_id = models.UUIDField()
    dossier_id = models.UUIDField()
    dossier_number = models.CharField(max_length=20)
    group_id = models.IntegerField()
    permission = models.CharField(max_length=50)
    ground = models.CharField(max_length=20, choices=Ground.choices)
    reason = models.CharField(max_length=500, blank=True)
    granted_by_name = models.CharField(max_length=120)
    granted_at = models.DateTimeField()
    starts_at = models.DateTimeField()
    ended_at = models.DateTimeField()
    ended_by_name = models.CharField(max_length=120)
    end_reason = models.CharField(max_length=500, blank=True)

    class Meta(TenantModel.Meta):
        indexes = (models.Index(fields=("bureau", "dossier_id"), name="access_endedgrant_dossier"),)


class InvitationQuerySet(TenantQuerySet["Invitation"]):
    def open(self) -> InvitationQuerySet:
        return self.filter(accepted_at=None, revoked_at=None, expires_at__gt=Now())


class Invitation(TenantModel):
    """A mail link by which one person makes or connects an account. Only the hash of its token is kept."""

    email = models.EmailField("e-mailadres")
    name = models.CharField("naam", max_length=120)
    roles = ArrayField(models.CharField(max_length=20, choices=Role.choices))
    hired = models.BooleanField("ingehuurd", default=False)
    # The client, gemachtigde or contact of an opdrachtgever that the account will be of; their apps do the binding.
    subject_id = models.UUIDField(null=True, blank=True)
    token_hash = models.CharField(max_length=64, unique=True)
    invited_by = models.ForeignKey(Membership, null=True, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(db_default=Now())
    expires_at = models.DateTimeField()
    accepted_at = models.DateTimeField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)

    objects: ClassVar[TenantManager] = TenantManager.of(InvitationQuerySet)

    class Meta(TenantModel.Meta):
        indexes = (models.Index(fields=("bureau", "email"), name="access_invitation_email"),)


class Mail(TenantModel):
    """A mail to be sent: a row with a status, rung by Celery. It holds no content of a dossier (ADR 0005)."""

    class Status(models.TextChoices):
        WAITING = "wacht", "wacht"
        SENT = "verzonden", "verzonden"
        FAILED = "mislukt", "mislukt"

    to = models.EmailField()
    kind = models.CharField(max_length=40)
    # Facts for the template: a path, a date, the bureau's word. Never a name of a client or a word of a dossier.
    # What must not lie readable in the database (a link that lets in) is sealed under `sealed` until it is sent.
    facts = models.JSONField(default=dict)
    # One mail per kind, receiver and happening, whatever is rung twice.
    once_key = models.CharField(max_length=120)
    status = models.CharField(max_length=10, choices=Status.choices, default=Status.WAITING)
    attempts = models.PositiveSmallIntegerField(default=0)
    created_at = models.DateTimeField(db_default=Now())
    not_before = models.DateTimeField(db_default=Now())
    sent_at = models.DateTimeField(null=True, blank=True)
    error = models.CharField(max_length=200, blank=True)

    class Meta(TenantModel.Meta):
        constraints = (models.UniqueConstraint("bureau", "once_key", name="access_mail_once"),)
        indexes = (models.Index(fields=("bureau", "status", "not_before"), name="access_mail_waiting"),)
