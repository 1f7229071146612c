"""What happens to a task in each state when its process is gone: at a start, or when another process adopts
it.

Pure; persistence.leases writes it, and the engine continues from there.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum, auto
from types import MappingProxyType
from typing import Final

from rh_ui.domain import TaskState


class NextStep(Enum):
    """How the task continues."""

    QUEUE = auto()
    POLL = auto()
    DOWNLOAD = auto()
    LEAVE = auto()
    """Nothing automatic: the task is finished, or a person decides."""


@dataclass(frozen=True, slots=True)
class Decision:
    """The new state of the task, and what follows."""

    becomes: TaskState
    step: NextStep


PLAN: Final[Mapping[TaskState, Decision]] = MappingProxyType(
    {
        TaskState.ASKING: Decision(TaskState.ASKING, NextStep.LEAVE),
        TaskState.QUEUED: Decision(TaskState.QUEUED, NextStep.QUEUE),
        TaskState.CLAIMED: Decision(TaskState.QUEUED, NextStep.QUEUE),
        TaskState.UPLOADING: Decision(TaskState.QUEUED, NextStep.QUEUE),
        # The process ended between the POST and the commit of its answer: the task may have been accepted.
        TaskState.SUBMITTING: Decision(TaskState.UNKNOWN, NextStep.LEAVE),
        TaskState.RUNNING: Decision(TaskState.RUNNING, NextStep.POLL),
        TaskState.DOWNLOADING: Decision(TaskState.DOWNLOADING, NextStep.DOWNLOAD),
        TaskState.DONE: Decision(TaskState.DONE, NextStep.LEAVE),
        TaskState.FAILED: Decision(TaskState.FAILED, NextStep.LEAVE),
        TaskState.CANCELLED: Decision(TaskState.CANCELLED, NextStep.LEAVE),
        TaskState.UNKNOWN: Decision(TaskState.UNKNOWN, NextStep.LEAVE),
    }
)
