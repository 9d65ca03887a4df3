"""A client or opdrachtgever gets the key of a dossier it holds a grant on; a client also its own (for its BSN)."""

from django.db import migrations

from bureaus.rls import WIDE, Wall, granted

SUBJECT = "vault_wrappedkey.subject_id"
ITS_OWN = f"EXISTS (SELECT 1 FROM dossiers_dossier d WHERE d.client_id = {SUBJECT})"


class Migration(migrations.Migration):
    dependencies = [("vault", "0001_wrapped_key"), ("dossiers", "0002_third_wall")]

    operations = [
        Wall(
            "WrappedKey",
            f"{WIDE} OR {granted(SUBJECT)} OR (current_setting('app.reach') = 'client' AND {ITS_OWN})",
            WIDE,
        )
    ]
