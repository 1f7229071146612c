"""Who may talk to this page: Host and Origin checks around everything it serves.

Gradio itself allows any origin with credentials on names that are not loopback, and checks no Host header
(measured, docs/decisions). A web page of somebody else must not start paid runs here."""

from __future__ import annotations

import logging
from collections.abc import Iterable
from typing import Final
from urllib.parse import urlsplit

from starlette.datastructures import Headers
from starlette.requests import ClientDisconnect
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Receive, Scope, Send

LOG: Final = logging.getLogger(__name__)
LOOPBACK: Final = frozenset({"127.0.0.1", "localhost", "::1"})
SAFE_METHODS: Final = frozenset({"GET", "HEAD", "OPTIONS"})


RECEIVERS: Final = ("/rh/hooks/",)
"""Addresses for other servers: they come under the page's public name, which no browser may use, and each
message has a secret of its own."""


def host_name(netloc: str) -> str:
    """The bare host of `host:port` or `[v6]:port`, lower case."""
    return (urlsplit(f"//{netloc}").hostname or "").lower()


def refusal(method: str, host: str, origin: str, allowed_hosts: Iterable[str] | None) -> str:
    """Why this request is refused, or an empty string. `allowed_hosts` None: any host name (public demo)."""
    if allowed_hosts is not None and host_name(host) not in allowed_hosts:
        return (
            "This address is not one the page answers to. Open it under the address it printed at its start."
        )
    if method not in SAFE_METHODS and origin and urlsplit(origin).netloc.lower() != host.lower():
        return "Another web page tried to use this one. Nothing was done."
    return ""


class Guard:
    """ASGI wrapper: refuses foreign hosts and origins with 403."""

    def __init__(self, app: ASGIApp, allowed_hosts: frozenset[str] | None) -> None:
        self._app = app
        self._allowed_hosts = allowed_hosts

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] not in ("http", "websocket") or scope["path"].startswith(RECEIVERS):
            await self._app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        why = refusal(
            scope.get("method", "GET"),
            headers.get("host", ""),
            headers.get("origin", ""),
            self._allowed_hosts,
        )
        if why:
            await PlainTextResponse(why, status_code=403)(scope, receive, send)
            return

        try:
            await self._app(scope, receive, send)
        except ClientDisconnect:  # An upload was taken back or the page closed: nobody is left to tell.
            LOG.info("the browser broke off %s %s", scope.get("method", ""), scope["path"])
