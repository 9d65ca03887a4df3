"""The one table that says who may see a dossier, and who may see that table."""

import django.db.models.deletion
import uuid_utils.compat
from django.db import migrations, models
from django.db.models.functions import Now

import bureaus.tenancy
from bureaus.rls import WIDE, TenantTable, Wall, granted

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
# Not now(): that stands still in a transaction, so that a grant would not open anything in the one that made it.
LIVING = "(starts_at <= statement_timestamp() AND (expires_at IS NULL OR expires_at > statement_timestamp()))"
HELD = "group_id = ANY (current_setting('app.principals')::int[])"
READ = f"current_setting('app.reach') = 'system' OR ({LIVING} AND (current_setting('app.reach') = 'staff' OR {HELD}))"
ENDED = f"{WIDE} OR (current_setting('app.reach') = 'client' AND {granted('dossier_id')})"


class Migration(migrations.Migration):
    dependencies = [
        ("access", "0001_accounts"),
        ("auth", "0012_alter_user_first_name_max_length"),
        ("dossiers", "0001_dossiers"),
    ]

    operations = [
        migrations.CreateModel(
            name="DossierGrant",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid_utils.compat.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("ground", models.CharField(choices=GROUNDS, max_length=20)),
                ("reason", models.CharField(blank=True, max_length=500)),
                ("granted_by", models.UUIDField(null=True, verbose_name="membership that granted")),
                ("granted_by_name", models.CharField(max_length=120)),
                ("granted_at", models.DateTimeField(db_default=Now())),
                ("starts_at", models.DateTimeField(db_default=Now())),
                ("expires_at", models.DateTimeField(blank=True, null=True)),
                (
                    "bureau",
                    models.ForeignKey(
                        default=bureaus.tenancy.current_bureau_id,
                        editable=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="bureaus.bureau",
                    ),
                ),
                (
                    "content_object",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="grants", to="dossiers.dossier"
                    ),
                ),
                ("group", models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, to="auth.group")),
                ("permission", models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, to="auth.permission")),
            ],
            options={
                "abstract": False,
                "base_manager_name": "objects",
                "indexes": [
                    models.Index(fields=["group", "permission", "content_object"], name="access_grant_by_group"),
                    models.Index(fields=["content_object", "group", "permission"], name="access_grant_by_dossier"),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        "bureau",
                        "group",
                        "permission",
                        "content_object",
                        "ground",
                        "starts_at",
                        name="access_grant_once",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(expires_at=None) | models.Q(expires_at__gt=models.F("starts_at")),
                        name="access_grant_period",
                    ),
                ],
            },
        ),
        # Only who works here, or a worker, makes or ends a grant.
        TenantTable("DossierGrant", READ, WIDE),
        Wall("EndedGrant", ENDED, WIDE, old=(WIDE, WIDE)),
    ]
