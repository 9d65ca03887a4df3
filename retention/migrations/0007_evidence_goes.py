"""The evidence of a destruction goes when its own term has passed: by functions of the owner, and by nothing else.

They ask the database's own clock, the reglement in force and what stands on the paper: not before the term, and never
before every backup that could hold what was destroyed has expired. The app's role deletes none of these rows any more,
and the moments that a term counts from lie fast.
"""

from django.db import migrations

from bureaus.rls import APP_ROLE

TABLES = ("destructionlist", "listitem", "itemresult", "procesverbaal", "certificate", "transfer")
NAMED = ", ".join(f"retention_{name}" for name in TABLES)
LOCAL = "AT TIME ZONE 'Europe/Amsterdam'"
# Both what was stated on the paper and what the reglement says now: the longer of the two.
PAST = f"""
CREATE FUNCTION retention_term_is_past(ended timestamptz) RETURNS boolean
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, public AS $$
DECLARE
    today date := (clock_timestamp() {LOCAL})::date;
    rules jsonb;
BEGIN
    SELECT parameters -> 'retention' INTO rules FROM public.bureaus_reglement
        WHERE bureau_id = current_setting('app.bureau_id')::bigint AND in_force_from <= today
        ORDER BY in_force_from DESC, version DESC LIMIT 1;
    RETURN coalesce(
        (ended {LOCAL})::date + (rules #>> '{{rules,proces_verbaal,term}}')::interval <= today
        AND (ended {LOCAL})::date + coalesce(rules #>> '{{destruction,backups_expire_after}}', 'P35D')::interval <= today,
        false);
END $$;
CREATE FUNCTION retention_evidence_is_past(list_id uuid) RETURNS boolean
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, public AS $$
DECLARE
    own bigint := current_setting('app.bureau_id')::bigint;
    today date := (clock_timestamp() {LOCAL})::date;
    found record;
    paper record;
BEGIN
    SELECT status, cancelled_at INTO found FROM public.retention_destructionlist WHERE id = list_id AND bureau_id = own;
    SELECT made_at, keep_until, backups_expire_on INTO paper FROM public.retention_procesverbaal
        WHERE destruction_list_id = list_id AND bureau_id = own;
    IF paper.made_at IS NOT NULL THEN
        RETURN found.status = 'afgerond' AND paper.keep_until <= today AND paper.backups_expire_on <= today
            AND public.retention_term_is_past(paper.made_at);
    END IF;
    RETURN coalesce(found.status = 'ingetrokken' AND public.retention_term_is_past(found.cancelled_at), false);
END $$;
"""
# A record of a hand-over has its own end where it was taken back; what was received goes with the proces-verbaal of its
# dossier.
DROP = """
CREATE FUNCTION retention_drop_evidence(list_id uuid) RETURNS uuid[]
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public AS $$
DECLARE
    own bigint := current_setting('app.bureau_id')::bigint;
    handed uuid[];
BEGIN
    IF current_setting('app.reach') <> 'system' THEN
        RAISE EXCEPTION 'evidence goes by a worker alone' USING ERRCODE = '42501';
    END IF;
    PERFORM 1 FROM public.retention_destructionlist WHERE id = list_id AND bureau_id = own FOR UPDATE;
    IF NOT FOUND OR NOT public.retention_evidence_is_past(list_id) THEN
        RAISE EXCEPTION 'evidence of a destruction goes by its term alone' USING ERRCODE = '42501';
    END IF;
    WITH gone AS (
        DELETE FROM public.retention_transfer WHERE bureau_id = own AND dossier_id IN (
            SELECT dossier_id FROM public.retention_listitem WHERE bureau_id = own AND destruction_list_id = list_id
                AND state = 'vernietigd' AND stuk_id IS NULL AND record_id IS NULL)
        RETURNING id)
    SELECT coalesce(array_agg(id), '{}') INTO handed FROM gone;
    DELETE FROM public.retention_itemresult WHERE bureau_id = own AND item_id IN (
        SELECT id FROM public.retention_listitem WHERE bureau_id = own AND destruction_list_id = list_id);
    DELETE FROM public.retention_listitem WHERE bureau_id = own AND destruction_list_id = list_id;
    DELETE FROM public.retention_certificate WHERE bureau_id = own AND destruction_list_id = list_id;
    DELETE FROM public.retention_procesverbaal WHERE bureau_id = own AND destruction_list_id = list_id;
    DELETE FROM public.retention_destructionlist WHERE bureau_id = own AND id = list_id;
    RETURN handed;
END $$;
CREATE FUNCTION retention_drop_transfers(most integer) RETURNS SETOF uuid
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public AS $$
DECLARE
    own bigint := current_setting('app.bureau_id')::bigint;
BEGIN
    IF current_setting('app.reach') <> 'system' THEN
        RAISE EXCEPTION 'evidence goes by a worker alone' USING ERRCODE = '42501';
    END IF;
    RETURN QUERY DELETE FROM public.retention_transfer WHERE bureau_id = own AND id IN (
        SELECT one.id FROM public.retention_transfer one WHERE one.bureau_id = own AND one.status = 'ingetrokken'
            AND one.file = '' AND public.retention_term_is_past(one.cancelled_at)
        ORDER BY one.id LIMIT most FOR UPDATE)
    RETURNING id;
END $$;
"""
STAYS = """
CREATE FUNCTION retention_paper_stays() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, public AS $$
BEGIN
    IF TG_OP = 'UPDATE' THEN
        IF ROW(OLD.made_at, OLD.keep_until, OLD.backups_expire_on)
            IS NOT DISTINCT FROM ROW(NEW.made_at, NEW.keep_until, NEW.backups_expire_on) THEN
            RETURN NEW;
        END IF;
    ELSIF public.retention_evidence_is_past(OLD.destruction_list_id) THEN
        RETURN OLD;
    END IF;
    RAISE EXCEPTION 'a proces-verbaal stays as it is until its term has passed'
        USING ERRCODE = 'integrity_constraint_violation';
END $$;
CREATE TRIGGER stays BEFORE UPDATE OR DELETE ON retention_procesverbaal
    FOR EACH ROW EXECUTE FUNCTION retention_paper_stays();
CREATE FUNCTION retention_end_stands() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, public AS $$
BEGIN
    IF (OLD.cancelled_at IS NULL AND NEW.cancelled_at < clock_timestamp() - interval '1 hour')
        OR (OLD.cancelled_at IS NOT NULL AND NEW.cancelled_at IS DISTINCT FROM OLD.cancelled_at)
    THEN
        RAISE EXCEPTION 'the day of a withdrawal stands' USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER end_stands BEFORE UPDATE ON retention_destructionlist
    FOR EACH ROW EXECUTE FUNCTION retention_end_stands();
CREATE TRIGGER end_stands BEFORE UPDATE ON retention_transfer
    FOR EACH ROW EXECUTE FUNCTION retention_end_stands();
"""
# What stands on a list lies fast (migration 0006), but for its own end.
ITEMS = """
CREATE FUNCTION retention_items_go_by_term() RETURNS trigger LANGUAGE plpgsql
SET search_path = pg_catalog, public AS $$
BEGIN
    IF public.retention_evidence_is_past(OLD.destruction_list_id) THEN
        RETURN OLD;
    END IF;
    RAISE EXCEPTION 'what stands on a destruction list goes by its term alone'
        USING ERRCODE = 'integrity_constraint_violation';
END $$;
DROP TRIGGER lies_fast ON retention_listitem;
CREATE TRIGGER lies_fast BEFORE INSERT OR UPDATE ON retention_listitem
    FOR EACH ROW EXECUTE FUNCTION retention_items_lie_fast();
CREATE TRIGGER goes_by_term BEFORE DELETE ON retention_listitem
    FOR EACH ROW EXECUTE FUNCTION retention_items_go_by_term();
"""
BACK = """
DROP TRIGGER goes_by_term ON retention_listitem; DROP FUNCTION retention_items_go_by_term();
DROP TRIGGER lies_fast ON retention_listitem;
CREATE TRIGGER lies_fast BEFORE INSERT OR UPDATE OR DELETE ON retention_listitem
    FOR EACH ROW EXECUTE FUNCTION retention_items_lie_fast();
DROP TRIGGER end_stands ON retention_transfer; DROP TRIGGER end_stands ON retention_destructionlist;
DROP FUNCTION retention_end_stands();
DROP TRIGGER stays ON retention_procesverbaal; DROP FUNCTION retention_paper_stays();
DROP FUNCTION retention_drop_transfers(integer); DROP FUNCTION retention_drop_evidence(uuid);
DROP FUNCTION retention_evidence_is_past(uuid); DROP FUNCTION retention_term_is_past(timestamptz);
"""
FUNCTIONS = (
    "retention_term_is_past(timestamptz)", "retention_evidence_is_past(uuid)", "retention_drop_evidence(uuid)",
    "retention_drop_transfers(integer)",
)  # fmt: skip


class Migration(migrations.Migration):
    dependencies = [
        ("bureaus", "0002_reglement"),
        ("retention", "0006_lies_fast"),
    ]

    operations = [
        migrations.RunSQL([PAST, DROP, STAYS, ITEMS], BACK),
        migrations.RunSQL(
            [
                *[f"REVOKE ALL ON FUNCTION {one} FROM PUBLIC" for one in FUNCTIONS],
                *[f"GRANT EXECUTE ON FUNCTION {one} TO {APP_ROLE}" for one in FUNCTIONS],
                f"REVOKE DELETE ON {NAMED} FROM {APP_ROLE}",
            ],
            f"GRANT DELETE ON {NAMED} TO {APP_ROLE}",
        ),
    ]
