"""A purpose says whether stukken go on it; a line of the register lies fast from when it was sent.

The owner's role is left out: putting a backup back writes what was there (ADR 0022).
"""

from django.db import migrations, models

# What was decided: to whom, what for, on what, by whom. What became of it is added later, once.
DECIDED = (
    "id", "bureau_id", "number", "dossier_id", "ground", "article", "consent_id", "words", "paper_file", "paper_name",
    "paper_size", "why", "receiver_kind", "receiver", "address", "authority", "authority_words", "means", "made_by_id",
    "made_by_name", "made_at", "sent_by_name", "sent_at",
)  # fmt: skip
ONCE = ("fetched_at", "handed_on", "handed_by_name", "handed_words", "stopped_at", "stopped_because", "stopped_by_name")
CHOSEN = ("id", "bureau_id", "disclosure_id", "stuk_id", "number", "kind", "date", "version", "along")


def same(names: tuple[str, ...]) -> str:
    """SQL: none of these columns changes."""
    old, new = (", ".join(f"{row}.{name}" for name in names) for row in ("OLD", "NEW"))
    return f"ROW({old}) IS NOT DISTINCT FROM ROW({new})"


def kept(names: tuple[str, ...]) -> str:
    """SQL: none of these columns changes once it is filled."""
    return " AND ".join(
        f"(OLD.{name} IS NULL OR OLD.{name}::text = '' OR OLD.{name} IS NOT DISTINCT FROM NEW.{name})" for name in names
    )


LINES = f"""
CREATE FUNCTION consent_line_stays() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, public AS $$
BEGIN
    IF public.consent_is_owner(TG_RELID) OR OLD.sent_at IS NULL THEN
        RETURN COALESCE(NEW, OLD);
    END IF;
    IF TG_OP = 'DELETE' THEN
        IF current_setting('app.reach', true) IS DISTINCT FROM 'system' THEN
            PERFORM public.consent_refuse('a line of the register goes with its dossier');
        END IF;
        RETURN OLD;
    END IF;
    IF NOT ({same(DECIDED)}) OR NOT ({kept(ONCE)}) OR NEW.state = 'opzet' THEN
        PERFORM public.consent_refuse('what was sent lies fast');
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER line_stays BEFORE UPDATE OR DELETE ON consent_disclosure
    FOR EACH ROW EXECUTE FUNCTION consent_line_stays();
CREATE FUNCTION consent_chosen_stays() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, public AS $$
DECLARE
    sent boolean := EXISTS (
        SELECT 1 FROM consent_disclosure d
        WHERE d.id = COALESCE(OLD.disclosure_id, NEW.disclosure_id) AND d.sent_at IS NOT NULL
    );
BEGIN
    IF public.consent_is_owner(TG_RELID) OR NOT sent OR current_setting('app.reach', true) = 'system' THEN
        RETURN COALESCE(NEW, OLD);
    END IF;
    IF TG_OP = 'DELETE' OR NOT ({same(CHOSEN)}) THEN
        PERFORM public.consent_refuse('what was sent lies fast');
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER chosen_stays BEFORE UPDATE OR DELETE ON consent_disclosedstuk
    FOR EACH ROW EXECUTE FUNCTION consent_chosen_stays();
"""
LOOSE = """
DROP TRIGGER line_stays ON consent_disclosure; DROP FUNCTION consent_line_stays();
DROP TRIGGER chosen_stays ON consent_disclosedstuk; DROP FUNCTION consent_chosen_stays();
"""


class Migration(migrations.Migration):
    dependencies = [("consent", "0004_processor_agreements")]

    operations = [
        migrations.AddField(
            model_name="consenttext",
            name="stukken",
            field=models.BooleanField(default=False, verbose_name="lets stukken out"),
        ),
        migrations.AlterField(
            model_name="disclosure",
            name="receiver_kind",
            field=models.CharField(
                choices=[
                    ("zorg", "arts of hulpverlener"),
                    ("werkgever", "werkgever"),
                    ("verzekeraar", "verzekeraar"),
                    ("uwv", "UWV"),
                    ("gemeente", "gemeente"),
                    ("overheid", "politie, justitie of een andere overheid"),
                    ("namens", "advocaat, bewindvoerder of een ander die namens iemand optreedt"),
                    ("anders", "een ander"),
                ],
                max_length=12,
            ),
        ),
        migrations.AlterField(
            model_name="disclosure",
            name="stopped_because",
            field=models.CharField(
                blank=True,
                choices=[
                    ("toestemming", "de toestemming geldt niet meer"),
                    ("teruggenomen", "teruggenomen"),
                    ("inhoud", "een stuk is afgeschermd, verbeterd of verwijderd"),
                ],
                max_length=14,
            ),
        ),
        migrations.RunSQL(LINES, LOOSE),
    ]
