"""One thread with a heap of what is due, and pools of threads that do it. Knows nothing of tasks.

A key (a task's id, a queue's name) has at most one job at a time. A job that is put while one of its key runs
is run afterwards.
"""

from __future__ import annotations

import heapq
import logging
import threading
import time
from collections.abc import Callable, Mapping
from concurrent.futures import Future
from dataclasses import dataclass
from queue import SimpleQueue
from typing import Final, TypeVar

log: Final = logging.getLogger(__name__)
T = TypeVar("T")


def caught(call: Callable[[], object]) -> Exception | None:
    """What the call raised, for whoever looks at it later; None when all went well."""
    try:
        call()
    except Exception as fault:  # noqa: BLE001 - handed on
        return fault
    return None


class DaemonPool:
    """Up to `size` threads, started as needed.

    Not ThreadPoolExecutor: that one makes the interpreter wait at its end for every thread, and a call that
    hangs in the network would then keep a stopped program alive for minutes.
    """

    def __init__(self, name: str, size: int) -> None:
        self._name = name
        self._size = size
        self._calls: SimpleQueue[Callable[[], None] | None] = SimpleQueue()
        self._lock = threading.Lock()
        self._threads = 0
        self._idle = 0

    def submit(self, call: Callable[[], T]) -> Future[T]:
        """Do it in one of the threads."""
        future: Future[T] = Future()

        def work() -> None:
            if not future.set_running_or_notify_cancel():
                return
            try:
                result = call()
            except BaseException as fault:  # noqa: BLE001 - handed to whoever waits for the future
                future.set_exception(fault)
            else:
                future.set_result(result)

        with self._lock:
            if self._idle:
                self._idle -= 1
            elif self._threads < self._size:
                self._threads += 1
                name = f"{self._name}-{self._threads}"
                threading.Thread(target=self._serve, name=name, daemon=True).start()
        self._calls.put(work)
        return future

    def close(self) -> None:
        """Let the threads end after what they do; what still waits is dropped."""
        with self._lock:
            count = self._threads
        for _ in range(count):
            self._calls.put(None)

    def _serve(self) -> None:
        while (work := self._calls.get()) is not None:
            work()
            del work
            with self._lock:
                self._idle += 1


@dataclass(frozen=True, slots=True)
class Job:
    """What to do for a key, in which pool; the answer is the seconds until the same again, or None."""

    key: str
    pool: str
    run: Callable[[], float | None]


@dataclass(slots=True)
class _Entry:
    job: Job
    due: float
    running: bool = False
    follow: tuple[Job, float] | None = None


class Scheduler:
    """Starts jobs when they are due. start(), then put() from any thread; stop() at the end."""

    def __init__(self, pools: Mapping[str, int], clock: Callable[[], float] = time.monotonic) -> None:
        """`pools`: how many threads each pool may have."""
        self._clock = clock
        self._pools = {name: DaemonPool(f"rh-{name}", size) for name, size in pools.items()}
        self._condition = threading.Condition()
        self._entries: dict[str, _Entry] = {}
        self._heap: list[tuple[float, int, str]] = []
        self._count = 0
        self._running = 0
        self._stopping = False
        self._thread = threading.Thread(target=self._loop, name="rh-scheduler", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def put(self, job: Job, delay: float = 0.0) -> None:
        """Run the job `delay` seconds from now. An earlier wish for the same key is replaced if it is later;
        a running one is followed."""
        due = self._clock() + delay
        with self._condition:
            if self._stopping:
                return
            entry = self._entries.get(job.key)
            if entry is not None and entry.running:
                if entry.follow is None or due < entry.follow[1] or entry.follow[0].pool != job.pool:
                    entry.follow = (job, due)
                return
            if entry is not None and entry.job.pool == job.pool and entry.due <= due:
                return
            self._plan(job, due)

    def knows(self, key: str) -> bool:
        """Whether a job of this key is planned or runs."""
        with self._condition:
            return key in self._entries

    def clear(self) -> None:
        """Forget what is planned; what runs, runs to its end."""
        with self._condition:
            self._entries = {key: entry for key, entry in self._entries.items() if entry.running}
            for entry in self._entries.values():
                entry.follow = None

    def background(self, pool: str, call: Callable[[], T]) -> Future[T]:
        """Do something at once that nobody schedules."""
        return self._pools[pool].submit(call)

    def stop(self, timeout: float) -> bool:
        """Start nothing more and wait for what runs. False when some still ran after `timeout` seconds."""
        end = self._clock() + timeout
        with self._condition:
            self._stopping = True
            self._entries = {key: entry for key, entry in self._entries.items() if entry.running}
            self._condition.notify_all()
            while self._running and (left := end - self._clock()) > 0:
                self._condition.wait(left)
            finished = self._running == 0
        for pool in self._pools.values():
            pool.close()
        if self._thread.is_alive():
            self._thread.join(max(0.1, end - self._clock()))
        return finished

    def _plan(self, job: Job, due: float) -> None:
        self._entries[job.key] = _Entry(job, due)
        self._count += 1
        heapq.heappush(self._heap, (due, self._count, job.key))
        if self._heap[0][1] == self._count:
            self._condition.notify_all()  # it is due before all others: the loop waits for too long

    def _loop(self) -> None:
        while True:
            with self._condition:
                entry = self._next_due()
                if entry is None:
                    return
                entry.running = True
                self._running += 1
            self._pools[entry.job.pool].submit(lambda entry=entry: self._run(entry))  # type: ignore[misc]

    def _next_due(self) -> _Entry | None:
        while not self._stopping:
            if not self._heap:
                self._condition.wait()
                continue
            due, _, key = self._heap[0]
            entry = self._entries.get(key)
            if entry is None or entry.running or entry.due != due:
                heapq.heappop(self._heap)  # replaced by a later wish
            elif (left := due - self._clock()) > 0:
                self._condition.wait(left)
            else:
                heapq.heappop(self._heap)
                return entry
        return None

    def _run(self, entry: _Entry) -> None:
        again: float | None = None
        try:
            again = entry.job.run()
        finally:
            self._finished(entry, again)

    def _finished(self, entry: _Entry, again: float | None) -> None:
        with self._condition:
            self._running -= 1
            self._entries.pop(entry.job.key, None)
            if not self._stopping:
                planned = entry.follow
                if again is not None:
                    due = self._clock() + again
                    if planned is None or (planned[0].pool == entry.job.pool and due < planned[1]):
                        planned = (entry.job, due)
                if planned is not None:
                    self._plan(*planned)
            elif self._running == 0:
                self._condition.notify_all()
