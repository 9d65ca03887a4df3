"""A stuk that was shielded at the person's request: since when. The platform's operator and the opdrachtgever never read
it, by raw SQL either; of who works here the queryset asks the reglement."""

from django.db import migrations, models

from bureaus.rls import APP_ROLE

READERS = "shielded_at IS NULL OR current_setting('app.reach') IN ('system', 'staff', 'client')"


class Migration(migrations.Migration):
    dependencies = [("dossiers", "0007_tombstone")]

    operations = [
        migrations.AddField(
            model_name="stuk",
            name="shielded_at",
            field=models.DateTimeField(blank=True, null=True, verbose_name="afgeschermd op verzoek"),
        ),
        migrations.RunSQL(
            f"CREATE POLICY shielded ON dossiers_stuk AS RESTRICTIVE FOR SELECT TO {APP_ROLE} USING ({READERS})",
            "DROP POLICY shielded ON dossiers_stuk",
        ),
    ]
