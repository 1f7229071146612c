"""The engine: puts the steps together, starts and stops them, and takes up what a former run left behind."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from concurrent.futures import Future
from datetime import datetime
from typing import Final, TypeVar

from rh_ui.catalog.schema import Catalog
from rh_ui.domain import Output, Pause, Task, TaskState
from rh_ui.engine.context import AccountKey, EngineContext, Stage, account_of
from rh_ui.engine.handovers import HANDOVERS
from rh_ui.engine.inputs import UploadCache
from rh_ui.engine.progress_stream import MOST, ProgressStreams, Step
from rh_ui.engine.progress_stream import POOL as LINES
from rh_ui.engine.queue.admission import POOL as LANES
from rh_ui.engine.queue.admission import AdmissionControl
from rh_ui.engine.queue.download_slots import MOST as SLOTS
from rh_ui.engine.queue.fair_queue import QueuePosition
from rh_ui.engine.recovery import PLAN, NextStep
from rh_ui.engine.request_builder import RequestBuilder
from rh_ui.engine.retry_policy import RetryPolicy, Timings
from rh_ui.engine.scheduler import Job, Scheduler
from rh_ui.engine.state_machine import Event, after
from rh_ui.engine.step_runner import StepRunner
from rh_ui.engine.steps.download import FETCH, DownloadStep
from rh_ui.engine.steps.poll import PollStep
from rh_ui.engine.steps.submit import SubmitStep
from rh_ui.engine.steps.thumbnails import POOL as PICTURES
from rh_ui.engine.steps.thumbnails import ThumbnailStep
from rh_ui.engine.steps.upload import TRANSFER, UploadStep
from rh_ui.engine.transfers import TransferProgress
from rh_ui.engine.worker_lease import WorkerLease
from rh_ui.media.thumbnail_worker import ThumbnailWorker
from rh_ui.persistence.journal import Journal
from rh_ui.persistence.leases import Leases
from rh_ui.persistence.outbox import AnswerOutbox
from rh_ui.persistence.run_queries import RunQueries
from rh_ui.runninghub.address_guard import Gate
from rh_ui.runninghub.client import Client
from rh_ui.storage.library import Library

log: Final = logging.getLogger(__name__)
T = TypeVar("T")
LEASE: Final = "lease"
"""The heartbeat's own pool: no slow answer of the service may keep it waiting."""
SWEEP: Final = "sweep"
CHORES: Final = "chores"
POOLS: Final = {
    Stage.POLL.value: 32,
    Stage.SUBMIT.value: 6,
    Stage.DOWNLOAD.value: 8,
    FETCH: 2 * SLOTS,
    Stage.PREPARE.value: 8,
    TRANSFER: 8,
    LANES: 4,
    LEASE: 1,
    SWEEP: 1,
    PICTURES: 1,
    CHORES: 1,
    "asking": 2,
    LINES: MOST,
}
"""Threads at most, started as needed. Six submits in flight are as many as the service takes kindly."""
STOP_SECONDS: Final = 5.0
"""The page's end before it (open pages have one second) and the interpreter's after it take up to four more;
all together it must be over within ten."""


