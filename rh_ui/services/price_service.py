"""The cost of a run before it is sent: the table's estimate, and the service's own price."""

from __future__ import annotations

import copy
import logging
from concurrent.futures import TimeoutError as WaitedEnough
from dataclasses import dataclass
from typing import Final, Self

from rh_ui.catalog.comfy.run_form import named
from rh_ui.catalog.pricing import Estimate
from rh_ui.catalog.schema import Catalog, Endpoint
from rh_ui.catalog.validation import replace_media
from rh_ui.domain import Params, Plan, RunKind
from rh_ui.engine.inputs import kept_refs, upload_key
from rh_ui.engine.remote_query import WAIT, Background
from rh_ui.errors import Problem, ServiceFault
from rh_ui.persistence.repositories.uploads import UploadRepository
from rh_ui.persistence.row_mapping import Link
from rh_ui.runninghub.client import Client
from rh_ui.runninghub.replies_account import Preview
from rh_ui.services.input_service import InputService

log: Final = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Assessment:
    """The cost of a payload, and what is wrong with it."""

    estimate: Estimate
    problems: tuple[Problem, ...]


class PriceService:
    """Thread-safe; makes no task and uploads nothing."""

    def __init__(
        self,
        catalog: Catalog,
        inputs: InputService,
        uploads: UploadRepository,
        background: Background,
        client: Client | None,
    ) -> None:
        """`client`: asks for the service's own price; None in demo mode and without a key."""
        self._catalog = catalog
        self._inputs = inputs
        self._uploads = uploads
        self._background = background
        self._client = client

    def of(self, inputs: InputService) -> Self:
        """The same with the inputs that a caller sees."""
        bound = copy.copy(self)
        bound._inputs, bound._catalog = inputs, inputs.catalog
        return bound

    def estimate(self, endpoint_path: str, params: Params) -> Assessment:
        """The table's price, and every problem of the run that `RunService.order` would start. Raises
        NotFound."""
        endpoint = self._catalog.get(endpoint_path)
        body, problems = self._inputs.prepare(endpoint, params)
        return Assessment(self._inputs.estimate(endpoint, body), problems)

    def quote(self, endpoint_path: str, params: Params) -> Preview | None:
        """The service's own price for a payload without problems; None where nobody can be asked, or where no
        answer comes within WAIT seconds. Raises NotFound and StorageFault."""
        endpoint, client = self._catalog.get(endpoint_path), self._client
        if client is None:
            return None
        body, problems = self._inputs.prepare(endpoint, params)
        plan = endpoint.plan(body) if endpoint.plan and not problems else None
        if problems or (plan is not None and (plan.kind is not RunKind.APP or plan.secret)):
            # The service previews models and apps only, and a password is sent with the run only.
            return None
        try:
            return self._background.background(lambda: self._ask(endpoint, body, plan, client)).result(WAIT)
        except WaitedEnough:
            return None

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
