"""Moves results from the fallback folder back to the storage as soon as the storage takes them again."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

from rh_ui.domain import Output
from rh_ui.errors import NotFound, StorageFault
from rh_ui.persistence.file_references import FileReferences
from rh_ui.storage.file_names import beside_key
from rh_ui.storage.library import Library

log: Final = logging.getLogger(__name__)
RACES: Final = 3
"""How often moving a result is tried again when its row changed meanwhile."""


@dataclass(frozen=True, slots=True)
class FailoverStatus:
    """Whether results are in the fallback folder."""

    trouble: str
    """Why new ones go there: `gone`, `refused`, `full` or `away`; empty: they do not."""
    count: int
    """The number of results there."""


class FailoverReturn:
    """run() is called regularly; run(anew=True) is a person's button."""

    def __init__(self, library: Library, files: FileReferences, changed: Callable[[], None]) -> None:
        """`changed` is called when a page would show something else."""
        self._library = library
        self._files = files
        self._changed = changed
        self._lock = threading.Lock()
        self._told = FailoverStatus("", 0)

    def status(self) -> FailoverStatus:
        """The present status. Raises StorageFault (the database)."""
        if not self._library.trouble and not self._told.count:
            return FailoverStatus("", 0)
        return FailoverStatus(self._library.trouble, len(self._files.outputs_at(self._library.spare_keys())))

    def run(self, *, anew: bool = False) -> FailoverStatus:
        """Check whether the storage takes files, and move the results there. `anew`: also when it is not the
        same folder as before, which only a person can know. Raises StorageFault (the database)."""
        with self._lock:
            keys = self._library.spare_keys()
            if (keys or self._library.trouble) and not self._library.check_primary(anew=anew):
                for _ in range(RACES):
                    if not self._bring_all(self._files.outputs_at(keys)):
                        break
            left = self._files.outputs_at(self._library.spare_keys()) if keys else []
            stay = FailoverStatus(self._library.trouble, len(left))
            if stay != self._told:
                self._told = stay
                self._changed()
            return stay

    def _bring_all(self, outputs: Sequence[Output]) -> bool:
        """False: there is nothing more to move, or it is not possible. A result whose row changed meanwhile
        (its thumbnail was drawn) is tried again."""
        return bool(outputs) and all(map(self._bring, outputs))

    def _bring(self, output: Output) -> bool:
        """Copy, then change the row, then delete the old files: a stop in between loses nothing."""
        try:
            key = self._library.copy_to_primary(output.file_key)
            thumb = self._library.copy_thumb_to_primary(output.thumb_key, key)
        except NotFound as fault:
            log.warning("result %s is not in this fallback folder: %s", output.id, fault)
            return True
        except StorageFault as fault:
            log.warning("result %s stays in the fallback folder: %s", output.id, fault)
            return False
        moved = self._files.moved(output, key, thumb)
        left = output.file_key if moved else key
        self._library.remove(left)
        self._library.remove(beside_key(left))
        stale = output.thumb_key if moved else thumb
        if stale and thumb != output.thumb_key:
            self._library.remove(stale)
        log.info("result %s is at %s now", output.id, key)
        return True
