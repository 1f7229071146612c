"""Opens the database, migrates its schema, and gives repositories and queries short transactions.

SQLite by default, PostgreSQL with the same statements. Nothing here knows what a task is.
"""

from __future__ import annotations

import logging
import os
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, nullcontext
from pathlib import Path
from typing import Any, Final

from alembic import command
from alembic.config import Config
from alembic.util import CommandError
from sqlalchemy import URL, Connection, Engine, create_engine, event, func, make_url, select
from sqlalchemy.exc import ArgumentError, DBAPIError, NoSuchModuleError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from rh_ui.errors import StartRefused, StorageFault
from rh_ui.persistence.database_watch import FileWatch, after_opening, before_opening
from rh_ui.persistence.filesystem_check import network_filesystem
from rh_ui.quarantine import Notice

log: Final = logging.getLogger(__name__)
BUSY_SECONDS: Final = 30
"""Seconds for which a write waits for another process (a backup, a shell) before it fails."""
HALTED_SECONDS: Final = 4
"""PostgreSQL ends a transaction that is idle for this many seconds: a halted program must not hold a lock
that others wait for. Shorter than a lease, so that the others do not lose theirs while they wait."""
WRITE: Final = {"rh_write": True}
SNAPSHOT: Final = {"isolation_level": "REPEATABLE READ"}
"""A consistent view for readers: SQLite always gives it, PostgreSQL on request."""
MARKS: Final = {
    "readonly": "readonly",
    "disk is full": "full",
    "malformed": "damaged",
    "not a database": "damaged",
    "no such table": "damaged",
    "disk i/o": "damaged",
    "unable to open": "gone",
}
"""SQLite's messages, and our word for each."""
LOST: Final = {
    "gone": "The file with the history is gone, so nothing is sent and nothing is charged. Put it back where "
    "it was; all goes on then.",
    "replaced": "Another file lies in the place of the history, so nothing is sent and nothing is charged. "
    "Put the old one back, or start the program again with the new one.",
}
MIGRATING: Final = 0x72685F7569
"""The number of our advisory lock on PostgreSQL."""


class Database:
    """One open database. Made by open_database; call close() at the end."""

    def __init__(
        self, engine: Engine, watch: FileWatch | None = None, notices: Sequence[Notice] = ()
    ) -> None:
        """`watch`: of SQLite's file. `notices`: what was found wrong when it was opened."""
        self.notices: Final = tuple(notices)
        self._watch = watch
        self._fault = ""
        self._told = ""
        self._followers: list[Callable[[], object]] = []
        self._engine = engine
        self._writer = threading.Lock()
        self._one_writer = engine.dialect.name == "sqlite"
        # Views of one engine and its pool: setting options on each connection costs as much as a query.
        self._for_writing = engine.execution_options(**WRITE)
        self._for_reading = engine if self._one_writer else engine.execution_options(**SNAPSHOT)

    @property
    def dialect(self) -> str:
        return self._engine.dialect.name

    @property
    def trouble(self) -> str:
        """Why nothing can be written now: gone, replaced, readonly, full, damaged or away; empty when it
        worked the last time."""
        lost = self._watch.trouble() if self._watch else ""
        return lost or self._fault

    def follow(self, follower: Callable[[], object]) -> None:
        """Call `follower` whenever the trouble changes, in the thread that noticed it."""
        self._followers.append(follower)

    def check_file(self) -> None:
        """Check the file, and call the followers if the trouble has changed, for example because the file is
        gone."""
        now = self.trouble
        if now != self._told:
            self._told = now
            if now:
                log.error("the database can't be written: %s", now)
            for follower in self._followers:
                follower()

    def _note(self, fault: str) -> None:
        self._fault = fault
        self.check_file()

    def _refuse_lost(self) -> None:
        lost = self._watch.trouble() if self._watch else ""
        if lost:
            self.check_file()
            raise StorageFault(LOST[lost])

    @contextmanager
    def write(self) -> Iterator[Connection]:
        """One transaction that may write, committed at the end. Raises StorageFault.

        SQLite has one writer: threads wait here for each other instead of failing with `database is locked`,
        and BEGIN IMMEDIATE takes the file's lock at once, so that a transaction that reads first can't fail
        when it writes.
        """
        self._refuse_lost()
        try:
            turn = self._writer if self._one_writer else nullcontext()
            with turn, _transaction(self._for_writing) as connection:
                yield connection
        except StorageFault as fault:
            self._note(_word(fault))
            raise
        self._note("")

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """One consistent view, also over several statements. Raises StorageFault."""
        self._refuse_lost()
        if self._told in LOST:  # The file may be back, and perhaps nothing is written for a long time.
            self.check_file()
        with _transaction(self._for_reading) as connection:
            yield connection

    def close(self) -> None:
        self._engine.dispose()


