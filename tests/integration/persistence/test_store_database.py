"""Opening: the schema, its migrations, and the sentences for what can't work."""

from __future__ import annotations

import os
import sqlite3
import tarfile
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import make_url, text

from rh_ui.errors import StartRefused, StorageFault
from rh_ui.persistence import database as database_module
from rh_ui.persistence.database import Database, open_database
from rh_ui.persistence.filesystem_check import network_filesystem
from rh_ui.persistence.process_lock import lock_database, lock_folder
from rh_ui.persistence.repositories.repositories import Repositories
from rh_ui.persistence.schema import metadata
from scripts.processes import ROOT
from tests.integration.persistence.test_store_repositories import new_task
from tests.postgres import Postgres

TABLES = ("tasks", "outputs", "plans", "ledger")


def test_the_migrations_make_exactly_the_tables(database: Database) -> None:
    with database.read() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, metadata) == []
        assert context.get_current_revision() == "0012"


def test_a_table_that_is_copied_for_a_constraint_keeps_what_refers_to_it(tmp_path: Path) -> None:
    """An older folder: SQLite would delete the results of all runs with the old table."""
    (archive,) = (ROOT / "tests" / "older").glob("*.tar.xz")
    with tarfile.open(archive) as packed:
        packed.extractall(tmp_path, filter="data")
    (file,) = tmp_path.rglob("studio.db")

    def counted() -> list[int]:
        with sqlite3.connect(file) as raw:
            return [raw.execute(f"SELECT count(*) FROM {name}").fetchone()[0] for name in TABLES]

    before = counted()
    assert all(before), "the folder has rows in each"
    opened = open_database(f"sqlite:///{file}")
    with opened.read() as connection:
        assert connection.execute(text("PRAGMA foreign_key_check")).all() == []
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, metadata) == []
    opened.close()
    assert counted() == before


def test_a_file_is_durable_and_opened_again_as_it_is(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/studio.db"
    for _ in range(2):
        database = open_database(url)
        with database.read() as connection:
            told = [
                connection.execute(text(f"PRAGMA {name}")).scalar()
                for name in ("journal_mode", "synchronous", "foreign_keys")
            ]
        assert told == ["wal", 2, 1]
        database.close()


def test_a_database_of_a_newer_version_is_refused(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/studio.db"
    open_database(url).close()
    with sqlite3.connect(tmp_path / "studio.db") as raw:
        raw.execute("UPDATE alembic_version SET version_num = '9999'")
    raw.close()
    with pytest.raises(StartRefused, match="newer version"):
        open_database(url)


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("sqlite:///{folder}/missing/studio.db", "does not exist"),
        ("sqlite://", "must be a file"),
        ("sqlite:///{folder}/not-a-database", "damaged or no database"),
        ("sqlite:///{folder}/a-folder", "can't be"),
        ("nonsense", "not a database address"),
        ("wonderdb://somewhere/x", "no driver"),
        ("postgresql+nodriver://user:SECRET@somewhere/x", "no driver"),
    ],
)
def test_what_can_t_work_is_said_in_a_sentence(tmp_path: Path, url: str, words: str) -> None:
    (tmp_path / "not-a-database").write_bytes(b"certainly not a database file" * 99)
    (tmp_path / "a-folder").mkdir()
    with pytest.raises(StartRefused, match=words) as refused:
        open_database(url.format(folder=tmp_path))
    assert "SECRET" not in str(refused.value) and "Traceback" not in str(refused.value)


def test_a_read_only_folder_is_said_at_the_start(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "access", lambda path, mode: False)
    with pytest.raises(StartRefused, match="read-only"):
        open_database(f"sqlite:///{tmp_path}/studio.db")


def test_a_held_database_is_said_at_the_start(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("rh_ui.persistence.database.BUSY_SECONDS", 0)
    holder = sqlite3.connect(tmp_path / "studio.db", isolation_level=None)
    holder.execute("BEGIN EXCLUSIVE")
    with pytest.raises(StartRefused, match="held by another program"):
        open_database(f"sqlite:///{tmp_path}/studio.db")
    holder.close()


def test_a_driver_s_fault_becomes_ours_without_values(database: Database) -> None:
    with pytest.raises(StorageFault) as fault, database.write() as connection:
        connection.execute(text("INSERT INTO nowhere VALUES (:prompt)"), {"prompt": "SECRET PROMPT"})
    assert "SECRET PROMPT" not in str(fault.value)


@pytest.mark.parametrize(
    ("kind", "refused"),
    [("nfs4", True), ("cifs", True), ("fuse.sshfs", True), ("ext4", False), ("fuse.encfs", False)],
)
def test_a_network_file_system_is_refused_and_postgresql_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kind: str, refused: bool
) -> None:
    share = tmp_path / "my share"
    share.mkdir()
    table = tmp_path / "mounts"
    shown = str(share.resolve()).replace(" ", "\\040")
    table.write_text(f"none / {'ext4' if refused else 'nfs'} rw 0 0\nx {shown} {kind} rw 0 0\n")
    monkeypatch.setattr(database_module, "network_filesystem", partial(network_filesystem, mounts=table))
    if not refused:
        open_database(f"sqlite:///{share}/studio.db").close()
        return
    with pytest.raises(StartRefused, match=rf"network file system \({kind}\)") as caught:
        open_database(f"sqlite:///{share}/studio.db")
    assert "PostgreSQL" in str(caught.value) and "postgresql+psycopg://" in str(caught.value)
    assert list(share.iterdir()) == []


def test_without_a_table_of_mounts_nothing_is_refused(tmp_path: Path) -> None:
    assert network_filesystem(tmp_path, tmp_path / "no such table") == ""
    table = tmp_path / "mounts"
    table.write_text(f"a {tmp_path} ext4 rw\nb {tmp_path} nfs rw\nodd\n")
    assert network_filesystem(tmp_path, table) == "nfs", "the last mount lies on top"


@pytest.mark.parametrize("change", [{"port": 1}, {"password": "WRONG-SECRET"}, {"database": "missing"}])
def test_a_server_that_does_not_answer_is_said_in_a_sentence(
    postgres: Postgres, change: dict[str, Any]
) -> None:
    url = make_url(postgres.url("postgres")).set(**change)
    with pytest.raises(StartRefused, match="can't be reached") as caught:
        open_database(url.render_as_string(hide_password=False))
    assert "SECRET" not in str(caught.value) and str(caught.value).count("\n") == 0
    assert "RH_UI_DATABASE_URL" in str(caught.value)


def test_a_reader_of_several_statements_has_one_view(database: Database, store: Repositories) -> None:
    with database.read() as connection:
        rows = connection.execute(text("SELECT count(*) FROM tasks")).scalar_one()
        store.tasks.add(new_task())
        assert connection.execute(text("SELECT count(*) FROM tasks")).scalar_one() == rows == 0
    with database.read() as connection:
        assert connection.execute(text("SELECT count(*) FROM tasks")).scalar_one() == 1


def test_one_process_per_database_file(tmp_path: Path) -> None:
    file = tmp_path / "shared.db"
    with lock_database(file), pytest.raises(StartRefused, match="already uses the database"):
        lock_database(file)


def test_one_process_per_data_folder(tmp_path: Path) -> None:
    with lock_folder(tmp_path), pytest.raises(StartRefused, match="already works"):
        lock_folder(tmp_path)
    lock_folder(tmp_path).release()
    (tmp_path / "file").write_text("no folder")
    with pytest.raises(StartRefused, match="can't be written"):
        lock_folder(tmp_path / "file")
