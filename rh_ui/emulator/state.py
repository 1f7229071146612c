"""All parts of one emulator; handlers get it from the app's state."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass
from pathlib import Path
from typing import cast

from starlette.requests import Request

from rh_ui.catalog.loader import load_catalog
from rh_ui.catalog.schema import Endpoint
from rh_ui.emulator.accounts import Account, Accounts, fingerprint
from rh_ui.emulator.fault_injection import Fault, FaultScript, Switches
from rh_ui.emulator.journal import Entry, Journal, bearer
from rh_ui.emulator.lifecycle import Lifecycle
from rh_ui.emulator.media_urls import MediaUrls
from rh_ui.emulator.task_store import STORE_NAME, TaskStore
from rh_ui.errors import StartRefused


class Table:
    """The models of the table, loaded again when it changes; `extra` overrides the packaged one."""

    def __init__(self, extra: Path | None = None) -> None:
        self._extra = extra
        self._endpoints = load_catalog(extra=extra).endpoints

    def read_again(self) -> int:
        """Load what is in `extra` now. Returns the number of endpoints. Raises TableFault."""
        self._endpoints = load_catalog(extra=self._extra).endpoints
        return len(self._endpoints)

    def find(self, path: str) -> Endpoint | None:
        return self._endpoints.get(path)


@dataclass(frozen=True, slots=True)
class EmulatorState:
    """All parts of a running emulator."""

    table: Table
    tasks: TaskStore
    files: MediaUrls
    accounts: Accounts
    faults: FaultScript
    journal: Journal
    lifecycle: Lifecycle

    @property
    def switches(self) -> Switches:
        return self.faults.switches

    def prune(self) -> None:
        """Delete files whose links have expired."""
        self.files.prune(max(self.switches.link_seconds, self.switches.upload_seconds))


def open_state(data_dir: Path, switches: Switches, table: Path | None = None) -> EmulatorState:
    """Open the data folder. Raises StartRefused with a plain sentence."""
    try:
        data_dir.mkdir(parents=True, exist_ok=True)
        tasks = TaskStore(data_dir / STORE_NAME)
        files = MediaUrls(data_dir, tasks.secret)
    except (OSError, sqlite3.Error) as error:
        raise StartRefused(f"The folder {data_dir} can't be written to ({error}).") from error
    faults = FaultScript(switches)
    models = Table(table)
    return EmulatorState(
        table=models,
        tasks=tasks,
        files=files,
        accounts=Accounts(tasks.spent),
        faults=faults,
        journal=Journal(),
        lifecycle=Lifecycle(tasks, files, models.find, lambda: faults.switches),
    )


def state_of(request: Request) -> EmulatorState:
    return cast(EmulatorState, request.app.state.emulator)


def base_of(request: Request) -> str:
    """Scheme and host of the request, for links in answers."""
    return str(request.base_url).rstrip("/")


def entry_of(request: Request) -> Entry:
    return cast(Entry, request.scope["rh.entry"])


def fault_of(request: Request, *names: str) -> Fault | None:
    """The fault taken for this request, if it is one of these."""
    fault = cast("Fault | None", request.scope.get("rh.fault"))
    return fault if fault is not None and fault.do in names else None


def who(request: Request, key: str = "") -> Account | None:
    """The account of the request: by the given key, else by the Authorization header."""
    key = key or bearer(request.headers.get("authorization", ""))
    account = state_of(request).accounts.find(key)
    entry = entry_of(request)
    if key:
        entry.key_fingerprint = fingerprint(key)
    if account is not None and account.builtin:
        entry.account = account.key
    return account
