"""What a task sends: the body of a model, or the plan of an app, a workflow or a quick creation."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

from rh_ui.catalog.comfy.run_form import named
from rh_ui.catalog.schema import Catalog
from rh_ui.catalog.validation import refuse, replace_media, withdrawn, without_left_out
from rh_ui.domain import INPUT_PREFIX, RUN_PREFIX, Params, Plan, RunKind, Task
from rh_ui.engine.context import EngineContext
from rh_ui.engine.inputs import UploadCache, kept_refs
from rh_ui.errors import NotFound
from rh_ui.persistence.run_queries import PageQueries
from rh_ui.runninghub import runs
from rh_ui.runninghub.client import Client
from rh_ui.runninghub.replies import Accepted

UNUSABLE: Final = frozenset({"1013", "433"})
"""The service could not process an input file, or a node does not know it; another upload sometimes helps
(API sheet §9)."""


class PasswordGone(Exception):
    """The run needs a password that this program does not have (any more). Never leaves this package."""


def plan_of(task: Task, history: PageQueries) -> Plan | None:
    """The plan of the task; None for a run of a model. Raises NotFound where the plan is missing."""
    if not task.endpoint.startswith(RUN_PREFIX):
        return None
    plan = history.plan(task.id)
    if plan is None:
        raise NotFound("What this run should send is not stored here.")
    return plan


def files_of(task: Task, catalog: Catalog, history: PageQueries) -> list[str]:
    """The inputs to upload for a task; none if its model is no longer in the table."""
    if task.endpoint.startswith(RUN_PREFIX):
        plan = history.plan(task.id)
        return list(plan.files) if plan else []
    endpoint = catalog.find(task.endpoint)
    return kept_refs(endpoint, task.params) if endpoint else []


@dataclass(frozen=True, slots=True)
class RemoteRequest:
    """Everything the POST needs: nothing is looked up between the commit and the POST."""

    endpoint: str
    body: Params
    """As it is stored."""
    kind: RunKind | None = None
    """None: a model."""
    wanted: str = ""
    """The id of the app or the workflow."""
    password: str = field(default="", repr=False)

    def send(self, client: Client) -> Accepted:
        """POST it, once. Raises the same as `Client.submit`."""
        if self.kind is None:
            return client.submit(self.endpoint, self.body)
        secret: Params = {"accessPassword": self.password} if self.password else {}
        return runs.run(client, self.kind, self.wanted, {**self.body, **secret})


class RequestBuilder:
    """Builds the requests of tasks."""

    def __init__(self, context: EngineContext, links: UploadCache) -> None:
        self._history = context.history
        self._catalog = context.catalog
        self._passwords = context.passwords
        self._uploads = context.repositories.uploads
        self._links = links

    def of(self, task: Task, client: Client) -> RemoteRequest | None:
        """The request; None when a file must be uploaded (again) first.

        Raises NotFound (no such model any more), PayloadRefused (the table withdrew the model or one of its
        values since it was ordered) and PasswordGone.
        """
        plan = plan_of(task, self._history)
        if plan is not None:
            return self._of_plan(task, plan, client)
        endpoint = self._catalog.get(task.endpoint)
        body = without_left_out(endpoint, task.params)
        refuse(endpoint, withdrawn(endpoint, body))
        places: dict[str, str] = {}
        for ref in kept_refs(endpoint, body):
            link = self._links.find(ref, client)
            if link is None:
                return None
            places[ref] = link.url
        return RemoteRequest(task.endpoint, replace_media(endpoint, body, places))

    def _of_plan(self, task: Task, plan: Plan, client: Client) -> RemoteRequest | None:
        password = self._passwords.get(task.id)
        if plan.secret and not password:
            raise PasswordGone
        places: dict[str, str] = {}
        for ref in plan.files:
            link = self._links.find(ref, client)
            if link is None or not link.file_name:
                return None
            places[ref] = link.file_name
        return RemoteRequest(task.endpoint, named(plan, places), plan.kind, plan.id, password)

    def forget_rejected_inputs(self, code: str, task_id: str) -> None:
        """The run ended with this code. If the service could not use its files, the next run uploads them
        again."""
        if code not in UNUSABLE:
            return
        refs = files_of(self._history.task(task_id), self._catalog, self._history)
        if refs:
            self._uploads.remove([ref.removeprefix(INPUT_PREFIX) for ref in refs])
