"""What is left out of a stuk in the copy; the staff's alone, and fixed once the request is decided."""

import django.db.models.deletion
import django.db.models.functions.datetime
import uuid_utils.compat
from django.db import migrations, models

import bureaus.tenancy
import vault.fields
from bureaus.rls import WIDE, TenantTable

# Who decides on what is left out, decides once; erasing (the system's reach) takes the rows along. A mark moved from one
# request to another is told by both: neither may be decided.
FIXED = """
CREATE FUNCTION requests_marks_are_fixed() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, public AS $$
DECLARE
    held uuid;
BEGIN
    IF current_setting('app.reach', true) IS DISTINCT FROM 'system' THEN
        FOREACH held IN ARRAY array_remove(ARRAY[OLD.verzoek_id, NEW.verzoek_id], NULL) LOOP
            IF NOT EXISTS (SELECT FROM public.requests_verzoek WHERE id = held AND state = 'open') THEN
                RAISE EXCEPTION 'what is left out of a copy is fixed once it is decided'
                    USING ERRCODE = 'insufficient_privilege';
            END IF;
        END LOOP;
    END IF;
    RETURN COALESCE(NEW, OLD);
END $$;
CREATE TRIGGER fixed BEFORE INSERT OR UPDATE OR DELETE ON requests_mark
    FOR EACH ROW EXECUTE FUNCTION requests_marks_are_fixed();
"""
LOOSE = "DROP TRIGGER fixed ON requests_mark; DROP FUNCTION requests_marks_are_fixed();"


class Migration(migrations.Migration):
    dependencies = [
        ("bureaus", "0002_reglement"),
        ("requests", "0004_incidents"),
    ]

    operations = [
        migrations.CreateModel(
            name="Mark",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid_utils.compat.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("stuk_id", models.UUIDField()),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("woorden", "woorden"),
                            ("vlak", "een vlak op een bladzijde"),
                            ("bestand", "een heel bestand"),
                        ],
                        max_length=10,
                    ),
                ),
                ("words", vault.fields.SealedTextField(blank=True, null=True, subject="client_id")),
                ("file_id", models.UUIDField(blank=True, null=True)),
                ("page", models.PositiveSmallIntegerField(blank=True, null=True)),
                ("area", models.JSONField(blank=True, null=True)),
                ("reason_code", models.CharField(max_length=80)),
                ("reason", vault.fields.SealedTextField(blank=True, null=True, subject="client_id")),
                ("client_id", models.UUIDField(editable=False)),
                ("made_by_name", models.CharField(max_length=120)),
                ("made_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
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
                    "verzoek",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="marks", to="requests.verzoek"
                    ),
                ),
            ],
            options={
                "ordering": ("made_at", "id"),
                "abstract": False,
                "base_manager_name": "objects",
                "indexes": [models.Index(fields=["bureau", "verzoek", "stuk_id"], name="requests_mark_stuk")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("reason_code", ""), _negated=True), name="requests_mark_reasoned"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("area__isnull", True),
                                ("file_id", None),
                                ("kind", "woorden"),
                                ("page", None),
                                ("words__isnull", False),
                            ),
                            models.Q(
                                ("area__isnull", False),
                                ("file_id__isnull", False),
                                ("kind", "vlak"),
                                ("page__gte", 1),
                                ("words__isnull", True),
                            ),
                            models.Q(
                                ("area__isnull", True),
                                ("file_id__isnull", False),
                                ("kind", "bestand"),
                                ("page", None),
                                ("words__isnull", True),
                            ),
                            _connector="OR",
                        ),
                        name="requests_mark_says_what",
                    ),
                ],
            },
        ),
        TenantTable("Mark", WIDE),
        migrations.RunSQL(FIXED, LOOSE),
    ]
