"""What is judged and done for a request; the staff's alone."""

import django.db.models.deletion
import django.db.models.functions.datetime
import uuid_utils.compat
from django.db import migrations, models

import bureaus.tenancy
import vault.fields
from bureaus.rls import WIDE, TenantTable


class Migration(migrations.Migration):
    dependencies = [("clients", "0004_nameless_particulieren"), ("requests", "0001_verzoeken")]

    operations = [
        migrations.CreateModel(
            name="Judgement",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid_utils.compat.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("stuk_id", models.UUIDField()),
                (
                    "verdict",
                    models.CharField(
                        choices=[
                            ("geven", "meegeven"),
                            ("weglakken", "meegeven, met delen weggelakt"),
                            ("achterhouden", "niet meegeven"),
                        ],
                        max_length=14,
                    ),
                ),
                ("reason_code", models.CharField(blank=True, max_length=80)),
                ("reason", vault.fields.SealedTextField(blank=True, null=True, subject="client_id")),
                ("client_id", models.UUIDField(editable=False)),
                ("judged_by_name", models.CharField(max_length=120)),
                ("judged_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
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
                        on_delete=django.db.models.deletion.CASCADE, related_name="judgements", to="requests.verzoek"
                    ),
                ),
            ],
            options={
                "abstract": False,
                "base_manager_name": "objects",
            },
        ),
        migrations.CreateModel(
            name="FollowUp",
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
                        choices=[("uitvoeren", "uitvoeren wat is besloten"), ("inlichten", "een ontvanger inlichten")],
                        max_length=12,
                    ),
                ),
                ("due_on", models.DateField()),
                ("done_at", models.DateTimeField(blank=True, null=True)),
                ("done_by_name", models.CharField(blank=True, max_length=120)),
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
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="clients.opdrachtgever",
                    ),
                ),
                (
                    "verzoek",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="follow_ups", to="requests.verzoek"
                    ),
                ),
            ],
            options={
                "ordering": ("due_on", "id"),
                "abstract": False,
                "base_manager_name": "objects",
            },
        ),
        migrations.AddConstraint(
            model_name="judgement",
            constraint=models.UniqueConstraint(fields=("bureau", "verzoek", "stuk_id"), name="requests_judged_once"),
        ),
        migrations.AddConstraint(
            model_name="judgement",
            constraint=models.CheckConstraint(
                condition=models.Q(("verdict", "geven"), models.Q(("reason_code", ""), _negated=True), _connector="OR"),
                name="requests_judgement_reasoned",
            ),
        ),
        migrations.AddConstraint(
            model_name="followup",
            constraint=models.UniqueConstraint(
                fields=("bureau", "verzoek", "kind", "opdrachtgever"),
                name="requests_follow_up_once",
                nulls_distinct=False,
            ),
        ),
        TenantTable("Judgement", WIDE),
        TenantTable("FollowUp", WIDE),
    ]
