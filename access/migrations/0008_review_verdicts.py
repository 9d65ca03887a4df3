"""Of what somebody can reach, only what was let in by a decision of its own may be taken away."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("access", "0007_declarations_at_the_door")]

    operations = [
        migrations.AlterField(
            model_name="reviewline",
            name="verdict",
            field=models.CharField(
                blank=True,
                choices=[
                    ("behouden", "behouden"),
                    ("deels", "losse toegang ingetrokken"),
                    ("ingetrokken", "ingetrokken"),
                ],
                max_length=12,
            ),
        ),
    ]
