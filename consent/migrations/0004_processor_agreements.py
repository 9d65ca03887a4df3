"""Verwerkersovereenkomsten: the staff's alone."""

import django.db.models.deletion
import django.db.models.functions.datetime
import uuid_utils.compat
from django.db import migrations, models

import bureaus.tenancy
from bureaus.rls import WIDE, TenantTable


class Migration(migrations.Migration):
    dependencies = [
        ("bureaus", "0003_longest_term"),
        ("clients", "0004_nameless_particulieren"),
        ("consent", "0003_handed_out"),
    ]

    operations = [
        migrations.CreateModel(
            name="ProcessorAgreement",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid_utils.compat.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("party", models.CharField(blank=True, max_length=150, verbose_name="andere partij")),
                ("purpose", models.CharField(max_length=300, verbose_name="waarvoor")),
                ("signed_on", models.DateField(verbose_name="getekend op")),
                ("ends_on", models.DateField(blank=True, null=True, verbose_name="loopt tot en met")),
                ("scan_file", models.CharField(blank=True, max_length=120)),
                ("scan_name", models.CharField(blank=True, max_length=255)),
                ("scan_size", models.PositiveBigIntegerField(default=0)),
                ("made_by_name", models.CharField(max_length=120)),
                ("made_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ("warned_for", models.DateField(blank=True, null=True)),
                ("closed_at", models.DateTimeField(blank=True, null=True)),
                ("closed_by_name", models.CharField(blank=True, max_length=120)),
                ("end_reason", models.CharField(blank=True, max_length=300, verbose_name="waarom")),
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
                        related_name="processor_agreements",
                        to="clients.opdrachtgever",
                    ),
                ),
                (
                    "renews",
                    models.OneToOneField(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="renewal",
                        to="consent.processoragreement",
                    ),
                ),
            ],
            options={
                "ordering": ("ends_on", "id"),
                "abstract": False,
                "base_manager_name": "objects",
                "indexes": [
                    models.Index(
                        condition=models.Q(("closed_at", None)),
                        fields=["bureau", "ends_on"],
                        name="consent_agreement_ends",
                    )
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("opdrachtgever", None), models.Q(("party", ""), _negated=True)),
                            models.Q(("opdrachtgever__isnull", False), ("party", "")),
                            _connector="OR",
                        ),
                        name="consent_agreement_with_one",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("ends_on", None), ("ends_on__gte", models.F("signed_on")), _connector="OR"),
                        name="consent_agreement_forward",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("closed_at", None), ("closed_by_name", "")),
                            models.Q(("closed_at__isnull", False), models.Q(("closed_by_name", ""), _negated=True)),
                            _connector="OR",
                        ),
                        name="consent_agreement_closed_by",
                    ),
                ],
            },
        ),
        TenantTable("ProcessorAgreement", WIDE),
    ]
