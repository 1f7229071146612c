"""Checks each call of a Gradio function before Gradio gets it: its size, its shape, its files, and whether
the function exists.

Gradio answers 500 to every exception of a function, with Python's message if nothing handles it.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from functools import lru_cache
from inspect import Parameter, signature
from typing import Annotated, Any, Final, Literal

import gradio as gr
from gradio.block_function import BlockFunction
from gradio.components.api_component import Api
from gradio.utils import get_type_hints
from pydantic import BaseModel, ConfigDict, Field, TypeAdapter
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import MutableHeaders
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from rh_ui.errors import ArgumentRefused
from rh_ui.i18n import Words
from rh_ui.ui.guards.file_data import is_marked, is_uploaded
from rh_ui.ui.guards.signatures import wrong_count
from rh_ui.web.access import FUNCTIONS
from rh_ui.web.api.refusals import AWAY, BAD_ARGUMENT, UNFORESEEN
from rh_ui.web.api.routing import caller_in
from rh_ui.web.arguments import DEEPEST, MOST_PARTS, SOUND, Count, Id, ShortText, parts, read, refusal
from rh_ui.web.bodies import read_body, replay
from rh_ui.web.middleware.door import not_yours

CALLS: Final = re.compile(r"/gradio_api/(?:(?:run|call)/(?P<name>[^/]+)|queue/join)/?")
NO_FUNCTION: Final = "There is no such function"
TOO_LARGE: Final = "This call is larger than 16 MB. Upload files and name them in it. Nothing was done."
NO_CALL: Final = 'This is no call: a JSON object with the list "data" is expected. Nothing was done.'
TOO_DEEP: Final = (
    f"This call has more than {DEEPEST} lists and objects within each other, or more than {MOST_PARTS} "
    "values. Nothing was done."
)
NO_UPLOAD: Final = (
    "A file in this call was not uploaded to the page, or is no longer there. Upload it again; give a link "
    "as plain text. Nothing was done."
)


class ViewerMessage(BaseModel):
    """The message of the bridge to the 3D viewer."""

    model_config = SOUND

    id: Id
    base: ShortText
    """The page's address in the browser."""


EVENTS: Final[Mapping[type[Any], TypeAdapter[Any]]] = {gr.EventData: TypeAdapter(ViewerMessage)}


class Call(BaseModel):
    """The body of a call."""

    model_config = ConfigDict(strict=True, extra="ignore", frozen=True)

    data: Annotated[list[Any], Field(max_length=100)]
    session_hash: Annotated[str, Field(max_length=64, pattern=r"^[\w-]+$")] | None = None
    fn_index: Count | None = None
    trigger_id: Count | None = None
    event_data: Any = None
    batched: Literal[False] | None = None


CALL: Final[TypeAdapter[Call]] = TypeAdapter(Call)


class CallRefused(Exception):
    """A call that Gradio must not get, with the status of the answer. Never leaves this module."""

    def __init__(self, sentence: str, status: int = 400) -> None:
        super().__init__(sentence)
        self.status = status


class CheckedCalls:
    """ASGI middleware: answers 400, 413 or 422 with a sentence to a call that Gradio must not get, or that
    its function refused; and 403 to a function that the caller may not call, whichever address names it."""

    def __init__(self, app: ASGIApp, page: gr.Blocks, words: Mapping[str, Words]) -> None:
        self._app = app
        self._page = page
        self._words = words

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        is_post = scope["type"] == "http" and scope["method"] == "POST"
        match = CALLS.fullmatch(scope["path"]) if is_post else None
        if match is None:
            await self._app(scope, receive, send)
            return
        try:
            given = await read_body(Request(scope, receive))
            if given is None:
                raise CallRefused(TOO_LARGE, 413)
            function, body = await run_in_threadpool(self._check, match["name"] or "", given)
            right = FUNCTIONS.get(str(function.api_name))
            if right is None:
                raise ArgumentRefused(NO_FUNCTION, "no_function")
            if not caller_in(scope).may(right):
                await not_yours(self._words, scope)(scope, receive, send)
                return
        except ClientDisconnect:
            return  # the client disconnected: nobody reads an answer
        except CallRefused as fault:
            await _refuse(str(fault), fault.status, scope, receive, send)
        except ArgumentRefused as fault:
            await _refuse(str(fault), 422, scope, receive, send)
        else:
            # Gradio must not compress what RefusalSend reads; the answer is compressed around both.
            headers = [pair for pair in scope["headers"] if pair[0] != b"accept-encoding"]
            await self._app({**scope, "headers": headers}, replay(body, receive), RefusalSend(send))

    def _check(self, name: str, body: bytes) -> tuple[BlockFunction, bytes]:
        """The function that Gradio will call, and the body for it. Raises CallRefused, ArgumentRefused."""
        told = parsed(body)
        call = read(CALL, told)
        function = self._function(name, call)
        if function is None:
            raise ArgumentRefused(NO_FUNCTION, "no_function")
        data = complete(function, call.data)
        for event in events_of(function.fn):
            read(event, call.event_data)
        return function, body if data is call.data else json.dumps({**told, "data": data}).encode()

    def _function(self, name: str, call: Call) -> BlockFunction | None:
        """The function as Gradio finds it; a page that rendered more parts has more functions."""
        functions = self._page.fns
        if call.session_hash and call.session_hash in self._page.state_holder:
            functions = self._page.state_holder[call.session_hash].blocks_config.fns
        if call.fn_index is not None:
            return functions.get(call.fn_index)
        return next((found for found in functions.values() if name and found.api_name == name), None)


