"""What left the bureau: the client reads its own line of the register, and never what opens the package."""

import django.db.models.deletion
import django.db.models.functions.datetime
import uuid_utils.compat
from django.db import migrations, models

import bureaus.tenancy
import vault.fields
from bureaus.rls import WIDE, TenantTable, granted

OF_ITS_CLIENT = (
    f"{WIDE} OR (current_setting('app.reach') = 'client' AND consent_disclosure.number <> ''"
    f" AND {granted('consent_disclosure.dossier_id')})"
)
OF_ITS_DISCLOSURE = (
    f"{WIDE} OR EXISTS (SELECT 1 FROM consent_disclosure d WHERE d.id = consent_disclosedstuk.disclosure_id)"
)


class Migration(migrations.Migration):
    dependencies = [
        ("access", "0013_same_person"),
        ("bureaus", "0003_longest_term"),
        ("consent", "0001_consents"),
        ("dossiers", "0009_better_text"),
    ]

    operations = [
        migrations.CreateModel(
            name="Disclosure",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid_utils.compat.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("number", models.CharField(blank=True, max_length=20, verbose_name="nummer")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("opzet", "wordt voorbereid"),
                            ("inpakken", "wordt ingepakt"),
                            ("klaar", "staat klaar"),
                            ("verstrekt", "verstrekt"),
                            ("gestopt", "gestopt"),
                            ("verlopen", "niet opgehaald"),
                            ("mislukt", "inpakken mislukt"),
                        ],
                        default="opzet",
                        max_length=12,
                    ),
                ),
                (
                    "ground",
                    models.CharField(
                        choices=[
                            ("consent", "toestemming van de cliënt"),
                            ("law", "wettelijke plicht"),
                            ("no_objection", "schriftelijk geen bezwaar"),
                            ("untraceable", "gegevens die niet te herleiden zijn"),
                            ("necessary_helper", "medewerking die beroepshalve nodig is"),
                            ("guidance", "nodig voor de begeleiding"),
                            ("contract", "opdracht"),
                            ("vital_interest", "ernstig gevaar voor de gezondheid"),
                            ("court_order", "bevel van de rechter"),
                            ("compatible", "past bij het doel waarvoor het is verkregen"),
                            ("overmacht", "overmacht"),
                        ],
                        max_length=20,
                        verbose_name="grond",
                    ),
                ),
                ("article", models.CharField(blank=True, max_length=120)),
                ("words", vault.fields.SealedTextField(blank=True, null=True, subject="dossier_id")),
                ("paper_file", models.CharField(blank=True, max_length=120)),
                ("paper_name", models.CharField(blank=True, max_length=255)),
                ("paper_size", models.PositiveBigIntegerField(default=0)),
                ("why", vault.fields.SealedTextField(subject="dossier_id")),
                (
                    "receiver_kind",
                    models.CharField(
                        choices=[
                            ("zorg", "arts of hulpverlener"),
                            ("werkgever", "werkgever"),
                            ("uwv", "UWV"),
                            ("gemeente", "gemeente"),
                            ("overheid", "politie, justitie of een andere overheid"),
                            ("namens", "advocaat, bewindvoerder of een ander die namens iemand optreedt"),
                            ("anders", "een ander"),
                        ],
                        max_length=12,
                    ),
                ),
                ("receiver", vault.fields.SealedTextField(subject="dossier_id")),
                ("address", vault.fields.SealedTextField(blank=True, null=True, subject="dossier_id")),
                (
                    "authority",
                    models.CharField(
                        choices=[
                            ("teruggebeld", "Ik belde terug op een nummer dat ik zelf opzocht"),
                            ("bekend", "Ik ken de ontvanger van eerder werk"),
                            ("gezien", "De ontvanger was hier en legitimeerde zich"),
                            ("brief", "De ontvanger vroeg het op eigen briefpapier, en ik zocht dat na"),
                        ],
                        max_length=12,
                    ),
                ),
                ("authority_words", vault.fields.SealedTextField(blank=True, null=True, subject="dossier_id")),
                (
                    "means",
                    models.CharField(
                        choices=[
                            ("link", "Met een link per e-mail, en een code die u apart geeft"),
                            ("papier", "Op papier: u drukt het af en geeft of stuurt het"),
                        ],
                        max_length=8,
                    ),
                ),
                ("made_by_name", models.CharField(max_length=120)),
                ("made_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ("sent_by_name", models.CharField(blank=True, max_length=120)),
                ("sent_at", models.DateTimeField(blank=True, null=True)),
                ("fetched_at", models.DateTimeField(blank=True, null=True, verbose_name="first fetched")),
                ("handed_on", models.DateField(blank=True, null=True)),
                ("handed_by_name", models.CharField(blank=True, max_length=120)),
                ("handed_words", vault.fields.SealedTextField(blank=True, null=True, subject="dossier_id")),
                ("stopped_at", models.DateTimeField(blank=True, null=True)),
                (
                    "stopped_because",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("toestemming", "de toestemming geldt niet meer"),
                            ("teruggenomen", "teruggenomen"),
                            ("inhoud", "een stuk is afgeschermd of verwijderd"),
                        ],
                        max_length=14,
                    ),
                ),
                ("stopped_by_name", models.CharField(blank=True, max_length=120)),
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
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="disclosures",
                        to="consent.consent",
                    ),
                ),
                (
                    "dossier",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="disclosures", to="dossiers.dossier"
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
                "ordering": ("-sent_at", "-id"),
                "abstract": False,
                "base_manager_name": "objects",
            },
        ),
        migrations.CreateModel(
            name="DisclosedStuk",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid_utils.compat.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("stuk_id", models.UUIDField()),
                ("number", models.PositiveIntegerField()),
                ("kind", models.CharField(max_length=40)),
                ("date", models.DateField()),
                ("version", models.PositiveSmallIntegerField()),
                ("along", models.BooleanField(default=False)),
                ("sha256", models.CharField(blank=True, max_length=64)),
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
                    "disclosure",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="stukken", to="consent.disclosure"
                    ),
                ),
            ],
            options={
                "ordering": ("number", "id"),
                "abstract": False,
                "base_manager_name": "objects",
            },
        ),
        migrations.CreateModel(
            name="DisclosurePackage",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid_utils.compat.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("leased_until", models.DateTimeField(blank=True, null=True)),
                ("error", models.CharField(blank=True, max_length=300)),
                ("manifest", models.JSONField(default=list)),
                ("file", models.CharField(blank=True, max_length=120)),
                ("file_size", models.PositiveBigIntegerField(default=0)),
                ("file_sha256", models.CharField(blank=True, max_length=64)),
                ("token_hash", models.CharField(blank=True, max_length=64)),
                ("code_hash", models.CharField(blank=True, max_length=128)),
                ("tries", models.PositiveSmallIntegerField(default=0)),
                ("ready_at", models.DateTimeField(blank=True, null=True)),
                ("expires_at", models.DateTimeField(blank=True, null=True)),
                ("gone_at", models.DateTimeField(blank=True, null=True)),
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
                    "disclosure",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE, related_name="package", to="consent.disclosure"
                    ),
                ),
            ],
            options={
                "abstract": False,
                "base_manager_name": "objects",
            },
        ),
        migrations.AddIndex(
            model_name="disclosure",
            index=models.Index(fields=["bureau", "dossier"], name="consent_disclosure_dossier"),
        ),
        migrations.AddIndex(
            model_name="disclosure",
            index=models.Index(fields=["bureau", "state", "-sent_at"], name="consent_disclosure_state"),
        ),
        migrations.AddConstraint(
            model_name="disclosure",
            constraint=models.UniqueConstraint(
                condition=models.Q(("number", ""), _negated=True),
                fields=("bureau", "number"),
                name="consent_disclosure_number",
            ),
        ),
        migrations.AddConstraint(
            model_name="disclosure",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("state", "opzet"),
                    models.Q(models.Q(("number", ""), _negated=True), ("sent_at__isnull", False)),
                    _connector="OR",
                ),
                name="consent_disclosure_sent_numbered",
            ),
        ),
        migrations.AddConstraint(
            model_name="disclosure",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("ground", "consent"), _negated=True), ("consent__isnull", False), _connector="OR"
                ),
                name="consent_disclosure_names_consent",
            ),
        ),
        migrations.AddConstraint(
            model_name="disclosure",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("ground__in", ("no_objection", "court_order")), _negated=True),
                    models.Q(("paper_file", ""), _negated=True),
                    _connector="OR",
                ),
                name="consent_disclosure_has_paper",
            ),
        ),
        migrations.AddConstraint(
            model_name="disclosure",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state", "gestopt"), _negated=True),
                    models.Q(("stopped_at__isnull", False), models.Q(("stopped_because", ""), _negated=True)),
                    _connector="OR",
                ),
                name="consent_disclosure_stopped_why",
            ),
        ),
        migrations.AddConstraint(
            model_name="disclosedstuk",
            constraint=models.UniqueConstraint(
                fields=("bureau", "disclosure", "stuk_id"), name="consent_disclosed_once"
            ),
        ),
        migrations.AddIndex(
            model_name="disclosurepackage",
            index=models.Index(fields=["bureau", "token_hash"], name="consent_package_token"),
        ),
        TenantTable("Disclosure", OF_ITS_CLIENT, WIDE),
        TenantTable("DisclosedStuk", OF_ITS_DISCLOSURE, WIDE),
        TenantTable("DisclosurePackage", WIDE),
    ]
