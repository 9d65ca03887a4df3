"""Evidence under the password of the app's role: what has ended is as it ended, and no term begins in the past.

Whoever has that password may write these rows, and could have had young evidence fall by the functions of migration 0007:
with an end dated back, a row moved under an old paper, an old list opened again. So each of them goes forward alone, its
moments are the database's own, and what its term hangs on lies fast. The owner's role is left out: putting a backup back
writes evidence as it was (ADR 0022).
"""

from django.db import migrations

# A moment that code asked the database for in this transaction; never an earlier day.
COMMON = """
CREATE OR REPLACE FUNCTION retention_is_owner(relation oid) RETURNS boolean
LANGUAGE sql STABLE SET search_path = pg_catalog, public AS $$
    SELECT pg_get_userbyid(relowner) = current_user FROM pg_class WHERE oid = relation
$$;
CREATE OR REPLACE FUNCTION retention_is_now(moment timestamptz) RETURNS boolean
LANGUAGE sql VOLATILE SET search_path = pg_catalog, public AS $$
    SELECT coalesce(moment BETWEEN clock_timestamp() - interval '1 hour' AND clock_timestamp() + interval '1 minute',
        false)
$$;
CREATE OR REPLACE FUNCTION retention_refuse(why text) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '%', why USING ERRCODE = 'integrity_constraint_violation';
END $$;
"""
# Said in full here as well, for a migration stays as it is (a test holds it against the actions).
EDGES = (
    "voorgesteld>goedgekeurd", "voorgesteld>ingetrokken", "goedgekeurd>voorgesteld", "goedgekeurd>loopt",
    "goedgekeurd>ingetrokken", "loopt>papier", "loopt>afgerond", "loopt>ingetrokken", "papier>afgerond",
    "papier>ingetrokken",
)  # fmt: skip
TRANSFER_EDGES = (
    "inpakken>klaar", "inpakken>mislukt", "inpakken>ingetrokken", "klaar>inpakken", "klaar>ontvangen",
    "klaar>ingetrokken", "mislukt>inpakken", "mislukt>ingetrokken",
)  # fmt: skip


def listed(names: tuple[str, ...]) -> str:
    return ", ".join(f"'{name}'" for name in names)


def same(*names: str) -> str:
    """SQL: none of these columns changes."""
    old, new = (", ".join(f"{row}.{name}" for name in names) for row in ("OLD", "NEW"))
    return f"ROW({old}) IS NOT DISTINCT FROM ROW({new})"


