"""What a worker may do when the last that a login was for has been destroyed: take away the group of somebody's own, and
the login itself where no bureau has it any more.

By a function of the owner: whether another bureau has this person is not for this one to know, and the app role deletes
no group.
"""

from django.db import migrations

from bureaus.rls import APP_ROLE

FORGET = """
CREATE FUNCTION access_forget_account(account bigint, own_group integer) RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public AS $$
BEGIN
    IF current_setting('app.reach') <> 'system' THEN
        RAISE EXCEPTION 'an account is forgotten by a worker alone' USING ERRCODE = '42501';
    END IF;
    PERFORM 1 FROM public.access_user WHERE id = account FOR UPDATE;
    IF EXISTS (SELECT 1 FROM public.access_membership WHERE private_group_id = own_group)
        OR EXISTS (SELECT 1 FROM public.access_rolegroup WHERE group_id = own_group)
        OR EXISTS (SELECT 1 FROM public.access_dossiergrant WHERE group_id = own_group)
        OR EXISTS (SELECT 1 FROM public.access_user_groups WHERE group_id = own_group AND user_id <> account)
    THEN
        RAISE EXCEPTION 'this group is in use' USING ERRCODE = '42501';
    END IF;
    DELETE FROM public.access_user_groups WHERE group_id = own_group AND user_id = account;
    DELETE FROM public.auth_group WHERE id = own_group AND name LIKE 'lid %';
    IF EXISTS (SELECT 1 FROM public.access_membership WHERE user_id = account)
        OR EXISTS (SELECT 1 FROM public.access_user WHERE id = account AND is_platform_operator)
    THEN
        RETURN false;
    END IF;
    DELETE FROM public.account_emailconfirmation WHERE email_address_id IN
        (SELECT id FROM public.account_emailaddress WHERE user_id = account);
    DELETE FROM public.account_emailaddress WHERE user_id = account;
    DELETE FROM public.mfa_authenticator WHERE user_id = account;
    DELETE FROM public.usersessions_usersession WHERE user_id = account;
    DELETE FROM public.access_user_groups WHERE user_id = account;
    DELETE FROM public.access_user_user_permissions WHERE user_id = account;
    DELETE FROM public.guardian_userobjectpermission WHERE user_id = account;
    DELETE FROM public.access_user WHERE id = account;
    RETURN true;
END $$
"""


class Migration(migrations.Migration):
    dependencies = [("access", "0009_declarations_stay"), ("account", "0009_emailaddress_unique_primary_email")]

    operations = [
        migrations.RunSQL(FORGET, "DROP FUNCTION access_forget_account(bigint, integer)"),
        migrations.RunSQL(
            [
                "REVOKE ALL ON FUNCTION access_forget_account(bigint, integer) FROM PUBLIC",
                f"GRANT EXECUTE ON FUNCTION access_forget_account(bigint, integer) TO {APP_ROLE}",
            ],
            migrations.RunSQL.noop,
        ),
    ]
