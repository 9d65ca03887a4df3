"""Who acts is found before there is a reach, as the membership is: with it comes what it signed. No word of a dossier."""

from importlib import import_module

from django.db import migrations

from bureaus.rls import WIDE

before = import_module("access.migrations.0006_support_wall")
OLD = f"{WIDE} OR membership_id = {before.ME}"
NEW = f"{OLD} OR current_setting('app.reach') = 'none'"


class Migration(migrations.Migration):
    dependencies = [("access", "0006_support_wall")]

    operations = [before.read("access_declaration", NEW, OLD)]
