"""The named API (DESIGN section 5): eight functions for other programs, through Gradio."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, Final

import gradio as gr
from pydantic import TypeAdapter

from rh_ui.catalog.dump import endpoint_json
from rh_ui.domain import STUDIOS, JsonValue, Modality, Params, TaskState
from rh_ui.errors import (
    StudioError,
)
from rh_ui.people import OWNER, Caller
from rh_ui.services.order_identity import OrderContext
from rh_ui.storage.library import KeptInput
from rh_ui.ui.guards.signatures import typed
from rh_ui.web.api.refusals import code_of
from rh_ui.web.api.routing import caller_in, submitter_of
from rh_ui.web.arguments import Body, Count, EndpointPath, FileData, Id, ShortText, Word, read
from rh_ui.web.serializers import runs
from rh_ui.web.serializers.estimates import estimate_json
from rh_ui.web.serializers.writable import writable
from rh_ui.web.services import PageServices

MAX_LISTED: Final = 500
FILE_DATA: Final[TypeAdapter[FileData]] = TypeAdapter(FileData)


def refused(fault: StudioError) -> gr.Error:
    """An exception of ours as Gradio passes it on: the sentence, without a traceback. The title is the code
    for which the page has a sentence in its own language; `code-…` for a code of RunningHub."""
    return gr.Error(str(fault), title=code_of(fault) or "Error", print_exception=False)


def answered(function: Callable[..., Any]) -> Callable[..., Any]:
    """The function for callers from outside: its values are checked against their types, each exception of
    ours becomes a sentence, and its answer is made writable."""
    asked = typed(function)

    @wraps(function)
    def answer(*values: Any) -> Any:
        try:
            return writable(asked(*values))
        except StudioError as fault:
            raise refused(fault) from None

    return answer


def caller_of(request: gr.Request | None) -> Caller:
    """Whom the door admitted. Gradio passes the request on to every function that asks for it."""
    if request is None or request.request is None:
        raise LookupError("a call without its request")
    return caller_in(request.request.scope)


def is_file_data(value: object) -> bool:
    return isinstance(value, dict) and isinstance(value.get("path"), str)


def keep(services: PageServices, file_data: dict[str, Any]) -> KeptInput:
    """Our own copy of an upload, by content; the upload itself may be deleted afterwards."""
    upload = read(FILE_DATA, file_data)
    return services.inputs.keep(services.uploaded(upload), upload.called)


def with_kept_files(services: PageServices, params: dict[str, Any]) -> Params:
    """The body with our own copies in place of uploaded files."""

    def kept(value: Any) -> JsonValue:
        if isinstance(value, list):
            return [kept(item) for item in value]
        if is_file_data(value):
            return keep(services, value).ref
        if isinstance(value, dict):
            return {key: kept(part) for key, part in value.items()}
        plain: JsonValue = value
        return plain

    return {key: kept(value) for key, value in params.items()}


class NamedApi:
    """The eight public functions. Each works with the services of its caller."""

    def __init__(self, services: PageServices) -> None:
        self._all = services

    def _of(self, request: gr.Request | None) -> PageServices:
        return self._all.of(caller_of(request))

    def endpoints(self, modality: Word = "", request: gr.Request | None = None) -> list[dict[str, Any]]:
        """The offered models of one modality (image, video, audio, 3d, text) or all: endpoint (the path),
        title, modality, task, family, channel."""
        wanted = Modality(modality) if modality in STUDIOS else None
        if modality and wanted is None:
            raise gr.Error(
                f"There is no modality {modality!r}; the ones there are: {', '.join(STUDIOS)}.",
                print_exception=False,
            )
        found = self._of(request).catalog.endpoints.values()
        return [
            {
                "endpoint": endpoint.path,
                "title": endpoint.title,
                "modality": endpoint.modality.value,
                "task": endpoint.task,
                "family": endpoint.family,
                "channel": endpoint.channel.value,
            }
            for endpoint in found
            if endpoint.offered and (wanted is None or endpoint.modality is wanted)
        ]

    def endpoint(self, path: EndpointPath, request: gr.Request | None = None) -> dict[str, Any]:
        """One model with its fields and limits, as `python -m rh_ui.catalog dump` prints it, but with null
        for an unknown price and its path under `endpoint`: gradio_client takes any object with a `path` for a
        file and downloads it."""
        record = endpoint_json(self._of(request).catalog.get(path))
        return {"endpoint": record.pop("path"), **record}

    def estimate(
        self, endpoint: EndpointPath, params: Body, request: gr.Request | None = None
    ) -> dict[str, Any]:
        """The cost of a run and what is wrong with it: amount (text) or null, currency, how the amount was
        calculated (how, and how_zh in Chinese), problems (each with the fields it concerns), and by field
        what the rules change now (off, needed, oneOf, options, items, min, max, limits, why)."""
        services = self._of(request)
        found = services.catalog.get(endpoint)
        values = with_kept_files(services, params)
        assessment = services.prices.estimate(endpoint, values)
        return {**estimate_json(assessment, found, values)}

    def submit(
        self,
        endpoint: EndpointPath,
        params: Body,
        request_id: ShortText = "",
        project: ShortText = "",
        request: gr.Request | None = None,
    ) -> dict[str, Any]:
        """Start one run of `params`, the JSON body for the service with local files as file data.

        A request_id (any text of yours) belongs to this one order and never starts a second run; a different
        order with the same one is refused. Without one, an equal order of the same submitter within ten
        seconds counts as the same. `already_sent` in the answer says that the run existed before. The header
        X-RH-Submitter (any word of yours) says for whom the run is: when more runs wait than the account has
        slots, each submitter gets a fair share of them. Where people sign in, a run is for the token's owner;
        `project`, the id or the exact name of one that they belong to, says where it goes; without it the run
        is private. A run above the price that a budget names is `asking`: it runs after an admin's yes, or is
        `cancelled` unsent at `asks_until`.
        """
        caller = caller_of(request)
        headers = request.headers if request else {}
        services, whose = self._all.of(caller), submitter_of(caller, headers)
        body = with_kept_files(services, params)
        context = (
            OrderContext(f"named {whose}", f"named {submitter_of(OWNER, headers)}")
            if request_id
            else OrderContext(f"unnamed {whose}", seen=frozenset())
        )
        into = services.runs.into(services.projects.named(project, caller)) if project else services.runs
        placed = into.order(endpoint, body, request_id=request_id, submitter=whose, context=context)
        return {**runs.ordered_json(placed)}

    def task(self, id: Id, request: gr.Request | None = None) -> dict[str, Any]:
        """One run as it is now."""
        return {**runs.task_json(self._of(request).history.task(id))}

    def tasks(
        self, state: Word = "", limit: Count = 50, request: gr.Request | None = None
    ) -> list[dict[str, Any]]:
        """Runs, newest first, in one state or all; at most 500."""
        if state and state not in list(TaskState):
            raise gr.Error(
                f"There is no state {state!r}; the ones there are: {', '.join(TaskState)}.",
                print_exception=False,
            )
        states = [TaskState(state)] if state else None
        found = self._of(request).history.tasks(states=states, limit=max(1, min(limit, MAX_LISTED)))
        return [{**runs.task_json(task)} for task in found]

    def cancel(self, id: Id, request: gr.Request | None = None) -> dict[str, Any]:
        """Ask for a run to be cancelled; its later state shows the outcome."""
        return {**runs.task_json(self._of(request).runs.cancel(id))}

    def resolve(
        self, id: Id, action: Word, remote_id: ShortText = "", request: gr.Request | None = None
    ) -> dict[str, Any]:
        """End an unknown outcome: `found` (with the service's task id), `lost`, or `again`."""
        return {**runs.task_json(self._of(request).unknown_outcomes.resolve(id, action, remote_id))}
