"""To whom the reglement was given: a client reads its own, and nothing of it changes but that it came."""

import django.db.models.deletion
import django.db.models.functions.datetime
import uuid_utils.compat
from django.db import migrations, models

import bureaus.tenancy
from bureaus.rls import WIDE, TenantTable

OF_CLIENT = (
    f"{WIDE} OR (current_setting('app.reach') = 'client' AND EXISTS"
    " (SELECT 1 FROM dossiers_dossier d WHERE d.client_id = consent_handedout.client_id))"
)
# What was given lies fast; that it came is said once. What is erased is so by the system's reach.
FIXED = """
CREATE FUNCTION consent_handed_lies_fast() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, public AS $$
BEGIN
    IF public.consent_is_owner(TG_RELID) THEN
        RETURN COALESCE(NEW, OLD);
    END IF;
    IF TG_OP = 'DELETE' THEN
        IF current_setting('app.reach', true) IS DISTINCT FROM 'system' THEN
            PERFORM public.consent_refuse('that the reglement was given goes with the client');
        END IF;
        RETURN OLD;
    END IF;
    IF NEW IS NOT DISTINCT FROM OLD THEN
        RETURN NEW;
    END IF;
    IF OLD.confirmed_at IS NOT NULL OR to_jsonb(NEW) - 'confirmed_at' - 'confirmed_by_name'
        IS DISTINCT FROM to_jsonb(OLD) - 'confirmed_at' - 'confirmed_by_name' THEN
        PERFORM public.consent_refuse('what was given lies fast');
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER lies_fast BEFORE UPDATE OR DELETE ON consent_handedout
    FOR EACH ROW EXECUTE FUNCTION consent_handed_lies_fast();
"""
LOOSE = "DROP TRIGGER lies_fast ON consent_handedout; DROP FUNCTION consent_handed_lies_fast();"


class Migration(migrations.Migration):
    dependencies = [
        ("bureaus", "0003_longest_term"),
        ("clients", "0004_nameless_particulieren"),
        ("consent", "0002_disclosures"),
    ]

    operations = [
        migrations.CreateModel(
            name="HandedOut",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid_utils.compat.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("version", models.PositiveIntegerField(verbose_name="versie van het reglement")),
                ("title", models.CharField(max_length=200)),
                ("complaint_rules", models.BooleanField(default=False, verbose_name="met de klachtenregeling")),
                (
                    "how",
                    models.CharField(choices=[("portaal", "in het portaal"), ("papier", "op papier")], max_length=10),
                ),
                ("given_on", models.DateField(verbose_name="gegeven op")),
                ("given_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ("given_by_name", models.CharField(max_length=120)),
                ("confirmed_at", models.DateTimeField(blank=True, null=True)),
                ("confirmed_by_name", models.CharField(blank=True, max_length=120)),
                ("scan_file", models.CharField(blank=True, max_length=120)),
                ("scan_name", models.CharField(blank=True, max_length=255)),
                ("scan_size", models.PositiveBigIntegerField(default=0)),
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
                    "client",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="handed_out", to="clients.client"
                    ),
                ),
            ],
            options={
                "ordering": ("-given_on", "-given_at", "-id"),
                "abstract": False,
                "base_manager_name": "objects",
                "constraints": [
                    models.UniqueConstraint(
                        fields=("bureau", "client", "version", "how", "given_on"), name="consent_handed_once_a_day"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("how", "portaal"), ("scan_file", "")),
                            models.Q(
                                ("confirmed_at", None), ("how", "papier"), models.Q(("scan_file", ""), _negated=True)
                            ),
                            _connector="OR",
                        ),
                        name="consent_handed_paper_is_there",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("confirmed_at", None), ("confirmed_by_name", "")),
                            models.Q(
                                ("confirmed_at__isnull", False), models.Q(("confirmed_by_name", ""), _negated=True)
                            ),
                            _connector="OR",
                        ),
                        name="consent_handed_confirmed_by",
                    ),
                ],
            },
        ),
        TenantTable("HandedOut", OF_CLIENT, WIDE),
        migrations.RunSQL(FIXED, LOOSE),
    ]
