"""This process's right to work on its tasks. A process that was halted for longer than the lease has lost
it."""

from __future__ import annotations

import logging
import os
import platform
import time
from collections.abc import Callable
from typing import Final

from rh_ui.domain import new_id
from rh_ui.errors import StorageFault
from rh_ui.persistence.leases import Leases

log: Final = logging.getLogger(__name__)


def since_boot() -> float:
    """Seconds that no change of the wall clock turns back; counts the machine's sleep where the system
    can."""
    boottime = getattr(time, "CLOCK_BOOTTIME", None)
    return time.monotonic() if boottime is None else time.clock_gettime(boottime)


class WorkerLease:
    """One row among the workers, and its age as seen by this process."""

    def __init__(self, leases: Leases, seconds: float, clock: Callable[[], float] = since_boot) -> None:
        """`seconds`: at this age other processes take the row for dead."""
        self.worker = new_id()
        """A new id after every loss: a task with the old id belongs to nobody, and is found as such."""
        self._leases = leases
        self._seconds = seconds
        self._clock = clock
        self._renewed = clock()

    @property
    def alone(self) -> bool:
        return self._leases.alone

    def acquire(self) -> None:
        """Register under a new id. Raises StorageFault."""
        asked, worker = self._clock(), new_id()
        self._leases.acquire(worker, platform.node(), os.getpid())
        self._renewed, self.worker = asked, worker

    def renew(self) -> bool:
        """False: the lease was lost, and with it all tasks. Raises StorageFault."""
        asked = self._clock()
        kept = self._leases.renew(self.worker)
        if kept:
            self._renewed = asked
        return kept

    def is_valid(self) -> bool:
        """Whether our tasks certainly are still ours: asked right before anything irreversible."""
        if self.alone or self._clock() - self._renewed < self._seconds / 2:
            return True
        try:
            return self.renew()
        except StorageFault as fault:
            log.warning("the lease could not be renewed: %s", fault)
            return False

    def release(self) -> None:
        """Raises StorageFault."""
        self._leases.release(self.worker)
