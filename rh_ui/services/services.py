"""All services that the page and other programs may use. Only bootstrap fills the list."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from ipaddress import IPv4Network, IPv6Network
from typing import Final, Self, TypeAlias

from rh_ui.catalog.importer.active_catalog import ActiveCatalog
from rh_ui.catalog.schema import Catalog
from rh_ui.domain import Output
from rh_ui.people import OWNER, Caller, Whose
from rh_ui.persistence.run_queries import PageQueries
from rh_ui.quarantine import Notice
from rh_ui.services.account_service import AccountService
from rh_ui.services.accounts import Accounts
from rh_ui.services.approvals import Approvals
from rh_ui.services.apps import Apps
from rh_ui.services.audit_log import AuditLog
from rh_ui.services.balances import Balances
from rh_ui.services.bin import Bin
from rh_ui.services.budgets import Budgets
from rh_ui.services.change_feed import ChangeFeed
from rh_ui.services.company_sign_in import CompanySignIn
from rh_ui.services.connection_checks import ConnectionChecks
from rh_ui.services.cover_proxy import CoverProxy
from rh_ui.services.external_runs import ExternalRuns
from rh_ui.services.file_availability import FileAvailability
from rh_ui.services.input_service import InputService
from rh_ui.services.loras import Loras
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
from rh_ui.services.sign_in import SignIn
from rh_ui.services.start_values import StartValues
from rh_ui.services.storage_cleanup import StorageCleanup
from rh_ui.services.storage_failover import FailoverReturn
from rh_ui.services.tags import Tags
from rh_ui.services.unknown_outcomes import UnknownOutcomes
from rh_ui.services.webhooks import WebhookReceiver
from rh_ui.services.workflows import Workflows
from rh_ui.storage.library import Library
from rh_ui.storage.upload_folder import Inbox

Network: TypeAlias = IPv4Network | IPv6Network


PRIVATE: Final = "private"
"""Instead of the id of a project: the runs that are in none."""


@dataclass(frozen=True, slots=True)
class PageAddress:
    """Where the page is served, and which sites may embed it."""

    host: str
    port: int
    """The real port, also where the settings left it open (0)."""
    local: bool
    """Whether only this computer reaches the page. Then its owner may change what applies to everybody."""
    shown_at: str = ""
    """The page's address for people elsewhere; empty where it has none."""
    frame_ancestors: str = ""
    """The sites that may embed the page in a frame."""
    on_space: bool = False
    """Whether this runs as a Hugging Face Space."""
    proxies: tuple[Network, ...] = ()
    """The proxies that are believed when they name the client of a request."""
    user_header: str = ""
    """The header in which they name the person, in lower case; empty: none."""

    @property
    def url(self) -> str:
        """The address for a browser on this computer."""
        host = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(self.host, self.host)
        return f"http://[{host}]:{self.port}" if ":" in host else f"http://{host}:{self.port}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Services:
    """One field per service, and the facts that a page shows about this program."""

    active_catalog: ActiveCatalog
    model_updates: ModelUpdates
    runs: RunService
    projects: Projects
    start_values: StartValues
    run_projects: RunProjects
    unknown_outcomes: UnknownOutcomes
    prices: PriceService
    inputs: InputService
    results: ResultService
    marks: Marks
    bin: Bin
    tags: Tags
    availability: FileAvailability
    account: AccountService
    """Of the first account."""
    accounts: Accounts
    external_runs: ExternalRuns
    webhooks: WebhookReceiver
    saved_forms: SavedForms
    apps: Apps
    covers: CoverProxy
    quick_creations: QuickCreations
    workflows: Workflows
    loras: Loras
    history: PageQueries
    library: Library
    uploads: Inbox
    decompression: ModelDecompression
    failover: FailoverReturn
    cleanup: StorageCleanup
    checks: ConnectionChecks
    people: People
    sign_in: SignIn
    company: CompanySignIn
    audit: AuditLog
    budgets: Budgets
    balances: Balances
    reconciliation: Reconciliation
    approvals: Approvals
    changes: ChangeFeed
    notices: Sequence[Notice]
    """Our own files that were unreadable and set aside, or missing. The list may grow while the program
    runs."""
    demo: bool
    site: str
    """The site of the first account: a host URL, or `demo`."""
    address: PageAddress
    caller: Caller = OWNER
    """Whom these services are bound to."""

    @property
    def catalog(self) -> Catalog:
        """The models in use, and the forms of apps and workflows that the caller sees; it changes when a
        newer table is loaded."""
        catalog = self.active_catalog.catalog
        return replace(catalog, others=self.saved_forms.find) if self.caller.person else catalog

    @property
    def sites(self) -> list[str]:
        """The sites that runs go to."""
        return self.accounts.sites or [self.site]

    def among(self, person: str, project: str) -> PageQueries:
        """What the filters of a list leave of what the caller sees; empty: all."""
        return self.history.among(Whose(person, "" if project == PRIVATE else project or None))

    def opened(self, output: Output) -> Output:
        """The same result, which the caller opens: an admin's look at private work is written down."""
        if self.caller.looking_at:
            owner = self.history.owners([output.task_id])[output.task_id]
            self.audit.opened(self.caller, owner, output.id, output.called)
        return output

    def of(self, caller: Caller) -> Self:
        """The same services for a caller: what is not theirs to see is not there. Here, and nowhere else,
        services are bound."""
        if not caller.person:
            return self
        forms = self.saved_forms.of(caller)
        inputs = self.inputs.of(caller, forms)
        accounts = self.accounts.of(caller)
        runs = self.runs.of(caller, inputs, accounts)
        return replace(
            self,
            caller=caller,
            history=self.history.of(caller.scope),
            runs=runs,
            start_values=self.start_values.of(caller, inputs),
            run_projects=self.run_projects.of(caller),
            unknown_outcomes=self.unknown_outcomes.of(caller, runs),
            prices=self.prices.of(inputs, accounts),
            inputs=inputs,
            accounts=accounts,
            results=self.results.of(caller),
            marks=self.marks.of(caller),
            bin=self.bin.of(caller),
            tags=self.tags.of(caller),
            external_runs=self.external_runs.of(caller),
            saved_forms=forms,
            apps=self.apps.of(forms),
            quick_creations=self.quick_creations.of(forms),
            workflows=self.workflows.of(forms),
        )
