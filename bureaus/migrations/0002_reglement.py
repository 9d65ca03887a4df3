import django.db.models.deletion
import django.utils.timezone
import uuid_utils.compat
from django.db import migrations, models

import bureaus.tenancy
from bureaus.rls import WIDE, TenantTable

# javawest 10.1: what is or was in force is not changed, whoever asks. The day is the Dutch one.
STAYS = """
CREATE FUNCTION bureaus_reglement_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.in_force_from <= (now() AT TIME ZONE 'Europe/Amsterdam')::date THEN
        RAISE EXCEPTION 'reglement version % is in force and stays as it is', OLD.version
            USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'reglement_stays';
    END IF;
    IF TG_OP = 'DELETE' THEN
        RETURN OLD;
    END IF;
    IF (NEW.id, NEW.bureau_id, NEW.version) IS DISTINCT FROM (OLD.id, OLD.bureau_id, OLD.version) THEN
        RAISE EXCEPTION 'reglement version % keeps its number and bureau', OLD.version
            USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'reglement_stays';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER reglement_stays BEFORE UPDATE OR DELETE ON bureaus_reglement
    FOR EACH ROW EXECUTE FUNCTION bureaus_reglement_stays();
"""
MAY_CHANGE = "DROP TRIGGER reglement_stays ON bureaus_reglement; DROP FUNCTION bureaus_reglement_stays();"


class Migration(migrations.Migration):
    dependencies = [("bureaus", "0001_bureau")]

    operations = [
        migrations.CreateModel(
            name="Reglement",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid_utils.compat.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("version", models.PositiveIntegerField(verbose_name="versie")),
                ("title", models.CharField(max_length=200, verbose_name="titel")),
                ("parameters", models.JSONField(verbose_name="parameters")),
                ("adopted_on", models.DateField(verbose_name="vastgesteld op")),
                ("adopted_by_name", models.CharField(max_length=200, verbose_name="vastgesteld door")),
                (
                    "adopted_by_membership",
                    models.UUIDField(blank=True, null=True, verbose_name="lidmaatschap van wie vaststelde"),
                ),
                ("in_force_from", models.DateField(verbose_name="geldt vanaf")),
                (
                    "created_at",
                    models.DateTimeField(
                        default=django.utils.timezone.now, editable=False, verbose_name="ingevoerd op"
                    ),
                ),
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
            ],
            options={
                "verbose_name": "reglement",
                "verbose_name_plural": "reglementen",
                "ordering": ["-version"],
                "base_manager_name": "objects",
                "indexes": [models.Index(fields=["bureau", "-in_force_from"], name="reglement_by_date")],
                "constraints": [
                    models.UniqueConstraint(fields=("bureau", "version"), name="reglement_version_once"),
                    models.CheckConstraint(condition=models.Q(("version__gte", 1)), name="reglement_version_from_one"),
                    models.CheckConstraint(
                        condition=models.Q(("in_force_from__gte", models.F("adopted_on"))),
                        name="reglement_not_before_adoption",
                    ),
                ],
            },
        ),
        TenantTable("reglement", "", WIDE),
        migrations.RunSQL(STAYS, MAY_CHANGE),
    ]
