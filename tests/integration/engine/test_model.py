"""Random histories of submits, answers, late answers, kills, disk faults and people's choices.

The real engine on a real database; the service and the clock are simulated. At the end of each history
everything may finish, and then: nothing was paid more often than ordered, nothing that was paid for is lost.
"""

from __future__ import annotations

import itertools
import logging
import shutil
import tempfile
from collections import Counter, deque
from collections.abc import Callable
from contextlib import ExitStack
from functools import cache
from pathlib import Path
from typing import Any, Final, cast
from unittest import mock

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule
from sqlalchemy import Connection, event
from sqlalchemy.exc import OperationalError

from rh_ui.bootstrap import Foundation, build_services
from rh_ui.catalog.importer.active_catalog import ActiveCatalog, OpenedTable
from rh_ui.catalog.loader import DATA_FOLDER
from rh_ui.catalog.schema import Catalog, no_others
from rh_ui.domain import Charged, OutputState, Params, Task, TaskError, TaskState
from rh_ui.engine import engine
from rh_ui.engine.context import EngineSettings
from rh_ui.engine.engine import Engine, EngineParts
from rh_ui.engine.retry_policy import Timings
from rh_ui.engine.steps import fetch
from rh_ui.errors import MoveRefused, StorageFault
from rh_ui.media.thumbnail_worker import ThumbnailWorker
from rh_ui.people_parts import build_people
from rh_ui.persistence.database import open_database
from rh_ui.persistence.leases import Leases
from rh_ui.persistence.outbox import AnswerOutbox
from rh_ui.persistence.repositories.audit import AuditRepository
from rh_ui.persistence.repositories.repositories import open_repositories
from rh_ui.persistence.repositories.saved_forms import SavedFormRepository
from rh_ui.persistence.run_queries import RunQueries
from rh_ui.runninghub.address_guard import AddressGuard
from rh_ui.runninghub.client import Client
from rh_ui.services.audit_log import AuditLog
from rh_ui.services.change_feed import ChangeFeed
from rh_ui.services.saved_forms import SavedForms
from rh_ui.services.services import PageAddress
from rh_ui.storage.library import Library
from rh_ui.storage.upload_folder import Inbox
from tests import databases
from tests.integration.engine.fake_service import (
    DOWNLOADS,
    QUERIES,
    SUBMITS,
    TAKEOVERS,
    FakeClient,
    HandScheduler,
    Killed,
    Plan,
    Service,
)
from tests.integration.engine.moves import obey_the_table
from tests.orders import submit
from tests.packaged import packaged_catalog

MODEL: Final = "rhart-image-n-pro/text-to-image"
ACCOUNT: Final = ("https://service.example", FakeClient.fingerprint)
LONGEST: Final = 3000
"""Steps until everything must be at rest."""
GIVEN_UP: Final = TaskError("outcome-unknown", "Another process took over.", Charged.MAYBE)


@cache
def catalog() -> Catalog:
    return packaged_catalog()


