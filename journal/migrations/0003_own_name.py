"""A client, an opdrachtgever and whoever is not logged in add lines about themselves only: nobody writes by raw SQL
that a coach opened a dossier."""

from importlib import import_module

from django.db import migrations

from bureaus.rls import WIDE, Wall

before = import_module("journal.migrations.0002_third_wall")
READ = f"{WIDE} OR {before.OWN_DOSSIER}"
NOBODY = "'00000000-0000-0000-0000-000000000000'::uuid"
OWN_NAME = (
    f"({WIDE} OR (coalesce(membership_id, {NOBODY}) = current_setting('app.membership_id')::uuid"
    " AND coalesce(user_id, 0) = current_setting('app.user_id')::bigint))"
)


class Migration(migrations.Migration):
    dependencies = [("journal", "0002_third_wall")]

    operations = [Wall("Line", READ, OWN_NAME, old=(READ, "true"))]
