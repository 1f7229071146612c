"""An engine whose jobs a test runs one by one, on clocks that it sets: hours pass in a second."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any, Final, cast

import pytest

from rh_ui.domain import Task
from rh_ui.engine import engine
from rh_ui.engine.retry_policy import Timings
from rh_ui.persistence import database_clock
from rh_ui.runninghub import transport
from tests.integration.engine.conftest import Open
from tests.integration.engine.fake_service import HandScheduler
from tests.integration.engine.workshop import PATIENCE, Workshop

MINUTE: Final = 60.0
HOUR: Final = 3600.0
WALL_CLOCKS: Final = (transport, database_clock)
"""The modules of the engine and below that read one."""


def jump(monkeypatch: pytest.MonkeyPatch, **by: float) -> None:
    """From now on every wall clock that the program reads is off by this."""
    shift = timedelta(**by)

    class Shifted(datetime):
        @classmethod
        def now(cls, tz: Any = UTC) -> datetime:  # type: ignore[override]
            return datetime.now(tz) + shift

    for module in WALL_CLOCKS:
        monkeypatch.setattr(module, "datetime", Shifted)


class SteppedEngine:
    """`workshop` with the real emulator, database and client; `now` is the monotonic clock."""

    def __init__(self, open_workshop: Open, monkeypatch: pytest.MonkeyPatch, **account: Any) -> None:
        self.now = 0.0
        monkeypatch.setattr(engine, "Scheduler", HandScheduler)
        self.workshop: Workshop = open_workshop(pace=Timings(jitter=0.0), clock=lambda: self.now, **account)

    @property
    def scheduler(self) -> HandScheduler:
        return cast(HandScheduler, cast(Any, self.workshop.engine)._scheduler)

    def due(self, task: Task) -> float:
        """Seconds until the task's next step."""
        return self.scheduler.jobs[task.id][0] - self.now

    def step(self) -> None:
        """Run the next job, when it is due."""
        due, key = self.scheduler.due_times()[0]
        self.now = max(self.now, due)
        self.scheduler.run(key)

    def until(self, true: Callable[[], bool]) -> None:
        """Run jobs until it is true; fails after PATIENCE real seconds."""
        end = time.monotonic() + PATIENCE
        while not true():
            assert time.monotonic() < end, f"did not happen by {self.now} s: {self.workshop.history.tasks()}"
            self.step()

    def reach(self, task: Task, *states: str) -> Task:
        self.until(lambda: self.task(task).state in states)
        return self.task(task)

    def let_pass(self, seconds: float) -> None:
        """Run everything that is due in this time."""
        end = self.now + seconds
        while (times := self.scheduler.due_times()) and times[0][0] <= end:
            self.step()
        self.now = end

    def task(self, task: Task) -> Task:
        return self.workshop.history.task(task.id)
