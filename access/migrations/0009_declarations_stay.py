"""A declaration that a session may read (its own, or before there is a reach anybody's) is not its to take away."""

from django.db import migrations

from bureaus.rls import APP_ROLE, WIDE


def only_wide(name: str, verb: str) -> migrations.RunSQL:
    """PostgreSQL asks of a row that is deleted only whether it may be read."""
    return migrations.RunSQL(
        f"CREATE POLICY {name} ON access_declaration AS RESTRICTIVE FOR {verb} TO {APP_ROLE} USING ({WIDE})",
        f"DROP POLICY {name} ON access_declaration",
    )


class Migration(migrations.Migration):
    dependencies = [("access", "0008_review_verdicts")]

    operations = [only_wide("changes", "UPDATE"), only_wide("deletes", "DELETE")]
