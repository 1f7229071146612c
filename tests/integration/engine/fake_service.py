"""For the model-based test: a service that follows a plan and counts money, and a scheduler without
threads."""

from __future__ import annotations

import io
from collections import deque
from collections.abc import Callable, Mapping
from concurrent.futures import Future
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

from PIL import Image

from rh_ui.domain import Params
from rh_ui.engine.scheduler import Job
from rh_ui.errors import (
    Busy,
    LinkGone,
    NoBalance,
    NotSent,
    OutcomeUnknown,
    Refused,
    TooLarge,
    TooSlow,
    Truncated,
    Unreachable,
)
from rh_ui.runninghub.address_guard import AddressGuard
from rh_ui.runninghub.replies import Accepted, RemoteOutput, RemoteStatus, RemoteTask
from rh_ui.runninghub.replies_account import Account, QueueStatus

T = TypeVar("T")


class Killed(BaseException):
    """The process dies here: nothing below catches it, and no open transaction is committed."""


def _picture() -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (8, 8), "teal").save(out, "PNG")
    return out.getvalue()


PICTURE_BYTES = _picture()
SUBMITS = (
    "accept",
    "lose",
    "lose nothing",
    "busy",
    "model busy",
    "poor",
    "not sent",
    "refuse",
    "die before",
    "die after",
)
QUERIES = ("running", "running", "success", "fail", "nothing", "no files", "forgotten", "after all", "die")
DOWNLOADS = ("whole", "cut", "gone", "unreachable", "slow", "large", "die before", "die after")


TAKEOVERS = ("", "", "nothing", "lost", "again", "found")


@dataclass
class Plan:
    """What the service does about the runs of one prompt, in order; after that everything succeeds."""

    submits: deque[str] = field(default_factory=deque)
    queries: deque[str] = field(default_factory=deque)
    downloads: deque[str] = field(default_factory=deque)
    takeover: str = ""
    """What a person decides about a run that was given up between a POST and its answer; empty: none was."""


@dataclass
class Service:
    """RunningHub as planned, and what it charged."""

    takeover: Callable[[str, str], None]
    """Gets the prompt and the person's decision while a submit waits for its answer."""
    plans: dict[str, Plan] = field(default_factory=dict)
    paid: dict[str, str] = field(default_factory=dict)
    """Remote id → the prompt that was paid for."""
    cancelled: set[str] = field(default_factory=set)

    def submit(self, prompt: str) -> str:
        plan = self.plans[prompt]
        what = plan.submits.popleft() if plan.submits else "accept"
        if what == "die before":
            raise Killed
        remote_id = str(2_009_000_000_000_000_000 + len(self.paid))
        if what in ("accept", "lose", "die after"):
            self.paid[remote_id] = prompt
        decision, plan.takeover = plan.takeover, ""
        if decision:
            self.takeover(prompt, decision)
        if what == "die after":
            raise Killed
        if what.startswith("lose"):
            raise OutcomeUnknown("The answer was lost.")
        if what == "busy":
            raise Busy("421", "full")
        if what == "model busy":
            raise Busy("1011", "busy")
        if what == "poor":
            raise NoBalance("416", "no money")
        if what == "not sent":
            raise NotSent("no connection")
        if what == "refuse":
            raise Refused("1505", "no")
        return remote_id

    def query(self, remote_id: str) -> RemoteTask:
        plan = self.plans[self.paid[remote_id]]
        what = plan.queries.popleft() if plan.queries else "success"
        if what == "die":
            raise Killed
        if what == "nothing":
            raise Unreachable("no answer")
        if what == "forgotten":
            raise Refused("807", "no such task")
        if what == "after all":
            self.cancelled.discard(remote_id)  # it was quicker than the cancel
        if remote_id in self.cancelled:
            return RemoteTask(RemoteStatus.CANCELLED)
        if what == "fail":
            return RemoteTask(RemoteStatus.FAILED, error_code="1015", error_message="it did not work")
        if what == "running":
            return RemoteTask(RemoteStatus.RUNNING)
        if what == "no files":
            return RemoteTask(RemoteStatus.SUCCESS)
        files = (RemoteOutput(f"https://files.example/{remote_id}.png", None, "png"),)
        return RemoteTask(RemoteStatus.SUCCESS, (*files, RemoteOutput(None, "two words", "txt")))

    def download(self, url: str, target: Path, **_: Any) -> None:
        plan = self.plans[self.paid[target_id(url)]]
        what = plan.downloads.popleft() if plan.downloads else "whole"
        if what == "die before":
            raise Killed
        if what == "cut":
            raise Truncated("cut")
        if what == "gone":
            raise LinkGone("gone")
        if what == "unreachable":
            raise Unreachable("no answer")
        if what == "slow":
            raise TooSlow("slow")
        if what == "large":
            raise TooLarge("large")
        target.write_bytes(PICTURE_BYTES)
        if what == "die after":
            raise Killed


def target_id(url: str) -> str:
    return url.rpartition("/")[2].removesuffix(".png")


class FakeClient:
    """The part of runninghub.client.Client that the engine uses."""

    host = "https://service.example"
    fingerprint = "0123456789ab"
    currency = "CNY"
    gate = AddressGuard()

    def __init__(self, service: Service) -> None:
        self._service = service

    def at(self, **_more: object) -> FakeClient:
        return self

    def submit(self, _endpoint: str, body: Params) -> Accepted:
        remote_id = self._service.submit(str(body["prompt"]))
        return Accepted(remote_id, RemoteTask(RemoteStatus.RUNNING))

    def query(self, remote_id: str) -> RemoteTask:
        return self._service.query(remote_id)

    def cancel(self, remote_id: str) -> None:
        self._service.cancelled.add(remote_id)

    def queue_status(self) -> QueueStatus:
        return QueueStatus("SHARED", 3, 0, 0)

    def account(self) -> Account:
        return Account(None, "", 0, "SHARED")


class HandScheduler:
    """A Scheduler without threads: a test runs one job after the other, and sets the clock."""

    def __init__(self, _pools: Mapping[str, int], clock: Callable[[], float]) -> None:
        self._clock = clock
        self.jobs: dict[str, tuple[float, Job]] = {}

    def start(self) -> None:
        """Nothing runs by itself."""

    def put(self, job: Job, delay: float = 0.0) -> None:
        due = self._clock() + delay
        known = self.jobs.get(job.key)
        if known is None or known[1].pool != job.pool or due < known[0]:
            self.jobs[job.key] = (due, job)

    def knows(self, key: str) -> bool:
        return key in self.jobs

    def clear(self) -> None:
        self.jobs.clear()

    def background(self, _pool: str, call: Callable[[], T], _most: int = 1) -> Future[T]:
        future: Future[T] = Future()
        try:
            future.set_result(call())
        except Exception as fault:  # noqa: BLE001 - as a pool's thread does
            future.set_exception(fault)
        return future

    def stop(self, _timeout: float) -> bool:
        self.jobs.clear()
        return True

    def due_times(self) -> list[tuple[float, str]]:
        return sorted((due, key) for key, (due, _) in self.jobs.items())

    def run(self, key: str) -> None:
        """Run the job of this key now, and schedule its next run."""
        _, job = self.jobs.pop(key)
        again = job.run()
        if again is not None:
            planned = self.jobs.get(key)
            if planned is None or planned[1].pool == job.pool:
                self.put(job, again)
