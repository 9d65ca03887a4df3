"""Asking for access, and the evidence a bureau keeps: declarations, resets of second steps, access reviews."""

import django.contrib.postgres.fields
import django.db.models.deletion
import django.db.models.functions.datetime
import uuid_utils.compat
from django.conf import settings
from django.db import migrations, models

import bureaus.tenancy
import vault.fields
from bureaus.rls import WIDE, TenantTable

ROLES = [
    ("coach", "coach"),
    ("administratie", "administratie"),
    ("directie", "directie"),
    ("fg", "functionaris gegevensbescherming"),
    ("beheerder", "beheerder"),
    ("support", "ondersteuning van het platform"),
    ("opdrachtgever", "opdrachtgever"),
    ("client", "cliënt"),
    ("gemachtigde", "gemachtigde"),
]


class Migration(migrations.Migration):
    dependencies = [
        ("access", "0004_accounts_stay"),
        ("auth", "0012_alter_user_first_name_max_length"),
        ("bureaus", "0002_reglement"),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name="membership",
            name="access_membership_one_side",
        ),
        migrations.AlterField(
            model_name="invitation",
            name="roles",
            field=django.contrib.postgres.fields.ArrayField(
                base_field=models.CharField(
                    choices=ROLES,
                    max_length=20,
                ),
                size=None,
            ),
        ),
        migrations.AlterField(
            model_name="membership",
            name="roles",
            field=django.contrib.postgres.fields.ArrayField(
                base_field=models.CharField(
                    choices=ROLES,
                    max_length=20,
                ),
                size=None,
            ),
        ),
        migrations.AlterField(
            model_name="rolegroup",
            name="role",
            field=models.CharField(
                choices=ROLES,
                max_length=20,
            ),
        ),
        migrations.AddConstraint(
            model_name="membership",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("roles__contained_by", ["administratie", "beheerder", "coach", "directie", "fg", "support"]),
                        ("roles__contained_by", ["client", "gemachtigde"]),
                        ("roles__contained_by", ["opdrachtgever"]),
                        _connector="OR",
                    ),
                    ("roles__len__gt", 0),
                ),
                name="access_membership_one_side",
            ),
        ),
        migrations.CreateModel(
            name="AccessRequest",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid_utils.compat.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("inzage", "inzage met toestemming van de directie"),
                            ("overmacht", "noodtoegang"),
                            ("support", "ondersteuning"),
                        ],
                        max_length=10,
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("open", "wacht op een besluit"),
                            ("toegestaan", "toegestaan"),
                            ("geweigerd", "geweigerd"),
                            ("ingetrokken", "ingetrokken"),
                            ("vervallen", "vervallen"),
                        ],
                        default="open",
                        max_length=12,
                    ),
                ),
                ("dossier_id", models.UUIDField(blank=True, null=True)),
                ("dossier_number", models.CharField(blank=True, max_length=20)),
                ("asker_name", models.CharField(max_length=120)),
                ("sealed_under", models.UUIDField(editable=False)),
                ("reason", vault.fields.SealedTextField(subject="sealed_under")),
                ("hours", models.PositiveSmallIntegerField(verbose_name="uren")),
                ("asked_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ("decided_by_name", models.CharField(blank=True, max_length=120)),
                ("decided_at", models.DateTimeField(blank=True, null=True)),
                ("answer", vault.fields.SealedTextField(blank=True, null=True, subject="sealed_under")),
                ("grant_id", models.UUIDField(blank=True, null=True)),
                ("opens_until", models.DateTimeField(blank=True, null=True)),
                ("reviewed_by_name", models.CharField(blank=True, max_length=120)),
                ("reviewed_at", models.DateTimeField(blank=True, null=True)),
                (
                    "verdict",
                    models.CharField(
                        blank=True, choices=[("terecht", "terecht"), ("onterecht", "niet terecht")], max_length=10
                    ),
                ),
                ("review", vault.fields.SealedTextField(blank=True, null=True, subject="sealed_under")),
                (
                    "asker",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="access.membership",
                    ),
                ),
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
                    "decided_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="access.membership",
                    ),
                ),
                (
                    "operator",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "reviewed_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="access.membership",
                    ),
                ),
            ],
            options={
                "ordering": ("-asked_at", "id"),
                "abstract": False,
                "base_manager_name": "objects",
                "indexes": [
                    models.Index(fields=["bureau", "state", "asked_at"], name="access_request_state"),
                    models.Index(fields=["bureau", "dossier_id"], name="access_request_dossier"),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("decided_by", None),
                            ("asker", None),
                            models.Q(("decided_by", models.F("asker")), _negated=True),
                            _connector="OR",
                        ),
                        name="access_request_other_decides",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("reviewed_by", None),
                            ("asker", None),
                            models.Q(("reviewed_by", models.F("asker")), _negated=True),
                            _connector="OR",
                        ),
                        name="access_request_other_reviews",
                    ),
                    models.CheckConstraint(condition=models.Q(("hours__gte", 1)), name="access_request_hours"),
                    models.UniqueConstraint(
                        condition=models.Q(("state", "open")),
                        fields=("bureau", "kind", "asker", "dossier_id"),
                        name="access_request_open_once",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Declaration",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid_utils.compat.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("key", models.CharField(max_length=40)),
                ("title", models.CharField(max_length=200)),
                ("reglement_version", models.PositiveIntegerField()),
                ("text_sha256", models.CharField(max_length=64)),
                ("signed_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ("valid_until", models.DateTimeField(blank=True, null=True)),
                ("shown_by", models.CharField(max_length=40)),
                ("file", models.CharField(max_length=120)),
                ("file_size", models.PositiveIntegerField()),
                ("file_sha256", models.CharField(max_length=64, verbose_name="SHA-256 of the PDF itself")),
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
                    "membership",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="declarations", to="access.membership"
                    ),
                ),
            ],
            options={
                "ordering": ("-signed_at", "id"),
                "abstract": False,
                "base_manager_name": "objects",
                "indexes": [models.Index(fields=["bureau", "membership", "key"], name="access_declaration_of")],
            },
        ),
        migrations.CreateModel(
            name="FactorReset",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid_utils.compat.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("reason", models.CharField(max_length=300)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("open", "wacht op een tweede persoon"),
                            ("bevestigd", "bevestigd; de link is verstuurd"),
                            ("geweigerd", "geweigerd"),
                            ("gebruikt", "gebruikt"),
                        ],
                        default="open",
                        max_length=10,
                    ),
                ),
                ("asked_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ("decided_at", models.DateTimeField(blank=True, null=True)),
                ("token_hash", models.CharField(blank=True, max_length=64)),
                ("expires_at", models.DateTimeField()),
                ("used_at", models.DateTimeField(blank=True, null=True)),
                (
                    "asked_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="access.membership"
                    ),
                ),
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
                    "decided_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="access.membership",
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="access.membership"
                    ),
                ),
            ],
            options={
                "ordering": ("-asked_at", "id"),
                "abstract": False,
                "base_manager_name": "objects",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("asked_by", models.F("person")), _negated=True),
                            models.Q(
                                ("decided_by", None),
                                models.Q(("decided_by", models.F("person")), _negated=True),
                                _connector="OR",
                            ),
                        ),
                        name="access_reset_not_oneself",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("decided_by", None),
                            models.Q(("decided_by", models.F("asked_by")), _negated=True),
                            _connector="OR",
                        ),
                        name="access_reset_two_persons",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("state", "open")),
                        fields=("bureau", "person"),
                        name="access_reset_open_once",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="AccessReview",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid_utils.compat.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("started_by_name", models.CharField(max_length=120)),
                ("started_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ("closed_by_name", models.CharField(blank=True, max_length=120)),
                ("closed_at", models.DateTimeField(blank=True, null=True)),
                ("file", models.CharField(blank=True, max_length=120)),
                ("file_size", models.PositiveIntegerField(default=0)),
                ("file_sha256", models.CharField(blank=True, max_length=64, verbose_name="SHA-256 of the PDF itself")),
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
                    "closed_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="access.membership",
                    ),
                ),
                (
                    "started_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="access.membership"
                    ),
                ),
            ],
            options={
                "ordering": ("-started_at", "id"),
                "abstract": False,
                "base_manager_name": "objects",
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("closed_at", None)), fields=("bureau",), name="access_review_one_at_a_time"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="ReviewLine",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid_utils.compat.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("name", models.CharField(max_length=120)),
                (
                    "roles",
                    django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=20), size=None),
                ),
                ("dossiers", models.PositiveIntegerField(default=0)),
                ("grounds", models.JSONField(default=dict)),
                (
                    "verdict",
                    models.CharField(
                        blank=True, choices=[("behouden", "behouden"), ("ingetrokken", "ingetrokken")], max_length=12
                    ),
                ),
                ("note", models.CharField(blank=True, max_length=300)),
                ("decided_by_name", models.CharField(blank=True, max_length=120)),
                ("decided_at", models.DateTimeField(blank=True, null=True)),
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
                    "decided_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="access.membership",
                    ),
                ),
                (
                    "membership",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="access.membership"
                    ),
                ),
                (
                    "review",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="lines", to="access.accessreview"
                    ),
                ),
            ],
            options={
                "ordering": ("name", "id"),
                "abstract": False,
                "base_manager_name": "objects",
                "constraints": [
                    models.UniqueConstraint(fields=("bureau", "review", "membership"), name="access_review_line_once"),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("decided_by", None),
                            models.Q(("decided_by", models.F("membership")), _negated=True),
                            _connector="OR",
                        ),
                        name="access_review_other_decides",
                    ),
                ],
            },
        ),
        TenantTable("AccessRequest", WIDE),
        TenantTable("Declaration", WIDE),
        TenantTable("FactorReset", WIDE),
        TenantTable("AccessReview", WIDE),
        TenantTable("ReviewLine", WIDE),
    ]
