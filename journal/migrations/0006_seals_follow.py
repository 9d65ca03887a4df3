"""A seal follows the one before it, over the very lines that are there, at this moment; and lines go by the longest term.

Whoever works here, or has the password of the app's role, could write a seal of any number over no line at all, and no
other was made after it: the log would never be sealed again. And what a line's term is, is what the longest of the
versions of the reglement said that were in force since it was written.
"""

from importlib import import_module

from django.db import migrations

before = import_module("journal.migrations.0005_wiped")
# Its hash covers its moment as well (journal.rules.chain); of older seals it did not, and those stay as they are.
FOLLOWS = r"""
CREATE FUNCTION journal_seal_follows() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, public AS $$
DECLARE
    last record;
    there record;
BEGIN
    -- As sealing does: no line is being written meanwhile.
    PERFORM pg_advisory_xact_lock(hashtextextended('journal ' || NEW.bureau_id, 0));
    SELECT number, last_seq, hash INTO last FROM public.journal_seal
        WHERE bureau_id = NEW.bureau_id ORDER BY number DESC LIMIT 1;
    SELECT count(*) AS lines, min(seq) AS first_seq, max(seq) AS last_seq INTO there FROM public.journal_line
        WHERE bureau_id = NEW.bureau_id AND seq > coalesce(last.last_seq, 0) AND seq <= NEW.last_seq;
    IF NEW.number <> coalesce(last.number, 0) + 1 OR NEW.previous_hash <> coalesce(last.hash, repeat('0', 64))
        OR there.lines = 0 OR NEW.lines <> there.lines OR octet_length(NEW.digests) <> 40 * there.lines
        OR NEW.first_seq <> there.first_seq OR NEW.last_seq <> there.last_seq
        OR NEW.wiped_at IS NOT NULL
        OR NEW.sealed_at NOT BETWEEN clock_timestamp() - interval '1 minute' AND clock_timestamp()
        OR NEW.hash <> encode(sha256(
            convert_to(NEW.previous_hash, 'UTF8') || '\x00'::bytea || convert_to(NEW.number::text, 'UTF8')
            || '\x00'::bytea || NEW.digests || '\x00'::bytea
            || convert_to(to_char(NEW.sealed_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'), 'UTF8')), 'hex')
    THEN
        RAISE EXCEPTION 'a seal follows the one before it, over the lines that are there'
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER follows BEFORE INSERT ON journal_seal FOR EACH ROW EXECUTE FUNCTION journal_seal_follows();
"""
ANY = "DROP TRIGGER follows ON journal_seal; DROP FUNCTION journal_seal_follows();"
IN_FORCE = before.WIPE.replace("CREATE FUNCTION", "CREATE OR REPLACE FUNCTION")
TERM = """    SELECT (parameters #>> '{retention,rules,journal,term}')::interval INTO term FROM public.bureaus_reglement
        WHERE bureau_id = own AND in_force_from <= today ORDER BY in_force_from DESC, version DESC LIMIT 1;
"""
PAST = """        EXIT WHEN term IS NULL OR newest > clock_timestamp() - interval '5 years'
            OR (newest AT TIME ZONE 'Europe/Amsterdam')::date + greatest(term, interval '5 years') > today;
"""
LONGEST_PAST = """        until := public.bureaus_kept_until('journal', newest, '5 years');
        EXIT WHEN until IS NULL OR newest > clock_timestamp() - interval '5 years' OR until > today;
"""
LONGEST = IN_FORCE.replace("    term interval;\n", "    until date;\n").replace(TERM, "").replace(PAST, LONGEST_PAST)


class Migration(migrations.Migration):
    dependencies = [("journal", "0005_wiped"), ("bureaus", "0003_longest_term")]

    operations = [migrations.RunSQL([FOLLOWS, LONGEST], [ANY, IN_FORCE])]
