"""What the engine's steps share: what they are made with, and the way from one step to the next."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final, Protocol

from rh_ui.catalog.schema import Catalog
from rh_ui.domain import Task
from rh_ui.engine.own_tasks import AccountKey, OwnTasks
from rh_ui.engine.retry_policy import RetryPolicy, Timings
from rh_ui.engine.run_passwords import RunPasswords
from rh_ui.engine.transfers import TransferProgress
from rh_ui.engine.worker_lease import WorkerLease
from rh_ui.persistence.repositories.repositories import Repositories
from rh_ui.persistence.run_queries import RunQueries
from rh_ui.runninghub.address_guard import Gate
from rh_ui.runninghub.client import Client
from rh_ui.storage.library import DiskReserve, Library


class Stage(StrEnum):
    """The steps that call the service; each has a pool of threads of its own name."""

    PREPARE = "prepare"
    """Send the files of a claimed task."""
    SUBMIT = "submit"
    POLL = "poll"
    DOWNLOAD = "download"
    CONFIRM = "confirm"
    """Ask about the task that a webhook named, before it is believed; beside the run's own steps."""


NO_ROOM: Final = "no-room"
"""The note of a run that waits to be sent, because the disk is full."""


class Stopping(Exception):
    """The engine stops: give up what can be taken up again. Stays inside this package."""


class StepRouter(Protocol):
    """How a step passes a task on; TaskRouter knows all steps."""

    def schedule(self, stage: Stage, task_id: str, delay: float = 0.0) -> None: ...

    def start_polling(self, task: Task, delay: float = 0.0) -> None:
        """The task runs at the service: poll it, the first time after `delay` seconds."""

    def release_slot(self, account: AccountKey, task_id: str) -> None:
        """The task needs no slot at the service any more."""

    def mark_uncertain(self, task: Task) -> None:
        """Its outcome is unknown: for a while it counts as having a slot."""

    def requeue_after_refusal(self, task: Task, note: str) -> None:
        """The task is queued again, for the reason in its note."""

    def record_accepted(self, task: Task) -> None: ...

    def may_send(self, account: AccountKey) -> bool:
        """False while the account is held after a refusal."""

    def requeue_unsent(self, task: Task) -> None:
        """The task was not sent and is queued again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class EngineSettings:
    """What a person may set of the engine."""

    timings: Timings = field(default_factory=Timings)
    reserve: int = 0
    """Bytes of the disk that must be free before a run is sent, and that no result takes."""
    largest: int | None = None
    """Bytes that a result may have to be fetched without being asked for."""
    public_url: str = ""
    """Where the service reaches this page, to tell of a run's end; empty: nowhere."""


@dataclass(frozen=True, slots=True, kw_only=True)
class EngineContext:
    """What the constructors of the steps choose from; each step keeps only what it needs."""

    catalog: Catalog
    repositories: Repositories
    history: RunQueries
    library: Library
    clients: Mapping[AccountKey, Client]
    """Who may work on the tasks of which account: (site, fingerprint)."""
    settings: EngineSettings
    lease: WorkerLease
    own_tasks: OwnTasks
    retry: RetryPolicy
    disk: DiskReserve
    gate: Gate
    """For the addresses of results."""
    transfers: TransferProgress
    clock: Callable[[], float]
    """Never jumps; a wall clock that does ends nothing."""
    stopping: threading.Event = field(default_factory=threading.Event)
    passwords: RunPasswords = field(default_factory=RunPasswords)
