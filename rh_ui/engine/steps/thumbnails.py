"""Thumbnails of results, drawn in the background once the file is stored; newest first, one at a time.

A failure is stored in the row of the result, so that it is not tried again at every start.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Collection
from typing import Final

from rh_ui.domain import NO_PICTURE, OutputState
from rh_ui.engine.context import EngineContext
from rh_ui.engine.scheduler import Job, Scheduler
from rh_ui.errors import FileFault, NotFound, StorageFault
from rh_ui.media.thumbnail_worker import ThumbnailWorker

log: Final = logging.getLogger(__name__)
POOL: Final = "thumbnails"
BATCH: Final = 500
"""Results without a thumbnail that are read at once."""
IDLE: Final = 30.0
"""Seconds without work after which the worker process may end."""


class ThumbnailStep:
    """Thread-safe. Call start() once; stop() ends a drawing in progress."""

    def __init__(self, context: EngineContext, scheduler: Scheduler, worker: ThumbnailWorker) -> None:
        self._outputs = context.repositories.outputs
        self._history = context.history
        self._stopping = context.stopping
        self._library = context.library
        self._scheduler = scheduler
        self._worker = worker
        self._lock = threading.Lock()
        self._waiting: dict[str, None] = {}
        self._more = True
        """Whether the database may have results without a thumbnail that are not in `_waiting`."""
        self._broken: set[str] = set()
        """Not drawn for a reason that may pass: tried at the next start, or when requested again."""

    def start(self) -> None:
        """Continue with what an earlier process left undrawn."""
        self._wake()

    def draw_next(self, output_id: str) -> None:
        with self._lock:
            self._waiting.pop(output_id, None)
            self._waiting[output_id] = None
            self._broken.discard(output_id)
        self._wake()

    def request(self, output_ids: Collection[str]) -> None:
        """Draw these: somebody looks at them, and they have no thumbnail yet."""
        with self._lock:
            new = [name for name in output_ids if name not in self._waiting and name not in self._broken]
            self._waiting |= dict.fromkeys(new)
        if new:
            self._wake()

    def stop(self) -> None:
        self._worker.rest()

    def _wake(self) -> None:
        self._scheduler.put(Job(POOL, POOL, self._draw_next))

    def _draw_next(self) -> float | None:
        """Draw one thumbnail; returns 0 when there is another one to draw."""
        if self._stopping.is_set():
            return None
        try:
            output_id = self._next()
            if output_id is not None:
                self._draw(output_id)
                return 0.0
        except StorageFault as fault:
            log.warning("no thumbnails for now: %s", fault)
            self._more = True
            return IDLE
        self._scheduler.put(Job(f"{POOL}-rest", POOL, self._rest), IDLE)
        return None

    def _next(self) -> str | None:
        with self._lock:
            if self._waiting:
                return self._waiting.popitem()[0]
            if not self._more:
                return None
        found = self._history.without_thumbnail(BATCH + len(self._broken))
        with self._lock:
            new = [output_id for output_id in found if output_id not in self._broken]
            self._more = len(found) >= BATCH and bool(new)
            self._waiting = dict.fromkeys(reversed(new)) | self._waiting
            return self._waiting.popitem()[0] if self._waiting else None

    def _draw(self, output_id: str) -> None:
        try:
            output = self._history.output(output_id)
            if output.state is not OutputState.SAVED or output.thumb_key:
                return
            key = self._library.make_thumb(output.file_key, output.kind, self._worker.draw)
        except (FileFault, NotFound) as fault:
            log.info("result %s has no thumbnail yet: %s", output_id, fault)
            with self._lock:
                self._broken.add(output_id)
            return
        self._outputs.set_thumbnail(output_id, key or NO_PICTURE)

    def _rest(self) -> None:
        with self._lock:
            busy = bool(self._waiting)
        if not busy and not self._scheduler.knows(POOL):
            self._worker.rest()
