"""docker-compose.yml says what the code expects. No container is started here: no engine is asked for."""

from __future__ import annotations

import os
import re
import subprocess
from pathlib import Path

import psycopg
import pytest
import yaml
from django.core.management import get_commands

from demo import programs, roles
from demo.embedded import Servers
from demo.places import BASE_DIR
from demo.postgres_server import wheel_folder

OURS = ("migrate", "bucket", "web", "worker", "beat", "backup", "restore")
ONE_OFF = {"migrate", "bucket", "backup", "restore"}
COMPOSE = yaml.safe_load((BASE_DIR / "docker-compose.yml").read_text())
SERVICES = COMPOSE["services"]


def test_web_worker_and_beat_run_the_commands_that_the_demo_runs():
    assert SERVICES["web"]["command"] == programs.web("0.0.0.0:8000")
    assert SERVICES["worker"]["command"] == programs.worker()
    assert SERVICES["beat"]["command"] == programs.beat("/tmp/beat-schedule")


@pytest.mark.parametrize("service", OURS)
def test_every_command_names_something_that_is_there(service):
    program, *arguments = SERVICES[service]["command"]
    if program == "python" and arguments[0] == "manage.py":
        assert arguments[1] in get_commands()
    elif program == "python":
        assert (BASE_DIR / arguments[0]).is_file()
    else:
        assert (Path(programs.here([program])[0]).parent / program).is_file()


@pytest.mark.parametrize("service", OURS)
def test_every_name_in_the_environment_is_one_that_the_settings_read(service):
    known = set(
        re.findall(r'env(?:str|bool|int|list|path|secret)\(\s*"(\w+)"', (BASE_DIR / "config/settings.py").read_text())
    )
    names = {name.removesuffix("_FILE") for name in SERVICES[service]["environment"]}
    assert names - known == set()


def test_a_new_bureau_and_the_operators_mails_are_under_the_installations_own_domain():
    environment = SERVICES["web"]["environment"]
    assert environment["PLATFORM_HOSTS"].split(",")[0] == "${DOMAIN:-localhost}"
    assert environment["PUBLIC_URL"] == "https://${DOMAIN:-localhost}"


@pytest.mark.parametrize("service", SERVICES)
def test_a_secret_comes_from_a_file_and_is_declared(service):
    environment = SERVICES[service].get("environment", {})
    plain = [name for name in environment if re.search("(PASSWORD|SECRET_KEY|ACCESS_KEY|DATABASE_URL)$", name)]
    assert plain == []
    assert set(SERVICES[service].get("secrets", [])) <= set(COMPOSE["secrets"])
    files = [value for value in environment.values() if value.startswith("/run/secrets/")]
    assert {Path(value).name for value in files} <= set(SERVICES[service].get("secrets", []))


@pytest.mark.parametrize("service", [name for name in SERVICES if name not in ONE_OFF])
def test_every_lasting_service_has_a_health_check(service):
    assert SERVICES[service]["healthcheck"]["test"]


def test_only_migrating_and_restoring_are_done_by_the_owner():
    owner = [name for name in OURS if "owner_database_url" in SERVICES[name]["secrets"]]
    assert owner == ["migrate", "restore"]


def test_only_a_backup_reads_past_the_walls_and_neither_it_nor_a_restore_starts_by_itself():
    assert [name for name in SERVICES if "backup_database_url" in SERVICES[name].get("secrets", [])] == ["backup"]
    for name in ONE_OFF:
        assert SERVICES[name]["restart"] == "no"
    assert {name for name in SERVICES if "profiles" in SERVICES[name]} == {"backup", "restore"}


def test_backups_and_keys_lie_in_volumes_of_their_own():
    volumes = dict(one.split(":") for one in SERVICES["backup"]["volumes"])
    assert volumes == {"keyring": "/var/lib/dossierwacht/keyring", "backups": "/var/lib/dossierwacht/backups"}
    assert SERVICES["backup"]["command"][-1] == SERVICES["restore"]["command"][-1] == volumes["backups"]


def test_nothing_listens_outside_this_machine():
    ports = [port for service in SERVICES.values() for port in service.get("ports", [])]
    assert ports
    assert [port for port in ports if not port.startswith("127.0.0.1:")] == []


def test_the_secrets_are_made_by_the_script(tmp_path):
    script = tmp_path / "make-secrets"
    script.write_text((BASE_DIR / "docker" / "make-secrets").read_text())
    for _ in range(2):
        subprocess.run(["bash", str(script)], check=True)
    made = tmp_path / "secrets"
    assert {Path(secret["file"]).name for secret in COMPOSE["secrets"].values()} <= {
        path.name for path in made.iterdir()
    }
    assert made.stat().st_mode & 0o777 == 0o700


ROLES = (
    "SELECT rolname, rolsuper, rolcreatedb, rolcreaterole, rolbypassrls, rolcanlogin"
    " FROM pg_roles WHERE rolname ~ '^dossierwacht'"
)
RIGHTS = "SELECT pg_get_userbyid(defaclrole), defaclobjtype::text, defaclacl::text FROM pg_default_acl"
DATABASE = "SELECT datacl::text FROM pg_database WHERE datname = 'dossierwacht'"


def roles_and_rights(connection: psycopg.Connection) -> list[list[tuple]]:
    return [sorted(connection.execute(query).fetchall()) for query in (ROLES, RIGHTS, DATABASE)]


def test_its_roles_are_those_of_the_embedded_server(servers, tmp_path):
    other = Servers(tmp_path / "var", durable=False, say=lambda _: None)
    try:
        other.postgres.start()
        for role in ("owner", "app", "backup"):
            (tmp_path / f"{role}_password").write_text("een-wachtwoord")
        environment = {
            "PATH": f"{wheel_folder() / 'pginstall' / 'bin'}:{os.environ['PATH']}",
            "PGHOST": str(other.postgres.socket),
            "PGPASSWORD": other.places.secret("postgres-postgres"),
            "SECRETS_DIR": str(tmp_path),
            "ROLES_SQL": str(BASE_DIR / "docker" / "roles.sql"),
        }
        subprocess.run(["bash", str(BASE_DIR / "docker/initdb/10-roles.sh")], env=environment, check=True)
        with other.admin(roles.DATABASE) as made, servers.admin(roles.DATABASE) as ours:
            assert roles_and_rights(made) == roles_and_rights(ours)
    finally:
        other.destroy()
