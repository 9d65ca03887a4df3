"""Accounts, memberships, role groups, invitations, mails and ended grants; living grants come with dossiers."""

import django.db.models.deletion
import uuid_utils.compat
from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import migrations, models
from django.db.models.functions import Lower, Now

import bureaus.tenancy
from bureaus.rls import WIDE, TenantTable

ROLES = [
    ("coach", "coach"),
    ("administratie", "administratie"),
    ("directie", "directie"),
    ("fg", "functionaris gegevensbescherming"),
    ("beheerder", "beheerder"),
    ("opdrachtgever", "opdrachtgever"),
    ("client", "cliënt"),
    ("gemachtigde", "gemachtigde"),
]
GROUNDS = [
    ("behandelaar", "behandelaar van het traject"),
    ("tweede_coach", "tweede coach van het traject"),
    ("rol", "rol volgens het reglement"),
    ("aanmelding", "heeft de aanmelding gedaan"),
    ("client", "eigen dossier"),
    ("gemachtigde", "gemachtigd door de cliënt"),
    ("opdrachtgever", "opdrachtgever van het traject"),
    ("directie", "toegelaten door de directie"),
    ("overmacht", "noodtoegang"),
    ("support", "ondersteuning"),
]
MAIL_STATES = [("wacht", "wacht"), ("verzonden", "verzonden"), ("mislukt", "mislukt")]
# A client or opdrachtgever sees who works at the bureau, and itself; never another client.
COLLEAGUE = (
    "(current_setting('app.reach') NOT IN ('client', 'opdrachtgever')"
    " OR user_id = current_setting('app.user_id')::bigint"
    " OR roles::text[] && '{coach,administratie,directie,fg,beheerder}'::text[])"
)


def uuid_key() -> models.UUIDField:
    return models.UUIDField(default=uuid_utils.compat.uuid7, editable=False, primary_key=True, serialize=False)


def bureau() -> models.ForeignKey:
    return models.ForeignKey(
        default=bureaus.tenancy.current_bureau_id,
        editable=False,
        on_delete=django.db.models.deletion.PROTECT,
        related_name="+",
        to="bureaus.bureau",
    )


def roles() -> ArrayField:
    return ArrayField(base_field=models.CharField(choices=ROLES, max_length=20), size=None)


