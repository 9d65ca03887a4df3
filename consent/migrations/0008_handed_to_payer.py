"""To which opdrachtgever the reglement was given: the staff's alone, and nothing of it ever changes."""

import django.db.models.deletion
import django.db.models.functions.datetime
import uuid_utils.compat
from django.db import migrations, models

import bureaus.tenancy
from bureaus.rls import WIDE, TenantTable

# What was given lies fast; it goes by its term, in the system's reach.
FIXED = """
CREATE FUNCTION consent_payer_lies_fast() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, public AS $$
BEGIN
    IF public.consent_is_owner(TG_RELID) OR NEW IS NOT DISTINCT FROM OLD THEN
        RETURN COALESCE(NEW, OLD);
    END IF;
    IF TG_OP = 'DELETE' AND current_setting('app.reach', true) IS NOT DISTINCT FROM 'system' THEN
        RETURN OLD;
    END IF;
    PERFORM public.consent_refuse('what was given lies fast');
    RETURN NULL;
END $$;
CREATE TRIGGER lies_fast BEFORE UPDATE OR DELETE ON consent_handedtopayer
    FOR EACH ROW EXECUTE FUNCTION consent_payer_lies_fast();
"""
LOOSE = "DROP TRIGGER lies_fast ON consent_handedtopayer; DROP FUNCTION consent_payer_lies_fast();"


class Migration(migrations.Migration):
    dependencies = [
        ("bureaus", "0003_longest_term"),
        ("clients", "0004_nameless_particulieren"),
        ("consent", "0007_information_requests"),
    ]

    operations = [
        migrations.CreateModel(
            name="HandedToPayer",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid_utils.compat.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("version", models.PositiveIntegerField(verbose_name="versie van het reglement")),
                ("title", models.CharField(max_length=200)),
                (
                    "how",
                    models.CharField(
                        choices=[("mail", "per e-mail"), ("post", "per post"), ("hand", "in een gesprek")],
                        max_length=10,
                    ),
                ),
                ("given_on", models.DateField(verbose_name="gegeven op")),
                ("given_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ("given_by_name", models.CharField(max_length=120)),
                (
                    "bureau",
                    models.ForeignKey(
                        default=bureaus.tenancy.current_bureau_id,
                        editable=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="bureaus.bureau",
                    ),
                ),
                (
                    "opdrachtgever",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="handed_reglementen",
                        to="clients.opdrachtgever",
                    ),
                ),
            ],
            options={
                "ordering": ("-given_on", "-given_at", "-id"),
                "abstract": False,
                "base_manager_name": "objects",
                "constraints": [
                    models.UniqueConstraint(
                        fields=("bureau", "opdrachtgever", "version", "how", "given_on"),
                        name="consent_payer_handed_once_a_day",
                    )
                ],
            },
        ),
        TenantTable("HandedToPayer", WIDE),
        migrations.RunSQL(FIXED, LOOSE),
    ]
