"""The composition root: settings in, a working program out. The only place that names concrete parts.

Start order: address, folder, lock, files, database, emulator (demo), client, engine; the end goes the other
way round.
"""

from __future__ import annotations

import logging
import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from rh_ui.account_parts import build_accounts, build_loras, build_sites, connect, gate_around
from rh_ui.account_settings import MAIN
from rh_ui.catalog.importer.active_catalog import ActiveCatalog, open_table
from rh_ui.config import SITES, Settings, is_loopback
from rh_ui.engine.context import EngineSettings
from rh_ui.engine.engine import Engine, EngineParts
from rh_ui.engine.own_tasks import AccountKey
from rh_ui.engine.retry_policy import Timings
from rh_ui.media.thumbnail_worker import ThumbnailProcess
from rh_ui.opening import (
    MEGABYTE,
    SPOOL_NAME,
    TABLE_NAME,
    UPLOADS_NAME,
    database_place,
    make_folders_private,
    open_history,
    open_inbox,
    open_library,
)
from rh_ui.people_parts import build_people, company_of
from rh_ui.persistence.database import Database
from rh_ui.persistence.file_references import FileReferences
from rh_ui.persistence.input_holders import InputHolders
from rh_ui.persistence.leases import Leases
from rh_ui.persistence.outbox import AnswerOutbox
from rh_ui.persistence.process_lock import lock_folder
from rh_ui.persistence.repositories.audit import AuditRepository
from rh_ui.persistence.repositories.balances import BalanceRepository
from rh_ui.persistence.repositories.repositories import Repositories, open_repositories
from rh_ui.persistence.repositories.saved_forms import SavedFormRepository
from rh_ui.persistence.run_queries import RunQueries
from rh_ui.quarantine import Notice
from rh_ui.runninghub.client import Client
from rh_ui.services.accounts import Account
from rh_ui.services.approvals import Approvals
from rh_ui.services.apps import Apps
from rh_ui.services.audit_log import AuditLog
from rh_ui.services.balances import Balances
from rh_ui.services.bin import Bin
from rh_ui.services.budgets import Budgets
from rh_ui.services.change_feed import ChangeFeed
from rh_ui.services.company_sign_in import Company, CompanySignIn
from rh_ui.services.connection_checks import ConnectionChecks
from rh_ui.services.cover_proxy import CoverProxy
from rh_ui.services.external_runs import ExternalRuns
from rh_ui.services.file_availability import FileAvailability
from rh_ui.services.input_service import InputService
from rh_ui.services.marks import Marks
from rh_ui.services.model_decompression import ModelDecompression
from rh_ui.services.model_updates import ModelUpdates
from rh_ui.services.people import People
from rh_ui.services.price_service import PriceService
from rh_ui.services.projects import Projects
from rh_ui.services.quick_creations import QuickCreations
from rh_ui.services.reconciliation import Reconciliation
from rh_ui.services.result_service import ResultService
from rh_ui.services.run_projects import RunProjects
from rh_ui.services.run_service import RunService
from rh_ui.services.saved_forms import SavedForms
from rh_ui.services.services import PageAddress, Services
from rh_ui.services.sign_in import SignIn
from rh_ui.services.start_values import StartValues
from rh_ui.services.storage_cleanup import StorageCleanup
from rh_ui.services.storage_failover import FailoverReturn
from rh_ui.services.tags import Tags
from rh_ui.services.unknown_outcomes import UnknownOutcomes
from rh_ui.services.webhooks import WebhookReceiver
from rh_ui.services.workflows import Workflows
from rh_ui.start_checks import free_port, prepare_folder
from rh_ui.start_rules import first_admin, refuse_early
from rh_ui.storage.library import Library
from rh_ui.storage.upload_folder import Inbox

