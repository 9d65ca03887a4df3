import django.db.models.deletion
import django.db.models.functions.datetime
import uuid_utils.compat
from django.db import migrations, models

import bureaus.tenancy
import vault.fields
from bureaus.rls import TenantTable


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("access", "0001_accounts"),
        ("bureaus", "0002_reglement"),
    ]

    operations = [
        migrations.CreateModel(
            name="Client",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid_utils.compat.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("initials", models.CharField(blank=True, max_length=20, verbose_name="voorletters")),
                ("first_name", models.CharField(blank=True, max_length=80, verbose_name="voornaam")),
                ("tussenvoegsel", models.CharField(blank=True, max_length=30, verbose_name="tussenvoegsel")),
                ("last_name", models.CharField(max_length=120, verbose_name="achternaam")),
                ("sort_name", models.CharField(editable=False, max_length=250)),
                ("search_name", models.CharField(editable=False, max_length=250)),
                ("birth_date", models.DateField(blank=True, null=True, verbose_name="geboortedatum")),
                ("bsn", vault.fields.SealedTextField(blank=True, null=True, subject="id")),
                ("bsn_index", models.BinaryField(max_length=32, null=True)),
                ("email", models.EmailField(blank=True, max_length=254, verbose_name="e-mailadres")),
                ("phone", models.CharField(blank=True, max_length=30, verbose_name="telefoon")),
                ("street", models.CharField(blank=True, max_length=150, verbose_name="straat en huisnummer")),
                ("postcode", models.CharField(blank=True, max_length=10, verbose_name="postcode")),
                ("city", models.CharField(blank=True, max_length=80, verbose_name="plaats")),
                (
                    "language",
                    models.CharField(
                        blank=True, help_text="Als Nederlands lezen lastig is.", max_length=60, verbose_name="taal"
                    ),
                ),
                ("created_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
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
                    "membership",
                    models.OneToOneField(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="client",
                        to="access.membership",
                    ),
                ),
            ],
            options={
                "ordering": ("sort_name", "id"),
                "abstract": False,
                "base_manager_name": "objects",
            },
        ),
        migrations.CreateModel(
            name="ContactPerson",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid_utils.compat.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("name", models.CharField(max_length=120, verbose_name="naam")),
                ("relation", models.CharField(max_length=80, verbose_name="relatie")),
                ("phone", models.CharField(blank=True, max_length=30, verbose_name="telefoon")),
                ("email", models.EmailField(blank=True, max_length=254, verbose_name="e-mailadres")),
                ("given_by_client", models.BooleanField(default=False, verbose_name="door de cliënt zelf opgegeven")),
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
                        on_delete=django.db.models.deletion.CASCADE, related_name="contact_persons", to="clients.client"
                    ),
                ),
            ],
            options={
                "ordering": ("name",),
                "abstract": False,
                "base_manager_name": "objects",
            },
        ),
        migrations.CreateModel(
            name="Gemachtigde",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid_utils.compat.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("name", models.CharField(max_length=120, verbose_name="naam")),
                ("scope", models.CharField(max_length=200, verbose_name="waarvoor")),
                ("email", models.EmailField(blank=True, max_length=254, verbose_name="e-mailadres")),
                ("phone", models.CharField(blank=True, max_length=30, verbose_name="telefoon")),
                ("valid_from", models.DateField(verbose_name="vanaf")),
                ("valid_until", models.DateField(blank=True, null=True, verbose_name="tot en met")),
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
                        on_delete=django.db.models.deletion.CASCADE, related_name="gemachtigden", to="clients.client"
                    ),
                ),
                (
                    "membership",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="machtigingen",
                        to="access.membership",
                    ),
                ),
            ],
            options={
                "ordering": ("name",),
                "abstract": False,
                "base_manager_name": "objects",
            },
        ),
        migrations.CreateModel(
            name="Opdrachtgever",
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
                            ("uwv", "UWV"),
                            ("gemeente", "gemeente"),
                            ("verzekeraar", "verzekeraar"),
                            ("werkgever", "werkgever"),
                            ("particulier", "particulier"),
                        ],
                        max_length=20,
                        verbose_name="soort",
                    ),
                ),
                ("name", models.CharField(max_length=150, verbose_name="naam")),
                ("sort_name", models.CharField(editable=False, max_length=150)),
                ("kvk", models.CharField(blank=True, max_length=8, verbose_name="KvK-nummer")),
                ("street", models.CharField(blank=True, max_length=150, verbose_name="straat en huisnummer")),
                ("postcode", models.CharField(blank=True, max_length=10, verbose_name="postcode")),
                ("city", models.CharField(blank=True, max_length=80, verbose_name="plaats")),
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
                "ordering": ("sort_name", "id"),
                "abstract": False,
                "base_manager_name": "objects",
            },
        ),
        migrations.CreateModel(
            name="Contract",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid_utils.compat.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("number", models.CharField(max_length=60, verbose_name="contractnummer")),
                ("starts_on", models.DateField(verbose_name="begin")),
                ("ends_on", models.DateField(blank=True, null=True, verbose_name="einde")),
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
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="contracts",
                        to="clients.opdrachtgever",
                    ),
                ),
            ],
            options={
                "ordering": ("-starts_on",),
                "abstract": False,
                "base_manager_name": "objects",
            },
        ),
        migrations.CreateModel(
            name="OpdrachtgeverContact",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid_utils.compat.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("name", models.CharField(max_length=120, verbose_name="naam")),
                ("function", models.CharField(blank=True, max_length=120, verbose_name="functie")),
                ("email", models.EmailField(blank=True, max_length=254, verbose_name="e-mailadres")),
                ("phone", models.CharField(blank=True, max_length=30, verbose_name="telefoon")),
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
                    "membership",
                    models.OneToOneField(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="opdrachtgever_contact",
                        to="access.membership",
                    ),
                ),
                (
                    "opdrachtgever",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="contacts", to="clients.opdrachtgever"
                    ),
                ),
            ],
            options={
                "ordering": ("name",),
                "abstract": False,
                "base_manager_name": "objects",
            },
        ),
        migrations.CreateModel(
            name="Traject",
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
                        help_text="Uit de lijst van het reglement.", max_length=40, verbose_name="soort traject"
                    ),
                ),
                ("ordernummer", models.CharField(blank=True, max_length=60, verbose_name="ordernummer")),
                ("registered_on", models.DateField(verbose_name="aangemeld op")),
                ("agreed_start", models.DateField(blank=True, null=True, verbose_name="afgesproken begin")),
                ("planned_end", models.DateField(blank=True, null=True, verbose_name="gepland einde")),
                (
                    "hours_granted",
                    models.DecimalField(
                        blank=True, decimal_places=2, max_digits=6, null=True, verbose_name="toegekende uren"
                    ),
                ),
                (
                    "phase",
                    models.CharField(
                        choices=[
                            ("aangemeld", "aangemeld"),
                            ("intake", "intake"),
                            ("plan", "plan van aanpak"),
                            ("begeleiding", "begeleiding"),
                            ("plaatsing", "plaatsing"),
                            ("nazorg", "nazorg"),
                            ("beeindigd", "beëindigd"),
                        ],
                        default="aangemeld",
                        max_length=20,
                        verbose_name="fase",
                    ),
                ),
                (
                    "end_reason",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("doel", "doel bereikt"),
                            ("termijn", "afgesproken duur voorbij"),
                            ("client", "op verzoek van de cliënt"),
                            ("opdrachtgever", "op verzoek van de opdrachtgever"),
                            ("uitval", "langdurige uitval"),
                            ("anders", "anders"),
                        ],
                        max_length=20,
                        verbose_name="reden van einde",
                    ),
                ),
                (
                    "result",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("werk", "betaald werk"),
                            ("zelfstandig", "eigen bedrijf"),
                            ("scholing", "opleiding"),
                            ("vrijwillig", "vrijwilligerswerk"),
                            ("behoud", "behoud van werk"),
                            ("werkfit", "klaar om te werken"),
                            ("geen", "geen resultaat"),
                        ],
                        max_length=20,
                        verbose_name="resultaat",
                    ),
                ),
                (
                    "consent_stated",
                    models.BooleanField(default=False, verbose_name="opdrachtgever verklaart toestemming"),
                ),
                ("traject_ended_on", models.DateField(blank=True, null=True, verbose_name="traject beëindigd op")),
                (
                    "service_closed_on",
                    models.DateField(blank=True, null=True, verbose_name="dienstverlening afgesloten op"),
                ),
                (
                    "contract_ended_on",
                    models.DateField(blank=True, null=True, verbose_name="overeenkomst beëindigd op"),
                ),
                (
                    "transfer_received_on",
                    models.DateField(blank=True, null=True, verbose_name="overdracht ontvangen op"),
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
                    "client",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="trajecten", to="clients.client"
                    ),
                ),
                (
                    "contact",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="trajecten",
                        to="clients.opdrachtgevercontact",
                    ),
                ),
                (
                    "contract",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="trajecten",
                        to="clients.contract",
                    ),
                ),
                (
                    "handler",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="trajecten", to="access.membership"
                    ),
                ),
                (
                    "opdrachtgever",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="trajecten",
                        to="clients.opdrachtgever",
                    ),
                ),
                (
                    "second_coach",
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
                "ordering": ("-registered_on", "id"),
                "abstract": False,
                "base_manager_name": "objects",
            },
        ),
        migrations.CreateModel(
            name="Appointment",
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
                            ("intake", "intakegesprek"),
                            ("gesprek", "gesprek"),
                            ("telefoon", "telefonisch gesprek"),
                            ("bedrijfsbezoek", "bedrijfsbezoek"),
                            ("evaluatie", "evaluatie"),
                            ("workshop", "workshop of training"),
                            ("inzage", "inzage in het dossier"),
                        ],
                        max_length=20,
                        verbose_name="soort",
                    ),
                ),
                ("starts_at", models.DateTimeField(verbose_name="begin")),
                ("minutes", models.PositiveSmallIntegerField(default=60, verbose_name="duur in minuten")),
                ("place", models.CharField(blank=True, max_length=120, verbose_name="plaats")),
                (
                    "attendance",
                    models.CharField(
                        choices=[
                            ("gepland", "gepland"),
                            ("aanwezig", "aanwezig"),
                            ("afgemeld", "afgemeld"),
                            ("afwezig", "niet verschenen"),
                            ("vervallen", "vervallen"),
                        ],
                        default="gepland",
                        max_length=20,
                        verbose_name="opkomst",
                    ),
                ),
                (
                    "hours",
                    models.DecimalField(blank=True, decimal_places=2, max_digits=5, null=True, verbose_name="uren"),
                ),
                ("present_names", models.CharField(blank=True, max_length=300, verbose_name="wie waren erbij")),
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
                    "coach",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="appointments", to="access.membership"
                    ),
                ),
                (
                    "traject",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="appointments", to="clients.traject"
                    ),
                ),
            ],
            options={
                "ordering": ("-starts_at",),
                "abstract": False,
                "base_manager_name": "objects",
            },
        ),
        migrations.CreateModel(
            name="TrajectPhase",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid_utils.compat.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                (
                    "phase",
                    models.CharField(
                        choices=[
                            ("aangemeld", "aangemeld"),
                            ("intake", "intake"),
                            ("plan", "plan van aanpak"),
                            ("begeleiding", "begeleiding"),
                            ("plaatsing", "plaatsing"),
                            ("nazorg", "nazorg"),
                            ("beeindigd", "beëindigd"),
                        ],
                        max_length=20,
                    ),
                ),
                ("order", models.PositiveSmallIntegerField()),
                ("planned_start", models.DateField(blank=True, null=True)),
                ("planned_end", models.DateField(blank=True, null=True)),
                ("started_on", models.DateField(blank=True, null=True)),
                ("finished_on", models.DateField(blank=True, null=True)),
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
                    "traject",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="phases", to="clients.traject"
                    ),
                ),
            ],
            options={
                "ordering": ("order",),
                "abstract": False,
                "base_manager_name": "objects",
            },
        ),
        migrations.AddIndex(
            model_name="client",
            index=models.Index(fields=["bureau", "sort_name"], name="clients_client_sort"),
        ),
        migrations.AddConstraint(
            model_name="client",
            constraint=models.UniqueConstraint(
                models.F("bureau"), models.F("bsn_index"), name="clients_client_bsn_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="client",
            constraint=models.CheckConstraint(
                condition=models.Q(("last_name", ""), _negated=True), name="clients_client_has_name"
            ),
        ),
        migrations.AddIndex(
            model_name="contactperson",
            index=models.Index(fields=["bureau", "client"], name="clients_contact_client"),
        ),
        migrations.AddIndex(
            model_name="gemachtigde",
            index=models.Index(fields=["bureau", "client"], name="clients_gemachtigde_client"),
        ),
        migrations.AddConstraint(
            model_name="gemachtigde",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("valid_until", None), ("valid_until__gte", models.F("valid_from")), _connector="OR"
                ),
                name="clients_gemachtigde_period",
            ),
        ),
        migrations.AddConstraint(
            model_name="opdrachtgever",
            constraint=models.UniqueConstraint(
                models.F("bureau"), models.F("kind"), models.F("name"), name="clients_opdrachtgever_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="contract",
            constraint=models.UniqueConstraint(
                models.F("bureau"), models.F("opdrachtgever"), models.F("number"), name="clients_contract_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="contract",
            constraint=models.CheckConstraint(
                condition=models.Q(("ends_on", None), ("ends_on__gte", models.F("starts_on")), _connector="OR"),
                name="clients_contract_period",
            ),
        ),
        migrations.AddIndex(
            model_name="opdrachtgevercontact",
            index=models.Index(fields=["bureau", "opdrachtgever"], name="clients_ogcontact_og"),
        ),
        migrations.AddIndex(
            model_name="traject",
            index=models.Index(fields=["bureau", "client"], name="clients_traject_client"),
        ),
        migrations.AddIndex(
            model_name="traject",
            index=models.Index(fields=["bureau", "opdrachtgever"], name="clients_traject_og"),
        ),
        migrations.AddIndex(
            model_name="traject",
            index=models.Index(fields=["bureau", "handler", "phase"], name="clients_traject_handler"),
        ),
        migrations.AddConstraint(
            model_name="traject",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("planned_end", None),
                    ("agreed_start", None),
                    ("planned_end__gte", models.F("agreed_start")),
                    _connector="OR",
                ),
                name="clients_traject_period",
            ),
        ),
        migrations.AddConstraint(
            model_name="traject",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("phase", "beeindigd"), _negated=True),
                    models.Q(models.Q(("end_reason", ""), _negated=True), ("traject_ended_on__isnull", False)),
                    _connector="OR",
                ),
                name="clients_traject_end_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="traject",
            constraint=models.CheckConstraint(
                condition=models.Q(("hours_granted", None), ("hours_granted__gte", 0), _connector="OR"),
                name="clients_traject_hours",
            ),
        ),
        migrations.AddIndex(
            model_name="appointment",
            index=models.Index(fields=["bureau", "traject", "starts_at"], name="clients_appt_traject"),
        ),
        migrations.AddIndex(
            model_name="appointment",
            index=models.Index(fields=["bureau", "coach", "starts_at"], name="clients_appt_coach"),
        ),
        migrations.AddConstraint(
            model_name="trajectphase",
            constraint=models.UniqueConstraint(
                models.F("bureau"), models.F("traject"), models.F("phase"), name="clients_phase_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="trajectphase",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("finished_on", None),
                    ("started_on", None),
                    ("finished_on__gte", models.F("started_on")),
                    _connector="OR",
                ),
                name="clients_phase_period",
            ),
        ),
        TenantTable("Client"),
        TenantTable("Opdrachtgever"),
        TenantTable("OpdrachtgeverContact"),
        TenantTable("Contract"),
        TenantTable("ContactPerson"),
        TenantTable("Gemachtigde"),
        TenantTable("Traject"),
        TenantTable("TrajectPhase"),
        TenantTable("Appointment"),
    ]