class Migration(migrations.Migration):
    initial = True

    dependencies = [("auth", "0012_alter_user_first_name_max_length"), ("bureaus", "0001_bureau")]

    operations = [
        migrations.CreateModel(
            name="User",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("password", models.CharField(max_length=128, verbose_name="password")),
                ("last_login", models.DateTimeField(blank=True, null=True, verbose_name="last login")),
                (
                    "is_superuser",
                    models.BooleanField(
                        default=False,
                        help_text="Designates that this user has all permissions without explicitly assigning them.",
                        verbose_name="superuser status",
                    ),
                ),
                ("email", models.EmailField(max_length=254, unique=True, verbose_name="e-mailadres")),
                ("is_active", models.BooleanField(default=True)),
                ("is_platform_operator", models.BooleanField(default=False)),
                ("date_joined", models.DateTimeField(auto_now_add=True)),
                (
                    "groups",
                    models.ManyToManyField(
                        blank=True,
                        help_text="The groups this user belongs to. A user will get all permissions granted to each"
                        " of their groups.",
                        related_name="user_set",
                        related_query_name="user",
                        to="auth.group",
                        verbose_name="groups",
                    ),
                ),
                (
                    "user_permissions",
                    models.ManyToManyField(
                        blank=True,
                        help_text="Specific permissions for this user.",
                        related_name="user_set",
                        related_query_name="user",
                        to="auth.permission",
                        verbose_name="user permissions",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(condition=models.Q(is_superuser=False), name="access_user_no_superuser"),
                    models.CheckConstraint(condition=models.Q(email=Lower("email")), name="access_user_email_lower"),
                ],
            },
        ),
        migrations.CreateModel(
            name="Membership",
            fields=[
                ("id", uuid_key()),
                ("name", models.CharField(max_length=120, verbose_name="naam")),
                ("function", models.CharField(blank=True, max_length=120, verbose_name="functie")),
                ("roles", roles()),
                ("hired", models.BooleanField(default=False, verbose_name="ingehuurd")),
                ("active_from", models.DateTimeField(db_default=Now())),
                ("active_until", models.DateTimeField(blank=True, null=True)),
                ("bureau", bureau()),
                (
                    "private_group",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="auth.group"
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="memberships",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "abstract": False,
                "base_manager_name": "objects",
                "constraints": [
                    models.UniqueConstraint("bureau", "user", name="access_membership_once"),
                    models.CheckConstraint(
                        condition=models.Q(active_until=None) | models.Q(active_until__gte=models.F("active_from")),
                        name="access_membership_period",
                    ),
                    models.CheckConstraint(
                        condition=(
                            models.Q(roles__contained_by=["administratie", "beheerder", "coach", "directie", "fg"])
                            | models.Q(roles__contained_by=["client", "gemachtigde"])
                            | models.Q(roles__contained_by=["opdrachtgever"])
                        )
                        & models.Q(roles__len__gt=0),
                        name="access_membership_one_side",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="RoleGroup",
            fields=[
                ("id", uuid_key()),
                ("role", models.CharField(choices=ROLES, max_length=20)),
                ("bureau", bureau()),
                (
                    "group",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="auth.group"
                    ),
                ),
            ],
            options={
                "abstract": False,
                "base_manager_name": "objects",
                "constraints": [models.UniqueConstraint("bureau", "role", name="access_rolegroup_once")],
            },
        ),
        migrations.CreateModel(
            name="Invitation",
            fields=[
                ("id", uuid_key()),
                ("email", models.EmailField(max_length=254, verbose_name="e-mailadres")),
                ("name", models.CharField(max_length=120, verbose_name="naam")),
                ("roles", roles()),
                ("hired", models.BooleanField(default=False, verbose_name="ingehuurd")),
                ("subject_id", models.UUIDField(blank=True, null=True)),
                ("token_hash", models.CharField(max_length=64, unique=True)),
                ("created_at", models.DateTimeField(db_default=Now())),
                ("expires_at", models.DateTimeField()),
                ("accepted_at", models.DateTimeField(blank=True, null=True)),
                ("revoked_at", models.DateTimeField(blank=True, null=True)),
                ("bureau", bureau()),
                (
                    "invited_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="access.membership",
                    ),
                ),
            ],
            options={
                "abstract": False,
                "base_manager_name": "objects",
                "indexes": [models.Index(fields=["bureau", "email"], name="access_invitation_email")],
            },
        ),
        migrations.CreateModel(
            name="Mail",
            fields=[
                ("id", uuid_key()),
                ("to", models.EmailField(max_length=254)),
                ("kind", models.CharField(max_length=40)),
                ("facts", models.JSONField(default=dict)),
                ("once_key", models.CharField(max_length=120)),
                ("status", models.CharField(choices=MAIL_STATES, default="wacht", max_length=10)),
                ("attempts", models.PositiveSmallIntegerField(default=0)),
                ("created_at", models.DateTimeField(db_default=Now())),
                ("not_before", models.DateTimeField(db_default=Now())),
                ("sent_at", models.DateTimeField(blank=True, null=True)),
                ("error", models.CharField(blank=True, max_length=200)),
                ("bureau", bureau()),
            ],
            options={
                "abstract": False,
                "base_manager_name": "objects",
                "indexes": [models.Index(fields=["bureau", "status", "not_before"], name="access_mail_waiting")],
                "constraints": [models.UniqueConstraint("bureau", "once_key", name="access_mail_once")],
            },
        ),
        migrations.CreateModel(
            name="EndedGrant",
            fields=[
                ("id", uuid_key()),
                ("grant_id", models.UUIDField()),
                ("dossier_id", models.UUIDField()),
                ("dossier_number", models.CharField(max_length=20)),
                ("group_id", models.IntegerField()),
                ("permission", models.CharField(max_length=50)),
                ("ground", models.CharField(choices=GROUNDS, max_length=20)),
                ("reason", models.CharField(blank=True, max_length=500)),
                ("granted_by_name", models.CharField(max_length=120)),
                ("granted_at", models.DateTimeField()),
                ("starts_at", models.DateTimeField()),
                ("ended_at", models.DateTimeField()),
                ("ended_by_name", models.CharField(max_length=120)),
                ("end_reason", models.CharField(blank=True, max_length=500)),
                ("bureau", bureau()),
            ],
            options={
                "abstract": False,
                "base_manager_name": "objects",
                "indexes": [models.Index(fields=["bureau", "dossier_id"], name="access_endedgrant_dossier")],
            },
        ),
        TenantTable("Membership", COLLEAGUE, WIDE),
        TenantTable("RoleGroup", "", WIDE),
        TenantTable("Invitation", WIDE),
        TenantTable("Mail", WIDE),
        TenantTable("EndedGrant", WIDE),
    ]
