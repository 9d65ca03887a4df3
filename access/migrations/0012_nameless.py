from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("access", "0011_blank_account")]

    operations = [
        migrations.AddField(
            model_name="membership",
            name="nameless",
            field=models.BooleanField(default=False),
        ),
    ]
