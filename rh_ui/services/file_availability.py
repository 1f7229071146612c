"""Whether result files are still in their place: a person may delete, empty or replace a file.

This is checked when a result is looked at, and never stored: a disconnected drive may come back.
"""

from __future__ import annotations

import threading
from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from rh_ui.domain import Output, OutputState, Task
from rh_ui.errors import StorageFault
from rh_ui.storage.library import Library

LOST: Final = frozenset({OutputState.MISSING, OutputState.FAILED, OutputState.GONE, OutputState.UNFETCHED})
"""States without a file; the result can be fetched again or hidden."""


class FileAvailability:
    """Thread-safe."""

    def __init__(self, library: Library) -> None:
        self._library = library
        self._lock = threading.Lock()
        self._missed: set[str] = set()
        """Results whose file was not in the object store at the last request: each look there costs a
        request."""

    def with_missing_flags(self, outputs: Sequence[Output]) -> list[Output]:
        """The same results; MISSING where a stored file no longer exists. Cheap: an object store is not
        asked."""
        return [self._as_seen(output, self._is_missing(output)) for output in outputs]

    def check_remote(self, output: Output) -> Output:
        """The same for one result; an object store is asked. If it can't be reached, the file counts as
        there."""
        try:
            missing = output.state is OutputState.SAVED and not self._library.is_here(output.file_key)
        except StorageFault:
            missing = False
        self.record_result(output.id, missing=missing)
        return self._as_seen(output, missing)

    def visible(self, task: Task) -> Task:
        """The run as its card shows it: with the present state of its results, without hidden ones."""
        seen = [output for output in task.outputs if output.state is not OutputState.FORGOTTEN]
        return replace(task, outputs=tuple(self.with_missing_flags(seen)))

    def record_result(self, output_id: str, *, missing: bool) -> None:
        """Remember whether the file was there when somebody requested it."""
        with self._lock:
            if missing:
                self._missed.add(output_id)
            else:
                self._missed.discard(output_id)

    def _is_missing(self, output: Output) -> bool:
        if output.state is not OutputState.SAVED:
            return False
        if not self._library.is_local(output.file_key):
            with self._lock:
                return output.id in self._missed
        return not self._library.is_here(output.file_key)

    @staticmethod
    def _as_seen(output: Output, missing: bool) -> Output:
        return replace(output, state=OutputState.MISSING) if missing else output
