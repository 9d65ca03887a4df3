import django.db.models.deletion
import django.db.models.functions.datetime
import uuid_utils.compat
from django.db import migrations, models

import bureaus.tenancy
from bureaus.rls import APP_ROLE, WIDE, TenantTable

# The number and the time are the database's own, whoever writes. The lock is shared among writers; sealing takes it
# alone, and so knows that no line with a lower number is still to come.
NUMBERS = """
CREATE SEQUENCE journal_line_seq OWNED BY journal_line.seq;
CREATE FUNCTION journal_number_line() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM pg_advisory_xact_lock_shared(hashtextextended('journal ' || NEW.bureau_id, 0));
    NEW.seq := nextval('journal_line_seq');
    NEW.at := clock_timestamp();
    RETURN NEW;
END $$;
CREATE TRIGGER number_line BEFORE INSERT ON journal_line FOR EACH ROW EXECUTE FUNCTION journal_number_line();
"""
APPEND_ONLY = f"""
REVOKE UPDATE, DELETE ON journal_line, journal_seal FROM {APP_ROLE};
CREATE FUNCTION journal_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'the journal is append-only' USING ERRCODE = 'insufficient_privilege';
END $$;
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON journal_line
    FOR EACH STATEMENT EXECUTE FUNCTION journal_refuse();
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON journal_seal
    FOR EACH STATEMENT EXECUTE FUNCTION journal_refuse();
"""
CHANGEABLE = f"""
DROP TRIGGER append_only ON journal_seal; DROP TRIGGER append_only ON journal_line; DROP FUNCTION journal_refuse();
GRANT UPDATE, DELETE ON journal_line, journal_seal TO {APP_ROLE};
"""


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("bureaus", "0002_reglement"),
    ]

    operations = [
        migrations.CreateModel(
            name="Line",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid_utils.compat.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("seq", models.BigIntegerField(db_default=0, editable=False, unique=True)),
                ("at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ("act", models.CharField(max_length=60)),
                (
                    "result",
                    models.CharField(
                        choices=[("ok", "gelukt"), ("geweigerd", "geweigerd"), ("overmacht", "overmacht")],
                        default="ok",
                        max_length=10,
                    ),
                ),
                ("object_type", models.CharField(blank=True, max_length=40)),
                ("object_id", models.CharField(blank=True, max_length=40)),
                ("dossier_id", models.UUIDField(null=True)),
                ("dossier_number", models.CharField(blank=True, max_length=20)),
                ("user_id", models.BigIntegerField(null=True)),
                ("membership_id", models.UUIDField(null=True)),
                ("actor", models.CharField(max_length=120)),
                ("roles", models.CharField(blank=True, max_length=120)),
                ("on_behalf_of", models.CharField(blank=True, max_length=120)),
                ("reason", models.CharField(blank=True, max_length=500)),
                ("ground", models.CharField(blank=True, max_length=60)),
                ("grant_id", models.UUIDField(null=True)),
                ("origin", models.CharField(max_length=60)),
                ("facts", models.JSONField(default=dict)),
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
                "ordering": ("seq",),
                "abstract": False,
                "base_manager_name": "objects",
                "indexes": [
                    models.Index(fields=["bureau", "seq"], name="journal_line_order"),
                    models.Index(fields=["bureau", "dossier_id", "at"], name="journal_line_dossier"),
                    models.Index(fields=["bureau", "membership_id", "at"], name="journal_line_actor"),
                ],
            },
        ),
        migrations.CreateModel(
            name="Seal",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid_utils.compat.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("number", models.PositiveIntegerField()),
                ("first_seq", models.BigIntegerField()),
                ("last_seq", models.BigIntegerField()),
                ("lines", models.PositiveIntegerField()),
                ("digests", models.BinaryField()),
                ("previous_hash", models.CharField(max_length=64)),
                ("hash", models.CharField(max_length=64)),
                ("sealed_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
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
                "ordering": ("number",),
                "abstract": False,
                "base_manager_name": "objects",
                "constraints": [
                    models.UniqueConstraint(models.F("bureau"), models.F("number"), name="journal_seal_number"),
                    models.UniqueConstraint(models.F("bureau"), models.F("first_seq"), name="journal_seal_first"),
                ],
            },
        ),
        # Whoever acts may add a line; who works here may read them.
        TenantTable("Line", WIDE, "true"),
        TenantTable("Seal", WIDE),
        migrations.RunSQL(
            NUMBERS,
            "DROP TRIGGER number_line ON journal_line; DROP FUNCTION journal_number_line();"
            " DROP SEQUENCE journal_line_seq",
        ),
        migrations.RunSQL(APPEND_ONLY, CHANGEABLE),
    ]
