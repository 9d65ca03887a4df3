"""Who reaches what inside a dossier, also by raw SQL: the client its own, the opdrachtgever what was released to it,
and nobody but its author a concept or a werkaantekening (werkid 10.4, 12.5)."""

from django.db import migrations

from bureaus.rls import WIDE, Wall, dossier_wall, granted

ME = "current_setting('app.membership_id')::uuid"
REACH = "current_setting('app.reach')"
PUBLIC = "(state <> 'concept' AND kind <> 'werkaantekening')"
OWN = f"author_id = {ME}"
RELEASED = (
    "EXISTS (SELECT 1 FROM dossiers_release r WHERE r.withdrawn_at IS NULL AND (r.stuk_id = dossiers_stuk.id"
    " OR (dossiers_stuk.kind = 'eigen_verklaring' AND r.stuk_id = dossiers_stuk.about_id)))"
)
STUK_READ = (
    f"{REACH} = 'system' OR ({REACH} = 'staff' AND ({PUBLIC} OR {OWN}))"
    f" OR ({REACH} = 'client' AND ({PUBLIC} OR {OWN}) AND {granted('dossier_id')})"
    f" OR ({REACH} = 'opdrachtgever' AND {PUBLIC} AND {granted('dossier_id')} AND {RELEASED})"
)
# A client writes nothing but statements of its own.
STUK_WRITE = (
    f"{REACH} = 'system' OR ({REACH} = 'staff' AND ({PUBLIC} OR {OWN}))"
    f" OR ({REACH} = 'client' AND kind = 'eigen_verklaring' AND {OWN} AND {granted('dossier_id')})"
)


def of_stuk(table: str, also: str = "true") -> str:
    return f"EXISTS (SELECT 1 FROM dossiers_stuk s WHERE s.id = {table}.stuk_id AND ({also}))"


VERSION_OUT = (
    f"{REACH} <> 'opdrachtgever' OR s.kind = 'eigen_verklaring' OR EXISTS (SELECT 1 FROM dossiers_release r"
    " WHERE r.stuk_id = s.id AND r.withdrawn_at IS NULL AND r.version >= dossiers_stukversion.number)"
)
OWN_STATEMENT = f"s.kind = 'eigen_verklaring' AND s.author_id = {ME}"
VERSION_READ = f"{REACH} = 'system' OR {of_stuk('dossiers_stukversion', VERSION_OUT)}"
VERSION_WRITE = f"{WIDE} OR ({REACH} = 'client' AND {of_stuk('dossiers_stukversion', OWN_STATEMENT)})"
FILE_READ = f"{REACH} = 'system' OR {of_stuk('dossiers_storedfile')}"
DRAFT = f"{REACH} = 'system' OR ({OWN} AND {dossier_wall('dossier_id')})"
MARK_READ = f"{WIDE} OR membership_id = {ME}"
MARK_WRITE = f"{REACH} = 'system' OR (membership_id = {ME} AND {granted('dossier_id')})"


class Migration(migrations.Migration):
    dependencies = [("dossiers", "0001_dossiers"), ("access", "0002_grants")]

    operations = [
        Wall("Dossier", dossier_wall("dossiers_dossier.id"), WIDE),
        Wall("Release", dossier_wall("dossier_id"), WIDE),
        Wall("Stuk", STUK_READ, STUK_WRITE),
        Wall("StukVersion", VERSION_READ, VERSION_WRITE),
        Wall("Draft", DRAFT),
        Wall("StoredFile", FILE_READ, WIDE),
        Wall("ReadMark", MARK_READ, MARK_WRITE),
        Wall("VerslagTemplate", WIDE),
    ]
