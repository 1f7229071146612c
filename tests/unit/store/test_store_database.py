"""Opening: the schema, its migrations, and the sentences for what can't work."""

from __future__ import annotations

import os
import sqlite3
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import text

from rh_ui.errors import StartRefused, StorageFault
from rh_ui.store.database import Database, open_database
from rh_ui.store.lock import lock_folder
from rh_ui.store.tables import metadata


def test_the_migrations_make_exactly_the_tables(database: Database) -> None:
    with database.read() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, metadata) == []
        assert context.get_current_revision() == "0001"


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
    monkeypatch.setattr("rh_ui.store.database.BUSY_SECONDS", 0)
    holder = sqlite3.connect(tmp_path / "studio.db", isolation_level=None)
    holder.execute("BEGIN EXCLUSIVE")
    with pytest.raises(StartRefused, match="held by another program"):
        open_database(f"sqlite:///{tmp_path}/studio.db")
    holder.close()


def test_a_driver_s_fault_becomes_ours_without_values(database: Database) -> None:
    with pytest.raises(StorageFault) as fault, database.write() as connection:
        connection.execute(text("INSERT INTO nowhere VALUES (:prompt)"), {"prompt": "SECRET PROMPT"})
    assert "SECRET PROMPT" not in str(fault.value)


def test_one_process_per_data_folder(tmp_path: Path) -> None:
    with lock_folder(tmp_path), pytest.raises(StartRefused, match="already works"):
        lock_folder(tmp_path)
    lock_folder(tmp_path).release()
    (tmp_path / "file").write_text("no folder")
    with pytest.raises(StartRefused, match="can't be written"):
        lock_folder(tmp_path / "file")
