"""Programs that are killed and started again, and the count of the money, by the emulator's journal."""

from __future__ import annotations

import json
import queue
import signal
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from decimal import Decimal
from pathlib import Path
from typing import Any, Final

from PIL import Image
from sqlalchemy import select

from rh_ui.domain import Charged, OutputState, Task, TaskState
from rh_ui.engine.retry_policy import Timings
from rh_ui.people import Budget, Holder, Period, RunOwner
from rh_ui.persistence.database import Database, open_database
from rh_ui.persistence.repositories.repositories import open_repositories
from rh_ui.persistence.run_queries import RunQueries
from rh_ui.persistence.schema import workers
from rh_ui.persistence.schema_team import holds
from scripts.processes import start_piped
from tests.integration.emulator.caller import EDIT, TEXT, Caller
from tests.integration.engine.workshop import QUICK

PATIENCE: Final = 60.0
RICH: Final = {"kind": "SHARED", "limit": 30, "balance": "1000000"}
SHORT_LEASE: Final = replace(QUICK, lease=3.0, heartbeat=0.5)


class Child:
    """One program; commands and answers are those of `child`."""

    def __init__(self, log: Path, environment: dict[str, str], pace: Timings, person: str = "") -> None:
        self.log = log
        with log.open("ab") as sink:
            self.process = start_piped(
                [sys.executable, "-m", "tests.integration.engine.child"], sink, environment
            )
        self._said: queue.SimpleQueue[dict[str, Any]] = queue.SimpleQueue()
        threading.Thread(target=self._listen, daemon=True).start()
        self._write({"pace": asdict(pace), "person": person})

    def _listen(self) -> None:
        assert self.process.stdout is not None
        with self.process.stdout as lines:
            for line in lines:
                self._said.put(json.loads(line))
        self._said.put({"ended": True})

    def _write(self, told: dict[str, Any]) -> None:
        assert self.process.stdin is not None
        self.process.stdin.write(json.dumps(told) + "\n")
        self.process.stdin.flush()

    def said(self) -> dict[str, Any]:
        """Its next message."""
        try:
            told: dict[str, Any] = self._said.get(timeout=PATIENCE)
        except queue.Empty:
            raise AssertionError(f"it said nothing; its log:\n{self.log.read_text()[-4000:]}") from None
        return told

    def hear(self, word: str) -> Any:
        """Its next message, which must be this."""
        told = self.said()
        assert word in told, f"{told} instead of {word}; its log:\n{self.log.read_text()[-4000:]}"
        return told[word]

    def tell(self, do: str, **more: Any) -> None:
        self._write({"do": do, **more})

    def ask(self, do: str, answer: str, **more: Any) -> Any:
        self.tell(do, **more)
        return self.hear(answer)

    def submit(self, endpoint: str, **params: Any) -> str:
        return str(self.ask("submit", "submitted", endpoint_path=endpoint, params=params))

    def arm(self, point: str) -> None:
        self.ask("arm", "armed", point=point)

    def kill(self) -> None:
        self.process.kill()
        self.close()

    def end(self, how: signal.Signals = signal.SIGTERM) -> int:
        """Ask it to end; its exit code."""
        self.process.send_signal(how)
        return self.close()

    def close(self) -> int:
        code = self.process.wait(PATIENCE)
        assert self.process.stdin is not None
        self.process.stdin.close()
        return code


@dataclass(frozen=True, slots=True)
class Count:
    """What the emulator charged, compared with what was ordered and stored here."""

    asked: int = 0
    """Runs that somebody asked for."""
    paid: int = 0
    """Submits that the emulator took, and charged for."""
    distinct: int = 0
    """Whole, finished runs that these payments belong to: as many as `paid`, or money is lost."""
    double: int = 0
    """Paid more often than somebody asked for it."""
    lost: int = 0
    """Paid, and neither its files are here nor does its run say that its outcome is unknown."""
    unknown: int = 0
    """Runs that said so, and were settled by a person's choice afterwards."""

    def __add__(self, other: Count) -> Count:
        return Count(*(a + b for a, b in zip(self._all(), other._all(), strict=True)))

    def _all(self) -> tuple[int, ...]:
        return (self.asked, self.paid, self.distinct, self.double, self.lost, self.unknown)

    def __str__(self) -> str:
        return (
            f"paid {self.paid}, distinct {self.distinct}, double {self.double}, lost {self.lost} "
            f"(asked {self.asked}, of them unknown for a while {self.unknown})"
        )


UNPRICED: Final = Decimal("0.5")


