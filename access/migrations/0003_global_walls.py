"""Walls around the tables that belong to no bureau: accounts, second factors, sessions.

Without a login (reach 'none', and the platform's own host, where no setting is written) they are open: a login
starts there. A client or opdrachtgever reaches its own rows; staff besides those the accounts of its own bureau.
"""

from django.db import migrations

from bureaus.rls import APP_ROLE, OWNER_ROLE

REACH = "coalesce(current_setting('app.reach', true), '')"
OWN = "= nullif(current_setting('app.user_id', true), '')::bigint"
TABLES = {
    "access_user": "id",
    "access_user_groups": "user_id",
    "access_user_user_permissions": "user_id",
    "account_emailaddress": "user_id",
    "mfa_authenticator": "user_id",
    "usersessions_usersession": "user_id",
}
# Of these a session of staff sees what belongs to the bureau's people too; second factors and sessions it doesn't.
SHARED = {"access_user", "access_user_groups"}
UNUSED = ("guardian_userobjectpermission", "guardian_groupobjectpermission", "access_user_user_permissions")

# By a function of the owner: a policy that names access_membership itself would ask for a bureau where there is none.
SHARES_BUREAU = """
CREATE FUNCTION access_shares_bureau(who bigint) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public AS
$$ SELECT EXISTS (SELECT 1 FROM public.access_membership
   WHERE user_id = who AND bureau_id = nullif(current_setting('app.bureau_id', true), '')::bigint) $$
"""


def condition(table: str, column: str) -> str:
    staff = f" OR access_shares_bureau({column})" if table in SHARED else ""
    return (
        f"CASE {REACH} WHEN 'client' THEN {column} {OWN} WHEN 'opdrachtgever' THEN {column} {OWN}"
        f" WHEN 'staff' THEN {column} {OWN}{staff} ELSE true END"
    )


def walls(table: str, column: str) -> migrations.RunSQL:
    test = condition(table, column)
    return migrations.RunSQL(
        [
            f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY",
            f"CREATE POLICY person ON {table} TO {APP_ROLE} USING ({test}) WITH CHECK ({test})",
            f"CREATE POLICY owner ON {table} TO {OWNER_ROLE} USING (true) WITH CHECK (true)",
        ],
        [
            f"DROP POLICY person ON {table}",
            f"DROP POLICY owner ON {table}",
            f"ALTER TABLE {table} NO FORCE ROW LEVEL SECURITY, DISABLE ROW LEVEL SECURITY",
        ],
    )


class Migration(migrations.Migration):
    dependencies = [
        ("access", "0002_grants"),
        ("account", "0009_emailaddress_unique_primary_email"),
        ("guardian", "0003_remove_groupobjectpermission_guardian_gr_content_ae6aec_idx_and_more"),
        ("mfa", "0003_authenticator_type_uniq"),
        ("usersessions", "0001_initial"),
    ]

    operations = [
        migrations.RunSQL(SHARES_BUREAU, "DROP FUNCTION access_shares_bureau(bigint)"),
        migrations.RunSQL(
            [
                "REVOKE ALL ON FUNCTION access_shares_bureau(bigint) FROM PUBLIC",
                f"GRANT EXECUTE ON FUNCTION access_shares_bureau(bigint) TO {APP_ROLE}",
            ],
            migrations.RunSQL.noop,
        ),
        *(walls(table, column) for table, column in TABLES.items()),
        # The one table of grants is access_dossiergrant; guardian's own could open a dossier past the reglement.
        migrations.RunSQL(
            [f"REVOKE INSERT, UPDATE ON {table} FROM {APP_ROLE}" for table in UNUSED],
            [f"GRANT INSERT, UPDATE ON {table} TO {APP_ROLE}" for table in UNUSED],
        ),
    ]
