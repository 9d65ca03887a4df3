"""A client or opdrachtgever reaches only the rows of dossiers that it holds a grant on, also by raw SQL.

`dossiers_dossier` has that wall itself, so that whatever stands behind one of its rows may be asked for by it.
"""

from django.db import migrations

from bureaus.rls import WIDE, Wall

ME = "current_setting('app.membership_id')::uuid"


def of_dossier(column: str, mine: str) -> str:
    return f"EXISTS (SELECT 1 FROM dossiers_dossier d WHERE d.{column} = {mine})"


def of_client(table: str) -> str:
    return f"{WIDE} OR (current_setting('app.reach') = 'client' AND {of_dossier('client_id', f'{table}.client_id')})"


class Migration(migrations.Migration):
    dependencies = [("clients", "0001_clients"), ("dossiers", "0002_third_wall")]

    operations = [
        Wall("Client", f"{WIDE} OR {of_dossier('client_id', 'clients_client.id')}", WIDE),
        Wall("Traject", f"{WIDE} OR {of_dossier('traject_id', 'clients_traject.id')}", WIDE),
        Wall("TrajectPhase", f"{WIDE} OR {of_dossier('traject_id', 'clients_trajectphase.traject_id')}", WIDE),
        Wall("Appointment", f"{WIDE} OR {of_dossier('traject_id', 'clients_appointment.traject_id')}", WIDE),
        Wall("ContactPerson", of_client("clients_contactperson"), WIDE),
        Wall("Gemachtigde", of_client("clients_gemachtigde"), WIDE),
        Wall(
            "Opdrachtgever",
            f"{WIDE} OR EXISTS (SELECT 1 FROM clients_traject t WHERE t.opdrachtgever_id = clients_opdrachtgever.id)",
            WIDE,
        ),
        Wall(
            "OpdrachtgeverContact",
            f"{WIDE} OR membership_id = {ME}"
            " OR EXISTS (SELECT 1 FROM clients_traject t WHERE t.contact_id = clients_opdrachtgevercontact.id)",
            WIDE,
        ),
        Wall("Contract", WIDE),
    ]
