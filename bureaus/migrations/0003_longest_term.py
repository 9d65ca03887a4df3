"""How long evidence is kept: by the longest of the versions of the reglement that were in force since it was made.

So that a version that is adopted today, by whom it may be, shortens no term that runs (ADR 0006 and 0021). Asked by the
functions of journal and retention that take evidence away; by the database's own clock, in the bureau of the session.
"""

from django.db import migrations

from bureaus.rls import APP_ROLE

# The first version may be younger than what it speaks of: then all that were in force count.
KEPT_UNTIL = """
CREATE FUNCTION bureaus_kept_until(data_class text, made timestamptz, at_least interval) RETURNS date
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, public AS $$
DECLARE
    own bigint := current_setting('app.bureau_id')::bigint;
    today date := (clock_timestamp() AT TIME ZONE 'Europe/Amsterdam')::date;
    day date := (made AT TIME ZONE 'Europe/Amsterdam')::date;
    since date;
BEGIN
    SELECT max(in_force_from) INTO since FROM public.bureaus_reglement WHERE bureau_id = own AND in_force_from <= day;
    RETURN (SELECT max(greatest(
            day + (parameters #>> ARRAY['retention', 'rules', data_class, 'term'])::interval, day + at_least)::date)
        FROM public.bureaus_reglement
        WHERE bureau_id = own AND in_force_from <= today AND in_force_from >= coalesce(since, '-infinity'));
END $$;
"""
# One that is slipped in behind the day of a paper would take the place of the version that was in force then. The first
# of a bureau may be older than its place here; the owner's role puts backups back.
FROM_TODAY = """
CREATE FUNCTION bureaus_reglement_from_today() RETURNS trigger LANGUAGE plpgsql
SET search_path = pg_catalog, public AS $$
BEGIN
    IF NEW.in_force_from BETWEEN NEW.adopted_on AND (clock_timestamp() AT TIME ZONE 'Europe/Amsterdam')::date - 1
        AND (SELECT pg_get_userbyid(relowner) FROM pg_class WHERE oid = TG_RELID) <> current_user
        AND EXISTS (SELECT 1 FROM public.bureaus_reglement WHERE bureau_id = NEW.bureau_id AND id <> NEW.id)
    THEN
        RAISE EXCEPTION 'a next version of a reglement is in force from today at the earliest'
            USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'reglement_from_today';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER from_today BEFORE INSERT OR UPDATE OF in_force_from ON bureaus_reglement
    FOR EACH ROW EXECUTE FUNCTION bureaus_reglement_from_today();
"""
ANY_DAY = "DROP TRIGGER from_today ON bureaus_reglement; DROP FUNCTION bureaus_reglement_from_today();"
SIGNATURE = "bureaus_kept_until(text, timestamptz, interval)"


class Migration(migrations.Migration):
    dependencies = [("bureaus", "0002_reglement")]

    operations = [
        migrations.RunSQL(
            [
                KEPT_UNTIL,
                f"REVOKE ALL ON FUNCTION {SIGNATURE} FROM PUBLIC",
                f"GRANT EXECUTE ON FUNCTION {SIGNATURE} TO {APP_ROLE}",
            ],
            f"DROP FUNCTION {SIGNATURE}",
        ),
        migrations.RunSQL(FROM_TODAY, ANY_DAY),
    ]
