"""Moves results from the spare folder back to the storage, as soon as the storage takes them again."""

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
"""How often a result is tried anew when its row changed meanwhile."""


@dataclass(frozen=True, slots=True)
class FailoverStatus:
    """Whether results lie in the spare folder."""

    trouble: str
    """Why new ones go there: `gone`, `refused`, `full` or `away`; empty: they don't."""
    count: int
    """How many lie there."""


class FailoverReturn:
    """run() is called now and then; run(anew=True) is a person's button."""

    def __init__(self, library: Library, files: FileReferences, changed: Callable[[], None]) -> None:
        """`changed` is called when a page would show something else."""
        self._library = library
        self._files = files
        self._changed = changed
        self._lock = threading.Lock()
        self._told = FailoverStatus("", 0)

    def status(self) -> FailoverStatus:
        """As it is at the moment. Raises StorageFault (the database)."""
        if not self._library.trouble and not self._told.count:
            return FailoverStatus("", 0)
        return FailoverStatus(self._library.trouble, len(self._files.outputs_at(self._library.spare_keys())))

    def run(self, *, anew: bool = False) -> FailoverStatus:
        """Look whether the place takes files, and bring them. `anew`: also when it is not the folder that
        there was, which only a person can know. Raises StorageFault (the database)."""
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
        """False: there is nothing more to bring, or no way to. One whose row changed meanwhile (its small
        picture was drawn) is tried anew."""
        return bool(outputs) and all(map(self._bring, outputs))

    def _bring(self, output: Output) -> bool:
        """Copy, then the row, then away with the old ones: a stop in between loses nothing."""
        try:
            key = self._library.copy_to_primary(output.file_key)
            thumb = self._library.copy_thumb_to_primary(output.thumb_key, key)
        except NotFound as fault:
            log.warning("result %s is not in this spare folder: %s", output.id, fault)
            return True
        except StorageFault as fault:
            log.warning("result %s stays in the spare folder: %s", output.id, fault)
            return False
        moved = self._files.moved(output, key, thumb)
        left = output.file_key if moved else key
        self._library.remove(left)
        self._library.remove(beside_key(left))
        stale = output.thumb_key if moved else thumb
        if stale and thumb != output.thumb_key:
            self._library.remove(stale)
        log.info("result %s lies at %s now", output.id, key)
        return True
