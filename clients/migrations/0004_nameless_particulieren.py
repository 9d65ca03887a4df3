"""Whoever has an account as a particulier who pays is called by the bureau's word in the log from here on."""

from django.db import migrations

NAMELESS = """
UPDATE access_membership SET nameless = true WHERE id IN (
    SELECT c.membership_id FROM clients_opdrachtgevercontact c
    JOIN clients_opdrachtgever o ON o.id = c.opdrachtgever_id WHERE o.kind = 'particulier')
"""


class Migration(migrations.Migration):
    dependencies = [("clients", "0003_particulieren"), ("access", "0012_nameless")]

    operations = [migrations.RunSQL(NAMELESS, migrations.RunSQL.noop)]
