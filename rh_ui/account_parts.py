"""Makes the accounts at RunningHub, for the engine and for the services. Part of the composition root."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Final

from rh_ui.account_settings import MAIN, GivenAccount
from rh_ui.catalog.importer.active_catalog import ActiveCatalog
from rh_ui.config import DEMO_KEY, DEMO_SITE, Settings
from rh_ui.emulator.runner import start_emulator
from rh_ui.engine.engine import Engine
from rh_ui.engine.own_tasks import AccountKey
from rh_ui.opening import EMULATOR_NAME, TABLE_NAME
from rh_ui.persistence.database import Database
from rh_ui.persistence.repositories.loras import LoraRepository, holders_of
from rh_ui.persistence.run_queries import RunQueries
from rh_ui.quarantine import Notice
from rh_ui.runninghub.address_guard import AddressGuard
from rh_ui.runninghub.client import Client
from rh_ui.runninghub.replies_account import Account as Told
from rh_ui.services.account_service import AccountService
from rh_ui.services.accounts import Account, Accounts
from rh_ui.services.loras import LoraPlace, Loras
from rh_ui.services.sites import Sites

log: Final = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Connected:
    """The accounts of the settings, first the one that comes first; and a client for each key, also for the
    former ones."""

    accounts: tuple[Account, ...]
    clients: dict[AccountKey, Client]

    @property
    def first(self) -> Account:
        return self.accounts[0]

    @property
    def site(self) -> str:
        return self.first.key[0]

    @property
    def successors(self) -> dict[AccountKey, AccountKey]:
        return {former: account.key for account in self.accounts for former in account.former}

    @property
    def caps(self) -> dict[AccountKey, int]:
        return {account.key: account.limit for account in self.accounts if account.limit is not None}

    @property
    def gate(self) -> AddressGuard:
        """Lets results through from each of the sites."""
        return gate_around(self.clients.values())


def gate_around(clients: Iterable[Client]) -> AddressGuard:
    return AddressGuard.around(*(client.host for client in clients))


def connect(
    settings: Settings, home: Path, table: ActiveCatalog, notices: list[Notice], closing: ExitStack
) -> Connected:
    """The accounts of the user, or that of the emulator (a child process) with its own key."""
    if not settings.demo:
        return connected(settings.accounts)
    if settings.accounts_file is not None:
        log.warning("RH_UI_ACCOUNTS is not read: demo mode has an account of its own")
    emulator = start_emulator(home / EMULATOR_NAME, "--table", str((home / TABLE_NAME).absolute()))
    closing.callback(emulator.stop)
    notices.extend(emulator.notices)
    table.follow(emulator.read_table)
    return _one(Client(emulator.url, DEMO_KEY), DEMO_SITE)


def connected(given: Sequence[GivenAccount]) -> Connected:
    """Makes no request."""
    accounts: list[Account] = []
    clients: dict[AccountKey, Client] = {}
    for each in given:
        of_it = [Client(each.host, secret) for secret in each.secrets]
        keys = [(client.host, client.fingerprint) for client in of_it]
        clients.update(zip(keys, of_it, strict=True))
        accounts.append(
            Account(
                name=each.name, key=keys[0], kinds=each.kinds, client=of_it[0], limit=each.limit,
                former=tuple(keys[1:]),
            )
        )  # fmt: skip
    return Connected(tuple(accounts), clients)


def _one(client: Client, site: str) -> Connected:
    key = (site, client.fingerprint)
    return Connected((Account(name=MAIN, key=key, client=client),), {key: client})


def build_accounts(
    accounts: Sequence[Account],
    engine: Engine,
    history: RunQueries,
    database: Database,
    of_project: Callable[[str], str],
    changed: Callable[[], None],
    told: Callable[[AccountKey, Told], None],
    *,
    demo: bool,
    site: str,
) -> tuple[AccountService, Accounts]:
    """The money of the first account, and all accounts. Without one: `site`, where a key is missing. `told`:
    called with what the service says that an account holds."""
    money = {
        account.key: AccountService(
            account.client,
            demo=demo,
            site=account.key[0],
            background=engine,
            changed=changed,
            told=partial(told, account.key),
        )
        for account in accounts
    }
    first = next(
        iter(money.values()),
        AccountService(None, demo=demo, site=site, background=engine, changed=changed),
    )
    return first, Accounts(
        accounts, money, engine, of_project=of_project, holders=partial(holders_of, database),
        still_used=lambda key: history.open_count(*key),
    )  # fmt: skip


def build_loras(accounts: Sequence[Account], database: Database) -> Loras:
    """Their names are told where there are several."""
    return Loras(
        *(
            LoraPlace(
                LoraRepository(database, *account.key, [fingerprint for _, fingerprint in account.former]),
                account.client, account.name if len(accounts) > 1 else "",
            )
            for account in accounts
        )
    )  # fmt: skip


def build_sites(accounts: Sequence[Account]) -> Sites:
    """The first account of each site asks there."""
    clients: dict[str, Client] = {}
    for account in accounts:
        clients.setdefault(account.key[0], account.client)
    return Sites(clients)
