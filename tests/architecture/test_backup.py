"""What is copied can be put back, and putting back overwrites nothing."""

import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from django.conf import settings

ADDRESS = os.environ.get("MEEBESLISSEN_DATABASE_URL", "")

pytestmark = [
    pytest.mark.skipif(not ADDRESS, reason="copies are made of PostgreSQL only"),
    pytest.mark.skipif(not shutil.which("pg_dump"), reason="PostgreSQL's own programs are not installed"),
]


@pytest.fixture
def databases() -> Iterator[tuple[str, str]]:
    """The addresses of two databases: one with a row, and an empty one."""
    server, _slash, name = ADDRESS.rpartition("/")
    names = [f"{name}_copied", f"{name}_restored"]
    with psycopg.connect(f"{server}/postgres", autocommit=True) as connection:
        for each in names:
            connection.execute(f"DROP DATABASE IF EXISTS {each}")
            connection.execute(f"CREATE DATABASE {each}")
        with psycopg.connect(f"{server}/{names[0]}") as filled:
            filled.execute("CREATE TABLE plans (title text)")
            filled.execute("INSERT INTO plans VALUES ('A tree in every street')")
        yield f"{server}/{names[0]}", f"{server}/{names[1]}"
        for each in names:
            connection.execute(f"DROP DATABASE {each}")


def run(script: str, argument: Path, *, database: str, data: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [settings.ROOT / "deployment" / script, argument],
        env=os.environ | {"MEEBESLISSEN_DATABASE_URL": database, "MEEBESLISSEN_DATA_DIR": str(data)},
        capture_output=True,
        text=True,
        check=False,
    )


def test_a_copy_can_be_put_back_and_overwrites_nothing(databases: tuple[str, str], tmp_path: Path) -> None:
    source, empty = databases
    picture = tmp_path / "before/media/plans/tree.webp"
    picture.parent.mkdir(parents=True)
    picture.write_bytes(b"a picture")

    made = run("backup.sh", tmp_path / "copies", database=source, data=tmp_path / "before")
    assert made.returncode == 0, made.stderr
    (copy,) = (tmp_path / "copies").iterdir()

    refused = run("restore.sh", copy, database=source, data=tmp_path / "after")
    assert refused.returncode != 0
    assert "is not empty" in refused.stderr

    restored = run("restore.sh", copy, database=empty, data=tmp_path / "after")
    assert restored.returncode == 0, restored.stderr
    assert (tmp_path / "after/media/plans/tree.webp").read_bytes() == b"a picture"
    with psycopg.connect(empty) as connection:
        assert connection.execute("SELECT title FROM plans").fetchall() == [("A tree in every street",)]


def test_a_damaged_copy_is_refused(databases: tuple[str, str], tmp_path: Path) -> None:
    source, empty = databases
    run("backup.sh", tmp_path / "copies", database=source, data=tmp_path / "before")
    (copy,) = (tmp_path / "copies").iterdir()
    with (copy / "database.dump").open("ab") as dump:
        dump.write(b"x")
    refused = run("restore.sh", copy, database=empty, data=tmp_path / "after")
    assert refused.returncode != 0
    assert "damaged" in refused.stderr
    with psycopg.connect(empty) as connection:
        assert connection.execute("SELECT to_regclass('plans')").fetchone() == (None,)
