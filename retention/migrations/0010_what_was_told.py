"""Which facts of the traject went with what was handed over: by a reglement that lets out less it is packed anew."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("retention", "0009_longest_term")]

    operations = [
        migrations.AddField(
            model_name="transfer",
            name="told",
            field=models.JSONField(default=list),
        ),
    ]
