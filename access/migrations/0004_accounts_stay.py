"""What a request may not do to accounts and to what all bureaus stand on, whatever SQL it could run.

The group of a role is a principal of the next request: whoever could join one by raw SQL would read every dossier of
that role. So memberships of groups are written in the reach of the system alone, as access.actions does.
"""

from django.db import migrations

from bureaus.rls import APP_ROLE

REACH = "coalesce(current_setting('app.reach', true), '')"
OWN = "= nullif(current_setting('app.user_id', true), '')::bigint"
SYSTEM = f"{REACH} = 'system'"
COMMAND = f"{REACH} IN ('', 'system')"  # '': no bureau, such as a command that makes an operator
# (table, policy, statement, condition)
POLICIES = (
    ("access_user_groups", "joins", "INSERT", SYSTEM),
    ("access_user_groups", "changes", "UPDATE", SYSTEM),
    ("access_user_groups", "leaves", "DELETE", SYSTEM),
    ("access_user", "makes", "INSERT", COMMAND),
    # A colleague may have an account at another bureau too: theirs is not for this one to change.
    ("access_user", "changes", "UPDATE", f"CASE {REACH} WHEN 'staff' THEN id {OWN} ELSE true END"),
    ("access_user", "deletes", "DELETE", COMMAND),
)
OPERATOR = f"""
CREATE FUNCTION access_no_new_operator() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'nobody is made operator of the platform from within a bureau' USING ERRCODE = '42501';
END $$;
CREATE TRIGGER no_new_operator BEFORE UPDATE ON access_user FOR EACH ROW
    WHEN (NEW.is_platform_operator AND NOT OLD.is_platform_operator AND NOT ({COMMAND}))
    EXECUTE FUNCTION access_no_new_operator();
"""
# Written by migrations only; a group is made, and then stays as it is.
GROUND = ("auth_permission", "auth_group_permissions", "django_content_type", "django_migrations")
RIGHTS = [*((table, "INSERT, UPDATE, DELETE") for table in GROUND), ("auth_group", "UPDATE, DELETE")]


def policy(table: str, name: str, statement: str, condition: str) -> migrations.RunSQL:
    clause = "WITH CHECK" if statement == "INSERT" else "USING"
    return migrations.RunSQL(
        f"CREATE POLICY {name} ON {table} AS RESTRICTIVE FOR {statement} TO {APP_ROLE} {clause} ({condition})",
        f"DROP POLICY {name} ON {table}",
    )


class Migration(migrations.Migration):
    dependencies = [("access", "0003_global_walls")]

    operations = [
        *(policy(*one) for one in POLICIES),
        migrations.RunSQL(
            OPERATOR, "DROP TRIGGER no_new_operator ON access_user; DROP FUNCTION access_no_new_operator()"
        ),
        migrations.RunSQL(
            [f"REVOKE {rights} ON {table} FROM {APP_ROLE}" for table, rights in RIGHTS],
            [f"GRANT {rights} ON {table} TO {APP_ROLE}" for table, rights in RIGHTS],
        ),
    ]
