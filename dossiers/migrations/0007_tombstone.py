"""What stands in the place of a stuk that was deleted at the person's request (jmwerkt 6.1.4)."""

from importlib import import_module

import django.db.models.deletion
import django.db.models.functions.datetime
import uuid_utils.compat
from django.db import migrations, models

import bureaus.tenancy
from bureaus.rls import WIDE, TenantTable, granted

REACH = "current_setting('app.reach')"
READ = f"{WIDE} OR ({REACH} = 'client' AND {granted('dossier_id')})"
before = import_module("dossiers.migrations.0006_unsigned_wall")


class Migration(migrations.Migration):
    dependencies = [
        ("bureaus", "0002_reglement"),
        ("dossiers", "0006_unsigned_wall"),
    ]

    operations = [
        migrations.CreateModel(
            name="Tombstone",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid_utils.compat.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("stuk_id", models.UUIDField()),
                ("removed_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
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
                        on_delete=django.db.models.deletion.PROTECT, related_name="tombstones", to="dossiers.dossier"
                    ),
                ),
            ],
            options={
                "ordering": ("-removed_at", "id"),
                "abstract": False,
                "base_manager_name": "objects",
                "indexes": [models.Index(fields=["bureau", "dossier"], name="dossiers_tombstone_dossier")],
                "constraints": [
                    models.UniqueConstraint(models.F("bureau"), models.F("stuk_id"), name="dossiers_tombstone_once")
                ],
            },
        ),
        # The opdrachtgever is not told what was deleted. Made by the system's own runs.
        TenantTable("Tombstone", READ, f"{REACH} = 'system'"),
        before.wall("dossiers_tombstone"),
    ]
