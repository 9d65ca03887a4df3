"""The secret address of one's own calendar: by raw SQL too, nobody's but its owner's."""

import django.db.models.deletion
import django.db.models.functions.datetime
import uuid_utils.compat
from django.db import migrations, models

import bureaus.tenancy
from bureaus.rls import TenantTable

MINE = (
    "(current_setting('app.reach') = 'system' OR (current_setting('app.reach') = 'staff'"
    " AND membership_id = current_setting('app.membership_id')::uuid))"
)


class Migration(migrations.Migration):
    dependencies = [
        ("access", "0013_same_person"),
        ("bureaus", "0003_longest_term"),
    ]

    operations = [
        migrations.CreateModel(
            name="CalendarLink",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid_utils.compat.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("token_hash", models.CharField(max_length=64, verbose_name="SHA-256 of the token")),
                ("made_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ("fetched_on", models.DateField(blank=True, null=True, verbose_name="last fetched")),
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
                    "membership",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="access.membership"
                    ),
                ),
            ],
            options={
                "abstract": False,
                "base_manager_name": "objects",
                "constraints": [
                    models.UniqueConstraint(fields=("bureau", "membership"), name="access_calendar_once"),
                    models.UniqueConstraint(fields=("bureau", "token_hash"), name="access_calendar_token"),
                ],
            },
        ),
        TenantTable("CalendarLink", MINE),
    ]
