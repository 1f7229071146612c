"""Runs before every call: writes the journal and causes the faults of the script, down to the socket.

Plain ASGI, because a framework's middleware can't close a connection without an answer.
"""

from __future__ import annotations

import asyncio
import gzip
import json
from typing import Any, Final

from starlette.datastructures import Headers
from starlette.responses import HTMLResponse, JSONResponse, PlainTextResponse, RedirectResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from uvicorn.protocols.http.h11_impl import H11Protocol

from rh_ui.emulator import replies, storage
from rh_ui.emulator.fault_injection import BEFORE, FILE_SPOILT, KEPT, SPOILT, Fault
from rh_ui.emulator.journal import Entry, shown
from rh_ui.emulator.state import EmulatorState

_HTML: Final = "<html><head><title>502 Bad Gateway</title></head><body><h1>502 Bad Gateway</h1></body></html>"
_FIXED: Final = {
    ("POST", "/openapi/v2/query"): "query",
    ("POST", "/openapi/v2/media/upload/binary"): "upload",
    ("GET", "/openapi/v2/queue/status"): "queue",
    ("GET", "/openapi/v2/api-key/list"): "keys",
    ("POST", "/uc/openapi/accountStatus"): "account",
    ("POST", "/task/openapi/cancel"): "cancel",
    ("POST", "/task/openapi/status"): "status",
    ("POST", "/task/openapi/outputs"): "outputs",
    ("POST", "/task/openapi/upload"): "upload",
    ("POST", "/task/openapi/create"): "submit",
    ("POST", "/task/openapi/ai-app/run"): "submit",
    ("POST", "/task/openapi/quick-ai-app/run"): "submit",
    ("POST", "/api/openapi/getJsonApiFormat"): "graph",
    ("GET", "/api/webapp/apiCallDemo"): "app",
    ("POST", "/openapi/v2/aiapp/list"): "apps",
    ("POST", "/api/webapp/list"): "apps",
    ("POST", "/api/fast/creation/model/params"): "styles",
    ("POST", "/openapi/v2/resource/list"): "resources",
    ("POST", "/api/openapi/getLoraUploadUrl"): "lora",
    ("POST", "/task/openapi/getWebhookDetail"): "hook",
    ("POST", "/task/openapi/retryWebhook"): "hook",
}
_V2: Final = "/openapi/v2/"
_PREVIEW: Final = "/openapi/v2/price-preview/"
_FOREVER: Final = 3600.0


class Connections:
    """The open sockets by the client's address, so that one can be closed without an answer."""

    def __init__(self) -> None:
        self._open: dict[tuple[str, int], asyncio.Transport] = {}

    def protocol(self) -> type[H11Protocol]:
        """A protocol class for uvicorn that registers its connections here."""
        registry = self._open

        class Registered(H11Protocol):
            def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
                registry[transport.get_extra_info("peername")[:2]] = transport
                super().connection_made(transport)

            def connection_lost(self, exc: Exception | None) -> None:
                registry.pop(self.transport.get_extra_info("peername")[:2], None)
                super().connection_lost(exc)

        return Registered

    async def close(self, peer: tuple[str, int] | None) -> None:
        """Send what was written, then close; returns when it is closed."""
        if peer is None:
            return
        transport = self._open.get((peer[0], peer[1]))
        if transport is not None:
            transport.close()
            while (peer[0], peer[1]) in self._open:
                await asyncio.sleep(0.005)


def operation_of(method: str, path: str) -> tuple[str, str]:
    """The operation of a request, in the script's words, and its endpoint."""
    if path.startswith("/files/"):
        return "download", ""
    if path.startswith(("/proxy/", "/proxy-plus/")):
        return "native", ""
    if method == "PUT" and path.startswith("/loras/"):
        return "put", ""
    if (method, path) in _FIXED:
        return _FIXED[method, path], ""
    if method == "POST" and path.startswith(_PREVIEW):
        return "preview", path.removeprefix(_PREVIEW)
    if method == "POST" and path.startswith(_V2):
        return "submit", path.removeprefix(_V2)
    return "other", ""


