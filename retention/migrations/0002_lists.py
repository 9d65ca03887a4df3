"""Destruction lists: what is proposed, who approved exactly that, and what became of each dossier on it."""

import django.contrib.postgres.fields
import django.db.models.deletion
import django.db.models.expressions
import django.db.models.functions.datetime
import uuid_utils.compat
from django.db import migrations, models

import bureaus.tenancy
import vault.fields
from bureaus.rls import APP_ROLE, WIDE, TenantTable

SYSTEM = "current_setting('app.reach') = 'system'"


def stays(table: str) -> migrations.RunSQL:
    """Who works here deletes none, whoever asks by raw SQL."""
    return migrations.RunSQL(
        f"CREATE POLICY deletes ON {table} AS RESTRICTIVE FOR DELETE TO {APP_ROLE} USING ({SYSTEM})",
        f"DROP POLICY deletes ON {table}",
    )


class Migration(migrations.Migration):
    dependencies = [
        ("access", "0009_declarations_stay"),
        ("bureaus", "0002_reglement"),
        ("retention", "0001_terms_and_holds"),
    ]

    operations = [
        migrations.CreateModel(
            name="DestructionList",
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
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("voorgesteld", "wacht op goedkeuring"),
                            ("goedgekeurd", "goedgekeurd, bedenktijd loopt"),
                            ("loopt", "wordt uitgevoerd"),
                            ("papier", "wacht op het certificaat voor het papier"),
                            ("afgerond", "vernietigd, met proces-verbaal"),
                            ("ingetrokken", "ingetrokken"),
                        ],
                        default="voorgesteld",
                        max_length=12,
                    ),
                ),
                ("reference_date", models.DateField()),
                ("manifest", models.TextField()),
                ("manifest_sha256", models.CharField(max_length=64)),
                ("reglement_version", models.PositiveIntegerField()),
                ("four_eyes", models.BooleanField(default=True)),
                ("cooling_off", models.CharField(max_length=20)),
                ("source", models.CharField(blank=True, max_length=80)),
                ("answer_by", models.DateField(blank=True, null=True)),
                ("proposed_by_name", models.CharField(max_length=120)),
                (
                    "shaped_by",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.UUIDField(), blank=True, default=list, size=None
                    ),
                ),
                ("proposed_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ("approved_by_name", models.CharField(blank=True, max_length=120)),
                ("approved_at", models.DateTimeField(blank=True, null=True)),
                ("approved_sha256", models.CharField(blank=True, max_length=64)),
                ("starts_after", models.DateTimeField(blank=True, null=True)),
                ("cancelled_by_name", models.CharField(blank=True, max_length=120)),
                ("cancelled_at", models.DateTimeField(blank=True, null=True)),
                ("started_at", models.DateTimeField(blank=True, null=True)),
                ("generation", models.PositiveIntegerField(blank=True, null=True)),
                ("noted_until", models.DateTimeField(blank=True, null=True)),
                ("leased_until", models.DateTimeField(blank=True, null=True)),
                ("error", models.CharField(blank=True, max_length=300)),
                ("finished_at", models.DateTimeField(blank=True, null=True)),
                (
                    "approved_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="access.membership",
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
                    "proposed_by",
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
                "ordering": ("-year", "-number"),
                "abstract": False,
                "base_manager_name": "objects",
            },
        ),
        migrations.CreateModel(
            name="ListItem",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid_utils.compat.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("dossier_id", models.UUIDField()),
                ("dossier_number", models.CharField(max_length=20)),
                (
                    "data_class",
                    models.CharField(
                        choices=[
                            ("dossier", "dossier"),
                            ("legally_required", "wettelijk te bewaren gegevens"),
                            ("werkaantekening", "werkaantekeningen"),
                            ("concept", "concepten"),
                            ("journal", "logboek"),
                            ("proces_verbaal", "processen-verbaal van vernietiging"),
                            ("sealed_annex", "verzegelde bijlagen"),
                            ("accounts", "accounts"),
                        ],
                        max_length=20,
                    ),
                ),
                ("stuk_id", models.UUIDField(blank=True, null=True)),
                ("record_id", models.UUIDField(blank=True, null=True)),
                ("period_from", models.DateField()),
                ("period_until", models.DateField(blank=True, null=True)),
                (
                    "trigger",
                    models.CharField(
                        blank=True,
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
                ("trigger_on", models.DateField(blank=True, null=True)),
                ("term", models.CharField(blank=True, max_length=20)),
                ("due_on", models.DateField(blank=True, null=True)),
                ("article", models.CharField(blank=True, max_length=60)),
                ("counts", models.JSONField(default=dict)),
                ("paper", models.CharField(blank=True, max_length=200)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("open", "staat op de lijst"),
                            ("uitgezonderd", "uitgezonderd"),
                            ("behouden", "behouden"),
                            ("gewist", "gewist, bestanden nog niet"),
                            ("leeg", "leeg, wacht op het proces-verbaal"),
                            ("vernietigd", "vernietigd"),
                            ("mislukt", "niet gelukt"),
                        ],
                        default="open",
                        max_length=14,
                    ),
                ),
                (
                    "excluded_reason",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("nodig", "nog nodig voor de dienstverlening"),
                            ("verzoek", "er loopt een verzoek of klacht"),
                            ("rechtszaak", "er loopt een rechtszaak"),
                            ("belang", "aanmerkelijk belang van een ander"),
                            ("wet", "de wet vraagt het langer te bewaren"),
                            ("datum", "de datum klopt niet"),
                        ],
                        max_length=12,
                    ),
                ),
                ("excluded_text", vault.fields.SealedTextField(blank=True, null=True, subject="dossier_id")),
                ("excluded_until", models.DateField(blank=True, null=True)),
                ("excluded_by_name", models.CharField(blank=True, max_length=120)),
                ("excluded_at", models.DateTimeField(blank=True, null=True)),
                ("kept_because", models.CharField(blank=True, max_length=120)),
                (
                    "files",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=200), blank=True, default=list, size=None
                    ),
                ),
                ("gone", models.JSONField(blank=True, default=dict)),
                ("annex", vault.fields.SealedTextField(blank=True, null=True, subject="destruction_list_id")),
                ("retained", models.JSONField(blank=True, default=list)),
                ("holds_checked_at", models.DateTimeField(blank=True, null=True)),
                ("leased_until", models.DateTimeField(blank=True, null=True)),
                ("attempts", models.PositiveSmallIntegerField(default=0)),
                ("error", models.CharField(blank=True, max_length=300)),
                ("started_at", models.DateTimeField(blank=True, null=True)),
                ("erased_at", models.DateTimeField(blank=True, null=True)),
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
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="items",
                        to="retention.destructionlist",
                    ),
                ),
            ],
            options={
                "ordering": ("dossier_number", "id"),
                "abstract": False,
                "base_manager_name": "objects",
            },
        ),
        migrations.CreateModel(
            name="ItemResult",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid_utils.compat.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("store", models.CharField(max_length=60)),
                ("removed", models.PositiveIntegerField(default=0)),
                ("size", models.PositiveBigIntegerField(default=0, verbose_name="bytes removed")),
                ("left", models.PositiveIntegerField(blank=True, null=True)),
                ("checked_at", models.DateTimeField(blank=True, null=True)),
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
                    "item",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="results", to="retention.listitem"
                    ),
                ),
            ],
            options={
                "ordering": ("store",),
                "abstract": False,
                "base_manager_name": "objects",
            },
        ),
        migrations.AddIndex(
            model_name="destructionlist",
            index=models.Index(fields=["bureau", "status"], name="retention_list_status"),
        ),
        migrations.AddConstraint(
            model_name="destructionlist",
            constraint=models.UniqueConstraint(fields=("bureau", "year", "number"), name="retention_list_number"),
        ),
        migrations.AddConstraint(
            model_name="destructionlist",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("four_eyes", False),
                    ("approved_by", None),
                    ("proposed_by", None),
                    models.Q(("approved_by", models.F("proposed_by")), _negated=True),
                    _connector="OR",
                ),
                name="retention_list_four_eyes",
            ),
        ),
        migrations.AddConstraint(
            model_name="destructionlist",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("four_eyes", False),
                    ("approved_by", None),
                    models.Q(("shaped_by__contains", [models.F("approved_by")]), _negated=True),
                    _connector="OR",
                ),
                name="retention_list_other_hands",
            ),
        ),
        migrations.AddConstraint(
            model_name="destructionlist",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("approved_at", None), ("approved_by", None), ("approved_sha256", ""), ("starts_after", None)
                    ),
                    models.Q(
                        ("approved_at__isnull", False),
                        ("approved_by__isnull", False),
                        ("approved_sha256", models.F("manifest_sha256")),
                        ("starts_after__gte", models.F("approved_at")),
                    ),
                    _connector="OR",
                ),
                name="retention_list_approved_whole",
            ),
        ),
        migrations.AddConstraint(
            model_name="destructionlist",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("status__in", ("voorgesteld", "ingetrokken")), ("approved_by__isnull", False), _connector="OR"
                ),
                name="retention_list_runs_approved",
            ),
        ),
        migrations.AddConstraint(
            model_name="destructionlist",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("started_at", None), ("started_at__gte", models.F("starts_after")), _connector="OR"
                ),
                name="retention_list_cooled",
            ),
        ),
        migrations.AddIndex(
            model_name="listitem",
            index=models.Index(fields=["bureau", "destruction_list", "state"], name="retention_item_state"),
        ),
        migrations.AddIndex(
            model_name="listitem",
            index=models.Index(fields=["bureau", "dossier_id"], name="retention_item_dossier"),
        ),
        migrations.AddIndex(
            model_name="listitem",
            index=models.Index(fields=["bureau", "dossier_number"], name="retention_item_number"),
        ),
        migrations.AddConstraint(
            model_name="listitem",
            constraint=models.UniqueConstraint(
                condition=models.Q(("state__in", ("open", "mislukt", "gewist", "leeg"))),
                fields=("bureau", "dossier_id", "data_class", "stuk_id", "record_id"),
                name="retention_item_one_list",
                nulls_distinct=False,
            ),
        ),
        migrations.AddConstraint(
            model_name="listitem",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state", "uitgezonderd"), _negated=True),
                    models.Q(models.Q(("excluded_reason", ""), _negated=True), ("excluded_until__isnull", False)),
                    _connector="OR",
                ),
                name="retention_item_excluded_why",
            ),
        ),
        migrations.AddConstraint(
            model_name="listitem",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state__in", ("leeg", "vernietigd")), _negated=True), ("files", []), _connector="OR"
                ),
                name="retention_item_files_gone",
            ),
        ),
        migrations.AddConstraint(
            model_name="listitem",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state__in", ("gewist", "leeg", "vernietigd")), _negated=True),
                    ("erased_at__isnull", False),
                    _connector="OR",
                ),
                name="retention_item_erased_at",
            ),
        ),
        migrations.AddConstraint(
            model_name="itemresult",
            constraint=models.UniqueConstraint(fields=("bureau", "item", "store"), name="retention_result_once"),
        ),
        *[TenantTable(name, WIDE) for name in ("DestructionList", "ListItem", "ItemResult")],
        *[stays(f"retention_{name}") for name in ("destructionlist", "listitem", "itemresult")],
    ]
