"""Lines go when their term has passed: whole seals, oldest first, by one function of the owner.

Nobody deletes a line by hand, the owner and a superuser included. And whatever code runs, no line goes that is younger
than five years by the database's own clock, or whose seal is not wiped in its turn (DOMAIN 8, ADR 0006).
"""

from django.db import migrations, models

from bureaus.rls import APP_ROLE

# Only inside a function that its owner made and somebody else called.
BY_HAND = """
DROP TRIGGER append_only ON journal_line;
DROP TRIGGER append_only ON journal_seal;
CREATE TRIGGER append_only BEFORE UPDATE OR TRUNCATE ON journal_line
    FOR EACH STATEMENT EXECUTE FUNCTION journal_refuse();
CREATE TRIGGER append_only BEFORE DELETE OR TRUNCATE ON journal_seal
    FOR EACH STATEMENT EXECUTE FUNCTION journal_refuse();
CREATE FUNCTION journal_refuse_by_hand() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, public AS $$
BEGIN
    IF current_user = session_user OR current_user <>
        (SELECT pg_get_userbyid(relowner) FROM pg_class WHERE oid = TG_RELID) THEN
        RAISE EXCEPTION 'the journal is append-only' USING ERRCODE = 'insufficient_privilege';
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER not_by_hand BEFORE DELETE ON journal_line
    FOR EACH STATEMENT EXECUTE FUNCTION journal_refuse_by_hand();
CREATE TRIGGER not_by_hand BEFORE UPDATE ON journal_seal
    FOR EACH STATEMENT EXECUTE FUNCTION journal_refuse_by_hand();
"""
IN_TURN = """
CREATE FUNCTION journal_refuse_early() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, public AS $$
BEGIN
    IF OLD.at > clock_timestamp() - interval '5 years' OR NOT EXISTS (
        SELECT 1 FROM (SELECT last_seq, wiped_at FROM public.journal_seal
                       WHERE bureau_id = OLD.bureau_id AND first_seq <= OLD.seq ORDER BY first_seq DESC LIMIT 1) own
        WHERE own.last_seq >= OLD.seq AND own.wiped_at IS NOT NULL)
    THEN
        RAISE EXCEPTION 'a line of the journal goes by its term alone' USING ERRCODE = 'insufficient_privilege';
    END IF;
    RETURN OLD;
END $$;
CREATE TRIGGER by_its_term BEFORE DELETE ON journal_line FOR EACH ROW EXECUTE FUNCTION journal_refuse_early();
CREATE FUNCTION journal_refuse_another_seal() RETURNS trigger LANGUAGE plpgsql
SET search_path = pg_catalog, public AS $$
BEGIN
    IF OLD.wiped_at IS NOT NULL OR NEW.wiped_at IS NULL OR OLD.sealed_at > clock_timestamp() - interval '5 years'
        OR to_jsonb(OLD) - 'wiped_at' <> to_jsonb(NEW) - 'wiped_at'
        OR EXISTS (SELECT 1 FROM public.journal_seal
                   WHERE bureau_id = OLD.bureau_id AND number = OLD.number - 1 AND wiped_at IS NULL)
    THEN
        RAISE EXCEPTION 'a seal is wiped once, in its turn, and is otherwise as it was'
            USING ERRCODE = 'insufficient_privilege';
    END IF;
    NEW.wiped_at := clock_timestamp();
    RETURN NEW;
END $$;
CREATE TRIGGER in_its_turn BEFORE UPDATE ON journal_seal FOR EACH ROW EXECUTE FUNCTION journal_refuse_another_seal();
"""
# Up to a seal's number; what has not passed its term stays, whatever is asked. The term is that of the reglement in
# force, and five years at the least. By whole days here, as everywhere, and to the second of those five years.
WIPE = """
CREATE FUNCTION journal_wipe_past(up_to integer, OUT seals integer, OUT went integer, OUT last_line bigint)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public AS $$
DECLARE
    own bigint := current_setting('app.bureau_id')::bigint;
    today date := (clock_timestamp() AT TIME ZONE 'Europe/Amsterdam')::date;
    term interval;
    one record;
    there integer;
    newest timestamptz;
BEGIN
    IF current_setting('app.reach') <> 'system' THEN
        RAISE EXCEPTION 'the journal is wiped by a worker alone' USING ERRCODE = '42501';
    END IF;
    seals := 0; went := 0; last_line := 0;
    SELECT (parameters #>> '{retention,rules,journal,term}')::interval INTO term FROM public.bureaus_reglement
        WHERE bureau_id = own AND in_force_from <= today ORDER BY in_force_from DESC, version DESC LIMIT 1;
    FOR one IN SELECT s.id, s.first_seq, s.last_seq, s.lines, s.sealed_at FROM public.journal_seal s
        WHERE s.bureau_id = own AND s.wiped_at IS NULL AND s.number <= up_to ORDER BY s.number FOR UPDATE
    LOOP
        SELECT count(*), max(at) INTO there, newest FROM public.journal_line
            WHERE bureau_id = own AND seq BETWEEN one.first_seq AND one.last_seq;
        newest := greatest(newest, one.sealed_at);
        EXIT WHEN term IS NULL OR newest > clock_timestamp() - interval '5 years'
            OR (newest AT TIME ZONE 'Europe/Amsterdam')::date + greatest(term, interval '5 years') > today;
        IF there <> one.lines THEN
            RAISE EXCEPTION 'what is not as it was sealed is not wiped' USING ERRCODE = 'integrity_constraint_violation';
        END IF;
        UPDATE public.journal_seal SET wiped_at = clock_timestamp() WHERE id = one.id;
        DELETE FROM public.journal_line WHERE bureau_id = own AND seq BETWEEN one.first_seq AND one.last_seq;
        seals := seals + 1; went := went + there; last_line := one.last_seq;
    END LOOP;
END $$
"""
BACK = """
DROP FUNCTION journal_wipe_past(integer);
DROP TRIGGER in_its_turn ON journal_seal; DROP TRIGGER by_its_term ON journal_line;
DROP TRIGGER not_by_hand ON journal_seal; DROP TRIGGER not_by_hand ON journal_line;
DROP FUNCTION journal_refuse_another_seal(); DROP FUNCTION journal_refuse_early();
DROP FUNCTION journal_refuse_by_hand();
DROP TRIGGER append_only ON journal_line; DROP TRIGGER append_only ON journal_seal;
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON journal_line
    FOR EACH STATEMENT EXECUTE FUNCTION journal_refuse();
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON journal_seal
    FOR EACH STATEMENT EXECUTE FUNCTION journal_refuse();
"""


class Migration(migrations.Migration):
    dependencies = [("journal", "0004_reading_the_log"), ("bureaus", "0002_reglement")]

    operations = [
        migrations.AddField(
            model_name="seal",
            name="wiped_at",
            field=models.DateTimeField(editable=False, null=True),
        ),
        migrations.AddIndex(
            model_name="seal",
            index=models.Index(
                condition=models.Q(("wiped_at", None)), fields=["bureau", "number"], name="journal_seal_there"
            ),
        ),
        migrations.RunSQL([BY_HAND, IN_TURN, WIPE], BACK),
        migrations.RunSQL(
            [
                "REVOKE ALL ON FUNCTION journal_wipe_past(integer) FROM PUBLIC",
                f"GRANT EXECUTE ON FUNCTION journal_wipe_past(integer) TO {APP_ROLE}",
            ],
            migrations.RunSQL.noop,
        ),
    ]
