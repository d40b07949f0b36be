#!/usr/bin/env bash
# Put a copy of backup.sh back, in an empty database. Stop web, worker and beat first.
# Use: restore.sh FOLDER/<moment>
# Erases again who was erased since, by the list beside the copies and the one in the data folder.
# Reads MEEBESLISSEN_DATABASE_URL and MEEBESLISSEN_DATA_DIR, and the settings of the platform. Overwrites nothing: it refuses a database with tables.
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

# What either list has is kept: the one of this machine may be lost, and the one beside the copies may be a day old.
ledger="$MEEBESLISSEN_DATA_DIR/erasures.jsonl"
for list in "$ledger" "$copy/../erasures.jsonl"; do
  if [ -e "$list" ]; then cat "$list"; echo; fi
done | awk 'NF && !seen[$0]++' >"$ledger.unfinished"
mv "$ledger.unfinished" "$ledger"

people=$(psql --no-psqlrc --tuples-only --no-align --command="SELECT count(*) FROM pg_tables WHERE tablename = 'identity_person'")
if [ "$people" != 0 ]; then
  # Whoever left after this copy was made is in it again. Nobody may see the site before they are erased again.
  cd "$(dirname "$0")/.."
  python=${MEEBESLISSEN_PYTHON:-$([ -x .venv/bin/python ] && echo .venv/bin/python || echo python3)}
  if ! { "$python" -m backend migrate && "$python" -m backend replay-erasures --ledger "$ledger"; }; then
    echo "The copy is back, but who was erased after it was made is not erased again. Do not open the site." >&2
    echo "Put right what is wrong. Then run: python -m backend migrate && python -m backend replay-erasures" >&2
    exit 1
  fi
fi
echo "Put back from $copy. Run: python -m backend check-production"
