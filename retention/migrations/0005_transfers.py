"""What is handed over to the opdrachtgever."""

import django.contrib.postgres.fields
import django.db.models.deletion
import django.db.models.expressions
import django.db.models.functions.datetime
import uuid_utils.compat
from django.db import migrations, models

import bureaus.tenancy
from bureaus.rls import WIDE, TenantTable, granted

OF_THEM = "current_setting('app.reach') IN ('client', 'opdrachtgever')"


class Migration(migrations.Migration):
    dependencies = [
        ("clients", "0003_particulieren"),
        ("retention", "0004_due_dates_and_paper"),
    ]

    operations = [
        migrations.CreateModel(
            name="Transfer",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid_utils.compat.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("dossier_id", models.UUIDField()),
                ("dossier_number", models.CharField(max_length=20)),
                ("traject_id", models.UUIDField()),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("inpakken", "wordt ingepakt"),
                            ("klaar", "staat klaar voor de opdrachtgever"),
                            ("ontvangen", "ontvangen"),
                            ("ingetrokken", "ingetrokken"),
                            ("mislukt", "inpakken mislukt"),
                        ],
                        default="inpakken",
                        max_length=12,
                    ),
                ),
                ("started_by_name", models.CharField(max_length=120)),
                ("started_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ("leased_until", models.DateTimeField(blank=True, null=True)),
                ("error", models.CharField(blank=True, max_length=300)),
                ("manifest", models.JSONField(default=list)),
                ("manifest_sha256", models.CharField(blank=True, max_length=64)),
                ("left_out", models.JSONField(default=list)),
                ("contents_sha256", models.CharField(blank=True, max_length=64)),
                ("file", models.CharField(blank=True, max_length=120)),
                ("file_size", models.PositiveBigIntegerField(default=0)),
                ("file_sha256", models.CharField(blank=True, max_length=64)),
                ("ready_at", models.DateTimeField(blank=True, null=True)),
                ("fetched_at", models.DateTimeField(blank=True, null=True, verbose_name="last fetched")),
                ("fetched_by_name", models.CharField(blank=True, max_length=120)),
                ("received_at", models.DateTimeField(blank=True, null=True)),
                ("received_by_name", models.CharField(blank=True, max_length=120)),
                ("receiver_keeps", models.CharField(blank=True, max_length=20)),
                ("receiver_until", models.DateField(blank=True, null=True)),
                ("article", models.CharField(blank=True, max_length=60)),
                ("package_gone_at", models.DateTimeField(blank=True, null=True)),
                ("cancelled_by_name", models.CharField(blank=True, max_length=120)),
                ("cancelled_at", models.DateTimeField(blank=True, null=True)),
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
                    "opdrachtgever",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="transfers",
                        to="clients.opdrachtgever",
                    ),
                ),
                (
                    "started_by",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="access.membership"
                    ),
                ),
            ],
            options={
                "ordering": ("-started_at", "id"),
                "abstract": False,
                "base_manager_name": "objects",
            },
        ),
        migrations.AddIndex(
            model_name="transfer",
            index=models.Index(fields=["bureau", "status"], name="retention_transfer_status"),
        ),
        migrations.AddIndex(
            model_name="transfer",
            index=models.Index(fields=["bureau", "dossier_id"], name="retention_transfer_dossier"),
        ),
        migrations.AddConstraint(
            model_name="transfer",
            constraint=models.UniqueConstraint(
                condition=models.Q(("status__in", ("inpakken", "klaar", "ontvangen"))),
                fields=("bureau", "dossier_id"),
                name="retention_transfer_once",
            ),
        ),
        migrations.AddConstraint(
            model_name="transfer",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("status", "ontvangen"), _negated=True),
                    models.Q(
                        ("fetched_at__isnull", False),
                        ("received_at__isnull", False),
                        models.Q(("received_by_name", ""), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="retention_transfer_fetched_first",
            ),
        ),
        migrations.AddConstraint(
            model_name="transfer",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("cancelled_by_name", ""),
                    models.Q(("fetched_at", None), ("status", "ingetrokken")),
                    _connector="OR",
                ),
                name="retention_transfer_taken_back",
            ),
        ),
        # The opdrachtgever sees what was packed for it, and the client that it was, for as long as they are granted
        # the dossier; not the platform's operator who was let in.
        TenantTable("Transfer", f"{WIDE} OR ({OF_THEM} AND {granted('dossier_id')})", WIDE),
    ]
