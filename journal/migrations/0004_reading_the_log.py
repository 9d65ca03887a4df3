"""The log is read by time, by act, by result and by ground; and a client's session reads who looked, no other line.

Of its own dossier it read every line: that a werkaantekening was begun, why somebody was let in, whose number was asked.
"""

from importlib import import_module

from django.db import migrations, models

from bureaus.rls import WIDE, Wall

before = import_module("journal.migrations.0003_own_name")
walls = import_module("journal.migrations.0002_third_wall")
# As journal.labels.LOOKS at this time; a test holds the two together.
LOOKS = "'dossier.ingezien', 'stuk.ingezien', 'document.opgehaald', 'traject.ingezien', 'opdracht.ingezien'"
LOOKED = f"(act IN ({LOOKS}) AND result IN ('ok', 'overmacht') AND {walls.OWN_DOSSIER})"


class Migration(migrations.Migration):
    dependencies = [
        ("bureaus", "0002_reglement"),
        ("journal", "0003_own_name"),
    ]

    operations = [
        migrations.AddIndex(
            model_name="line",
            index=models.Index(fields=["bureau", "at", "seq"], name="journal_line_time"),
        ),
        migrations.AddIndex(
            model_name="line",
            index=models.Index(fields=["bureau", "act", "at"], name="journal_line_act"),
        ),
        migrations.AddIndex(
            model_name="line",
            index=models.Index(
                condition=models.Q(("result", "ok"), _negated=True),
                fields=["bureau", "result", "at"],
                name="journal_line_result",
            ),
        ),
        migrations.AddIndex(
            model_name="line",
            index=models.Index(
                condition=models.Q(("ground", ""), _negated=True),
                fields=["bureau", "ground", "at"],
                name="journal_line_ground",
            ),
        ),
        migrations.AddIndex(
            model_name="line",
            index=models.Index(
                condition=models.Q(("dossier_number", ""), _negated=True),
                fields=["bureau", "dossier_number", "at"],
                name="journal_line_number",
            ),
        ),
        Wall("Line", f"{WIDE} OR {LOOKED}", before.OWN_NAME, old=(before.READ, before.OWN_NAME)),
    ]
