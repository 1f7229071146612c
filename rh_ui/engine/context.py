"""What the engine's steps share: the parts they are made with, and how a step passes a task on."""

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
from rh_ui.runninghub.address_guard import AddressGuard
from rh_ui.runninghub.client import Client
from rh_ui.storage.library import DiskReserve, Library


class Stage(StrEnum):
    """The steps that call the service; each has its own thread pool, with this name."""

    PREPARE = "prepare"
    """Upload the files of a claimed task."""
    SUBMIT = "submit"
    POLL = "poll"
    DOWNLOAD = "download"
    CONFIRM = "confirm"
    """Ask about the task that a webhook named, before it is believed; runs beside the task's other steps."""


NO_ROOM: Final = "no-room"
"""The note of a run that is not sent because the disk is full."""


class Stopping(Exception):
    """The engine is stopping: leave whatever can be continued later. Never leaves this package."""


class StepRouter(Protocol):
    """How a step passes a task on; TaskRouter knows all steps."""

    def schedule(self, stage: Stage, task_id: str, delay: float = 0.0) -> None: ...

    def start_polling(self, task: Task, delay: float = 0.0) -> None:
        """The task runs at the service: poll it, for the first time after `delay` seconds."""

    def release_slot(self, account: AccountKey, task_id: str) -> None:
        """The task no longer needs a slot at the service."""

    def mark_uncertain(self, task: Task) -> None:
        """The outcome of the task is unknown: for a while it counts as if it had a slot."""

    def requeue_after_refusal(self, task: Task, note: str) -> None:
        """The task is queued again; the note says why."""

    def record_accepted(self, task: Task) -> None: ...

    def may_send(self, account: AccountKey) -> bool:
        """False while the account is held after a refusal."""

    def requeue_unsent(self, task: Task) -> None:
        """The task was not sent and is queued again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class EngineSettings:
    """The settings of the engine that a user may change."""

    timings: Timings = field(default_factory=Timings)
    reserve: int = 0
    """Bytes of disk space that must be free before a run is sent; results never use them."""
    largest: int | None = None
    """Size in bytes up to which results are downloaded without asking; None: any size."""
    public_url: str = ""
    """The address at which the service reaches this page, for webhooks; empty: none."""


@dataclass(frozen=True, slots=True, kw_only=True)
class EngineContext:
    """Everything the constructors of the steps choose from; a step keeps only what it needs."""

    catalog: Catalog
    repositories: Repositories
    history: RunQueries
    library: Library
    clients: Mapping[AccountKey, Client]
    """The clients by account: (site, fingerprint of the key)."""
    successors: Mapping[AccountKey, AccountKey] = field(default_factory=dict)
    """By an account with a former key, the same one with the key that is used now."""
    caps: Mapping[AccountKey, int] = field(default_factory=dict)
    """The most runs at once that the settings allow, by account; the service may allow fewer."""
    settings: EngineSettings
    lease: WorkerLease
    own_tasks: OwnTasks
    retry: RetryPolicy
    disk: DiskReserve
    gate: AddressGuard
    """Checks the addresses of results."""
    transfers: TransferProgress
    clock: Callable[[], float]
    """A monotonic clock: changes of the wall clock must not end anything."""
    stopping: threading.Event = field(default_factory=threading.Event)
    passwords: RunPasswords = field(default_factory=RunPasswords)
