"""Who got something by a disclosure is told of a correctie as well (AVG 19)."""

from django.db import migrations, models

import vault.fields


class Migration(migrations.Migration):
    dependencies = [
        ("bureaus", "0003_longest_term"),
        ("clients", "0004_nameless_particulieren"),
        ("requests", "0005_marks"),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name="followup",
            name="requests_follow_up_once",
        ),
        migrations.AddField(
            model_name="followup",
            name="client_id",
            field=models.UUIDField(editable=False, null=True),
        ),
        migrations.AddField(
            model_name="followup",
            name="disclosure_id",
            field=models.UUIDField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="followup",
            name="receiver",
            field=vault.fields.SealedTextField(blank=True, null=True, subject="client_id"),
        ),
        migrations.AddConstraint(
            model_name="followup",
            constraint=models.UniqueConstraint(
                fields=("bureau", "verzoek", "kind", "opdrachtgever", "disclosure_id"),
                name="requests_follow_up_once",
                nulls_distinct=False,
            ),
        ),
        migrations.AddConstraint(
            model_name="followup",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("disclosure_id", None),
                    models.Q(("client_id__isnull", False), ("receiver__isnull", False)),
                    _connector="OR",
                ),
                name="requests_follow_up_names_receiver",
            ),
        ),
    ]