@contextmanager
def _transaction(engine: Engine) -> Iterator[Connection]:
    try:
        with engine.begin() as connection:
            yield connection
    except (DBAPIError, PoolTimeout) as fault:
        raise StorageFault(f"The database did not take this: {_reason(fault)}") from fault


def database_file(url: str) -> Path | None:
    """SQLite's file; None for a server. Raises StartRefused if the file can't be in that place."""
    parsed = _parsed(url)
    if parsed.get_backend_name() != "sqlite":
        return None
    _check_place(parsed)
    return Path(parsed.database or "").resolve()


def open_database(url: str) -> Database:
    """Open `sqlite:///…` or `postgresql+psycopg://…` and run missing migrations.

    Raises StartRefused with a sentence that says what to do.
    """
    parsed = _parsed(url)
    file, notices = None, []
    if parsed.get_backend_name() == "sqlite":
        _check_place(parsed)
        file = Path(parsed.database or "")
        notices = _looked_at(file)
    try:
        engine = create_engine(parsed, **_options(parsed))
    except (ArgumentError, NoSuchModuleError, ImportError) as fault:
        raise StartRefused(
            f"There is no driver for the database {_shown(parsed)}. Use sqlite:///… or "
            "postgresql+psycopg://…."
        ) from fault
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", _prepare_sqlite)
        event.listen(engine, "begin", _begin_sqlite)
    try:
        _migrate(engine)
    except CommandError as fault:
        engine.dispose()
        raise StartRefused(
            f"The database {_shown(parsed)} was made by a newer version of this program. "
            "Update the program, or start it with another data folder."
        ) from fault
    except DBAPIError as fault:
        engine.dispose()
        raise StartRefused(_start_sentence(parsed, fault)) from fault
    if file is None:
        return Database(engine)
    after_opening(file)
    return Database(engine, FileWatch(file), notices)


def _looked_at(file: Path) -> list[Notice]:
    try:
        return before_opening(file)
    except OSError as fault:
        raise StartRefused(
            f"The database {file} is empty and can't be put aside ({fault.strerror or fault}). Move it away."
        ) from fault


def _parsed(url: str) -> URL:
    try:
        return make_url(url)
    except ArgumentError as fault:
        raise StartRefused(
            "RH_UI_DATABASE_URL is not a database address. It looks like sqlite:////folder/file.db or "
            "postgresql+psycopg://user:password@host/name."
        ) from fault


def _options(url: URL) -> dict[str, Any]:
    if url.get_backend_name() == "sqlite":
        return {
            "connect_args": {"timeout": BUSY_SECONDS, "check_same_thread": False},
            "max_overflow": 60,
            # The connection that wrote last has the pages cached; the others must read them again.
            "pool_use_lifo": True,
        }
    options: dict[str, Any] = {
        "pool_size": 8,
        "max_overflow": 12,
        "pool_pre_ping": True,
        "pool_timeout": BUSY_SECONDS,
    }
    if url.get_driver_name() == "psycopg":
        # A server that vanishes must not block a thread, least of all the heartbeat's.
        options["connect_args"] = {
            "connect_timeout": 10,
            "keepalives_idle": 10,
            "tcp_user_timeout": 15_000,
            "options": f"-c idle_in_transaction_session_timeout={HALTED_SECONDS}s",
        }
    return options


