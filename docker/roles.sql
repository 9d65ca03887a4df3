-- The three roles and the rights that tables get when the owner makes them. demo/roles.py does the same for the
-- embedded server; tests/test_compose.py runs this file and compares. Run once, as a superuser, in `postgres`.
\set ON_ERROR_STOP on

CREATE ROLE dossierwacht_owner LOGIN NOSUPERUSER NOCREATEROLE NOREPLICATION NOBYPASSRLS PASSWORD :'owner_password';
CREATE ROLE dossierwacht_app LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION NOBYPASSRLS PASSWORD :'app_password';
CREATE ROLE dossierwacht_backup LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION BYPASSRLS PASSWORD :'backup_password';
GRANT pg_read_all_data TO dossierwacht_backup;

CREATE DATABASE dossierwacht OWNER dossierwacht_owner;
REVOKE ALL ON DATABASE dossierwacht FROM PUBLIC;
GRANT CONNECT ON DATABASE dossierwacht TO dossierwacht_app, dossierwacht_backup;

\connect dossierwacht
REVOKE ALL ON SCHEMA public FROM PUBLIC;
GRANT USAGE ON SCHEMA public TO dossierwacht_app, dossierwacht_backup;
ALTER DEFAULT PRIVILEGES FOR ROLE dossierwacht_owner GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO dossierwacht_app;
ALTER DEFAULT PRIVILEGES FOR ROLE dossierwacht_owner GRANT USAGE, SELECT ON SEQUENCES TO dossierwacht_app;
