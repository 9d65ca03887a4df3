"""Up to where in the log signals were looked for."""

import django.db.models.deletion
import django.db.models.functions.datetime
import uuid_utils.compat
from django.db import migrations, models

import bureaus.tenancy
from bureaus.rls import WIDE, TenantTable


class Migration(migrations.Migration):
    dependencies = [
        ("access", "0005_asking_and_evidence"),
        ("bureaus", "0002_reglement"),
        ("overviews", "0001_signal"),
    ]

    operations = [
        migrations.CreateModel(
            name="SignalMark",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid_utils.compat.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("upto", models.BigIntegerField(default=0)),
                ("looked_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
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
                "abstract": False,
                "base_manager_name": "objects",
                "constraints": [models.UniqueConstraint(models.F("bureau"), name="overviews_signal_mark_once")],
            },
        ),
        migrations.AddIndex(
            model_name="signal",
            index=models.Index(
                condition=models.Q(("seen_at", None)), fields=["bureau", "first_at"], name="overviews_signal_open"
            ),
        ),
        TenantTable("SignalMark", WIDE),
    ]
