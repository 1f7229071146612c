"""Admission alone, on a real database, for its tests, which decide what the service answers."""

from __future__ import annotations

from pathlib import Path
from typing import Any, cast

from rh_ui.catalog.schema import Catalog
from rh_ui.domain import Modality, Money, Task, TaskState, new_id
from rh_ui.engine.context import EngineContext, EngineSettings, Stage
from rh_ui.engine.own_tasks import AccountKey, OwnTasks
from rh_ui.engine.queue.admission import POOL, AdmissionControl
from rh_ui.engine.retry_policy import RetryPolicy, Timings
from rh_ui.engine.scheduler import Scheduler
from rh_ui.engine.transfers import TransferProgress
from rh_ui.engine.worker_lease import WorkerLease
from rh_ui.errors import Unreachable
from rh_ui.persistence.database import open_database
from rh_ui.persistence.leases import Leases
from rh_ui.persistence.repositories.repositories import open_repositories
from rh_ui.persistence.row_mapping import NewTask
from rh_ui.persistence.run_queries import RunQueries
from rh_ui.runninghub.address_guard import AddressGuard
from rh_ui.runninghub.client import Client
from rh_ui.runninghub.replies_account import Account, QueueStatus
from rh_ui.storage.library import DiskReserve, Library
from tests import databases

ACCOUNT: AccountKey = ("demo", "0123456789ab")
FORMER: AccountKey = ("demo", "0000000000aa")
"""The same account with the key that it had before."""
STRANGER: AccountKey = ("demo", "ffffffffffff")
S = TaskState
TIMINGS = Timings(jitter=0.0)


class Figures:
    """The service's answers about an account; counts the requests."""

    def __init__(self) -> None:
        self.status: QueueStatus | None = QueueStatus("SHARED", 3, 0, 0)
        self.money: Money | None = None
        self.coins = ""
        self.reachable = True
        self.asked: list[str] = []

    def queue_status(self) -> QueueStatus:
        self.asked.append("status")
        if self.status is None:
            raise Unreachable("no answer")
        return self.status

    def account(self) -> Account:
        self.asked.append("money")
        if not self.reachable:
            raise Unreachable("no answer")
        return Account(self.money, self.coins, 0, "SHARED")


class AdmissionAlone:
    """Admission alone, with a clock that the test sets; `scheduled` is what it passes on."""

    def __init__(self, folder: Path, most: int | None = None) -> None:
        """`most`: the limit that the settings set."""
        self.now = 100.0
        self.scheduled: list[str] = []
        self.figures = Figures()
        self.changes = 0
        self.free: int | None = None
        self.database = open_database(databases.in_folder(folder))
        self.history = RunQueries(self.database)
        self.store = open_repositories(self.database, changed=self._changed)
        library = Library(folder / "library")
        cast(Any, library).free = lambda: self.free
        self.lease = WorkerLease(Leases(self.database), TIMINGS.lease, clock=lambda: self.now)
        self.lease.acquire()
        self.scheduler = Scheduler({POOL: 1}, lambda: self.now)
        context = EngineContext(
            catalog=Catalog({}),
            repositories=self.store,
            history=self.history,
            library=library,
            clients={ACCOUNT: cast(Client, self.figures), FORMER: cast(Client, self.figures)},
            successors={FORMER: ACCOUNT},
            caps={} if most is None else {ACCOUNT: most},
            settings=EngineSettings(timings=TIMINGS),
            lease=self.lease,
            own_tasks=OwnTasks(self.store.tasks, self.lease),
            retry=RetryPolicy(TIMINGS, lambda: 0.5),
            disk=DiskReserve(library, 1000),
            gate=AddressGuard(),
            transfers=TransferProgress(lambda: None),
            clock=lambda: self.now,
        )
        self.admission = AdmissionControl(context, cast(Any, self), self.scheduler)

    def _changed(self) -> None:
        self.changes += 1

    def schedule(self, stage: Stage, task_id: str, _delay: float = 0.0) -> None:
        assert stage is Stage.SUBMIT
        self.scheduled.append(task_id)

    def add(self, account: AccountKey = ACCOUNT, worker: str | None = None, **more: Any) -> Task:
        """A queued run."""
        worker = self.lease.worker if worker is None else worker
        new = NewTask(new_id(), "model", Modality.IMAGE, {}, *account, worker=worker, **more)
        return self.store.tasks.add(new)[0]

    def enqueue(self, count: int = 1, **more: Any) -> list[Task]:
        tasks = [self.add(**more) for _ in range(count)]
        for task in tasks:
            self.admission.enqueue(task)
        return tasks

    def look(self, account: AccountKey = ACCOUNT) -> float | None:
        self.scheduler.clear()
        return self.admission.admit(account)

    def planned(self) -> bool:
        """Whether another look was scheduled; forgets it."""
        known = self.scheduler.knows(f"queue {ACCOUNT[0]} {ACCOUNT[1]}")
        self.scheduler.clear()
        return known

    def task(self, task: Task) -> Task:
        return self.history.task(task.id)
