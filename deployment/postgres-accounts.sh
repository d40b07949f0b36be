#!/bin/sh
# Run once by the PostgreSQL container, when it makes the database: the account that the site runs as. It can do nothing
# yet; `python -m backend database-role` gives it its rights after the tables were made.
set -eu
psql --set ON_ERROR_STOP=1 --username "$POSTGRES_USER" --dbname "${POSTGRES_DB:-$POSTGRES_USER}" --set password="$SITE_PASSWORD" <<'SQL'
CREATE ROLE meebeslissen_site LOGIN PASSWORD :'password' NOSUPERUSER NOCREATEROLE NOCREATEDB;
SQL
