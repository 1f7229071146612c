"""The engine: makes its parts, starts and stops them, and takes requests from the services."""

from __future__ import annotations

import time
from collections.abc import Callable, Collection, Iterable, Mapping
from concurrent.futures import Future
from dataclasses import dataclass, field
from typing import Final, TypeVar

from rh_ui.catalog.schema import Catalog
from rh_ui.domain import Output, Pause, Task, TaskState
from rh_ui.engine.context import EngineContext, EngineSettings, Stage
from rh_ui.engine.own_tasks import AccountKey, OwnTasks, account_of
from rh_ui.engine.progress_stream import MOST as STREAMS
from rh_ui.engine.progress_stream import POOL as PROGRESS
from rh_ui.engine.progress_stream import ProgressStreams, Step
from rh_ui.engine.queue.admission import POOL as ADMISSION
from rh_ui.engine.queue.download_slots import MOST as SLOTS
from rh_ui.engine.queue.fair_queue import QueuePosition
from rh_ui.engine.retry_policy import RetryPolicy
from rh_ui.engine.rounds import CHORES, LEASE, SWEEP, Rounds
from rh_ui.engine.router import TaskRouter
from rh_ui.engine.scheduler import Scheduler
from rh_ui.engine.state_machine import Event, after
from rh_ui.engine.steps.download import FETCH
from rh_ui.engine.steps.thumbnails import POOL as THUMBNAILS
from rh_ui.engine.steps.upload import TRANSFER
from rh_ui.engine.takeover import Takeover
from rh_ui.engine.throttle import Throttle
from rh_ui.engine.transfers import TransferProgress
from rh_ui.engine.worker_lease import WorkerLease
from rh_ui.media.thumbnail_worker import ThumbnailWorker
from rh_ui.persistence.leases import Leases
from rh_ui.persistence.outbox import AnswerOutbox
from rh_ui.persistence.repositories.repositories import Repositories
from rh_ui.persistence.run_queries import RunQueries
from rh_ui.runninghub.address_guard import AddressGuard
from rh_ui.runninghub.client import Client
from rh_ui.storage.library import DiskReserve, Library

T = TypeVar("T")
QUESTIONS: Final = "asking"
POOLS: Final = {
    Stage.POLL.value: 32,
    Stage.SUBMIT.value: 6,
    Stage.DOWNLOAD.value: 8,
    FETCH: 2 * SLOTS,
    Stage.PREPARE.value: 8,
    TRANSFER: 8,
    Stage.CONFIRM.value: 2,
    ADMISSION: 4,
    LEASE: 1,
    SWEEP: 1,
    THUMBNAILS: 1,
    CHORES: 1,
    PROGRESS: STREAMS,
}
"""The most threads of each pool; they are started as needed. The service handles about six submits at a time
well."""
EACH_ACCOUNT: Final = 2
"""The most threads for questions about one account: where it does not answer, the others still do."""
STOP_SECONDS: Final = 5.0
"""The page needs one second to end before the engine (open pages), and the interpreter up to four after it;
the whole must take less than ten seconds."""


@dataclass(frozen=True, slots=True, kw_only=True)
class EngineParts:
    """What the engine is made with."""

    catalog: Catalog
    repositories: Repositories
    history: RunQueries
    leases: Leases
    outbox: AnswerOutbox
    library: Library
    clients: Mapping[AccountKey, Client]
    """The clients by account."""
    successors: Mapping[AccountKey, AccountKey] = field(default_factory=dict)
    """By an account with a former key, the same one with the key that is used now."""
    caps: Mapping[AccountKey, int] = field(default_factory=dict)
    """The most runs at once that the settings allow, by account."""
    gate: AddressGuard
    """Checks the addresses of results."""
    thumbnail_worker: ThumbnailWorker


