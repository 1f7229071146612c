"""From links to files that are safe with us. Fetching a file again is always free; nothing here starts a run.

The missing files of a run are fetched in passes: all at the same time, each in a slot of its own. When the
last of a pass has ended, the next pass is planned; no thread waits for that. A file that is too large, too
slow or has no room is *not fetched*: it stays with the service, and is tried again as long as its link is
valid.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Final

from rh_ui.domain import Output, OutputState, Task, TaskError, TaskState, Unfetched
from rh_ui.engine.context import EngineContext, Stage, StepRouter, Stopping
from rh_ui.engine.link_expiry import kept_until
from rh_ui.engine.own_tasks import account_of
from rh_ui.engine.queue.download_slots import DownloadSlots, SlotRequest
from rh_ui.engine.scheduler import Job, Scheduler, caught
from rh_ui.engine.state_machine import Event
from rh_ui.engine.steps.fetch import ResultFetcher, Tries
from rh_ui.engine.steps.thumbnails import ThumbnailStep
from rh_ui.persistence.database_clock import utc_now
from rh_ui.runninghub.address_guard import Cut

log: Final = logging.getLogger(__name__)
FETCH: Final = "fetch"
"""The pool that fetches files."""
MISSING: Final = (OutputState.PENDING, OutputState.UNFETCHED)
_HOUR: Final = 3600.0


@dataclass(slots=True)
class _Run:
    """A run that downloads."""

    tries: Tries = field(default_factory=Tries)
    under_way: dict[str, Cut] = field(default_factory=dict)
    """The results of the present pass that have not ended."""
    passed: bool = False
    """A pass has ended, and nobody looked at what came of it yet."""
    broke: Exception | None = None
    wanted: bool = False
    """A person wants what is missing now, however large it is."""


class DownloadStep:
    """Fetches, checks and keeps the results of tasks. Thread-safe."""

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
        """Begin a pass over the results that are not safe yet, or look at what came of one. Seconds until the
        next look, or None at the end."""
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
        """A person wants what is missing, at once and however large it is."""
        with self._lock:
            run = self._runs.setdefault(task_id, _Run())
        run.wanted = True

    def abandon(self, output: Output) -> None:
        """Nobody wants this result any more: its slot is free at once."""
        with self._lock:
            run = self._runs.get(output.task_id)
            cut = run.under_way.get(output.id) if run else None
        if run is not None and cut is not None and self._cut([cut]):
            self._ended(output, run, Stopping())

    def drop(self, task_id: str) -> None:
        """The task is not ours, or not to be fetched any more."""
        with self._lock:
            run = self._runs.pop(task_id, None)
        if run is not None:
            self._cut([*run.under_way.values()])

    def forget_all(self) -> None:
        """The tasks belong to others."""
        for task_id in [*self._runs]:
            self.drop(task_id)

    def give_up(self, task_id: str) -> None:
        """Call what is still missing lost for now; a person can have it fetched again later."""
        self.drop(task_id)
        task = self._history.task(task_id)
        if task.state is not TaskState.DOWNLOADING or not self._own.is_ours(task):
            return
        self._set(self._missing(task), OutputState.FAILED)
        self._finish(self._history.task(task_id), Tries())

    def _cut(self, cuts: Collection[Cut]) -> bool:
        """End these; True when one of them had not begun."""
        for cut in cuts:
            cut.now()
        return self._slots.release(cuts)

    @staticmethod
    def _missing(task: Task) -> list[Output]:
        return [output for output in task.outputs if output.state in MISSING]

    def _start_pass(self, task: Task, run: _Run) -> float | None:
        """Start a pass over what is due."""
        tries, missing, now = run.tries, self._missing(task), self._clock()
        if not missing:
            self._finish(task, tries)
            return None
        tries.unbounded, run.wanted = run.wanted, False
        due = [output for output in missing if tries.unbounded or tries.due.get(output.id, now) <= now]
        if not due:
            return min(tries.due[output.id] for output in missing) - now
        slow = {one for one, why in tries.waits.items() if why is Unfetched.SLOW}
        if task.note == Unfetched.SLOW:  # known from before the restart
            slow.update(output.id for output in missing if output.state is OutputState.UNFETCHED)
        tries.retry_after = None
        for output in due:
            tries.waits.pop(output.id, None)
            tries.due.pop(output.id, None)
        cuts = {output.id: Cut() for output in due}
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
        return self._retry.timings.sweep  # should the word of its end get lost

    def _start(self, task: Task, output: Output, run: _Run, cut: Cut) -> None:
        """It has a slot."""
        self._scheduler.put(Job(output.id, FETCH, lambda: self._work(task, output, run, cut)))

    def _work(self, task: Task, output: Output, run: _Run, cut: Cut) -> None:
        fault = caught(lambda: self._fetcher.fetch(task, output, run.tries, cut))
        self._slots.release([cut])
        self._ended(output, run, fault)

    def _ended(self, output: Output, run: _Run, fault: Exception | None) -> None:
        """When it was the last of its pass, the run is looked at."""
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
        """What came of a pass: seconds until the next one, or None at the end."""
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
    def _waits(output: Output, tries: Tries) -> bool:
        """Whether a result is only not fetched for now: room comes back whenever it does, and a slow or large
        file can be had as long as its link lives."""
        why, until = tries.waits.get(output.id), kept_until(output)
        return why is Unfetched.NO_ROOM or (why is not None and (until is None or until > utc_now()))

    def _retry_after(self, output: Output, tries: Tries) -> float:
        """Until a result that waits is tried again."""
        match tries.waits[output.id]:
            case Unfetched.NO_ROOM:
                return self._retry.trouble(tries.waited)
            case Unfetched.SLOW:
                return self._retry.slow(tries.waited)
            case Unfetched.LARGE:
                # It does not get smaller; what is asked at its end is whether the link is still good.
                until = kept_until(output)
                return _HOUR if until is None else max(1.0, (until - utc_now()).total_seconds())

    def _set(self, outputs: Collection[Output], state: OutputState) -> None:
        for output in outputs:
            self._outputs.save(replace(output, state=state), worker=self._own.worker)

    def _finish(self, task: Task, tries: Tries) -> None:
        self.drop(task.id)
        asked = [output for output in task.outputs if output.state is not OutputState.FORGOTTEN]
        lost = [output for output in asked if output.state is not OutputState.SAVED]
        event = Event.LOSE_FILES if lost and len(lost) == len(asked) else Event.FINISH
        error = _files_error(task, lost, tries) if lost else _odd_error(task, tries)
        if self._own.move(task, event, error=error, note="", finished_at=utc_now()):
            log.info(
                "task %s: %d of %d results are safe",
                task.id,
                len(task.outputs) - len(lost),
                len(task.outputs),
            )


def _files_error(task: Task, lost: Sequence[Output], tries: Tries) -> TaskError:
    gone = all(output.state is OutputState.GONE for output in lost)
    reasons = list(dict.fromkeys(tries.lost[output.id] for output in lost if output.id in tries.lost))
    count = "The file" if len(task.outputs) == 1 else f"{len(lost)} of {len(task.outputs)} files"
    code = "file-gone" if gone else "file-failed"
    return TaskError(code, " ".join([f"{count} could not be fetched.", *reasons[:1]]), task.charged)


def _odd_error(task: Task, tries: Tries) -> TaskError | None:
    """All is here, but something is not what was announced."""
    return TaskError("file-odd", " ".join(tries.odd), task.charged) if tries.odd else None
