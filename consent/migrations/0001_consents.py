"""Consents: what was asked and answered lies fast; a client reads its own and nobody else's.

The owner's role is left out: putting a backup back writes what was there (ADR 0022).
"""

import django.contrib.postgres.fields
import django.db.models.deletion
import django.db.models.functions.datetime
import uuid_utils.compat
from django.db import migrations, models

import bureaus.tenancy
import vault.fields
from bureaus.rls import WIDE, TenantTable

OF_CLIENT = (
    f"{WIDE} OR (current_setting('app.reach') = 'client' AND EXISTS"
    " (SELECT 1 FROM dossiers_dossier d WHERE d.client_id = consent_consent.client_id))"
)
# Who reads a consent reads the words that it was asked in.
OF_ITS_CONSENTS = f"{WIDE} OR EXISTS (SELECT 1 FROM consent_consent c WHERE c.text_id = consent_consenttext.id)"
COMMON = """
CREATE FUNCTION consent_is_owner(relation oid) RETURNS boolean
LANGUAGE sql STABLE SET search_path = pg_catalog, public AS $$
    SELECT pg_get_userbyid(relowner) = current_user FROM pg_class WHERE oid = relation
$$;
CREATE FUNCTION consent_refuse(why text) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '%', why USING ERRCODE = 'insufficient_privilege';
END $$;
"""
TEXTS = """
CREATE FUNCTION consent_words_stay() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, public AS $$
BEGIN
    IF NOT public.consent_is_owner(TG_RELID) AND (TG_OP = 'DELETE' OR NEW IS DISTINCT FROM OLD) THEN
        PERFORM public.consent_refuse('the words in which a consent was asked never change');
    END IF;
    RETURN COALESCE(NEW, OLD);
END $$;
CREATE TRIGGER words_stay BEFORE UPDATE OR DELETE ON consent_consenttext
    FOR EACH ROW EXECUTE FUNCTION consent_words_stay();
"""
LOOSE_TEXTS = "DROP TRIGGER words_stay ON consent_consenttext; DROP FUNCTION consent_words_stay();"
EDGES = ("gevraagd>gegeven", "gevraagd>geweigerd", "gevraagd>ingetrokken", "gegeven>ingetrokken")
ASKED = (
    "id", "bureau_id", "number", "client_id", "dossier_id", "text_id", "purpose", "party", "scope", "asked_by_name",
    "asked_at",
)  # fmt: skip
ANSWERED = (
    "how", "answered_at", "answered_by_name", "signed_name", "signed_on", "ends_on", "scan_file", "scan_name",
    "scan_size", "scan_sha256",
)  # fmt: skip


def same(names: tuple[str, ...]) -> str:
    """SQL: none of these columns changes."""
    old, new = (", ".join(f"{row}.{name}" for name in names) for row in ("OLD", "NEW"))
    return f"ROW({old}) IS NOT DISTINCT FROM ROW({new})"


