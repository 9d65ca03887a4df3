"""What a worker may do when the term of an ended account has passed: the row stays, for lines name it; nothing in it does.

By a function of the owner: whether another bureau still needs the login is not for this one to know.
"""

from django.db import migrations

from bureaus.rls import APP_ROLE

BLANK = """
CREATE FUNCTION access_blank_account(account bigint, ended_before timestamptz) RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public AS $$
BEGIN
    IF current_setting('app.reach') <> 'system' THEN
        RAISE EXCEPTION 'an account is blanked by a worker alone' USING ERRCODE = '42501';
    END IF;
    PERFORM 1 FROM public.access_user WHERE id = account FOR UPDATE;
    IF EXISTS (SELECT 1 FROM public.access_membership
               WHERE user_id = account AND (active_until IS NULL OR active_until >= ended_before))
        OR NOT EXISTS (SELECT 1 FROM public.access_membership WHERE user_id = account)
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
    UPDATE public.access_user SET email = 'vervallen-' || account || '@invalid', password = '!', is_active = false,
        last_login = NULL WHERE id = account;
    RETURN true;
END $$
"""


class Migration(migrations.Migration):
    dependencies = [("access", "0010_forget_account")]

    operations = [
        migrations.RunSQL(BLANK, "DROP FUNCTION access_blank_account(bigint, timestamptz)"),
        migrations.RunSQL(
            [
                "REVOKE ALL ON FUNCTION access_blank_account(bigint, timestamptz) FROM PUBLIC",
                f"GRANT EXECUTE ON FUNCTION access_blank_account(bigint, timestamptz) TO {APP_ROLE}",
            ],
            migrations.RunSQL.noop,
        ),
    ]
