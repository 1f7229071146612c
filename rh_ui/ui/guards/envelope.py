"""A call of one of Gradio's functions as a whole: whether it can be one, and as what its answer counts.

Gradio answers 500 for whatever ends a function, and with Python's own words for what nobody foresaw."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Annotated, Any, Final, Literal

import gradio as gr
from gradio.block_function import BlockFunction
from gradio.components.api_component import Api
from gradio.utils import get_type_hints
from pydantic import BaseModel, ConfigDict, Field, TypeAdapter
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import MutableHeaders
from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from rh_ui.errors import ArgumentRefused
from rh_ui.ui.guards.calls import CALLS, PARSED
from rh_ui.ui.guards.signatures import wrong_count
from rh_ui.web.api.refusals import AWAY, BAD_ARGUMENT, UNFORESEEN
from rh_ui.web.arguments import SOUND, Body, Count, Id, ShortText, read

WHOLE: Final[TypeAdapter[dict[str, Any]]] = TypeAdapter(Body)


class Clicked(BaseModel):
    """What the bridge to the 3D viewer says."""

    model_config = SOUND

    id: Id
    base: ShortText
    """Where the page is seen."""


EVENTS: Final[Mapping[type[Any], TypeAdapter[Any]]] = {gr.EventData: TypeAdapter(Clicked)}


class Call(BaseModel):
    """What is sent with one."""

    model_config = ConfigDict(strict=True, extra="ignore", frozen=True)

    data: Annotated[list[Any], Field(max_length=100)]
    session_hash: Annotated[str, Field(max_length=64, pattern=r"^[\w-]+$")] | None = None
    fn_index: Count | None = None
    trigger_id: Count | None = None
    event_data: Any = None
    batched: Literal[False] | None = None


CALLED: Final[TypeAdapter[Call]] = TypeAdapter(Call)


class Envelopes:
    """ASGI wrapper around Gradio: answers 422 in a sentence for what is no call of a function that is there,
    and for a call that the function refused."""

    def __init__(self, app: ASGIApp, page: gr.Blocks) -> None:
        self._app = app
        self._page = page

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        match = CALLS.fullmatch(scope["path"]) if PARSED in scope else None
        if match is None:
            await self._app(scope, receive, send)
            return
        try:
            await run_in_threadpool(self._check, match["name"] or "", scope[PARSED])
        except ArgumentRefused as fault:
            await _refuse(str(fault), scope, receive, send)
            return
        plain = {**scope, "headers": [pair for pair in scope["headers"] if pair[0] != b"accept-encoding"]}
        await self._app(plain, receive, Counted(send))

    def _check(self, name: str, told: object) -> None:
        """Raises ArgumentRefused."""
        call = read(CALLED, read(WHOLE, told))
        function = self._function(name, call)
        if function is None:
            raise ArgumentRefused("There is no such function", "no_function")
        check_count(function, call.data)
        hints = get_type_hints(function.fn)  # type: ignore[no-untyped-call]
        for hint in hints.values():
            if hint in EVENTS:
                read(EVENTS[hint], call.event_data)

    def _function(self, name: str, call: Call) -> BlockFunction | None:
        """As Gradio finds it; a page that was drawn further has more of them."""
        functions = self._page.fns
        if call.session_hash and call.session_hash in self._page.state_holder:
            functions = self._page.state_holder[call.session_hash].blocks_config.fns
        if call.fn_index is not None:
            return functions.get(call.fn_index)
        return next((found for found in functions.values() if name and found.api_name == name), None)


class Counted:
    """ASGI `send` that makes of Gradio's 500 what it is: a refusal, or a fault with its words left out."""

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


def check_count(function: BlockFunction, data: list[Any]) -> None:
    """Whether there are as many as the function takes. Raises ArgumentRefused."""
    ours = all(isinstance(component, Api) for component in function.inputs)
    if len(data) < len(function.inputs) or (ours and len(data) > len(function.inputs)):
        raise ArgumentRefused(wrong_count(function.fn if ours else None, len(data)), "count")


async def _refuse(why: str, scope: Scope, receive: Receive, send: Send) -> None:
    told = {"error": why, "detail": why, "title": BAD_ARGUMENT}
    await JSONResponse(told, 422)(scope, receive, send)
