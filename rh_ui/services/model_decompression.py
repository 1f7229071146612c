"""Decompressed copies of compressed 3D models, made when somebody looks at one; one at a time, in a worker
process."""

from __future__ import annotations

import threading
from concurrent.futures import Future
from typing import Final

from rh_ui.domain import Output
from rh_ui.engine.scheduler import DaemonPool
from rh_ui.errors import FileFault
from rh_ui.file_types.claims import ending_of
from rh_ui.media.decompression import PLAIN
from rh_ui.media.thumbnail_worker import ThumbnailWorker
from rh_ui.storage.library import Library

MOST_WAITING: Final = 8
"""The most models that wait to be decompressed; further requests are refused for now."""
_MOST_HOPELESS: Final = 1000


def plain_type(output: Output) -> str:
    """The file extension of the decompressed copy of a model."""
    return PLAIN.get(ending_of(output.name), "glb")


class ModelDecompression:
    """Thread-safe. stop() ends a decompression in progress."""

    def __init__(self, library: Library, worker: ThumbnailWorker) -> None:
        self._library = library
        self._worker = worker
        self._pool = DaemonPool("rh-unpacking", 1)
        self._lock = threading.Lock()
        self._under_way: dict[str, Future[str]] = {}
        self._hopeless: set[str] = set()
        """Contents that could not be decompressed: not tried again before the next start."""
        self._stopping = False

    def plain_copy(self, output: Output) -> str:
        """The key of the copy; empty while there is none. Raises StorageFault."""
        return self._library.plain_copy(output.sha256, plain_type(output))

    def request(self, output: Output) -> Future[str]:
        """The key of the copy; empty when none can be made. The call and the future raise NotFound,
        StorageFault, and FileFault when a later try may work. Others may wait for the future: do not cancel
        it."""
        content = output.sha256
        with self._lock:
            if content in self._hopeless:
                known: Future[str] = Future()
                known.set_result("")
                return known
            if content not in self._under_way:
                if len(self._under_way) >= MOST_WAITING:
                    raise FileFault("Too many models wait to be unpacked.")
                self._under_way[content] = self._pool.submit(lambda: self._work(output))
            return self._under_way[content]

    def stop(self) -> None:
        self._stopping = True
        self._worker.rest()
        self._pool.close()

    def _work(self, output: Output) -> str:
        try:
            if self._stopping:
                raise FileFault("The program is ending.")
            key = self._library.make_plain(
                output.file_key, output.sha256, plain_type(output), self._worker.unpack
            )
        finally:
            with self._lock:
                del self._under_way[output.sha256]
                last = not self._under_way
            if last:
                self._worker.rest()
        if not key:
            with self._lock:
                if len(self._hopeless) >= _MOST_HOPELESS:
                    self._hopeless.clear()
                self._hopeless.add(output.sha256)
        return key