class Engine:
    """Works on every task that is not finished. Call start() once and stop() once."""

    def __init__(
        self,
        parts: EngineParts,
        settings: EngineSettings,
        changed: Callable[[], object],
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """`changed` is called, at most once a second, while a file or a run makes progress."""
        moved = Throttle(changed, clock)
        lease = WorkerLease(parts.leases, settings.timings.lease)
        self._context = context = EngineContext(
            catalog=parts.catalog,
            repositories=parts.repositories,
            history=parts.history,
            library=parts.library,
            clients=parts.clients,
            successors=parts.successors,
            caps=parts.caps,
            settings=settings,
            lease=lease,
            own_tasks=OwnTasks(parts.repositories.tasks, lease),
            retry=RetryPolicy(settings.timings),
            disk=DiskReserve(parts.library, settings.reserve),
            gate=parts.gate,
            transfers=TransferProgress(moved),
            clock=clock,
        )
        self._tasks = parts.repositories.tasks
        self._scheduler = Scheduler(POOLS, clock)
        self._progress = ProgressStreams(self._scheduler, context.stopping, moved)
        self._router = TaskRouter(
            context, self._scheduler, self._progress, parts.outbox, parts.thumbnail_worker
        )
        self._steps = self._router.steps
        self._admission = self._router.admission
        self._takeover = Takeover(context, parts.leases, self._router, self._scheduler)
        self._rounds = Rounds(context, self._router, self._scheduler, self._takeover)

    def start(self) -> None:
        """Continue what an earlier process left unfinished, then work. Raises StorageFault."""
        self._context.lease.acquire()
        self._takeover.adopt()
        self._steps.confirm.schedule_confirmations()
        self._steps.submit.recover_answers()
        self._admission.sync_with_database()
        self._scheduler.start()
        self._rounds.start()
        self._steps.thumbnails.start()

    def stop(self, timeout: float = STOP_SECONDS) -> bool:
        """Start nothing new, finish within `timeout` seconds what is in progress, and queue the rest again.

        False: something still ran. It writes its outcome itself, or the next start finds it.
        """
        self._context.stopping.set()
        self._steps.thumbnails.stop()
        self._steps.download.forget_all()
        finished = self._scheduler.stop(timeout)
        self._steps.submit.write_answers()
        for state in (TaskState.CLAIMED, TaskState.UPLOADING):
            becomes = after(state, Event.RELEASE)
            self._tasks.release(self.worker, state, becomes, owner=None, upload_done=0)
        self._context.lease.release()
        return finished

    def do_regularly(self, *chores: Callable[[], object]) -> None:
        """Add chores that are done at the start and then regularly. Call it before start()."""
        self._rounds.add_chores(*chores)

    def do_each_heartbeat(self, *tasks: Callable[[], object]) -> None:
        """Add short tasks that are done every few seconds, at each heartbeat. Call it before start()."""
        self._rounds.add_heartbeat_tasks(*tasks)

    @property
    def worker(self) -> str:
        """The name of this process in the rows of tasks."""
        return self._context.lease.worker

    def client(self, account: AccountKey) -> Client | None:
        """The client of this account; None where we don't have its key."""
        return self._context.clients.get(account)

    def client_of(self, task: Task) -> Client | None:
        """The client for this task: the same site and the same key. None where we don't have it."""
        return self.client(account_of(task))

    def may_take(self, task: Task) -> bool:
        """Whether this process may continue a task that another process may be following. Raises
        StorageFault."""
        return self._takeover.may_take(task)

    def background(self, client: Client, call: Callable[[], T]) -> Future[T]:
        """Ask the service in a thread of this client's account, one of the engine's."""
        return self._scheduler.background(f"{QUESTIONS} {client.fingerprint}", call, EACH_ACCOUNT)

    def enqueue(self, task: Task) -> None:
        """A new task joins the queue, or a waiting task changes its place there."""
        self._admission.enqueue(task)

    def forget(self, task: Task) -> None:
        """The task was cancelled before it was sent, or a person settled its unknown outcome."""
        self._router.release_slot(account_of(task), task.id)

    def start_polling(self, task: Task) -> None:
        """The task runs at the service: poll it."""
        self._router.start_polling(task)

    def poll_now(self, task_id: str) -> None:
        """Ask the service about a running task at once."""
        self._router.schedule(Stage.POLL, task_id)

    def cancel(self, task_id: str) -> None:
        """Ask the service to cancel the task; at once if it runs there."""
        self._rounds.cancel(task_id)

    def confirm_webhook(self, task: Task) -> None:
        """A webhook named the id of this task at the service: ask the service about it."""
        self._router.schedule(Stage.CONFIRM, task.id)

    def reopen(self, task: Task) -> bool:
        """The service says that a run which ended as cancelled succeeded: collect its results. False: it no
        longer is such a run. Raises StorageFault."""
        return self._steps.confirm.reopen(task)

    def keep_password(self, task_id: str, password: str) -> None:
        """Keep the access password of a waiting run, in memory only."""
        self._context.passwords.keep(task_id, password)

    def forget_password(self, task_id: str) -> None:
        self._context.passwords.forget(task_id)

    def queue_positions(self) -> Mapping[str, QueuePosition]:
        """The place of each waiting run in the queue of its account."""
        return self._admission.positions()

    def pauses(self) -> list[tuple[Pause, int]]:
        """Our accounts that are paused for want of money, each with the number of its waiting runs."""
        return self._admission.pauses()

    def resume(self, account: AccountKey) -> bool:
        """Let a paused account try again. False: it was not paused. Raises StorageFault."""
        return self._admission.resume(account)

    def has_disk_space(self) -> bool:
        """Whether the disk has the reserve free; True if that can't be measured."""
        return self._context.disk.has_space()

    def transfer_percent(self, names: Iterable[str]) -> int | None:
        """How much of these files' transfers is done, in percent; None where no large one is in progress."""
        return self._context.transfers.percent(names)

    def progress(self, task_id: str) -> Step | None:
        """The progress of a run as the service reports it; None where it reports nothing."""
        return self._progress.step_of(task_id)

    def draw_thumbnail(self, output_id: str) -> None:
        """Draw the thumbnail of this result before the others."""
        self._steps.thumbnails.draw_next(output_id)

    def request_thumbnails(self, output_ids: Collection[str]) -> None:
        """Draw the thumbnails of results that are looked at and have none."""
        self._steps.thumbnails.request(output_ids)

    def fetch_now(self, task_id: str) -> None:
        """A person wants the missing files of a run now, however large they are."""
        self._steps.download.fetch_now(task_id)
        self._router.schedule(Stage.DOWNLOAD, task_id)

    def abandon(self, output: Output) -> None:
        """A result that is not downloaded yet is no longer wanted."""
        self._steps.download.abandon(output)
        self._router.schedule(Stage.DOWNLOAD, output.task_id)
