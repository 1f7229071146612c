"""Answers that never change under their address, from memory.

A page is some hundred small files, most of them Gradio's own. To find one, read it, pack it and take it
through all layers costs 2 to 11 ms each, and they wait for each other; from memory it is less than one."""

from __future__ import annotations

import re
from typing import Final

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

OURS: Final = ("/rh/assets/", "/rh/styles/", "/rh/words/")
"""Addresses with the version of this program; that of the models is of a table, which may be replaced."""
GRADIOS: Final = re.compile(r"/assets/[\w.-]+-[\w-]{8,9}\.[a-z0-9]+")
"""The parts of Gradio's page: its builder puts a hash of the content into their names."""
FOR_EVER: Final = "public, max-age=31536000, immutable"
MOST: Final = 64 * 1024 * 1024
"""Bytes in memory; all files of a page are some two megabytes, packed."""

_Key = tuple[str, bool]


class Kept:
    """ASGI wrapper: keeps whole answers to a plain GET that say of themselves that they never change; those
    of Gradio it makes say so. Packed and not packed apart."""

    def __init__(self, app: ASGIApp, most: int = MOST) -> None:
        self._app = app
        self._most = most
        self._size = 0
        self._answers: dict[_Key, tuple[Message, Message]] = {}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        key = _key(scope)
        if key is None:
            await self._app(scope, receive, send)
        elif key in self._answers:
            start, body = self._answers[key]
            # Copies: whoever passes them on puts more headers in.
            await send({**start, "headers": list(start["headers"])})
            await send(body)
        else:
            await self._ask(key, scope, receive, send)

    async def _ask(self, key: _Key, scope: Scope, receive: Receive, send: Send) -> None:
        start: Message = {}
        body = bytearray()

        async def keep(message: Message) -> None:
            nonlocal start
            if message["type"] == "http.response.start":
                if message["status"] == 200 and GRADIOS.fullmatch(key[0]):
                    MutableHeaders(scope=message)["Cache-Control"] = FOR_EVER
                start = {**message, "headers": list(message["headers"])}
            else:
                body.extend(message.get("body", b""))
                if not message.get("more_body"):
                    self._keep(key, start, bytes(body))
            await send(message)

        await self._app(scope, receive, keep)

    def _keep(self, key: _Key, start: Message, body: bytes) -> None:
        lasts = "immutable" in Headers(raw=start["headers"]).get("cache-control", "")
        fits = self._size + len(body) <= self._most
        if start["status"] == 200 and lasts and fits and key not in self._answers:
            self._size += len(body)
            self._answers[key] = (start, {"type": "http.response.body", "body": body})


def _key(scope: Scope) -> _Key | None:
    """None: not one of these, or only a part or a change was asked for."""
    if scope["type"] != "http" or scope["method"] != "GET" or scope["query_string"]:
        return None
    path = scope["path"]
    if not path.startswith(OURS) and not GRADIOS.fullmatch(path):
        return None
    headers = Headers(scope=scope)
    if "range" in headers or "if-none-match" in headers or "if-modified-since" in headers:
        return None
    return path, "gzip" in headers.get("accept-encoding", "")
