"""A text that is vastgesteld stays, whoever asks by raw SQL: only the system's own runs (retention) delete one, and a
client changes a statement of its own no more once it stands in the dossier (javawest 6.2: never overwritten)."""

from importlib import import_module

from django.db import migrations

from bureaus.rls import WIDE, granted

before = import_module("dossiers.migrations.0002_third_wall")
SYSTEM = f"{before.REACH} = 'system'"
OWN_CONCEPT = (
    f"{SYSTEM} OR ({before.REACH} = 'staff' AND ({before.PUBLIC} OR {before.OWN}))"
    f" OR ({before.REACH} = 'client' AND kind = 'eigen_verklaring' AND state = 'concept' AND {before.OWN}"
    f" AND {granted('dossier_id')})"
)


def policy(name: str, table: str, new: str, old: str) -> migrations.RunSQL:
    return migrations.RunSQL(
        f"ALTER POLICY {name} ON {table} USING ({new})", f"ALTER POLICY {name} ON {table} USING ({old})"
    )


class Migration(migrations.Migration):
    dependencies = [("dossiers", "0002_third_wall")]

    operations = [
        policy("deletes", "dossiers_stukversion", SYSTEM, before.VERSION_WRITE),
        policy("changes", "dossiers_stuk", OWN_CONCEPT, before.STUK_WRITE),
        policy("deletes", "dossiers_stuk", OWN_CONCEPT, before.STUK_WRITE),
        # What was let out, and to whom, is evidence as well; it ends by withdrawn_at.
        policy("deletes", "dossiers_release", SYSTEM, WIDE),
    ]