# A row changes with its state alone. What is erased is so by the system's reach.
CONSENTS = f"""
CREATE FUNCTION consent_lies_fast() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, public AS $$
BEGIN
    IF public.consent_is_owner(TG_RELID) THEN
        RETURN COALESCE(NEW, OLD);
    END IF;
    IF TG_OP = 'INSERT' THEN
        IF NEW.state <> 'gevraagd' OR NEW.answered_at IS NOT NULL THEN
            PERFORM public.consent_refuse('a consent is asked before it is answered');
        END IF;
        RETURN NEW;
    END IF;
    IF TG_OP = 'DELETE' THEN
        IF current_setting('app.reach', true) IS DISTINCT FROM 'system' THEN
            PERFORM public.consent_refuse('a consent goes with its client');
        END IF;
        RETURN OLD;
    END IF;
    IF NEW IS NOT DISTINCT FROM OLD THEN
        RETURN NEW;
    END IF;
    IF NOT ({same(ASKED)}) THEN
        PERFORM public.consent_refuse('what was asked lies fast');
    END IF;
    IF NEW.state = OLD.state OR OLD.state || '>' || NEW.state NOT IN ({", ".join(f"'{edge}'" for edge in EDGES)}) THEN
        PERFORM public.consent_refuse('a consent is answered once, and withdrawn once');
    END IF;
    IF NEW.state = 'ingetrokken' AND NOT ({same(ANSWERED)}) THEN
        PERFORM public.consent_refuse('what was answered lies fast');
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER lies_fast BEFORE INSERT OR UPDATE OR DELETE ON consent_consent
    FOR EACH ROW EXECUTE FUNCTION consent_lies_fast();
"""
LOOSE = "DROP TRIGGER lies_fast ON consent_consent; DROP FUNCTION consent_lies_fast();"


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("bureaus", "0003_longest_term"),
        ("clients", "0004_nameless_particulieren"),
        ("dossiers", "0009_better_text"),
    ]

    operations = [
        migrations.CreateModel(
            name="ConsentText",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid_utils.compat.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("purpose", models.CharField(max_length=60, verbose_name="doel")),
                ("version", models.PositiveIntegerField()),
                ("title", models.CharField(max_length=120)),
                ("text", models.TextField()),
                (
                    "directions",
                    django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=10), size=None),
                ),
                ("names_party", models.BooleanField(default=False)),
                ("signed", models.BooleanField(default=False)),
                ("valid_for", models.CharField(blank=True, max_length=20, verbose_name="ISO 8601")),
                ("article", models.CharField(blank=True, max_length=80)),
                ("sha256", models.CharField(max_length=64)),
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
            ],
            options={
                "ordering": ("purpose", "-version"),
                "abstract": False,
                "base_manager_name": "objects",
            },
        ),
        migrations.CreateModel(
            name="Consent",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid_utils.compat.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("number", models.CharField(max_length=20, verbose_name="nummer")),
                ("purpose", models.CharField(max_length=60, verbose_name="doel")),
                ("party", vault.fields.SealedTextField(blank=True, null=True, subject="client_id")),
                ("scope", vault.fields.SealedTextField(blank=True, null=True, subject="client_id")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("gevraagd", "gevraagd"),
                            ("gegeven", "gegeven"),
                            ("geweigerd", "geweigerd"),
                            ("ingetrokken", "ingetrokken"),
                        ],
                        default="gevraagd",
                        max_length=12,
                    ),
                ),
                ("asked_by_name", models.CharField(max_length=120)),
                ("asked_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                (
                    "how",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("portaal", "in het portaal"),
                            ("papier", "op papier"),
                            ("balie", "aan de balie"),
                            ("brief", "per brief"),
                            ("vervangen", "door een later antwoord"),
                        ],
                        max_length=10,
                        verbose_name="hoe het antwoord kwam",
                    ),
                ),
                ("answered_at", models.DateTimeField(blank=True, null=True)),
                ("answered_by_name", models.CharField(blank=True, max_length=120)),
                ("signed_name", models.CharField(blank=True, max_length=120)),
                ("signed_on", models.DateField(blank=True, null=True, verbose_name="getekend op")),
                ("ends_on", models.DateField(blank=True, null=True, verbose_name="geldt tot")),
                ("scan_file", models.CharField(blank=True, max_length=120)),
                ("scan_name", models.CharField(blank=True, max_length=255)),
                ("scan_size", models.PositiveBigIntegerField(default=0)),
                ("scan_sha256", models.CharField(blank=True, max_length=64)),
                ("withdrawn_at", models.DateTimeField(blank=True, null=True)),
                ("withdrawn_by_name", models.CharField(blank=True, max_length=120)),
                (
                    "withdrawn_how",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("portaal", "in het portaal"),
                            ("papier", "op papier"),
                            ("balie", "aan de balie"),
                            ("brief", "per brief"),
                            ("vervangen", "door een later antwoord"),
                        ],
                        max_length=10,
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
                (
                    "client",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="consents", to="clients.client"
                    ),
                ),
                (
                    "dossier",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="consents",
                        to="dossiers.dossier",
                    ),
                ),
                (
                    "text",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="consents", to="consent.consenttext"
                    ),
                ),
            ],
            options={
                "ordering": ("-asked_at", "-id"),
                "abstract": False,
                "base_manager_name": "objects",
            },
        ),
        migrations.AddConstraint(
            model_name="consenttext",
            constraint=models.UniqueConstraint(fields=("bureau", "purpose", "version"), name="consent_text_version"),
        ),
        migrations.AddConstraint(
            model_name="consenttext",
            constraint=models.CheckConstraint(
                condition=models.Q(("version__gte", 1), models.Q(("text", ""), _negated=True)), name="consent_text_says"
            ),
        ),
        migrations.AddIndex(
            model_name="consent",
            index=models.Index(fields=["bureau", "client", "purpose"], name="consent_of_client"),
        ),
        migrations.AddConstraint(
            model_name="consent",
            constraint=models.UniqueConstraint(fields=("bureau", "number"), name="consent_consent_number"),
        ),
        migrations.AddConstraint(
            model_name="consent",
            constraint=models.UniqueConstraint(
                condition=models.Q(("party__isnull", True), ("state__in", ("gevraagd", "gegeven"))),
                fields=("bureau", "client", "purpose", "state"),
                name="consent_one_living",
            ),
        ),
        migrations.AddConstraint(
            model_name="consent",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("answered_at", None), ("state", "gevraagd"), ("withdrawn_at", None)),
                    models.Q(
                        ("answered_at__isnull", False), ("state__in", ("gegeven", "geweigerd")), ("withdrawn_at", None)
                    ),
                    models.Q(("state", "ingetrokken"), ("withdrawn_at__isnull", False)),
                    _connector="OR",
                ),
                name="consent_state_says_when",
            ),
        ),
        migrations.AddConstraint(
            model_name="consent",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("answered_at", None), ("how", "")),
                    models.Q(("answered_at__isnull", False), models.Q(("how", ""), _negated=True)),
                    _connector="OR",
                ),
                name="consent_answered_somehow",
            ),
        ),
        migrations.AddConstraint(
            model_name="consent",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("how", "papier"), _negated=True),
                    ("state", "geweigerd"),
                    models.Q(("signed_on__isnull", False), models.Q(("scan_file", ""), _negated=True)),
                    _connector="OR",
                ),
                name="consent_paper_is_there",
            ),
        ),
        migrations.AddConstraint(
            model_name="consent",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("withdrawn_at", None),
                    ("answered_at", None),
                    ("withdrawn_at__gte", models.F("answered_at")),
                    _connector="OR",
                ),
                name="consent_withdrawn_after",
            ),
        ),
        TenantTable("ConsentText", OF_ITS_CONSENTS, WIDE),
        TenantTable("Consent", OF_CLIENT, WIDE),
        migrations.RunSQL(COMMON, "DROP FUNCTION consent_refuse(text); DROP FUNCTION consent_is_owner(oid);"),
        migrations.RunSQL(TEXTS, LOOSE_TEXTS),
        migrations.RunSQL(CONSENTS, LOOSE),
    ]
