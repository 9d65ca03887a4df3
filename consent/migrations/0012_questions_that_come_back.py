"""A question of which the letter was never made comes back on its day too."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("consent", "0011_research_used_at"),
    ]

    operations = [
        migrations.RemoveIndex(
            model_name="informationrequest",
            name="consent_information_due",
        ),
        migrations.AddIndex(
            model_name="informationrequest",
            index=models.Index(
                condition=models.Q(("state__in", ("opzet", "gevraagd"))),
                fields=["bureau", "follow_up_on"],
                name="consent_information_due",
            ),
        ),
    ]
