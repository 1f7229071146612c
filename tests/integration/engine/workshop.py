"""A complete program without its page for one test: database, library, client, engine, services, and a
running emulator."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from typing import Any, Final

import pytest
from sqlalchemy import event

from rh_ui.account_parts import Connected
from rh_ui.bootstrap import Foundation, build_services
from rh_ui.catalog.importer.active_catalog import ActiveCatalog, OpenedTable
from rh_ui.catalog.loader import DATA_FOLDER
from rh_ui.catalog.schema import Catalog
from rh_ui.domain import Output, Params, Task, TaskState
from rh_ui.engine.context import EngineSettings
from rh_ui.engine.engine import Engine, EngineParts
from rh_ui.engine.own_tasks import AccountKey
from rh_ui.engine.retry_policy import Timings
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
from rh_ui.runninghub.replies import Accepted
from rh_ui.services.audit_log import AuditLog
from rh_ui.services.change_feed import ChangeFeed
from rh_ui.services.saved_forms import SavedForms
from rh_ui.services.services import PageAddress, Services
from rh_ui.storage.library import Library
from rh_ui.storage.upload_folder import Inbox
from tests import databases
from tests.here import here
from tests.integration.emulator.caller import Caller
from tests.integration.engine.moves import obey_the_table
from tests.orders import submit
from tests.samples import link_for, valid_params

TEXT: Final = "rhart-text-g-25-flash/text-to-text"
PICTURE: Final = "rhart-image-n-pro/text-to-image"
PATIENCE: Final = 60.0
QUICK: Final = Timings(
    poll_steps=((60.0, 0.05),),
    poll_slowest=0.1,
    trouble_first=0.02,
    trouble_most=0.1,
    hold_first=0.05,
    hold_most=0.1,
    balance=0.2,
    status_every=0.5,
    empty_tries=2,
    empty_slow=0.2,
    lost_confirmations=3,
    cancel_word=0.2,
    cancel_silence=0.4,
    upload_tries=3,
    download_tries=3,
)


class Workshop:
    """start() it, use its services, restart() it as often as needed."""

    def __init__(
        self,
        catalog: Catalog,
        folder: Path,
        url: str,
        key: str,
        pace: Timings = QUICK,
        clock: Callable[[], float] = time.monotonic,
        artist: ThumbnailWorker | None = None,
        staging: Path | None = None,
        reserve: int = 0,
        public: str = "",
        largest: int | None = None,
        gate: AddressGuard | None = None,
    ) -> None:
        self.largest = largest
        self.gate = gate or AddressGuard(here())
        self.clock = clock
        self.artist = artist
        self.catalog = replace(catalog, others=lambda path: self.forms.find(path))
        self.folder = folder
        self.pace = pace
        self.emulator = Caller(url, key)
        self.since = self.emulator.last_number()
        self.client = Client(url, key, read_timeout=5)
        self.account = ("demo", self.client.fingerprint)
        self.library = Library(folder / "library", staging_root=staging)
        self.reserve = reserve
        self.public = public
        self.changes = ChangeFeed()
        self.connected: Connected | None = None
        """Several accounts, from the next start on."""
        self.start()

    def start(self, clients: Mapping[tuple[str, str], Client] | None = None) -> None:
        self.database = open_database(databases.in_folder(self.folder))
        obey_the_table(self.database)
        self.repositories = open_repositories(self.database, changed=self.changes.publish)
        self.forms = SavedForms(SavedFormRepository(self.database))
        self.queries = RunQueries(self.database)
        several = self.connected
        known = {self.account: self.client} if clients is None else clients
        if several is not None:
            known = several.clients
        self.settings = EngineSettings(
            timings=self.pace, reserve=self.reserve, largest=self.largest, public_url=self.public
        )
        self.engine = Engine(
            EngineParts(
                catalog=self.catalog,
                repositories=self.repositories,
                history=self.queries,
                leases=Leases(self.database),
                outbox=AnswerOutbox(self.folder / "answers"),
                library=self.library,
                clients=known,
                successors=several.successors if several else {},
                caps=several.caps if several else {},
                gate=self.gate,
                thumbnail_worker=self.artist or ThumbnailWorker(),
            ),
            self.settings,
            self.changes.publish,
            self.clock,
        )
        self.engine.start()
        self.offer(self.account if self.account in known else None)

    def offer(self, account: AccountKey | None) -> Services:
        """The services of the page; new runs go to this account."""
        audit = AuditLog(AuditRepository(self.database))
        people, sign_in = build_people(self.database, audit, self.library.inputs, self.changes.publish)
        self.services = services = build_services(
            Foundation(
                active_catalog=ActiveCatalog(
                    DATA_FOLDER, self.folder / "table", OpenedTable(self.catalog), self.forms.find
                ),
                saved_forms=self.forms,
                database=self.database,
                history=self.queries,
                repositories=self.repositories,
                library=self.library,
                uploads=Inbox(self.folder / "uploads", reserve=0, share=0),
                client=self.client,
                account=account,
                accounts=self.connected.accounts if self.connected else (),
                engine=self.engine,
                changes=self.changes,
                people=people,
                sign_in=sign_in,
                audit=audit,
                public_url=self.public,
                address=PageAddress("127.0.0.1", 0, local=True),
                demo=True,
                site=self.account[0],
            )
        )
        self.runs, self.results, self.inputs = services.runs, services.results, services.inputs
        self.prices, self.unknown_outcomes = services.prices, services.unknown_outcomes
        self.availability, self.external_runs = services.availability, services.external_runs
        self.webhooks, self.apps, self.workflows = services.webhooks, services.apps, services.workflows
        self.quick_creations, self.history = services.quick_creations, services.history
        return services

    def stop(self) -> None:
        self.engine.stop(timeout=10)
        self.database.close()

    def restart(self, **how: Any) -> None:
        self.stop()
        self.start(**how)

    def submit(self, endpoint: str = TEXT, params: Params | None = None, **more: Any) -> Task:
        """Submit `params`, added to the smallest payload that the endpoint takes."""
        valid = (
            valid_params(self.catalog.get(endpoint), link_for) if endpoint in self.catalog.endpoints else {}
        )
        return submit(self.runs, endpoint, {**valid, **(params or {})}, **more)

    def until(self, true: Callable[[], bool], what: str = "", patience: float = PATIENCE) -> None:
        """Check after every change, and regularly in between; fails after `patience` seconds."""
        end = time.monotonic() + patience
        while not true():
            assert time.monotonic() < end, f"did not happen: {what or true}"
            self.changes.wait_after(self.changes.version, 0.1)

    def reach(self, task: Task, *states: TaskState) -> Task:
        """The task once it is in one of the states (by default a final one)."""
        found = [self.history.task(task.id)]

        def there() -> bool:
            found[0] = self.history.task(task.id)
            return found[0].state in states if states else found[0].state.is_final

        try:
            self.until(there)
        except AssertionError:
            raise AssertionError(f"{states} not reached: {found[0]}") from None
        return found[0]

    def done(self, task: Task) -> Task:
        ended = self.reach(task)
        assert ended.state is TaskState.DONE, ended
        return ended

    def picture(self, output: Output) -> str:
        """The key of its thumbnail, as soon as it is drawn or known to be impossible."""
        self.until(lambda: self.history.output(output.id).thumb_key != "", f"a picture of {output.name}")
        return self.history.output(output.id).thumb_key

    def note(self, task: Task, note: str) -> None:
        """Wait until the task has this note."""
        self.until(lambda: self.history.task(task.id).note == note, f"note {note}")

    def noted(self, task: Task, code: str) -> str:
        """Wait until the task has a note about this. Returns the whole note."""
        self.until(lambda: self.history.task(task.id).note.startswith(f"{code}:"), f"note {code}:…")
        return self.history.task(task.id).note

    def after_more(self, operation: str, count: int) -> None:
        """Wait until the emulator received this many more requests."""
        wanted = len(self.requests(operation)) + count
        self.until(lambda: len(self.requests(operation)) >= wanted, f"{wanted} × {operation}")

    @contextmanager
    def writes(self) -> Iterator[list[str]]:
        """The statements that change a task while the block runs."""
        seen: list[str] = []

        def note(_connection: object, _cursor: object, statement: str, *_: object) -> None:
            if statement.startswith("UPDATE tasks"):
                seen.append(statement)

        event.listen(self.database._engine, "before_cursor_execute", note)
        yield seen
        event.remove(self.database._engine, "before_cursor_execute", note)

    def put(self, task: Task, state: TaskState, **change: Any) -> None:
        """Put a queued task into a state without an answer, as a process that ended there leaves it."""
        way = (TaskState.QUEUED, TaskState.CLAIMED, TaskState.UPLOADING, TaskState.SUBMITTING)
        for was, becomes in pairwise(way[: way.index(state) + 1]):
            assert self.repositories.tasks.move(task.id, was, becomes, **change)

    def while_sending(
        self, monkeypatch: pytest.MonkeyPatch, do: Callable[[Task], object], *, after: bool = False
    ) -> None:
        """Do something during each POST: before the service has it or, with `after`, before we have its
        answer."""
        submit = self.client.submit

        def busy(endpoint: str, body: Params) -> Accepted:
            (sending,) = self.history.tasks(states=[TaskState.SUBMITTING])
            if not after:
                do(sending)
            try:
                return submit(endpoint, body)
            finally:
                if after:
                    do(sending)

        monkeypatch.setattr(self.client, "submit", busy)

    def requests(self, operation: str) -> list[dict[str, Any]]:
        """The requests to the emulator since this workshop began."""
        return [e for e in self.emulator.journal(self.since) if e["operation"] == operation]

    def accepted(self) -> list[str]:
        """The ids that the emulator gave to submits, in order."""
        return [entry["task_id"] for entry in self.requests("submit") if entry["task_id"]]


def slower(pace: Timings = QUICK, **changes: Any) -> Timings:
    return replace(pace, **changes)
