#!/usr/bin/env bash
# A copy of everything that cannot be made again: the database and the pictures.
# Use: backup.sh FOLDER [DAYS]    makes FOLDER/<moment>/, keeps FOLDER/erasures.jsonl up to date, and throws away copies older than DAYS (default: keep all)
# Reads MEEBESLISSEN_DATABASE_URL and MEEBESLISSEN_DATA_DIR. The platform may go on running.
set -euo pipefail
umask 077

folder=${1:?Say where the copy goes: backup.sh FOLDER [DAYS]}
days=${2:-}
. "$(dirname "$0")/database-environment.sh"

copy="$folder/$(date -u +%Y-%m-%dT%H%M%SZ)"
mkdir -p "$copy.unfinished" "$MEEBESLISSEN_DATA_DIR/media"
cd "$copy.unfinished"

# The database first: every picture that it names is then still there to be copied.
pg_dump --format=custom --no-owner --no-privileges --file=database.dump
pg_restore --list database.dump >/dev/null
tar --create --gzip --file=media.tar.gz --directory="$MEEBESLISSEN_DATA_DIR" media
sha256sum database.dump media.tar.gz >SHA256SUMS

cd - >/dev/null
mv "$copy.unfinished" "$copy"
echo "Copied to $copy ($(du -sh "$copy" | cut -f 1))."

# Who was erased, in a file of its own that outlives every copy: after a restore of any of them it tells whom to erase
# again. Lines are only ever added, so what either of the two has is kept.
ledger="$MEEBESLISSEN_DATA_DIR/erasures.jsonl"
if [ -e "$ledger" ]; then
  touch "$folder/erasures.jsonl"
  awk 'NF && !seen[$0]++' "$folder/erasures.jsonl" "$ledger" >"$folder/erasures.jsonl.unfinished"
  sync "$folder/erasures.jsonl.unfinished"
  mv "$folder/erasures.jsonl.unfinished" "$folder/erasures.jsonl"
fi

if [ -n "$days" ]; then
  find "$folder" -mindepth 1 -maxdepth 1 -type d -name '20*Z' -mtime "+$days" -exec rm -rf {} +
fi
