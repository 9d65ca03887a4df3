"""The client may see who opened its dossier (DOMAIN 8)."""

from django.db import migrations

from bureaus.rls import WIDE, Wall, granted

OWN_DOSSIER = f"(current_setting('app.reach') = 'client' AND {granted('journal_line.dossier_id')})"


class Migration(migrations.Migration):
    dependencies = [("journal", "0001_journal"), ("access", "0002_grants")]

    operations = [Wall("Line", f"{WIDE} OR {OWN_DOSSIER}", "true", old=(WIDE, "true"))]
