"""The named API (DESIGN section 5) and the page's private questions, all through Gradio.

The page's own scripts use the same named functions as anybody else; what is private is only how lists are
dressed for the page."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import Any, Final, TypeVar

import gradio as gr
from pydantic import TypeAdapter

from rh_ui.catalog.dump import endpoint_json
from rh_ui.catalog.problems import sentence
from rh_ui.catalog.schema import Endpoint
from rh_ui.domain import STUDIOS, JsonValue, Modality, Params, TaskState
from rh_ui.errors import (
    ArgumentRefused,
    MoveRefused,
    OrderRefused,
    Problem,
    Refused,
    StorageFault,
    StudioError,
    Unreachable,
)
from rh_ui.i18n import format, translate
from rh_ui.services.order_identity import Press
from rh_ui.storage.library import KeptInput
from rh_ui.ui.guards.file_data import uploaded
from rh_ui.ui.guards.signatures import typed
from rh_ui.web.arguments import Body, Count, EndpointPath, Id, ShortText, Upload, Word, read
from rh_ui.web.serializers import runs
from rh_ui.web.serializers.form_state import state_specs
from rh_ui.web.serializers.writable import writable
from rh_ui.web.services import PageServices

MAX_LISTED: Final = 500
SUBMITTER: Final = "x-rh-submitter"
BAD_ARGUMENT: Final = "bad-argument"
AWAY: Final = "away"
"""Titles of refusals: what was asked is wrong; what is needed for the answer can't be reached now."""
UPLOAD: Final[TypeAdapter[Upload]] = TypeAdapter(Upload)
T = TypeVar("T")


def refused(fault: StudioError) -> gr.Error:
    """A fault of ours as Gradio passes it on: the sentence, no traceback; the title is the code by which the
    page finds the sentence in its own language, `code-…` for one of RunningHub's."""
    code = fault.code if isinstance(fault, MoveRefused | OrderRefused) else ""
    if isinstance(fault, ArgumentRefused):
        code = BAD_ARGUMENT
    if isinstance(fault, StorageFault | Unreachable):
        code = AWAY
    if isinstance(fault, Refused):
        code = f"code-{fault.code}"
    return gr.Error(str(fault), title=code or "Error", print_exception=False)


def guarded(call: Callable[[], T]) -> T:
    """The call's answer; a fault of ours becomes Gradio's error with the same sentence."""
    try:
        return call()
    except StudioError as fault:
        raise refused(fault) from None


def answered(function: Callable[..., Any]) -> Callable[..., Any]:
    """A function for callers from outside: its values are checked against their types, every fault of ours is
    told in a sentence, and its answer can be written."""
    asked = typed(function)

    @wraps(function)
    def answer(*values: Any) -> Any:
        return guarded(lambda: writable(asked(*values)))

    return answer


def uploaded_path(upload: Upload) -> Path:
    """Where Gradio put an upload; raises ArgumentRefused for a path that is not one of its uploads."""
    path = uploaded(upload.path)
    if path is None:
        raise ArgumentRefused(
            "This file was not uploaded to the page, or is no longer there. Upload it again", "no_upload"
        )
    return path


def submitter_of(request: gr.Request | None) -> str:
    """For whom a run is started. A header and no value: callers by plain HTTP must give every value."""
    return (request.headers.get(SUBMITTER) if request is not None else None) or "api"


def original_name(upload: Upload) -> str:
    """What the person's file was called."""
    return upload.orig_name or Path(upload.path).name


def is_file_data(value: object) -> bool:
    return isinstance(value, dict) and isinstance(value.get("path"), str)


def keep(services: PageServices, file_data: dict[str, Any]) -> KeptInput:
    """Our own copy of an upload, by content; the upload itself may vanish afterwards."""
    upload = read(UPLOAD, file_data)
    return services.inputs.keep(uploaded_path(upload), original_name(upload))


