"""Limits the size of uploads, before and while Gradio writes them, so that space for paid results remains."""

from __future__ import annotations

import logging
from typing import Final, Protocol

from starlette.datastructures import Headers
from starlette.formparsers import MultiPartException
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from rh_ui.errors import NoRoom, UploadRefused
from rh_ui.people import OWNER

log: Final = logging.getLogger(__name__)
UPLOAD: Final = "/gradio_api/upload"
STATUS: Final = {"upload-room": 507}
"""All other refusals are 413."""
WHY: Final = "X-RH-Refused"


class IncomingUpload(Protocol):
    """A file that is being uploaded."""

    def take(self, size: int) -> None: ...
    def end(self) -> None: ...


class UploadTracker(Protocol):
    """Registers uploads (storage.upload_folder)."""

    def begin(self, who: str, announced: int | None) -> IncomingUpload: ...


class Uploads:
    """ASGI middleware around the page."""

    def __init__(self, app: ASGIApp, inbox: UploadTracker) -> None:
        self._app = app
        self._inbox = inbox

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        coming = scope["type"] == "http" and scope["method"] == "POST" and scope["path"].rstrip("/") == UPLOAD
        if not coming:
            await self._app(scope, receive, send)
            return
        try:
            arrival = self._inbox.begin(_who(scope), _length(scope))
        except UploadRefused as refusal:
            await _refuse(refusal, scope, receive, send)
            return
        try:
            await _Upload(arrival).pass_on(self._app, scope, receive, send)
        finally:
            arrival.end()


class _Upload:
    """One upload on its way to Gradio."""

    def __init__(self, arrival: IncomingUpload) -> None:
        self._arrival = arrival
        self._refusal: UploadRefused | None = None
        self._broken = False

    async def pass_on(self, app: ASGIApp, scope: Scope, receive: Receive, send: Send) -> None:
        async def weighed() -> Message:
            """Gradio deletes what it has written only where its parser fails. So an upload that must stop, or
            whose browser disconnected, is made to fail like one that can't be parsed."""
            message = await receive()
            if message["type"] == "http.disconnect":
                self._broken = True
                raise MultiPartException("The browser disconnected.")
            try:
                self._arrival.take(len(message.get("body", b"")))
            except UploadRefused as refusal:
                self._refusal = refusal
                raise MultiPartException(str(refusal)) from refusal
            return message

        async def unless_over(message: Message) -> None:
            if self._refusal is None and not self._broken:
                await send(message)

        try:
            await app(scope, weighed, unless_over)
        except OSError as fault:
            if not NoRoom.is_meant(fault):
                raise
            self._refusal = UploadRefused(
                "The disk of this page is full. Nothing was charged.", "upload-room"
            )
        if self._broken:
            log.info("the browser cancelled an upload")
        elif self._refusal is not None:
            await _refuse(self._refusal, scope, receive, send)


async def _refuse(refusal: UploadRefused, scope: Scope, receive: Receive, send: Send) -> None:
    """A browser reads an answer only after it has sent everything; the rest of the upload is dropped."""
    log.warning("an upload was refused: %s", refusal)
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            return
        if not message.get("more_body", False):
            break
    answer = PlainTextResponse(
        str(refusal), status_code=STATUS.get(refusal.code, 413), headers={WHY: refusal.code}
    )
    await answer(scope, receive, send)


def _who(scope: Scope) -> str:
    """The person; without people the network address, since a browser could send a new id with each file."""
    caller = scope.get("state", {}).get("caller", OWNER)
    if caller.person:
        return f"person {caller.person}"
    client = scope.get("client")
    return str(client[0]) if client else ""


def _length(scope: Scope) -> int | None:
    told = Headers(scope=scope).get("content-length", "")
    return int(told) if told.isascii() and told.isdigit() and len(told) < 19 else None
