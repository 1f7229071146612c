"""The cost of a run before it is sent: the table's estimate, and the service's own price."""

from __future__ import annotations

import copy
import logging
from collections.abc import Mapping
from concurrent.futures import Future, wait
from dataclasses import dataclass
from decimal import Decimal
from functools import partial
from typing import Final, Self

from rh_ui.catalog.comfy.run_form import named
from rh_ui.catalog.pricing import Estimate
from rh_ui.catalog.schema import Catalog, Endpoint
from rh_ui.catalog.validation import replace_media
from rh_ui.domain import Money, Params, Plan, RunKind
from rh_ui.engine.inputs import kept_refs, upload_key
from rh_ui.engine.own_tasks import AccountKey
from rh_ui.engine.remote_query import WAIT, Background
from rh_ui.errors import KeyRefused, MoveRefused, Problem, ServiceFault
from rh_ui.persistence.repositories.uploads import UploadRepository
from rh_ui.persistence.row_mapping import Link
from rh_ui.runninghub.client import Client
from rh_ui.runninghub.replies_account import Preview
from rh_ui.services.account_choice import cheapest
from rh_ui.services.accounts import Accounts
from rh_ui.services.input_service import InputService

log: Final = logging.getLogger(__name__)
MOST_ASKED: Final = 4
"""The most accounts whose prices are compared."""


@dataclass(frozen=True, slots=True)
class Assessment:
    """The cost of a payload, and what is wrong with it."""

    estimate: Estimate
    problems: tuple[Problem, ...]
    account: str = ""
    """The account that the run would go to; empty where there is one account."""
    refused: MoveRefused | None = None
    """Why no account would take it."""


@dataclass(frozen=True, slots=True)
class Quote:
    """A price of the service, and the account that has it; its name is empty where there is one account."""

    preview: Preview
    account: str = ""


class PriceService:
    """Thread-safe; makes no task and uploads nothing."""

    def __init__(
        self,
        catalog: Catalog,
        inputs: InputService,
        uploads: UploadRepository,
        background: Background,
        accounts: Accounts,
        *,
        asks: bool = True,
    ) -> None:
        """`asks`: whether the service is asked for its own price; not in demo mode."""
        self._catalog = catalog
        self._inputs = inputs
        self._uploads = uploads
        self._background = background
        self._accounts = accounts
        self._asks = asks

    def of(self, inputs: InputService, accounts: Accounts) -> Self:
        """The same with the inputs that a caller sees, and the accounts of their runs."""
        bound = copy.copy(self)
        bound._inputs, bound._catalog = inputs, inputs.catalog
        bound._accounts = accounts
        return bound

    def estimate(self, endpoint_path: str, params: Params, project: str = "") -> Assessment:
        """The table's price, the account that the run would go to, and every problem of the run that
        `RunService.order` would start. Raises NotFound."""
        endpoint = self._catalog.get(endpoint_path)
        body, problems = self._inputs.prepare(endpoint, params)
        account, refused = "", None
        if self._accounts.several or project:
            try:
                account = self._accounts.choose(endpoint, body, project).name
            except MoveRefused as fault:
                refused = fault
            except KeyRefused:
                pass  # The Account tab says that there is no key.
        named = account if self._accounts.several else ""
        return Assessment(self._inputs.estimate(endpoint, body), problems, named, refused)

    def quote(self, endpoint_path: str, params: Params, project: str = "") -> Quote | None:
        """The service's own price for a payload without problems, by the cheapest of the accounts that the
        run may go to; None where nobody can be asked, or where no answer comes within WAIT seconds. Raises
        NotFound and StorageFault."""
        endpoint = self._catalog.get(endpoint_path)
        if not self._asks:
            return None
        body, problems = self._inputs.prepare(endpoint, params)
        plan = endpoint.plan(body) if endpoint.plan and not problems else None
        if problems or (plan is not None and (plan.kind is not RunKind.APP or plan.secret)):
            # The service previews models and apps only, and a password is sent with the run only.
            return None
        try:
            accounts = self._accounts.fitting(endpoint, body, project)[:MOST_ASKED]
        except (MoveRefused, KeyRefused):
            return None
        if not all(map(self._accounts.answers, accounts)):
            accounts = accounts[:1]  # a price that stays unknown makes the first one the choice
        answers = {
            account.key: self._background.background(
                account.client, partial(self._ask, endpoint, body, plan, account.client)
            )
            for account in accounts
        }
        told = _in_time(answers)
        costs = {
            key: Money(Decimal(0), price.currency) if told[key].free else price
            for key, price in ((key, preview.price) for key, preview in told.items())
            if price
        }
        account = cheapest(accounts, costs)
        found = told.get(account.key)
        if found is None:
            return None
        return Quote(found, account.name if self._accounts.several else "")

    def _ask(self, endpoint: Endpoint, body: Params, plan: Plan | None, client: Client) -> Preview | None:
        """None also where a chosen file is not at the service yet: it is uploaded with the run."""
        links: dict[str, Link] = {}
        for ref in kept_refs(endpoint, body):
            link = self._uploads.find(*upload_key(ref, client))
            if link is None:
                return None
            links[ref] = link
        try:
            if plan is not None:
                sent = named(plan, {ref: link.file_name for ref, link in links.items()})
                return client.price_preview(f"run/{plan.kind}/{plan.id}", sent)
            sent = replace_media(endpoint, body, {ref: link.url for ref, link in links.items()})
            return client.price_preview(endpoint.path, sent)
        except ServiceFault as fault:
            log.info("no price from the service for %s: %s", endpoint.path, fault)
            return None


def _in_time(answers: Mapping[AccountKey, Future[Preview | None]]) -> dict[AccountKey, Preview]:
    """The answers that came within WAIT seconds, for all of them together."""
    done, late = wait(answers.values(), WAIT)
    for answer in late:
        answer.cancel()  # nobody waits any more: it is not asked late
    told = {key: answer.result() for key, answer in answers.items() if answer in done}
    return {key: preview for key, preview in told.items() if preview is not None}
