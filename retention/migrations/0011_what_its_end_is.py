"""How each dossier of a list was to end when it was listed: paper waits for a certificate by its own term, and by the
reglement of that day. It lies fast with the rest (migration 0006); of a list from before nothing is known."""

from django.db import migrations, models

FROZEN = (
    "destruction_list_id", "dossier_id", "dossier_number", "data_class", "stuk_id", "record_id", "term", "due_on",
    "trigger", "trigger_on", "article", "period_from", "period_until",
    "excluded_reason", "excluded_until", "excluded_by_name", "excluded_at",
)  # fmt: skip


def lie_fast(*names: str) -> str:
    """SQL: as in migration 0006, over these columns."""
    old, new = (", ".join(f"{row}.{name}" for name in names) for row in ("OLD", "NEW"))
    return f"""
CREATE OR REPLACE FUNCTION retention_items_lie_fast() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    stands text;
BEGIN
    IF TG_OP = 'UPDATE' THEN
        IF ROW({old}) IS NOT DISTINCT FROM ROW({new})
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
"""


class Migration(migrations.Migration):
    dependencies = [("retention", "0010_what_was_told")]

    operations = [
        migrations.AddField(
            model_name="listitem",
            name="action",
            field=models.CharField(
                blank=True,
                choices=[
                    ("destroy_pv", "vernietigen met proces-verbaal"),
                    ("destroy_pv_certificate", "vernietigen met proces-verbaal; papier met certificaat"),
                    ("transfer", "overdragen aan de opdrachtgever"),
                    ("erase", "wissen"),
                ],
                default="",
                max_length=30,
            ),
        ),
        migrations.RunSQL(lie_fast(*FROZEN, "action"), lie_fast(*FROZEN)),
    ]
