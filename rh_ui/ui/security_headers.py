"""What every answer tells browsers: what the page may load and run, who may frame it, what others may do."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

NOBODY: Final = "'none'"
FRAME_OPTIONS: Final = {NOBODY: "DENY", "'self'": "SAMEORIGIN"}
"""The older header for the same knows no list of sites; with one it is left out, or it would refuse them."""
STEADY: Final = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(self), microphone=(self), display-capture=(), geolocation=(), payment=(), "
    "usb=(), serial=(), hid=(), bluetooth=(), midi=()",
}


@dataclass(frozen=True, slots=True)
class ContentPolicy:
    """The Content-Security-Policy of this program's answers."""

    frame_ancestors: str = NOBODY

    def header(self) -> str:
        return f"frame-ancestors {self.frame_ancestors}"


class SecurityHeaders:
    """ASGI wrapper: puts these headers on every answer, refusals included; one that an answer has already
    stays as it is."""

    def __init__(self, app: ASGIApp, policy: ContentPolicy) -> None:
        self._app = app
        self._headers = {**STEADY, "Content-Security-Policy": policy.header()}
        if policy.frame_ancestors in FRAME_OPTIONS:
            self._headers["X-Frame-Options"] = FRAME_OPTIONS[policy.frame_ancestors]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        # Browsers say this to secure addresses alone; at others they refuse the opener policy with an error.
        trusted = "sec-fetch-mode" in Headers(scope=scope)

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                answer = MutableHeaders(scope=message)
                for name, value in self._headers.items():
                    answer.setdefault(name, value)
                if trusted:
                    answer.setdefault("Cross-Origin-Opener-Policy", "same-origin")
            await send(message)

        await self._app(scope, receive, send_with_headers)
