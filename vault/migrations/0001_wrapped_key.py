import django.db.models.deletion
import uuid_utils.compat
from django.db import migrations, models

import bureaus.tenancy
from bureaus.rls import TenantTable


class Migration(migrations.Migration):
    initial = True

    dependencies = [("bureaus", "0001_bureau")]

    operations = [
        migrations.CreateModel(
            name="WrappedKey",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid_utils.compat.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("subject_id", models.UUIDField(editable=False)),
                ("generation", models.PositiveIntegerField(editable=False)),
                ("wrapped", models.BinaryField()),
                ("created_at", models.DateTimeField(auto_now_add=True)),
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
                "base_manager_name": "objects",
                "indexes": [models.Index(fields=["bureau", "generation"], name="vault_by_generation")],
                "constraints": [
                    models.UniqueConstraint(fields=("bureau", "subject_id"), name="vault_one_key_per_subject")
                ],
            },
        ),
        # The third wall is raised in 0002, when there are grants on subjects to look at.
        TenantTable("wrappedkey"),
    ]
