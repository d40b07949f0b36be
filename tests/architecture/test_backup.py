"""What is copied can be put back, and putting back overwrites nothing."""

import os
import shutil
import subprocess
import sys
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


def environment(database: str) -> dict[str, str]:
    """What an operator has set, for the platform as the tests run it."""
    return os.environ | {
        "MEEBESLISSEN_DATABASE_URL": database,
        "MEEBESLISSEN_PYTHON": sys.executable,
        "DJANGO_SETTINGS_MODULE": "backend.config.settings.test",
    }


def run(script: str, argument: Path, *, database: str, data: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [settings.ROOT / "deployment" / script, argument],
        env=environment(database) | {"MEEBESLISSEN_DATA_DIR": str(data)},
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


def erased(person: int, public_id: str) -> str:
    return f'{{"person": {person}, "public_id": "{public_id}", "erased_at": "2027-01-31T03:00:00+00:00"}}\n'


def test_the_list_of_erasures_is_kept_beside_the_copies_and_never_shrinks(
    databases: tuple[str, str], tmp_path: Path
) -> None:
    source, empty = databases
    data, copies = tmp_path / "before", tmp_path / "copies"
    data.mkdir()
    (data / "erasures.jsonl").write_text(erased(1, "a"))
    run("backup.sh", copies, database=source, data=data)
    (copy,) = (folder for folder in copies.iterdir() if folder.is_dir())
    # The machine was lost and began a list of its own; what was known before stays known.
    (data / "erasures.jsonl").write_text(erased(2, "b"))
    run("backup.sh", copies, database=source, data=data)
    assert (copies / "erasures.jsonl").read_text() == erased(1, "a") + erased(2, "b")
    assert not list(copy.glob("erasures*"))

    after = tmp_path / "after"
    after.mkdir()
    (after / "erasures.jsonl").write_text(erased(2, "b") + erased(3, "c"))
    restored = run("restore.sh", copy, database=empty, data=after)
    assert restored.returncode == 0, restored.stderr
    assert (after / "erasures.jsonl").read_text() == erased(2, "b") + erased(3, "c") + erased(1, "a")


@pytest.mark.slow
def test_who_was_erased_after_the_copy_is_erased_again_by_a_restore(
    databases: tuple[str, str], tmp_path: Path
) -> None:
    source, empty = databases
    data, copies = tmp_path / "before", tmp_path / "copies"
    with psycopg.connect(source) as connection:
        connection.execute("DROP TABLE plans")
    done = platform("migrate", database=source)
    assert done.returncode == 0, done.stderr
    with psycopg.connect(source) as connection:
        for number in (1, 2):
            connection.execute(
                "INSERT INTO identity_person (id, password, public_id, email, name, language, origin,"
                " source_reference, is_active, joined_at, is_name_shown) VALUES"
                " (%s, '!', %s, %s, 'Fatima', 'nl', 'signed_in', '', true, now(), true)",
                [number, f"person{number}", f"{number}@example.org"],
            )
    run("backup.sh", copies, database=source, data=data)
    (copy,) = (folder for folder in copies.iterdir() if folder.is_dir())
    (copies / "erasures.jsonl").write_text(erased(1, "person1"))

    restored = run("restore.sh", copy, database=empty, data=tmp_path / "after")
    assert restored.returncode == 0, restored.stderr
    with psycopg.connect(empty) as connection:
        people = connection.execute("SELECT email, name, left_at IS NULL FROM identity_person ORDER BY id")
        assert people.fetchall() == [(None, "", False), ("2@example.org", "Fatima", True)]


def platform(command: str, *, database: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "backend", command],
        cwd=settings.ROOT,
        env=environment(database),
        capture_output=True,
        text=True,
        check=False,
    )
