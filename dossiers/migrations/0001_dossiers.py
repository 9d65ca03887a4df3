import django.db.models.deletion
import django.db.models.functions.datetime
import uuid_utils.compat
from django.db import migrations, models

import bureaus.tenancy
import vault.fields
from bureaus.rls import APP_ROLE, TenantTable


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("access", "0001_accounts"),
        ("bureaus", "0002_reglement"),
        ("clients", "0001_clients"),
    ]

    operations = [
        migrations.CreateModel(
            name="Dossier",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid_utils.compat.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("number", models.CharField(editable=False, max_length=20, verbose_name="dossiernummer")),
                (
                    "opened_at",
                    models.DateTimeField(
                        db_default=django.db.models.functions.datetime.Now(), verbose_name="geopend op"
                    ),
                ),
                ("archived_at", models.DateTimeField(blank=True, null=True, verbose_name="gearchiveerd op")),
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
                        on_delete=django.db.models.deletion.PROTECT, related_name="dossiers", to="clients.client"
                    ),
                ),
                (
                    "traject",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT, related_name="dossier", to="clients.traject"
                    ),
                ),
            ],
            options={
                "ordering": ("-opened_at", "id"),
                "abstract": False,
                "base_manager_name": "objects",
            },
        ),
        migrations.CreateModel(
            name="Stuk",
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
                            ("opdrachtformulier", "opdrachtformulier"),
                            ("intakeformulier", "intakeformulier"),
                            ("persoonsprofiel", "persoonsprofiel"),
                            ("gespreksverslag", "gespreksverslag"),
                            ("plan", "re-integratieplan"),
                            ("voortgangsrapportage", "voortgangsrapportage"),
                            ("eindrapportage", "eindrapportage"),
                            ("correspondentie", "correspondentie"),
                            ("verklaring", "getekende verklaring of machtiging"),
                            ("eigen_verklaring", "eigen verklaring"),
                            ("cv", "cv"),
                            ("diploma", "diploma of certificaat"),
                            ("document", "ander document"),
                            ("uren", "urenverantwoording"),
                            ("ondernemingsplan", "ondernemingsplan"),
                            ("workshop", "workshop of bijeenkomst"),
                            ("scholing", "scholing"),
                            ("belastbaarheid", "belastbaarheid"),
                            ("persoonlijke_omstandigheden", "persoonlijke omstandigheden"),
                            ("werkaantekening", "werkaantekening"),
                        ],
                        max_length=40,
                        verbose_name="soort",
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[("concept", "concept"), ("vastgesteld", "vastgesteld"), ("aangevuld", "aangevuld")],
                        default="concept",
                        max_length=12,
                        verbose_name="staat",
                    ),
                ),
                ("purpose", models.CharField(max_length=400, verbose_name="doel")),
                (
                    "herkomst",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("medewerker", "medewerker van het bureau"),
                            ("opdrachtgever", "opdrachtgever"),
                            ("client", "cliënt zelf"),
                            ("derde", "derde"),
                        ],
                        max_length=20,
                        verbose_name="herkomst",
                    ),
                ),
                ("origin", models.CharField(blank=True, max_length=20, verbose_name="gegevens van")),
                ("date", models.DateField(verbose_name="datum")),
                ("author_name", models.CharField(max_length=120, verbose_name="auteur")),
                ("health", models.BooleanField(default=False, verbose_name="gaat over gezondheid")),
                ("restricted", models.BooleanField(default=False, verbose_name="afgeschermd")),
                ("created_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ("vastgesteld_at", models.DateTimeField(blank=True, null=True)),
                ("version", models.PositiveSmallIntegerField(default=0)),
                (
                    "about",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="statements",
                        to="dossiers.stuk",
                    ),
                ),
                (
                    "appointment",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="stukken",
                        to="clients.appointment",
                    ),
                ),
                (
                    "author",
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
                    "dossier",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="stukken", to="dossiers.dossier"
                    ),
                ),
            ],
            options={
                "ordering": ("-date", "-id"),
                "abstract": False,
                "base_manager_name": "objects",
            },
        ),
        migrations.CreateModel(
            name="StoredFile",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid_utils.compat.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("filename", vault.fields.SealedTextField(subject="dossier_id")),
                ("content_type", models.CharField(max_length=100)),
                ("size", models.PositiveBigIntegerField(verbose_name="grootte in bytes")),
                ("storage_name", models.CharField(max_length=200, unique=True)),
                ("sha256", models.CharField(max_length=64)),
                ("added_by_name", models.CharField(max_length=120)),
                ("added_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
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
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="dossiers.dossier"
                    ),
                ),
                (
                    "stuk",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="files", to="dossiers.stuk"
                    ),
                ),
            ],
            options={
                "ordering": ("added_at",),
                "abstract": False,
                "base_manager_name": "objects",
            },
        ),
        migrations.CreateModel(
            name="Release",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid_utils.compat.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("version", models.PositiveSmallIntegerField()),
                ("released_by_name", models.CharField(max_length=120)),
                ("released_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ("withdrawn_at", models.DateTimeField(blank=True, null=True)),
                ("withdrawn_by_name", models.CharField(blank=True, max_length=120)),
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
                        on_delete=django.db.models.deletion.PROTECT, related_name="releases", to="dossiers.dossier"
                    ),
                ),
                (
                    "opdrachtgever",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="releases", to="clients.opdrachtgever"
                    ),
                ),
                (
                    "released_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="access.membership"
                    ),
                ),
                (
                    "stuk",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="releases", to="dossiers.stuk"
                    ),
                ),
            ],
            options={
                "ordering": ("-released_at",),
                "abstract": False,
                "base_manager_name": "objects",
            },
        ),
        migrations.CreateModel(
            name="ReadMark",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid_utils.compat.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("version", models.PositiveSmallIntegerField()),
                ("read_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
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
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="dossiers.dossier"
                    ),
                ),
                (
                    "membership",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to="access.membership"
                    ),
                ),
                (
                    "stuk",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="read_marks", to="dossiers.stuk"
                    ),
                ),
            ],
            options={
                "abstract": False,
                "base_manager_name": "objects",
            },
        ),
        migrations.CreateModel(
            name="Draft",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid_utils.compat.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("content", vault.fields.SealedJSONField(subject="dossier_id")),
                ("version", models.PositiveIntegerField(default=1)),
                ("saved_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                (
                    "author",
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
                    "dossier",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="dossiers.dossier"
                    ),
                ),
                (
                    "stuk",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="drafts", to="dossiers.stuk"
                    ),
                ),
            ],
            options={
                "abstract": False,
                "base_manager_name": "objects",
            },
        ),
        migrations.CreateModel(
            name="StukVersion",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid_utils.compat.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("number", models.PositiveSmallIntegerField()),
                ("content", vault.fields.SealedJSONField(subject="dossier_id")),
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
                    "dossier",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="dossiers.dossier"
                    ),
                ),
                (
                    "made_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="access.membership"
                    ),
                ),
                (
                    "stuk",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="versions", to="dossiers.stuk"
                    ),
                ),
            ],
            options={
                "ordering": ("stuk", "number"),
                "abstract": False,
                "base_manager_name": "objects",
            },
        ),
        migrations.CreateModel(
            name="VerslagTemplate",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid_utils.compat.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("name", models.CharField(max_length=80, verbose_name="naam")),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("opdrachtformulier", "opdrachtformulier"),
                            ("intakeformulier", "intakeformulier"),
                            ("persoonsprofiel", "persoonsprofiel"),
                            ("gespreksverslag", "gespreksverslag"),
                            ("plan", "re-integratieplan"),
                            ("voortgangsrapportage", "voortgangsrapportage"),
                            ("eindrapportage", "eindrapportage"),
                            ("correspondentie", "correspondentie"),
                            ("verklaring", "getekende verklaring of machtiging"),
                            ("eigen_verklaring", "eigen verklaring"),
                            ("cv", "cv"),
                            ("diploma", "diploma of certificaat"),
                            ("document", "ander document"),
                            ("uren", "urenverantwoording"),
                            ("ondernemingsplan", "ondernemingsplan"),
                            ("workshop", "workshop of bijeenkomst"),
                            ("scholing", "scholing"),
                            ("belastbaarheid", "belastbaarheid"),
                            ("persoonlijke_omstandigheden", "persoonlijke omstandigheden"),
                            ("werkaantekening", "werkaantekening"),
                        ],
                        max_length=40,
                        verbose_name="soort",
                    ),
                ),
                ("sections", models.JSONField(verbose_name="kopjes")),
                ("active", models.BooleanField(default=True, verbose_name="in gebruik")),
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
                "ordering": ("name",),
                "abstract": False,
                "base_manager_name": "objects",
            },
        ),
        migrations.AddIndex(
            model_name="dossier",
            index=models.Index(fields=["bureau", "client"], name="dossiers_dossier_client"),
        ),
        migrations.AddConstraint(
            model_name="dossier",
            constraint=models.UniqueConstraint(models.F("bureau"), models.F("number"), name="dossiers_dossier_number"),
        ),
        migrations.AddIndex(
            model_name="stuk",
            index=models.Index(fields=["bureau", "dossier", "-date"], name="dossiers_stuk_timeline"),
        ),
        migrations.AddIndex(
            model_name="stuk",
            index=models.Index(fields=["bureau", "author", "state"], name="dossiers_stuk_author"),
        ),
        migrations.AddIndex(
            model_name="stuk",
            index=models.Index(fields=["bureau", "appointment"], name="dossiers_stuk_appt"),
        ),
        migrations.AddIndex(
            model_name="stuk",
            index=models.Index(fields=["bureau", "about"], name="dossiers_stuk_about"),
        ),
        migrations.AddConstraint(
            model_name="stuk",
            constraint=models.CheckConstraint(
                condition=models.Q(("state", "concept"), models.Q(("herkomst", ""), _negated=True), _connector="OR"),
                name="dossiers_stuk_herkomst",
            ),
        ),
        migrations.AddConstraint(
            model_name="stuk",
            constraint=models.CheckConstraint(
                condition=models.Q(("purpose", ""), _negated=True), name="dossiers_stuk_purpose"
            ),
        ),
        migrations.AddConstraint(
            model_name="stuk",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state", "concept"), ("vastgesteld_at", None), ("version", 0)),
                    models.Q(
                        models.Q(("state", "concept"), _negated=True),
                        ("vastgesteld_at__isnull", False),
                        ("version__gte", 1),
                    ),
                    _connector="OR",
                ),
                name="dossiers_stuk_state",
            ),
        ),
        migrations.AddIndex(
            model_name="storedfile",
            index=models.Index(fields=["bureau", "stuk"], name="dossiers_file_stuk"),
        ),
        migrations.AddIndex(
            model_name="release",
            index=models.Index(fields=["bureau", "dossier"], name="dossiers_release_dossier"),
        ),
        migrations.AddConstraint(
            model_name="release",
            constraint=models.UniqueConstraint(
                condition=models.Q(("withdrawn_at", None)), fields=("bureau", "stuk"), name="dossiers_release_live_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="release",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("withdrawn_at", None), ("withdrawn_at__gte", models.F("released_at")), _connector="OR"
                ),
                name="dossiers_release_period",
            ),
        ),
        migrations.AddConstraint(
            model_name="readmark",
            constraint=models.UniqueConstraint(
                models.F("bureau"), models.F("stuk"), models.F("membership"), name="dossiers_readmark_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="draft",
            constraint=models.UniqueConstraint(
                models.F("bureau"), models.F("stuk"), models.F("author"), name="dossiers_draft_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="stukversion",
            constraint=models.UniqueConstraint(
                models.F("bureau"), models.F("stuk"), models.F("number"), name="dossiers_version_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="verslagtemplate",
            constraint=models.UniqueConstraint(models.F("bureau"), models.F("name"), name="dossiers_template_once"),
        ),
        TenantTable("Dossier"),
        TenantTable("Stuk"),
        TenantTable("StukVersion"),
        TenantTable("Draft"),
        TenantTable("StoredFile"),
        TenantTable("Release"),
        TenantTable("ReadMark"),
        TenantTable("VerslagTemplate"),
        # A text that is vastgesteld stays as it is.
        migrations.RunSQL(
            f"REVOKE UPDATE ON dossiers_stukversion FROM {APP_ROLE}",
            f"GRANT UPDATE ON dossiers_stukversion TO {APP_ROLE}",
        ),
    ]
