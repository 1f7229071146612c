"""Workflows, apps and quick creations: their inputs, and how to run one (API sheet §4 to 6).

A run costs money: it is sent at most once, like `Client.submit`. The V1 path is tried only if the service
says that it has no such V2 path, which proves that the V2 call made no task.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from rh_ui.domain import RunKind
from rh_ui.errors import KeyRefused, Refused, Unreachable
from rh_ui.runninghub import replies_runs
from rh_ui.runninghub.client import Client
from rh_ui.runninghub.replies import Accepted
from rh_ui.runninghub.replies_runs import AppForm, Page, Style

_NO_SUCH_PATH: Final = frozenset({"1001", "1009", "412"})
_KEY_IN_DOUBT: Final = frozenset({"403", "801"})
"""Refusals that may mean the form in which the key came."""
_OLD: Final = {
    RunKind.APP: ("/task/openapi/ai-app/run", "webappId"),
    RunKind.WORKFLOW: ("/task/openapi/create", "workflowId"),
    RunKind.QUICK: ("/task/openapi/quick-ai-app/run", "webappId"),
}


def run(client: Client, kind: RunKind, wanted: str, body: Mapping[str, object]) -> Accepted:
    """Start an app, a workflow or a quick creation by its id; `body` is a V2 body. Raises like
    `Client.pay`."""
    if kind is not RunKind.QUICK:  # API sheet §6 has no V2 path for it
        try:
            return client.pay(f"/openapi/v2/run/{kind}/{wanted}", body)
        except Refused as refused:
            if refused.code not in _NO_SUCH_PATH:
                raise
    path, name = _OLD[kind]
    return client.pay(path, {name: wanted, **body}, "apiKey")


def app_form(client: Client, app_id: str) -> AppForm:
    """The inputs of an app. Raises Refused (901: no such app here), Unreachable."""
    reply = client.ask("GET", "/api/webapp/apiCallDemo", {"webappId": app_id}, "apiKey")
    return replies_runs.app_form(reply, app_id)


def app_list(client: Client, *, page: int = 1, size: int = 20, sort: str = "RECOMMEND") -> Page:
    """One page of the public apps; `sort` is RECOMMEND, HOTTEST or NEWEST. This call has no search.

    It gets the key alone, as the vendor's own script sends it; where that is refused and the form of every
    other call is not, in that form from then on."""
    body: dict[str, object] = {"current": page, "size": size, "sort": sort}
    if sort == "HOTTEST":
        body["days"] = 7
    path = "/openapi/v2/aiapp/list"
    if client.lists_by_bearer:
        return replies_runs.app_page(client.ask("POST", path, body))
    try:
        return replies_runs.app_page(client.ask("POST", path, body, bare=True))
    except Refused as refused:
        if not isinstance(refused, KeyRefused) and refused.code not in _KEY_IN_DOUBT:
            raise
    reply = client.ask("POST", path, body)
    client.lists_by_bearer = True
    return replies_runs.app_page(reply)


def app_search(client: Client, words: str, *, page: int = 1, size: int = 20) -> Page:
    """One page of the site's own list, searched by name."""
    body = {"current": page, "size": size, "sort": "RECOMMEND", "search": words}
    return replies_runs.app_page(client.ask("POST", "/api/webapp/list", body))


def graph(client: Client, workflow_id: str) -> str:
    """A workflow in API format, as JSON text. Raises Refused (380, 810), Unreachable."""
    reply = client.ask("POST", "/api/openapi/getJsonApiFormat", {"workflowId": workflow_id}, "apiKey")
    found = replies_runs.graph_of(reply)
    if not found:
        raise Unreachable("RunningHub sent no graph for this workflow.")
    return found


def styles(client: Client, app_id: str) -> tuple[Style, ...]:
    """The styles of a quick creation."""
    body = {"type": 2, "webappId": app_id}
    return replies_runs.styles_of(client.ask("POST", "/api/fast/creation/model/params", body))
