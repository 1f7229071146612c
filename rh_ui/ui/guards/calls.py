"""A look at each call of a function before Gradio sees it: its size, its shape, and the files it names."""

from __future__ import annotations

import json
import re
from typing import Any, Final

from starlette.concurrency import run_in_threadpool
from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from rh_ui.ui.guards.file_data import DEEPEST, TooDeep, all_uploaded

CALLS: Final = re.compile(r"/gradio_api/(?:(?:run|call)/(?P<name>[^/]+)|queue/join)/?")
PARSED: Final = "rh.call"
"""Under which the call stands in the scope, so that nobody reads it twice."""
LARGEST: Final = 16 * 1024 * 1024
"""Bytes of one call; the largest workflow has four million letters, which may take twelve bytes each."""
TOO_LARGE: Final = "This call is larger than 16 MB. Upload files and name them in it. Nothing was done."
NO_CALL: Final = 'This is no call: a JSON object with the list "data" is expected. Nothing was done.'
TOO_DEEP: Final = f"This call has more than {DEEPEST} lists and objects within each other. Nothing was done."
NO_UPLOAD: Final = (
    "A file in this call was not uploaded to the page, or is no longer there. Upload it again; give a link "
    "as plain text. Nothing was done."
)


class CheckedCalls:
    """ASGI wrapper: answers 400, or 413, in a sentence for a call that Gradio must not see."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        is_call = scope["type"] == "http" and scope["method"] == "POST" and CALLS.fullmatch(scope["path"])
        if not is_call:
            await self._app(scope, receive, send)
            return
        body = await _read(receive)
        if body is None:
            return  # it was broken off: nobody is left to tell
        why, call = (TOO_LARGE, None) if len(body) > LARGEST else await run_in_threadpool(judged, bytes(body))
        if why:
            status = 413 if why is TOO_LARGE else 400
            await JSONResponse({"error": why, "detail": why}, status)(scope, receive, send)
            return
        whole: list[Message] = [{"type": "http.request", "body": bytes(body), "more_body": False}]

        async def again() -> Message:
            return whole.pop() if whole else await receive()

        await self._app({**scope, PARSED: call}, again, send)


async def _read(receive: Receive) -> bytearray | None:
    """The body, as far as it is wanted; None where it never ends."""
    body = bytearray()
    while True:
        message = await receive()
        if message["type"] != "http.request":
            return None
        body += message.get("body", b"")
        if len(body) > LARGEST or not message.get("more_body"):
            return body


def judged(body: bytes) -> tuple[str, Any]:
    """Why Gradio must not see this call, or an empty string; and the call as it reads."""
    try:
        call: Any = json.loads(body)
        if not isinstance(call, dict) or not isinstance(call.get("data"), list):
            return NO_CALL, None
        return "" if all_uploaded(call) else NO_UPLOAD, call
    except (TooDeep, RecursionError):
        return TOO_DEEP, None
    except ValueError:
        return NO_CALL, None
