"""Two people who pay for themselves may have one name; the refusal would tell that the other is known here."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("clients", "0002_third_wall")]

    operations = [
        migrations.RemoveConstraint(model_name="opdrachtgever", name="clients_opdrachtgever_once"),
        migrations.AddConstraint(
            model_name="opdrachtgever",
            constraint=models.UniqueConstraint(
                condition=models.Q(("kind", "particulier"), _negated=True),
                fields=("bureau", "kind", "name"),
                name="clients_opdrachtgever_once",
            ),
        ),
    ]
