"""What stays after a destruction: the proces-verbaal, the certificate, and what the law keeps."""

from importlib import import_module

import django.contrib.postgres.fields
import django.db.models.deletion
import django.db.models.expressions
import django.db.models.functions.datetime
import uuid_utils.compat
from django.db import migrations, models

import bureaus.tenancy
import vault.fields
from bureaus.rls import WIDE, TenantTable

lists = import_module("retention.migrations.0002_lists")
SYSTEM, stays = lists.SYSTEM, lists.stays


class Migration(migrations.Migration):
    dependencies = [
        ("retention", "0002_lists"),
    ]

    operations = [
        migrations.CreateModel(
            name="Certificate",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid_utils.compat.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("company", models.CharField(max_length=120, verbose_name="bedrijf")),
                ("reference", models.CharField(max_length=60, verbose_name="nummer van het certificaat")),
                ("destroyed_on", models.DateField(verbose_name="vernietigd op")),
                ("file", models.CharField(max_length=120)),
                ("file_size", models.PositiveIntegerField()),
                ("file_sha256", models.CharField(max_length=64, verbose_name="SHA-256 of the file itself")),
                ("content_type", models.CharField(max_length=100)),
                ("added_by_name", models.CharField(max_length=120)),
                ("added_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
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
                    "destruction_list",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="certificate",
                        to="retention.destructionlist",
                    ),
                ),
            ],
            options={
                "abstract": False,
                "base_manager_name": "objects",
            },
        ),
        migrations.CreateModel(
            name="LegalRecord",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid_utils.compat.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("dossier_id", models.UUIDField()),
                ("dossier_number", models.CharField(max_length=20)),
                ("content", vault.fields.SealedJSONField(subject="id")),
                (
                    "trigger",
                    models.CharField(
                        choices=[
                            ("traject_ended", "einde traject"),
                            ("service_closed", "afsluiting van de dienstverlening"),
                            ("contract_ended", "einde contract met de opdrachtgever"),
                            ("transfer_received", "ontvangst door de opdrachtgever"),
                            ("recorded", "vastlegging"),
                            ("account_ended", "einde van het account"),
                        ],
                        max_length=20,
                    ),
                ),
                ("trigger_on", models.DateField()),
                ("term", models.CharField(max_length=20)),
                ("due_on", models.DateField()),
                ("article", models.CharField(blank=True, max_length=60)),
                ("kept_from", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
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
            ],
            options={
                "ordering": ("due_on", "id"),
                "abstract": False,
                "base_manager_name": "objects",
            },
        ),
        migrations.CreateModel(
            name="ProcesVerbaal",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid_utils.compat.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("year", models.PositiveSmallIntegerField()),
                ("number", models.PositiveIntegerField()),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("termijn", "de bewaartermijn is voorbij"),
                            ("verzoek", "op verzoek van wie het dossier over gaat"),
                            ("overdracht", "overgedragen aan de opdrachtgever"),
                            ("correctie", "een stuk verwijderd op verzoek"),
                        ],
                        max_length=12,
                    ),
                ),
                ("made_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ("made_by_name", models.CharField(max_length=120)),
                ("facts", models.JSONField()),
                ("dossiers", models.PositiveIntegerField()),
                ("file", models.CharField(max_length=120)),
                ("file_size", models.PositiveIntegerField()),
                ("file_sha256", models.CharField(max_length=64, verbose_name="SHA-256 of the PDF itself")),
                ("signed", models.BooleanField(default=False, verbose_name="carries a PAdES signature")),
                ("backups_expire_on", models.DateField(verbose_name="no backup holds it from this day")),
                ("keep_until", models.DateField()),
                ("annex_subject", models.UUIDField(blank=True, null=True)),
                ("annex_file", models.CharField(blank=True, max_length=120)),
                ("annex_until", models.DateField(blank=True, null=True)),
                ("annex_gone_at", models.DateTimeField(blank=True, null=True)),
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
                    "destruction_list",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="proces_verbaal",
                        to="retention.destructionlist",
                    ),
                ),
            ],
            options={
                "ordering": ("-year", "-number"),
                "abstract": False,
                "base_manager_name": "objects",
            },
        ),
        migrations.AddIndex(
            model_name="legalrecord",
            index=models.Index(fields=["bureau", "due_on"], name="retention_record_due"),
        ),
        migrations.AddConstraint(
            model_name="legalrecord",
            constraint=models.UniqueConstraint(fields=("bureau", "dossier_id"), name="retention_record_once"),
        ),
        migrations.AddIndex(
            model_name="procesverbaal",
            index=models.Index(fields=["bureau", "made_at"], name="retention_pv_made"),
        ),
        migrations.AddConstraint(
            model_name="procesverbaal",
            constraint=models.UniqueConstraint(fields=("bureau", "year", "number"), name="retention_pv_number"),
        ),
        *[TenantTable(name, WIDE) for name in ("Certificate", "LegalRecord")],
        # Made by the system's own runs; nobody who works here writes one, changes one or takes one away.
        TenantTable("ProcesVerbaal", WIDE, SYSTEM),
        *[stays(f"retention_{name}") for name in ("certificate", "legalrecord")],
    ]
