"""What leaves the bureau about a request: letters and the copy, which the client reaches too."""

import django.db.models.deletion
import django.db.models.functions.datetime
import uuid_utils.compat
from django.db import migrations, models

import bureaus.tenancy
from bureaus.rls import WIDE, TenantTable


def of_verzoek(table: str) -> str:
    return f"{WIDE} OR EXISTS (SELECT 1 FROM requests_verzoek v WHERE v.id = {table}.verzoek_id)"


class Migration(migrations.Migration):
    dependencies = [("requests", "0002_handling")]

    operations = [
        migrations.CreateModel(
            name="Letter",
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
                            ("ontvangst", "ontvangstbevestiging"),
                            ("identiteit", "vraag naar identiteit"),
                            ("verlenging", "verlenging"),
                            ("besluit", "besluit"),
                            ("afwijzing", "afwijzing"),
                            ("klacht_ontvangst", "ontvangst van een klacht"),
                            ("klacht_besluit", "uitkomst van een klacht"),
                        ],
                        max_length=18,
                    ),
                ),
                ("template_version", models.PositiveIntegerField(default=0)),
                ("file", models.CharField(max_length=120)),
                ("file_size", models.PositiveIntegerField()),
                ("file_sha256", models.CharField(max_length=64)),
                ("made_by_name", models.CharField(max_length=120)),
                ("made_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ("posted_on", models.DateField(blank=True, null=True)),
                ("opened_at", models.DateTimeField(blank=True, null=True)),
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
                    "verzoek",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="letters", to="requests.verzoek"
                    ),
                ),
            ],
            options={
                "ordering": ("made_at", "id"),
                "abstract": False,
                "base_manager_name": "objects",
            },
        ),
        migrations.CreateModel(
            name="Bundle",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid_utils.compat.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("maken", "wordt gemaakt"),
                            ("klaar", "staat klaar"),
                            ("mislukt", "niet gelukt"),
                            ("vervallen", "vervallen"),
                        ],
                        default="maken",
                        max_length=10,
                    ),
                ),
                ("leased_until", models.DateTimeField(blank=True, null=True)),
                ("error", models.CharField(blank=True, max_length=300)),
                ("total", models.PositiveIntegerField(default=0)),
                ("done", models.PositiveIntegerField(default=0)),
                ("left_out", models.JSONField(default=dict)),
                ("manifest", models.JSONField(default=list)),
                ("file", models.CharField(blank=True, max_length=120)),
                ("file_size", models.PositiveBigIntegerField(default=0)),
                ("file_sha256", models.CharField(blank=True, max_length=64)),
                ("asked_by_name", models.CharField(max_length=120)),
                ("asked_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ("ready_at", models.DateTimeField(blank=True, null=True)),
                ("expires_on", models.DateField(blank=True, null=True)),
                ("fetched_at", models.DateTimeField(blank=True, null=True)),
                ("fetched_by_name", models.CharField(blank=True, max_length=120)),
                ("handed_on", models.DateField(blank=True, null=True)),
                ("handed_by_name", models.CharField(blank=True, max_length=120)),
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
                    "verzoek",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="bundles", to="requests.verzoek"
                    ),
                ),
            ],
            options={
                "ordering": ("-asked_at", "id"),
                "abstract": False,
                "base_manager_name": "objects",
            },
        ),
        migrations.CreateModel(
            name="LetterTemplate",
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
                            ("ontvangst", "ontvangstbevestiging"),
                            ("identiteit", "vraag naar identiteit"),
                            ("verlenging", "verlenging"),
                            ("besluit", "besluit"),
                            ("afwijzing", "afwijzing"),
                            ("klacht_ontvangst", "ontvangst van een klacht"),
                            ("klacht_besluit", "uitkomst van een klacht"),
                        ],
                        max_length=18,
                    ),
                ),
                ("version", models.PositiveIntegerField()),
                ("subject", models.CharField(max_length=150, verbose_name="onderwerp")),
                ("body", models.TextField(verbose_name="tekst")),
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
                "ordering": ("kind", "-version"),
                "abstract": False,
                "base_manager_name": "objects",
                "constraints": [
                    models.UniqueConstraint(fields=("bureau", "kind", "version"), name="requests_letter_text_version")
                ],
            },
        ),
        TenantTable("Letter", of_verzoek("requests_letter"), WIDE),
        TenantTable("Bundle", of_verzoek("requests_bundle"), WIDE),
        TenantTable("LetterTemplate", WIDE),
    ]
