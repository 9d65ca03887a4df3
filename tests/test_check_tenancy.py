"""`check_tenancy` finds a hole in the walls, whichever it is."""

from __future__ import annotations

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from bureaus import walls
from demo import roles
from tests.support.servers import DATABASE, TestServers

HOLES = {
    "ALTER TABLE dossiers_stuk NO FORCE ROW LEVEL SECURITY": "dossiers_stuk: row level security",
    "ALTER TABLE dossiers_stuk DISABLE ROW LEVEL SECURITY": "dossiers_stuk: row level security",
    "CREATE POLICY open ON clients_client USING (true)": "clients_client: precies één",
    "DROP POLICY tenant ON clients_client": "clients_client: precies één",
    "ALTER POLICY tenant ON clients_client USING (true)": "clients_client: regel 'tenant'",
    "ALTER POLICY tenant ON clients_client WITH CHECK"
    " (bureau_id = current_setting('app.bureau_id')::bigint OR true)": "clients_client: regel 'tenant'",
    "ALTER TABLE dossiers_stuk DROP CONSTRAINT dossiers_stuk_dossier_id_same_bureau": "dossiers_stuk.dossier_id",
    "ALTER TABLE dossiers_stuk DROP CONSTRAINT dossiers_stuk_about_id_same_bureau": "dossiers_stuk.about_id",
    "CREATE TABLE stray (bureau_id bigint)": "stray: staat niet in het register",
    f"ALTER TABLE dossiers_draft OWNER TO {roles.APP}": "dossiers_draft: is van de rol",
    f"GRANT CREATE ON SCHEMA public TO {roles.APP}": "mag tabellen maken",
    f"ALTER ROLE {roles.APP} BYPASSRLS": "gaat door de muren heen",
}


@pytest.mark.django_db
def test_the_walls_stand_around_every_table(capsys: pytest.CaptureFixture[str]) -> None:
    call_command("check_tenancy")
    assert f"alle {len(walls.tenant_models())} tabellen" in capsys.readouterr().out


@pytest.mark.parametrize("statement", HOLES)
def test_a_hole_is_named(db: None, servers: TestServers, statement: str) -> None:
    """In a transaction of a superuser that is rolled back, looked at as the app role."""
    connection.close()
    with servers.admin(DATABASE) as admin, admin.transaction(force_rollback=True):
        admin.execute(statement)
        admin.execute(f"SET LOCAL ROLE {roles.APP}")
        found = [gap for gap in gaps_seen_by(admin) if HOLES[statement] in gap]
    assert found


def gaps_seen_by(admin) -> list[str]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(walls, "_rows", lambda query: admin.execute(query).fetchall())
        return walls.gaps()


@pytest.mark.django_db
def test_the_command_fails_where_a_wall_is_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(walls, "_PREDICATE", "iets anders")
    with pytest.raises(CommandError, match="vraagt niet naar het bureau"):
        call_command("check_tenancy")
