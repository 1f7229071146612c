"""Questions about one task at the service: its state, and the task id that a person enters."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future
from concurrent.futures import TimeoutError as WaitedEnough
from dataclasses import replace
from typing import Final, Protocol, TypeVar

from rh_ui.errors import MoveRefused, Refused, ServiceFault, Unreachable
from rh_ui.runninghub.client import Client
from rh_ui.runninghub.replies import RemoteStatus, RemoteTask

T = TypeVar("T")
NOT_KNOWN: Final = frozenset({"1004", "807", "423", "1007"})
"""The service does not know the task, or no longer (API sheet §9). 1007: it takes the id for invalid (API
news §2)."""
UNKNOWN_TASK: Final = "1004"
"""Stands for all of NOT_KNOWN as the end of a run, because the other codes have further meanings."""
OVER: Final = "805"
"""The answer about a task that failed or was cancelled (API sheet §9)."""
SHORTEST_ID: Final = 16
LONGEST_ID: Final = 24
"""Digits of a task id; the service's ids have 19 (API sheet §1)."""
WAIT: Final = 8.0
"""Seconds for the service to answer while a person waits."""


class Background(Protocol):
    """Makes a call in a thread of a client's account; the engine does."""

    def background(self, client: Client, call: Callable[[], T]) -> Future[T]: ...


def in_time(engine: Background, client: Client, call: Callable[[], T]) -> T:
    """The answer to a question that a person waits for. Raises what the call raises, and Unreachable when it
    takes too long."""
    asked = engine.background(client, call)
    try:
        return asked.result(WAIT)
    except WaitedEnough:
        asked.cancel()  # nobody waits any more: it is not asked late
        raise Unreachable("RunningHub did not answer in time.") from None


def ask_about(client: Client, remote_id: str) -> RemoteTask:
    """The state of a task. The older query is asked as well if the new one does not know the task (before
    that is believed) or names no status (to learn whether the task is over, as after a cancel). Raises
    Refused, Unreachable."""
    try:
        remote = client.query(remote_id)
    except Refused as fault:
        if fault.code not in NOT_KNOWN:
            raise
        try:
            return client.outputs(remote_id).task
        except Refused:
            raise fault from None
    if remote.tells_status:
        return remote
    try:
        old = client.outputs(remote_id).task
    except ServiceFault:
        return remote
    if old.error_code != OVER:
        return remote
    cancelled = remote.knows(remote_id) and not old.node_failed
    return replace(remote, status=RemoteStatus.CANCELLED) if cancelled else old


def parse_task_id(text: str) -> str:
    """The task id in a text that a person pasted; spaces are allowed. Raises MoveRefused."""
    number = "".join(text.split())
    if not (number.isascii() and number.isdigit() and SHORTEST_ID <= len(number) <= LONGEST_ID):
        raise MoveRefused(
            "A task id of RunningHub is a number of 19 digits; copy it from its records.", "resolve-digits"
        )
    return number


def require_known(engine: Background, client: Client, number: str) -> RemoteTask:
    """What the service says about a task. Raises MoveRefused unless it says that it has the task."""
    try:
        remote = in_time(engine, client, lambda: ask_about(client, number))
    except Refused as fault:
        if fault.code in NOT_KNOWN:
            raise no_such_task(number) from None
        raise _not_told() from None
    except ServiceFault:
        raise _not_told() from None
    if not remote.knows(number):
        raise _not_told()
    return remote


def no_such_task(number: str) -> MoveRefused:
    return MoveRefused(
        f"RunningHub knows no task {number} here. Nothing changed: compare its digits.", "resolve-not-there"
    )


def _not_told() -> MoveRefused:
    return MoveRefused(
        "RunningHub can't be asked about this number at the moment. Nothing changed; try again in a minute.",
        "resolve-no-answer",
    )