class FaultMiddleware:
    """The outermost ASGI application."""

    def __init__(self, app: ASGIApp, state: EmulatorState, connections: Connections) -> None:
        self._app, self._state, self._connections = app, state, connections

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["path"].startswith("/_emulator/"):
            await self._app(scope, receive, send)
            return
        operation, endpoint = operation_of(scope["method"], scope["path"])
        headers = Headers(scope=scope)
        entry = self._state.journal.open(scope["method"], scope["path"], operation, endpoint, headers)
        if "json" in headers.get("content-type", ""):
            receive = await _read_json(receive, entry)
        scope["rh.entry"] = entry
        part = "range" if operation == "download" and "range" in headers else ""
        fault = self._state.faults.before(operation, endpoint, part)
        if fault is not None:
            entry.fault = fault.do
            scope["rh.fault"] = fault if fault.do in KEPT else None
            if fault.do in BEFORE and await self._before(fault, operation, entry, scope, receive, send):
                return
        if self._state.faults.waits_for(operation, endpoint):
            await self._spoilt(operation, endpoint, entry, scope, receive, send)
        else:
            await self._app(scope, receive, _noting(send, entry))

    async def _before(
        self, fault: Fault, operation: str, entry: Entry, scope: Scope, receive: Receive, send: Send
    ) -> bool:
        """Cause a fault that comes before the request is handled. False when the request continues."""
        if fault.do == "slow":
            await asyncio.sleep(2 if fault.seconds is None else fault.seconds)
            return False
        if fault.do == "drop":
            await self._connections.close(scope["client"])
            return True
        answer: Response
        if fault.do == "html502":
            answer = HTMLResponse(_HTML, 502)
        elif fault.do == "redirect":
            answer = RedirectResponse(fault.value or "/_emulator/login", 302)
        elif fault.do == "http":
            extra = {} if fault.value is None else {"Retry-After": str(fault.value)}
            answer = PlainTextResponse(fault.message or "unavailable", fault.status, extra)
        else:
            shape = "v1" if operation == "submit" and not scope["path"].startswith(_V2) else operation
            answer = JSONResponse(replies.refusal(shape, fault.code or "421", fault.message))
        await answer(scope, receive, _noting(send, entry))
        return True

    async def _spoilt(
        self, operation: str, endpoint: str, entry: Entry, scope: Scope, receive: Receive, send: Send
    ) -> None:
        """Hold the answer back completely, then send it as the script wants."""
        held: list[Message] = []

        async def hold(message: Message) -> None:
            held.append(message)

        await self._app(scope, receive, hold)
        start = next(message for message in held if message["type"] == "http.response.start")
        body = b"".join(message.get("body", b"") for message in held[1:])
        told = _told(body, start)
        _note(entry, start["status"], told)
        part = "range" if operation == "download" and "range" in Headers(scope=scope) else ""
        word = str(told.get("status", "")) if told else part
        fault = self._state.faults.after(operation, endpoint, word)
        if fault is None:
            await _whole(send, start["status"], start["headers"], body)
            return
        entry.fault = fault.do
        if fault.do not in SPOILT:
            answer = fault.value if fault.do == "replace" else changed(told or {}, fault)
            await JSONResponse(answer, start["status"])(scope, receive, send)
        else:
            await self._spoil(fault, scope, start, body, receive, send)

    async def _spoil(
        self, fault: Fault, scope: Scope, start: Message, body: bytes, receive: Receive, send: Send
    ) -> None:
        status, headers = start["status"], list(start["headers"])
        bare = [pair for pair in headers if pair[0] != b"content-length"]
        half = body[: len(body) // 2]
        match fault.do:
            case "drop-after":
                await self._connections.close(scope["client"])
            case "hang":
                await _wait_for_end(receive, fault.seconds)
                await self._connections.close(scope["client"])
            case "slow-after":
                await asyncio.sleep(2 if fault.seconds is None else fault.seconds)
                await _whole(send, status, headers, body)
            case "html502-after":
                await HTMLResponse(_HTML, 502)(scope, receive, send)
            case "html":
                await HTMLResponse("<html><body>Please sign in</body></html>")(scope, receive, send)
            case "empty":
                await Response()(scope, receive, send)
            case "bad-json":
                await Response(b'{"taskId": oops', media_type="application/json")(scope, receive, send)
            case "half":
                await _whole(send, status, [*bare, (b"content-length", str(len(half)).encode())], half)
            case "no-length":
                await send({"type": "http.response.start", "status": status,
                            "headers": [*bare, (b"connection", b"close")]})  # fmt: skip
                await send({"type": "http.response.body", "body": body})
            case _ if fault.do in FILE_SPOILT:
                await _spoil_file(fault, start, body, send)
            case _:
                kept = bare if fault.do == "cut-chunked" else headers
                await send({"type": "http.response.start", "status": status, "headers": kept})
                await send({"type": "http.response.body", "body": half, "more_body": True})
                if fault.do == "stall":
                    await _wait_for_end(receive, fault.seconds)
                await self._connections.close(scope["client"])


def changed(told: dict[str, Any], fault: Fault) -> dict[str, Any]:
    """The answer's JSON, changed by a fault."""
    answer = dict(told)
    match fault.do:
        case "empty-success":
            answer["results"] = fault.value
        case "numeric-id" if str(answer.get("taskId", "")).isdigit():
            answer["taskId"] = int(answer["taskId"])
        case "status-lower":
            answer["status"] = str(answer.get("status", "")).lower()
        case "no-status":
            answer.pop("status", None)
        case "set":
            answer.update(fault.value or {})
        case "extra":
            answer["results"] = [*(answer.get("results") or []), *(fault.value or [])]
        case "code200" if answer.get("code") == 0:
            answer["code"] = 200
        case "node-errors":
            tips = replies.prompt_tips({"4": {}})
            inner = answer.get("data")
            if isinstance(inner, dict):
                answer["data"] = {**inner, "promptTips": tips}
            else:
                answer["promptTips"] = tips
    return answer


async def _spoil_file(fault: Fault, start: Message, body: bytes, send: Send) -> None:
    """Answer a download with the file, or with what a fault leaves of it."""
    status, headers = start["status"], list(start["headers"])
    match fault.do:
        case "mislabel":
            kind = str(fault.value or "application/octet-stream")
            await _whole(send, status, _with(headers, "content-type", kind), body)
        case "new-etag":
            await _whole(send, status, _with(headers, "etag", '"another"'), body)
        case "wrong-range":
            off = f"bytes 1-{len(body)}/{len(body) + 1}"
            await _whole(send, status, _with(headers, "content-range", off), body)
        case "denied":
            note = bytes(storage.refuse(200, "AccessDenied", "Request has expired").body)
            told = _with(headers, "content-length", str(len(note)))
            await _whole(send, 200, _with(told, "content-type", "application/xml"), note)
        case "cut-gzip":
            packed = gzip.compress(body, 1)
            packed = packed[: len(packed) // 2]
            told = _with(_with(headers, "content-encoding", "gzip"), "content-length", str(len(packed)))
            await _whole(send, status, told, packed)
        case "drip":
            await send({"type": "http.response.start", "status": status, "headers": headers})
            size = len(body) // int(fault.value or 20) + 1
            for at in range(0, len(body), size):
                await asyncio.sleep(0.05 if fault.seconds is None else fault.seconds)
                piece = body[at : at + size]
                await send({"type": "http.response.body", "body": piece, "more_body": True})
            await send({"type": "http.response.body", "body": b""})


def _with(headers: list[tuple[bytes, bytes]], name: str, value: str) -> list[tuple[bytes, bytes]]:
    """The headers with this one set."""
    others = [pair for pair in headers if pair[0] != name.encode()]
    return [*others, (name.encode(), value.encode())]


async def _whole(send: Send, status: int, headers: list[tuple[bytes, bytes]], body: bytes) -> None:
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})


