"""By raw SQL too: who works here and acts without principals (declarations to sign first) sees no word of a dossier."""

from django.db import migrations

from bureaus.rls import APP_ROLE

SIGNED = "current_setting('app.reach') <> 'staff' OR current_setting('app.principals') <> '{}'"
TABLES = (
    "clients_client", "clients_contactperson", "clients_gemachtigde", "clients_traject", "clients_trajectphase",
    "clients_appointment", "dossiers_dossier", "dossiers_stuk", "dossiers_stukversion", "dossiers_draft",
    "dossiers_storedfile", "dossiers_release", "dossiers_readmark", "vault_wrappedkey",
)  # fmt: skip


def wall(table: str) -> migrations.RunSQL:
    """Of reading alone: to end what they handled, somebody who has not signed may still be written about."""
    return migrations.RunSQL(
        f"CREATE POLICY signed ON {table} AS RESTRICTIVE FOR SELECT TO {APP_ROLE} USING ({SIGNED})",
        f"DROP POLICY signed ON {table}",
    )


class Migration(migrations.Migration):
    dependencies = [
        ("dossiers", "0005_support_wall"),
        ("clients", "0003_particulieren"),
        ("vault", "0002_third_wall"),
    ]

    operations = [wall(table) for table in TABLES]