def _check_place(url: URL) -> None:
    """Find out at the start, not after the first payment, that the file can't be written."""
    if not url.database or url.database == ":memory:":
        raise StartRefused("The database must be a file: runs would be forgotten at every restart.")
    path = Path(url.database)
    if not path.parent.is_dir():
        raise StartRefused(
            f"The folder {path.parent} for the database does not exist. Make it, or name another."
        )
    network = network_filesystem(path.parent)
    if network:
        raise StartRefused(
            f"The database {path} would lie on a network file system ({network}), where SQLite loses runs. "
            "Use PostgreSQL (RH_UI_DATABASE_URL=postgresql+psycopg://user:password@host/name), "
            "or start with a data folder on this computer's own disk (--data-dir)."
        )
    if not os.access(path.parent, os.W_OK | os.X_OK) or (path.exists() and not os.access(path, os.W_OK)):
        raise StartRefused(
            f"The database {path} can't be written: the folder or the file is read-only. "
            "Change its rights, or start with another data folder (--data-dir)."
        )


def _word(fault: StorageFault) -> str:
    """Why a database can't be written, if a person can do something about it; empty otherwise."""
    cause = fault.__cause__
    if isinstance(cause, PoolTimeout):
        return "away"
    said = str(cause or "").casefold()
    found = (word for mark, word in MARKS.items() if mark in said)
    away = isinstance(cause, DBAPIError) and cause.connection_invalidated
    return next(found, "away" if away else "")


def _prepare_sqlite(connection: Any, _record: object) -> None:
    """Durability before speed: a run's id must survive a power failure."""
    connection.isolation_level = None  # only _begin_sqlite begins transactions
    cursor = connection.cursor()
    try:
        cursor.execute(f"PRAGMA busy_timeout = {BUSY_SECONDS * 1000}")
        cursor.execute("PRAGMA journal_mode = WAL")
        cursor.execute("PRAGMA synchronous = FULL")
        cursor.execute("PRAGMA foreign_keys = ON")
    finally:
        cursor.close()


def _begin_sqlite(connection: Connection) -> None:
    immediate = connection.get_execution_options().get("rh_write", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if immediate else "BEGIN")


def _migrate(engine: Engine) -> None:
    config = Config()
    config.set_main_option("script_location", "rh_ui.persistence:migrations")
    config.set_main_option("path_separator", "os")
    with (
        engine.connect() as connection,
        _without_cascades(connection),
        connection.execution_options(**WRITE).begin(),
    ):
        config.attributes["connection"] = connection
        if engine.dialect.name == "postgresql":
            # Several processes may start on an empty database at once: one makes the tables.
            connection.execute(select(func.pg_advisory_xact_lock(MIGRATING)))
        command.upgrade(config, "head")


@contextmanager
def _without_cascades(connection: Connection) -> Iterator[None]:
    """To change a constraint SQLite copies a table and drops the old one, which would delete the rows of
    other tables that refer to it. The switch works outside of transactions only."""
    if connection.dialect.name != "sqlite":
        yield
        return
    raw: Any = connection.connection.dbapi_connection
    raw.execute("PRAGMA foreign_keys = OFF")
    try:
        yield
    finally:
        raw.execute("PRAGMA foreign_keys = ON")


def _reason(fault: Exception) -> str:
    """The driver's own words, without the statement and its values, which may contain prompts."""
    original = getattr(fault, "orig", None)
    return str(original or fault).strip().splitlines()[0]


def _shown(url: URL) -> str:
    return url.render_as_string(hide_password=True)


def _start_sentence(url: URL, fault: DBAPIError) -> str:
    reason = _reason(fault)
    if "locked" in reason:
        return f"The database {_shown(url)} is held by another program. Close that one, then start again."
    if "readonly" in reason or "unable to open" in reason:
        return (
            f"The database {_shown(url)} can't be written. Change the rights of its folder, "
            "or start with another data folder (--data-dir)."
        )
    if "not a database" in reason or "malformed" in reason:
        return f"The file behind {_shown(url)} is damaged or no database. Move it away or restore a backup."
    if url.get_backend_name() == "postgresql":
        return (
            f"The database {_shown(url)} can't be reached: {reason.rstrip('.')}. "
            "Check RH_UI_DATABASE_URL, and that the server runs."
        )
    return f"The database {_shown(url)} can't be opened: {reason}."
