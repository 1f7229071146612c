"""The emulator's tasks in one SQLite file, so that a demo survives a restart. One thread uses it."""

from __future__ import annotations

import json
import secrets
import sqlite3
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from enum import StrEnum
from pathlib import Path
from typing import Final

from rh_ui.domain import Params
from rh_ui.emulator.render_request import RenderOutput

STORE_NAME: Final = "emulator.sqlite3"
_SCHEMA: Final = """
CREATE TABLE IF NOT EXISTS meta (name TEXT PRIMARY KEY, value TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS task (
  id TEXT PRIMARY KEY, account TEXT NOT NULL, status TEXT NOT NULL, created REAL NOT NULL,
  charge INTEGER NOT NULL, body TEXT NOT NULL
);
CREATE INDEX IF NOT EXISTS task_account ON task (account, status);
CREATE INDEX IF NOT EXISTS task_created ON task (account, created);
"""
_EPOCH: Final = 1_735_689_600
"""2025-01-01: ids count microseconds from here, plus a base that gives them 19 digits."""
_ID_BASE: Final = 2_009_000_000_000_000_000
_DAY: Final = 86_400


class Status(StrEnum):
    """The state of a task; a switch decides how CANCELLED is reported."""

    QUEUED = "QUEUED"
    RUNNING = "RUNNING"
    SUCCESS = "SUCCESS"
    FAILED = "FAILED"
    CANCELLED = "CANCELLED"

    @property
    def is_active(self) -> bool:
        return self in (Status.QUEUED, Status.RUNNING)


@dataclass(frozen=True, slots=True)
class Record:
    """One task. Times are seconds since 1970; `charge` in millionths."""

    id: str
    account: str
    endpoint: str
    params: Params
    status: Status
    created: float
    start_at: float
    end_at: float
    charge: int
    files: tuple[RenderOutput, ...] = ()
    media: tuple[tuple[str, str, str], ...] = ()
    """Attached media: field key, kind, local path (empty for a link to another host)."""
    error_code: str = ""
    error_message: str = ""
    """Set from the start where a fault makes the task fail at its end."""
    vanished: bool = False
    finished: float = 0.0
    makes: tuple[tuple[str, str], ...] = ()
    """For a workflow or app: the nodes that give results, and the modality of each."""
    nodes: tuple[str, ...] = ()
    """All nodes of its graph, for the progress messages."""
    v1: bool = False
    client_id: str = ""
    hook: str = ""
    """The webhook address (API sheet §7)."""
    base: str = ""
    """The address under which the task was made, for links in the webhook message."""
    in_coins: bool = False
    """`charge` is in coins, not money."""
    fee: int = 0
    """Millionths of money for the paid model nodes of a run, besides its charge; only reported, not
    deducted."""


class TaskStore:
    """Reads and writes tasks; a write is in the file when the call returns."""

    def __init__(self, path: Path) -> None:
        self._db = sqlite3.connect(path, isolation_level=None)
        self._db.execute("PRAGMA journal_mode=WAL")
        self._db.execute("PRAGMA synchronous=NORMAL")
        self._db.executescript(_SCHEMA)
        self._last_id = 0
        self.secret = self.remembered("secret") or secrets.token_hex(32)
        self.remember("secret", self.secret)

    def close(self) -> None:
        self._db.close()

    def remembered(self, name: str) -> str:
        row = self._db.execute("SELECT value FROM meta WHERE name=?", (name,)).fetchone()
        return str(row[0]) if row else ""

    def remember(self, name: str, value: str) -> None:
        self._db.execute("INSERT OR REPLACE INTO meta VALUES (?, ?)", (name, value))

    def new_id(self) -> str:
        """A new id of 19 digits, beyond what a float can hold."""
        self._last_id = max(self._last_id + 1, _ID_BASE + int((time.time() - _EPOCH) * 1e6))
        return str(self._last_id)

    def save(self, record: Record) -> None:
        self._db.execute(
            "INSERT OR REPLACE INTO task VALUES (?, ?, ?, ?, ?, ?)",
            (record.id, record.account, record.status, record.created, record.charge, _pack(record)),
        )

    def get(self, task_id: str) -> Record | None:
        row = self._db.execute("SELECT body FROM task WHERE id=?", (task_id,)).fetchone()
        return _unpack(row[0]) if row else None

    def active(self, account: str | None = None) -> list[Record]:
        """Queued and running tasks of one key or of all, oldest first."""
        where, values = ("", ()) if account is None else (" AND account=?", (account,))
        rows = self._db.execute(
            f"SELECT body FROM task WHERE status IN ('QUEUED', 'RUNNING'){where} ORDER BY id", values
        )
        return [_unpack(row[0]) for row in rows]

    def ended(self, account: str, most: int) -> list[Record]:
        """Ended tasks of a key, newest first."""
        rows = self._db.execute(
            "SELECT body FROM task WHERE account=? AND status NOT IN ('QUEUED', 'RUNNING')"
            " ORDER BY id DESC LIMIT ?",
            (account, most),
        )
        return [_unpack(row[0]) for row in rows]

    def counts(self, account: str) -> tuple[int, int]:
        """The numbers of running and queued tasks of a key."""
        rows = self._db.execute(
            "SELECT status, count(*) FROM task WHERE account=? AND status IN ('QUEUED', 'RUNNING')"
            " GROUP BY status",
            (account,),
        )
        found = dict(rows.fetchall())
        return int(found.get("RUNNING", 0)), int(found.get("QUEUED", 0))

    def spent(self, account: str) -> int:
        """Millionths charged to a key in the last day."""
        row = self._db.execute(
            "SELECT coalesce(sum(charge), 0) FROM task WHERE account=? AND created>?",
            (account, time.time() - _DAY),
        ).fetchone()
        return int(row[0])


def move(record: Record, status: Status, files: Sequence[RenderOutput] = ()) -> Record:
    """The record in its next state; an end without success costs nothing."""
    ended = not status.is_active
    return replace(
        record,
        status=status,
        files=tuple(files) or record.files,
        charge=record.charge if status.is_active or status is Status.SUCCESS else 0,
        fee=record.fee if status.is_active or status is Status.SUCCESS else 0,
        finished=time.time() if ended else 0.0,
    )


def _pack(record: Record) -> str:
    return json.dumps(asdict(record), ensure_ascii=True)


def _unpack(body: str) -> Record:
    values = json.loads(body)
    values["status"] = Status(values["status"])
    values["files"] = tuple(RenderOutput(**made) for made in values["files"])
    values["media"] = tuple((key, kind, path) for key, kind, path in values["media"])
    values["makes"] = tuple((node, made) for node, made in values.get("makes", ()))
    values["nodes"] = tuple(values.get("nodes", ()))
    return Record(**values)