OF_A_LIST = same(
    "id", "bureau_id", "year", "number", "kind", "reference_date", "reglement_version", "four_eyes", "cooling_off",
    "source", "answer_by",
)  # fmt: skip
APPROVAL = same(
    "approved_by_id", "approved_by_name", "approved_at", "approved_sha256", "starts_after", "manifest",
    "manifest_sha256", "proposed_by_id", "proposed_by_name", "proposed_at", "shaped_by",
)  # fmt: skip
LISTS = f"""
CREATE FUNCTION retention_list_goes_forward() RETURNS trigger LANGUAGE plpgsql
SET search_path = pg_catalog, public AS $$
DECLARE
    rest public.retention_destructionlist := NEW;
BEGIN
    IF public.retention_is_owner(TG_RELID) THEN
        RETURN NEW;
    END IF;
    IF TG_OP = 'INSERT' THEN
        IF NEW.status <> 'voorgesteld' OR NOT public.retention_is_now(NEW.proposed_at) OR NEW.approved_at IS NOT NULL
            OR num_nonnulls(NEW.started_at, NEW.finished_at, NEW.cancelled_at, NEW.noted_until) > 0
        THEN
            PERFORM public.retention_refuse('a destruction list begins as a proposal of this moment');
        END IF;
        RETURN NEW;
    END IF;
    IF OLD.status IN ('afgerond', 'ingetrokken') THEN
        rest.leased_until := OLD.leased_until;
        rest.error := OLD.error;
        IF rest IS DISTINCT FROM OLD THEN
            PERFORM public.retention_refuse('a destruction list that has ended stays as it is');
        END IF;
        RETURN NEW;
    END IF;
    IF NOT ({OF_A_LIST}) THEN
        PERFORM public.retention_refuse('what a destruction list was made by lies fast');
    END IF;
    IF NEW.status <> OLD.status AND OLD.status || '>' || NEW.status NOT IN ({listed(EDGES)}) THEN
        PERFORM public.retention_refuse('a destruction list goes forward alone');
    END IF;
    IF OLD.status <> 'voorgesteld' AND NEW.status NOT IN ('voorgesteld', 'ingetrokken') AND NOT ({APPROVAL}) THEN
        PERFORM public.retention_refuse('what was approved lies fast');
    END IF;
    IF NEW.proposed_at IS DISTINCT FROM OLD.proposed_at AND NOT public.retention_is_now(NEW.proposed_at) THEN
        PERFORM public.retention_refuse('a list is proposed at this moment');
    END IF;
    IF NEW.status = 'goedgekeurd' AND OLD.status = 'voorgesteld' AND NOT (public.retention_is_now(NEW.approved_at)
        AND NEW.starts_after >= NEW.approved_at + NEW.cooling_off::interval - interval '1 hour')
    THEN
        PERFORM public.retention_refuse('a list is approved at this moment, and cools off whole');
    END IF;
    IF NEW.started_at IS DISTINCT FROM OLD.started_at OR NEW.status = 'loopt' AND OLD.status <> 'loopt' THEN
        IF NOT (NEW.status = 'loopt' AND OLD.status = 'goedgekeurd' AND NEW.starts_after <= clock_timestamp()
            AND public.retention_is_now(NEW.started_at))
        THEN
            PERFORM public.retention_refuse('a list begins when it has cooled off, at this moment');
        END IF;
    END IF;
    IF NEW.finished_at IS NOT NULL AND NOT (NEW.status = 'afgerond' AND public.retention_is_now(NEW.finished_at)) THEN
        PERFORM public.retention_refuse('a list ends at this moment');
    END IF;
    IF NEW.status = 'afgerond' AND NOT EXISTS (SELECT 1 FROM public.retention_procesverbaal
        WHERE bureau_id = NEW.bureau_id AND destruction_list_id = NEW.id)
    THEN
        PERFORM public.retention_refuse('a list ends with its proces-verbaal');
    END IF;
    IF (NEW.status = 'ingetrokken') <> (NEW.cancelled_at IS NOT NULL)
        OR NEW.status = 'ingetrokken' AND NOT public.retention_is_now(NEW.cancelled_at)
    THEN
        PERFORM public.retention_refuse('a list is taken back at this moment');
    END IF;
    IF NEW.status = 'ingetrokken' AND EXISTS (SELECT 1 FROM public.retention_listitem
        WHERE bureau_id = NEW.bureau_id AND destruction_list_id = NEW.id AND erased_at IS NOT NULL)
    THEN
        PERFORM public.retention_refuse('a list of which something went is not taken back');
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER goes_forward BEFORE INSERT OR UPDATE ON retention_destructionlist
    FOR EACH ROW EXECUTE FUNCTION retention_list_goes_forward();
"""
# Named after lies_fast, so that what it says is said first.
ITEMS = """
CREATE FUNCTION retention_items_end() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, public AS $$
DECLARE
    rest public.retention_listitem := NEW;
    stands text;
BEGIN
    IF public.retention_is_owner(TG_RELID) THEN
        RETURN NEW;
    END IF;
    IF ROW(OLD.id, OLD.bureau_id, OLD.destruction_list_id) IS DISTINCT FROM
        ROW(NEW.id, NEW.bureau_id, NEW.destruction_list_id)
    THEN
        PERFORM public.retention_refuse('what stands on one destruction list never stands on another');
    END IF;
    SELECT status INTO stands FROM public.retention_destructionlist
        WHERE bureau_id = OLD.bureau_id AND id = OLD.destruction_list_id;
    IF stands IN ('afgerond', 'ingetrokken') THEN
        rest.annex := CASE WHEN NEW.annex IS NULL THEN OLD.annex ELSE NEW.annex END;
        IF rest IS DISTINCT FROM OLD THEN
            PERFORM public.retention_refuse('what stands on a destruction list that has ended stays as it is');
        END IF;
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER stays_at_its_end BEFORE UPDATE ON retention_listitem
    FOR EACH ROW EXECUTE FUNCTION retention_items_end();
CREATE FUNCTION retention_results_end() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, public AS $$
BEGIN
    IF public.retention_is_owner(TG_RELID) THEN
        RETURN NEW;
    END IF;
    IF TG_OP = 'UPDATE' THEN
        IF OLD IS NOT DISTINCT FROM NEW THEN
            RETURN NEW;
        END IF;
        IF ROW(OLD.id, OLD.bureau_id, OLD.item_id, OLD.store, OLD.removed, OLD.size) IS DISTINCT FROM
            ROW(NEW.id, NEW.bureau_id, NEW.item_id, NEW.store, NEW.removed, NEW.size)
        THEN
            PERFORM public.retention_refuse('what was removed lies fast');
        END IF;
    END IF;
    IF EXISTS (SELECT 1 FROM public.retention_listitem item JOIN public.retention_destructionlist list
            ON list.bureau_id = item.bureau_id AND list.id = item.destruction_list_id
        WHERE item.bureau_id = NEW.bureau_id AND item.id = NEW.item_id AND list.status IN ('afgerond', 'ingetrokken'))
    THEN
        PERFORM public.retention_refuse('what was found of a destruction list that has ended stays as it is');
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER stays_at_its_end BEFORE INSERT OR UPDATE ON retention_itemresult
    FOR EACH ROW EXECUTE FUNCTION retention_results_end();
"""
# One column changes: that its annex with names has gone, on the day that was stated for it.
PAPERS = """
CREATE OR REPLACE FUNCTION retention_paper_stays() RETURNS trigger LANGUAGE plpgsql
SET search_path = pg_catalog, public AS $$
DECLARE
    today date := (clock_timestamp() AT TIME ZONE 'Europe/Amsterdam')::date;
    rest public.retention_procesverbaal;
BEGIN
    IF TG_OP = 'UPDATE' THEN
        rest := NEW;
        rest.annex_gone_at := OLD.annex_gone_at;
        IF rest IS NOT DISTINCT FROM OLD AND (NEW.annex_gone_at IS NOT DISTINCT FROM OLD.annex_gone_at
            OR OLD.annex_gone_at IS NULL AND public.retention_is_now(NEW.annex_gone_at) AND NEW.annex_until <= today)
        THEN
            RETURN NEW;
        END IF;
    ELSIF public.retention_evidence_is_past(OLD.destruction_list_id) THEN
        RETURN OLD;
    END IF;
    RAISE EXCEPTION 'a proces-verbaal stays as it is until its term has passed'
        USING ERRCODE = 'integrity_constraint_violation';
END $$;
CREATE FUNCTION retention_paper_begins() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, public AS $$
BEGIN
    IF public.retention_is_owner(TG_RELID) THEN
        RETURN NEW;
    END IF;
    IF NOT public.retention_is_now(NEW.made_at) OR NEW.annex_gone_at IS NOT NULL
        OR NEW.year <> extract(year FROM NEW.made_at AT TIME ZONE 'Europe/Amsterdam')
        OR NEW.number <= (SELECT coalesce(max(number), 0) FROM public.retention_procesverbaal
            WHERE bureau_id = NEW.bureau_id AND year = NEW.year)
    THEN
        PERFORM public.retention_refuse('a proces-verbaal is made at this moment, under the next number');
    END IF;
    IF NOT EXISTS (SELECT 1 FROM public.retention_destructionlist WHERE bureau_id = NEW.bureau_id
        AND id = NEW.destruction_list_id AND status IN ('loopt', 'papier'))
    THEN
        PERFORM public.retention_refuse('a proces-verbaal is made of a list that was carried out');
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER begins BEFORE INSERT ON retention_procesverbaal
    FOR EACH ROW EXECUTE FUNCTION retention_paper_begins();
CREATE FUNCTION retention_lies_fast() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, public AS $$
BEGIN
    IF OLD IS DISTINCT FROM NEW AND NOT public.retention_is_owner(TG_RELID) THEN
        PERFORM public.retention_refuse('what proves or replaces what was destroyed stays as it is');
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER lies_fast BEFORE UPDATE ON retention_certificate
    FOR EACH ROW EXECUTE FUNCTION retention_lies_fast();
CREATE TRIGGER lies_fast BEFORE UPDATE ON retention_legalrecord
    FOR EACH ROW EXECUTE FUNCTION retention_lies_fast();
CREATE FUNCTION retention_begins_now() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, public AS $$
BEGIN
    IF NOT public.retention_is_owner(TG_RELID)
        AND NOT public.retention_is_now((to_jsonb(NEW) ->> TG_ARGV[0])::timestamptz)
    THEN
        PERFORM public.retention_refuse('what proves or replaces what was destroyed is made at this moment');
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER begins BEFORE INSERT ON retention_certificate
    FOR EACH ROW EXECUTE FUNCTION retention_begins_now('added_at');
CREATE TRIGGER begins BEFORE INSERT ON retention_legalrecord
    FOR EACH ROW EXECUTE FUNCTION retention_begins_now('kept_from');
CREATE FUNCTION retention_law_keeps() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, public AS $$
BEGIN
    IF OLD.due_on > (clock_timestamp() AT TIME ZONE 'Europe/Amsterdam')::date
        AND NOT public.retention_is_owner(TG_RELID)
    THEN
        PERFORM public.retention_refuse('what the law keeps goes on its own day');
    END IF;
    RETURN OLD;
END $$;
CREATE TRIGGER on_its_day BEFORE DELETE ON retention_legalrecord
    FOR EACH ROW EXECUTE FUNCTION retention_law_keeps();
"""
# What was signed for stays so; of what has ended only the package goes, and the name of a particulier with its dossier.
# What was signed for elsewhere can be brought along whole (the generated people have such a past).
TRANSFERS = f"""
CREATE FUNCTION retention_transfer_goes_forward() RETURNS trigger LANGUAGE plpgsql
SET search_path = pg_catalog, public AS $$
DECLARE
    rest public.retention_transfer := NEW;
BEGIN
    IF public.retention_is_owner(TG_RELID) THEN
        RETURN NEW;
    END IF;
    IF NOT ({same("id", "bureau_id", "dossier_id", "dossier_number", "traject_id")}) THEN
        PERFORM public.retention_refuse('a hand-over is of one dossier');
    END IF;
    IF OLD.status IN ('ontvangen', 'ingetrokken') THEN
        rest.leased_until := OLD.leased_until;
        IF NEW.file = '' AND public.retention_is_now(NEW.package_gone_at) THEN
            rest.file := OLD.file;
            rest.package_gone_at := OLD.package_gone_at;
        END IF;
        IF NEW.fetched_by_name = 'particulier' THEN
            rest.fetched_by_name := OLD.fetched_by_name;
        END IF;
        IF NEW.received_by_name = 'particulier' THEN
            rest.received_by_name := OLD.received_by_name;
        END IF;
        IF rest IS DISTINCT FROM OLD THEN
            PERFORM public.retention_refuse('a hand-over that has ended stays as it is');
        END IF;
        RETURN NEW;
    END IF;
    IF NEW.status <> OLD.status AND OLD.status || '>' || NEW.status NOT IN ({listed(TRANSFER_EDGES)}) THEN
        PERFORM public.retention_refuse('a hand-over goes forward alone');
    END IF;
    IF (NEW.status = 'ontvangen') <> (NEW.received_at IS NOT NULL)
        OR NEW.status = 'ontvangen' AND NOT (public.retention_is_now(NEW.received_at) AND NEW.file <> '')
    THEN
        PERFORM public.retention_refuse('a hand-over is signed for at this moment');
    END IF;
    IF NEW.cancelled_at IS NOT NULL AND NOT (NEW.status = 'ingetrokken'
        AND public.retention_is_now(NEW.cancelled_at))
    THEN
        PERFORM public.retention_refuse('a hand-over is taken back at this moment');
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER goes_forward BEFORE UPDATE ON retention_transfer
    FOR EACH ROW EXECUTE FUNCTION retention_transfer_goes_forward();
CREATE FUNCTION retention_transfer_begins() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, public AS $$
BEGIN
    IF public.retention_is_owner(TG_RELID) THEN
        RETURN NEW;
    END IF;
    IF NEW.status = 'ingetrokken' OR NEW.cancelled_at IS NOT NULL
        OR NEW.status <> 'ontvangen' AND NOT (NEW.received_at IS NULL AND public.retention_is_now(NEW.started_at))
    THEN
        PERFORM public.retention_refuse('a hand-over begins at this moment, and is not taken back yet');
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER begins BEFORE INSERT ON retention_transfer
    FOR EACH ROW EXECUTE FUNCTION retention_transfer_begins();
"""
BACK = """
DROP TRIGGER begins ON retention_transfer; DROP FUNCTION retention_transfer_begins();
DROP TRIGGER goes_forward ON retention_transfer; DROP FUNCTION retention_transfer_goes_forward();
DROP TRIGGER on_its_day ON retention_legalrecord; DROP FUNCTION retention_law_keeps();
DROP TRIGGER begins ON retention_legalrecord; DROP TRIGGER begins ON retention_certificate;
DROP FUNCTION retention_begins_now();
DROP TRIGGER lies_fast ON retention_legalrecord; DROP TRIGGER lies_fast ON retention_certificate;
DROP FUNCTION retention_lies_fast();
DROP TRIGGER begins ON retention_procesverbaal; DROP FUNCTION retention_paper_begins();
DROP TRIGGER stays_at_its_end ON retention_itemresult; DROP FUNCTION retention_results_end();
DROP TRIGGER stays_at_its_end ON retention_listitem; DROP FUNCTION retention_items_end();
DROP TRIGGER goes_forward ON retention_destructionlist; DROP FUNCTION retention_list_goes_forward();
"""


class Migration(migrations.Migration):
    dependencies = [("retention", "0007_evidence_goes")]

    # Back from here retention_paper_stays keeps its stricter form, and what that calls stays with it.
    operations = [migrations.RunSQL([COMMON, LISTS, ITEMS, PAPERS, TRANSFERS], BACK)]
