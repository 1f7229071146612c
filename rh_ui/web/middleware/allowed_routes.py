"""The addresses that are open: those that the page and gradio_client use. Every other one answers 404."""

from __future__ import annotations

import re
from typing import Final

from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Receive, Scope, Send

READ: Final = re.compile(
    r"/|/rh/[^\x00-\x1f\x7f]+|/assets/[\w.-]+|/static/js/iframeResizer\.contentWindow\.min\.js|/theme\.css"
    r"|/favicon\.ico|/manifest\.json|/config|/gradio_api/(?:info|app_id|queue/data|call/\w+/\w+)"
)
CHANGE: Final = re.compile(r"/rh/[^\x00-\x1f\x7f]+|/gradio_api/(?:upload|queue/join|(?:run|call)/\w+)")
OPEN: Final = {"GET": READ, "HEAD": READ, "POST": CHANGE}
"""Gradio has some sixty more, which fetch files and addresses, block a connection, or list every route."""
NOTHING: Final = "There is nothing at this address."


class RouteAllowlist:
    """ASGI middleware: answers 404 for every address that is not open."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and not is_open(scope["method"], scope["path"]):
            await PlainTextResponse(NOTHING, status_code=404)(scope, receive, send)
        else:
            await self._app(scope, receive, send)


def is_open(method: str, path: str) -> bool:
    known = OPEN.get(method)
    return known is not None and known.fullmatch(path) is not None
