"""Who may talk to this page: Host, Origin and proxies are looked at before everything it serves.

Gradio itself allows any origin with credentials on names that are not loopback, checks no Host header, and
believes whoever says under which address it is seen (measured, docs/decisions). A web page of somebody else
must not start paid runs here."""

from __future__ import annotations

import ipaddress
import logging
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlsplit

from starlette.datastructures import Headers
from starlette.requests import ClientDisconnect
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from rh_ui.config import is_loopback
from rh_ui.i18n import Words

LOG: Final = logging.getLogger(__name__)
LOOPBACK: Final = frozenset({"127.0.0.1", "localhost", "::1"})
SAFE_METHODS: Final = frozenset({"GET", "HEAD", "OPTIONS"})
PORTS: Final = {"http": 80, "https": 443}

API: Final = "/rh/api/"
"""What the page asks: of no use to a page of somebody else, also where it changes nothing."""
RECEIVERS: Final = ("/rh/hooks/",)
"""Addresses for other servers: they come under the page's public name, which no browser may use, and each
message has a secret of its own."""
FORWARDED: Final = re.compile(
    r"forwarded|via|x-forwarded.*|x-gradio-server|x-real-ip|(?:x-|true-|fly-|x-cluster-)?client-ip"
    r"|x-original-.*|x-rewrite-url|x-envoy-external-address|cf-connecting-ip|cdn-loop"
)
"""Headers by which a proxy says whom it asks for, and as what. Nothing here reads them (decision 0018)."""


@dataclass(frozen=True, slots=True)
class Reach:
    """From where the page may be used."""

    names: frozenset[str] | None
    """Host names it answers to; None: any."""
    public: str = ""
    """Its address for others; empty where it has none."""
    beyond: bool = False
    """Whether it listens for other computers, so that bare addresses are names of it, too."""
    keyed: bool = False

    @property
    def takes_forwarded(self) -> bool:
        """Whether what a proxy passes on is answered."""
        return not self.keyed and (self.beyond or bool(self.public))

    def answers_to(self, host: str) -> bool:
        name = host_name(host)
        return self.names is None or name in self.names or (self.beyond and _is_bare(name))

    def is_own(self, origin: str, host: str) -> bool:
        """Whether a page of ours asks, by the name it was asked under or its address for others."""
        if self.public and origin.lower() == origin_of(self.public):
            return True
        try:
            return urlsplit(origin).netloc.lower() == host.lower()
        except ValueError:
            return False


def reach_of(host: str, shown_at: str, *, demo: bool, any_name: bool = False) -> Reach:
    """`host`: where it listens. `shown_at`: its address for others. `any_name`: a platform that knows better
    decides under which names it is asked."""
    near, beyond = LOOPBACK | {host.lower()}, not is_loopback(host)
    if not demo:
        return Reach(near, keyed=True)
    if any_name or (beyond and not shown_at):
        return Reach(None, shown_at, beyond)
    return Reach(near | {host_name(urlsplit(shown_at).netloc)} - {""}, shown_at, beyond)


def host_name(netloc: str) -> str:
    """The bare host of `host:port` or `[v6]:port`, lower case; empty for what is none."""
    try:
        return (urlsplit(f"//{netloc}").hostname or "").lower()
    except ValueError:
        return ""


def origin_of(address: str) -> str:
    """As browsers write it: without a path, and without the port that goes without saying."""
    parts = urlsplit(address.lower())
    usual = f":{PORTS.get(parts.scheme, '')}"
    return f"{parts.scheme}://{parts.netloc.removesuffix(usual)}"


def _is_bare(name: str) -> bool:
    """No page of somebody else can be behind a bare address of ours."""
    try:
        return bool(ipaddress.ip_address(name))
    except ValueError:
        return False


def refusal(method: str, path: str, headers: Headers, reach: Reach) -> tuple[str, str]:
    """Which sentence this request is refused with, and the header it speaks of; empty for what may pass."""
    host, origin = headers.get("host", ""), headers.get("origin", "")
    forwarded = next((name for name in headers if FORWARDED.fullmatch(name)), "")
    if forwarded and not reach.takes_forwarded:
        return ("guard.proxy_key" if reach.keyed else "guard.proxy"), forwarded
    if not reach.answers_to(host):
        return "guard.host", "host"
    is_api = path.startswith(API)
    if (is_api or method not in SAFE_METHODS) and origin and not reach.is_own(origin, host):
        return "guard.origin", "origin"
    if (
        is_api and headers.get("sec-fetch-site") == "cross-site"
    ):  # a read has no Origin where it shows nothing
        return "guard.origin", "sec-fetch-site"
    return "", ""


class Guard:
    """ASGI wrapper: refuses foreign hosts, origins and proxies with 403, in the reader's language; the
    proxy headers of an accepted request are dropped."""

    def __init__(self, app: ASGIApp, reach: Reach, words: Mapping[str, Words]) -> None:
        self._app = app
        self._reach = reach
        self._words = words

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] not in ("http", "websocket"):
            await self._app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        if not scope["path"].startswith(RECEIVERS):
            why, header = refusal(scope.get("method", "GET"), scope["path"], headers, self._reach)
            if why:
                words = self._words["zh" if headers.get("accept-language", "").startswith("zh") else "en"]
                await PlainTextResponse(words(why, header=header), status_code=403)(scope, receive, send)
                return
        kept = [
            pair for pair in scope["headers"] if not FORWARDED.fullmatch(pair[0].decode("latin-1").lower())
        ]
        try:
            await self._app({**scope, "headers": kept}, receive, send)
        except ClientDisconnect:  # An upload was taken back or the page closed: nobody is left to tell.
            LOG.info("the browser broke off %s %s", scope.get("method", ""), scope["path"])
