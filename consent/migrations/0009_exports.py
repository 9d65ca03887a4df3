"""Verzet, the lists that left with who stood on them, and research that directie decides on.

A client reads its own verzet and on which lists it stood; the rest is the staff's. What left lies fast.
"""

import django.db.models.deletion
import django.db.models.functions.datetime
import uuid_utils.compat
from django.db import migrations, models

import bureaus.tenancy
from bureaus.rls import WIDE, TenantTable

OF_CLIENT = (
    f"{WIDE} OR (current_setting('app.reach') = 'client' AND EXISTS"
    " (SELECT 1 FROM dossiers_dossier d WHERE d.client_id = {table}.client_id))"
)
FIXED = """
CREATE FUNCTION consent_export_lies_fast() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, public AS $$
BEGIN
    IF public.consent_is_owner(TG_RELID) THEN
        RETURN COALESCE(NEW, OLD);
    END IF;
    IF TG_OP = 'DELETE' AND current_setting('app.reach', true) IS NOT DISTINCT FROM 'system' THEN
        RETURN OLD;
    END IF;
    IF TG_OP = 'UPDATE' AND NEW IS NOT DISTINCT FROM OLD THEN
        RETURN NEW;
    END IF;
    PERFORM public.consent_refuse('what left lies fast');
    RETURN NULL;
END $$;
CREATE TRIGGER lies_fast BEFORE UPDATE OR DELETE ON consent_consentexport
    FOR EACH ROW EXECUTE FUNCTION consent_export_lies_fast();
CREATE TRIGGER lies_fast BEFORE UPDATE OR DELETE ON consent_exportedclient
    FOR EACH ROW EXECUTE FUNCTION consent_export_lies_fast();
"""
LOOSE = """
DROP TRIGGER lies_fast ON consent_consentexport;
DROP TRIGGER lies_fast ON consent_exportedclient;
DROP FUNCTION consent_export_lies_fast();
"""