def parsed(body: bytes) -> dict[str, Any]:
    """The call as JSON, within limits, with no files but uploads. Raises CallRefused, ArgumentRefused."""
    try:
        call: Any = json.loads(body)
    except RecursionError:
        raise CallRefused(TOO_DEEP) from None
    except ValueError:
        raise CallRefused(NO_CALL) from None
    if not isinstance(call, dict) or not isinstance(call.get("data"), list):
        raise CallRefused(NO_CALL)
    try:
        found = [part for part in parts(call) if is_marked(part)]
    except ValueError as fault:
        if str(fault) == "too_nested":
            raise CallRefused(TOO_DEEP) from None
        raise refusal([{"type": str(fault), "loc": ()}]) from None
    if not all(map(is_uploaded, found)):
        raise CallRefused(NO_UPLOAD)
    return call


@lru_cache(maxsize=256)
def events_of(function: Callable[..., Any]) -> list[TypeAdapter[Any]]:
    """The types of the event values that Gradio passes to a function."""
    hints = get_type_hints(function)  # type: ignore[no-untyped-call]
    return [EVENTS[hint] for hint in hints.values() if hint in EVENTS]


def complete(function: BlockFunction, data: list[Any]) -> list[Any]:
    """The values of a call, with the defaults of those that are left out at its end: Gradio wants all, and a
    call that was right stays right when the function takes one more. Raises ArgumentRefused for any other
    count."""
    ours, wanted = all(isinstance(component, Api) for component in function.inputs), len(function.inputs)
    if len(data) < wanted and ours and function.fn:
        left_out = list(signature(function.fn).parameters.values())[len(data) : wanted]
        if all(parameter.default is not Parameter.empty for parameter in left_out):
            return [*data, *(parameter.default for parameter in left_out)]
    if len(data) < wanted or (ours and len(data) > wanted):
        raise ArgumentRefused(wrong_count(function.fn if ours else None, len(data)), "count")
    return data


class RefusalSend:
    """ASGI `send` that turns Gradio's 500 into the right refusal, or into a fault without its message."""

    def __init__(self, send: Send) -> None:
        self._send = send
        self._start: Message | None = None
        self._body = bytearray()

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start" and message["status"] == 500:
            self._start = {**message, "headers": list(message["headers"])}
        elif self._start is None:
            await self._send(message)
        else:
            self._body += message.get("body", b"")
            if not message.get("more_body"):
                await self._tell(self._start)

    async def _tell(self, start: Message) -> None:
        told = _object(bytes(self._body))
        title = told.get("title")
        if title is None:
            told = {"error": UNFORESEEN, "detail": UNFORESEEN}
        else:
            start["status"] = 503 if title == AWAY else 422
        body = json.dumps(told).encode()
        MutableHeaders(scope=start)["content-length"] = str(len(body))
        MutableHeaders(scope=start)["content-type"] = "application/json"
        await self._send(start)
        await self._send({"type": "http.response.body", "body": body})


def _object(body: bytes) -> dict[str, Any]:
    try:
        told = json.loads(body)
    except ValueError:
        return {}
    return told if isinstance(told, dict) else {}


async def _refuse(why: str, status: int, scope: Scope, receive: Receive, send: Send) -> None:
    title = {"title": BAD_ARGUMENT} if status == 422 else {}
    await JSONResponse({"error": why, "detail": why, **title}, status)(scope, receive, send)
