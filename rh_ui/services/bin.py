"""The bin: results are deleted into it, brought back, or deleted for good. It never empties itself."""

from __future__ import annotations

import copy
import logging
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Final, Self

from rh_ui.domain import Output
from rh_ui.errors import NotFound, NotYours, StorageFault
from rh_ui.people import OWNER, Action, Caller
from rh_ui.persistence.database_clock import utc_now
from rh_ui.persistence.repositories.bin import Binned, BinRepository, BinTotals
from rh_ui.persistence.run_queries import PageQueries
from rh_ui.services.access import refuse_in_a_look
from rh_ui.services.audit_log import AuditLog
from rh_ui.storage.library import Library

__all__ = ["Bin", "BinTotals", "Binned"]

log = logging.getLogger(__name__)

OLD: Final = timedelta(days=30)
"""After this time the bin offers to be emptied."""
AT_ONCE: Final = 500
"""Condemned results whose files are removed in one go."""


class Bin:
    """Thread-safe. Methods raise StorageFault."""

    def __init__(
        self,
        repository: BinRepository,
        history: PageQueries,
        library: Library,
        audit: AuditLog,
        now: Callable[[], datetime] = utc_now,
    ) -> None:
        self._repository = repository
        self._history = history
        self._library = library
        self._audit = audit
        self._now = now
        self._caller = OWNER

    def of(self, caller: Caller) -> Self:
        """The same for what a caller sees, and may change."""
        bound = copy.copy(self)
        bound._caller, bound._history = caller, self._history.of(caller.scope)
        return bound

    def put(self, ids: Sequence[str]) -> int:
        """Put these results into the bin; their runs and costs stay. Returns how many were not there before.
        Raises NotFound and NotYours where the caller may not change one of them, MoveRefused where a run is
        still under way, and RightRefused in a look; then nothing is changed."""
        self._need(ids)
        return self._repository.put(ids, self._caller.person)

    def restore(self, ids: Sequence[str]) -> int:
        """Bring these back. Returns how many came. Raises NotFound, NotYours, RightRefused."""
        self._need(ids)
        return self._repository.restore(ids)

    def listed(self, limit: int, offset: int, *, old: bool = False) -> list[Binned]:
        """What the caller sees of the bin, the latest first; `old`: only what lies there for OLD."""
        before = self._now() - OLD if old else None
        return self._repository.listed(self._caller.scope, limit, offset, before)

    def totals(self) -> BinTotals:
        """What the caller sees of the bin; `old`: what lies there for OLD."""
        return self._repository.totals(self._caller.scope, self._now() - OLD)

    def taking_room(self, limit: int, offset: int, *, oldest: bool) -> list[Binned]:
        """The stored results that the caller sees, the largest or the oldest first."""
        return self._repository.taking_room(self._caller.scope, limit, offset, oldest=oldest)

    def stored(self) -> BinTotals:
        """What all of these take."""
        return self._repository.stored(self._caller.scope)

    def delete(self, ids: Sequence[str]) -> int:
        """Delete these of the bin for good: files, small pictures, and what their rows tell. Returns how many
        they were. Raises NotFound, NotYours, RightRefused; then nothing is deleted."""
        self._need(ids)
        going = self._repository.within(ids)
        size = sum(output.size or 0 for output in going)
        details = {"count": str(len(going)), "bytes": str(size)}
        entries = [self._audit.entry(self._caller, Action.RESULTS_DELETED, "", "", details)]
        count = self._repository.condemn(ids, entries if self._caller.person else [])
        self.finish()
        return count

    def finish(self) -> None:
        """Remove the files of what is deleted for good, also of what a stop of the program left. A storage
        that is away is tried again later."""
        for output in self._repository.condemned(AT_ONCE):
            try:
                self._repository.bury(output, self._remove)
            except StorageFault as fault:
                log.warning("the file of %s could not be removed yet: %s", output.id, fault)
                return

    def _remove(self, output: Output) -> None:
        if output.file_key:
            self._library.remove_output(output.file_key, output.sha256)

    def _need(self, ids: Sequence[str]) -> None:
        """Raises where the caller may not change the runs of all of these."""
        refuse_in_a_look(self._caller)
        owners = self._history.owners_of_outputs(ids)
        if len(owners) < len(set(ids)):
            raise NotFound("One of these results is not there.")
        if not all(map(self._caller.may_change, owners.values())):
            raise NotYours