class Histories(RuleBasedStateMachine):
    def __init__(self) -> None:
        super().__init__()
        self.folder = Path(tempfile.mkdtemp(prefix="rh-ui-model-"))
        self.service = Service(self._taken_over)
        self.now = 0.0
        self.commits_to_death = self.commits_to_fault = self.faults = 0
        self.taken = False
        self.prompts = (f"prompt {number}" for number in itertools.count(1))
        self.catalog = catalog()
        self.database = open_database(databases.in_folder(self.folder))
        obey_the_table(self.database)
        event.listen(self.database._engine, "commit", self._commit)
        self.history = RunQueries(self.database)
        self.library = Library(self.folder / "library")
        self._eyes = open_database(databases.in_folder(self.folder))
        self.seen = RunQueries(self._eyes)
        self._patches = ExitStack()
        self._patches.enter_context(mock.patch.object(engine, "Scheduler", HandScheduler))
        self._patches.enter_context(mock.patch.object(fetch, "download", self.service.download))
        logging.disable(logging.CRITICAL)

    def _commit(self, connection: Connection) -> None:
        """Right before a transaction is committed, or after it, when only the answer to the commit is
        lost."""
        if self.commits_to_fault:
            self.commits_to_fault -= 1
            if not self.commits_to_fault and self.faults:
                self.faults -= 1
                self.commits_to_fault = 1
                if self.taken:
                    cast(Any, connection.connection.driver_connection).commit()
                raise OperationalError("COMMIT", {}, Exception("disk I/O error"))
        if self.commits_to_death:
            self.commits_to_death -= 1
            if not self.commits_to_death:
                raise Killed

    @initialize()
    def begin(self) -> None:
        self._start()

    def _start(self) -> None:
        """A new process; it may be killed during its start, or find a database fault."""
        for _ in range(10):
            self.changes = ChangeFeed()
            self.repositories = open_repositories(self.database, changed=self.changes.publish)
            client = cast(Client, FakeClient(self.service))
            self.engine = Engine(
                EngineParts(
                    catalog=self.catalog,
                    repositories=self.repositories,
                    history=self.history,
                    leases=Leases(self.database),
                    outbox=AnswerOutbox(self.folder / "answers"),
                    library=self.library,
                    clients={ACCOUNT: client},
                    gate=AddressGuard(),
                    thumbnail_worker=ThumbnailWorker(),
                ),
                EngineSettings(timings=Timings(jitter=0.0)),
                self.changes.publish,
                lambda: self.now,
            )
            audit = AuditLog(AuditRepository(self.database))
            people, sign_in = build_people(self.database, audit, self.library.inputs, self.changes.publish)
            services = build_services(
                Foundation(
                    active_catalog=ActiveCatalog(
                        DATA_FOLDER, self.folder / "table", OpenedTable(self.catalog), no_others
                    ),
                    saved_forms=SavedForms(SavedFormRepository(self.database)),
                    database=self.database,
                    history=self.history,
                    repositories=self.repositories,
                    library=self.library,
                    uploads=Inbox(self.folder / "uploads", reserve=0, share=0),
                    client=client,
                    account=ACCOUNT,
                    engine=self.engine,
                    changes=self.changes,
                    people=people,
                    sign_in=sign_in,
                    audit=audit,
                    address=PageAddress("127.0.0.1", 0, local=True),
                    site=ACCOUNT[0],
                )
            )
            self.runs, self.results = services.runs, services.results
            self.unknown_outcomes = services.unknown_outcomes
            try:
                self.engine.start()
            except (Killed, StorageFault):
                continue
            return
        raise AssertionError("it never started")

    @property
    def scheduler(self) -> HandScheduler:
        return cast(HandScheduler, cast(Any, self.engine)._scheduler)

    def _alive(self, do: Callable[[], object]) -> None:
        """Do it; if it kills the process, the next one starts."""
        try:
            do()
        except Killed:
            self._start()
        except (StorageFault, MoveRefused):
            return

    @rule(
        submits=st.lists(st.sampled_from(SUBMITS), max_size=3),
        queries=st.lists(st.sampled_from(QUERIES), max_size=6),
        downloads=st.lists(st.sampled_from(DOWNLOADS), max_size=5),
        takeover=st.sampled_from(TAKEOVERS),
    )
    def submit(self, submits: list[str], queries: list[str], downloads: list[str], takeover: str) -> None:
        prompt = next(self.prompts)
        self.service.plans[prompt] = Plan(deque(submits), deque(queries), deque(downloads), takeover)
        params: Params = {"prompt": prompt, "resolution": "1k"}
        self._alive(lambda: submit(self.runs, MODEL, params, request_id=prompt))

    def _taken_over(self, prompt: str, decision: str) -> None:
        """Between a POST and its answer the run is given up by another process, and a person decides."""
        for task in self.seen.tasks(states=[TaskState.SUBMITTING], limit=None):
            if task.params["prompt"] == prompt:
                open_repositories(self._eyes).tasks.move(
                    task.id, TaskState.SUBMITTING, TaskState.UNKNOWN, owner=None, error=GIVEN_UP,
                    charged=Charged.MAYBE,
                )  # fmt: skip
                if decision != "nothing":
                    self._resolve(self.seen.task(task.id), decision)

    def _resolve(self, task: Task, choice: str) -> None:
        remote_id = ""
        if choice == "found":
            known = {other.remote_id for other in self.seen.tasks(limit=None)}
            prompt = task.params["prompt"]
            found = [i for i, paid in self.service.paid.items() if paid == prompt and i not in known]
            if not found:
                return
            remote_id = found[0]
        try:
            self.unknown_outcomes.resolve(task.id, choice, remote_id)
        except (MoveRefused, StorageFault):
            return

    @rule(which=st.integers(0, 9), late=st.booleans())
    def work(self, which: int, late: bool) -> None:
        """One job: the one that is due, or (a slow machine) any other."""
        times = self.scheduler.due_times()
        if times:
            due, key = times[which % len(times) if late else 0]
            self.now = max(self.now, due)
            self._alive(lambda: self.scheduler.run(key))

    @rule(steps=st.integers(1, 12))
    def work_on(self, steps: int) -> None:
        for _ in range(steps):
            self.work(0, late=False)

    @rule(commits=st.integers(1, 6))
    def die_soon(self, commits: int) -> None:
        self.commits_to_death = commits

    @rule(commits=st.integers(1, 6), times=st.integers(1, 4), taken=st.booleans())
    def break_the_database_soon(self, commits: int, times: int, taken: bool) -> None:
        self.commits_to_fault, self.faults, self.taken = commits, times, taken

    @rule()
    def die(self) -> None:
        self._start()

    @rule()
    def end_and_start(self) -> None:
        self._alive(lambda: self.engine.stop(0))
        self._start()

    @precondition(lambda self: self.seen.count())
    @rule(which=st.integers(0, 9))
    def cancel(self, which: int) -> None:
        task = self._pick(which)
        self._alive(lambda: self.runs.cancel(task.id))

    @rule()
    def resume(self) -> None:
        self._alive(lambda: self.runs.resume(*ACCOUNT))

    @precondition(lambda self: self.seen.count())
    @rule(which=st.integers(0, 9))
    def move_up(self, which: int) -> None:
        task = self._pick(which)
        self._alive(lambda: self.runs.move_up(task.id))

    @precondition(lambda self: self.seen.count())
    @rule(which=st.integers(0, 9), choice=st.sampled_from(["lost", "again", "found"]))
    def resolve(self, which: int, choice: str) -> None:
        unknown = self.seen.tasks(states=[TaskState.UNKNOWN], limit=None)
        if unknown:
            self._alive(lambda: self._resolve(unknown[which % len(unknown)], choice))

    @precondition(lambda self: self.seen.count())
    @rule(which=st.integers(0, 9))
    def fetch_files_again(self, which: int) -> None:
        task = self._pick(which)
        self._alive(lambda: self.results.retry_files(task.id))

    def _pick(self, which: int) -> Task:
        tasks = self.seen.tasks(limit=None)
        return tasks[which % len(tasks)]

    @invariant()
    def nothing_is_paid_twice(self) -> None:
        asked = Counter(str(task.params["prompt"]) for task in self.seen.tasks(limit=None))
        for prompt, paid in Counter(self.service.paid.values()).items():
            assert paid <= asked[prompt], f"{prompt} was paid {paid} times, asked for {asked[prompt]} times"

    def teardown(self) -> None:
        try:
            if hasattr(self, "engine"):
                self._let_it_end_well()
                self._check()
        finally:
            logging.disable(logging.NOTSET)
            self._patches.close()
            self._eyes.close()
            self.database.close()
            shutil.rmtree(self.folder, ignore_errors=True)

    def _let_it_end_well(self) -> None:
        self.commits_to_death = self.commits_to_fault = self.faults = 0
        for prompt in self.service.plans:
            self.service.plans[prompt] = Plan()
        for _ in range(LONGEST):
            if not self.seen.active_count():
                break
            if self.runs.pauses():
                self.runs.resume(*ACCOUNT)
            self.work(0, late=False)
        else:
            raise AssertionError(f"no rest: {self.seen.tasks(limit=None)}")

    def _check(self) -> None:
        self.nothing_is_paid_twice()
        tasks = self.seen.tasks(limit=None)
        for task in tasks:
            assert task.state.is_final or task.state is TaskState.UNKNOWN, f"no end: {task}"
            if task.state in (TaskState.UNKNOWN, TaskState.FAILED):
                assert task.error is not None and task.error.code and task.error.message, task
            if task.state is TaskState.UNKNOWN:
                assert task.charged is Charged.MAYBE, task
            if task.state is TaskState.DONE:
                assert task.outputs
                for output in task.outputs:
                    if output.state is OutputState.SAVED:
                        assert self.library.size(output.file_key) == output.size
                    else:
                        assert task.error is not None, f"a file is missing and nothing says so: {task}"
        ids = [task.remote_id for task in tasks if task.remote_id]
        assert len(ids) == len(set(ids)), "one remote task, one run"
        for remote_id, prompt in self.service.paid.items():
            if remote_id not in ids:
                says = [t for t in tasks if t.params["prompt"] == prompt and t.charged is Charged.MAYBE]
                assert says, f"{remote_id} ({prompt}) was paid for, and no run tells of it"


TestHistories = Histories.TestCase
TestHistories.settings = settings(
    max_examples=40,
    stateful_step_count=40,
    deadline=None,
    derandomize=True,
    suppress_health_check=list(HealthCheck),
)
