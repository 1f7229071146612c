"""The engine: makes its parts, starts and stops them, and takes the orders of the services."""

from __future__ import annotations

import time
from collections.abc import Callable, Collection, Iterable, Mapping
from concurrent.futures import Future
from dataclasses import dataclass
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
from rh_ui.runninghub.address_guard import Gate
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
    QUESTIONS: 2,
    PROGRESS: STREAMS,
}
"""Threads at most, started as needed. The service takes about six submits at the same time well."""
STOP_SECONDS: Final = 5.0
"""The page's end before it (open pages have one second) and the interpreter's after it take up to four more;
all together it must be over within ten."""


@dataclass(frozen=True, slots=True, kw_only=True)
class EngineParts:
    """What the engine works with."""

    catalog: Catalog
    repositories: Repositories
    history: RunQueries
    leases: Leases
    outbox: AnswerOutbox
    library: Library
    clients: Mapping[AccountKey, Client]
    """Who may work on the tasks of which account."""
    gate: Gate
    """Which addresses of results may be asked."""
    thumbnail_worker: ThumbnailWorker


class Engine:
    """Works on every task that is not finished. start() once, stop() once."""

    def __init__(
        self,
        parts: EngineParts,
        settings: EngineSettings,
        changed: Callable[[], object],
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """`changed` is called, at most once a second, while a file or a run gets on."""
        moved = Throttle(changed, clock)
        lease = WorkerLease(parts.leases, settings.timings.lease)
        self._context = context = EngineContext(
            catalog=parts.catalog,
            repositories=parts.repositories,
            history=parts.history,
            library=parts.library,
            clients=parts.clients,
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
        """Take up what a former run left behind, then work. Raises StorageFault."""
        self._context.lease.acquire()
        self._takeover.adopt()
        self._steps.confirm.schedule_told()
        self._steps.submit.recover_answers()
        self._admission.sync_with_database()
        self._scheduler.start()
        self._rounds.start()
        self._steps.thumbnails.start()

    def stop(self, timeout: float = STOP_SECONDS) -> bool:
        """Start nothing new, finish what is in flight within `timeout` seconds, give the rest back.

        False when something still ran; its outcome is then written by itself or found at the next start.
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
        """Do these too, at the start and now and then. Call it before start."""
        self._rounds.add_chores(*chores)

    def do_each_heartbeat(self, *tasks: Callable[[], object]) -> None:
        """Work of a moment for others, in this process, every few seconds. Before the start."""
        self._rounds.add_heartbeat_tasks(*tasks)

    @property
    def worker(self) -> str:
        """What this process is called in the tasks' rows."""
        return self._context.lease.worker

    def client(self, account: AccountKey) -> Client | None:
        """Who asks the service for this account; None where its key is not here."""
        return self._context.clients.get(account)

    def client_of(self, task: Task) -> Client | None:
        """Who may ask about this task: the same site with the same key."""
        return self.client(account_of(task))

    def may_take(self, task: Task) -> bool:
        """Whether this process may go on with a task that perhaps another one follows. Raises
        StorageFault."""
        return self._takeover.may_take(task)

    def background(self, call: Callable[[], T]) -> Future[T]:
        """Make a call that asks the service something, in a thread."""
        return self._scheduler.background(QUESTIONS, call)

    def enqueue(self, task: Task) -> None:
        """A new task waits for its turn, or a waiting one has a new place in the queue."""
        self._admission.enqueue(task)

    def forget(self, task: Task) -> None:
        """The task was cancelled before it was sent, or a person settled its unknown outcome."""
        self._router.release_slot(account_of(task), task.id)

    def start_polling(self, task: Task) -> None:
        """The task runs at the service: follow it."""
        self._router.start_polling(task)

    def poll_now(self, task_id: str) -> None:
        """Ask the service about a running task at once."""
        self._router.schedule(Stage.POLL, task_id)

    def cancel(self, task_id: str) -> None:
        """Ask the service to stop it, at once if it runs there."""
        self._rounds.cancel(task_id)

    def confirm_webhook(self, task: Task) -> None:
        """A message told of the end of a task, and named its id: ask the service about that."""
        self._router.schedule(Stage.CONFIRM, task.id)

    def reopen(self, task: Task) -> bool:
        """A run that ended as cancelled was made after all, says the service: collect it. False: it is no
        such run any more. Raises StorageFault."""
        return self._steps.confirm.reopen(task)

    def keep_password(self, task_id: str, password: str) -> None:
        """The access password of a run that waits; in memory only."""
        self._context.passwords.keep(task_id, password)

    def forget_password(self, task_id: str) -> None:
        self._context.passwords.forget(task_id)

    def queue_positions(self) -> Mapping[str, QueuePosition]:
        """Where each waiting run stands in the queue of its account."""
        return self._admission.positions()

    def pauses(self) -> list[tuple[Pause, int]]:
        """The accounts of ours that wait for money, and how many runs wait with each."""
        return self._admission.pauses()

    def resume(self, account: AccountKey) -> bool:
        """A paused account tries again. False: it was not paused. Raises StorageFault."""
        return self._admission.resume(account)

    def has_disk_space(self) -> bool:
        """Whether the disk has the reserve; True where nobody knows."""
        return self._context.disk.has_space()

    def transfer_percent(self, names: Iterable[str]) -> int | None:
        """How much of those of these files that are on their way is done; None where none of them is
        large."""
        return self._context.transfers.percent(names)

    def progress(self, task_id: str) -> Step | None:
        """Where a run says it is; None where it says nothing."""
        return self._progress.step_of(task_id)

    def draw_thumbnail(self, output_id: str) -> None:
        """A result wants a thumbnail, before the others."""
        self._steps.thumbnails.draw_next(output_id)

    def request_thumbnails(self, output_ids: Collection[str]) -> None:
        """Somebody looks at results whose thumbnails were removed."""
        self._steps.thumbnails.request(output_ids)

    def fetch_now(self, task_id: str) -> None:
        """A person wants the missing files of a run, however large they are."""
        self._steps.download.fetch_now(task_id)
        self._router.schedule(Stage.DOWNLOAD, task_id)

    def abandon(self, output: Output) -> None:
        """Nobody wants a result any more that is not here yet."""
        self._steps.download.abandon(output)
        self._router.schedule(Stage.DOWNLOAD, output.task_id)
