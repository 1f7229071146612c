"""One thread with a heap of jobs by due time, and thread pools that run them. Knows nothing about tasks.

A key (the id of a task, the name of a queue) has at most one job at a time. A job that is added while one
with its key runs is run after it.
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


def exception_of(call: Callable[[], object]) -> Exception | None:
    """What the call raised, for the caller to examine; None where it raised nothing."""
    try:
        call()
    except Exception as fault:  # noqa: BLE001 - handed on
        return fault
    return None


class DaemonPool:
    """Up to `size` threads, started as needed.

    Not ThreadPoolExecutor: with it the interpreter waits for every thread when it ends, and a call that hangs
    in the network would keep a stopped program alive for minutes.
    """

    def __init__(self, name: str, size: int) -> None:
        self._name = name
        self._size = size
        self._calls: SimpleQueue[Callable[[], None] | None] = SimpleQueue()
        self._lock = threading.Lock()
        self._threads = 0
        self._idle = 0

    def submit(self, call: Callable[[], T]) -> Future[T]:
        """Run the call in one of the threads."""
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
        """Let each thread end after its present call; calls that still wait are dropped."""
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
    """What to run for a key, and in which pool. `call` returns the seconds until it is run again, or None."""

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
    """Runs jobs when they are due. Call start() first, then put() from any thread, and stop() at the end."""

    def __init__(self, pools: Mapping[str, int], clock: Callable[[], float] = time.monotonic) -> None:
        """`pools`: the most threads of each pool."""
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
        """Run the job `delay` seconds from now. Replaces a planned job of the same key that is due later. If
        a job of this key is running, the new one runs after it."""
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
        """Forget the planned jobs; running ones finish."""
        with self._condition:
            self._entries = {key: entry for key, entry in self._entries.items() if entry.running}
            for entry in self._entries.values():
                entry.follow = None

    def background(self, pool: str, call: Callable[[], T], most: int = 1) -> Future[T]:
        """Run a call at once, outside the schedule. A pool that is new gets at most `most` threads."""
        with self._condition:
            if pool not in self._pools:
                self._pools[pool] = DaemonPool(f"rh-{pool}", most)
            threads = self._pools[pool]
        return threads.submit(call)

    def stop(self, timeout: float) -> bool:
        """Start nothing new and wait for what runs. False when something still ran after `timeout`
        seconds."""
        end = self._clock() + timeout
        with self._condition:
            self._stopping = True
            self._entries = {key: entry for key, entry in self._entries.items() if entry.running}
            self._condition.notify_all()
            while self._running and (left := end - self._clock()) > 0:
                self._condition.wait(left)
            finished = self._running == 0
            pools = [*self._pools.values()]
        for pool in pools:
            pool.close()
        if self._thread.is_alive():
            self._thread.join(max(0.1, end - self._clock()))
        return finished

    def _plan(self, job: Job, due: float) -> None:
        self._entries[job.key] = _Entry(job, due)
        self._count += 1
        heapq.heappush(self._heap, (due, self._count, job.key))
        if self._heap[0][1] == self._count:
            self._condition.notify_all()  # It is due before all others, and the loop would wait too long.

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
                heapq.heappop(self._heap)  # replaced by a later put()
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
