"""Who telephoned and was told nothing: for who works here alone, and it lies fast."""

import django.db.models.deletion
import django.db.models.functions.datetime
import uuid_utils.compat
from django.db import migrations, models

import bureaus.tenancy
import vault.fields
from bureaus.rls import WIDE, TenantTable

# What is erased is so by the system's reach.
FIXED = """
CREATE FUNCTION consent_call_lies_fast() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, public AS $$
BEGIN
    IF public.consent_is_owner(TG_RELID) OR (TG_OP = 'UPDATE' AND NEW IS NOT DISTINCT FROM OLD)
        OR (TG_OP = 'DELETE' AND current_setting('app.reach', true) = 'system') THEN
        RETURN COALESCE(NEW, OLD);
    END IF;
    PERFORM public.consent_refuse('what was noted of a call lies fast, and goes with its dossier');
    RETURN NULL;
END $$;
CREATE TRIGGER lies_fast BEFORE UPDATE OR DELETE ON consent_refusedcall
    FOR EACH ROW EXECUTE FUNCTION consent_call_lies_fast();
"""
LOOSE = "DROP TRIGGER lies_fast ON consent_refusedcall; DROP FUNCTION consent_call_lies_fast();"


class Migration(migrations.Migration):
    dependencies = [
        ("bureaus", "0003_longest_term"),
        ("consent", "0005_sharper"),
        ("dossiers", "0009_better_text"),
    ]

    operations = [
        migrations.CreateModel(
            name="RefusedCall",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid_utils.compat.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("called_at", models.DateTimeField(verbose_name="wanneer")),
                ("caller", vault.fields.SealedTextField(subject="dossier_id")),
                ("organisation", vault.fields.SealedTextField(blank=True, null=True, subject="dossier_id")),
                ("asked", vault.fields.SealedTextField(subject="dossier_id")),
                ("noted_by_name", models.CharField(max_length=120)),
                ("noted_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
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
                    "dossier",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="refused_calls", to="dossiers.dossier"
                    ),
                ),
            ],
            options={
                "ordering": ("-called_at", "-id"),
                "abstract": False,
                "base_manager_name": "objects",
                "indexes": [
                    models.Index(fields=["bureau", "dossier"], name="consent_call_dossier"),
                    models.Index(fields=["bureau", "-called_at"], name="consent_call_newest"),
                ],
            },
        ),
        TenantTable("RefusedCall", WIDE),
        migrations.RunSQL(FIXED, LOOSE),
    ]