def budget_of(person: str) -> Budget:
    """One that is never used up."""
    return Budget(
        "soak", Holder.PERSON, person, Period.MONTH, "Asia/Shanghai", Decimal(10) ** 6, "CNY", UNPRICED
    )


def held_by(task: Task) -> Decimal:
    known = task.estimate is not None and task.estimate.currency == "CNY"
    return task.estimate.amount if known and task.estimate else UNPRICED


def spent_by(task: Task) -> Decimal:
    """What a run counts, by its state alone."""
    if task.charged is Charged.YES and task.cost and task.cost.currency == "CNY":
        return task.cost.amount
    return Decimal(0) if task.state.is_final and task.charged is Charged.NO else held_by(task)


class Laboratory:
    """One database, one library, one account at the emulator; programs come and go."""

    def __init__(
        self,
        folder: Path,
        url: str,
        key: str,
        database: str = "",
        pace: Timings = SHORT_LEASE,
        person: str = "",
    ) -> None:
        """`database`: an address of PostgreSQL; empty: the SQLite file of the (single) data folder.
        `person`: a member with a budget, whose all runs are; empty: there are no people."""
        self.person = person
        self.folder = folder
        self.emulator = Caller(url, key)
        self.emulator.script(reset=True, accounts={key: RICH})
        self.since = self.emulator.last_number()
        self.pace = pace
        self._database_url = database
        self._opened = None if not database else open_database(database)
        self.children: list[Child] = []
        self._pictures = 0
        self.prompts: Counter[str] = Counter()
        """Prompt → how often a run of it was asked for."""
        self.checks = 0
        self.checks_open = 0
        """How often the holds were compared with the runs, and how often of that some were open."""

    @property
    def database(self) -> Database:
        if self._opened is None:
            self._opened = open_database(f"sqlite:///{self.folder}/data/studio.db")
        return self._opened

    @property
    def history(self) -> RunQueries:
        return RunQueries(self.database)

    def leases_of(self, child: Child) -> set[str]:
        """The ids under which a program is registered."""
        with self.database.read() as connection:
            return set(connection.scalars(select(workers.c.id).where(workers.c.pid == child.process.pid)))

    def start(
        self, name: str = "data", *, pace: Timings | None = None, wait: bool = True, **more: str
    ) -> Child:
        """`more`: further variables of its environment."""
        environment = {
            "RH_API_KEY": self.emulator.key,
            "RH_API_HOST": self.emulator.url,
            "RH_UI_DATA_DIR": str(self.folder / name),
            "RH_UI_STORAGE_URL": str(self.folder / "shared"),
        }
        if self._database_url:
            environment["RH_UI_DATABASE_URL"] = self._database_url
        environment |= more
        child = Child(self.folder / f"{name}.log", environment, pace or self.pace, self.person)
        self.children.append(child)
        if wait:
            child.hear("ready")
            if self.person:
                open_repositories(self.database).budgets.put(budget_of(self.person))
        return child

    @property
    def running(self) -> Child | None:
        """The program that was started last, if it still runs."""
        return self.living[-1] if self.living else None

    @property
    def living(self) -> list[Child]:
        return [child for child in self.children if child.process.poll() is None]

    @contextmanager
    def only(self, child: Child) -> Iterator[None]:
        """The other programs are halted meanwhile, so that this one does the work."""
        others = [other for other in self.living if other is not child]
        for other in others:
            other.process.send_signal(signal.SIGSTOP)
        try:
            yield
        finally:
            for other in others:
                other.process.send_signal(signal.SIGCONT)

    def begin(self) -> None:
        """Start a new count; the service works again."""
        self.emulator.script(reset=True, finish="all", accounts={self.emulator.key: RICH})
        self.since = self.emulator.last_number()
        self.prompts.clear()

    def close(self) -> None:
        for child in self.children:
            if child.process.poll() is None:
                child.process.send_signal(signal.SIGCONT)
                child.kill()
        self.emulator.script(clear=True, finish="all")
        if self._opened is not None:
            self._opened.close()

    def text(self, child: Child, prompt: str) -> str:
        self.prompts[prompt] += 1
        return child.submit(TEXT, prompt=prompt)

    def press(self, child: Child, prompt: str, number: int, wait: bool = True) -> tuple[str, bool]:
        """Press Generate, as often as given for one run: each press has its own id. Returns the run, and
        whether it existed; `wait` for that."""
        self.prompts[prompt] = 1
        told = {"prompt": prompt, "id": f"{prompt} {number}"}
        if not wait:
            child.tell("press", **told)
            return "", False
        task_id, already = child.ask("press", "pressed", **told)
        return str(task_id), bool(already)

    def edit(self, child: Child, prompt: str) -> str:
        """A run with a file to send, different for every prompt."""
        path = self.folder / "input.png"
        self._pictures += 1
        Image.new("RGB", (320, 240), (self._pictures % 256, self._pictures // 256, 77)).save(path)
        self.prompts[prompt] += 1
        return child.submit(EDIT, prompt=prompt, imageUrls=[child.ask("input", "kept", path=str(path))])

    def until(self, true: Callable[[], bool], what: str, patience: float = PATIENCE) -> None:
        end = time.monotonic() + patience
        while not true():
            if time.monotonic() > end:
                logs = "\n".join(child.log.read_text()[-3000:] for child in self.children[-2:])
                raise AssertionError(f"did not happen: {what}; {self.history.tasks()}\n{logs}")
            time.sleep(0.02)

    def reach(self, task_id: str, *states: TaskState) -> Task:
        self.until(lambda: self.history.task(task_id).state in states, f"{task_id} in {states}")
        return self.history.task(task_id)

    def submits(self) -> list[dict[str, Any]]:
        """Every submit that reached the emulator since this laboratory was made."""
        return [e for e in self.emulator.journal(self.since) if e["operation"] == "submit"]

    def accepted(self, prompt: str | None = None) -> list[str]:
        """The ids it gave, and took money for."""
        return [
            entry["task_id"]
            for entry in self.submits()
            if entry["task_id"] and prompt in (None, entry["body"]["prompt"])
        ]

    def rest(self) -> None:
        """Wait until each run is over or waits for a person."""
        self.until(lambda: self.history.active_count() == 0, "every run at rest")

    def ask_above(self, amount: str | None) -> None:
        """Runs that hold more wait for an admin's yes."""
        above = None if amount is None else Decimal(amount)
        open_repositories(self.database).budgets.put(replace(budget_of(self.person), ask_above=above))

    def settle(self, child: Child) -> Count:
        """Wait until everything has ended, decide about unknown outcomes for a person, and count."""
        self.rest()
        unknown = self.history.tasks(states=[TaskState.UNKNOWN], limit=None)
        for task in unknown:
            assert task.charged is Charged.MAYBE and task.error is not None and task.error.message, task
            prompt = str(task.params["prompt"])
            known = {other.remote_id for other in self.history.tasks(limit=None)}
            found = [remote_id for remote_id in self.accepted(prompt) if remote_id not in known]
            if found:
                child.ask("resolve", "resolved", task_id=task.id, action="found", remote_id=found[0])
            else:
                child.ask("resolve", "resolved", task_id=task.id, action="again")
                self.prompts[prompt] += 1
        self.rest()
        return replace(self.count(), unknown=len(unknown))

    def check_holds(self, still: bool = False) -> None:
        """Every run holds what it did when it was queued, and no other holds are there. Where nothing moves
        (`still`: also not the open runs), what is spent of the budget is what a plain sum over the runs
        says."""
        if not self.person:
            return
        runs = {task.id: task for task in self.history.tasks(limit=None)}
        with self.database.read() as connection:
            rows = connection.execute(select(holds)).all()
        held = {row.task_id: row.amount for row in rows if row.unit == "CNY"}
        assert held == {task.id: held_by(task) for task in runs.values()}
        if not still and self.history.active_count():
            return
        self.checks += 1
        self.checks_open += any(not task.state.is_final for task in runs.values())
        (standing,) = open_repositories(self.database).budgets.standings(RunOwner(self.person))
        since = standing.window.start
        counting = [task for task in runs.values() if not task.finished_at or task.finished_at >= since]
        assert standing.spent == sum((spent_by(task) for task in counting), Decimal(0))

    def count(self) -> Count:
        self.check_holds()
        paid = self.accepted()
        tasks = self.history.tasks(limit=None)
        done = [task for task in tasks if task.state is TaskState.DONE and task.remote_id in paid]
        kept = {task.remote_id for task in done if self._whole(task)}
        told = Counter(entry["body"]["prompt"] for entry in self.submits() if entry["task_id"])
        double = sum(max(0, times - self.prompts[prompt]) for prompt, times in told.items())
        unfinished = [task for task in tasks if not task.state.is_final]
        lost = len(set(paid) - kept) + len(unfinished)
        return Count(sum(self.prompts.values()), len(paid), len(set(paid) & kept), double, lost)

    def _whole(self, task: Task) -> bool:
        files = [self.folder / "shared" / output.file_key for output in task.outputs]
        saved = all(output.state is OutputState.SAVED for output in task.outputs)
        sizes = [output.size for output in task.outputs]
        return bool(files) and saved and [file.stat().st_size for file in files] == sizes
