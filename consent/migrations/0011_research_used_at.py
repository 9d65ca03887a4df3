"""Research that was asked goes no sooner than the last list that was made of it."""

import django.db.models.functions.datetime
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("consent", "0010_starters"),
    ]

    operations = [
        migrations.AddField(
            model_name="researchask",
            name="used_at",
            field=models.DateTimeField(db_default=django.db.models.functions.datetime.Now()),
        ),
    ]
