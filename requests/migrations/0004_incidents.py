"""The register of incidents; the staff's alone."""

import django.db.models.deletion
import django.db.models.functions.datetime
import uuid_utils.compat
from django.db import migrations, models

import bureaus.tenancy
import vault.fields
from bureaus.rls import WIDE, TenantTable


class Migration(migrations.Migration):
    dependencies = [("requests", "0003_answers")]

    operations = [
        migrations.CreateModel(
            name="Incident",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid_utils.compat.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("number", models.CharField(max_length=20)),
                ("aware_at", models.DateTimeField(verbose_name="bekend sinds")),
                ("happened_on", models.DateField(blank=True, null=True, verbose_name="gebeurd op")),
                ("what", vault.fields.SealedTextField(subject="id")),
                ("whose", vault.fields.SealedTextField(subject="id")),
                ("consequences", vault.fields.SealedTextField(blank=True, null=True, subject="id")),
                ("measures", vault.fields.SealedTextField(blank=True, null=True, subject="id")),
                ("people", models.PositiveIntegerField(blank=True, null=True, verbose_name="hoeveel personen")),
                (
                    "risk",
                    models.CharField(
                        choices=[
                            ("onbekend", "nog niet bekend"),
                            ("geen", "geen risico"),
                            ("risico", "risico: melden aan de toezichthouder"),
                            ("hoog", "hoog risico: ook melden aan de betrokkenen"),
                        ],
                        default="onbekend",
                        max_length=10,
                    ),
                ),
                ("why_not", vault.fields.SealedTextField(blank=True, null=True, subject="id")),
                ("notify_by", models.DateTimeField()),
                (
                    "notified_at",
                    models.DateTimeField(blank=True, null=True, verbose_name="gemeld bij de toezichthouder"),
                ),
                ("reference", models.CharField(blank=True, max_length=60, verbose_name="kenmerk van de melding")),
                ("people_told_at", models.DateTimeField(blank=True, null=True, verbose_name="betrokkenen ingelicht")),
                ("closed_at", models.DateTimeField(blank=True, null=True)),
                ("made_by_name", models.CharField(max_length=120)),
                ("made_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
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
                "ordering": ("-aware_at", "id"),
                "abstract": False,
                "base_manager_name": "objects",
                "constraints": [
                    models.UniqueConstraint(fields=("bureau", "number"), name="requests_incident_number"),
                    models.CheckConstraint(
                        condition=models.Q(("notify_by__gt", models.F("aware_at"))), name="requests_incident_clock"
                    ),
                ],
            },
        ),
        TenantTable("Incident", WIDE),
    ]
