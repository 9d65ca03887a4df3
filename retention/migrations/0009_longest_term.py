"""A reglement that is adopted today shortens no term of evidence that runs, and none is shorter than five years."""

from importlib import import_module

from django.db import migrations

before = import_module("retention.migrations.0007_evidence_goes")
# Both what was stated on the paper (retention_evidence_is_past) and what any reglement said since: the longest.
LONGEST = f"""
CREATE OR REPLACE FUNCTION retention_term_is_past(ended timestamptz) RETURNS boolean
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, public AS $$
DECLARE
    today date := (clock_timestamp() {before.LOCAL})::date;
    expire interval;
BEGIN
    SELECT coalesce(parameters #>> '{{retention,destruction,backups_expire_after}}', 'P35D')::interval INTO expire
        FROM public.bureaus_reglement
        WHERE bureau_id = current_setting('app.bureau_id')::bigint AND in_force_from <= today
        ORDER BY in_force_from DESC, version DESC LIMIT 1;
    RETURN coalesce(
        public.bureaus_kept_until('proces_verbaal', ended, '5 years') <= today
        AND (ended {before.LOCAL})::date + expire <= today,
        false);
END $$;
"""
IN_FORCE = before.PAST[: before.PAST.index("CREATE FUNCTION retention_evidence_is_past")].replace(
    "CREATE FUNCTION", "CREATE OR REPLACE FUNCTION"
)


class Migration(migrations.Migration):
    dependencies = [("bureaus", "0003_longest_term"), ("retention", "0008_forward_only")]

    operations = [migrations.RunSQL(LONGEST, IN_FORCE)]
