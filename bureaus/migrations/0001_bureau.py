import django.core.validators
import django.utils.timezone
from django.db import migrations, models

import bureaus.validators
from bureaus.rls import APP_ROLE, OWNER_ROLE

# Read by all: the host name is looked up before anyone is known. Made without a context (the platform) or by the
# system; changed by the bureau's own staff too; deleted by nobody but the owner of the database.
REACH = "coalesce(current_setting('app.reach', true), '')"
OWN = f"({REACH} = 'staff' AND id = nullif(current_setting('app.bureau_id', true), '')::bigint)"
WALLS = f"""
ALTER TABLE bureaus_bureau ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY reads ON bureaus_bureau FOR SELECT TO {APP_ROLE} USING (true);
CREATE POLICY makes ON bureaus_bureau FOR INSERT TO {APP_ROLE} WITH CHECK ({REACH} IN ('', 'system'));
CREATE POLICY changes ON bureaus_bureau FOR UPDATE TO {APP_ROLE}
    USING ({REACH} IN ('', 'system') OR {OWN}) WITH CHECK ({REACH} IN ('', 'system') OR {OWN});
CREATE POLICY owner ON bureaus_bureau TO {OWNER_ROLE} USING (true) WITH CHECK (true);
"""
NO_WALLS = """
DROP POLICY reads ON bureaus_bureau; DROP POLICY makes ON bureaus_bureau; DROP POLICY changes ON bureaus_bureau;
DROP POLICY owner ON bureaus_bureau;
ALTER TABLE bureaus_bureau NO FORCE ROW LEVEL SECURITY, DISABLE ROW LEVEL SECURITY;
"""


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name="Bureau",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("legal_name", models.CharField(max_length=200, verbose_name="statutaire naam")),
                (
                    "slug",
                    models.CharField(
                        max_length=40,
                        unique=True,
                        validators=[
                            django.core.validators.RegexValidator(
                                "\\A[a-z][a-z0-9]*(-[a-z0-9]+)*\\Z",
                                "Gebruik kleine letters, cijfers en streepjes, te beginnen met een letter (bijvoorbeeld 'javawest').",
                            )
                        ],
                        verbose_name="korte naam",
                    ),
                ),
                (
                    "kvk",
                    models.CharField(
                        blank=True,
                        max_length=8,
                        validators=[
                            django.core.validators.RegexValidator(
                                "\\A[0-9]{8}\\Z", "Een KvK-nummer heeft acht cijfers."
                            )
                        ],
                        verbose_name="KvK-nummer",
                    ),
                ),
                ("address_1", models.CharField(blank=True, max_length=120, verbose_name="adres")),
                ("address_2", models.CharField(blank=True, max_length=120, verbose_name="adres, tweede regel")),
                (
                    "postcode",
                    models.CharField(
                        blank=True,
                        max_length=7,
                        validators=[
                            django.core.validators.RegexValidator(
                                "\\A[1-9][0-9]{3} [A-Z]{2}\\Z", "Schrijf de postcode als '1234 AB'."
                            )
                        ],
                        verbose_name="postcode",
                    ),
                ),
                ("city", models.CharField(blank=True, max_length=80, verbose_name="plaats")),
                (
                    "host",
                    models.CharField(
                        max_length=253,
                        unique=True,
                        validators=[
                            django.core.validators.RegexValidator(
                                "\\A(?=.{1,253}\\Z)[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?(\\.[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?)*\\Z",
                                "Schrijf de hostnaam in kleine letters, zonder http:// en zonder poort (bijvoorbeeld 'javawest.localhost').",
                            )
                        ],
                        verbose_name="hostnaam",
                    ),
                ),
                ("logo", models.CharField(blank=True, max_length=200, verbose_name="bestandsnaam van het logo")),
                (
                    "colour",
                    models.CharField(
                        default="#1f4e79", max_length=7, validators=[bureaus.validators.colour], verbose_name="kleur"
                    ),
                ),
                ("email", models.EmailField(blank=True, max_length=254, verbose_name="e-mailadres")),
                ("phone", models.CharField(blank=True, max_length=20, verbose_name="telefoon")),
                ("website", models.URLField(blank=True, verbose_name="website")),
                (
                    "created_at",
                    models.DateTimeField(
                        default=django.utils.timezone.now, editable=False, verbose_name="aangemaakt op"
                    ),
                ),
            ],
            options={
                "verbose_name": "bureau",
                "verbose_name_plural": "bureaus",
                "ordering": ["legal_name"],
            },
        ),
        migrations.RunSQL(WALLS, NO_WALLS),
    ]
