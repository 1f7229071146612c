"""Real-time priority: what an encoder for AV1 takes where it may, for the whole thread and all its children.

Two such processes that spin keep everything else on a machine of two cores from running."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def usual_priority() -> Iterator[None]:
    """Whatever happens inside, this thread goes on as before."""
    policy, parameters = os.sched_getscheduler(0), os.sched_getparam(0)
    try:
        yield
    finally:
        os.sched_setscheduler(0, policy, parameters)