class NamedApi:
    """The eight public functions, bound to the services."""

    def __init__(self, services: PageServices) -> None:
        self._services = services

    def endpoints(self, modality: Word = "") -> list[dict[str, Any]]:
        """The models, of one modality (image, video, audio, 3d, text) or all: endpoint (its path), title,
        modality, task, family, channel."""
        wanted = Modality(modality) if modality in STUDIOS else None
        if modality and wanted is None:
            raise gr.Error(
                f"There is no modality {modality!r}; the ones there are: {', '.join(STUDIOS)}.",
                print_exception=False,
            )
        found = self._services.catalog.endpoints.values()
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
            if wanted is None or endpoint.modality is wanted
        ]

    def endpoint(self, path: EndpointPath) -> dict[str, Any]:
        """One model with its fields and limits, as `python -m rh_ui.catalog dump` prints it, but with its
        path under `endpoint`: gradio_client takes any object with a `path` for a file and downloads it."""
        record = endpoint_json(self._endpoint(path))
        return {"endpoint": record.pop("path"), **record}

    def estimate(self, endpoint: EndpointPath, params: Body) -> dict[str, Any]:
        """What a run would cost and what is wrong with it: amount (text) or null, currency, how it came about
        (how, and how_zh in Chinese), problems (each with the fields it concerns); and by field what the rules
        change at it now (off, needed, oneOf, options, items, min, max, limits, why)."""
        found = self._endpoint(endpoint)
        values = self._params(params)
        assessment = guarded(lambda: self._services.prices.estimate(endpoint, values))
        money = assessment.estimate.money
        return {
            "amount": None if money is None else str(money.amount),
            "currency": None if money is None else money.currency,
            "words": "" if money is None else format.money(money),
            "from": assessment.estimate.from_,
            "how": translate(assessment.estimate.how, "en"),
            "how_zh": translate(assessment.estimate.how, "zh"),
            "as_of": None if found.price is None else found.price.date.isoformat(),
            "problems": [self._problem(problem, found) for problem in assessment.problems],
            "fields": state_specs(found, values),
        }

    def submit(
        self,
        endpoint: EndpointPath,
        params: Body,
        request_id: ShortText = "",
        request: gr.Request | None = None,
    ) -> dict[str, Any]:
        """Start one run of `params`, the JSON body for the service with local files as file data.

        A request_id (any text of yours) belongs to this one order and never starts a second run; with
        another order it is refused. Without one, an equal order of the same submitter within ten seconds is
        taken for the same. `already_sent` in the answer tells that the run was there before. The header
        X-RH-Submitter (any word of yours) says for whom it is: when more runs wait than the account has
        places, each submitter gets a fair share of them."""
        body, whose = self._params(params), submitter_of(request)
        press = Press(f"named {whose}") if request_id else Press(f"unnamed {whose}", seen=frozenset())
        placed = guarded(
            lambda: self._services.runs.order(
                endpoint, body, request_id=request_id, submitter=whose, press=press
            )
        )
        return {**runs.placed_json(placed)}

    def task(self, id: Id) -> dict[str, Any]:
        """One run as it is now."""
        return {**runs.task_json(guarded(lambda: self._services.history.task(id)))}

    def tasks(self, state: Word = "", limit: Count = 50) -> list[dict[str, Any]]:
        """Runs, newest first, in one state or all; at most 500."""
        if state and state not in list(TaskState):
            raise gr.Error(
                f"There is no state {state!r}; the ones there are: {', '.join(TaskState)}.",
                print_exception=False,
            )
        states = [TaskState(state)] if state else None
        found = self._services.history.tasks(states=states, limit=max(1, min(int(limit), MAX_LISTED)))
        return [{**runs.task_json(task)} for task in found]

    def cancel(self, id: Id) -> dict[str, Any]:
        """Ask for a run to be stopped; what it says afterwards is its state."""
        return {**runs.task_json(guarded(lambda: self._services.runs.cancel(id)))}

    def resolve(self, id: Id, action: Word, remote_id: ShortText = "") -> dict[str, Any]:
        """End an unknown outcome: `found` (with the service's task id), `lost`, or `again`."""
        return {
            **runs.task_json(guarded(lambda: self._services.unknown_outcomes.resolve(id, action, remote_id)))
        }

    def _endpoint(self, path: str) -> Endpoint:
        return guarded(lambda: self._services.catalog.get(path))

    def _problem(self, problem: Problem, endpoint: Endpoint) -> dict[str, Any]:
        concerned = [problem.field, *str(problem.details.get("fields", "")).split(",")]
        concerned.append(str(problem.details.get("when_field", "")))
        return {
            "field": problem.field,
            "fields": list(dict.fromkeys(key for key in concerned if key)),
            "code": problem.code,
            "en": sentence(problem, endpoint, "en"),
            "zh": sentence(problem, endpoint, "zh"),
        }

    def _params(self, params: dict[str, Any]) -> Params:
        """The body with uploaded files turned into our own copies."""

        def kept(value: Any) -> JsonValue:
            if isinstance(value, list):
                return [kept(item) for item in value]
            if is_file_data(value):
                return keep(self._services, value).ref
            plain: JsonValue = value
            return plain

        return {key: kept(value) for key, value in params.items()}
