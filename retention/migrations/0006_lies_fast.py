"""Who had a hand in a list stays named, and what stands on it lies fast once it left 'voorgesteld'."""

from django.db import migrations

# What the manifest says of an item. Its state, its files and what the law keeps of it are the run's to write.
FROZEN = (
    "destruction_list_id", "dossier_id", "dossier_number", "data_class", "stuk_id", "record_id", "term", "due_on",
    "trigger", "trigger_on", "article", "period_from", "period_until",
    "excluded_reason", "excluded_until", "excluded_by_name", "excluded_at",
)  # fmt: skip
OLD, NEW = (", ".join(f"{row}.{name}" for name in FROZEN) for row in ("OLD", "NEW"))
# Who changes a list puts it back to 'voorgesteld' first. FOR SHARE: whoever approves meanwhile goes first or after.
ITEMS = f"""
CREATE FUNCTION retention_items_lie_fast() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    stands text;
BEGIN
    IF TG_OP = 'UPDATE' THEN
        IF ROW({OLD}) IS NOT DISTINCT FROM ROW({NEW})
            AND (OLD.state = 'uitgezonderd') = (NEW.state = 'uitgezonderd') THEN
            RETURN NEW;
        END IF;
    END IF;
    SELECT status INTO stands FROM retention_destructionlist
        WHERE id = CASE TG_OP WHEN 'INSERT' THEN NEW.destruction_list_id ELSE OLD.destruction_list_id END FOR SHARE;
    IF stands IS DISTINCT FROM 'voorgesteld' THEN
        RAISE EXCEPTION 'what stands on a destruction list lies fast once it is approved'
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN CASE TG_OP WHEN 'DELETE' THEN OLD ELSE NEW END;
END $$;
CREATE TRIGGER lies_fast BEFORE INSERT OR UPDATE OR DELETE ON retention_listitem
    FOR EACH ROW EXECUTE FUNCTION retention_items_lie_fast();
"""
LOOSE_ITEMS = "DROP TRIGGER lies_fast ON retention_listitem; DROP FUNCTION retention_items_lie_fast();"
PEOPLE = """
CREATE FUNCTION retention_hands_stay() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT NEW.shaped_by @> OLD.shaped_by THEN
        RAISE EXCEPTION 'who had a hand in a destruction list stays named' USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER hands_stay BEFORE UPDATE ON retention_destructionlist
    FOR EACH ROW EXECUTE FUNCTION retention_hands_stay();
"""
NOBODY = "DROP TRIGGER hands_stay ON retention_destructionlist; DROP FUNCTION retention_hands_stay();"


class Migration(migrations.Migration):
    dependencies = [
        ("retention", "0005_transfers"),
    ]

    operations = [
        migrations.RunSQL(ITEMS, LOOSE_ITEMS),
        migrations.RunSQL(PEOPLE, NOBODY),
    ]
