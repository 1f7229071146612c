"""Everything one emulator consists of, put together; handlers get it from the app's state."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass
from pathlib import Path
from typing import cast

from starlette.requests import Request

from rh_ui.catalog.importer.swappable import SwappableMapping
from rh_ui.catalog.loader import load_catalog
from rh_ui.catalog.schema import Catalog
from rh_ui.emulator.accounts import Account, Accounts, fingerprint
from rh_ui.emulator.fault_injection import Fault, FaultScript, Switches
from rh_ui.emulator.journal import Entry, Journal, bearer
from rh_ui.emulator.lifecycle import Life
from rh_ui.emulator.media_urls import MediaUrls
from rh_ui.emulator.task_store import BOOK_NAME, TaskStore
from rh_ui.errors import StartRefused


@dataclass(frozen=True, slots=True)
class EmulatorState:
    """The rooms of a running emulator."""

    catalog: Catalog
    live: SwappableMapping
    """What `catalog` holds."""
    table: Path | None
    """Where a loaded table lies over the packaged one."""
    book: TaskStore
    files: MediaUrls
    accounts: Accounts
    script: FaultScript
    journal: Journal
    life: Life

    @property
    def switches(self) -> Switches:
        return self.script.switches

    def read_table(self) -> int:
        """Take up what lies in `table` now; how many endpoints there are. Raises TableFault."""
        self.live.swap(load_catalog(extra=self.table).endpoints)
        return len(self.live)

    def prune(self) -> None:
        """Delete files whose links are dead."""
        self.files.prune(max(self.switches.link_seconds, self.switches.upload_seconds))


def build_house(data_dir: Path, switches: Switches, table: Path | None = None) -> EmulatorState:
    """Open the data folder. Raises StartRefused with a plain sentence."""
    try:
        data_dir.mkdir(parents=True, exist_ok=True)
        book = TaskStore(data_dir / BOOK_NAME)
        files = MediaUrls(data_dir, book.secret)
    except (OSError, sqlite3.Error) as error:
        raise StartRefused(f"The folder {data_dir} can't be written to ({error}).") from error
    script = FaultScript(switches)
    live = SwappableMapping(load_catalog(extra=table).endpoints)
    life = Life(book, files, live, lambda: script.switches)
    accounts = Accounts(book.spent)
    return EmulatorState(Catalog(live), live, table, book, files, accounts, script, Journal(), life)


def house_of(request: Request) -> EmulatorState:
    return cast(EmulatorState, request.app.state.house)


def base_of(request: Request) -> str:
    """Scheme and host as the caller reached us, for links in answers."""
    return str(request.base_url).rstrip("/")


def entry_of(request: Request) -> Entry:
    return cast(Entry, request.scope["rh.entry"])


def fault_of(request: Request, *names: str) -> Fault | None:
    """The fault taken for this request when it is one of these."""
    fault = cast("Fault | None", request.scope.get("rh.fault"))
    return fault if fault is not None and fault.do in names else None


def who(request: Request, key: str = "") -> Account | None:
    """The account that asks: by the key given, else by the Authorization header."""
    key = key or bearer(request.headers.get("authorization", ""))
    account = house_of(request).accounts.find(key)
    entry = entry_of(request)
    if key:
        entry.key_fingerprint = fingerprint(key)
    if account is not None and account.builtin:
        entry.account = account.key
    return account
