"""What the engine's steps share: the rooms they work with, and the way from one step to the next."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import StrEnum
from typing import Final, Protocol, TypeAlias, Unpack

from rh_ui.catalog.schema import Catalog
from rh_ui.domain import Charged, Task, TaskError
from rh_ui.engine.retry_policy import RetryPolicy
from rh_ui.engine.run_passwords import RunPasswords
from rh_ui.engine.state_machine import Event, after
from rh_ui.engine.transfers import TransferProgress
from rh_ui.engine.worker_lease import WorkerLease
from rh_ui.persistence.journal import Journal
from rh_ui.persistence.row_mapping import TaskChange
from rh_ui.persistence.run_queries import RunQueries
from rh_ui.runninghub.address_guard import Gate
from rh_ui.runninghub.client import Client
from rh_ui.storage.library import Library

AccountKey: TypeAlias = tuple[str, str]
"""(site, fingerprint of the key). The site is the name tasks remember: the service's host URL, or a lasting
word for the demo, whose address changes at every start."""


class Stage(StrEnum):
    """The steps that call the service; each has a pool of threads of its own name."""

    PREPARE = "prepare"
    """Send the files of a claimed task."""
    SUBMIT = "submit"
    POLL = "poll"
    DOWNLOAD = "download"


NO_ROOM: Final = "no-room"
"""The note of a run that waits to be sent, because the disk is full."""


class Stopping(Exception):
    """The engine stops: give up what can be taken up again. Stays inside this package."""


class StepRouter(Protocol):
    """How a step passes a task on; the engine is the one who knows all steps."""

    def go(self, stage: Stage, task_id: str, delay: float = 0.0) -> None: ...

    def watch(self, task: Task, delay: float = 0.0) -> None:
        """The task runs at the service: poll it, the first time after `delay` seconds."""

    def left(self, account: AccountKey, task_id: str) -> None:
        """The task needs no place at the service any more."""

    def doubt(self, task: Task) -> None:
        """Its outcome is unknown: for a while it counts as having a place."""

    def turned_away(self, task: Task, note: str) -> None:
        """The task is queued again, for the reason in its note."""

    def accepted(self, task: Task) -> None: ...

    def may_send(self, account: AccountKey) -> bool:
        """False while the account's line is held after a refusal."""

    def give_back(self, task: Task) -> None:
        """The task was not sent and is queued again."""


@dataclass(frozen=True, slots=True)
class EngineContext:
    """The rooms a step may use."""

    catalog: Catalog
    journal: Journal
    history: RunQueries
    library: Library
    clients: Mapping[AccountKey, Client]
    cadence: RetryPolicy
    lease: WorkerLease
    stopping: threading.Event
    clock: Callable[[], float] = time.monotonic
    """Never jumps; a wall clock that does ends nothing."""
    transfers: TransferProgress = field(default_factory=lambda: TransferProgress(lambda: None))
    secrets: RunPasswords = field(default_factory=RunPasswords)
    gate: Gate = field(default_factory=Gate)
    """For the addresses of results."""
    largest: int | None = None
    """Bytes that a result may have to be fetched by itself."""
    reserve: int = 0
    """Bytes that must be free on the disk before a run is sent: its result has to lie somewhere."""
    public: str = ""
    """Where the service reaches this page, to tell of a run's end; empty: nowhere."""

    @property
    def worker(self) -> str:
        """What this process is called in the tasks' rows."""
        return self.lease.worker

    def client(self, task: Task) -> Client | None:
        """Who may ask about this task: the same site with the same key; None when it is not here."""
        return self.clients.get(account_of(task))

    def has_room(self) -> bool:
        """Whether the disk has the reserve; True where nobody knows."""
        free = self.library.free()
        return free is None or free >= self.reserve

    def mine(self, task: Task) -> bool:
        """Whether this process has the task: one that was stopped for long may have lost it."""
        return task.worker == self.worker

    def move(self, task: Task, event: Event, **change: Unpack[TaskChange]) -> bool:
        """Move a task of ours; False when it is no longer where it was."""
        return self.journal.move(task.id, task.state, after(task.state, event), worker=self.worker, **change)

    def fail(self, task: Task, code: str, message: str) -> bool:
        """End a task for which nothing was charged."""
        return self.move(
            task,
            Event.REFUSE,
            error=TaskError(code, message, Charged.NO),
            charged=Charged.NO,
            note="",
            finished_at=utc_now(),
        )


def account_of(task: Task) -> AccountKey:
    return (task.site, task.account)


def utc_now() -> datetime:
    return datetime.now(UTC)
