"""What stands in the page's head: the style sheet, scripts, and the choice of language.

Gradio puts its own `head` argument in by script, after it has chosen a language and fetched its parts; ours
has to be there before, so it goes into the HTML itself."""

from __future__ import annotations

import json
import re
from base64 import b64encode
from collections.abc import Callable
from hashlib import sha256
from typing import Final

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from rh_ui.config import PROJECT
from rh_ui.domain import STUDIOS
from rh_ui.file_types.table import OTHER_SPELLINGS
from rh_ui.media import convert, provenance
from rh_ui.services import loras
from rh_ui.web.middleware.security_headers import ContentPolicy
from rh_ui.web.services import PageServices

COPIED: Final = {
    "image": sorted(convert.READ_PICTURES),
    "audio": sorted(convert.READ_SOUNDS),
    "video": sorted(convert.READ_FILMS),
}
"""File types that go up as a copy where a field does not take them."""
LIMITS: Final = {"lora": loras.LARGEST, "ends": provenance.WINDOW}
"""Bytes: the largest LoRA, and how much of a file's two ends is read for what it was made with."""


START: Final = PROJECT / "assets" / "inline" / "start.js"


def head_html(services: PageServices, functions: str) -> str:
    """First in the head: the functions that Gradio looks for, styles, the language, and the start of our
    scripts, once Gradio's page is parsed."""
    table = services.forms.now().version
    boot = {
        "version": services.version,
        "table": table,
        "demo": services.demo,
        "copied": COPIED,
        "endings": OTHER_SPELLINGS,
        "limits": LIMITS,
    }
    if services.address.local:
        boot["token"] = services.tokens.issue()
    told = (boot, STUDIOS, main_script(services.version))
    start = f"{START.read_text(encoding='utf-8')}\nstartPage({','.join(map(json.dumps, told))});"
    # Without it the icon is asked for at the host's root.
    icon = f'<link rel="icon" href="rh/assets/{services.version}/icon.svg">'
    sheet = f'<link rel="stylesheet" href="rh/styles/{services.version}.css">'
    return f"<script>{functions}</script>\n{icon}\n{sheet}\n<script>{start}</script>"


OPENING: Final = (
    "<script>(()=>{const name=location.hash.slice(1),parts=window.gradio_config.components,"
    "tabs=parts.find((part)=>part.props.elem_id==='rh-tabs');"
    "if(parts.some((part)=>part.type==='tabitem'&&part.props.id===name))tabs.props.selected=name})()</script>"
)
"""Opens the tab that the address names, before Gradio draws the first one."""


def main_script(version: str) -> str:
    """The address of what the page starts with; the parts that are opened later lie beside it."""
    return f"rh/assets/{version}/main.js"


def tail_html(version: str) -> str:
    """Last in the head: our script is fetched after Gradio's, which everything waits for."""
    return f'{OPENING}<link rel="modulepreload" href="{main_script(version)}">'


APP_MANIFEST: Final = b'<link rel="manifest" href="/manifest.json" />'
"""Gradio's, of an app to be installed, at the host's root: it names an icon that this page does not serve."""
STYLED: Final = re.compile(rb'(<(html|body|gradio-app)\b[^>]*?)\s+style="([^"]*)"')
INLINE: Final = re.compile(rb"<(script|style)((?:\s[^>]*)?)>(.*?)</\1>", re.DOTALL)


def without_style_attributes(page: bytes) -> bytes:
    """Gradio's three style attributes as a style element, which a hash can allow."""
    rules = b"".join(b"%s{%s}" % (tag, style) for _, tag, style in STYLED.findall(page))
    return STYLED.sub(rb"\1", page).replace(b"<head>", b"<head><style>" + rules + b"</style>", 1)


def inline_hashes(page: bytes) -> tuple[list[str], list[str]]:
    """What a Content-Security-Policy calls the scripts and the styles that stand in the page itself."""
    found: dict[bytes, list[str]] = {b"script": [], b"style": []}
    for tag, attributes, text in INLINE.findall(page):
        if b" src=" not in attributes:
            found[tag].append(f"'sha256-{b64encode(sha256(text).digest()).decode()}'")
    return found[b"script"], found[b"style"]


class HeadInjector:
    """ASGI wrapper that puts what `head` gives first into the head of the page's HTML, and `tail` last, and
    says which of its scripts and styles may run; all else passes untouched."""

    def __init__(self, app: ASGIApp, head: Callable[[], str], tail: str, policy: ContentPolicy) -> None:
        self._app = app
        self._head = head
        self._tail = tail.encode()
        self._policy = policy

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["path"] != "/" or scope["method"] != "GET":
            await self._app(scope, receive, send)
            return
        start: Message = {}
        head = (await run_in_threadpool(self._head)).encode()
        body = bytearray()

        async def collect(message: Message) -> None:
            nonlocal start
            if message["type"] == "http.response.start":
                start = message
                return
            body.extend(message.get("body", b""))
            if message.get("more_body"):
                return
            page = bytes(body).replace(b'<base href="./" />', b'<base href="./" />' + head, 1)
            page = page.replace(APP_MANIFEST, b"", 1)
            page = without_style_attributes(page.replace(b"</head>", self._tail + b"</head>", 1))
            headers = MutableHeaders(raw=start["headers"])
            headers["Content-Length"] = str(len(page))
            headers["Content-Security-Policy"] = self._policy.header(*inline_hashes(page))
            await send({**start, "headers": headers.raw})
            await send({"type": "http.response.body", "body": page})

        await self._app(scope, receive, collect)