log: Final = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Foundation:
    """What the services need. `running` opens it by the settings; tests put in other parts."""

    active_catalog: ActiveCatalog
    saved_forms: SavedForms
    database: Database
    repositories: Repositories
    history: RunQueries
    library: Library
    uploads: Inbox
    client: Client
    account: AccountKey | None
    """The account that new runs use, one of the engine's; None without a key."""
    accounts: Sequence[Account] = ()
    """All of them; empty: this one alone."""
    engine: Engine
    changes: ChangeFeed
    people: People
    sign_in: SignIn
    audit: AuditLog
    company: Company = field(default_factory=Company)
    """How the company signs people in."""
    models_url: str = ""
    """Where newer models are published; empty: where RunningHub does."""
    public_url: str = ""
    """Where the service reaches this page; empty: nowhere."""
    address: PageAddress
    demo: bool = False
    site: str = ""
    """The site that runs go to: a host URL, or `demo`."""
    notices: Sequence[Notice] = ()

    @property
    def usable(self) -> tuple[Account, ...]:
        """The accounts that new runs may go to; none without a key."""
        own = (Account(name=MAIN, key=key, client=self.client) for key in [self.account] if key)
        return tuple(self.accounts) or tuple(own)

    @property
    def asking(self) -> tuple[Account, ...]:
        """The accounts that ask the service; without a key one that is refused."""
        nobody = Account(name=MAIN, key=(self.site, self.client.fingerprint), client=self.client)
        return self.usable or (nobody,)


class Program:
    """Services that can be started and stopped. Made by `build`."""

    def __init__(self, services: Services, engine: Engine, closing: ExitStack) -> None:
        self.services: Final = services
        self.engine: Final = engine
        self._closing = closing

    def start(self) -> None:
        """Resume unfinished runs and start to work. Raises StorageFault."""
        self._closing.callback(self.engine.stop)
        self.engine.start()

    def stop(self) -> None:
        """Stop everything that `build` and `start` began, in reverse order. Safe to call twice."""
        self._closing.close()


@contextmanager
def running(settings: Settings) -> Iterator[Services]:
    """Services that run inside the `with` block. Raises StartRefused."""
    program = build(settings)
    services = program.services
    try:
        program.start()
        mode = "in demo mode: its results are made here and cost nothing" if services.demo else services.site
        address = services.address
        log.info("the page will be at %s (%s)", address.shown_at or address.url, mode)
        yield services
    finally:
        program.stop()


def build(settings: Settings) -> Program:
    """Put the program together; nothing runs yet. Raises StartRefused, and then leaves nothing behind.

    Makes no request: without a network the page starts too, and says so where it needs one.
    """
    refuse_early(settings, database_place(settings, settings.home))
    company = company_of(settings)
    with ExitStack() as closing:
        port = free_port(settings.host, settings.port)
        home = prepare_folder(settings.home)
        closing.callback(lock_folder(home).release)
        make_folders_private(settings.data_dir, home)
        library = open_library(settings, home)
        _set_gradio_environment(home, port, closing)
        database = open_history(settings, home, closing)
        changes, audit = ChangeFeed(), AuditLog(AuditRepository(database))
        people, sign_in = build_people(database, audit, library.inputs, changes.publish)
        shown_at = settings.shown_at(people=first_admin(settings, people))
        alone = is_loopback(settings.host) and not shown_at
        saved_forms = SavedForms(SavedFormRepository(database))
        table = open_table(home / TABLE_NAME, others=saved_forms.find)
        for notice in (*table.catalog.notices, *filter(None, [table.notice])):
            log.warning("%s", notice)
        notices = [*database.notices, *table.aside]
        connected = connect(settings, home, table, notices, closing)
        table.follow(changes.publish)
        database.follow(changes.publish)
        history = RunQueries(database)
        repositories = open_repositories(database, changed=changes.publish)
        engine_settings = EngineSettings(
            timings=Timings(), reserve=settings.reserve_mb * MEGABYTE,
            largest=settings.largest_mb * MEGABYTE or None, public_url=settings.told_at,
        )  # fmt: skip
        engine = Engine(
            EngineParts(
                catalog=table.catalog, repositories=repositories, history=history, leases=Leases(database),
                outbox=AnswerOutbox(home / SPOOL_NAME, notices.append), library=library,
                clients=connected.clients, successors=connected.successors, caps=connected.caps,
                gate=connected.gate, thumbnail_worker=ThumbnailProcess(),
            ),
            engine_settings, changes.publish,
        )  # fmt: skip
        services = build_services(
            Foundation(
                active_catalog=table, saved_forms=saved_forms, database=database, repositories=repositories,
                history=history, library=library, uploads=open_inbox(settings, home, alone),
                client=connected.first.client, account=connected.first.key, accounts=connected.accounts,
                engine=engine, changes=changes, public_url=settings.told_at, address=PageAddress(
                    settings.host, port, alone, shown_at, settings.frame_ancestors, bool(settings.space),
                    settings.proxies, settings.proxy_user_header.lower(),
                ),
                people=people, sign_in=sign_in, audit=audit, company=company,
                models_url=settings.models_url, demo=settings.demo, notices=notices, site=connected.site,
            )
        )  # fmt: skip
        engine.do_regularly(*_chores(services))
        engine.do_each_heartbeat(database.check_file)
        closing.callback(services.decompression.stop)
        return Program(services, engine, closing.pop_all())


