"""The engine: puts the steps together, starts and stops them, and takes up what a former run left behind."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Collection, Mapping, Sequence
from concurrent.futures import Future
from datetime import datetime
from typing import Final, TypeVar

from rh_ui.catalog.schema import Catalog
from rh_ui.domain import Output, Pause, Task, TaskState
from rh_ui.engine.context import AccountKey, EngineContext, Stage, Stopping, account_of
from rh_ui.engine.handovers import HANDOVERS
from rh_ui.engine.inputs import UploadCache
from rh_ui.engine.progress_stream import MOST, ProgressStreams
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
from rh_ui.engine.steps.download import FETCH, DownloadStep
from rh_ui.engine.steps.poll import PollStep
from rh_ui.engine.steps.submit import SubmitStep
from rh_ui.engine.steps.thumbnails import POOL as PICTURES
from rh_ui.engine.steps.thumbnails import ThumbnailStep
from rh_ui.engine.steps.upload import TRANSFER, UploadStep
from rh_ui.engine.webhooks import WebhookReceiver
from rh_ui.engine.worker_lease import WorkerLease
from rh_ui.errors import StorageFault
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
        chores: Sequence[Callable[[], object]] = (),
        reserve: int = 0,
        largest: int | None = None,
        gate: Gate | None = None,
        public: str = "",
    ) -> None:
        """`clients` by (site, fingerprint): who may work on the tasks of which account. `artist`: who draws
        small pictures; by default this process. `chores`: what else is done at the start and now and then.
        `reserve`: bytes of the disk that must be free before a run is sent, and that no result takes.
        `largest`: bytes that a result may have to be fetched by itself. `gate`: by default the accounts' own
        sites are let through. `public`: where the service reaches this page, to tell of a run's end."""
        cadence = cadence or RetryPolicy(Timings())
        self.parts: Final = EngineContext(
            catalog=catalog, journal=journal, history=history, library=library, clients=clients,
            cadence=cadence,
            lease=WorkerLease(leases, cadence.pace.lease),
            stopping=threading.Event(),
            clock=clock,
            gate=gate or Gate.around(*(client.host for client in clients.values())),
            largest=largest, reserve=reserve, public=public,
        )  # fmt: skip
        self._leases = leases
        self._scheduler = Scheduler(POOLS, self.parts.clock)
        links = UploadCache(journal, library, self.parts.transfers)
        self._lanes = AdmissionControl(self.parts, self, self._scheduler)
        self.progress: Final = ProgressStreams(self._scheduler, self.parts.stopping)
        self._collecting = PollStep(self.parts, self, self.progress)
        self._pictures = ThumbnailStep(self.parts, self._scheduler, artist or ThumbnailWorker())
        self._downloading = DownloadStep(self.parts, self, self._scheduler, self._pictures)
        self._submitting = SubmitStep(self.parts, self, RequestBuilder(self.parts, links), spool)
        self.hearing: Final = WebhookReceiver(self.parts, self, self._submitting)
        self._steps: Mapping[Stage, Callable[[str], float | None]] = {
            Stage.PREPARE: UploadStep(self.parts, self, links, self._scheduler).run,
            Stage.SUBMIT: self._submitting.run,
            Stage.POLL: self._collecting.run,
            Stage.DOWNLOAD: self._downloading.run,
        }
        self._chores = chores
        self._room = True
        self._crashes: dict[str, int] = {}
        self._pulse: tuple[int, datetime | None] = (0, None)

    def start(self) -> None:
        """Take up what a former run left behind, then work. Raises StorageFault."""
        self.parts.lease.take()
        self._adopt()
        self._submitting.recall()
        self._lanes.survey()
        self._scheduler.start()
        self._go_round()
        self._pictures.start()
        if not self.parts.lease.alone:
            self._scheduler.put(Job(LEASE, LEASE, self._keep_lease), self.parts.cadence.pace.heartbeat)

    def stop(self, timeout: float = STOP_SECONDS) -> bool:
        """Start nothing new, finish what is in flight within `timeout` seconds, give the rest back.

        False when something still ran; its outcome is then written by itself or found at the next start.
        """
        self.parts.stopping.set()
        self._pictures.stop()
        self._downloading.forget_all()
        finished = self._scheduler.stop(timeout)
        self._submitting.settle_all()
        for state in (TaskState.CLAIMED, TaskState.UPLOADING):
            becomes = after(state, Event.RELEASE)
            self.parts.journal.release(self.parts.worker, state, becomes, owner=None, upload_done=0)
        self.parts.lease.give_back()
        return finished

    def queue(self, task: Task) -> None:
        """A new task waits for its turn, or a waiting one has a new place in line."""
        self._lanes.join(task)

    def forget(self, task: Task) -> None:
        """The task was cancelled before it was sent, or a person settled its unknown outcome."""
        self.left(account_of(task), task.id)

    def line(self) -> Mapping[str, QueuePosition]:
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
        self._scheduler.put(Job(task_id, stage.value, lambda: self._guarded(stage, step, task_id)), delay)

    def watch(self, task: Task, delay: float = 0.0) -> None:
        """The task runs at the service: poll it from now on."""
        self._lanes.place(task)
        if self.parts.client(task) is None:
            self.parts.journal.note([task.id], "other-account")
            return
        cancel = self._collecting.watch(task)
        self.go(Stage.POLL, task.id, 0.0 if cancel else delay)

    def left(self, account: AccountKey, task_id: str) -> None:
        self.parts.secrets.forget(task_id)
        self._lanes.leave(account, task_id)

    def doubt(self, task: Task) -> None:
        self._lanes.doubt(task)

    def turned_away(self, task: Task, note: str) -> None:
        self._lanes.turned_away(task, note)

    def accepted(self, task: Task) -> None:
        self._lanes.accepted(account_of(task), task.id)

    def may_send(self, account: AccountKey) -> bool:
        return self._lanes.may_send(account)

    def draw(self, output_id: str) -> None:
        """A result wants a small picture, before the others."""
        self._pictures.ask(output_id)

    def want_pictures(self, output_ids: Collection[str]) -> None:
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
                self.parts.worker,
                silent=self.parts.cadence.pace.lease,
                accounts=list(self.parts.clients),
                handovers=HANDOVERS,
                left="other-account",
            )
        )
        if not ids:
            return
        log.info("taking up %d runs", len(ids))
        steps = {decision.becomes: decision.step for decision in PLAN.values()}
        followed = [state for state, step in steps.items() if step is not NextStep.LEAVE]
        for task in reversed(self.parts.history.tasks(states=followed, limit=None)):
            if task.id in ids:
                self._take_up(task, steps[task.state])
        self.parts.journal.announce()

    def _take_up(self, task: Task, step: NextStep) -> None:
        if step is NextStep.QUEUE:
            self.queue(task)
        elif step is NextStep.POLL:
            self.watch(task, self.parts.cadence.spread(self.parts.cadence.pace.poll_steps[0][1]))
        elif step is NextStep.DOWNLOAD:
            self.go(Stage.DOWNLOAD, task.id)

    def _keep_lease(self) -> float:
        """The heartbeat, and what other processes have to do with us."""
        try:
            if not self.parts.lease.renew():
                self._start_over()
            self._adopt()
            self._lanes.survey()
            pulse = self.parts.history.pulse_elsewhere(self.parts.worker)
            if pulse != self._pulse:  # open pages here show the others' runs too
                self._pulse = pulse
                self.parts.journal.announce()
            for task_id in self.parts.history.cancel_wishes(self.parts.worker):
                self.cancel(task_id)
        except Exception:
            log.exception("the heartbeat failed")
        return self.parts.cadence.pace.heartbeat

    def _sweep(self) -> float:
        """Every step wakes the next one; should a wake-up get lost, no task may lie idle for that."""
        try:
            self._submitting.recall_heard()
            for task_id in self.parts.history.in_hand(self.parts.worker):
                if not self._scheduler.knows(task_id):
                    self._look_after(self.parts.history.task(task_id))
        except Exception:
            log.exception("the sweep failed")
        return self.parts.cadence.pace.sweep

    def _do_chores(self) -> float:
        for chore in self._chores:
            try:
                chore()
            except Exception:
                log.exception("a chore failed")
        room = self.parts.has_room()
        if room != self._room:  # open pages tell of a full disk, and that it is over
            self._room = room
            self.parts.journal.announce()
        return self.parts.cadence.pace.sweep

    def _look_after(self, task: Task) -> None:
        waits = task.state is TaskState.QUEUED and self._lanes.holds(account_of(task), task.id)
        if waits or not self.parts.mine(task) or self._scheduler.knows(task.id):
            return
        if task.state in (TaskState.CLAIMED, TaskState.UPLOADING):
            self.go(Stage.PREPARE, task.id)
        elif task.state is TaskState.SUBMITTING:
            self._submitting.broke(task.id)
        elif task.state is not TaskState.RUNNING or self.parts.client(task) is not None:
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
        self.parts.lease.take()
        self._go_round()
        for task_id in self._submitting.unsettled:
            self.go(Stage.SUBMIT, task_id)

    def _go_round(self) -> None:
        self._scheduler.put(Job(SWEEP, SWEEP, self._sweep), self.parts.cadence.pace.sweep)
        self._scheduler.put(Job(CHORES, CHORES, self._do_chores))

    def _guarded(self, stage: Stage, step: Callable[[str], float | None], task_id: str) -> float | None:
        """The worker loop's body: whatever a step meets, its task is not lost."""
        try:
            again = step(task_id)
        except Stopping:
            return None
        except Exception as fault:
            log.exception("task %s: the step %s broke", task_id, stage)
            return self._after_crash(stage, task_id, fault)
        if again is None:
            self._crashes.pop(task_id, None)
        return again

    def _after_crash(self, stage: Stage, task_id: str, fault: Exception) -> float | None:
        times = self._crashes[task_id] = self._crashes.get(task_id, 0) + 1
        pause = self.parts.cadence.trouble(times)
        patient = isinstance(fault, StorageFault) or times < self.parts.cadence.pace.crash_tries
        try:
            if stage is Stage.SUBMIT and self._submitting.broke(task_id):
                return None
            if stage is Stage.POLL or patient:
                return pause
            self._give_up(stage, task_id)
        except StorageFault:
            log.warning("task %s: the database can't be reached", task_id)
            return pause
        self._crashes.pop(task_id, None)
        return None

    def _give_up(self, stage: Stage, task_id: str) -> None:
        if stage is Stage.DOWNLOAD:
            self._downloading.give_up(task_id)
            return
        task = self.parts.history.task(task_id)
        if task.state in (TaskState.CLAIMED, TaskState.UPLOADING):
            self.parts.fail(task, "internal", "Something in this program broke before the run was sent.")
        self.left(account_of(task), task_id)
