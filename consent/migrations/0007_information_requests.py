"""What was asked of somebody outside: the client reads what went out, and what is being prepared not yet."""

import django.db.models.deletion
import django.db.models.functions.datetime
import uuid_utils.compat
from django.db import migrations, models

import bureaus.tenancy
import vault.fields
from bureaus.rls import WIDE, TenantTable, granted

OF_ITS_CLIENT = (
    f"{WIDE} OR (current_setting('app.reach') = 'client' AND consent_informationrequest.asked_at IS NOT NULL"
    f" AND {granted('consent_informationrequest.dossier_id')})"
)


class Migration(migrations.Migration):
    dependencies = [
        ("access", "0014_calendar_link"),
        ("bureaus", "0003_longest_term"),
        ("consent", "0006_refused_calls"),
        ("dossiers", "0009_better_text"),
    ]

    operations = [
        migrations.CreateModel(
            name="InformationRequest",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid_utils.compat.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("number", models.CharField(max_length=20, verbose_name="nummer")),
                ("party", vault.fields.SealedTextField(subject="dossier_id")),
                ("address", vault.fields.SealedTextField(blank=True, null=True, subject="dossier_id")),
                ("what", vault.fields.SealedTextField(subject="dossier_id")),
                ("why", vault.fields.SealedTextField(subject="dossier_id")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("opzet", "nog geen brief gemaakt"),
                            ("gevraagd", "wacht op antwoord"),
                            ("beantwoord", "antwoord in het dossier"),
                            ("gesloten", "gesloten zonder antwoord"),
                            ("ingetrokken", "gestopt: de machtiging is ingetrokken"),
                        ],
                        default="opzet",
                        max_length=12,
                    ),
                ),
                ("made_by_name", models.CharField(max_length=120)),
                ("made_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ("letter_file", models.CharField(blank=True, max_length=120)),
                ("letter_size", models.PositiveBigIntegerField(default=0)),
                ("letter_sha256", models.CharField(blank=True, max_length=64)),
                ("asked_at", models.DateTimeField(blank=True, null=True)),
                ("asked_by_name", models.CharField(blank=True, max_length=120)),
                ("follow_up_on", models.DateField(verbose_name="opvolgen op")),
                ("reminded_for", models.DateField(blank=True, null=True)),
                ("ended_at", models.DateTimeField(blank=True, null=True)),
                ("ended_by_name", models.CharField(blank=True, max_length=120)),
                ("end_reason", vault.fields.SealedTextField(blank=True, null=True, subject="dossier_id")),
                ("stuk_id", models.UUIDField(blank=True, null=True)),
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
                    "consent",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="information_requests",
                        to="consent.consent",
                    ),
                ),
                (
                    "dossier",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="information_requests",
                        to="dossiers.dossier",
                    ),
                ),
                (
                    "made_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="access.membership"
                    ),
                ),
            ],
            options={
                "ordering": ("-made_at", "-id"),
                "abstract": False,
                "base_manager_name": "objects",
                "indexes": [
                    models.Index(fields=["bureau", "dossier"], name="consent_information_dossier"),
                    models.Index(
                        condition=models.Q(("state", "gevraagd")),
                        fields=["bureau", "follow_up_on"],
                        name="consent_information_due",
                    ),
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("bureau", "number"), name="consent_information_number"),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("ended_at", None), ("state__in", ("opzet", "gevraagd"))),
                            models.Q(
                                models.Q(("state__in", ("opzet", "gevraagd")), _negated=True),
                                ("ended_at__isnull", False),
                            ),
                            _connector="OR",
                        ),
                        name="consent_information_ended_when",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("asked_at", None), ("letter_file", "")),
                            models.Q(("asked_at__isnull", False), models.Q(("letter_file", ""), _negated=True)),
                            _connector="OR",
                        ),
                        name="consent_information_has_letter",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state__in", ("gevraagd", "beantwoord")), _negated=True),
                            ("asked_at__isnull", False),
                            _connector="OR",
                        ),
                        name="consent_information_was_asked",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state", "beantwoord"), ("stuk_id__isnull", False)),
                            models.Q(models.Q(("state", "beantwoord"), _negated=True), ("stuk_id", None)),
                            _connector="OR",
                        ),
                        name="consent_information_answer_is_there",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state", "gesloten"), _negated=True),
                            ("end_reason__isnull", False),
                            _connector="OR",
                        ),
                        name="consent_information_closed_why",
                    ),
                ],
            },
        ),
        TenantTable("InformationRequest", OF_ITS_CLIENT, WIDE),
    ]