def _chores(services: Services) -> tuple[Callable[[], object], ...]:
    ends, asks = services.approvals.end_unanswered, services.balances.ask_where_due
    return ends, services.failover.run, services.cleanup.clear_uploads, services.bin.finish, asks


def build_services(base: Foundation) -> Services:
    """The one place where services are made."""
    catalog, library, engine = base.active_catalog.catalog, base.library, base.engine
    stored, tasks, outputs = base.repositories, base.repositories.tasks, base.repositories.outputs
    history, files = base.history, FileReferences(base.database)
    inputs = InputService(catalog, library, InputHolders(base.database), history)
    availability, audit = FileAvailability(library), base.audit
    readings = BalanceRepository(base.database)
    clients = {account.key: account.client for account in base.usable}
    balances = Balances(readings, clients, engine, wanted=base.people.exist)
    money, accounts = build_accounts(
        base.usable, engine, history, base.database, stored.projects.account_of, base.changes.publish,
        balances.note, demo=base.demo, site=base.site,
    )  # fmt: skip
    runs = RunService(catalog, tasks, history, library, inputs, engine, accounts)
    loras, sites = build_loras(base.asking, base.database), build_sites(base.asking)
    return Services(
        active_catalog=base.active_catalog,
        model_updates=ModelUpdates(base.active_catalog, base.models_url),
        runs=runs,
        projects=Projects(stored.projects, audit),
        start_values=StartValues(stored.start_values, inputs, stored.projects, library, audit),
        run_projects=RunProjects(stored.run_owners, stored.projects, history, audit),
        unknown_outcomes=UnknownOutcomes(tasks, history, engine, runs),
        prices=PriceService(catalog, inputs, stored.uploads, engine, accounts, asks=not base.demo),
        inputs=inputs,
        results=ResultService(tasks, outputs, history, engine, availability),
        marks=Marks(stored.marks), tags=Tags(stored.tags, history),
        bin=Bin(stored.bin, history, library, audit),
        availability=availability,
        account=money,
        accounts=accounts,
        external_runs=ExternalRuns(tasks, history, engine, accounts),
        webhooks=WebhookReceiver(stored.webhooks, history, engine, base.public_url),
        saved_forms=base.saved_forms,
        apps=Apps(base.saved_forms, sites),
        covers=CoverProxy(gate_around(account.client for account in base.asking)),
        quick_creations=QuickCreations(base.saved_forms, sites),
        workflows=Workflows(base.saved_forms, sites),
        loras=loras,
        history=history,
        library=library,
        uploads=base.uploads,
        decompression=ModelDecompression(library, ThumbnailProcess()),
        failover=FailoverReturn(library, files, base.changes.publish),
        cleanup=StorageCleanup(library, files, base.uploads, loras.files),
        checks=ConnectionChecks(base.client, library, demo=base.demo, sites=SITES),
        people=base.people,
        sign_in=base.sign_in,
        company=CompanySignIn(base.people, base.sign_in, base.company),
        audit=audit,
        budgets=Budgets(stored.budgets, audit),
        balances=balances,
        reconciliation=Reconciliation(stored.budgets, readings),
        approvals=Approvals(stored, history, audit, engine, catalog, inputs),
        changes=base.changes, notices=base.notices, demo=base.demo, site=base.site, address=base.address,
    )  # fmt: skip


def _set_gradio_environment(home: Path, port: int, closing: ExitStack) -> None:
    """Gradio takes these settings from the environment only: the folder of uploads, and no telemetry.

    It reads its port variable when it is imported, and fails on a wrong value even if our port came from
    elsewhere.
    """
    values = {
        "GRADIO_TEMP_DIR": str(home / UPLOADS_NAME),
        "GRADIO_SERVER_PORT": str(port),
        "GRADIO_ANALYTICS_ENABLED": "False",
        "HF_HUB_DISABLE_TELEMETRY": "1",
    }
    for name, value in values.items():
        before = os.environ.get(name)
        os.environ[name] = value
        if before is None:
            closing.callback(os.environ.pop, name, None)
        else:
            closing.callback(os.environ.__setitem__, name, before)
