"""The progress of apps and workflows, reported over websockets (API sheet §10).

It is only shown, and kept in memory only: the end of a run is learned by polling, which no fault here can
affect. A connection that breaks is opened again a few times, then given up.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass, replace
from functools import partial
from typing import Final, Protocol

from rh_ui.errors import ServiceFault
from rh_ui.runninghub.client import Client
from rh_ui.runninghub.progress import Progress
from rh_ui.runninghub.progress import follow as listen

log: Final = logging.getLogger(__name__)
POOL: Final = "progress"
MOST: Final = 8
"""Connections at the same time; further runs show only their time."""
TRIES: Final = 3
"""The most connections for one run, one after another."""


@dataclass(frozen=True, slots=True)
class Step:
    """How far a run is."""

    node: str
    """The id of the present node in the graph."""
    part: float
    """How much of this node is done, 0 to 1."""
    done: int
    """Number of finished nodes."""

    def share(self, nodes: int) -> float:
        """How much of a graph with this many nodes is done, 0 to 1."""
        return min(1.0, (self.done + self.part) / max(1, nodes))


class ThreadPools(Protocol):
    """Makes calls in threads; the engine's Scheduler."""

    def background(self, pool: str, call: Callable[[], None]) -> Future[None]: ...


class ProgressStreams:
    """Thread-safe."""

    def __init__(
        self,
        threads: ThreadPools,
        stopping: threading.Event,
        changed: Callable[[], object],
    ) -> None:
        """`changed` is called for every message of a run."""
        self._threads = threads
        self._stopping = stopping
        self._changed = changed
        self._lock = threading.Lock()
        self._open: set[str] = set()
        self._tries: dict[str, int] = {}
        """Connections made so far, by running task."""
        self._told: dict[str, Progress] = {}

    def step_of(self, task_id: str) -> Step | None:
        """The progress of a run; None where it reports nothing, or its graph is finished."""
        with self._lock:
            told = self._told.get(task_id)
        if told is None or told.ended or not told.node:
            return None
        return Step(told.node, told.part, len(told.done))

    def follow(self, task_id: str, remote_id: str, client: Client) -> None:
        """The task runs: listen to it, unless somebody does already or all connections are in use."""
        with self._lock:
            tries = self._tries.setdefault(task_id, 0)
            if task_id in self._open or len(self._open) >= MOST or tries >= TRIES:
                return
            self._open.add(task_id)
            self._tries[task_id] = tries + 1
        listening = self._threads.background(POOL, lambda: self._listen(task_id, remote_id, client))
        listening.add_done_callback(partial(_broken, task_id))

    def end(self, task_id: str) -> None:
        """The task no longer runs."""
        with self._lock:
            self._tries.pop(task_id, None)
            self._told.pop(task_id, None)

    def forget_all(self) -> None:
        """The tasks belong to other processes now."""
        with self._lock:
            self._tries.clear()
            self._told.clear()

    def _listen(self, task_id: str, remote_id: str, client: Client) -> None:
        try:
            address = client.outputs(remote_id).progress
            for told in listen(address, client.gate, lambda: self._is_over(task_id)):
                self._keep(task_id, replace(told, node=client.masked(told.node)))
        except ServiceFault as fault:
            log.info("task %s: the address of its progress is not known: %s", task_id, fault)
        finally:
            with self._lock:
                self._open.discard(task_id)

    def _is_over(self, task_id: str) -> bool:
        return self._stopping.is_set() or task_id not in self._tries

    def _keep(self, task_id: str, told: Progress) -> None:
        """Keep the progress. A second connection does not report again what was done during the first."""
        with self._lock:
            if task_id not in self._tries:
                return
            before = self._told.get(task_id)
            self._told[task_id] = replace(told, done=told.done | before.done) if before else told
            if told.ended:
                self._tries[task_id] = TRIES
        self._changed()


def _broken(task_id: str, listening: Future[None]) -> None:
    fault = listening.exception()
    if fault is not None:
        log.warning("task %s: the connection for its progress failed: %s", task_id, type(fault).__name__)
