"""The platform's operator, let in by directie: by raw SQL too only its own account and the dossier that was named.

And what was found of an emergency is whole: who, when, what and why, or nothing yet.
"""

from importlib import import_module

from django.db import migrations, models

from bureaus.rls import APP_ROLE, WIDE

before = import_module("access.migrations.0003_global_walls")
accounts = import_module("access.migrations.0001_accounts")
ME = "current_setting('app.membership_id')::uuid"
COACH_OF_IT = (
    "EXISTS (SELECT 1 FROM clients_traject t"
    " WHERE t.handler_id = access_membership.id OR t.second_coach_id = access_membership.id)"
)
COLLEAGUE = (
    f"CASE WHEN current_setting('app.reach') = 'support' THEN (access_membership.id = {ME} OR {COACH_OF_IT})"
    f" ELSE {accounts.COLLEAGUE} END"
)
IN_BUREAU = "bureau_id = current_setting('app.bureau_id')::bigint"


def own_account(table: str, column: str) -> str:
    return before.condition(table, column).replace(
        " WHEN 'staff'", f" WHEN 'support' THEN {column} {before.OWN} WHEN 'staff'"
    )


def account(table: str, column: str) -> migrations.RunSQL:
    new, old = own_account(table, column), before.condition(table, column)
    alter = f"ALTER POLICY person ON {table} TO {APP_ROLE}"
    return migrations.RunSQL(f"{alter} USING ({new}) WITH CHECK ({new})", f"{alter} USING ({old}) WITH CHECK ({old})")


def read(table: str, new: str, old: str) -> migrations.RunSQL:
    """Only what is read: the policies for what is written stay as they are."""
    alter = f"ALTER POLICY tenant ON {table} USING ({IN_BUREAU} AND"
    return migrations.RunSQL(f"{alter} ({new}))", f"{alter} ({old}))")


class Migration(migrations.Migration):
    dependencies = [
        ("access", "0005_asking_and_evidence"),
        ("clients", "0003_particulieren"),
        ("dossiers", "0004_follow_run"),
    ]

    operations = [
        *(account(table, column) for table, column in before.TABLES.items()),
        read("access_membership", COLLEAGUE, accounts.COLLEAGUE),
        read("access_declaration", f"{WIDE} OR membership_id = {ME}", WIDE),
        migrations.AddConstraint(
            model_name="membership",
            constraint=models.CheckConstraint(
                condition=~models.Q(roles__contains=["support"]) | models.Q(roles__len=1),
                name="access_membership_support_alone",
            ),
        ),
        migrations.AddConstraint(
            model_name="accessrequest",
            constraint=models.CheckConstraint(
                condition=models.Q(reviewed_by=None, reviewed_at=None, verdict="", review__isnull=True)
                | models.Q(reviewed_by__isnull=False, reviewed_at__isnull=False, review__isnull=False)
                & ~models.Q(verdict=""),
                name="access_request_review_whole",
            ),
        ),
    ]
