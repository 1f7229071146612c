"""Real-time priority: an AV1 encoder takes it where it may, for its thread and all children. Two such busy
processes block everything else on a machine with two cores."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def usual_priority() -> Iterator[None]:
    """Whatever happens inside, this thread continues with its usual priority."""
    policy, parameters = os.sched_getscheduler(0), os.sched_getparam(0)
    try:
        yield
    finally:
        os.sched_setscheduler(0, policy, parameters)