class Migration(migrations.Migration):
    dependencies = [
        ("access", "0014_calendar_link"),
        ("bureaus", "0003_longest_term"),
        ("clients", "0004_nameless_particulieren"),
        ("consent", "0008_handed_to_payer"),
    ]

    operations = [
        migrations.CreateModel(
            name="ResearchAsk",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid_utils.compat.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("title", models.CharField(max_length=300, verbose_name="welk onderzoek")),
                ("receiver", models.CharField(max_length=200, verbose_name="wie het onderzoek doet")),
                ("starts_on", models.DateField(verbose_name="trajecten geëindigd vanaf")),
                ("ends_on", models.DateField(verbose_name="tot en met")),
                ("asked_by_name", models.CharField(max_length=120)),
                ("asked_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ("allowed", models.BooleanField(blank=True, null=True, verbose_name="toegestaan")),
                ("decided_by_name", models.CharField(blank=True, max_length=120)),
                ("decided_at", models.DateTimeField(blank=True, null=True)),
                ("reason", models.CharField(blank=True, max_length=300, verbose_name="waarom")),
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
            ],
            options={
                "ordering": ("-asked_at", "-id"),
                "abstract": False,
                "base_manager_name": "objects",
            },
        ),
        migrations.CreateModel(
            name="ConsentExport",
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
                            ("blik_op_werk", "enquête van Blik op Werk"),
                            ("tevredenheid", "onderzoek naar tevredenheid"),
                            ("naw", "lijst met namen en adressen"),
                            ("onderzoek", "onderzoek zonder namen"),
                        ],
                        max_length=12,
                        verbose_name="soort lijst",
                    ),
                ),
                ("starts_on", models.DateField(verbose_name="vanaf")),
                ("ends_on", models.DateField(verbose_name="tot en met")),
                ("format", models.CharField(choices=[("xlsx", "Excel (XLSX)"), ("csv", "CSV")], max_length=4)),
                ("receiver", models.CharField(max_length=200, verbose_name="voor wie")),
                ("article", models.CharField(max_length=80, verbose_name="grond")),
                ("reglement_version", models.PositiveIntegerField()),
                ("count", models.PositiveIntegerField(verbose_name="regels")),
                ("sha256", models.CharField(max_length=64)),
                ("again", models.BooleanField(default=False, verbose_name="nog een keer")),
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
                (
                    "research",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="exports",
                        to="consent.researchask",
                    ),
                ),
            ],
            options={
                "ordering": ("-made_at", "-id"),
                "abstract": False,
                "base_manager_name": "objects",
            },
        ),
        migrations.CreateModel(
            name="ExportedClient",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid_utils.compat.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("export", models.UUIDField()),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("blik_op_werk", "enquête van Blik op Werk"),
                            ("tevredenheid", "onderzoek naar tevredenheid"),
                            ("naw", "lijst met namen en adressen"),
                            ("onderzoek", "onderzoek zonder namen"),
                        ],
                        max_length=12,
                        verbose_name="soort lijst",
                    ),
                ),
                ("receiver", models.CharField(max_length=200, verbose_name="aan wie")),
                ("article", models.CharField(max_length=80, verbose_name="grond")),
                ("sent_at", models.DateTimeField(verbose_name="wanneer")),
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
                    "client",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="exported", to="clients.client"
                    ),
                ),
            ],
            options={
                "ordering": ("-sent_at", "-id"),
                "abstract": False,
                "base_manager_name": "objects",
                "constraints": [
                    models.UniqueConstraint(fields=("bureau", "export", "client"), name="consent_exported_once")
                ],
            },
        ),
        migrations.CreateModel(
            name="OptOut",
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
                            ("naw", "adressenlijsten"),
                            ("aanbod", "post en mail met een aanbod"),
                            ("enquetes", "enquêtes"),
                            ("onderzoek", "onderzoek en statistiek"),
                        ],
                        max_length=12,
                        verbose_name="waartegen",
                    ),
                ),
                (
                    "how",
                    models.CharField(
                        choices=[
                            ("portaal", "in het portaal"),
                            ("papier", "op papier"),
                            ("balie", "aan de balie"),
                            ("brief", "per brief"),
                            ("vervangen", "door een later antwoord"),
                        ],
                        max_length=10,
                        verbose_name="hoe het kwam",
                    ),
                ),
                ("made_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ("made_by_name", models.CharField(max_length=120)),
                ("ended_at", models.DateTimeField(blank=True, null=True, verbose_name="teruggenomen op")),
                (
                    "ended_how",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("portaal", "in het portaal"),
                            ("papier", "op papier"),
                            ("balie", "aan de balie"),
                            ("brief", "per brief"),
                            ("vervangen", "door een later antwoord"),
                        ],
                        max_length=10,
                    ),
                ),
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
                    "client",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="opt_outs", to="clients.client"
                    ),
                ),
            ],
            options={
                "ordering": ("-made_at", "-id"),
                "abstract": False,
                "base_manager_name": "objects",
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("ended_at", None)),
                        fields=("bureau", "client", "kind"),
                        name="consent_opt_out_once",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("ended_at", None), ("ended_by_name", ""), ("ended_how", "")),
                            models.Q(
                                ("ended_at__gte", models.F("made_at")),
                                ("ended_at__isnull", False),
                                models.Q(("ended_how", ""), _negated=True),
                                models.Q(("ended_by_name", ""), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="consent_opt_out_ended_by",
                    ),
                ],
            },
        ),
        migrations.AddConstraint(
            model_name="researchask",
            constraint=models.CheckConstraint(
                condition=models.Q(("ends_on__gte", models.F("starts_on"))), name="consent_research_forward"
            ),
        ),
        migrations.AddConstraint(
            model_name="researchask",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("decided_by", None), models.Q(("decided_by", models.F("asked_by")), _negated=True), _connector="OR"
                ),
                name="consent_research_four_eyes",
            ),
        ),
        migrations.AddConstraint(
            model_name="researchask",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("allowed", None), ("decided_at", None), ("decided_by", None)),
                    models.Q(("allowed__isnull", False), ("decided_at__isnull", False), ("decided_by__isnull", False)),
                    _connector="OR",
                ),
                name="consent_research_decided_by",
            ),
        ),
        migrations.AddIndex(
            model_name="consentexport",
            index=models.Index(fields=["bureau", "kind", "-made_at"], name="consent_export_kind"),
        ),
        migrations.AddConstraint(
            model_name="consentexport",
            constraint=models.CheckConstraint(
                condition=models.Q(("ends_on__gte", models.F("starts_on")), ("count__gte", 1)),
                name="consent_export_of_somebody",
            ),
        ),
        migrations.AddConstraint(
            model_name="consentexport",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("kind", "onderzoek"), ("research__isnull", False)),
                    models.Q(models.Q(("kind", "onderzoek"), _negated=True), ("research", None)),
                    _connector="OR",
                ),
                name="consent_export_research_decided",
            ),
        ),
        TenantTable("OptOut", OF_CLIENT.format(table="consent_optout"), WIDE),
        TenantTable("ExportedClient", OF_CLIENT.format(table="consent_exportedclient"), WIDE),
        TenantTable("ResearchAsk", WIDE),
        TenantTable("ConsentExport", WIDE),
        migrations.RunSQL(FIXED, LOOSE),
    ]