async def _wait_for_end(receive: Receive, seconds: float | None) -> None:
    try:
        async with asyncio.timeout(_FOREVER if seconds is None else seconds):
            while (await receive())["type"] != "http.disconnect":
                pass
    except TimeoutError:
        return


async def _read_json(receive: Receive, entry: Entry) -> Receive:
    body, more = b"", True
    while more:
        message = await receive()
        body += message.get("body", b"")
        more = message.get("more_body", False)
    try:
        entry.body = shown(json.loads(body)) if body else None
    except ValueError:
        entry.body = body[:500].decode("utf-8", "replace")
    rest = [{"type": "http.request", "body": body, "more_body": False}]

    async def replay() -> Message:
        return rest.pop() if rest else await receive()

    return replay


def _told(body: bytes, start: Message) -> dict[str, Any] | None:
    if b"application/json" not in dict(start["headers"]).get(b"content-type", b""):
        return None
    told = json.loads(body)
    return told if isinstance(told, dict) else None


def _note(entry: Entry, status: int, told: dict[str, Any] | None) -> None:
    entry.status = status
    if told is not None:
        entry.code = str(told.get("errorCode") or told.get("code") or "")
        inner = told.get("data")
        named = inner.get("taskId") if isinstance(inner, dict) else ""
        entry.task_id = str(told.get("taskId") or named or "")


def _noting(send: Send, entry: Entry) -> Send:
    """Pass the answer on, and write its status, code and task in the journal."""
    starts: list[Message] = []

    async def noting(message: Message) -> None:
        if message["type"] == "http.response.start":
            starts.append(message)
            entry.status = message["status"]
        elif starts and not message.get("more_body"):
            _note(entry, entry.status, _told(message.get("body", b""), starts[0]))
        await send(message)

    return noting
