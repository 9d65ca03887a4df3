"""Until when each dossier is kept, and where its paper stands."""

import django.contrib.postgres.fields
import django.db.models.deletion
import django.db.models.expressions
import django.db.models.functions.datetime
import uuid_utils.compat
from django.db import migrations, models

import bureaus.tenancy
from bureaus.rls import WIDE, TenantTable


class Migration(migrations.Migration):
    dependencies = [
        ("dossiers", "0006_unsigned_wall"),
        ("retention", "0003_evidence"),
    ]

    operations = [
        migrations.CreateModel(
            name="DueDate",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid_utils.compat.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("due_on", models.DateField(blank=True, null=True)),
                ("missing", models.CharField(blank=True, max_length=100)),
                ("explanation", models.CharField(max_length=300)),
                (
                    "action",
                    models.CharField(
                        choices=[
                            ("destroy_pv", "vernietigen met proces-verbaal"),
                            ("destroy_pv_certificate", "vernietigen met proces-verbaal; papier met certificaat"),
                            ("transfer", "overdragen aan de opdrachtgever"),
                            ("erase", "wissen"),
                        ],
                        max_length=30,
                    ),
                ),
                ("transfer_from", models.DateField(blank=True, null=True)),
                ("computed_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
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
                    "dossier",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE, related_name="due_date", to="dossiers.dossier"
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
            name="PaperFile",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid_utils.compat.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("place", models.CharField(max_length=120, verbose_name="plaats")),
                ("parts", models.PositiveSmallIntegerField(default=1, verbose_name="aantal mappen")),
                ("holder_name", models.CharField(blank=True, max_length=120, verbose_name="wie heeft het")),
                ("out_since", models.DateTimeField(blank=True, null=True)),
                ("noted_by_name", models.CharField(max_length=120)),
                ("noted_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
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
                    "dossier",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT, related_name="paper", to="dossiers.dossier"
                    ),
                ),
                (
                    "holder",
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
                "ordering": ("place", "id"),
                "abstract": False,
                "base_manager_name": "objects",
            },
        ),
        migrations.CreateModel(
            name="PaperMove",
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
                            ("opgenomen", "opgenomen"),
                            ("meegenomen", "meegenomen"),
                            ("teruggebracht", "teruggebracht"),
                            ("verplaatst", "verplaatst"),
                        ],
                        max_length=14,
                    ),
                ),
                ("place", models.CharField(max_length=120)),
                ("by_name", models.CharField(max_length=120)),
                ("at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
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
                    "paper",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="moves", to="retention.paperfile"
                    ),
                ),
            ],
            options={
                "ordering": ("-at", "id"),
                "abstract": False,
                "base_manager_name": "objects",
            },
        ),
        migrations.AddIndex(
            model_name="duedate",
            index=models.Index(fields=["bureau", "due_on"], name="retention_due_on"),
        ),
        migrations.AddIndex(
            model_name="paperfile",
            index=models.Index(fields=["bureau", "holder"], name="retention_paper_holder"),
        ),
        migrations.AddConstraint(
            model_name="paperfile",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("holder", None), ("holder_name", ""), ("out_since", None)),
                    models.Q(
                        ("holder__isnull", False),
                        ("out_since__isnull", False),
                        models.Q(("holder_name", ""), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="retention_paper_out_by",
            ),
        ),
        migrations.AddConstraint(
            model_name="paperfile",
            constraint=models.CheckConstraint(condition=models.Q(("parts__gte", 1)), name="retention_paper_parts"),
        ),
        migrations.AddIndex(
            model_name="papermove",
            index=models.Index(fields=["bureau", "paper"], name="retention_papermove_paper"),
        ),
        *[TenantTable(name, WIDE) for name in ("DueDate", "PaperFile", "PaperMove")],
    ]
