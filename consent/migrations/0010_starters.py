"""The register of starters: the staff's alone, and whose an entry is the system's alone."""

import uuid

import django.contrib.postgres.fields
import django.db.models.deletion
import django.db.models.functions.datetime
import uuid_utils.compat
from django.db import migrations, models

import bureaus.tenancy
import vault.fields
from bureaus.rls import WIDE, TenantTable

SYSTEM = "current_setting('app.reach') = 'system'"


class Migration(migrations.Migration):
    dependencies = [
        ("bureaus", "0003_longest_term"),
        ("clients", "0004_nameless_particulieren"),
        ("consent", "0009_exports"),
    ]

    operations = [
        migrations.CreateModel(
            name="StarterLink",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("business_name", vault.fields.SealedTextField(blank=True, null=True, subject="client_id")),
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
                    "client",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT, related_name="starter_link", to="clients.client"
                    ),
                ),
            ],
            options={
                "abstract": False,
                "base_manager_name": "objects",
            },
        ),
        migrations.CreateModel(
            name="StarterAsk",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid_utils.compat.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("entry_id", models.UUIDField(verbose_name="voorbeeld")),
                ("consent_id", models.UUIDField(verbose_name="vraag om toestemming")),
                (
                    "tells",
                    django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=12), size=None),
                ),
                ("asked_by_name", models.CharField(max_length=120)),
                ("asked_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ("shown_at", models.DateTimeField(blank=True, null=True, verbose_name="voor het eerst getoond")),
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
                    "for_client",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="starter_asks", to="clients.client"
                    ),
                ),
            ],
            options={
                "ordering": ("-asked_at", "-id"),
                "abstract": False,
                "base_manager_name": "objects",
                "constraints": [
                    models.UniqueConstraint(
                        fields=("bureau", "for_client", "entry_id"), name="consent_starter_asked_once"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("tells", []), _negated=True), name="consent_starter_tells_something"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="StarterEntry",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("winkel", "winkel"),
                            ("webwinkel", "webwinkel"),
                            ("particulier", "dienst voor particulieren"),
                            ("zakelijk", "dienst voor bedrijven"),
                            ("ambacht", "iets maken of repareren"),
                            ("eten", "eten en drinken"),
                            ("lessen", "lessen of begeleiding"),
                            ("anders", "iets anders"),
                        ],
                        max_length=12,
                        verbose_name="soort bedrijf",
                    ),
                ),
                (
                    "sector",
                    models.CharField(
                        choices=[
                            ("land", "landbouw, groen en dieren"),
                            ("industrie", "industrie en techniek"),
                            ("bouw", "bouw en onderhoud"),
                            ("handel", "handel"),
                            ("vervoer", "vervoer en logistiek"),
                            ("horeca", "horeca en toerisme"),
                            ("ict", "ICT en media"),
                            ("diensten", "zakelijke diensten"),
                            ("onderwijs", "onderwijs en training"),
                            ("zorg", "zorg en welzijn"),
                            ("cultuur", "kunst, cultuur en sport"),
                            ("verzorging", "persoonlijke verzorging"),
                        ],
                        max_length=12,
                        verbose_name="branche",
                    ),
                ),
                (
                    "phase",
                    models.CharField(
                        choices=[
                            ("idee", "heeft een idee"),
                            ("plan", "maakt een ondernemingsplan"),
                            ("eerste", "is korter dan een jaar bezig"),
                            ("loopt", "is langer dan een jaar bezig"),
                            ("gestopt", "is gestopt"),
                        ],
                        max_length=12,
                        verbose_name="fase",
                    ),
                ),
                (
                    "region",
                    models.CharField(
                        choices=[
                            ("dr", "Drenthe"),
                            ("fl", "Flevoland"),
                            ("fr", "Fryslân"),
                            ("ge", "Gelderland"),
                            ("gr", "Groningen"),
                            ("li", "Limburg"),
                            ("nb", "Noord-Brabant"),
                            ("nh", "Noord-Holland"),
                            ("ov", "Overijssel"),
                            ("ut", "Utrecht"),
                            ("ze", "Zeeland"),
                            ("zh", "Zuid-Holland"),
                        ],
                        max_length=2,
                        verbose_name="provincie",
                    ),
                ),
                (
                    "turnover",
                    models.CharField(
                        choices=[
                            ("geen", "nog geen omzet"),
                            ("10", "tot € 10.000"),
                            ("25", "€ 10.000 tot € 25.000"),
                            ("50", "€ 25.000 tot € 50.000"),
                            ("meer", "€ 50.000 of meer"),
                        ],
                        max_length=4,
                        verbose_name="omzet per jaar",
                    ),
                ),
                (
                    "investment",
                    models.CharField(
                        choices=[
                            ("geen", "niets"),
                            ("2", "tot € 2.500"),
                            ("10", "€ 2.500 tot € 10.000"),
                            ("25", "€ 10.000 tot € 25.000"),
                            ("meer", "€ 25.000 of meer"),
                        ],
                        max_length=4,
                        verbose_name="nodig om te beginnen",
                    ),
                ),
                (
                    "hours",
                    models.CharField(
                        choices=[
                            ("12", "tot 12 uur"),
                            ("24", "12 tot 24 uur"),
                            ("36", "24 tot 36 uur"),
                            ("meer", "36 uur of meer"),
                        ],
                        max_length=4,
                        verbose_name="uren per week",
                    ),
                ),
                (
                    "learned",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=12), blank=True, default=list, size=None
                    ),
                ),
                ("lessons", vault.fields.SealedTextField(blank=True, null=True, subject="id")),
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
                    "behind",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT, related_name="entry", to="consent.starterlink"
                    ),
                ),
            ],
            options={
                "ordering": ("id",),
                "abstract": False,
                "base_manager_name": "objects",
                "indexes": [models.Index(fields=["bureau", "sector", "region"], name="consent_starter_together")],
            },
        ),
        TenantTable("StarterLink", SYSTEM),
        TenantTable("StarterEntry", WIDE),
        TenantTable("StarterAsk", WIDE),
    ]
