"""The table of allowed moves. Pure: TaskRepository stores a move, the engine causes it.

asking → queued → claimed → uploading → submitting → running → downloading → done
   ╲→ cancelled (no yes)                  │  ╲                    ╲→ failed / cancelled (→ running: it
                                          │   ╲                      succeeded)
                                          │    → queued     (proof that it was not accepted)
                                          ╰→ unknown        (neither is proved; a late answer is a proof)
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from rh_ui.domain import RunFault, Task, TaskState
from rh_ui.errors import MoveRefused


class Event(StrEnum):
    """What can happen to a task."""

    APPROVE = "approve"
    """An admin says yes."""
    DECLINE = "decline"
    """An admin says no."""
    LAPSE = "lapse"
    """No admin answered in time."""
    CLAIM = "claim"
    """A worker takes it: a slot is free."""
    UPLOAD = "upload"
    """The upload of its files begins."""
    SEND = "send"
    """Committed right before the POST that costs money."""
    ACCEPT = "accept"
    """The service gave it an id."""
    TURN_AWAY = "turn away"
    """Proof that it was not accepted; waiting helps."""
    REFUSE = "refuse"
    """Proof that it was not accepted; waiting does not help."""
    LOSE_ANSWER = "lose answer"
    """The POST was sent, but no readable answer came back."""
    DELIVER = "deliver"
    """The service is finished and lists results."""
    FAIL = "fail"
    """The service says that it failed, or no longer knows it."""
    STOP = "stop"
    """The service says it was cancelled."""
    FINISH = "finish"
    """Every file is stored, or at least one is and the others are known to be lost."""
    LOSE_FILES = "lose files"
    """No file could be stored."""
    CANCEL = "cancel"
    """A person cancels it before anything was paid."""
    RELEASE = "release"
    """Back into the queue: the worker stopped before anything was paid."""
    FIND = "find"
    """A late answer or a person names the remote id, even of a run that a person had given up. Or a run that
    the service had called cancelled succeeded after all."""
    GIVE_UP = "give up"
    """A person says that it is lost, or runs it again."""
    REOPEN = "reopen"
    """Lost files are downloaded again."""


_S = TaskState
_E = Event

MOVES: Final[Mapping[tuple[TaskState, Event], TaskState]] = MappingProxyType(
    {
        (_S.ASKING, _E.APPROVE): _S.QUEUED,
        (_S.ASKING, _E.DECLINE): _S.CANCELLED,
        (_S.ASKING, _E.LAPSE): _S.CANCELLED,
        (_S.ASKING, _E.CANCEL): _S.CANCELLED,
        (_S.QUEUED, _E.CLAIM): _S.CLAIMED,
        (_S.QUEUED, _E.CANCEL): _S.CANCELLED,
        (_S.CLAIMED, _E.UPLOAD): _S.UPLOADING,
        (_S.CLAIMED, _E.SEND): _S.SUBMITTING,
        (_S.CLAIMED, _E.REFUSE): _S.FAILED,
        (_S.CLAIMED, _E.CANCEL): _S.CANCELLED,
        (_S.CLAIMED, _E.RELEASE): _S.QUEUED,
        (_S.UPLOADING, _E.SEND): _S.SUBMITTING,
        (_S.UPLOADING, _E.REFUSE): _S.FAILED,
        (_S.UPLOADING, _E.CANCEL): _S.CANCELLED,
        (_S.UPLOADING, _E.RELEASE): _S.QUEUED,
        (_S.SUBMITTING, _E.ACCEPT): _S.RUNNING,
        (_S.SUBMITTING, _E.TURN_AWAY): _S.QUEUED,
        (_S.SUBMITTING, _E.REFUSE): _S.FAILED,
        (_S.SUBMITTING, _E.LOSE_ANSWER): _S.UNKNOWN,
        (_S.RUNNING, _E.DELIVER): _S.DOWNLOADING,
        (_S.RUNNING, _E.FAIL): _S.FAILED,
        (_S.RUNNING, _E.STOP): _S.CANCELLED,
        (_S.DOWNLOADING, _E.FINISH): _S.DONE,
        (_S.DOWNLOADING, _E.LOSE_FILES): _S.FAILED,
        (_S.UNKNOWN, _E.FIND): _S.RUNNING,
        (_S.UNKNOWN, _E.TURN_AWAY): _S.QUEUED,
        (_S.UNKNOWN, _E.REFUSE): _S.FAILED,
        (_S.UNKNOWN, _E.GIVE_UP): _S.FAILED,
        (_S.DONE, _E.REOPEN): _S.DOWNLOADING,
        (_S.FAILED, _E.REOPEN): _S.DOWNLOADING,
        (_S.FAILED, _E.FIND): _S.RUNNING,
        (_S.CANCELLED, _E.FIND): _S.RUNNING,
    }
)

CANCEL_AT_ONCE: Final = frozenset(state for state, event in MOVES if event is Event.CANCEL)
"""States in which nothing was sent yet."""
CANCEL_BY_ASKING: Final = frozenset({TaskState.SUBMITTING, TaskState.RUNNING})
"""States in which only the service can cancel it."""

GIVEN_UP: Final = frozenset({RunFault.LOST, RunFault.RUN_AGAIN})
"""Error codes of runs that a person closed without a known outcome: the only failed runs to which a late
answer applies."""


def after(state: TaskState, event: Event) -> TaskState:
    """The state that follows. Raises MoveRefused."""
    becomes = MOVES.get((state, event))
    if becomes is None:
        raise MoveRefused(f"A run that is {state.value} can't {event.value}.")
    return becomes


def was_given_up(task: Task) -> bool:
    """Whether a person closed the run without a known outcome: a late answer still applies."""
    return task.state is TaskState.FAILED and task.error is not None and task.error.code in GIVEN_UP


def was_stopped_there(task: Task) -> bool:
    """Whether the run ended because the service called it cancelled: it may still succeed."""
    code = task.error.code if task.error and task.state is TaskState.FAILED else ""
    return task.remote_id != "" and (task.state is TaskState.CANCELLED or code == RunFault.CANCELLED_THERE)
