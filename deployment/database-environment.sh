# Read by backup.sh and restore.sh. Turns MEEBESLISSEN_DATABASE_URL into what PostgreSQL's own programs read from the
# environment, so that the password is never on a command line where others can see it.
: "${MEEBESLISSEN_DATABASE_URL:?Set MEEBESLISSEN_DATABASE_URL}"
: "${MEEBESLISSEN_DATA_DIR:?Set MEEBESLISSEN_DATA_DIR}"
eval "$(python3 - <<'PY'
import os
from shlex import quote
from urllib.parse import unquote, urlsplit

address = urlsplit(os.environ["MEEBESLISSEN_DATABASE_URL"])
parts = {
    "PGHOST": address.hostname,
    "PGPORT": str(address.port or 5432),
    "PGUSER": address.username,
    "PGPASSWORD": address.password,
    "PGDATABASE": address.path.lstrip("/"),
}
for name, value in parts.items():
    if value:
        print(f"export {name}={quote(unquote(value))}")
PY
)"
