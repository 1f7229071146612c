"""A whole program without its page, in its own process, that halts where a test wants to kill it.

`python -m tests.integration.engine.child` reads its settings from the environment as app.py does, and
commands from standard input, one JSON object per line; it answers on standard output in the same way. Halting
wraps the classes from outside: the program does not know about it. Points: `before A>B`, `commit A>B`, `after
A>B` for a move between two states (before the transaction, inside it with everything written, after it),
`commit order` and `after order` for the transaction that queues a run, `upload`, `post`, `answer`, `query`,
`download`, `downloaded` for the calls.
"""

from __future__ import annotations

import json
import signal
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

from sqlalchemy import event
from sqlalchemy.engine import Engine as SqlEngine

from rh_ui import bootstrap, log
from rh_ui.config import read_settings
from rh_ui.domain import TaskState
from rh_ui.engine.engine import Engine
from rh_ui.engine.retry_policy import Timings
from rh_ui.engine.steps import fetch
from rh_ui.errors import StorageFault, StudioError
from rh_ui.people import OWNER, Caller, Role
from rh_ui.persistence import duplicate_orders
from rh_ui.persistence.repositories.asking_runs import AskingRuns
from rh_ui.persistence.repositories.tasks import TaskRepository
from rh_ui.runninghub.client import Client
from rh_ui.services.order_identity import OrderContext
from rh_ui.services.services import Services
from tests.integration.emulator.caller import TEXT
from tests.orders import submit

ADMIN: Final = Caller("admin", Role.ADMIN)
MOMENT: Final = 120.0
"""In place of ten seconds, which a restart on a busy machine may take."""
_saying: Final = threading.Lock()


def say(**told: Any) -> None:
    with _saying:
        sys.stdout.write(json.dumps(told) + "\n")
        sys.stdout.flush()


class Points:
    """Halts the first thread that reaches the armed point; fails the moves that it should fail."""

    def __init__(self) -> None:
        self._armed = ""
        self._lock = threading.Lock()
        self._go = threading.Event()
        self._moving = threading.local()
        self.failing: dict[str, int] = {}
        """Move → how many more times the database refuses it (-1: always)."""

    def arm(self, point: str) -> None:
        self._go.clear()
        self._armed = point

    def go(self) -> None:
        self._go.set()

    def reach(self, point: str) -> None:
        with self._lock:
            if not point or point != self._armed:
                return
            self._armed = ""
        say(paused=point)
        self._go.wait()

    def wrap(self, owner: Any, name: str, before: str = "", after: str = "") -> None:
        original: Callable[..., Any] = getattr(owner, name)

        def wrapped(*values: Any, **more: Any) -> Any:
            self.reach(before)
            result = original(*values, **more)
            self.reach(after)
            return result

        setattr(owner, name, wrapped)

    def wrap_moves(self) -> None:
        original = TaskRepository.move

        def move(
            tasks: TaskRepository, task_id: str, was: TaskState, becomes: TaskState, **more: Any
        ) -> bool:
            name = f"{was}>{becomes}"
            self.reach(f"before {name}")
            if left := self.failing.get(name, 0):
                self.failing[name] = left - 1
                raise StorageFault("The database did not take this: disk I/O error")
            self._moving.name = name
            try:
                moved = original(tasks, task_id, was, becomes, **more)
            finally:
                self._moving.name = ""
            self.reach(f"after {name}")
            return moved

        setattr(TaskRepository, "move", move)  # noqa: B010 - mypy lets no method be assigned
        event.listen(SqlEngine, "commit", self._committing)

    def wrap_orders(self) -> None:
        original = TaskRepository.add

        def add(tasks: TaskRepository, *values: Any) -> Any:
            self._moving.name = "order"
            try:
                added = original(tasks, *values)
            finally:
                self._moving.name = ""
            self.reach("after order")
            return added

        setattr(TaskRepository, "add", add)  # noqa: B010

    def wrap_answers(self) -> None:
        original = AskingRuns.answer

        def answer(asking: AskingRuns, task_id: str, becomes: TaskState, *values: Any, **more: Any) -> bool:
            name = f"{TaskState.ASKING}>{becomes}"
            self._moving.name = name
            try:
                moved = original(asking, task_id, becomes, *values, **more)
            finally:
                self._moving.name = ""
            self.reach(f"after {name}")
            return moved

        setattr(AskingRuns, "answer", answer)  # noqa: B010

    def _committing(self, _connection: object) -> None:
        name = getattr(self._moving, "name", "")
        if name:
            self.reach(f"commit {name}")


def obey(services: Services, engine: Engine, points: Points, told: dict[str, Any]) -> None:
    """One command; its answer repeats the command's name."""
    match told.pop("do"):
        case "submit":
            say(submitted=submit(services.runs, **told).id)
        case "press":
            context = OrderContext("somebody", seen=frozenset())
            placed = services.runs.order(TEXT, {"prompt": told["prompt"]}, told["id"], "", context)
            say(pressed=[placed.task.id, placed.already_sent])
        case "app":
            say(opened=services.apps.open(told["app_id"]).path)
        case "input":
            say(kept=services.inputs.keep(Path(told["path"]), "input.png").ref)
        case "resolve":
            say(resolved=services.unknown_outcomes.resolve(**told).id)
        case "cancel":
            say(cancelled=services.runs.cancel(told["task_id"]).id)
        case "approve":
            services.approvals.approve(told["task_id"], ADMIN)
            say(approved=told["task_id"])
        case "fetch":
            say(fetching=services.results.retry_files(told["task_id"]).id)
        case "version":
            say(version=services.changes.version)
        case "resume":
            (task,) = services.history.tasks(limit=1)
            say(resumed=services.runs.resume(task.site, task.account))
        case "line":
            say(line={task_id: place.number for task_id, place in services.runs.queue_positions().items()})
        case "arm":
            points.arm(told["point"])
            say(armed=told["point"])
        case "fail":
            points.failing[told["move"]] = told["times"]
            say(failing=told["move"])
        case "go":
            points.go()
            say(gone=True)


def main() -> int:
    """Until standard input closes or SIGTERM comes."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    first = json.loads(sys.stdin.readline())
    member = Caller(first["person"], Role.MEMBER) if first["person"] else OWNER
    pace = Timings(**first["pace"])
    setattr(bootstrap, "Timings", lambda: pace)  # noqa: B010
    setattr(duplicate_orders, "MOMENT", MOMENT)  # noqa: B010
    points = Points()
    points.wrap_moves()
    points.wrap_orders()
    points.wrap_answers()
    points.wrap(Client, "pay", "post", "answer")
    points.wrap(Client, "upload", "upload")
    points.wrap(Client, "query", "query")
    points.wrap(fetch, "download", "download", "downloaded")
    try:
        settings = read_settings(port="0")
        log.configure(*settings.secrets)
        program = bootstrap.build(settings)
        try:
            program.start()
            say(ready=program.engine.worker)
            for line in sys.stdin:
                try:
                    obey(program.services.of(member), program.engine, points, json.loads(line))
                except StudioError as refusal:
                    say(refused=str(refusal))
        finally:
            program.stop()
    except StudioError as refusal:
        say(refused=str(refusal))
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
