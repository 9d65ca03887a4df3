"""Terms agreed below the reglement, and what keeps a dossier."""

import django.db.models.deletion
import django.db.models.functions.datetime
import uuid_utils.compat
from django.db import migrations, models

import bureaus.tenancy
import vault.fields
from bureaus.rls import WIDE, TenantTable


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("access", "0008_review_verdicts"),
        ("bureaus", "0002_reglement"),
        ("clients", "0003_particulieren"),
        ("dossiers", "0006_unsigned_wall"),
    ]

    operations = [
        migrations.CreateModel(
            name="Hold",
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
                            ("verzoek", "er loopt een verzoek"),
                            ("klacht", "er loopt een klacht"),
                            ("rechtszaak", "er loopt een rechtszaak"),
                            ("belang", "aanmerkelijk belang van een ander"),
                            ("uren", "uren zijn nog niet verrekend"),
                            ("anders", "een andere reden"),
                        ],
                        max_length=12,
                        verbose_name="soort",
                    ),
                ),
                ("reason", vault.fields.SealedTextField(subject="dossier_id")),
                ("source", models.CharField(blank=True, max_length=80)),
                ("placed_by_name", models.CharField(max_length=120)),
                ("placed_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ("until", models.DateTimeField(blank=True, null=True)),
                ("review_on", models.DateField(verbose_name="opnieuw bekijken op")),
                ("reviewed_by_name", models.CharField(blank=True, max_length=120)),
                ("reviewed_at", models.DateTimeField(blank=True, null=True)),
                ("lifted_by_name", models.CharField(blank=True, max_length=120)),
                ("lifted_at", models.DateTimeField(blank=True, null=True)),
                ("lift_reason", vault.fields.SealedTextField(blank=True, null=True, subject="dossier_id")),
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
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="holds", to="dossiers.dossier"
                    ),
                ),
                (
                    "lifted_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="access.membership",
                    ),
                ),
                (
                    "placed_by",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="access.membership"
                    ),
                ),
            ],
            options={
                "ordering": ("-placed_at", "id"),
                "abstract": False,
                "base_manager_name": "objects",
                "indexes": [
                    models.Index(
                        condition=models.Q(("lifted_at", None)),
                        fields=["bureau", "dossier"],
                        name="retention_hold_living",
                    ),
                    models.Index(
                        condition=models.Q(("lifted_at", None)),
                        fields=["bureau", "review_on"],
                        name="retention_hold_review",
                    ),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("lifted_at", None), models.Q(("source", ""), _negated=True)),
                        fields=("bureau", "dossier", "source"),
                        name="retention_hold_source_once",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="TermAgreement",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid_utils.compat.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                (
                    "data_class",
                    models.CharField(
                        choices=[("dossier", "dossier"), ("legally_required", "wettelijk te bewaren gegevens")],
                        max_length=20,
                        verbose_name="soort gegevens",
                    ),
                ),
                ("term", models.CharField(max_length=20, verbose_name="termijn")),
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
                        verbose_name="te rekenen vanaf",
                    ),
                ),
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
                        verbose_name="wat er dan gebeurt",
                    ),
                ),
                ("basis", models.CharField(max_length=120, verbose_name="waar het staat")),
                ("made_by_name", models.CharField(max_length=120)),
                ("made_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ("ended_at", models.DateTimeField(blank=True, null=True)),
                ("ended_by_name", models.CharField(blank=True, max_length=120)),
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
                    "contract",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="term_agreements",
                        to="clients.contract",
                    ),
                ),
                (
                    "made_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="access.membership"
                    ),
                ),
                (
                    "traject",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="term_agreements",
                        to="clients.traject",
                    ),
                ),
            ],
            options={
                "ordering": ("-made_at", "id"),
                "abstract": False,
                "base_manager_name": "objects",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("contract", None), ("traject__isnull", False)),
                            models.Q(("contract__isnull", False), ("traject", None)),
                            _connector="OR",
                        ),
                        name="retention_agreement_of_one",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("contract__isnull", False), ("ended_at", None)),
                        fields=("bureau", "contract", "data_class"),
                        name="retention_agreement_contract_once",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("ended_at", None), ("traject__isnull", False)),
                        fields=("bureau", "traject", "data_class"),
                        name="retention_agreement_traject_once",
                    ),
                ],
            },
        ),
        TenantTable("Hold", WIDE),
        TenantTable("TermAgreement", WIDE),
    ]
