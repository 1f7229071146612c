"""Workflows, apps and quick creations: what they ask for, and a run of one (API sheet §4 to 6).

A run costs money: it goes the way of `Client.submit`, sent once. The old way is tried only where the service
says that it has no such path, which proves that the new one made no task.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, TypeAlias

from rh_ui.client import replies_runs
from rh_ui.client.api import Client
from rh_ui.client.replies import Accepted
from rh_ui.client.replies_runs import AppForm, Page, Style
from rh_ui.errors import Refused, Unreachable

NodeInfo: TypeAlias = Sequence[Mapping[str, Any]]
_NO_SUCH_PATH: Final = frozenset({"1001", "1009", "412"})


@dataclass(frozen=True, slots=True)
class Conditions:
    """Everything about a run that is not its inputs; what is empty is not sent."""

    instance: str = ""
    """default, plus or ultra."""
    password: str = ""
    webhook: str = ""
    retain_seconds: int | None = None
    personal_queue: bool = False
    add_metadata: bool | None = None
    """Of workflows only; None leaves it to the service."""
    graph: str = ""
    """Of workflows only: a whole API-format graph as JSON, in place of the service's own."""

    def __repr__(self) -> str:
        return f"Conditions({self.instance!r}, retain {self.retain_seconds}, queue {self.personal_queue})"

    @property
    def body(self) -> dict[str, object]:
        told: dict[str, object] = {
            "instanceType": self.instance, "accessPassword": self.password, "webhookUrl": self.webhook,
            "workflow": self.graph, "retainSeconds": self.retain_seconds, "addMetadata": self.add_metadata,
            "usePersonalQueue": True if self.personal_queue else None,
        }  # fmt: skip
        return {name: value for name, value in told.items() if value not in ("", None)}


def run_workflow(
    client: Client, workflow_id: str, nodes: NodeInfo, conditions: Conditions | None = None
) -> Accepted:
    """Start a workflow; raises as `Client.pay`."""
    return _run(client, "workflow", workflow_id, nodes, conditions)


def run_app(client: Client, app_id: str, nodes: NodeInfo, conditions: Conditions | None = None) -> Accepted:
    """Start an app; raises as `Client.pay`."""
    return _run(client, "ai-app", app_id, nodes, conditions)


def _run(client: Client, kind: str, wanted: str, nodes: NodeInfo, conditions: Conditions | None) -> Accepted:
    body = {"nodeInfoList": [dict(node) for node in nodes], **(conditions or Conditions()).body}
    try:
        return client.pay(f"/openapi/v2/run/{kind}/{wanted}", body)
    except Refused as refused:
        if refused.code not in _NO_SUCH_PATH:
            raise
    if kind == "workflow":
        return client.pay("/task/openapi/create", {"workflowId": wanted, **body}, "apiKey")
    return client.pay("/task/openapi/ai-app/run", {"webappId": wanted, **body}, "apiKey")


def run_quick(client: Client, app_id: str, code: str, nodes: NodeInfo) -> Accepted:
    """Start a quick creation; raises as `Client.pay`."""
    body = {"webappId": app_id, "quickCreateCode": code, "nodeInfoList": [dict(node) for node in nodes]}
    return client.pay("/task/openapi/quick-ai-app/run", body, "apiKey")


def app_form(client: Client, app_id: str) -> AppForm:
    """What an app asks for. Raises Refused (901: no such app here), Unreachable."""
    reply = client.ask("GET", "/api/webapp/apiCallDemo", {"webappId": app_id}, "apiKey")
    return replies_runs.app_form(reply, app_id)


def app_list(client: Client, *, page: int = 1, size: int = 20, sort: str = "RECOMMEND") -> Page:
    """One page of the public apps; `sort` is RECOMMEND, HOTTEST or NEWEST. No search here."""
    body: dict[str, object] = {"current": page, "size": size, "sort": sort}
    if sort == "HOTTEST":
        body["days"] = 7
    return replies_runs.app_page(client.ask("POST", "/openapi/v2/aiapp/list", body))


def app_search(client: Client, words: str, *, page: int = 1, size: int = 20) -> Page:
    """One page of the site's own list, by words in the name."""
    body = {"current": page, "size": size, "sort": "RECOMMEND", "search": words}
    return replies_runs.app_page(client.ask("POST", "/api/webapp/list", body))


def graph(client: Client, workflow_id: str) -> str:
    """A workflow in API format, as JSON text. Raises Refused (380, 810), Unreachable."""
    reply = client.ask("POST", "/api/openapi/getJsonApiFormat", {"workflowId": workflow_id}, "apiKey")
    found = replies_runs.graph_of(reply)
    if not found:
        raise Unreachable("RunningHub sent no graph for this workflow.")
    return found


def styles(client: Client, app_id: str, kind: int = 2) -> tuple[Style, ...]:
    """The styles of a quick creation; `kind` is the service's `type`."""
    body = {"type": kind, "webappId": app_id}
    return replies_runs.styles_of(client.ask("POST", "/api/fast/creation/model/params", body))
