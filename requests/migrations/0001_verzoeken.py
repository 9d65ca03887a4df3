"""Requests: a client reaches its own, and of others nothing."""

import django.db.models.deletion
import django.db.models.functions.datetime
import uuid_utils.compat
from django.db import migrations, models

import bureaus.tenancy
import vault.fields
from bureaus.rls import WIDE, TenantTable

OF_CLIENT = (
    f"{WIDE} OR (current_setting('app.reach') = 'client' AND EXISTS"
    " (SELECT 1 FROM dossiers_dossier d WHERE d.client_id = requests_verzoek.client_id))"
)


def of_verzoek(table: str) -> str:
    return f"{WIDE} OR EXISTS (SELECT 1 FROM requests_verzoek v WHERE v.id = {table}.verzoek_id)"


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("access", "0012_nameless"),
        ("bureaus", "0002_reglement"),
        ("clients", "0004_nameless_particulieren"),
        ("dossiers", "0007_tombstone"),
    ]

    operations = [
        migrations.CreateModel(
            name="Verzoek",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid_utils.compat.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("number", models.CharField(max_length=20, verbose_name="ontvangstnummer")),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("inzage", "inzage"),
                            ("afschrift", "afschrift"),
                            ("correctie", "correctie"),
                            ("vernietiging", "vernietiging"),
                            ("overdracht", "overdraagbaarheid"),
                            ("beperking", "beperking"),
                            ("bezwaar", "bezwaar"),
                            ("klacht", "klacht"),
                        ],
                        max_length=12,
                        verbose_name="soort",
                    ),
                ),
                (
                    "change",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("verbeteren", "verbeteren"),
                            ("aanvullen", "aanvullen"),
                            ("verwijderen", "verwijderen"),
                            ("afschermen", "afschermen"),
                        ],
                        max_length=12,
                        verbose_name="wat er moet gebeuren",
                    ),
                ),
                (
                    "channel",
                    models.CharField(
                        choices=[
                            ("portaal", "in het portaal"),
                            ("brief", "per brief"),
                            ("mail", "per e-mail"),
                            ("balie", "aan de balie"),
                            ("telefoon", "na een geweigerd telefoongesprek"),
                        ],
                        max_length=10,
                        verbose_name="hoe het binnenkwam",
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("open", "in behandeling"),
                            ("tweede_blik", "ligt bij de directie"),
                            ("besloten", "besloten, wordt uitgevoerd"),
                            ("afgesloten", "afgesloten"),
                            ("ingetrokken", "ingetrokken"),
                            ("samengevoegd", "samengevoegd"),
                        ],
                        default="open",
                        max_length=12,
                    ),
                ),
                ("stuk_id", models.UUIDField(blank=True, null=True)),
                ("words", vault.fields.SealedTextField(subject="client_id")),
                ("proposed", vault.fields.SealedTextField(blank=True, null=True, subject="client_id")),
                ("received_on", models.DateField(verbose_name="ontvangen op")),
                ("entered_by_name", models.CharField(max_length=120)),
                ("entered_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ("scan_file", models.CharField(blank=True, max_length=120)),
                ("scan_name", models.CharField(blank=True, max_length=255)),
                ("scan_size", models.PositiveBigIntegerField(default=0)),
                (
                    "identity",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("portaal", "ingelogd met een tweede stap"),
                            ("gezien", "identiteitsbewijs gezien"),
                            ("bekend", "persoonlijk bekend bij wie het aannam"),
                            ("machtiging", "machtiging en identiteitsbewijs gezien"),
                            ("overgeslagen", "overgeslagen, met reden"),
                        ],
                        max_length=14,
                    ),
                ),
                ("identity_reason", vault.fields.SealedTextField(blank=True, null=True, subject="client_id")),
                ("identity_by_name", models.CharField(blank=True, max_length=120)),
                ("identity_at", models.DateTimeField(blank=True, null=True)),
                ("acknowledge_by", models.DateField()),
                ("acknowledged_at", models.DateTimeField(blank=True, null=True)),
                ("term", models.CharField(blank=True, max_length=20, verbose_name="term of the reglement, ISO 8601")),
                ("article", models.CharField(blank=True, max_length=60)),
                (
                    "ends_done",
                    models.BooleanField(default=False, verbose_name="by the day it is carried out, not just decided"),
                ),
                ("term_due_on", models.DateField(blank=True, null=True)),
                ("month_due_on", models.DateField(blank=True, null=True, verbose_name="AVG 12.3")),
                ("due_on", models.DateField()),
                ("paused_days", models.PositiveIntegerField(default=0)),
                ("extended_on", models.DateField(blank=True, null=True)),
                ("extension_reason", vault.fields.SealedTextField(blank=True, null=True, subject="client_id")),
                (
                    "decision",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("toegewezen", "toegewezen"),
                            ("deels", "deels toegewezen"),
                            ("afgewezen", "afgewezen"),
                            ("gegrond", "gegrond"),
                            ("deels_gegrond", "deels gegrond"),
                            ("ongegrond", "ongegrond"),
                            ("niet_ontvankelijk", "niet in behandeling genomen"),
                        ],
                        max_length=18,
                    ),
                ),
                ("reason_code", models.CharField(blank=True, max_length=80)),
                ("reason", vault.fields.SealedTextField(blank=True, null=True, subject="client_id")),
                ("decided_by_name", models.CharField(blank=True, max_length=120)),
                ("decided_at", models.DateTimeField(blank=True, null=True)),
                ("closed_at", models.DateTimeField(blank=True, null=True)),
                (
                    "about_member",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="access.membership",
                    ),
                ),
                (
                    "asked_by",
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
                    "client",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="verzoeken", to="clients.client"
                    ),
                ),
                (
                    "dossier",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="verzoeken",
                        to="dossiers.dossier",
                    ),
                ),
                (
                    "handler",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="verzoeken",
                        to="access.membership",
                    ),
                ),
                (
                    "joined_to",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="joined",
                        to="requests.verzoek",
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
                "ordering": ("due_on", "id"),
                "abstract": False,
                "base_manager_name": "objects",
            },
        ),
        migrations.CreateModel(
            name="Step",
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
                            ("ontvangen", "Ontvangen"),
                            ("samengevoegd", "Samengevoegd met een eerder verzoek"),
                            ("bevestigd", "Ontvangst bevestigd"),
                            ("identiteit_gevraagd", "Gevraagd om te laten zien wie u bent"),
                            ("identiteit_getoond", "Duidelijk wie het vraagt"),
                            ("verlengd", "Meer tijd genomen"),
                            ("overgedragen", "Een ander behandelt het"),
                            ("voorgelegd", "Voorgelegd aan de directie"),
                            ("teruggegeven", "Terug van de directie"),
                            ("besloten", "Besloten"),
                            ("uitgevoerd", "Uitgevoerd"),
                            ("ingelicht", "Ontvanger ingelicht"),
                            ("kopie_klaar", "De kopie staat klaar"),
                            ("kopie_opgehaald", "De kopie is opgehaald"),
                            ("brief", "Brief gemaakt"),
                            ("ingetrokken", "Ingetrokken"),
                            ("afgesloten", "Afgesloten"),
                        ],
                        max_length=20,
                    ),
                ),
                ("at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ("by_name", models.CharField(max_length=120)),
                ("note", vault.fields.SealedTextField(blank=True, null=True, subject="client_id")),
                ("client_id", models.UUIDField(editable=False)),
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
                        on_delete=django.db.models.deletion.CASCADE, related_name="steps", to="requests.verzoek"
                    ),
                ),
            ],
            options={
                "ordering": ("at", "id"),
                "abstract": False,
                "base_manager_name": "objects",
            },
        ),
        migrations.CreateModel(
            name="Reminder",
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
                            ("bevestigen", "bevestig de ontvangst"),
                            ("helft", "de helft van de tijd is om"),
                            ("zeven", "nog zeven dagen"),
                            ("drie", "nog drie dagen"),
                            ("een", "nog een dag"),
                            ("vandaag", "vandaag is de laatste dag"),
                            ("te_laat", "te laat"),
                        ],
                        max_length=12,
                    ),
                ),
                ("due_on", models.DateField()),
                ("sent_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
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
                        on_delete=django.db.models.deletion.CASCADE, related_name="reminders", to="requests.verzoek"
                    ),
                ),
            ],
            options={
                "abstract": False,
                "base_manager_name": "objects",
            },
        ),
        migrations.CreateModel(
            name="Pause",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid_utils.compat.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("began_on", models.DateField()),
                ("ended_on", models.DateField(blank=True, null=True)),
                ("by_name", models.CharField(max_length=120)),
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
                        on_delete=django.db.models.deletion.CASCADE, related_name="pauses", to="requests.verzoek"
                    ),
                ),
            ],
            options={
                "ordering": ("began_on", "id"),
                "abstract": False,
                "base_manager_name": "objects",
            },
        ),
        migrations.AddIndex(
            model_name="verzoek",
            index=models.Index(
                condition=models.Q(("state__in", ("open", "tweede_blik"))),
                fields=["bureau", "due_on"],
                name="requests_due",
            ),
        ),
        migrations.AddIndex(
            model_name="verzoek",
            index=models.Index(fields=["bureau", "client"], name="requests_of_client"),
        ),
        migrations.AddConstraint(
            model_name="verzoek",
            constraint=models.UniqueConstraint(fields=("bureau", "number"), name="requests_verzoek_number"),
        ),
        migrations.AddConstraint(
            model_name="verzoek",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("decided_at", None),
                    ("kind", "klacht"),
                    ("identity_at__isnull", False),
                    ("decision", "afgewezen"),
                    _connector="OR",
                ),
                name="requests_verzoek_identity_first",
            ),
        ),
        migrations.AddConstraint(
            model_name="verzoek",
            constraint=models.CheckConstraint(
                condition=models.Q(("decided_at", None), models.Q(("decision", ""), _negated=True), _connector="OR"),
                name="requests_verzoek_decision_said",
            ),
        ),
        migrations.AddConstraint(
            model_name="verzoek",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state", "samengevoegd"), _negated=True), ("joined_to__isnull", False), _connector="OR"
                ),
                name="requests_verzoek_joined_to",
            ),
        ),
        migrations.AddConstraint(
            model_name="verzoek",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("handler", None),
                    ("about_member", None),
                    models.Q(("handler", models.F("about_member")), _negated=True),
                    _connector="OR",
                ),
                name="requests_verzoek_not_ones_own",
            ),
        ),
        migrations.AddConstraint(
            model_name="reminder",
            constraint=models.UniqueConstraint(
                fields=("bureau", "verzoek", "kind", "due_on"), name="requests_reminded_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="pause",
            constraint=models.UniqueConstraint(
                condition=models.Q(("ended_on", None)), fields=("bureau", "verzoek"), name="requests_one_pause_open"
            ),
        ),
        migrations.AddConstraint(
            model_name="pause",
            constraint=models.CheckConstraint(
                condition=models.Q(("ended_on", None), ("ended_on__gte", models.F("began_on")), _connector="OR"),
                name="requests_pause_forward",
            ),
        ),
        TenantTable("Verzoek", OF_CLIENT, WIDE),
        TenantTable("Pause", of_verzoek("requests_pause"), WIDE),
        TenantTable("Step", of_verzoek("requests_step"), WIDE),
        TenantTable("Reminder", WIDE),
    ]
