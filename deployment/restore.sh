#!/usr/bin/env bash
# Put a copy of backup.sh back, in an empty database. Stop web, worker and beat first.
# Use: restore.sh FOLDER/<moment>
# Reads MEEBESLISSEN_DATABASE_URL and MEEBESLISSEN_DATA_DIR. Overwrites nothing: it refuses a database with tables.
set -euo pipefail
umask 077

copy=$(cd "${1:?Say which copy: restore.sh FOLDER/<moment>}" && pwd)
. "$(dirname "$0")/database-environment.sh"

(cd "$copy" && sha256sum --check --quiet SHA256SUMS) || { echo "This copy is damaged. Nothing was changed." >&2; exit 1; }

tables=$(psql --no-psqlrc --tuples-only --no-align \
  --command="SELECT count(*) FROM information_schema.tables WHERE table_schema = 'public'")
if [ "$tables" != 0 ]; then
  echo "The database $PGDATABASE is not empty ($tables tables). Make an empty one. Nothing was changed." >&2
  exit 1
fi
if [ -e "$MEEBESLISSEN_DATA_DIR/media" ]; then
  echo "$MEEBESLISSEN_DATA_DIR/media exists. Move it away first. Nothing was changed." >&2
  exit 1
fi

pg_restore --no-owner --no-privileges --exit-on-error --single-transaction --dbname="$PGDATABASE" "$copy/database.dump"
mkdir -p "$MEEBESLISSEN_DATA_DIR"
tar --extract --gzip --file="$copy/media.tar.gz" --directory="$MEEBESLISSEN_DATA_DIR"
echo "Put back from $copy. Run: python -m backend migrate, and then: python -m backend check-production"
