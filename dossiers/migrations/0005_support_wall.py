"""The platform's operator reads of the dossier that directie named what is no one's own and not restricted; no file."""

from importlib import import_module

from django.db import migrations

from bureaus.rls import granted

before = import_module("dossiers.migrations.0002_third_wall")
IN_BUREAU = "bureau_id = current_setting('app.bureau_id')::bigint"
SUPPORT = f"({before.REACH} = 'support' AND {before.PUBLIC} AND NOT restricted AND {granted('dossier_id')})"
FILE = f"{before.REACH} <> 'support' AND ({before.FILE_READ})"
# The mark of what was read is of clients: the operator writes nothing at all.
MARK = f"{before.REACH} <> 'support' AND ({before.MARK_WRITE})"


def read(table: str, new: str, old: str) -> migrations.RunSQL:
    """Only what is read: the policies for what is written stay as they are."""
    alter = f"ALTER POLICY tenant ON {table} USING ({IN_BUREAU} AND"
    return migrations.RunSQL(f"{alter} ({new}))", f"{alter} ({old}))")


class Migration(migrations.Migration):
    dependencies = [("dossiers", "0004_follow_run")]

    operations = [
        read("dossiers_stuk", f"{before.STUK_READ} OR {SUPPORT}", before.STUK_READ),
        read("dossiers_storedfile", FILE, before.FILE_READ),
        migrations.RunSQL(
            f"ALTER POLICY tenant ON dossiers_readmark WITH CHECK ({IN_BUREAU} AND ({MARK}))",
            f"ALTER POLICY tenant ON dossiers_readmark WITH CHECK ({IN_BUREAU} AND ({before.MARK_WRITE}))",
        ),
    ]
