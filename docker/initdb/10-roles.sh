#!/usr/bin/env bash
# Run by the postgres image when it makes its cluster; the passwords come from files.
set -euo pipefail
secrets=${SECRETS_DIR:-/run/secrets}
psql --no-psqlrc --quiet --username "${POSTGRES_USER:-postgres}" --dbname postgres \
  --set owner_password="$(cat "$secrets/owner_password")" \
  --set app_password="$(cat "$secrets/app_password")" \
  --set backup_password="$(cat "$secrets/backup_password")" \
  --file "${ROLES_SQL:-/docker-roles.sql}"
