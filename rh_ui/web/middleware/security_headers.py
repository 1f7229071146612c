"""Security headers of every answer: what the page may load and run, who may frame it, what others may do."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

NOBODY: Final = "'none'"
FRAME_OPTIONS: Final = {NOBODY: "DENY", "'self'": "SAMEORIGIN"}
"""The older header for framing; it has no list of sites, so it is left out when there is one."""
ALWAYS: Final = {
    "X-Content-Type-Options": "nosniff",
    "Cross-Origin-Resource-Policy": "same-origin",
}
OF_DOCUMENTS: Final = {
    "Referrer-Policy": "same-origin",
    "Permissions-Policy": "camera=(self), microphone=(self), display-capture=(), geolocation=(), payment=(), "
    "usb=(), serial=(), hid=(), midi=()",
}
PARTS: Final = ("text/css", "text/javascript", "application/javascript", "application/json")
"""Types that a browser never shows as a document. The policy for documents has 1 kB, which each of the page's
fifty files would carry."""


EMPTY_STYLE: Final = "'sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU='"
"""The hash of an empty style element, which Gradio's gr.HTML makes."""
HUB: Final = "https://huggingface.co"
"""Gradio's client asks it about the Space that it runs on."""


@dataclass(frozen=True, slots=True)
class ContentPolicy:
    """The Content-Security-Policy of this program's answers (decision 0019)."""

    frame_ancestors: str = NOBODY
    on_space: bool = False

    def header(self, scripts: Iterable[str] = (), styles: Iterable[str] = ()) -> str:
        """The header with the hashes of the inline scripts and styles in the answer."""
        sources = {
            "default-src": NOBODY,
            # WebAssembly draws Gaussian splats; it can only reach what a script passes to it.
            "script-src": _joined("'self'", "'wasm-unsafe-eval'", *scripts),
            "style-src-elem": _joined("'self'", *styles, EMPTY_STYLE),
            "style-src-attr": NOBODY,
            # A link that a person typed into a file field is shown on request.
            "img-src": "'self' blob: data: https: http:",
            "media-src": "'self' blob: https: http:",
            "font-src": "'self'",
            "connect-src": _joined("'self'", *([HUB] if self.on_space else [])),
            "worker-src": "'self' blob:",
            "manifest-src": "'self'",
            "form-action": "'self'",
            "base-uri": "'self'",
            "object-src": NOBODY,
            "frame-src": NOBODY,
            "frame-ancestors": self.frame_ancestors,
            "require-trusted-types-for": "'script'",
            # Svelte and lit make policies with these names; without them the page does not work.
            "trusted-types": "default svelte-trusted-html lit-html",
        }
        return "; ".join(f"{name} {value}" for name, value in sources.items())


def _joined(*words: str) -> str:
    return " ".join(words)


class SecurityHeaders:
    """ASGI middleware: adds these headers to every answer, refusals included. A header that the answer
    already has stays as it is."""

    def __init__(self, app: ASGIApp, policy: ContentPolicy) -> None:
        self._app = app
        nothing = f"default-src {NOBODY}; frame-ancestors {policy.frame_ancestors}"
        self._of_parts = {**ALWAYS, "Content-Security-Policy": nothing}
        self._of_documents = {**ALWAYS, **OF_DOCUMENTS, "Content-Security-Policy": policy.header()}
        if policy.frame_ancestors in FRAME_OPTIONS:
            self._of_documents["X-Frame-Options"] = FRAME_OPTIONS[policy.frame_ancestors]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        # Browsers send this header only to secure addresses; elsewhere they report the opener policy as an
        # error.
        trusted = "sec-fetch-mode" in Headers(scope=scope)

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                answer = MutableHeaders(scope=message)
                is_part = answer.get("content-type", "").startswith(PARTS)
                for name, value in (self._of_parts if is_part else self._of_documents).items():
                    answer.setdefault(name, value)
                if trusted and not is_part:
                    answer.setdefault("Cross-Origin-Opener-Policy", "same-origin")
            await send(message)

        await self._app(scope, receive, send_with_headers)
