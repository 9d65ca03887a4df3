"""A better text takes the place of what stood there, on request (AVG 16): the old versions are kept and put out of sight.

Outside the bureau nobody reads them, by raw SQL either; of who works here the reglement says it."""

from django.db import migrations, models

from bureaus.rls import APP_ROLE

READERS = (
    "current_setting('app.reach') IN ('system', 'staff') OR number >"
    " (SELECT s.shielded_upto FROM dossiers_stuk s WHERE s.id = dossiers_stukversion.stuk_id)"
)


class Migration(migrations.Migration):
    dependencies = [("dossiers", "0008_shielded")]

    operations = [
        migrations.AddField("draft", "replaces", models.PositiveSmallIntegerField(default=0)),
        migrations.AddField("draft", "source", models.CharField(blank=True, max_length=60)),
        migrations.AddField(
            "stuk",
            "shielded_upto",
            models.PositiveSmallIntegerField(default=0, verbose_name="oude tekst afgeschermd tot en met"),
        ),
        migrations.AddConstraint(
            "stuk",
            models.CheckConstraint(
                condition=models.Q(shielded_upto=0) | models.Q(shielded_upto__lt=models.F("version")),
                name="dossiers_stuk_newest_shown",
            ),
        ),
        migrations.RunSQL(
            f"CREATE POLICY shielded ON dossiers_stukversion AS RESTRICTIVE FOR SELECT TO {APP_ROLE} USING ({READERS})",
            "DROP POLICY shielded ON dossiers_stukversion",
        ),
    ]
