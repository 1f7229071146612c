"""Completes Gradio's HTML of the page: adds our head, and hashes what may run."""

from __future__ import annotations

import re
from base64 import b64encode
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from hashlib import sha256
from typing import Final

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from rh_ui.people import Caller
from rh_ui.web.api.routing import caller_in
from rh_ui.web.middleware.security_headers import NOBODY, ContentPolicy

BASE: Final = b'<base href="./" />'
APP_MANIFEST: Final = b'<link rel="manifest" href="/manifest.json" />'
"""Gradio's manifest of an installable app, at the host's root: it names an icon that this page does not
have."""
FRAME_SIZER: Final = re.compile(
    rb"<script>(?:(?!</script>).)*/iframeResizer\.(?:(?!</script>).)*</script>", re.DOTALL
)
"""Gradio's script that loads another one to tell a surrounding frame the page's height."""
STYLED: Final = re.compile(rb'(<(html|body|gradio-app)\b[^>]*?)\s+style="([^"]*)"')
INLINE: Final = re.compile(rb"<(script|style)((?:\s[^>]*)?)>(.*?)</\1>", re.DOTALL)


def without_style_attributes(page: bytes) -> bytes:
    """Gradio's three style attributes as a style element, which a hash can allow."""
    rules = b"".join(b"%s{%s}" % (tag, style) for _, tag, style in STYLED.findall(page))
    return STYLED.sub(rb"\1", page).replace(b"<head>", b"<head><style>" + rules + b"</style>", 1)


def inline_hashes(page: bytes) -> tuple[list[str], list[str]]:
    """The hashes of the page's inline scripts and styles, as a Content-Security-Policy writes them."""
    found: dict[bytes, list[str]] = {b"script": [], b"style": []}
    for tag, attributes, text in INLINE.findall(page):
        if b" src=" not in attributes:
            found[tag].append(f"'sha256-{b64encode(sha256(text).digest()).decode()}'")
    return found[b"script"], found[b"style"]


@dataclass(frozen=True, slots=True)
class Finished:
    """Gradio's page before and after the place of our head, and the hashes of its inline parts."""

    before: bytes
    after: bytes
    scripts: Sequence[str]
    styles: Sequence[str]


@lru_cache(maxsize=4)
def finished(page: bytes, tail: bytes, *, framed: bool) -> Finished:
    """Gradio's page with `tail` at the end of its head; `framed`: some site may frame it. Gradio's part is
    the same for everybody, and to search it takes a third as long as to make it."""
    page = page.replace(b"</head>", tail + b"</head>", 1).replace(APP_MANIFEST, b"", 1)
    page = without_style_attributes(page if framed else FRAME_SIZER.sub(b"", page, count=1))
    before, base, after = page.partition(BASE)
    return Finished(before + base, after, *inline_hashes(page))


class HeadInjector:
    """ASGI middleware that completes the page's HTML with the result of `head` for its caller, and sends
    the policy that allows its scripts and styles; everything else passes unchanged."""

    def __init__(self, app: ASGIApp, head: Callable[[Caller], str], tail: str, policy: ContentPolicy) -> None:
        self._app = app
        self._head = head
        self._tail = tail.encode()
        self._policy = policy

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["path"] != "/" or scope["method"] != "GET":
            await self._app(scope, receive, send)
            return
        start: Message = {}
        body = bytearray()

        async def collect(message: Message) -> None:
            nonlocal start
            if message["type"] == "http.response.start":
                start = message
            else:
                body.extend(message.get("body", b""))

        await self._app(scope, receive, collect)
        caller = caller_in(scope)
        head = (await run_in_threadpool(self._head, caller)).encode()
        framed = self._policy.frame_ancestors != NOBODY
        found = finished(bytes(body), self._tail, framed=framed)
        page = b"".join((found.before, head, found.after))
        headers = MutableHeaders(raw=start["headers"])
        headers["Content-Length"] = str(len(page))
        if caller.person:  # going back after a sign-out must not show it again
            headers["Cache-Control"] = "no-store"
        scripts, styles = inline_hashes(head)
        policy = self._policy.header([*scripts, *found.scripts], [*styles, *found.styles])
        headers["Content-Security-Policy"] = policy
        await send({**start, "headers": headers.raw})
        await send({"type": "http.response.body", "body": page})
