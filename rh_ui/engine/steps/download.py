"""From links to stored files. Downloading a file again is always free; nothing here starts a run.

The missing files of a run are fetched in passes: all at the same time, each in its own slot. When the last
file of a pass has ended, the next pass is planned; no thread waits for that. A file that is too large, too
slow or has no room is *not fetched*: it stays at the service, and is tried again while its link is valid.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Final

from rh_ui.domain import Output, OutputState, RunFault, Task, TaskError, TaskState, Unfetched
from rh_ui.engine.context import EngineContext, Stage, StepRouter, Stopping
from rh_ui.engine.link_expiry import link_ends_at
from rh_ui.engine.own_tasks import account_of
from rh_ui.engine.queue.download_slots import DownloadSlots, SlotRequest
from rh_ui.engine.scheduler import Job, Scheduler, exception_of
from rh_ui.engine.state_machine import Event
from rh_ui.engine.steps.fetch import FetchAttempts, ResultFetcher
from rh_ui.engine.steps.thumbnails import ThumbnailStep
from rh_ui.persistence.database_clock import utc_now
from rh_ui.runninghub.address_guard import CancelToken

log: Final = logging.getLogger(__name__)
FETCH: Final = "fetch"
"""The pool that downloads files."""
MISSING: Final = (OutputState.PENDING, OutputState.UNFETCHED)
_HOUR: Final = 3600.0


@dataclass(slots=True)
class _Run:
    """A run whose results are downloaded."""

    tries: FetchAttempts = field(default_factory=FetchAttempts)
    under_way: dict[str, CancelToken] = field(default_factory=dict)
    """The results of the present pass that have not ended."""
    passed: bool = False
    """A pass has ended, and its outcome is not handled yet."""
    broke: Exception | None = None
    wanted: bool = False
    """A person wants the missing files now, however large they are."""


class DownloadStep:
    """Fetches, checks and stores the results of tasks. Thread-safe."""

    def __init__(
        self, context: EngineContext, router: StepRouter, scheduler: Scheduler, thumbnails: ThumbnailStep
    ) -> None:
        self._tasks = context.repositories.tasks
        self._outputs = context.repositories.outputs
        self._history = context.history
        self._retry = context.retry
        self._clock = context.clock
        self._own = context.own_tasks
        self._clients = context.clients
        self._stopping = context.stopping
        self._router = router
        self._scheduler = scheduler
        self._fetcher = ResultFetcher(context, thumbnails)
        self._slots = DownloadSlots()
        self._lock = threading.Lock()
        self._runs: dict[str, _Run] = {}

    def run(self, task_id: str) -> float | None:
        """Begin a pass over the results that are not stored yet, or handle the outcome of one. Returns the
        seconds until the next look, or None at the end."""
        task = self._history.task(task_id)
        if task.state is not TaskState.DOWNLOADING or not self._own.is_ours(task):
            self.drop(task_id)
            return None
        with self._lock:
            run = self._runs.setdefault(task_id, _Run())
            busy, passed, broke = bool(run.under_way), run.passed, run.broke
            if not busy:
                run.passed, run.broke = False, None
        if busy:
            return self._retry.timings.sweep
        if broke is not None:
            raise broke
        return self._finish_pass(task, run) if passed else self._start_pass(task, run)

    def fetch_now(self, task_id: str) -> None:
        """A person wants the missing files at once, however large they are."""
        with self._lock:
            run = self._runs.setdefault(task_id, _Run())
        run.wanted = True

    def abandon(self, output: Output) -> None:
        """This result is no longer wanted: its slot is free at once."""
        with self._lock:
            run = self._runs.get(output.task_id)
            cut = run.under_way.get(output.id) if run else None
        if run is not None and cut is not None and self._cut([cut]):
            self._ended(output, run, Stopping())

    def drop(self, task_id: str) -> None:
        """The task is not ours, or must not be downloaded any more."""
        with self._lock:
            run = self._runs.pop(task_id, None)
        if run is not None:
            self._cut([*run.under_way.values()])

    def forget_all(self) -> None:
        """The tasks belong to other processes now."""
        for task_id in [*self._runs]:
            self.drop(task_id)

    def give_up(self, task_id: str) -> None:
        """Mark what is still missing as lost for now; a person can have it fetched again later."""
        self.drop(task_id)
        task = self._history.task(task_id)
        if task.state is not TaskState.DOWNLOADING or not self._own.is_ours(task):
            return
        self._set(self._missing(task), OutputState.FAILED)
        self._finish(self._history.task(task_id), FetchAttempts())

    def _cut(self, cuts: Collection[CancelToken]) -> bool:
        """Cancel these; True when one of them had not begun."""
        for cut in cuts:
            cut.now()
        return self._slots.release(cuts)

    @staticmethod
    def _missing(task: Task) -> list[Output]:
        return [output for output in task.outputs if output.state in MISSING]

    def _start_pass(self, task: Task, run: _Run) -> float | None:
        """Start a pass over the results that are due."""
        tries, missing, now = run.tries, self._missing(task), self._clock()
        if not missing:
            self._finish(task, tries)
            return None
        tries.unbounded, run.wanted = run.wanted, False
        due = [output for output in missing if tries.unbounded or tries.due.get(output.id, now) <= now]
        if not due:
            return min(tries.due[output.id] for output in missing) - now
        slow = {one for one, why in tries.waits.items() if why is Unfetched.SLOW}
        if task.note == Unfetched.SLOW:  # slow already before the restart
            slow.update(output.id for output in missing if output.state is OutputState.UNFETCHED)
        tries.retry_after = None
        for output in due:
            tries.waits.pop(output.id, None)
            tries.due.pop(output.id, None)
        cuts = {output.id: CancelToken() for output in due}
        with self._lock:
            run.under_way = dict(cuts)
        self._slots.request(
            SlotRequest(
                cuts[output.id],
                task.id,
                output.remote_url.partition("//")[2].partition("/")[0].lower(),
                output.id in slow,
                partial(self._start, task, output, run, cuts[output.id]),
            )
            for output in due
        )
        return self._retry.timings.sweep  # in case the notice of its end is lost

    def _start(self, task: Task, output: Output, run: _Run, cut: CancelToken) -> None:
        """The file has a slot."""
        self._scheduler.put(Job(output.id, FETCH, lambda: self._work(task, output, run, cut)))

    def _work(self, task: Task, output: Output, run: _Run, cut: CancelToken) -> None:
        fault = exception_of(lambda: self._fetcher.fetch(task, output, run.tries, cut))
        self._slots.release([cut])
        self._ended(output, run, fault)

    def _ended(self, output: Output, run: _Run, fault: Exception | None) -> None:
        """After the last file of a pass, the run is handled next."""
        with self._lock:
            run.under_way.pop(output.id, None)
            if fault is not None and not isinstance(fault, Stopping):
                run.broke = fault
            ended = not run.under_way
            run.passed = ended
            wanted = ended and self._runs.get(output.task_id) is run
        if wanted and not self._stopping.is_set():
            self._router.schedule(Stage.DOWNLOAD, output.task_id)

    def _finish_pass(self, task: Task, run: _Run) -> float | None:
        """Handle the outcome of a pass. Returns the seconds until the next pass, or None at the end."""
        tries, missing, now = run.tries, self._missing(task), self._clock()
        tried = [output for output in missing if output.id not in tries.due]
        waiting = [output for output in tried if self._waits(output, tries)]
        failed = [output for output in tried if output not in waiting]
        if failed and self._clients.get(account_of(task)) is None:
            self._tasks.note([task.id], "other-account")
            return self._retry.timings.empty_slow
        tries.passes += bool(failed)
        tries.waited += bool(waiting)
        if failed and tries.passes >= self._retry.timings.download_tries:
            self._set(failed, OutputState.FAILED)
            failed = []
        self._set([one for one in waiting if one.state is OutputState.PENDING], OutputState.UNFETCHED)
        tries.due.update((output.id, now + self._retry_after(output, tries)) for output in waiting)
        parked = [output.id for output in missing if output.id in tries.due]
        pauses = [tries.due[one] - now for one in parked]
        if failed:
            pauses.append(self._retry.trouble(tries.passes, tries.retry_after))
        if not pauses:
            self._finish(self._history.task(task.id), tries)
            return None
        told = {tries.waits.get(one) for one in parked}
        self._tasks.note([task.id], next((why for why in Unfetched if why in told), "retrying"))
        return 0.0 if run.wanted else max(0.0, min(pauses))

    @staticmethod
    def _waits(output: Output, tries: FetchAttempts) -> bool:
        """Whether a result may still be fetched later: free space may come back at any time, and a slow or
        large file can be fetched while its link is valid."""
        why, until = tries.waits.get(output.id), link_ends_at(output)
        return why is Unfetched.NO_ROOM or (why is not None and (until is None or until > utc_now()))

    def _retry_after(self, output: Output, tries: FetchAttempts) -> float:
        """Seconds until a waiting result is tried again."""
        match tries.waits[output.id]:
            case Unfetched.NO_ROOM:
                return self._retry.trouble(tries.waited)
            case Unfetched.SLOW:
                return self._retry.slow(tries.waited)
            case Unfetched.LARGE:
                # A large file does not get smaller; when the link ends, the link is checked.
                until = link_ends_at(output)
                return _HOUR if until is None else max(1.0, (until - utc_now()).total_seconds())

    def _set(self, outputs: Collection[Output], state: OutputState) -> None:
        for output in outputs:
            self._outputs.save(replace(output, state=state), worker=self._own.worker)

    def _finish(self, task: Task, tries: FetchAttempts) -> None:
        self.drop(task.id)
        asked = [output for output in task.outputs if output.state is not OutputState.FORGOTTEN]
        lost = [output for output in asked if output.state is not OutputState.SAVED]
        event = Event.LOSE_FILES if lost and len(lost) == len(asked) else Event.FINISH
        error = _files_error(task, lost, tries) if lost else _odd_error(task, tries)
        if self._own.move(task, event, error=error, note="", finished_at=utc_now()):
            log.info(
                "task %s: %d of %d results are stored",
                task.id,
                len(task.outputs) - len(lost),
                len(task.outputs),
            )


def _files_error(task: Task, lost: Sequence[Output], tries: FetchAttempts) -> TaskError:
    gone = all(output.state is OutputState.GONE for output in lost)
    reasons = list(dict.fromkeys(tries.lost[output.id] for output in lost if output.id in tries.lost))
    count = "The file" if len(task.outputs) == 1 else f"{len(lost)} of {len(task.outputs)} files"
    code = RunFault.FILE_GONE if gone else RunFault.FILE_FAILED
    return TaskError(code, " ".join([f"{count} could not be fetched.", *reasons[:1]]), task.charged)


def _odd_error(task: Task, tries: FetchAttempts) -> TaskError | None:
    """All files are stored, but one is not of the announced type."""
    return TaskError(RunFault.FILE_ODD, " ".join(tries.odd), task.charged) if tries.odd else None