class Engine:
    """Works on every task that is not finished. start() once, stop() once."""

    def __init__(
        self,
        *,
        catalog: Catalog,
        journal: Journal,
        history: RunQueries,
        leases: Leases,
        spool: AnswerOutbox,
        library: Library,
        clients: Mapping[AccountKey, Client],
        cadence: RetryPolicy | None = None,
        clock: Callable[[], float] = time.monotonic,
        artist: ThumbnailWorker | None = None,
        reserve: int = 0,
        largest: int | None = None,
        gate: Gate | None = None,
        public: str = "",
        changed: Callable[[], object] = lambda: None,
    ) -> None:
        """`clients` by (site, fingerprint): who may work on the tasks of which account. `artist`: who draws
        small pictures; by default this process.
        `reserve`: bytes of the disk that must be free before a run is sent, and that no result takes.
        `largest`: bytes that a result may have to be fetched by itself. `gate`: by default the accounts' own
        sites are let through. `public`: where the service reaches this page, to tell of a run's end.
        `changed`: called now and then while a file or a run gets on."""
        cadence = cadence or RetryPolicy(Timings())
        self._parts = EngineContext(
            catalog=catalog, journal=journal, history=history, library=library, clients=clients,
            cadence=cadence,
            lease=WorkerLease(leases, cadence.pace.lease),
            stopping=threading.Event(),
            clock=clock,
            gate=gate or Gate.around(*(client.host for client in clients.values())),
            largest=largest, reserve=reserve, public=public, transfers=TransferProgress(changed),
        )  # fmt: skip
        self._leases = leases
        self._scheduler = Scheduler(POOLS, self._parts.clock)
        links = UploadCache(journal, library, self._parts.transfers)
        self._lanes = AdmissionControl(self._parts, self, self._scheduler)
        self._progress = ProgressStreams(self._scheduler, self._parts.stopping, changed)
        self._collecting = PollStep(self._parts, self, self._progress)
        self._pictures = ThumbnailStep(self._parts, self._scheduler, artist or ThumbnailWorker())
        self._downloading = DownloadStep(self._parts, self, self._scheduler, self._pictures)
        self._submitting = SubmitStep(self._parts, self, RequestBuilder(self._parts, links), spool)
        self._steps: Mapping[Stage, Callable[[str], float | None]] = {
            Stage.PREPARE: UploadStep(self._parts, self, links, self._scheduler).run,
            Stage.SUBMIT: self._submitting.run,
            Stage.POLL: self._collecting.run,
            Stage.DOWNLOAD: self._downloading.run,
        }
        self._chores: list[Callable[[], object]] = []
        self._room = True
        self._runner = StepRunner(self._parts, self, self._submitting, self._downloading)
        self._pulse: tuple[int, datetime | None] = (0, None)

    @property
    def clock(self) -> Callable[[], float]:
        """Seconds on a clock that never jumps."""
        return self._parts.clock

    def do_regularly(self, *chores: Callable[[], object]) -> None:
        """Do these too, at the start and now and then. Call it before start."""
        self._chores.extend(chores)

    def start(self) -> None:
        """Take up what a former run left behind, then work. Raises StorageFault."""
        self._parts.lease.take()
        self._adopt()
        self._submitting.recall()
        self._lanes.survey()
        self._scheduler.start()
        self._go_round()
        self._pictures.start()
        if not self._parts.lease.alone:
            self._scheduler.put(Job(LEASE, LEASE, self._keep_lease), self._parts.cadence.pace.heartbeat)

    def stop(self, timeout: float = STOP_SECONDS) -> bool:
        """Start nothing new, finish what is in flight within `timeout` seconds, give the rest back.

        False when something still ran; its outcome is then written by itself or found at the next start.
        """
        self._parts.stopping.set()
        self._pictures.stop()
        self._downloading.forget_all()
        finished = self._scheduler.stop(timeout)
        self._submitting.settle_all()
        for state in (TaskState.CLAIMED, TaskState.UPLOADING):
            becomes = after(state, Event.RELEASE)
            self._parts.journal.release(self._parts.worker, state, becomes, owner=None, upload_done=0)
        self._parts.lease.give_back()
        return finished

    def queue(self, task: Task) -> None:
        """A new task waits for its turn, or a waiting one has a new place in line."""
        self._lanes.join(task)

    def forget(self, task: Task) -> None:
        """The task was cancelled before it was sent, or a person settled its unknown outcome."""
        self.left(account_of(task), task.id)

    @property
    def accounts(self) -> Sequence[AccountKey]:
        """Those whose keys are here."""
        return list(self._parts.clients)

    @property
    def worker(self) -> str:
        """What this process is called in the tasks' rows."""
        return self._parts.worker

    def client(self, account: AccountKey) -> Client | None:
        """Who asks the service for this account; None where its key is not here."""
        return self._parts.clients.get(account)

    def client_of(self, task: Task) -> Client | None:
        """Who may ask about this task: the same site with the same key."""
        return self._parts.client(task)

    def has_disk_space(self) -> bool:
        """Whether the disk has the reserve; True where nobody knows."""
        return self._parts.has_room()

    def keep_password(self, task_id: str, password: str) -> None:
        """The access password of a run that waits; in memory only."""
        self._parts.secrets.keep(task_id, password)

    def forget_password(self, task_id: str) -> None:
        self._parts.secrets.forget(task_id)

    def transfer_percent(self, names: Iterable[str]) -> int | None:
        """How much of those of these files that are on their way is done; None where none of them is
        large."""
        return self._parts.transfers.percent(names)

    def progress(self, task_id: str) -> Step | None:
        """Where a run says it is; None where it says nothing."""
        return self._progress.of(task_id)

    def resolve_from_webhook(self, task: Task) -> None:
        """The service told of the end of a task, and named its id."""
        self._submitting.heard(task)

    def poll_now(self, task_id: str) -> None:
        """Ask the service about a running task at once."""
        self.go(Stage.POLL, task_id)

    def queue_positions(self) -> Mapping[str, QueuePosition]:
        """Where each waiting run stands."""
        return self._lanes.order()

    def pauses(self) -> list[tuple[Pause, int]]:
        """The accounts of ours that wait for money, and how many runs wait with each."""
        return self._lanes.pauses()

    def resume(self, account: AccountKey) -> bool:
        """A paused account tries again. False: it was not paused. Raises StorageFault."""
        return self._lanes.resume(account)

    def cancel(self, task_id: str) -> None:
        """Ask the service to stop it, at once if it runs there."""
        if self._collecting.cancel(task_id):
            self.go(Stage.POLL, task_id)

    def background(self, call: Callable[[], T]) -> Future[T]:
        """Run a call that asks the service something, off the caller's path."""
        return self._scheduler.background("asking", call)

    def go(self, stage: Stage, task_id: str, delay: float = 0.0) -> None:
        """The task's next step."""
        step = self._steps[stage]
        self._scheduler.put(Job(task_id, stage.value, lambda: self._runner.run(stage, step, task_id)), delay)

    def watch(self, task: Task, delay: float = 0.0) -> None:
        """The task runs at the service: poll it from now on."""
        self._lanes.place(task)
        if self._parts.client(task) is None:
            self._parts.journal.note([task.id], "other-account")
            return
        cancel = self._collecting.watch(task)
        self.go(Stage.POLL, task.id, 0.0 if cancel else delay)

    def left(self, account: AccountKey, task_id: str) -> None:
        self._parts.secrets.forget(task_id)
        self._lanes.leave(account, task_id)

    def doubt(self, task: Task) -> None:
        self._lanes.doubt(task)

    def turned_away(self, task: Task, note: str) -> None:
        self._lanes.turned_away(task, note)

    def accepted(self, task: Task) -> None:
        self._lanes.accepted(account_of(task), task.id)

    def may_send(self, account: AccountKey) -> bool:
        return self._lanes.may_send(account)

    def draw_thumbnail(self, output_id: str) -> None:
        """A result wants a thumbnail, before the others."""
        self._pictures.ask(output_id)

    def request_thumbnails(self, output_ids: Collection[str]) -> None:
        """Somebody looks at results whose small pictures were cleared away."""
        self._pictures.want(output_ids)

    def fetch_now(self, task_id: str) -> None:
        """A person wants the missing files of a run, however large they are."""
        self._downloading.fetch_now(task_id)
        self.go(Stage.DOWNLOAD, task_id)

    def abandon(self, output: Output) -> None:
        """Nobody wants a result any more that is not here yet."""
        self._downloading.abandon(output)
        self.go(Stage.DOWNLOAD, output.task_id)

    def give_back(self, task: Task) -> None:
        self._lanes.give_back(task)

    def _adopt(self) -> None:
        """Take what no living process has, and go on with it."""
        ids = set(
            self._leases.adopt(
                self._parts.worker,
                silent=self._parts.cadence.pace.lease,
                accounts=list(self._parts.clients),
                handovers=HANDOVERS,
                left="other-account",
            )
        )
        if not ids:
            return
        log.info("taking up %d runs", len(ids))
        steps = {decision.becomes: decision.step for decision in PLAN.values()}
        followed = [state for state, step in steps.items() if step is not NextStep.LEAVE]
        for task in reversed(self._parts.history.tasks(states=followed, limit=None)):
            if task.id in ids:
                self._take_up(task, steps[task.state])
        self._parts.journal.announce()

    def _take_up(self, task: Task, step: NextStep) -> None:
        if step is NextStep.QUEUE:
            self.queue(task)
        elif step is NextStep.POLL:
            self.watch(task, self._parts.cadence.spread(self._parts.cadence.pace.poll_steps[0][1]))
        elif step is NextStep.DOWNLOAD:
            self.go(Stage.DOWNLOAD, task.id)

    def _keep_lease(self) -> float:
        """The heartbeat, and what other processes have to do with us."""
        try:
            if not self._parts.lease.renew():
                self._start_over()
            self._adopt()
            self._lanes.survey()
            pulse = self._parts.history.pulse_elsewhere(self._parts.worker)
            if pulse != self._pulse:  # open pages here show the others' runs too
                self._pulse = pulse
                self._parts.journal.announce()
            for task_id in self._parts.history.cancel_wishes(self._parts.worker):
                self.cancel(task_id)
        except Exception:
            log.exception("the heartbeat failed")
        return self._parts.cadence.pace.heartbeat

    def _sweep(self) -> float:
        """Every step wakes the next one; should a wake-up get lost, no task may lie idle for that."""
        try:
            self._submitting.recall_heard()
            for task_id in self._parts.history.in_hand(self._parts.worker):
                if not self._scheduler.knows(task_id):
                    self._look_after(self._parts.history.task(task_id))
        except Exception:
            log.exception("the sweep failed")
        return self._parts.cadence.pace.sweep

    def _do_chores(self) -> float:
        for chore in self._chores:
            try:
                chore()
            except Exception:
                log.exception("a chore failed")
        room = self._parts.has_room()
        if room != self._room:  # open pages tell of a full disk, and that it is over
            self._room = room
            self._parts.journal.announce()
        return self._parts.cadence.pace.sweep

    def _look_after(self, task: Task) -> None:
        waits = task.state is TaskState.QUEUED and self._lanes.holds(account_of(task), task.id)
        if waits or not self._parts.mine(task) or self._scheduler.knows(task.id):
            return
        if task.state in (TaskState.CLAIMED, TaskState.UPLOADING):
            self.go(Stage.PREPARE, task.id)
        elif task.state is TaskState.SUBMITTING:
            self._submitting.broke(task.id)
        elif task.state is not TaskState.RUNNING or self._parts.client(task) is not None:
            log.warning("task %s: found idle, taken up again", task.id)
            self._take_up(task, PLAN[task.state].step)

    def _start_over(self) -> None:
        """This process was silent for too long: others have its tasks. Forget them and sign in again."""
        log.warning("this process was silent for so long that others took over its runs")
        self._scheduler.clear()
        self._lanes.forget_all()
        self._collecting.forget_all()
        self._downloading.forget_all()
        self._pictures.start()
        self._parts.lease.take()
        self._go_round()
        for task_id in self._submitting.unsettled:
            self.go(Stage.SUBMIT, task_id)

    def _go_round(self) -> None:
        self._scheduler.put(Job(SWEEP, SWEEP, self._sweep), self._parts.cadence.pace.sweep)
        self._scheduler.put(Job(CHORES, CHORES, self._do_chores))
