"""What the door does for an application that a test mounts without it."""

from __future__ import annotations

from starlette.types import ASGIApp, Receive, Scope, Send

from rh_ui.people import OWNER, Caller


class Admitted:
    """ASGI middleware: every call is of one caller."""

    def __init__(self, app: ASGIApp, caller: Caller = OWNER) -> None:
        self._app = app
        self._caller = caller

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        scope.setdefault("state", {})["caller"] = self._caller
        await self._app(scope, receive, send)
