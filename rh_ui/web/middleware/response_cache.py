"""Answers that never change under their address, served from memory and compressed once.

A page loads some fifty small files, most of them Gradio's. Finding, reading and compressing one and passing
it through all layers takes 2 to 11 ms, one after the other; from memory it takes less than 1 ms.
"""

from __future__ import annotations

import asyncio
import gzip
import re
import threading
from collections import deque
from collections.abc import Callable
from typing import Final

import brotli
from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

OURS: Final = ("/rh/assets/", "/rh/styles/", "/rh/words/")
"""Addresses that contain this program's version; those of the models contain the table's version, which may
change."""
GRADIOS: Final = re.compile(r"/assets/[\w.-]+-[\w-]{8,9}\.[a-z0-9]+")
"""The files of Gradio's page; their names contain a hash of their content."""
IMMUTABLE: Final = "max-age=31536000, immutable"
FOR_EVER: Final = f"public, {IMMUTABLE}"
MOST: Final = 64 * 1024 * 1024
"""Bytes in memory; all files of a page take about two megabytes, compressed."""
NEEDLESS: Final = ("accept-ranges", "etag", "last-modified")
"""Useless headers: nobody checks whether an answer that never changes has changed."""
PACKED_TYPES: Final = ("text/", "application/json", "application/javascript", "image/svg+xml")
LEAST: Final = 512
"""Bytes below which compressing saves nothing."""
QUICK: Final[dict[str, Callable[[bytes], bytes]]] = {
    "br": lambda body: brotli.compress(body, quality=5),
    "gzip": lambda body: gzip.compress(body, 6, mtime=0),
}
"""For the first request, which waits for it."""
TIGHT: Final[dict[str, Callable[[bytes], bytes]]] = {
    "br": lambda body: brotli.compress(body, quality=11),
    "gzip": lambda body: gzip.compress(body, 9, mtime=0),
}
"""For all later requests: a tenth smaller, at fifty times the work."""

_Key = tuple[str, str]


class ResponseCache:
    """ASGI middleware: keeps complete answers to a plain GET that are marked as immutable, and marks those of
    Gradio. It requests them uncompressed and compresses them itself."""

    def __init__(self, app: ASGIApp, most: int = MOST) -> None:
        self._app = app
        self._most = most
        self._size = 0
        self._answers: dict[_Key, tuple[Message, bytes]] = {}
        self.tightener = CompressionThread()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        key = _key(scope)
        if key is None:
            await self._app(scope, receive, send)
            return
        answer = self._answers.get(key) or await self._ask(key, scope, receive)
        if answer is None:
            return
        start, body = answer
        # copies, because later middleware adds headers
        await send({**start, "headers": list(start["headers"])})
        await send({"type": "http.response.body", "body": body})

    async def _ask(self, key: _Key, scope: Scope, receive: Receive) -> tuple[Message, bytes] | None:
        """None where the answer is not complete because the browser disconnected."""
        start: Message = {}
        whole = bytearray()
        is_whole = False

        async def collect(message: Message) -> None:
            nonlocal start, is_whole
            if message["type"] == "http.response.start":
                start = {**message, "headers": list(message["headers"])}
            else:
                whole.extend(message.get("body", b""))
                is_whole = not message.get("more_body", False)

        headers = [pair for pair in scope["headers"] if pair[0] != b"accept-encoding"]
        await self._app({**scope, "headers": headers}, receive, collect)
        return await self._packed(key, start, bytes(whole)) if is_whole else None

    async def _packed(self, key: _Key, start: Message, whole: bytes) -> tuple[Message, bytes]:
        path, encoding = key
        headers = MutableHeaders(scope=start)
        if start["status"] == 200 and GRADIOS.fullmatch(path):
            headers["Cache-Control"] = FOR_EVER
        lasts = start["status"] == 200 and "immutable" in headers.get("cache-control", "")
        if lasts:
            for name in NEEDLESS:
                del headers[name]
        packs = len(whole) >= LEAST and headers.get("content-type", "").startswith(PACKED_TYPES)
        body = whole
        if packs:
            headers["Vary"] = "Accept-Encoding"
        if packs and encoding:
            headers["Content-Encoding"] = encoding
            body = await asyncio.to_thread(QUICK[encoding], whole)
        headers["Content-Length"] = str(len(body))
        if lasts and self._keep(key, start, body) and body is not whole:
            self.tightener.put(lambda: self._tighten(key, whole))
        return start, body

    def _keep(self, key: _Key, start: Message, body: bytes) -> bool:
        if key in self._answers or self._size + len(body) > self._most:
            return False
        self._size += len(body)
        self._answers[key] = ({**start, "headers": list(start["headers"])}, body)
        return True

    def _tighten(self, key: _Key, whole: bytes) -> None:
        start, quick = self._answers[key]
        body = TIGHT[key[1]](whole)
        if len(body) < len(quick):
            tight = {**start, "headers": list(start["headers"])}
            MutableHeaders(scope=tight)["Content-Length"] = str(len(body))
            self._answers[key] = (tight, body)


class CompressionThread:
    """Runs jobs one after the other, in a thread that exists only while there are jobs. The end of the
    program does not wait for it."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._work: deque[Callable[[], None]] = deque()
        self._thread: threading.Thread | None = None

    def put(self, work: Callable[[], None]) -> None:
        with self._lock:
            self._work.append(work)
            if self._thread is None:
                self._thread = threading.Thread(target=self._run, name="tightener", daemon=True)
                self._thread.start()

    def wait(self) -> None:
        """Wait until all jobs are done."""
        thread = self._thread
        if thread is not None:
            thread.join()

    def _run(self) -> None:
        while True:
            with self._lock:
                if not self._work:
                    self._thread = None
                    return
                work = self._work.popleft()
            work()


def _key(scope: Scope) -> _Key | None:
    """None: not one of these addresses, or a request for a part or for a change."""
    if scope["type"] != "http" or scope["method"] != "GET" or scope["query_string"]:
        return None
    path = scope["path"]
    if not path.startswith(OURS) and not GRADIOS.fullmatch(path):
        return None
    headers = Headers(scope=scope)
    if "range" in headers or "if-none-match" in headers or "if-modified-since" in headers:
        return None
    return path, encoding_of(headers.get("accept-encoding", ""))


def encoding_of(accepted: str) -> str:
    """The best encoding that an Accept-Encoding header allows: br, gzip, or none."""
    taken = set()
    for part in accepted.lower().split(","):
        name, _, rest = part.partition(";")
        if not re.fullmatch(r"\s*q\s*=\s*0(\.0*)?\s*", rest):
            taken.add(name.strip())
    return next((encoding for encoding in QUICK if encoding in taken), "")
